"""From a file to an `Article`: decoding, and what the head and the tail of a text really hold."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from charset_normalizer import from_bytes

from index.article import Article, Span
from index.head import read_head
from index.lines import LONGEST_MARK, ends_like_prose, lines_of, post_day, strip_span

SUFFIXES = frozenset({".txt", ".text"})
_TAIL = re.compile(
    r"(?:read|see|watch)\s+(?:also|more|next)|also\s+read|(?:expanded|full|continuing)\s+coverage"
    r"|related(?:\s+(?:articles?|stories|story|news|content|coverage|topics|posts|links|reading))?"
    r"|more\s+(?:on|from|about)\b.*|further\s+reading|recommended(?:\s+\w+)*|follow\s+us\b.*|share\s+this\b.*"
    r"|subscribe\b.*|sign\s+up\b.*|advertisement|(?:related|read\s+(?:also|more)|see\s+also)\s*:\s+\S.*",
    re.IGNORECASE,
)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_TITLE_LENGTH = 90
_TAIL_LINES = 12
_TAIL_WORDS = 6
_MOST_CONTROL = 0.01
_MOST_ACCENTS = 0.15


class NotText(ValueError):
    """The bytes are not a text that could be read; the message says why."""


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
    text = _decoded(data)
    if "\0" in text or len(_CONTROL.findall(text)) > _MOST_CONTROL * len(text):
        raise NotText("it holds control characters, so it is not text")
    if not text.strip():
        raise NotText("it holds nothing but white space")
    return text


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError:
        pass
    if sum(byte >= 0x80 for byte in data) <= _MOST_ACCENTS * len(data):
        # Western text: few letters bear accents. Too little for statistics, which take a short one for Asian.
        try:
            return data.decode("cp1252")
        except UnicodeDecodeError:
            return data.decode("latin-1")
    best = None if b"\0" in data else from_bytes(data).best()
    if best is None:
        raise NotText("it is not text in any known encoding")
    return str(best)


def parse_article(text: str, article_id: str) -> Article:
    """Finds title, outlet, dates and body in the text of a file.

    Raises:
        NotText: Nothing is left between head and tail.
    """
    lines = list(lines_of(text))
    head = read_head(text, lines)
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


def _body_end(text: str, lines: list[Span], start: int) -> int:
    """Where the body ends: before a tail such as "Read also:" and the link titles under it."""
    body = [line for line in lines if line.start >= start]
    end = body[-1].end if body else start
    for line in reversed(body[1:][-_TAIL_LINES:]):
        words = line.of(text)[:LONGEST_MARK]
        label = words.rstrip(" :…").strip()
        is_short = len(label.split()) <= _TAIL_WORDS
        ends_it = is_short and line.end == end and words.endswith(":")
        if ends_it or ((is_short or ":" in label) and _TAIL.fullmatch(label) and not ends_like_prose(label)):
            below = [other.of(text) for other in body if other.start > line.start and other.end <= end]
            if not any(ends_like_prose(other) for other in below):
                end = line.start
    return end


def _latest_post(text: str) -> tuple[date | None, str | None]:
    """The latest day that an embedded post bears, with what bears it."""
    posts = [post for line in lines_of(text) if (post := post_day(line.of(text)))]
    if not posts:
        return None, None
    day, written = max(posts)
    return day, f"embedded post of {written}"
