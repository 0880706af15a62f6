"""Other dates."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from eval.changes.editing import by_table, replaced, table
from eval.changes.reading import Source

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_WITH_31_DAYS = ("January", "March", "May", "July", "August", "October", "December")
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
# "May" and "March" begin sentences as verbs.
_MONTH = rf"(?:{'|'.join(set(_MONTHS) - {'May', 'March'})}|(?<=\b[a-z]{{2}} )(?:May|March)|(?:May|March)(?= \d))"
_WORD = re.compile(rf"\b(?:{_MONTH}|{'|'.join(_DAYS)})\b")
_DAY_OF_MONTH = re.compile(rf"\b(?:{'|'.join(_MONTHS)}) (\d{{1,2}}(?:st|nd|rd|th)?)\b")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b(?!,\d)")
_RELATIVE = table(
    (r"this year", "next year"),
    (r"last year", "this year"),
    (r"last week", "last month"),
    (r"last month", "last week"),
    (r"coming weeks", "coming years"),
    (r"recent years", "recent weeks"),
    (r"recent weeks", "recent years"),
    (r"the end of (?=this|the year|\d)", "the middle of "),
    (r"(this|last|next|the) summer", r"\1 winter"),
    (r"(this|last|next|the) winter", r"\1 summer"),
    (r"(this|last|next|the) spring", r"\1 autumn"),
    (r"(this|last|next|the) (?:autumn|fall)", r"\1 spring"),
)


def date(source: Source) -> Iterator[str]:
    """Another month, day of the week, day of the month or year, or another "last week"."""
    text = source.text
    yield from _other_words(text)
    for match in _DAY_OF_MONTH.finditer(text):
        yield replaced(text, *match.span(1), _other_day(match[1]))
    for match in _YEAR.finditer(text):
        yield replaced(text, *match.span(), str(int(match[0]) - 1))
    yield from by_table(text, _RELATIVE)


def date_of_other(source: Source, other: Source) -> Iterator[str]:
    """A month or day of the week of another sentence in place of one of this sentence."""
    for match in _WORD.finditer(source.text):
        for foreign in dict.fromkeys(_WORD.findall(other.text)):
            if (match[0] in _DAYS) == (foreign in _DAYS) and foreign not in source.text:
                yield replaced(source.text, *match.span(), foreign)


def is_of_date(text: str, at: int) -> bool:
    """Whether the number that begins there is a year or a day of the month."""
    return any(match.start(match.re.groups) == at for kind in (_DAY_OF_MONTH, _YEAR) for match in kind.finditer(text))


def _other_words(text: str) -> Iterator[str]:
    """Two others for every month and day of the week."""
    for match in _WORD.finditer(text):
        # Whatever the day of the month, a month with 31 of them has it.
        all_words = _DAYS if match[0] in _DAYS else _WITH_31_DAYS
        for word in [word for word in _after(all_words, match[0]) if word not in text][:2]:
            yield replaced(text, *match.span(), word)


def _after(words: Sequence[str], word: str) -> list[str]:
    """The other words, those that come after it in the year or week first."""
    order = _DAYS if word in _DAYS else _MONTHS
    return sorted((other for other in words if other != word), key=lambda other: _distance(order, word, other))


def _distance(order: Sequence[str], word: str, other: str) -> int:
    return (order.index(other) - order.index(word)) % len(order)


def _other_day(day: str) -> str:
    """Another day, with "th" behind it where there was such an ending: none of 11 to 20 takes another."""
    digits = re.sub(r"\D", "", day)
    other = 11 + (int(digits) + 3) % 10
    return f"{other}{'' if day == digits else 'th'}"
