"""Figures of one thing by day, those in place, those sent and those expected apart."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import dropwhile, takewhile
from typing import Self

from pydantic import BaseModel, ConfigDict

from rag.answer import Answer, Citation, Figure, Searched
from rag.figures import Sort


class Timeline(BaseModel):
    """Figures of one thing, by day.

    Attributes:
        subject: What was asked about.
        as_of: The day as on which it is told (ISO), if one was named.
        points: The figures, the earliest first, the undated last. Two of different sorts make no line; see `series`.
        citations: What they are cited from; a point's `citation` is a `number` of these.
        searched: What was looked through.
        missing: What the archive does not say, where there is no figure.
    """

    model_config = ConfigDict(frozen=True)

    subject: str
    as_of: str | None
    points: tuple[Figure, ...] = ()
    citations: tuple[Citation, ...] = ()
    searched: Searched
    missing: str | None = None

    @classmethod
    def of(cls, answer: Answer) -> Self:
        """The timeline of the figures of an answer, which has none unless the question was of how many."""
        used = {figure.citation for figure in answer.figures}
        return cls(
            subject=answer.resolved_question,
            as_of=answer.as_of,
            points=in_order(answer.figures),
            citations=tuple(citation for citation in answer.citations if citation.number in used),
            searched=answer.searched,
            missing=None if answer.figures else "The answer holds no figures.",
        )

    def series(self) -> dict[Sort, tuple[Figure, ...]]:
        """The points of each sort that has any, by day: "in place", "sent", "expected".

        Without those that are parts of others, which count something else; see `parts_of`.
        """
        sorts: tuple[Sort, ...] = ("in place", "sent", "expected")
        split = {sort: tuple(each for each in self.points if each.sort == sort and not each.is_part) for sort in sorts}
        return {sort: points for sort, points in split.items() if points}

    def parts_of(self, point: Figure) -> tuple[Figure, ...]:
        """The points that are parts of one: 500 officers of 12,000 troops."""
        found = dropwhile(lambda each: each is not point, self.points)
        next(found, None)
        return tuple(takewhile(lambda each: each.is_part, found))

    def citation(self, number: int) -> Citation:
        """The citation of a point.

        Raises:
            KeyError: There is none of that number.
        """
        return {citation.number: citation for citation in self.citations}[number]


def in_order(figures: Iterable[Figure]) -> tuple[Figure, ...]:
    """Figures by the first day on which they can have been given, the undated last."""
    return tuple(sorted(figures, key=lambda each: (each.date or each.not_before or "9999", each.citation)))
