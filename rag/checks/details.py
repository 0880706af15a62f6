"""Circumstances that the sources do not hold."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rag.checks.comparison import Comparison
from rag.checks.reading import is_content, subtree

if TYPE_CHECKING:
    from spacy.tokens import Token

_ADDED = ("prep", "advcl", "npadvmod", "acl", "relcl", "appos", "advmod")
_SET_OFF = ("relcl", "acl", "advcl", "appos")
_FINITE = ("VBZ", "VBD", "VBP", "MD")
_KNOWN = 0.62
"""A word of a phrase goes back to one of the sources from this likeness on."""


def no_detail_added(comparison: Comparison) -> bool:
    """Whether every phrase that tells of a circumstance goes back to the sources by one word at least."""
    return not any(_is_new(comparison, phrase) for phrase in _phrases(comparison))


def asides_hold(comparison: Comparison) -> bool:
    """Whether every word of what is set off by a comma, such as ", which is a concern", goes back to the sources."""
    doc = comparison.statement.doc
    for token in doc:
        if token.dep_ in _SET_OFF and token.i > token.head.i:
            clause = sorted(subtree(token), key=lambda each: each.i)
            is_set_off = clause[0].i > 0 and doc[clause[0].i - 1].text == ","
            if is_set_off and any(is_content(each) and not comparison.likeness(each) for each in clause):
                return False
    return True


def is_sentence(comparison: Comparison) -> bool:
    """Whether the statement has a main verb that says something of something: "both deny it", not "both to deny it"."""
    return any(
        token.tag_ in _FINITE
        or any(child.tag_ in _FINITE and child.dep_ in ("aux", "auxpass") for child in token.children)
        for token in comparison.statement.doc
        if token.dep_ == "ROOT"
    )


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
