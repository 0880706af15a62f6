"""Leaves words out of a sentence, or puts others in their place, so that it stays a sentence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

_CLOSING = (".", ",", ";", ":", "!", "?", ")", "'s", "’s")


@dataclass(frozen=True)
class Edit:
    """Other words for `text[start:end]`, offsets in characters from 0; no words: left out."""

    start: int
    end: int
    words: str = ""


def edited(text: str, edits: Iterable[Edit]) -> str:
    """The text with every edit made; of two that overlap only the longer one is."""
    made: list[Edit] = []
    for edit in sorted(edits, key=lambda edit: edit.start - edit.end):
        if all(edit.end <= other.start or other.end <= edit.start for other in made):
            made.append(edit)
    for edit in sorted(made, key=lambda edit: -edit.start):
        text = _put(text, edit) if edit.words else _left_out(text, edit)
    return text


def capitalised(text: str) -> str:
    """The text with a capital at its beginning."""
    return text[:1].upper() + text[1:]


def _put(text: str, edit: Edit) -> str:
    words = capitalised(edit.words) if edit.start == 0 else edit.words
    return text[: edit.start] + words + text[edit.end :]


def _left_out(text: str, edit: Edit) -> str:
    before, after = text[: edit.start].rstrip(), text[edit.end :].lstrip()
    if before.endswith(",") and after.startswith(","):
        before, after = before[:-1].rstrip(), after[1:].lstrip()
    elif after.startswith(",") and (not before or before[-1] in ";:("):
        after = after[1:].lstrip()
    elif before.endswith(",") and after[:1] in ("", *".,;:!?)"):
        before = before[:-1].rstrip()
    if before.endswith("(") and after.startswith(")"):
        before, after = before[:-1].rstrip(), after[1:].lstrip()
    if not before:
        return capitalised(after)
    close = not after or after.startswith(_CLOSING) or before.endswith("(")
    return before + ("" if close else " ") + after
