"""Whether a sentence can tell of the days that a question names: nothing is reported before it has happened."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from index.article import Article, Sentence
from rag import wording
from rag.dating import days_of
from rag.days import days_in
from rag.question import Question

_MARGIN = timedelta(days=1)
"""By which the day of an outlet may differ from that of whoever asks."""

_LOOSELY = timedelta(days=4)
"""By which "this week" and "last week" are stretched: on a Monday, "this week" is mostly the one that has passed."""

_WEEK = re.compile(r"\bweek$", re.IGNORECASE)
_WEEKDAY = re.compile(r"(?:mon|tues|wednes|thurs|fri|satur|sun)day$", re.IGNORECASE)


def is_too_early(question: Question, article: Article, sentence: Sentence) -> bool:
    """Whether a sentence was published before any of the days that a question names.

    What names one of them itself is not too early, as it announces something. What bears no date is, where the days
    count from the day of asking, as "this week" does, unless its text shows that it is of then.
    """
    asked_of = _days_asked_of(question)
    if not asked_of or any(_may_be_of(each, article) for each in asked_of):
        return False
    if not days_in(sentence.of(article.text), asked_of[0].first, asked_of[0].first):
        return True  # It need not be parsed, as most need not.
    named = [(each.first, each.last) for each in days_of(article, sentence) if each.first and each.last]
    return not any(
        first <= each.last and each.first - each.margin <= last for first, last in named for each in asked_of
    )


def days_in_words(question: Question) -> str | None:
    """The days that a question names, such as "18 to 24 November 2024"; None where it names none that have begun."""
    return next((wording.days(each.first, each.last) for each in _days_asked_of(question)), None)


@dataclass(frozen=True)
class _AskedOf:
    first: date
    last: date
    margin: timedelta
    counts_from_today: bool


def _may_be_of(days: _AskedOf, article: Article) -> bool:
    """Whether an article can have been published when they had begun."""
    if article.earliest is not None and article.earliest >= days.first - days.margin:
        return True
    return article.published is None and not days.counts_from_today


def _days_asked_of(question: Question) -> list[_AskedOf]:
    """The spans in a question that have begun when it is asked.

    A weekday is left out: in a question about a story that is long past, "on Friday" is the story's.
    """
    asked_on = question.asked_on
    return [
        _AskedOf(each.first, each.last or asked_on, _LOOSELY if _WEEK.search(each.worded) else _MARGIN, each.relative)
        for each in question.days
        if each.first and asked_on and each.first <= asked_on and not each.as_of and not _WEEKDAY.search(each.worded)
    ]
