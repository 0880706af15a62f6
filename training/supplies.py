"""What an article has to put in the place of a name, a number or a word."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from random import Random
from typing import TYPE_CHECKING

from index.analysis import terms
from rag.language import same_name

if TYPE_CHECKING:
    from spacy.tokens import Doc, Span, Token

NAMED = frozenset({"PERSON", "ORG", "GPE", "LOC", "NORP", "FAC", "WORK_OF_ART", "EVENT", "PRODUCT"})
DATED = frozenset({"DATE", "TIME"})
COUNTED = frozenset({"CARDINAL", "MONEY", "QUANTITY", "PERCENT", "ORDINAL"})

_CONTENT = re.compile(r"NNS?|VB[DGNPZ]?|JJ[RS]?")
_LIGHT = frozenset(
    (
        "be",
        "have",
        "do",
        "make",
        "get",
        "go",
        "take",
        "use",
        "include",
        "become",
        "much",
        "many",
        "more",
        "most",
        "other",
    )
)
_DIGITS = re.compile(r"\d")


class Supplies:
    """The entities and the words of some sentences, each once, in the order in which they come."""

    def __init__(self, docs: Iterable[Doc]) -> None:
        """Collects them."""
        self._entities: dict[str, dict[str, None]] = {}
        self._words: dict[str, dict[str, str]] = {}
        for doc in docs:
            for entity in doc.ents:
                self._entities.setdefault(entity.label_, {})[bare(entity)] = None
            for token in doc:
                if is_content(token):
                    self._words.setdefault(token.tag_, {})[token.lower_] = token.lemma_

    def entity(self, in_place_of: Span, avoid: set[str], rng: Random) -> str | None:
        """Another entity of the same kind and shape.

        Args:
            in_place_of: The entity to be replaced.
            avoid: Terms none of which it may hold.
            rng: Chooses among several.
        """
        shape = bool(_DIGITS.search(in_place_of.text))
        known = set(terms(in_place_of.text)) | avoid
        fitting = [
            text
            for text in self._entities.get(in_place_of.label_, ())
            if bool(_DIGITS.search(text)) == shape and _is_apart(text, known)
        ]
        return rng.choice(fitting) if fitting else None

    def word(self, in_place_of: Token, avoid: set[str], rng: Random) -> str | None:
        """Another word of the same part of speech and form; see `entity`."""
        known = {*avoid, *terms(in_place_of.text)}
        fitting = [word for word in self._words.get(in_place_of.tag_, ()) if _is_apart(word, known)]
        return rng.choice(fitting) if fitting else None


def is_content(token: Token) -> bool:
    """Whether a word says something of its own: a noun, verb or adjective outside of names."""
    return (
        bool(_CONTENT.fullmatch(token.tag_))
        and token.is_alpha
        and len(token) > 2
        and not token.ent_type_
        and token.pos_ != "AUX"
        and token.lemma_.lower() not in _LIGHT
    )


def bare(entity: Span) -> str:
    """The text of an entity without an article before it and a possessive behind it."""
    return re.sub(r"^(?:the|a|an) |['’]s?$", "", str(entity.text), flags=re.IGNORECASE)


def bounds(entity: Span) -> tuple[int, int]:
    """Where `bare` stands in the text of the entity's sentence."""
    start = entity.start_char + entity.text.index(bare(entity))
    return start, start + len(bare(entity))


def text_terms(docs: Sequence[Doc]) -> set[str]:
    """Every term of some texts."""
    return {term for doc in docs for term in terms(doc.text)}


def _is_apart(text: str, known: set[str]) -> bool:
    found = terms(text)
    return bool(found) and not any(same_name(term, other) for term in found for other in known)
