"""Serves the chat page until the process is told to stop."""

from __future__ import annotations

import logging
import socket
from collections.abc import Callable
from contextlib import suppress
from functools import partial

import uvicorn

from index.settings import Settings
from rag import AnswerEngine
from ui.page import build_app
from ui.ports import listen, url_of


def serve(
    engine: AnswerEngine,
    host: str,
    port: int,
    *,
    settings: Settings | None = None,
    ready: Callable[[str], None] | None = None,
) -> None:
    """Serves the chat page until the process is told to stop.

    Args:
        engine: Answers the questions.
        host: Address to bind to.
        port: Port to bind to; 0 takes any that is free.
        settings: See `ui.page.build_app`.
        ready: Called with the page's URL once requests are accepted.

    Raises:
        SettingsError: The page cannot be served at this address and port.
    """
    with listen(host, port) as listener:
        # Built by the server, since Gradio leaks event loops when there is none running.
        config = uvicorn.Config(
            partial(build_app, engine, settings), factory=True, log_level="warning", timeout_graceful_shutdown=1
        )
        server = _Server(config, lambda: ready(url_of(listener)) if ready else None)
        with suppress(KeyboardInterrupt):
            server.run(sockets=[listener])


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
