"""The events of one answer, which may be left at any moment."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager, suppress
from threading import Lock
from typing import Self

from rag.answer import Event


class Stop:
    """Tells whoever works on an answer that nobody waits for it any more; may be asked for from any thread."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._asked = False
        self._actions: list[Callable[[], None]] = []

    @property
    def asked(self) -> bool:
        """Whether it was asked for."""
        return self._asked

    def ask(self) -> None:
        """Asks for it, and at once does what was laid down for this case."""
        with self._lock:
            self._asked = True
            actions = list(self._actions)
        for action in actions:
            action()

    @contextmanager
    def calls(self, action: Callable[[], None]) -> Iterator[None]:
        """While the block runs, asking does this too; it is done now where it was asked for already."""
        with self._lock:
            self._actions.append(action)
            asked = self._asked
        try:
            if asked:
                action()
            yield
        finally:
            with self._lock:
                self._actions.remove(action)


class Events(Iterator[Event]):
    """Steps, then each statement once it is verified, at last the whole answer.

    `close` may be called from any thread, also while another one waits for the next event. It stops a language model
    that is at work, and no event comes any more.
    """

    def __init__(self, events: Generator[Event], stop: Stop) -> None:
        """Takes what makes the events, and what stops it."""
        self._events = events
        self._stop = stop

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> Event:
        event = next(self._events)
        if self._stop.asked:
            self._events.close()
            raise StopIteration
        return event

    def close(self) -> None:
        """Leaves the answer unfinished; a model at work on it is stopped."""
        self._stop.ask()
        with suppress(ValueError):  # Another thread is in it, and has been told to leave.
            self._events.close()

    def through(self, look: Callable[[Event], None]) -> Events:
        """The same events, each looked at before it is handed on."""

        def looked_at() -> Generator[Event]:
            try:
                for event in self:
                    look(event)
                    yield event
            finally:
                self.close()

        return Events(looked_at(), self._stop)
