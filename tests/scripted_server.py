"""A server of the OpenAI chat API on loopback, over real sockets, that behaves as it is told; and keeps what it met."""

from __future__ import annotations

import json
import re
import socket
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Behaviour = Callable[["Exchange"], None]


@dataclass
class Exchange:
    """One request: what was asked, and the means to answer it."""

    handler: BaseHTTPRequestHandler
    body: dict[str, Any]
    headers: dict[str, str]
    gone: threading.Event = field(default_factory=threading.Event)

    @property
    def prompt(self) -> str:
        return "\n".join(message["content"] for message in self.body["messages"])

    @property
    def asked(self) -> str:
        """What comes last, behind the rules and the example: passages and question."""
        return str(self.body["messages"][-1]["content"])

    def keys(self) -> list[str]:
        """The keys of the passages it was given."""
        return re.findall(r"^<passage (\w+)>$", self.asked, re.MULTILINE)

    def passages(self) -> dict[str, str]:
        """Their texts, by key."""
        return dict(re.findall(r"<passage (\w+)>\n[^\n]*\n(.*?)\n</passage", self.asked, re.DOTALL))

    def head(self, status: int = 200, kind: str = "text/event-stream", **headers: str) -> None:
        self.handler.send_response(status)
        self.handler.send_header("Content-Type", kind)
        for name, value in headers.items():
            self.handler.send_header(name.replace("_", "-"), value)
        self.handler.end_headers()

    def write(self, data: bytes) -> None:
        self.handler.wfile.write(data)
        self.handler.wfile.flush()

    def piece(self, text: str, finish: str | None = None) -> None:
        delta = {"content": text} if text else {}
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        chunk = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]}
        self.write(f"data: {json.dumps(chunk)}\n\n".encode())

    def wait_until_left(self, seconds: float = 20) -> None:
        """Waits until the other side has closed the connection."""
        self.handler.connection.settimeout(seconds)
        try:
            if self.handler.connection.recv(1) == b"":
                self.gone.set()
        except ConnectionError:
            self.gone.set()
        except TimeoutError:
            return


class ScriptedServer:
    """A queue of behaviours, one for each request, and the requests that came; when it is empty, the last goes on."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.history: list[Exchange] = []
        self._queue: deque[Behaviour] = deque()

    def enqueue(self, *behaviours: Behaviour) -> None:
        self._queue.extend(behaviours)

    def next(self) -> Behaviour:
        return self._queue.popleft() if len(self._queue) > 1 else self._queue[0]


@contextmanager
def scripted_server() -> Iterator[ScriptedServer]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            exchange = Exchange(self, body, dict(self.headers))
            server.history.append(exchange)
            try:
                server.next()(exchange)
            except ConnectionError:
                exchange.gone.set()
            self.close_connection = True

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        http.daemon_threads = True
        server = ScriptedServer(f"http://127.0.0.1:{http.server_port}/v1")
        thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server
        finally:
            http.shutdown()
            thread.join()


def says(*pieces: str) -> Behaviour:
    """Answers with the pieces; "KEY" stands for the key of the first passage."""

    def behave(exchange: Exchange) -> None:
        exchange.head()
        key = (exchange.keys() or ["none"])[0]
        for piece in pieces:
            exchange.piece(piece.replace("KEY", key))
        exchange.piece("", "stop")
        exchange.write(b"data: [DONE]\n\n")

    return behave


def status(code: int, **headers: str) -> Behaviour:
    """Refuses, repeating the key that it was given."""

    def behave(exchange: Exchange) -> None:
        exchange.head(code, "application/json", **headers)
        exchange.write(json.dumps({"error": {"message": exchange.headers.get("Authorization", "")}}).encode())

    return behave


def sends(data: bytes, kind: str = "text/event-stream") -> Behaviour:
    """Answers 200 with these bytes."""

    def behave(exchange: Exchange) -> None:
        exchange.head(200, kind)
        exchange.write(data)

    return behave


def hangs(exchange: Exchange) -> None:
    """Says nothing at all."""
    exchange.wait_until_left()


def hangs_after(*pieces: str) -> Behaviour:
    """Begins, and then says nothing any more."""

    def behave(exchange: Exchange) -> None:
        exchange.head()
        key = (exchange.keys() or ["none"])[0]
        for piece in pieces:
            exchange.piece(piece.replace("KEY", key))
        exchange.wait_until_left()

    return behave


def drips(exchange: Exchange) -> None:
    """Sends comments for ever, and never an event."""
    exchange.head()
    while True:
        exchange.write(b": wait\n\n")
        exchange.gone.wait(0.02)


def never_ends(text: str) -> Behaviour:
    """Repeats itself for ever."""

    def behave(exchange: Exchange) -> None:
        exchange.head()
        while True:
            exchange.piece(text)

    return behave


def breaks_off(*pieces: str) -> Behaviour:
    """Begins, and closes the connection in the middle."""

    def behave(exchange: Exchange) -> None:
        exchange.head(Transfer_Encoding="chunked")
        for piece in pieces:
            chunk = json.dumps({"id": "1", "choices": [{"index": 0, "delta": {"content": piece}}]})
            data = f"data: {chunk}\n\n".encode()
            exchange.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        exchange.write(b"ffff\r\ndata: {")
        exchange.handler.connection.shutdown(socket.SHUT_RDWR)

    return behave
