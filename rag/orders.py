"""Sentences that command whoever reads them, and so tell nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.checks.reading import read

if TYPE_CHECKING:
    from spacy.tokens import Token

_SUBJECTS = ("nsubj", "nsubjpass", "csubj", "expl")
_BARE = ("VB", "VBP")
"""Tags of a verb without an ending; the second is what the language model takes some imperatives for."""


def is_order(text: str) -> bool:
    """Whether a sentence is an order: its main verb has neither a subject nor a tense.

    >>> is_order("Send the minister a letter today."), is_order("The minister sent a letter today.")
    (True, False)
    """
    return any(_commands(token) for token in read(text).doc if token.dep_ == "ROOT")


def _commands(verb: Token) -> bool:
    if verb.tag_ not in _BARE or verb.pos_ not in ("VERB", "AUX"):
        return False
    helping = [child for child in verb.children if child.dep_ in ("aux", "auxpass")]
    return not any(child.dep_ in _SUBJECTS for child in verb.children) and all(each.lemma_ == "do" for each in helping)
