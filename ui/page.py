"""The chat page: Gradio inside a FastAPI app that sends nothing to, and loads nothing from, any other host."""

from __future__ import annotations

import errno
import logging
import os
import re
import secrets
import socket
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # Read when gradio is imported.
os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"

import gradio as gr
import uvicorn
from fastapi import FastAPI
from starlette.datastructures import MutableHeaders
from starlette.responses import FileResponse, PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from index.errors import DatelineError, SettingsError
from rag import AnswerEngine, Chat
from ui import markup

log = logging.getLogger(__name__)

_STYLES = Path(__file__).with_name("page.css")
_FORGET_AFTER = 2 * 3600  # Seconds after its last question that a conversation is kept.
_VISITORS = 256  # Visitors whose page Gradio remembers at a time.
_TURNS = 30  # Turns of a conversation that are kept.
_AT_A_TIME = 4  # Questions answered at the same time.
_WAITING = 64  # Questions that wait for their turn, at most.
_LARGEST_REQUEST = 1_000_000  # Bytes.
_WRONG = "Something went wrong while answering. Try again; the server's log says more."

_POLICY = (
    "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'unsafe-eval'; style-src 'self' 'unsafe-inline';"
    " img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self';"
    " base-uri 'self'; form-action 'none'; frame-ancestors 'none'"
)

# The page has no files, recordings or links to a conversation; what Gradio offers for them stays shut.
_SHUT = tuple(
    f"/gradio_api/{name}"
    for name in ("upload", "file", "proxy=", "deep_link", "process_recording", "stream/", "custom_component")
)

# What Gradio tells link previews: its own name, and a picture from another host.
_PREVIEW = re.compile(rb'<meta\s+(?:property="og:|name="twitter:)[^>]*>')

# Keeps the turn under way in view, unless the reader has scrolled up from it, and leads from a chip to its source.
_SCRIPT = """
const behavior = matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth";
let count = 0;
watch("value", () => requestAnimationFrame(() => {
  const turns = element.querySelectorAll(".turn"), last = turns[turns.length - 1];
  if (last && (turns.length !== count || last.getBoundingClientRect().top < innerHeight))
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


def check_port(host: str, port: int) -> None:
    """Makes sure that the page can be served there, before anything slow is begun.

    Raises:
        SettingsError: The port is taken or may not be used, or the address is not one of this machine's.
    """
    _listen(host, port).close()


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
    with _listen(host, port) as listener:
        config = uvicorn.Config(build_app(engine), log_level="warning", timeout_graceful_shutdown=1)
        server = _Server(config, lambda: ready(_url(listener)) if ready else None)
        with suppress(KeyboardInterrupt):
            server.run(sockets=[listener])


def build_app(engine: AnswerEngine) -> FastAPI:
    """The page as an ASGI application, for a server of one's own."""
    app = FastAPI(title="Dateline", docs_url=None, redoc_url=None, openapi_url=None, max_body_size=_LARGEST_REQUEST)
    app.add_middleware(_Guard)

    @app.get("/page.css")
    def styles() -> FileResponse:
        return FileResponse(_STYLES, media_type="text/css")

    gr.mount_gradio_app(
        app,
        _blocks(_Desk(engine)),
        path="/",
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


class _Desk:
    """What the controls of the page do."""

    def __init__(self, engine: AnswerEngine) -> None:
        self._engine = engine
        articles = engine.articles()
        self.examples = engine.examples()
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
            for event in session.chat.stream(turn.question, as_of=as_of.strip() or None):
                if turn.stopped:
                    return
                turn.add(event)
                yield
            if turn.answer is None:
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
            _html(markup.masthead(), "nameplate")
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


class _Guard:
    """Sends the security headers with every response, and shuts the routes that the page has no use for.

    Gradio's page begins with scripts in its HTML. They are given a nonce that is new in every response, so that the
    policy can refuse any other script and any event handler that found its way into the page. Gradio's HTML
    component compiles its template in the browser, hence 'unsafe-eval'; nothing from outside is in that template.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers a request."""
        app = self._app
        if scope["type"] == "http":
            nonce = secrets.token_urlsafe(16)
            send = _with_headers(send, nonce)
            if scope["path"].startswith(_SHUT):
                app = PlainTextResponse("Not found", 404)
            elif scope["path"].rstrip("/") == scope.get("root_path", "").rstrip("/"):
                readable = [header for header in scope["headers"] if header[0] != b"accept-encoding"]
                scope, send = {**scope, "headers": readable}, _with_page(send, nonce)
        await app(scope, receive, send)


def _with_headers(send: Send, nonce: str) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers["Content-Security-Policy"] = _POLICY.format(nonce=nonce)
            headers["X-Content-Type-Options"] = "nosniff"
            headers["Referrer-Policy"] = "no-referrer"
        await send(message)

    return sending


def _with_page(send: Send, nonce: str) -> Send:
    """Holds Gradio's page back until all of it is there, then makes it Dateline's."""
    start: Message = {}
    body = bytearray()

    async def sending(message: Message) -> None:
        nonlocal start
        if message["type"] == "http.response.start":
            start = message
            return
        body.extend(message.get("body", b""))
        if message.get("more_body", False):
            return
        page = _PREVIEW.sub(b"", bytes(body)).replace(b"<script", b'<script nonce="%s"' % nonce.encode())
        page = page.replace(b"</head>", b'<link rel="stylesheet" href="page.css"></head>')
        if body:  # There is none in the answer to a HEAD request.
            MutableHeaders(scope=start)["Content-Length"] = str(len(page))
        await send(start)
        await send({"type": "http.response.body", "body": page})

    return sending


class _Server(uvicorn.Server):
    """A server that says when it accepts requests, and cuts off without a word the pages that are open when it stops."""

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


def _listen(host: str, port: int) -> socket.socket:
    try:
        return _bind(host, port)
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise SettingsError(
                f"Port {port} on {host} cannot be opened: {error.strerror}. Name others with --host and --port."
            ) from None
    free = next((other for other in range(port + 1, min(port + 100, 65536)) if _is_free(host, other)), None)
    another = "another port" if free is None else f"another port: --port {free}"
    raise SettingsError(f"Port {port} on {host} is in use. Stop the other program or name {another}.")


def _is_free(host: str, port: int) -> bool:
    try:
        _bind(host, port).close()
    except OSError:
        return False
    return True


def _bind(host: str, port: int) -> socket.socket:
    return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)


def _url(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
