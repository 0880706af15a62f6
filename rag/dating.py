"""The days that a sentence of an article names, each resolved to the calendar where article and wording allow.

News names a day by its weekday alone. Whether that is the one before or the one after the article's own day is told by
the verb that it belongs to: "will meet on Wednesday" is yet to come. The article's own weekday is its own day, as most
outlets write, but for one case: where a sentence soon after tells, of the same, of "another" or "further" on an earlier
weekday, the order of telling is taken for the order of events, and the first of the two is a week back.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from dateutil.relativedelta import relativedelta

from index.analysis import content_terms
from index.article import Article, Sentence
from rag.checks.reading import Reading, read
from rag.days import Days, days_in

if TYPE_CHECKING:
    from spacy.tokens import Token

_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_ANY_DAY = date(2000, 1, 1)
"""For the words alone: no day is taken that hangs on it."""

_WEEKDAY = re.compile(r"^(?:on |late |early )*(?:mon|tues|wednes|thurs|fri|satur|sun)day$", re.IGNORECASE)
_AHEAD = frozenset({"will", "'ll", "’ll", "shall", "wo"})
_PLANNED = frozenset({"schedule", "expect", "plan", "set", "slate", "due", "intend", "hope", "go", "want"})
_MORE = re.compile(r"\b(?:another|further|additional|second)\b", re.IGNORECASE)
_SOON = 3
"""Sentences within which "another" follows on what it adds to."""

_SAME = 0.5
"""Share of the words of the shorter beginning that two sentences have in common where they tell of the same."""

_KEPT = 20_000
_WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Dated:
    """A day or a span of days that a sentence names.

    Attributes:
        first: Its first day; None where it is open, or cannot be told.
        last: Its last day; None likewise.
        worded: The words, as in the sentence, its white space tidied.
        at: Where they begin in it.
    """

    first: date | None
    last: date | None
    worded: str
    at: int

    @property
    def day(self) -> date | None:
        """The one day that it is, if it is one and can be told."""
        return self.first if self.first == self.last else None


@lru_cache(maxsize=_KEPT)
def days_of(article: Article, sentence: Sentence) -> tuple[Dated, ...]:
    """The days that a sentence names, in order; what cannot be told without the article's own day stays as worded."""
    found = _named(article, sentence)
    return tuple(
        replace(each, first=each.day - _WEEK, last=each.day - _WEEK)
        if each.day and each.day == article.published and _is_before_another(article, sentence, each)
        else each
        for each in found
    )


def _named(article: Article, sentence: Sentence) -> list[Dated]:
    near = article.published or article.not_before
    anchor = near or _ANY_DAY
    reading = read(sentence.of(article.text))
    found: list[Dated] = []
    for days in days_in(reading.doc.text, anchor, anchor):
        has_year = _YEAR.search(days.worded) is not None
        if not (has_year or (article.published if days.relative else near)):
            found.append(Dated(None, None, days.worded, days.at))
            continue
        directed = days if has_year else _directed(days, anchor, reading)
        found.append(Dated(directed.first, directed.last, days.worded, days.at))
    return found


def _directed(days: Days, anchor: date, reading: Reading) -> Days:
    """A weekday, or a month or day without its year, before or after the article's day as its verb has it."""
    if days.first is None or days.last is None:
        return days
    ahead = _is_ahead(days, reading)
    if _WEEKDAY.match(days.worded):
        if ahead and days.last <= anchor:
            return replace(days, first=days.first + _WEEK, last=days.last + _WEEK)
        return days
    if days.relative:
        return days
    years = 0
    if ahead and days.last < anchor:
        years = 1
    elif ahead is False and days.first > anchor:
        years = -1
    shift = relativedelta(years=years)
    return replace(days, first=days.first + shift, last=days.last + shift)


def _is_ahead(days: Days, reading: Reading) -> bool | None:
    """Whether the verb that some days belong to tells of what is yet to come; None where there is no such verb."""
    span = reading.doc.char_span(days.at, days.at + len(days.worded), alignment_mode="expand")
    above = [] if span is None else list(span.root.ancestors)
    verbs = [token for token in above if token.pos_ in ("VERB", "AUX")]
    if not verbs:
        return None
    nearest = verbs[0]
    if any(child.lower_ in _AHEAD for child in nearest.children if child.dep_ == "aux"):
        return True
    is_infinitive = any(child.tag_ == "TO" for child in nearest.children)
    heads = [nearest, *([nearest.head] if is_infinitive else [])]
    if any(_is_plan(head) for head in heads):
        return True
    return False if nearest.tag_ in ("VBD", "VBN") or _has_past_above(verbs) else None


def _is_plan(verb: Token) -> bool:
    """Whether a verb is of planning, in the passive or before another: "scheduled for Monday", "was set to decide"."""
    if verb.lemma_.lower() not in _PLANNED:
        return False
    return verb.tag_ == "VBN" or any(child.dep_ == "xcomp" for child in verb.children)


def _has_past_above(verbs: list[Token]) -> bool:
    return any(verb.tag_ == "VBD" for verb in verbs)


def _is_before_another(article: Article, sentence: Sentence, own: Dated) -> bool:
    """Whether a sentence soon after tells of "another" of the same on an earlier weekday."""
    if not _WEEKDAY.match(own.worded):
        return False
    at = article.sentences.index(sentence) if sentence in article.sentences else -1
    if at < 0:
        return False
    telling = _opening(article, sentence)
    for later in article.sentences[at + 1 : at + 1 + _SOON]:
        words, named = later.of(article.text), _named(article, later)
        is_earlier = any(each.day and own.day and each.day < own.day and _WEEKDAY.match(each.worded) for each in named)
        also = _opening(article, later)
        if is_earlier and _MORE.search(words) and len(telling & also) >= _SAME * min(len(telling), len(also)):
            return True
    return False


def _opening(article: Article, sentence: Sentence) -> frozenset[str]:
    return frozenset(content_terms(sentence.of(article.text)))
