"""Puts evidence into the order that a question wants: by how well it answers, or by day."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from index.analysis import content_terms
from rag.claims import claim_at
from rag.disputes import Denial
from rag.evidence import Evidence
from rag.figures import FigureFound, latest_first
from rag.in_time import Wants
from rag.question import Question, Seeks

_NEAR_BEST = 0.4
"""Share of the best odds from which on a sentence answers well enough to go before the best by its day."""

_NO_DAY = {Wants.LATEST: date.min, Wants.EARLIEST: date.max, Wants.CHANGE: date.max}
"""What bears no day comes behind what does."""


def in_wanted_order(
    question: Question,
    answering: Sequence[Evidence],
    figures: Sequence[FigureFound],
    denials: Callable[[Sequence[str]], Sequence[Denial]],
) -> list[Evidence]:
    """Evidence in the order in which a question wants it.

    A question of "how many" is led by the latest figure of what is so, by the earliest where it asks how a story began.
    One that asks how something has changed has its evidence by day, the oldest first: the figures of what is so, or
    what those deny and do not dispute whose position it asks for, where there are such. Any other that wants the latest
    or the earliest has by day before the rest what answers nearly as well as the best, and where it asks what somebody
    said, all that they said. One that asks which figures there are has all of them, the latest first; one that asks
    for the highest or lowest has those in front.

    Args:
        question: Alone, without the words of time; see `Question.alone`.
        answering: To answer from, best first.
        figures: Of what the question counts, the latest first.
        denials: Finds what is denied of some texts; see `DisputeFinder.find`.
    """
    told = question.in_time
    if not answering or (told is None and not figures):
        return list(answering)
    if told is not None and told.wants is Wants.CHANGE:
        course = _of_what_is_so(figures) or _position(question, told.whose, answering, denials)
        return _by_day(course or answering, Wants.CHANGE)
    if told is not None and told.wants is Wants.FIGURES:
        return _given(figures) or list(answering)
    if told is not None and told.wants in (Wants.HIGHEST, Wants.LOWEST):
        return _in_front(_given(_by_value(figures, told.wants)), answering)
    if figures:
        wanted = figures[::-1] if told is not None and told.wants is Wants.EARLIEST else figures
        return latest_first(answering, wanted, question)
    assert told is not None
    near = _said_by_named(question, answering) or _near_best(answering)
    return _in_front(_by_day(near, told.wants), answering)


def _in_front(first: Sequence[Evidence], others: Sequence[Evidence]) -> list[Evidence]:
    places = {_place(item) for item in first}
    return [*first, *(item for item in others if _place(item) not in places)]


def _given(figures: Sequence[FigureFound]) -> list[Evidence]:
    """The sentences of figures, each once, parts of others left out."""
    found = {_place(each.evidence): each.evidence for each in reversed(figures) if not each.is_part}
    return list(found.values())[::-1]


def _by_value(figures: Sequence[FigureFound], wants: Wants) -> list[FigureFound]:
    """Figures with the highest or lowest in front; of a vague one such as "several thousand" the least counts."""
    sign = -1 if wants is Wants.HIGHEST else 1
    return sorted(figures, key=lambda each: sign * (each.value or each.low or each.high or 0.0))


def _of_what_is_so(figures: Sequence[FigureFound]) -> list[Evidence]:
    """The sentences of the figures of what is so, each once; none where there is only one of them."""
    found = {_place(each.evidence): each.evidence for each in figures if each.sort == "in place"}
    return list(found.values()) if len(found) > 1 else []


def _near_best(answering: Sequence[Evidence]) -> list[Evidence]:
    return [item for item in answering if _odds(item) >= _NEAR_BEST * _odds(answering[0])]


def _said_by_named(question: Question, answering: Sequence[Evidence]) -> list[Evidence]:
    """What somebody says whom the question names, where it asks what was said."""
    if question.seeks is not Seeks.SAYING:
        return []
    named = [set(content_terms(name)) for name in question.names]
    return [item for item in answering if any(_speaks_for(item, each, question) for each in named)]


def _position(
    question: Question,
    whose: str | None,
    answering: Sequence[Evidence],
    denials: Callable[[Sequence[str]], Sequence[Denial]],
) -> list[Evidence]:
    """What those deny, do not dispute and say to it who are named by their own name or as their country's."""
    wanted = set(content_terms(whose or ""))
    if not wanted:
        return []
    found = [*(each.evidence for each in denials([question.resolved])), *answering]
    spoken = {_place(item): item for item in found if _speaks_for(item, wanted, question)}
    return list(spoken.values())


def _speaks_for(item: Evidence, wanted: set[str], question: Question) -> bool:
    claim = claim_at(item.article, item.sentence)
    named = set(content_terms(claim.claimant or "")) if claim is not None else set()
    return wanted <= named | question.meant_by(named)


def _by_day(evidence: Sequence[Evidence], wants: Wants) -> list[Evidence]:
    sign = -1 if wants is Wants.LATEST else 1
    return sorted(evidence, key=lambda item: sign * (_day(item) or _NO_DAY[wants]).toordinal())


def _day(item: Evidence) -> date | None:
    """The first day on which a sentence can have been said."""
    claim = claim_at(item.article, item.sentence)
    return item.article.earliest if claim is None else claim.day


def _odds(item: Evidence) -> float:
    return item.score / max(1 - item.score, 1e-6)


def _place(item: Evidence) -> tuple[str, int]:
    return item.article.id, item.sentence.start
