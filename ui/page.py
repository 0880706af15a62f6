"""The chat page: Gradio inside a FastAPI app that sends nothing to, and loads nothing from, any other host."""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # Read when gradio is imported.
os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"

import gradio as gr
import uvicorn
from fastapi import FastAPI
from starlette.responses import FileResponse

from index.errors import DatelineError
from rag import AnswerEngine, Chat
from rag.events import Events
from ui import markup
from ui.guard import Guard
from ui.ports import listen, url_of

log = logging.getLogger(__name__)

_STYLES = Path(__file__).with_name("page.css")
_FORGET_AFTER = 2 * 3600  # Seconds after its last question that a conversation is kept.
_VISITORS = 256  # Visitors whose page Gradio remembers at a time.
_TURNS = 30  # Turns of a conversation that are kept.
_AT_A_TIME = 4  # Questions answered at the same time.
_WAITING = 64  # Questions that wait for their turn, at most.
_LARGEST_REQUEST = 1_000_000  # Bytes.
_WRONG = "Something went wrong while answering. Try again; the server's log says more."

# Keeps the turn under way in view, unless the reader has scrolled up from it, and leads from a chip to its source.
_SCRIPT = """
const behavior = matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth";
let count = 0;
watch("value", () => requestAnimationFrame(() => {
  const turns = element.querySelectorAll(".turn"), last = turns[turns.length - 1], begun = turns.length !== count;
  if (begun) document.getElementById("panel").scrollTop = 0;
  if (last && (begun || last.getBoundingClientRect().top < innerHeight))
    last.scrollIntoView({block: "nearest", behavior});
  count = turns.length;
}));
document.addEventListener("click", (event) => {
  const link = event.target.closest("a.chip, a.back");
  const goal = link && document.getElementById(link.hash.slice(1));
  if (!goal) return;
  event.preventDefault();
  for (const other of document.querySelectorAll(".source[aria-current]")) other.removeAttribute("aria-current");
  const shown = goal.closest("aside section");
  if (shown) {
    goal.setAttribute("aria-current", "true");
    for (const section of shown.parentElement.querySelectorAll("section")) section.dataset.shown = section === shown;
  }
  goal.focus({preventScroll: true});
  goal.scrollIntoView({block: "nearest", behavior});
});
"""


def serve(engine: AnswerEngine, host: str, port: int, *, ready: Callable[[str], None] | None = None) -> None:
    """Serves the chat page until the process is told to stop.

    Args:
        engine: Answers the questions.
        host: Address to bind to.
        port: Port to bind to; 0 takes any that is free.
        ready: Called with the page's URL once requests are accepted.

    Raises:
        SettingsError: The page cannot be served at this address and port.
    """
    with listen(host, port) as listener:
        # Built by the server, since Gradio leaks event loops when there is none running.
        config = uvicorn.Config(
            partial(build_app, engine), factory=True, log_level="warning", timeout_graceful_shutdown=1
        )
        server = _Server(config, lambda: ready(url_of(listener)) if ready else None)
        with suppress(KeyboardInterrupt):
            server.run(sockets=[listener])


def build_app(engine: AnswerEngine) -> FastAPI:
    """The page as an ASGI application, for a server of one's own."""
    app = FastAPI(title="Dateline", docs_url=None, redoc_url=None, openapi_url=None, max_body_size=_LARGEST_REQUEST)
    app.add_middleware(Guard)

    @app.get("/page.css")
    def styles() -> FileResponse:
        return FileResponse(_STYLES, media_type="text/css")

    gr.mount_gradio_app(
        app,
        _blocks(_Desk(engine)),
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


@dataclass
class _Session:
    """One visitor's conversation. Gradio gives each visitor a deep copy of the first, so that one stays empty."""

    chat: Chat | None = None
    turns: list[markup.Turn] = field(default_factory=list)
    events: Events | None = None

    def begin(self, question: str) -> markup.Turn:
        """Opens the next turn, and lets go of the oldest."""
        self.halt()
        turn = markup.Turn(self.turns[-1].number + 1 if self.turns else 1, question)
        self.turns[:] = [*self.turns[1 - _TURNS :], turn]
        return turn

    def halt(self) -> None:
        """Ends the turn under way where it stands."""
        if self.turns and self.turns[-1].working:
            self.turns[-1].stopped = True
            if self.events is not None:
                self.events.close()  # A language model at work on it is stopped now, not at its next sentence.


class _Desk:
    """What the controls of the page do."""

    def __init__(self, engine: AnswerEngine) -> None:
        self._engine = engine
        articles = engine.articles()
        self.examples = engine.examples()
        self.masthead = markup.masthead(engine.worded_by)
        self.welcome = markup.welcome(articles, examples=bool(self.examples))
        self.contents = markup.contents(articles)

    def ask(self, question: str, as_of: str, session: _Session) -> Iterator[tuple[str, str, Any, _Session]]:
        """Answers a question, showing every statement as soon as it is verified."""
        turn = session.begin(question)
        yield *self._shown(session), "", session
        for _ in self._answer(turn, as_of, session):
            yield *self._shown(session), gr.skip(), session
        if turn.problem is not None:
            yield *self._shown(session), question.strip(), session

    def stop(self, session: _Session) -> tuple[str, str, _Session]:
        """Ends the turn under way where it stands."""
        session.halt()
        return *self._shown(session), session

    def restart(self, session: _Session) -> tuple[str, str, str, _Session]:
        """Begins a new conversation."""
        session.halt()
        return self.welcome, self.contents, "", _Session()

    def _answer(self, turn: markup.Turn, as_of: str, session: _Session) -> Iterator[None]:
        try:
            session.chat = session.chat or self._engine.chat()
            session.events = session.chat.stream(turn.question, as_of=as_of.strip() or None)
            for event in session.events:
                if turn.stopped:
                    return
                turn.add(event)
                yield
            if turn.answer is None and not turn.stopped:
                raise RuntimeError("the engine ended without an answer")
        except DatelineError as error:
            turn.problem = str(error)
        except Exception:
            log.exception("A question could not be answered")
            turn.problem = _WRONG

    def _shown(self, session: _Session) -> tuple[str, str]:
        if not session.turns:
            return self.welcome, self.contents
        return markup.conversation(session.turns), markup.sources(session.turns, self._engine.article)


def _blocks(desk: _Desk) -> gr.Blocks:
    blocks = gr.Blocks(title="Dateline", analytics_enabled=False, fill_width=True, fill_height=True)
    with blocks:
        session = gr.State(_Session(), time_to_live=_FORGET_AFTER)
        with gr.Row(elem_id="masthead"):
            _html(desk.masthead, "nameplate")
            fresh = gr.Button("New conversation", elem_id="fresh", size="sm", scale=0)
        with gr.Row(elem_id="desk"):
            with gr.Column(elem_id="reading"):
                with gr.Column(elem_id="scroll"):
                    conversation = _html(desk.welcome, "conversation", _SCRIPT)
                    with gr.Column(elem_id="examples"):
                        examples = [gr.Button(text) for text in desk.examples]
                with gr.Row(elem_id="composer"):
                    box = gr.Textbox(
                        label="Question",
                        show_label=False,
                        placeholder="Ask the archive",
                        max_lines=4,
                        autofocus=True,
                        elem_id="question",
                    )
                    as_of = gr.Textbox(label="As of", placeholder="YYYY-MM-DD", max_length=10, elem_id="as-of")
                    send = gr.Button("Send", variant="primary", elem_id="send", scale=0)
                    stop = gr.Button("Stop", elem_id="stop", scale=0)
            with gr.Column(elem_id="panel"):
                sources = _html(desk.contents, "sources")

        asking = [
            gr.on(
                triggers,
                desk.ask,
                [asked, as_of, session],
                [conversation, sources, box, session],
                api_name="ask",
                api_visibility="public" if asked is box else "private",
                concurrency_id="ask",
                show_progress="hidden",
            )
            for asked, triggers in [(box, [box.submit, send.click]), *((text, [text.click]) for text in examples)]
        ]
        stop.click(
            desk.stop,
            session,
            [conversation, sources, session],
            cancels=asking,
            api_visibility="private",
            queue=False,
            show_progress="hidden",
        )
        fresh.click(
            desk.restart,
            session,
            [conversation, sources, box, session],
            cancels=asking,
            api_visibility="private",
            queue=False,
            show_progress="hidden",
        )
    blocks.queue(max_size=_WAITING, default_concurrency_limit=_AT_A_TIME)
    blocks.state_session_capacity = _VISITORS
    return blocks


def _html(value: str, elem_id: str, script: str | None = None) -> gr.HTML:
    return gr.HTML(value, elem_id=elem_id, apply_default_css=False, js_on_load=script)


class _Server(uvicorn.Server):
    """A server that says when it accepts requests, and that stops without a word about the pages still open."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Starts to accept requests."""
        await super().startup(sockets)
        if self.started:
            self._ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stops accepting requests."""
        logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)  # Each open page would be reported as an error.
        await super().shutdown(sockets)
