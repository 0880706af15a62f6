"""A model that runs in this process: llama.cpp's server, through xllamacpp, on loopback with a key of its own."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from pathlib import Path
from threading import RLock, Semaphore
from typing import TYPE_CHECKING

from index.errors import LLMError
from rag.events import Stop
from rag.llms.address import Address

if TYPE_CHECKING:
    import xllamacpp

WINDOW = 4096
"""Tokens that a model is given room for: three times what is asked of it."""

_MAGIC = b"GGUF"
_REPOSITORY = re.compile(r"[\w.-]+/[\w.-]+(?::[\w.-]+)?")
_MOST_THREADS = 16
_LOOK = 0.1  # Seconds between looks at whether a question that waits is still wanted.


class LocalServer:
    """Loads the model when it is first asked. Takes one request at a time: two at once take twice as long each."""

    def __init__(self, place: str) -> None:
        """Takes a file, or `hf:ORG/REPO` of the Hugging Face hub, which llama.cpp fetches.

        Raises:
            LLMError: xllamacpp is not installed, or the file is not there or no model.
        """
        _check_installed()
        self.key = secrets.token_urlsafe(32)
        self._place = place
        self._lock = RLock()
        self._turns = Semaphore(1)
        self._server: xllamacpp.Server | None = None
        self._users = 0
        if place.startswith("hf:"):
            if not _REPOSITORY.fullmatch(place[3:]):
                raise LLMError(f"The language model is 'llamacpp:{place}'. Write it as llamacpp:hf:ORG/REPO.")
            self.name = place[3:]
        else:
            file = Path(place).expanduser()
            _check_file(file)
            self._place = str(file)
            self.name = file.stem

    def address(self) -> Address:
        """See `rag.llms.chat.Server.address`."""
        with self._lock:
            if self._server is None:
                self._server = self._start()
            return Address(f"{self._server.listening_address}/v1")

    @contextmanager
    def turn(self, stop: Stop) -> Iterator[None]:
        """See `rag.llms.chat.Server.turn`."""
        while not self._turns.acquire(timeout=_LOOK):
            if stop.asked:
                yield
                return
        try:
            yield
        finally:
            self._turns.release()

    def open(self) -> None:
        """Counts one more who uses it."""
        with self._lock:
            self._users += 1

    def close(self) -> None:
        """See `rag.llms.chat.Server.close`; the model is let go once nobody uses it."""
        with self._lock:
            self._users -= 1
            if self._users <= 0:
                self._server = None

    def _start(self) -> xllamacpp.Server:
        import xllamacpp

        params = xllamacpp.CommonParams()
        if self._place.startswith("hf:"):
            params.model.hf_repo = self.name
        else:
            params.model.path = self._place
        params.n_ctx = WINDOW
        params.n_parallel = 1
        params.cpuparams.n_threads = params.cpuparams_batch.n_threads = _threads()
        params.api_keys = [self.key]
        params.hostnames = ["127.0.0.1"]
        params.port = 0  # Any that is free.
        params.cors_origins = ""
        params.ui = params.endpoint_slots = params.endpoint_props = params.endpoint_metrics = False
        params.cache_ram_mib = 0
        params.verbosity = -1
        try:
            return xllamacpp.Server(params)
        except Exception as error:
            reason = " ".join(str(error).split())[:200]
            raise LLMError(f"The language model {self._place} cannot be loaded: {reason}. Name another.") from None


def local_server(place: str) -> LocalServer:
    """The server of a model: one for all engines of the process, which `close` it when they are done.

    Raises:
        LLMError: See `LocalServer`.
    """
    server = _of(place)
    server.open()
    return server


@cache
def _of(place: str) -> LocalServer:
    return LocalServer(place)


def _threads() -> int:
    """All cores but one.

    The threads wait for each other at every layer, so where another program needs a core too,
    all of them wait: 20 tokens took 0.6 s with one thread, and 20 s with two, on 2 cores of which one was busy.
    """
    return min(_MOST_THREADS, max(1, (os.cpu_count() or 2) - 1))


def _check_installed() -> None:
    try:
        import_module("xllamacpp")
    except ImportError:
        raise LLMError(
            "llamacpp: needs xllamacpp, which is not installed. In the folder of Dateline run: "
            ".venv/bin/pip install --constraint constraints.txt --editable '.[llamacpp]'"
        ) from None


def _check_file(file: Path) -> None:
    try:
        with file.open("rb") as opened:
            magic = opened.read(len(_MAGIC))
    except OSError as error:
        raise LLMError(
            f"The language model {str(file)!r} cannot be read: {error.strerror}. Name a GGUF file."
        ) from None
    if magic != _MAGIC:
        raise LLMError(f"The language model {str(file)!r} is no GGUF file. Name one that is.")
