"""How often, and how many at a time, one visitor may ask."""

from __future__ import annotations

import math
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock

from index.errors import RequestError

_REMEMBERED = 4_096
"""Visitors that are remembered; of more, those that asked least lately are forgotten, if they wait for nothing."""


@dataclass
class _Visitor:
    asked: deque[float] = field(default_factory=deque)
    waiting: int = 0


class Limit:
    """So many requests in some seconds, and so many at a time, for each visitor. May be used from several threads."""

    def __init__(self, most: int, seconds: float, at_once: int, clock: Callable[[], float] = time.monotonic) -> None:
        """Takes the limits.

        Args:
            most: Requests within the span of time.
            seconds: The span.
            at_once: Requests that are under way at a time.
            clock: Tells the time in seconds.
        """
        self._most, self._seconds, self._at_once, self._clock = most, seconds, at_once, clock
        self._visitors: OrderedDict[str, _Visitor] = OrderedDict()
        self._lock = Lock()

    def __len__(self) -> int:
        """How many visitors are remembered."""
        return len(self._visitors)

    @contextmanager
    def admitted(self, visitor: str) -> Iterator[None]:
        """Counts a request for as long as the block runs.

        Raises:
            RequestError: It is one too many; the message says how long to wait.
        """
        with self._lock:
            known = self._begin(visitor)
        try:
            yield
        finally:
            with self._lock:
                known.waiting -= 1

    def _begin(self, name: str) -> _Visitor:
        now = self._clock()
        known = self._visitors.setdefault(name, _Visitor())
        self._visitors.move_to_end(name)
        while known.asked and known.asked[0] <= now - self._seconds:
            known.asked.popleft()
        if known.waiting >= self._at_once:
            raise RequestError("Your last question is still being answered. Wait for it, or stop it, and ask again.")
        if len(known.asked) >= self._most:
            wait = math.ceil(known.asked[0] + self._seconds - now)
            raise RequestError(
                f"That was a lot at once: {self._most} in {self._seconds:.0f} seconds. Try again in {wait} seconds."
            )
        known.asked.append(now)
        known.waiting += 1
        self._forget()
        return known

    def _forget(self) -> None:
        while len(self._visitors) > _REMEMBERED:
            oldest = next((name for name, each in self._visitors.items() if not each.waiting), None)
            if oldest is None:
                return
            del self._visitors[oldest]
