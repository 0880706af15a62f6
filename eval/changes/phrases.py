"""Subjects of a sentence, as the language model reads them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from eval.changes.reading import Source

if TYPE_CHECKING:
    from spacy.tokens import Span, Token

_LONGEST = 12
_BODIES = frozenset(
    {
        "agency", "army", "authority", "council", "expert", "force", "government", "intelligence", "ministry",
        "observer", "officer", "official", "parliament", "service", "source", "analyst",
    }
)  # fmt: skip
_PERSONS = frozenset({"leader", "minister", "officer", "president", "secretary", "source", "spokesman", "spokesperson"})
_ADDED = re.compile(r",.*", re.DOTALL)


@dataclass(frozen=True)
class Actor:
    """Who does or says something: characters `start` up to `end` of a sentence, counted from 0.

    Attributes:
        text: As it is written inside a sentence, without what a comma adds to it.
        plural: Whether its verb is a plural: "officials", "Moscow and Pyongyang".
    """

    text: str
    start: int
    end: int
    plural: bool


def actor(source: Source, span: Span) -> Actor | None:
    """A phrase as an actor; None where it is a pronoun, a thing or too long to be one."""
    head = span.root
    is_named = head.ent_type_ in ("PERSON", "GPE", "ORG") and head.pos_ == "PROPN"
    if not is_named and head.lemma_.lower() not in _BODIES | _PERSONS:
        return None
    whole = span.text.rstrip(" ,")
    text = _ADDED.sub("", whole)
    if len(text.split()) > _LONGEST:
        return None
    end = span.start_char + len(whole)
    if text != whole and source.text[end : end + 1] == ",":
        end += 1
    return Actor(
        text if _keeps_capital(span[0]) else text[:1].lower() + text[1:], span.start_char, end, _is_plural(head)
    )


def _keeps_capital(token: Token) -> bool:
    return token.lower_ not in ("the", "a", "an") and (token.pos_ == "PROPN" or token.ent_iob_ != "O" or token.is_upper)


def _is_plural(noun: Token) -> bool:
    return noun.tag_ in ("NNS", "NNPS") or any(child.dep_ == "conj" for child in noun.children)
