"""A conversation with a language model that ends within its time, whatever the model or its server does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Generator, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, aclosing, nullcontext
from dataclasses import dataclass
from functools import cache
from queue import SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING, Any, Protocol

import httpx
from llama_index.core.base.llms.types import ChatMessage

from index.errors import LLMError
from rag.events import Stop
from rag.llms.address import Address
from rag.llms.connection import connection
from rag.llms.failures import BrokenOff, in_words
from rag.llms.patience import wait_before

if TYPE_CHECKING:
    from llama_index.llms.openai_like import OpenAILike

ANSWER_TOKENS = 512
"""Longest answer that a model is asked for; six sentences have some 200."""

_MOST_CHARACTERS = 8 * ANSWER_TOKENS
"""Read of a model that does not keep to it: no language needs more for a token, on average."""

_MOST_PIECES = 2 * ANSWER_TOKENS
"""Read likewise, for pieces may be empty."""

_LEAVING = 5.0  # Seconds in which a connection that was left is closed; it takes milliseconds.


class LanguageModel(Protocol):
    """Goes on from messages.

    Attributes:
        name: Of the model, as answers name it.
        window: Tokens that it can take in and give out together, in one conversation.
        evidence_tokens: Tokens of evidence that it should be given: where it runs on this machine's processor, reading
            the prompt is what takes the time.
        takes_grammar: Whether `stream` may be given a grammar (GBNF) that the answer has to follow.
    """

    name: str
    window: int
    evidence_tokens: int
    takes_grammar: bool

    def stream(
        self, messages: Sequence[ChatMessage], stop: Stop, *, seed: int | None = None, grammar: str | None = None
    ) -> Generator[str]:
        """Gives the answer piece by piece.

        Closing the iterator, or asking for the stop from any thread, ends the request, and the model with it. After
        `ANSWER_TOKENS` or thereabouts the answer is cut.

        Raises:
            LLMError: The model did not answer, broke off, or took too long.
        """
        ...

    def warm_up(self) -> None:
        """Loads what has to be loaded on this machine; what fails here fails again, with its reason, in `stream`."""
        ...

    def close(self) -> None:
        """Lets go of what it holds."""
        ...


class Server(Protocol):
    """Where a model is asked."""

    def address(self) -> Address:
        """Its address; a server of our own is started first.

        Raises:
            LLMError: It cannot be started.
        """
        ...

    def turn(self, stop: Stop) -> AbstractContextManager[object]:
        """Waits until it can take a request."""
        ...

    def close(self) -> None:
        """Ends it, where it is our own."""
        ...


@dataclass(frozen=True)
class NamedServer:
    """A server that runs by itself."""

    at: Address

    def address(self) -> Address:
        """See `Server.address`."""
        return self.at

    def turn(self, stop: Stop) -> AbstractContextManager[object]:
        """See `Server.turn`."""
        return nullcontext()

    def close(self) -> None:
        """See `Server.close`."""


class ChatModel:
    """A model behind an OpenAI-compatible API, asked through LlamaIndex."""

    def __init__(
        self,
        name: str,
        server: Server,
        auth: Callable[[], httpx.Auth],
        *,
        seconds: float,
        window: int,
        evidence_tokens: int,
        takes_grammar: bool = False,
    ) -> None:
        """Takes the model's name, where it is asked and how it is let in.

        Args:
            name: Of the model.
            server: Where it is.
            auth: Gives what puts the key into requests; asked for when the server is there.
            seconds: That one answer may take in all, attempts and waiting included.
            window: See `LanguageModel`.
            evidence_tokens: See `LanguageModel`.
            takes_grammar: See `LanguageModel`.
        """
        self.name = name
        self.window = window
        self.evidence_tokens = evidence_tokens
        self.takes_grammar = takes_grammar
        self._server = server
        self._auth = auth
        self._seconds = seconds

    def stream(
        self, messages: Sequence[ChatMessage], stop: Stop, *, seed: int | None = None, grammar: str | None = None
    ) -> Generator[str]:
        """See `LanguageModel.stream`."""
        wanted: dict[str, Any] = {} if seed is None else {"seed": seed}
        if grammar is not None:
            wanted["extra_body"] = {"grammar": grammar}
        with self._server.turn(stop):
            if stop.asked:
                return
            address = self._server.address()
            _openai_like()  # Takes a second the first time, which is not the model's.
            talk = _Talk(lambda: self._pieces(address, messages, wanted), self._seconds)
            talk.start()
            try:
                with stop.calls(talk.leave):
                    yield from talk
            except Exception as error:
                raise self._failed(address, error) from None
            finally:
                talk.leave()
                talk.join(_LEAVING)

    def warm_up(self) -> None:
        """See `LanguageModel.warm_up`."""
        _openai_like()
        try:
            self._server.address()
        except LLMError:
            return

    def close(self) -> None:
        """See `LanguageModel.close`."""
        self._server.close()

    async def _pieces(
        self, address: Address, messages: Sequence[ChatMessage], wanted: Mapping[str, Any]
    ) -> AsyncGenerator[str]:
        clock = asyncio.get_running_loop().time
        until = clock() + self._seconds
        attempt = 0
        while True:
            attempt += 1
            begun = False
            try:
                async with aclosing(self._attempt(address, messages, wanted)) as pieces:
                    async for piece in pieces:
                        begun = True
                        yield piece
                return
            except Exception as error:
                seconds = None if begun else wait_before(attempt, error)
                if seconds is None or clock() + seconds >= until:
                    raise
                await asyncio.sleep(seconds)

    async def _attempt(
        self, address: Address, messages: Sequence[ChatMessage], wanted: Mapping[str, Any]
    ) -> AsyncGenerator[str]:
        async with connection(self._auth()) as http:
            llm = _openai_like()(
                model=self.name,
                api_base=address.url,
                api_key="none",  # The real one is put in by `connection`, so that no library holds or shows it.
                is_chat_model=True,
                temperature=0.0,
                max_tokens=ANSWER_TOKENS,
                max_retries=0,
                async_http_client=http,
            )
            characters = pieces = 0
            finished = False
            async for response in await llm.astream_chat(messages, **wanted):
                finished = finished or _is_finished(response.raw)
                characters += len(response.delta or "")
                pieces += 1
                if response.delta:
                    yield response.delta
                if characters > _MOST_CHARACTERS or pieces > _MOST_PIECES:
                    return
            if pieces and not finished:
                raise BrokenOff

    def _failed(self, address: Address, error: Exception) -> LLMError:
        if isinstance(error, LLMError):
            return error
        named = f"The language model {self.name} at {address.url}"
        if isinstance(error, TimeoutError):
            return LLMError(f"{named} was not done within {self._seconds:g} seconds.")
        return LLMError(f"{named} {in_words(error) or f'could not be used ({type(error).__name__})'}.")


@cache
def _openai_like() -> type[OpenAILike]:
    from llama_index.llms.openai_like import OpenAILike

    found: type[OpenAILike] = OpenAILike
    return found


class _Talk(Iterator[str]):
    """One request, made in a thread of its own so that it can be left at any moment.

    There it is a task of asyncio, which can be cancelled wherever it stands: connecting, waiting for the first byte,
    in the middle of the answer, or between two attempts.
    """

    def __init__(self, pieces: Callable[[], AsyncGenerator[str]], seconds: float) -> None:
        self._pieces = pieces
        self._seconds = seconds
        self._said: SimpleQueue[str | Exception | None] = SimpleQueue()
        self._thread = Thread(target=self._run, name="dateline-llm", daemon=True)
        self._loop = asyncio.new_event_loop()
        self._task: asyncio.Task[None] | None = None
        self._left = False

    def start(self) -> None:
        self._thread.start()

    def join(self, seconds: float) -> None:
        self._thread.join(seconds)

    def leave(self) -> None:
        """Ends the request; of no effect when it has ended."""
        try:
            self._loop.call_soon_threadsafe(self._cancel)
        except RuntimeError:
            return  # The loop is closed: it has ended.

    def __next__(self) -> str:
        said = self._said.get()
        if said is None:
            raise StopIteration
        if isinstance(said, Exception):
            raise said
        return said

    def _cancel(self) -> None:
        self._left = True
        if self._task is not None:
            self._task.cancel()

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            try:
                runner.run(self._talk())
            except asyncio.CancelledError:
                self._said.put(None)
            except Exception as error:
                self._said.put(error)
            else:
                self._said.put(None)

    async def _talk(self) -> None:
        self._task = asyncio.current_task()
        if self._left:
            return
        async with asyncio.timeout(self._seconds):
            async with aclosing(self._pieces()) as pieces:
                async for piece in pieces:
                    self._said.put(piece)


def _is_finished(raw: Any) -> bool:
    """Whether the model says, in a piece of its answer, that this is the last one."""
    reasons = [choice.finish_reason for choice in getattr(raw, "choices", None) or ()]
    return any(reason is not None for reason in reasons)
