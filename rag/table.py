"""Who says what: a row for each claim, by day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pydantic import BaseModel, ConfigDict

from rag.answer import Answer, Citation, Claimed, Searched
from rag.stances import Stance


class Said(BaseModel):
    """One row of who says what.

    Attributes:
        claimant: As the article names them, office included; the outlet where the sentence names nobody; None where
            that is not known either.
        claim: What is cited for it, verbatim.
        stance: "asserts", "denies", "declines" to confirm or to deny, "expects" or "asks".
        hedge: The word that makes it less than sure, as worded.
        channel: By what means it was said, as worded.
        outlet: Who published it.
        title: Of the article.
        date: The day on which it was said, ISO; that of the article where the sentence tells none; None: undated.
        not_before: Where no day is known, one before which it was not said.
        citation: Its number among the citations.
    """

    model_config = ConfigDict(frozen=True)

    claimant: str | None
    claim: str
    stance: Stance
    hedge: str | None
    channel: str | None
    outlet: str | None
    title: str
    date: str | None
    not_before: str | None
    citation: int

    @property
    def when(self) -> str:
        """The day as a reader sees it: "2024-10-25", "not before 2024-10-29" or "undated"."""
        return day_label(self.date, self.not_before)


class SaidBy(BaseModel):
    """What somebody says in the whole archive.

    Attributes:
        by: Who was asked for.
        as_of: The day as on which it is told (ISO), if one was named.
        claimants: The names under which articles quote them.
        claims: A row for each claim, the earliest first, the undated last.
        citations: What they are cited from; a row's `citation` is a `number` of these.
        near: Where nobody of that name is quoted, who is.
        searched: What was looked through.
        missing: What to say where nobody of that name is quoted.
    """

    model_config = ConfigDict(frozen=True)

    by: str
    as_of: str | None
    claimants: tuple[str, ...] = ()
    claims: tuple[Said, ...] = ()
    citations: tuple[Citation, ...] = ()
    near: tuple[str, ...] = ()
    searched: Searched
    missing: str | None = None


def who_says_what(answer: Answer) -> tuple[Said, ...]:
    """Who says what in an answer: in its statements, in the disputes and in the figures beside them.

    Returns:
        A row for each citation and claimant, the earliest first, the undated last; none where it abstains.
    """
    return rows(answer.claims, answer.citations)


def rows(claims: Iterable[Claimed], citations: Iterable[Citation]) -> tuple[Said, ...]:
    """A row for each claim with what it is cited from, the earliest first, the undated last.

    Raises:
        KeyError: A claim has a number that no citation has.
    """
    numbered = {citation.number: citation for citation in citations}
    return tuple(sorted((_row(each, numbered) for each in claims), key=by_day))


def by_day(given: Said) -> tuple[str, int]:
    """What rows are ordered by: the first day on which it can have been said, then the number of the citation."""
    return given.date or given.not_before or "9999", given.citation


def day_label(day: str | None, not_before: str | None) -> str:
    """A day as a reader sees it: "2024-10-25", "not before 2024-10-29" or "undated"."""
    return day or (f"not before {not_before}" if not_before else "undated")


def _row(claimed: Claimed, numbered: Mapping[int, Citation]) -> Said:
    cited = numbered[claimed.citation]
    return Said(**claimed.model_dump(), claim=cited.quote, outlet=cited.outlet, title=cited.title)
