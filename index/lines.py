"""Lines of a text, and what can be told of one by itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from dateutil import parser

from index.article import Span

LONGEST_MARK = 300
"""Characters. No title, date line or link is longer; a longer line is prose, and no pattern is tried on it."""

_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?"
    r"|Nov(?:ember)?|Dec(?:ember)?)\.?"
)
_DAY = re.compile(
    rf"\d{{4}}-\d{{2}}-\d{{2}}|{_MONTH}\s+\d{{1,2}},?\s+\d{{4}}|\d{{1,2}}\s+{_MONTH},?\s+\d{{4}}", re.IGNORECASE
)
_POST = re.compile(rf"[—–-]+\s*\S.*\(@\w+\)\s*({_DAY.pattern})\s*", re.IGNORECASE)
_PROSE_END = re.compile(r"[.!?…:;][\"'”’»)\]]*$")


def lines_of(text: str) -> Iterator[Span]:
    """The lines of a text that hold something, without the white space around them."""
    for match in re.finditer(r"[^\r\n]+", text):
        line = strip_span(text, Span(match.start(), match.end()))
        if line.end > line.start:
            yield line


def strip_span(text: str, span: Span) -> Span:
    """The span without the white space at its ends; empty where there is nothing else."""
    inside = span.of(text)
    lead = len(inside) - len(inside.lstrip())
    return Span(span.start + lead, span.start + lead + len(inside.strip()))


def ends_like_prose(line: str) -> bool:
    """Whether the line closes as a sentence does, so that it is no title, banner or heading."""
    return len(line) > LONGEST_MARK or _PROSE_END.search(line.rstrip()[-20:]) is not None


def day_in(words: str) -> tuple[date, str] | None:
    """The one calendar day that a short text names, and the text without it; None where there is none, or several."""
    found = list(_DAY.finditer(words[:LONGEST_MARK]))
    if len(found) != 1:
        return None
    try:
        day = parser.parse(re.sub(r"\bSept\b", "Sep", found[0][0], flags=re.IGNORECASE)).date()
    except (ValueError, OverflowError):
        return None
    return day, words[: found[0].start()] + " " + words[found[0].end() :]


def post_day(line: str) -> tuple[date, str] | None:
    """The day of the post that a line credits, "— Name (@handle) May 1, 2024", as read and as written; else None."""
    match = _POST.fullmatch(line.strip()) if len(line) <= LONGEST_MARK else None
    if match is None or (read := day_in(match[1])) is None:
        return None
    return read[0], match[1]
