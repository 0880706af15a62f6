"""What the browser sends, read: nothing of it is trusted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from index.article import Span
from rag.question import LONGEST_QUESTION
from ui.markup.articles import Mark
from ui.turns import Asked

_LONGEST_FILTER = 200
_MOST_MARKS = 200


def asked_of(given: object) -> Asked:
    """The question and filters of what the browser sends; what is missing or no text is empty."""
    fields = given if isinstance(given, Mapping) else {}
    return Asked(
        # One character more than is read, so that the engine says that it is too long.
        question=_text(fields.get("question"), LONGEST_QUESTION + 1, tidy=True),
        as_of=_text(fields.get("as_of"), _LONGEST_FILTER),
        since=_text(fields.get("since"), _LONGEST_FILTER),
        outlet=_text(fields.get("outlet"), _LONGEST_FILTER),
        quotes=fields.get("quotes") is True,
    )


def number_of(given: object, name: str, otherwise: int) -> int:
    """A number from 1 up that the browser sends under a name."""
    number = given.get(name) if isinstance(given, Mapping) else None
    return number if isinstance(number, int) and 1 <= number <= 1_000_000 else otherwise


def marks_of(given: object) -> list[Mark]:
    """The quotes that are to be marked in an article: `[number, start, end, quote]` each."""
    if not isinstance(given, Sequence) or isinstance(given, str):
        return []
    return [mark for each in given[:_MOST_MARKS] if (mark := _mark(each)) is not None]


def texts_of(given: object, most: int, longest: int) -> list[str]:
    """The texts of a list that the browser sends."""
    if not isinstance(given, Sequence) or isinstance(given, str):
        return []
    return [each for each in given[:most] if isinstance(each, str) and len(each) <= longest]


def _mark(given: Any) -> Mark | None:
    try:
        number, start, end, quote = given
        return Mark(int(number), Span(int(start), int(end)), str(quote))
    except (TypeError, ValueError, OverflowError):
        return None


def _text(given: object, longest: int, *, tidy: bool = False) -> str:
    if not isinstance(given, str):
        return ""
    return (" ".join(given.split()) if tidy else given.strip())[:longest]
