"""Days, months, years and times in words, each in the place that the sources give it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from dateutil.relativedelta import relativedelta

from rag.checks.comparison import Comparison, displaced
from rag.checks.reading import Feature, Reading, features

if TYPE_CHECKING:
    from spacy.tokens import Token

_MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
_DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
_SHORT = {month[:3]: month for month in _MONTHS} | {"sept": "september"}
_SEASONS = {"summer": "summer", "winter": "winter", "spring": "spring", "autumn": "autumn", "fall": "autumn"}
_PERIODS = ("day", "week", "weekend", "month", "quarter", "year", "decade", "century", *_SEASONS)
_DEICTIC = {
    "last": "past", "past": "past", "previous": "past", "recent": "past", "earlier": "past", "ago": "past",
    "this": "now", "current": "now", "next": "future", "coming": "future", "following": "future", "ahead": "future",
    "upcoming": "future",
}  # fmt: skip
_PART = {
    "early": "start", "beginning": "start", "start": "start", "mid": "middle", "middle": "middle", "late": "end",
    "end": "end", "close": "end",
}  # fmt: skip
_YEAR = re.compile(r"(?:19|20)\d\d")
_DAY = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?")
_ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
_OUT = re.compile(r"\b(?:before|until) (?P<year>(?:19|20)\d\d)\b|\bby the end of (?P<ended>(?:19|20)\d\d)\b")


@dataclass(frozen=True)
class When:
    """A word of time in a sentence.

    Attributes:
        kind: "month", "weekday", "year", "day", "season", "period" or "part".
        value: Which one.
        token: The word.
        of: To what it belongs: the month of a day, the deixis of a period.
    """

    kind: str
    value: str
    token: Token
    of: str = ""


def dates_hold(comparison: Comparison, published: dict[Reading, date] | None = None) -> bool:
    """Whether every time in the statement is that of its sources.

    Args:
        comparison: Statement and sources.
        published: The day of publication of a source, where it is known; "on Wednesday" is resolved by it.
    """
    said = times(comparison.statement)
    known = [when for source in comparison.sources for when in times(source)]
    resolved = _resolved(comparison, published or {})
    for kind in ("month", "weekday", "year", "day", "season"):
        here = [when for when in said if when.kind == kind and (kind, when.value) not in resolved]
        there = [when for when in known if when.kind == kind]
        if {when.value for when in here} - {when.value for when in there}:
            return False
        if displaced(here, there, _same, _where):
            return False
    return _periods_hold(said, known) and _parts_hold(said, known)


def times(reading: Reading) -> list[When]:
    """The words of time of a sentence, in order."""
    return list(_times(reading))


def day_numbers(reading: Reading) -> set[int]:
    """The indices of the tokens that are years or days of a month."""
    return {when.token.i for when in times(reading) if when.kind in ("year", "day")}


def _times(reading: Reading) -> Iterator[When]:
    for token in reading.doc:
        word = token.lower_.rstrip(".")
        if match := _ISO.fullmatch(word):
            yield When("year", match[1], token)
            if 1 <= int(match[2]) <= 12:
                yield When("month", _MONTHS[int(match[2]) - 1], token)
            yield When("day", str(int(match[3])), token)
        elif (month := _month(token)) is not None:
            yield When("month", month, token)
            if (part := _part_before(token)) is not None:
                yield When("part", part, token, month)
            for near in _around(token):
                if (match := _DAY.fullmatch(near.lower_)) and 1 <= int(match[1]) <= 31:
                    yield When("day", match[1], near, month)
                    break
        elif word in _DAYS and token.text[:1].isupper():
            yield When("weekday", word, token)
        elif _YEAR.fullmatch(word) and not any(child.dep_ == "nummod" for child in token.children):
            if token.dep_ != "nummod" or token.head.pos_ == "PROPN" or _month(token.head) is not None:
                yield When("year", word, token)
                if (part := _part_before(token)) is not None:
                    yield When("part", part, token, word)
        elif token.lemma_.lower() in _PERIODS and token.pos_ in ("NOUN", "PROPN"):
            period = token.lemma_.lower()
            if period in _SEASONS:
                yield When("season", _SEASONS[period], token)
            if (deixis := _deixis(token)) is not None:
                yield When("period", period, token, deixis)
            if (part := _part_before(token)) is not None:
                yield When("part", part, token, "period")


def _month(token: Token) -> str | None:
    word = token.lower_.rstrip(".")
    if not token.text[:1].isupper():
        word = re.sub(r"^mid-", "", word) if word.startswith("mid-") else ""
    word = re.sub(r"^(?:mid|early|late)-", "", word)
    if word in ("may", "march") and token.pos_ not in ("PROPN", "NOUN"):
        return None
    if word in _MONTHS:
        return word
    return _SHORT.get(word) if token.pos_ == "PROPN" and token.ent_type_ == "DATE" else None


def _around(token: Token) -> Iterator[Token]:
    doc = token.doc
    for at in (token.i + 1, token.i - 1, token.i - 2):
        if 0 <= at < len(doc) and (at != token.i - 2 or doc[token.i - 1].lower_ == "of"):
            yield doc[at]


def _deixis(token: Token) -> str | None:
    near = [*token.children, *(child for near in token.children for child in near.children)]
    if token.i + 1 < len(token.doc):
        near.append(token.nbor(1))
    return next((_DEICTIC[each.lower_] for each in near if each.lower_ in _DEICTIC), None)


def _part_before(token: Token) -> str | None:
    """The part of a month or year: "early" in "early October", "end" in "the end of this year"."""
    if match := re.match(r"(mid|early|late)-", token.lower_):
        return _PART[match[1]]
    doc = token.doc
    before = [doc[at].lower_ for at in range(max(0, token.i - 4), token.i)]
    while before and before[-1] in ("the", "of", "this", "last", "next", "-"):
        before.pop()
    return _PART.get(before[-1]) if before else None


def _periods_hold(said: list[When], known: list[When]) -> bool:
    """Periods: "next year" stands on no "this year", and "in recent weeks" on no "in recent years"."""
    there = [when for when in known if when.kind == "period"]
    for when in said:
        if when.kind != "period" or not there:
            continue
        same = [other for other in there if other.value == when.value]
        if same and not any(other.of == when.of for other in same):
            return False
        if not same and any(other.of == when.of for other in there):
            return False
    return True


def _parts_hold(said: list[When], known: list[When]) -> bool:
    for when in said:
        if when.kind == "part":
            there = {other.value for other in known if other.kind == "part" and other.of == when.of}
            if there and when.value not in there:
                return False
    return True


def _same(one: When, other: When) -> bool:
    return one.value == other.value


def _where(when: When) -> dict[Feature, float]:
    return features(when.token.i, when.token.i + 1, when.token)


def _resolved(comparison: Comparison, published: dict[Reading, date]) -> set[tuple[str, str]]:
    """The days that the sources name otherwise: by the day of publication, or as the end of the year before."""
    found: set[tuple[str, str]] = set()
    ends = {match["ended"] for source in comparison.sources for match in _OUT.finditer(source.text) if match["ended"]}
    for match in _OUT.finditer(comparison.statement.text):
        if match["year"] and str(int(match["year"]) - 1) in ends:
            found.add(("year", match["year"]))
    for source, day in published.items():
        for resolved, of in _days_of(source, day):
            found.add(("year", str(resolved.year)))
            if of != "year":
                found.add(("month", _MONTHS[resolved.month - 1]))
            if of == "day":
                found |= {("day", str(resolved.day)), ("weekday", _DAYS[resolved.weekday()])}
    return found


def _days_of(source: Reading, day: date) -> Iterator[tuple[date, str]]:
    """What the relative times of a source come to, each with how exact that is."""
    for name, ago in (("today", 0), ("yesterday", 1), ("tomorrow", -1)):
        if re.search(rf"\b{name}\b", source.text, re.IGNORECASE):
            yield day - timedelta(days=ago), "day"
    for when in times(source):
        if when.kind == "weekday":
            yield day - timedelta(days=(day.weekday() - _DAYS.index(when.value)) % 7), "day"
        elif when.kind == "month":
            month = _MONTHS.index(when.value) + 1
            yield date(day.year - (month > day.month), month, 1), "year"
        elif when.kind == "period" and when.value in ("month", "year"):
            steps = {"past": -1, "now": 0, "future": 1}[when.of]
            away = relativedelta(months=steps) if when.value == "month" else relativedelta(years=steps)
            yield day + away, when.value
