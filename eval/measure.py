"""A measure turns the rows of a suite into one figure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Literal

from eval.record import Row


@dataclass(frozen=True)
class Measure:
    """One figure of a suite.

    Attributes:
        name: Its key in `run.json` and in a gate.
        says: What it is, in a few words.
        of: Computes it; None where no row has what it takes.
        better: Whether more is better, less is, or neither: a figure that others are read beside.
    """

    name: str
    says: str
    of: Callable[[Sequence[Row]], float | None]
    better: Literal["more", "less", "neither"] = "more"


def values(rows: Sequence[Row], score: str) -> list[float]:
    """A score of every row that has it."""
    return [row.scores[score] for row in rows if score in row.scores]


def mean(name: str, says: str, *, better: Literal["more", "less", "neither"] = "more") -> Measure:
    """The mean of the score of the same name over the rows that have it."""
    return Measure(name, says, lambda rows: fmean(found) if (found := values(rows, name)) else None, better)


def ratio(name: str, says: str, part: str, whole: str) -> Measure:
    """The sum of one score over the sum of another: a mean over parts of rows, such as statements."""

    def of(rows: Sequence[Row]) -> float | None:
        total = sum(values(rows, whole))
        return sum(values(rows, part)) / total if total else None

    return Measure(name, says, of)
