"""The chat page: Gradio inside a FastAPI app that sends nothing to, and loads nothing from, any other host."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # Read when gradio is imported.
os.environ["GRADIO_ANALYTICS_CACHE_FREQUENCY"] = "1000000000"  # Or it would sum up all its requests after each one.
os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"

import gradio as gr
from fastapi import FastAPI
from starlette.staticfiles import StaticFiles

from index.errors import RequestError
from index.settings import Settings
from rag import AnswerEngine
from ui.access import Access, Doorkeeper, may_change
from ui.desk import Desk, Session
from ui.feedback import FILE, Feedback
from ui.guard import Guard
from ui.library import Library
from ui.limits import Limit
from ui.routes import HERE, add_routes, visitor_of

_WEB = Path(__file__).with_name("web")
_FORGET_AFTER = 2 * 3600  # Seconds after its last question that a conversation is kept.
_VISITORS = 256  # Visitors whose page Gradio remembers at a time.
_AT_A_TIME = 4  # Questions answered at the same time.
_WAITING = 64  # Questions that wait for their turn, at most.
_PER_PAGE = (60, 60.0, 4)  # Questions of one page in how many seconds, and at a time.
_PER_VISITOR = (120, 60.0, 8)  # The same of all pages of one user or address; this machine's own are not counted.
_LARGEST_REQUEST = 1_000_000  # Bytes.

# Relative, since the page may be mounted below another address; the names are those of the events below.
_SCRIPT = """
import(new URL("web/desk.js", document.baseURI)).then(
  (desk) => desk.open({element, props, trigger, server, watch}, ["ask", "halt", "restart", "restore"]));
"""


def build_app(engine: AnswerEngine, settings: Settings | None = None) -> FastAPI:
    """The page as an ASGI application, for a server of one's own.

    Args:
        engine: Answers the questions.
        settings: Those of its archive, and of who may use the page; None: anybody at this machine, and articles are
            neither added nor taken away.

    Raises:
        SettingsError: Other machines could reach the page, and there are no users; or they cannot be read.
    """
    access = Access() if settings is None else Access.of(settings)
    changes = settings is not None and may_change(settings)
    desk = Desk(engine)
    app = FastAPI(title="Dateline", docs_url=None, redoc_url=None, openapi_url=None, max_body_size=_LARGEST_REQUEST)
    app.add_middleware(Doorkeeper, access=access)
    app.add_middleware(Guard)
    app.mount("/web", StaticFiles(directory=_WEB))
    add_routes(
        app,
        engine,
        desk.seal,
        library=Library(settings, engine.embedding) if settings is not None and changes else None,
        feedback=None if settings is None else Feedback(settings.index_dir / FILE),
    )
    gr.mount_gradio_app(
        app,
        _blocks(desk),
        path="/",
        app_kwargs={"docs_url": None, "redoc_url": None, "openapi_url": None},
        footer_links=[],
        run_history=False,
        show_error=False,
        max_file_size="1kb",
        ssr_mode=False,
        mcp_server=False,
        enable_monitoring=False,
        pwa=False,
        theme=gr.themes.Base(font=[gr.themes.Font("sans-serif")], font_mono=[gr.themes.Font("monospace")]),
    )
    return app


def _blocks(desk: Desk) -> gr.Blocks:
    """One component holds the page; its value carries what is asked to the server, and what is answered back.

    Its template is a fixed file. What comes from articles, questions and models never becomes part of it, since Gradio
    compiles it in the browser.
    """
    blocks = gr.Blocks(title="Dateline", analytics_enabled=False, fill_width=True)
    with blocks:
        session = gr.State(Session(), time_to_live=_FORGET_AFTER)
        paper = gr.HTML(
            html_template=(_WEB / "page.html").read_text(encoding="utf-8"),
            js_on_load=_SCRIPT,
            apply_default_css=False,
            elem_id="paper",
            server_functions=_served(desk),
        )
        # A question may follow at once on one that was stopped; the page itself asks one at a time.
        at_once: dict[str, Any] = {
            "queue": False,
            "show_progress": "hidden",
            "api_visibility": "private",
            "trigger_mode": "multiple",
        }
        asking = paper.ask(
            _limited(desk),
            [paper, session],
            [paper, session],
            api_name="ask",
            concurrency_id="ask",
            show_progress="hidden",
            trigger_mode="multiple",
        )
        paper.halt(desk.stop, [paper, session], session, cancels=asking, **at_once)
        paper.restart(desk.restart, session, session, cancels=asking, **at_once)
        paper.restore(desk.restore, [paper, session], [paper, session], **at_once)
    blocks.queue(max_size=_WAITING, default_concurrency_limit=_AT_A_TIME)
    blocks.state_session_capacity = _VISITORS
    return blocks


def _limited(desk: Desk) -> Callable[..., Iterator[Any]]:
    """What answers a question, for as long as its visitor does not ask too much."""
    of_page, of_visitor = Limit(*_PER_PAGE), Limit(*_PER_VISITOR)

    def ask(given: Any, session: Session, request: gr.Request) -> Iterator[Any]:
        with ExitStack() as admitted:
            try:
                admitted.enter_context(of_page.admitted(request.session_hash or ""))
                visitor = visitor_of(request.request) if request.request is not None else HERE
                if visitor != HERE:
                    admitted.enter_context(of_visitor.admitted(visitor))
            except RequestError as error:
                yield desk.refused(given, session, str(error)), session
            else:
                yield from desk.ask(given, session)

    return ask


def _served(desk: Desk) -> list[Any]:
    """What the page's script calls. Gradio marks them as such, which a method would not bear, so they are wrapped."""

    def served(method: Callable[[Any], object]) -> Callable[[Any], object]:
        def call(given: Any) -> object:
            return method(given)

        call.__name__ = method.__name__
        return call

    return [served(method) for method in (desk.opening, desk.examples, desk.article, desk.articles, desk.suggestions)]
