"""The days that a sentence of an article names, each resolved to the calendar where article and wording allow."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from index.article import Article, Sentence
from rag.days import days_in

_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_ANY_DAY = date(2000, 1, 1)
"""For the words alone: no day is taken that hangs on it."""


@dataclass(frozen=True)
class Dated:
    """A day or a span of days that a sentence names.

    Attributes:
        first: Its first day; None where it is open, or cannot be told.
        last: Its last day; None likewise.
        worded: The words, as in the sentence.
    """

    first: date | None
    last: date | None
    worded: str


def days_of(article: Article, sentence: Sentence) -> tuple[Dated, ...]:
    """The days that a sentence names, in order; what cannot be told without the article's own day stays as worded."""
    near = article.published or article.not_before
    anchor = near or _ANY_DAY
    found: list[Dated] = []
    for days in days_in(" ".join(sentence.of(article.text).split()), anchor, anchor):
        is_known = bool(article.published) if days.relative else bool(near or _YEAR.search(days.worded))
        found.append(Dated(days.first if is_known else None, days.last if is_known else None, days.worded))
    return tuple(found)
