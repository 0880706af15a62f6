"""What is cited, by number, and who says each of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rag.answer import Citation, Claimed, Figure, source_of
from rag.claims import Claim, claims_of
from rag.evidence import Evidence
from rag.figures import FigureFound
from rag.resting import rests_on


class Cited:
    """The citations of one answer or view, numbered from 1 in the order in which they were first cited."""

    def __init__(self, outlets: Sequence[str] = ()) -> None:
        """Begins with none; takes the outlets of the archive."""
        self._outlets = outlets
        self._by_place: dict[tuple[str, int, int], tuple[Citation, Evidence]] = {}

    def number(self, item: Evidence) -> int:
        """The number of a sentence, which is cited by this where it was not before."""
        place = _place(item)
        if place not in self._by_place:
            self._by_place[place] = cite(item, len(self._by_place) + 1, self._outlets), item
        return self._by_place[place][0].number

    @property
    def places(self) -> frozenset[tuple[str, int, int]]:
        """What is cited: article, start and end."""
        return frozenset(self._by_place)

    @property
    def citations(self) -> tuple[Citation, ...]:
        """The citations, by number."""
        return tuple(citation for citation, _ in self._by_place.values())

    @property
    def claims(self) -> tuple[Claimed, ...]:
        """Who says each of them, by number."""
        return tuple(
            claimed for citation, item in self._by_place.values() for claimed in _claimed(item, citation.number)
        )


def cite(evidence: Evidence, number: int, outlets: Sequence[str] = ()) -> Citation:
    """The citation of a sentence; the outlets are those of the archive, see `rag.resting`."""
    article, sentence = evidence.article, evidence.sentence
    return Citation(
        **source_of(article),
        number=number,
        start=sentence.start,
        end=sentence.end,
        quote=evidence.text,
        origin=article.origin,
        rests_on=rests_on(article, sentence, outlets),
    )


def claimed(claim: Claim, number: int) -> Claimed:
    """A claim as an answer tells it."""
    return Claimed(
        claimant=claim.claimant or claim.article.outlet,
        stance=claim.stance,
        hedge=claim.hedge,
        channel=claim.channel,
        **dates_of(claim),
        citation=number,
    )


def figure_of(found: FigureFound, number: int) -> Figure:
    """A figure as an answer tells it."""
    return Figure(
        value=found.value,
        low=found.low,
        high=found.high,
        unit=found.unit,
        hedge=found.hedge,
        sort=found.sort,
        claimant=found.claim.claimant or found.evidence.article.outlet,
        **dates_of(found.claim),
        is_part=found.is_part,
        citation=number,
    )


def dates_of(claim: Claim) -> dict[str, str | None]:
    """When something was said, or before which day it was not."""
    if claim.dated is not None:
        return {"date": claim.dated.isoformat(), "not_before": None}
    not_before = claim.article.not_before
    return {"date": None, "not_before": None if not_before is None else not_before.isoformat()}


def _claimed(item: Evidence, number: int) -> Iterator[Claimed]:
    """One for each claimant: a citation of several sentences may have several of one."""
    found: dict[str | None, Claimed] = {}
    for claim in claims_of(item.article):
        if claim.sentence.overlaps(item.sentence):
            found.setdefault(claim.claimant, claimed(claim, number))
    yield from found.values()


def _place(item: Evidence) -> tuple[str, int, int]:
    return item.article.id, item.sentence.start, item.sentence.end
