"""From a file to an `Article`: decoding, and what the head and the tail of a text really hold."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from charset_normalizer import from_bytes
from dateutil import parser as dates

from index.article import Article, Span

SUFFIXES = frozenset({".txt", ".text"})

_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?"
    r"|Nov(?:ember)?|Dec(?:ember)?)\.?"
)
_DAY = rf"(?:\d{{4}}-\d{{2}}-\d{{2}}|{_MONTH}\s+\d{{1,2}},?\s+\d{{4}}|\d{{1,2}}\s+{_MONTH},?\s+\d{{4}})"
_FIRST_LINE = re.compile(r"date\s+(\d{4}-\d{2}-\d{2})\s+(.+)", re.IGNORECASE)
_HEADER = re.compile(r"(title|headline|outlet|source|publisher|date|published)\s*:\s*(.+)", re.IGNORECASE)
_DATE_LINE = re.compile(
    rf"(?:(?:published|posted|updated|date)\s*(?:on|at|:)?\s*)?(?:\w+day,?\s+)?({_DAY})(?:[\s,|·at-]+\d.*)?",
    re.IGNORECASE,
)
_POST = re.compile(rf"[—–-]+\s*\S.*\(@\w+\)\s*({_DAY})\s*", re.IGNORECASE)
_TAIL = re.compile(
    r"(?:read|see|watch)\s+(?:also|more|next)|also\s+read|(?:expanded|full|continuing)\s+coverage|related(?:\s+\w+)?"
    r"|more\s+(?:on|from|about)\b.*|further\s+reading|recommended(?:\s+\w+)*|follow\s+us\b.*|share\s+this\b.*"
    r"|subscribe\b.*|sign\s+up\b.*",
    re.IGNORECASE,
)
_OUTLET_WORD = re.compile(
    r"\b(?:news|times|post|herald|tribune|daily|journal|gazette|press|chronicle|guardian|observer|telegraph|today"
    r"|agency|radio|tv|magazine|review|standard|independent|mail|wire|report|reporter|courier|star|globe|media)\b",
    re.IGNORECASE,
)
_PROSE_END = re.compile(r"[.!?…:;][\"'”’»)\]]*$")
_COPY_MARK = re.compile(r"(?:_\d+|\s\(\d+\))$")
_TITLE_LENGTH = 90
_LONGEST_MARK = 300  # No title, date line or link is longer; a longer line is prose, and no pattern is tried on it.
_TAIL_LINES = 12
_HEAD_LINES = 8


class NotText(ValueError):
    """The bytes are not a text that could be read; the message says why."""


@dataclass
class _Head:
    title: str | None = None
    title_from: str = "opening words"
    outlet: str | None = None
    outlet_from: str | None = None
    published: date | None = None
    published_from: str | None = None
    end: int = 0


def read_article(file: Path, article_id: str) -> Article:
    """Reads one file.

    Args:
        file: A plain text file in any common encoding.
        article_id: The path within the corpus folder.

    Returns:
        The article, not yet cut into sentences. Its text is one unbroken slice of the file's text.

    Raises:
        NotText: The file is empty, or holds something other than text.
        OSError: The file cannot be read.
    """
    return parse_article(decode(file.read_bytes()), article_id)


def decode(data: bytes) -> str:
    """The text of a file: UTF-8, UTF-16 with its mark, else the encoding that fits best. Line ends stay as they are.

    Raises:
        NotText: There is nothing in it, or it is not text.
    """
    if not data.strip():
        raise NotText("it is empty")
    try:
        text = data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError:
        best = None if b"\0" in data else from_bytes(data).best()
        if best is None:
            raise NotText("it is not text in any known encoding") from None
        text = str(best)
    if re.search(r"[\x00-\x08\x0e-\x1f\x7f]", text):
        raise NotText("it holds control characters, so it is not text")
    if not text.strip():
        raise NotText("it holds nothing but white space")
    return text


def parse_article(text: str, article_id: str) -> Article:
    """Finds title, outlet, dates and body in the text of a file.

    Raises:
        NotText: Nothing is left between head and tail.
    """
    lines = list(lines_of(text))
    head = _read_head(text, lines)
    body = Span(head.end, _body_end(text, lines, head.end))
    body = strip_span(text, body)
    if body.start == body.end:
        raise NotText("it has a head but no text below it")
    clean = body.of(text)
    not_before, not_before_from = _latest_post(clean)
    return Article(
        id=article_id,
        path=article_id,
        text=clean,
        title=head.title or opening_words(clean),
        title_from=head.title_from,
        outlet=head.outlet,
        outlet_from=head.outlet_from,
        published=head.published,
        published_from=head.published_from,
        not_before=not_before,
        not_before_from=not_before_from,
    )


def opening_words(text: str) -> str:
    """The first words of a text, cut at a word's end, standing in for a title that is missing."""
    words = " ".join(text[: 8 * _TITLE_LENGTH].split())
    if len(words) <= _TITLE_LENGTH:
        return words
    return words[:_TITLE_LENGTH].rsplit(" ", 1)[0].rstrip(",;:—– ") + "…"


def is_post_credit(line: str) -> bool:
    """Whether the line names the author and the day of the embedded post above it: "— Name (@handle) May 1, 2024"."""
    return len(line) <= _LONGEST_MARK and _POST.fullmatch(line.strip()) is not None


def ends_like_prose(line: str) -> bool:
    """Whether the line closes as a sentence does, so that it is no title, banner or heading."""
    return len(line) > _LONGEST_MARK or _PROSE_END.search(line.rstrip()[-20:]) is not None


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


def _day(words: str) -> date | None:
    try:
        return dates.parse(words.replace("Sept ", "Sep ")).date()
    except (ValueError, OverflowError):
        return None


def _read_head(text: str, lines: list[Span]) -> _Head:
    head = _Head(end=lines[0].start)
    rest = lines
    if (match := _FIRST_LINE.fullmatch(lines[0].of(text))) and (day := _day(match[1])):
        head.published, head.published_from = day, "first line"
        head.title, head.title_from = _clean_title(match[2]), "first line"
        head.end = lines[0].end
        return head
    while rest and (match := _HEADER.fullmatch(rest[0].of(text))):
        _take_header(head, match[1].lower(), match[2].strip())
        head.end, rest = rest[0].end, rest[1:]
    if head.end == lines[0].start:
        _read_banner(head, text, rest)
    return head


def _take_header(head: _Head, name: str, value: str) -> None:
    if name in ("title", "headline"):
        head.title, head.title_from = _clean_title(value), "header"
    elif name in ("date", "published"):
        if day := _day(value) if re.match(_DAY, value, re.IGNORECASE) else None:
            head.published, head.published_from = day, "header"
    else:
        head.outlet, head.outlet_from = value, "header"


def _read_banner(head: _Head, text: str, lines: list[Span]) -> None:
    """Reads the lines above the first paragraph: a site's banner, section names, a byline, a date, the title."""
    banner: list[Span] = []
    for line in lines[:_HEAD_LINES]:
        words = line.of(text)
        if ends_like_prose(words) and (len(words) > _LONGEST_MARK or not _DATE_LINE.fullmatch(words)):
            break
        banner.append(line)
    else:
        banner = []  # No paragraph begins here: a text without punctuation, all of it body.
    if not banner or len(banner) == len(lines):
        return
    titles: list[str] = []
    for line in banner:
        words = line.of(text)
        if match := _DATE_LINE.fullmatch(words):
            if head.published is None and (day := _day(match[1])):
                head.published, head.published_from = day, "head"
        elif re.match(r"by\s+[A-Z]", words, re.IGNORECASE) and len(words.split()) <= 8:
            continue
        elif not words.isupper() or len(words.split()) > 3:
            titles.append(words)
    head.end = banner[-1].end
    if titles:
        head.title, head.title_from = _clean_title(titles[-1]), "head"
    for words in titles[:-1]:
        if len(words.split()) <= 5 and _OUTLET_WORD.search(words):
            head.outlet, head.outlet_from = words, "banner"
            break


def _clean_title(words: str) -> str:
    return _COPY_MARK.sub("", " ".join(words.split()))


def _body_end(text: str, lines: list[Span], start: int) -> int:
    """Where the body ends: before a tail such as "Read also:" and the link titles under it."""
    body = [line for line in lines if line.start >= start]
    end = body[-1].end if body else start
    for line in reversed(body[1:][-_TAIL_LINES:]):
        words = line.of(text)
        label = words[:_LONGEST_MARK].rstrip(" :…").strip()
        if len(label.split()) <= 6 and (_TAIL.fullmatch(label) or (line.end == end and words.endswith(":"))):
            below = [other.of(text) for other in body if other.start > line.start and other.end <= end]
            if not any(ends_like_prose(other) for other in below):
                end = line.start
    return end


def _latest_post(text: str) -> tuple[date | None, str | None]:
    """The latest day that an embedded post bears, with what bears it."""
    names = (line.of(text) for line in lines_of(text) if is_post_credit(line.of(text)))
    matches = (match for words in names if (match := _POST.fullmatch(words)))
    found = [(day, f"embedded post of {match[1]}") for match in matches if (day := _day(match[1]))]
    return max(found, default=(None, None))
