"""Circumstances that the sources do not hold."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rag.checks.comparison import Comparison
from rag.checks.reading import is_content, subtree

if TYPE_CHECKING:
    from spacy.tokens import Token

_ADDED = ("prep", "advcl", "npadvmod", "acl", "relcl", "appos", "advmod")
_KNOWN = 0.62
"""A word of a phrase goes back to one of the sources from this likeness on."""


def no_detail_added(comparison: Comparison) -> bool:
    """Whether every phrase that tells of a circumstance goes back to the sources by one word at least."""
    return not any(_is_new(comparison, phrase) for phrase in _phrases(comparison))


def _phrases(comparison: Comparison) -> Iterator[list[Token]]:
    """Phrases that are set off by a comma, or hang on the main verb."""
    doc = comparison.statement.doc
    for token in doc:
        if token.dep_ in _ADDED and token.head.pos_ in ("VERB", "AUX"):
            phrase = sorted(subtree(token), key=lambda each: each.i)
            last = phrase[-1].i
            is_first = phrase[0].i == 0 and last + 1 < len(doc) and doc[last + 1].text == ","
            is_behind = phrase[0].i > 0 and doc[phrase[0].i - 1].text == ","
            if is_first or is_behind:
                yield [each for each in phrase if is_content(each)]
    opening = next((token.i for token in doc if token.text == ","), 0)
    if 2 <= opening <= 12:
        yield [token for token in doc[:opening] if is_content(token)]


def _is_new(comparison: Comparison, phrase: list[Token]) -> bool:
    return len(phrase) >= 2 and all(comparison.likeness(token) < _KNOWN for token in phrase)
