"""Where the figures of a timeline stand in a picture: days from left to right, numbers from below."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Self

from rag.answer import Figure

_BESIDE = 0.26
"""Room for labels behind the last day, as a share of the time that is shown."""

_BAND = 0.36
"""How wide the band of the undated is, likewise."""

_APART = 0.08
"""How far apart two days must be, likewise, for both to be named below the axis."""

_ARROW = 0.16
"""How long an arrow is, as a share of the height."""

_FAR = 200
"""How many times the least number the greatest must be for the scale to go by powers of ten."""


@dataclass(frozen=True)
class DayScale:
    """Where days stand: as days since the first one, the undated in a band behind the last one."""

    days: tuple[date, ...]
    undated: bool

    @classmethod
    def of(cls, points: Sequence[Figure]) -> Self:
        """The scale on which all these figures stand."""
        days = sorted({day for point in points if (day := day_of(point))})
        return cls(tuple(days), any(day_of(point) is None for point in points))

    @property
    def span(self) -> float:
        """How many days are shown, at least one; 0 where all is undated."""
        return max(1.0, self.after(self.days[-1])) if self.days else 0.0

    @property
    def band(self) -> tuple[float, float]:
        """Where the band of the undated begins and ends."""
        begins = (1 + _BESIDE) * self.span
        return begins, begins + _BAND * (self.span or 1.0)

    @property
    def end(self) -> float:
        """Where everything ends."""
        return self.band[1] if self.undated else self.band[0]

    def after(self, day: date) -> float:
        """Where a day stands."""
        return float((day - self.days[0]).days)

    def place(self, point: Figure) -> float:
        """Where a figure stands."""
        day = day_of(point)
        return self.after(day) if day is not None else self.band[0] + 0.1 * (self.band[1] - self.band[0])

    def ticks(self) -> list[tuple[float, str]]:
        """The days on which there are figures, the first and the last among them, those between where there is room."""
        named = list(self.days[:1])
        for day in self.days[1:]:
            if day == self.days[-1] and not self._apart(named[-1], day) and len(named) > 1:
                named.pop()
            if self._apart(named[-1], day):
                named.append(day)
        years = len({day.year for day in self.days}) > 1
        return [(self.after(day), f"{short(day)} {day.year}" if years else short(day)) for day in named]

    def _apart(self, one: date, other: date) -> bool:
        return self.after(other) - self.after(one) >= _APART * self.span


@dataclass(frozen=True)
class NumberScale:
    """Where numbers stand: from 0, or, where they are far apart, by powers of ten.

    Attributes:
        bottom: The number at the lower edge; what is less stands there too.
        top: The number at the upper edge.
        powers: Whether it goes by powers of ten.
    """

    bottom: float
    top: float
    powers: bool

    @classmethod
    def of(cls, points: Sequence[Figure]) -> Self:
        """The scale on which all these figures stand."""
        known = [number for point in points for number in (point.value, point.low, point.high) if number is not None]
        whole = [number for number in known if number >= 1]
        most = max(whole, default=1.0)
        if most < _FAR * min(whole, default=1.0):
            return cls(0.0, 1.22 * most, False)
        return cls(10.0 ** math.floor(math.log10(min(whole))), 5 * most, True)

    def middle(self, point: Figure) -> float:
        """Where a figure stands; of a range the middle."""
        known = [number for number in (point.low, point.high) if number is not None]
        return max(self.bottom, point.value if point.value is not None else sum(known) / max(1, len(known)))

    def ends(self, point: Figure) -> tuple[float, float]:
        """How far down and up a mark goes with its bar, or with its arrow to where it is open."""
        if point.value is None and point.low is not None and point.high is not None:
            return max(self.bottom, point.low), max(self.bottom, point.high)
        low, high = sorted((self.middle(point), self.open_end(point)))
        return low, high

    def open_end(self, point: Figure) -> float:
        """How far the arrow of a figure that is open to one side goes; the figure itself where it is open to none."""
        side = 1 if point.low is not None else -1 if point.high is not None else 0
        if self.powers:
            return max(self.bottom, self.middle(point) * math.pow(self.top / self.bottom, side * _ARROW))
        return max(self.bottom, self.middle(point) + side * _ARROW * self.top)


def is_range(point: Figure) -> bool:
    """Whether it is given as a range alone."""
    return point.value is None and point.low is not None and point.high is not None


def is_open(point: Figure) -> bool:
    """Whether only a day is known before which it was not given."""
    return point.date is None and point.not_before is not None


def day_of(point: Figure) -> date | None:
    """The first day on which it can have been given."""
    day = point.date or point.not_before
    return None if day is None else date.fromisoformat(day)


def short(day: date) -> str:
    """A day without its year: "25 Oct"."""
    return f"{day.day} {day:%b}"
