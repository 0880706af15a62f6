"""Puts other words in a sentence so that it stays well formed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

_ARTICLE = re.compile(r"\b([Aa])n? $")
_VOWEL = re.compile(r"[aeio]|un(?!i)", re.IGNORECASE)
_OPENING = ("", "“", '"')


def replaced(text: str, start: int, end: int, words: str) -> str:
    """The text with other words from `start` up to `end`; capitals, blanks and "a" or "an" before them are made to fit.

    Args:
        text: A sentence on one line.
        start: Where what is replaced begins, counted in characters from 0.
        end: Where what follows it begins.
        words: Written as inside a sentence; empty to leave out what stands there.
    """
    before, after = text[:start], text[end:]
    if not words and (not before or before.endswith(" ")):
        after = after.lstrip()
    rest = words + after
    if before[-1:] in _OPENING and text[start : start + 1].isupper():
        rest = capitalised(rest)
    if (found := _ARTICLE.search(before)) and rest[:1].isalpha():
        before = before[: found.start()] + found[1] + ("n " if _VOWEL.match(rest) else " ")
    return before + rest


def replaced_together(text: str, edits: Iterable[tuple[int, int, str]]) -> str:
    """The text with several stretches replaced, each `(start, end, words)`; none may overlap."""
    for start, end, words in sorted(edits, reverse=True):
        text = replaced(text, start, end, words)
    return text


def by_table(text: str, table: Sequence[tuple[re.Pattern[str], str]]) -> Iterator[str]:
    """For every match of every pattern of a table, in that order, the text with its replacement in place of it."""
    for pattern, words in table:
        for match in pattern.finditer(text):
            yield replaced(text, *match.span(), match.expand(words))


def table(*rows: tuple[str, str]) -> tuple[tuple[re.Pattern[str], str], ...]:
    """Patterns of whole words, capitals aside, each with what takes their place, as for `re.Match.expand`."""
    return tuple(
        (re.compile(rf"(?<![\w-])(?:{pattern})(?:(?<= )|(?![\w-]))", re.IGNORECASE), words) for pattern, words in rows
    )


def capitalised(text: str) -> str:
    """The text with a capital at its beginning."""
    return text[:1].upper() + text[1:]
