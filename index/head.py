"""What stands above the text of an article: header lines, a site's banner, the title, a byline, a date."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from index.article import Span
from index.lines import LONGEST_MARK, day_in, ends_like_prose

_FIRST_LINE = re.compile(r"date\s+(\d{4}-\d{2}-\d{2})\s+(.+)", re.IGNORECASE)
_HEADER = re.compile(r"([A-Z][\w -]{1,20}?)\s*:\s+(.+)", re.IGNORECASE)
_FIELDS = {"title": "title", "headline": "title", "outlet": "outlet", "source": "outlet", "publisher": "outlet"}
_FIELDS |= {"date": "published", "published": "published"}
_BESIDE_A_DATE = re.compile(
    r"\b(?:published|posted|updated|modified|created|last|first|date|on|at|all|news|(?:mon|tues?|wed(?:nes)?|thu(?:rs)?"
    r"|fri|sat(?:ur)?|sun)(?:day)?)\b|\d{1,2}[:.]\d{2}(?::\d{2})?(?:\s*[ap]\.?m\b\.?)?"
    r"|\b(?:GMT|UTC|MSK|[A-Z]{1,3}T)\b(?:[+-]\d{1,2}(?::?\d{2})?)?|[\s,.|·•:;/()–—-]",
    re.IGNORECASE,
)
_UPDATED = re.compile(r"\b(?:updated|modified)\b", re.IGNORECASE)
_BYLINE = re.compile(r"by\s+\S.{0,80}", re.IGNORECASE)
_NOISE = re.compile(
    r"https?://\S+|(?:photo|image|picture|credit|caption)\b.*|advertisement|\d+\s+min(?:ute)?s?\s+read|(?:published\s+)?\d+\s+\w+\s+ago",
    re.IGNORECASE,
)
_OUTLET_WORD = re.compile(
    r"\b(?:news|times|post|herald|tribune|daily|journal|gazette|press|chronicle|guardian|observer|telegraph|today"
    r"|agency|radio|tv|magazine|review|standard|independent|mail|wire|report|reporter|courier|star|globe|media"
    r"|reuters|afp|ap|bbc|cnn|yonhap|ukrinform|interfax|tass|kyodo|xinhua|bloomberg|meduza|politico|axios)\b",
    re.IGNORECASE,
)
_COPY_MARK = re.compile(r"(?:_\d+|\s\(\d+\))$")
_LONGEST_TITLE = 200
_MOST_LINES = 8
_OUTLET_WORDS = 5


@dataclass
class Head:
    """What a head tells, and where it ends; the text of the article follows.

    The fields are those of `Article`; `title` may be None, and `end` counts characters from 0.
    """

    title: str | None = None
    title_from: str = "opening words"
    outlet: str | None = None
    outlet_from: str | None = None
    published: date | None = None
    published_from: str | None = None
    end: int = 0


@dataclass(frozen=True)
class _Line:
    span: Span
    words: str
    day: date | None

    @property
    def is_mark(self) -> bool:
        """Whether it tells of the article and can be no part of it: a date, a byline, a photo's credit."""
        return self.day is not None or bool(_BYLINE.fullmatch(self.words) or _NOISE.fullmatch(self.words))

    @property
    def is_label(self) -> bool:
        """Whether it names a section of a site: "NEWS"."""
        return self.words.isupper() and len(self.words.split()) <= 2

    @property
    def is_outlet(self) -> bool:
        return len(self.words.split()) <= _OUTLET_WORDS and _OUTLET_WORD.search(self.words) is not None


def read_head(text: str, lines: Sequence[Span]) -> Head:
    """Reads what stands above the text of an article.

    Args:
        text: The text of a file.
        lines: Its lines, at least one.

    Returns:
        What was found. Whatever is not clearly a mark, a banner or the one title is left to the text.
    """
    head = Head(end=lines[0].start)
    first = _FIRST_LINE.fullmatch(lines[0].of(text)) if len(lines) > 1 and _is_short(lines[0]) else None
    if first and (read := day_in(first[1])):
        head.published, head.published_from = read[0], "first line"
        head.title, head.title_from = _clean(first[2]), "first line"
        head.end = lines[0].end
        return head
    headers = _read_headers(head, text, lines)
    _read_banner(head, text, lines[headers:])
    return head


def _is_short(line: Span) -> bool:
    return line.end - line.start <= LONGEST_MARK


def _read_headers(head: Head, text: str, lines: Sequence[Span]) -> int:
    """Reads lines such as "outlet: The Example Times". Returns how many lines they take."""
    count = 0
    known = False
    for line in lines[:_MOST_LINES]:
        match = _HEADER.fullmatch(line.of(text)) if _is_short(line) else None
        if match is None or (count and _apart(text, lines[count - 1], line)):
            break
        field = _FIELDS.get(match[1].lower())
        if field != "title" and ends_like_prose(match[2]):
            break
        count += 1
        known |= field is not None
        if field == "title":
            head.title, head.title_from = _clean(match[2]), "header"
        elif field == "outlet":
            head.outlet, head.outlet_from = match[2], "header"
        elif field == "published" and (read := day_in(match[2])):
            head.published, head.published_from = read[0], "header"
    if not known:
        return 0
    head.end = lines[count - 1].end
    return count


def _read_banner(head: Head, text: str, lines: Sequence[Span]) -> None:
    """Reads the lines above the first paragraph."""
    above, is_above_prose = _above_prose(text, lines)
    marks = next((n for n, line in enumerate(above) if not line.is_mark), len(above))
    if head.title is not None or not is_above_prose:
        above = above[:marks]
    if len(above) == len(lines):
        return
    title = _title_among(above)
    ends = marks if title is None else title + 1
    while ends < len(above) and (above[ends].is_mark or above[ends].is_outlet):
        ends += 1
    if ends:
        head.end = above[ends - 1].span.end
    if title is not None:
        head.title, head.title_from = _clean(above[title].words), "head"
    dated = sorted((line for line in above if line.day), key=lambda line: bool(_UPDATED.search(line.words)))
    if head.published is None and dated:
        head.published, head.published_from = dated[0].day, "head"
    outlets = [line.words for n, line in enumerate(above[:ends]) if n != title and line.is_outlet and not line.is_label]
    if head.outlet is None and outlets:
        head.outlet, head.outlet_from = outlets[0], "banner"


def _above_prose(text: str, lines: Sequence[Span]) -> tuple[list[_Line], bool]:
    """The lines above the first one that reads as prose, and whether there is such a one below them."""
    above: list[_Line] = []
    for n, span in enumerate(lines[: _MOST_LINES + 1]):
        words = span.of(text)
        below = lines[n + 1] if n + 1 < len(lines) else None
        line = _Line(span, words, _day_of_line(words))
        if not line.is_mark:
            asks = words.endswith(("?", "!")) and below is not None and _apart(text, span, below)
            runs_on = below is not None and not _apart(text, span, below) and text[below.start].islower()
            if len(words) > _LONGEST_TITLE or runs_on or (ends_like_prose(words) and not asks):
                return above, True
        above.append(line)
    return above, False


def _title_among(above: Sequence[_Line]) -> int | None:
    """Which line is the title: the longest under a site's banner; where the text begins with it, the first."""
    titles = [n for n, line in enumerate(above) if not (line.is_mark or line.is_label or line.is_outlet)]
    banner = max((n for n, line in enumerate(above) if line.is_label or line.is_outlet), default=-1)
    under = [n for n in titles if n > banner >= 0]
    if under:
        return max(under, key=lambda n: len(above[n].words))
    if titles:
        return next((n for n in titles if len(above[n].words.split()) > 2), titles[0])
    return next((n for n, line in enumerate(above) if not (line.is_mark or line.is_label)), None)


def _day_of_line(words: str) -> date | None:
    """The day of a line that holds nothing else but a time of day and words such as "Published"."""
    read = day_in(words) if len(words) <= LONGEST_MARK else None
    return read[0] if read and not _BESIDE_A_DATE.sub("", read[1]) else None


def _apart(text: str, line: Span, below: Span) -> bool:
    """Whether an empty line stands between two lines."""
    return text.count("\n", line.end, below.start) > 1


def _clean(words: str) -> str:
    return _COPY_MARK.sub("", " ".join(words.split()))
