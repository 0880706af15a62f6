"""What stands between the browser and Gradio: security headers, shut routes, Gradio's page made Dateline's."""

from __future__ import annotations

import re
import secrets

from starlette.datastructures import MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_POLICY = (
    "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'unsafe-eval'; style-src 'self' 'unsafe-inline';"
    " img-src 'self' data:; font-src 'self'; connect-src 'self';"
    " base-uri 'self'; form-action 'none'; frame-ancestors 'none'"
)

_FOLDERS = ("web", "assets", "static", "svelte")
_FILES = ("config", "theme.css", "favicon.ico", "robots.txt", "state", "export", "remark", "articles", "sync")
_CALLS = (
    "app_id", "info", "startup-events", "heartbeat", "queue", "cancel", "component_server", "call", "run", "reset",
)  # fmt: skip
_OPEN = re.compile(
    rf"/(?:|(?:{'|'.join(_FOLDERS)})/.*|(?:{'|'.join(_FILES)})/?|gradio_api/(?:{'|'.join(_CALLS)})(?:/.*)?)"
)
"""All that the page needs. What else Gradio offers, now or in a version to come, stays shut: files, recordings,
requests that it makes for others, links to a conversation, its ways to edit the page."""

# What Gradio's page says of itself, with a picture from another host, and what would let it be installed as an app.
_UNWANTED = re.compile(rb'<(?:meta\s+(?:property="og:|name="twitter:)|link\s+rel="manifest")[^>]*>')
_STYLES = (b"page", b"conversation", b"panel", b"tools", b"phone")
_HEAD = (
    b"<title>Dateline</title>"
    + b"".join(b'<link rel="stylesheet" href="web/%s.css">' % name for name in _STYLES)
    + b'<link rel="icon" href="data:image/svg+xml,'
    b"%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'%3E%3Crect width='32' height='32' rx='4'"
    b" fill='%238a1c12'/%3E%3Ctext x='16' y='24' fill='%23fff' font-family='Georgia,serif' font-size='24'"
    b" font-weight='700' text-anchor='middle'%3ED%3C/text%3E%3C/svg%3E\"></head>"
)


class Guard:
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
            path = scope["path"].removeprefix(scope.get("root_path", "").rstrip("/"))
            if not _OPEN.fullmatch(path or "/") or ".." in path:
                app = PlainTextResponse("Not found", 404)
            elif path in ("", "/"):
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
        page = _UNWANTED.sub(b"", bytes(body)).replace(b"<script", b'<script nonce="%s"' % nonce.encode())
        page = page.replace(b"</head>", _HEAD)
        if body:  # There is none in the answer to a HEAD request.
            MutableHeaders(scope=start)["Content-Length"] = str(len(page))
        await send(start)
        await send({"type": "http.response.body", "body": page})

    return sending
