"""Days and spans of days that a question names."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MONTH = (
    r"(?P<month>january|february|march|april|may|june|july|august|september|october|november|december"
    r"|(?:jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\b\.?)"
)
_DAY = r"(?P<day>[0-3]?\d)(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_WORDS_FOR_DAYS = {
    "today": 0, "tonight": 0, "this morning": 0, "this afternoon": 0, "this evening": 0, "yesterday": 1,
    "last night": 1, "the day before yesterday": 2, "tomorrow": -1,
}  # fmt: skip
_SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9}
"""The month in which each begins; winter is left out, as it belongs to two years."""

_WORDS = {"a": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "ten": 10}
_COUNT = rf"(?P<count>\d{{1,3}}|{'|'.join(_WORDS)})"
_UNIT = r"(?P<unit>day|week|month|year)"


@dataclass(frozen=True)
class Days:
    """A span of days that a question names.

    Attributes:
        first: Its first day, None where it is open, as in "until Friday".
        last: Its last day, None where it is open.
        worded: The words, as in the question.
        relative: Whether it counts from the day of asking, as "yesterday" does.
        as_of: Whether the question asks for what could be known by then: "as of 26 October".
        at: Where the words begin in the text.
    """

    first: date | None
    last: date | None
    worded: str
    relative: bool = False
    as_of: bool = False
    at: int = field(default=0, compare=False)


_Span = tuple[date, date]
_Read = Callable[["re.Match[str]", date], _Span]


def days_in(text: str, today: date, near: date | None = None) -> list[Days]:
    """The spans of days that a text names, in order.

    Args:
        text: A question.
        today: What "yesterday" and "last Friday" count from.
        near: A day or month without a year is the one nearest to it; by default `today`.
    """
    found: list[tuple[int, int, Days]] = []
    for pattern, read, relative in _PATTERNS:
        for match in pattern.finditer(text):
            try:
                first, last = read(match, today if relative else near or today)
            except (ValueError, OverflowError):
                continue  # Such as 31 June, which is no day.
            found.append((match.start(), -match.end(), _bounded(match, first, last, today, relative=relative)))
    spans: list[Days] = []
    end = 0
    for start, negative_end, days in sorted(found, key=lambda item: item[:2]):
        if start >= end:
            spans.append(days)
            end = -negative_end
    return spans


_BOUND = r"(?:(?P<bound>as of|since|until|till|by|before|after)\s+)?(?:(?:in|on|during|the)\s+)*"


def _bounded(match: re.Match[str], first: date, last: date, today: date, *, relative: bool) -> Days:
    bound = (match["bound"] or "").lower()
    begin: date | None = first
    end: date | None = last
    if bound in ("as of", "until", "till", "by"):
        begin = None
    elif bound == "before":
        begin, end = None, first - timedelta(days=1)
    elif bound == "since":
        end = max(today, last) if relative or last <= today else None
    elif bound == "after":
        begin, end = last + timedelta(days=1), None
    return Days(begin, end, match[0].strip(), relative, bound == "as of", match.start())


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"\b{_BOUND}{pattern}", re.IGNORECASE)


def _month(match: re.Match[str]) -> int:
    return _MONTHS.index(match["month"][:3].lower()) + 1


def _nearest(today: date, make: Callable[[int], date]) -> date:
    """Of a day without a year, the one nearest to today."""
    near: list[date] = []
    for year in (today.year - 1, today.year, today.year + 1):
        try:
            near.append(make(year))
        except ValueError:
            continue  # 29 February
    if not near:
        raise ValueError("no such day")
    return min(near, key=lambda day: abs(day - today))


def _of_day(match: re.Match[str], today: date) -> _Span:
    month, number = _month(match), int(match["day"])
    day = (
        date(int(match["year"]), month, number) if match["year"] else _nearest(today, lambda y: date(y, month, number))
    )
    return day, day


def _of_iso(match: re.Match[str], _: date) -> _Span:
    day = date.fromisoformat(match["iso"])
    return day, day


def _of_month(match: re.Match[str], today: date) -> _Span:
    month = _month(match)
    year = int(match["year"]) if match["year"] else _nearest(today, lambda y: date(y, month, 15)).year
    length = monthrange(year, month)[1]
    part = (match["part"] or "").lower()
    first, last = {
        "early": (1, 10), "the beginning of": (1, 10), "mid": (10, 20), "the middle of": (10, 20),
        "late": (20, length), "the end of": (20, length),
    }.get(part, (1, length))  # fmt: skip
    return date(year, month, first), date(year, month, last)


def _from_its_beginning(match: re.Match[str], today: date) -> _Span:
    _, last = _of_month(match, today)
    return last.replace(day=1), last


def _of_year(match: re.Match[str], _: date) -> _Span:
    year = int(match["year"])
    return date(year, 1, 1), date(year, 12, 31)


def _of_word(match: re.Match[str], today: date) -> _Span:
    back = _WORDS_FOR_DAYS[" ".join(match["word"].lower().split())]
    day = today - timedelta(days=back)
    return day, day


def _of_weekday(match: re.Match[str], today: date) -> _Span:
    back = (today.weekday() - _WEEKDAYS.index(match["weekday"][:3].lower())) % 7
    day = today - timedelta(days=back or (7 if match["last"] else 0))
    return day, day


def _units(unit: str, count: int) -> relativedelta:
    """A number of days, weeks, months or years."""
    return relativedelta(
        days=count if unit == "day" else 0,
        weeks=count if unit == "week" else 0,
        months=count if unit == "month" else 0,
        years=count if unit == "year" else 0,
    )


def _of_unit(match: re.Match[str], today: date) -> _Span:
    """A whole one for "this week" and "last month", the days up to today for "the past week"."""
    unit, which = match["unit"].lower(), match["which"].lower()
    if which == "past":
        return today - _units(unit, 1), today
    at = today - _units(unit, {"last": 1, "next": -1}.get(which, 0))
    if unit == "week":
        first = at - timedelta(days=at.weekday())
        return first, first + timedelta(days=6)
    if unit == "month":
        return at.replace(day=1), at.replace(day=monthrange(at.year, at.month)[1])
    return (at.replace(month=1, day=1), at.replace(month=12, day=31)) if unit == "year" else (at, at)


def _of_end(match: re.Match[str], today: date) -> _Span:
    """The last day of a year, which "by the end of" it names."""
    which = (match["which"] or "").lower()
    year = int(match["year"]) if match["year"] else today.year + {"next": 1, "last": -1}.get(which, 0)
    return date(year, 12, 31), date(year, 12, 31)


def _of_season(match: re.Match[str], today: date) -> _Span:
    """Three months: of a year that is named, of this or the last; else the latest that has begun."""
    which, month = (match["which"] or "").lower(), _SEASONS[match["season"].lower()]
    latest = today.year if today.month >= month else today.year - 1
    year = {"this": today.year, "next": today.year + 1, "last": today.year - 1}.get(which, latest)
    year = int(match["year"]) if match["year"] else year
    first = date(year, month, 1)
    return first, first + relativedelta(months=3, days=-1)


def _back(match: re.Match[str], today: date) -> date:
    count = _WORDS.get(match["count"].lower()) or int(match["count"])
    return today - _units(match["unit"].lower(), count)


def _ago(match: re.Match[str], today: date) -> _Span:
    return _back(match, today), _back(match, today)


def _in_the_last(match: re.Match[str], today: date) -> _Span:
    return _back(match, today), today


_PATTERNS: tuple[tuple[re.Pattern[str], _Read, bool], ...] = (
    (_compiled(r"(?P<iso>\d{4}-\d\d-\d\d)\b"), _of_iso, False),
    (_compiled(rf"{_MONTH}\s+{_DAY}\b(?:,?\s+{_YEAR}\b)?"), _of_day, False),
    (_compiled(rf"{_DAY}(?:\s+of)?\s+{_MONTH}(?:,?\s+{_YEAR}\b)?"), _of_day, False),
    (
        _compiled(rf"(?P<part>early|mid|late|the (?:beginning|middle|end) of)[\s-]+{_MONTH}(?:,?\s+{_YEAR}\b)?"),
        _of_month,
        False,
    ),
    (
        re.compile(
            rf"\b(?:(?P<bound>as of|since|until|till|by|before|after)|in|during|last|this)\s+(?P<part>)"
            rf"{_MONTH}(?:,?\s+{_YEAR})?\b(?!\s+\d)",
            re.IGNORECASE,
        ),
        _of_month,
        False,
    ),
    (
        re.compile(rf"\b(?:(?P<bound>since|until|till|by|before|after)|in|during)\s+{_YEAR}\b", re.IGNORECASE),
        _of_year,
        False,
    ),
    (_compiled(rf"(?P<word>{'|'.join(_WORDS_FOR_DAYS)})\b"), _of_word, True),
    (
        _compiled(r"(?P<last>last\s+)?(?P<weekday>monday|tuesday|wednesday|thursday|friday|saturday|sunday)\b"),
        _of_weekday,
        True,
    ),
    (_compiled(rf"(?P<which>this|last|past|next)\s+{_UNIT}\b"), _of_unit, True),
    (_compiled(rf"(?:the )?end of (?:{_YEAR}|(?P<which>this|the|next|last) year)\b"), _of_end, True),
    (
        re.compile(
            r"\b(?:(?P<bound>since|until|till|by|before|after)\s+(?:the\s+)?|(?:in|during)\s+(?:the\s+)?"
            rf"|(?P<which>this|last|next|past)\s+)(?P<season>{'|'.join(_SEASONS)})\b(?:(?: of)? {_YEAR}\b)?"
            r"(?! of [a-z])",
            re.IGNORECASE,
        ),
        _of_season,
        True,
    ),
    (
        _compiled(rf"(?:between )?early (?:and|to) (?P<part>mid|late)[\s-]+{_MONTH}(?:,?\s+{_YEAR}\b)?"),
        _from_its_beginning,
        False,
    ),
    (_compiled(rf"{_COUNT}\s+{_UNIT}s?\s+ago\b"), _ago, True),
    (_compiled(rf"(?:last|past)\s+{_COUNT}\s+{_UNIT}s\b"), _in_the_last, True),
)
