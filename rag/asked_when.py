"""Whether a sentence can tell of the days that a question names: nothing is reported before it has happened."""

from __future__ import annotations

import re
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

    What names one of them itself is not too early, as it announces something; nor is what bears no date.
    """
    asked_of = [(first - margin, last) for first, last, margin in _days_asked_of(question)]
    published = article.published
    if not asked_of or published is None or any(published >= first for first, _ in asked_of):
        return False
    if not days_in(sentence.of(article.text), published, published):
        return True  # It need not be parsed, as most need not.
    named = [(each.first, each.last) for each in days_of(article, sentence) if each.first and each.last]
    return not any(first <= end and begin <= last for first, last in named for begin, end in asked_of)


def days_in_words(question: Question) -> str | None:
    """The days that a question names, such as "18 to 24 November 2024"; None where it names none that have begun."""
    return next((wording.days(first, last) for first, last, _ in _days_asked_of(question)), None)


def _days_asked_of(question: Question) -> list[tuple[date, date, timedelta]]:
    """First and last day, and the margin before them, of the spans in a question that have begun when it is asked.

    A weekday is left out: in a question about a story that is long past, "on Friday" is the story's.
    """
    asked_on = question.asked_on
    return [
        (each.first, each.last or asked_on, _LOOSELY if _WEEK.search(each.worded) else _MARGIN)
        for each in question.days
        if each.first and asked_on and each.first <= asked_on and not each.as_of and not _WEEKDAY.search(each.worded)
    ]
