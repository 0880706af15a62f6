"""How somebody stands to what they say: they assert it, deny it, decline to say, expect it or ask for it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

from rag.checks.reading import DENYING, SAYING, Reading
from rag.checks.words import listed
from rag.speeches import DECLINING, EXPECTING, SILENT, VOUCHING

if TYPE_CHECKING:
    from spacy.tokens import Token

Stance = Literal["asserts", "denies", "declines", "expects", "asks"]

_FALSE = re.compile(
    r"\b(?:hoax|scam|lie|lies|fake|false|untrue|baseless|groundless|unfounded|fabricat\w+|debunked|nonsense)\b",
    re.IGNORECASE,
)
_NAMING = listed("call label brand describe slam blast characterize term")
_URGING = listed("urge demand request appeal plead")
_APPEALS = listed("appeal call request demand plea need")
_AHEAD = frozenset({"may", "might", "could", "would", "will", "shall", "'ll", "’ll", "wo"})
_OUGHT = frozenset({"should", "must", "ought"})
_PLANNED = EXPECTING | listed("poise set slate schedule go")
_VIEWING = listed("think believe know guess imagine feel")
_CHANCES = re.compile(
    r"\b(?:likelihood|possibility|will|would|may|might|could|likely to|expected to|plans? to)\b", re.IGNORECASE
)


def stance_of(verb: Token | None, reading: Reading) -> Stance:
    """The stance of a sentence.

    Args:
        verb: Of saying, in it; None where a phrase such as "according to" tells who says it, or nobody is named.
        reading: The sentence.
    """
    text = reading.doc.text
    lemma = verb.lemma_.lower() if verb is not None else ""
    negated = verb is not None and any(child.dep_ == "neg" for child in verb.children)
    if lemma in DENYING:
        return "declines" if negated else "denies"
    if lemma in DECLINING or (negated and lemma in VOUCHING | SILENT) or re.search(r"\byet to determine\b", text):
        return "declines"
    if lemma in _NAMING and _FALSE.search(text):
        return "denies"
    said = list(_said(verb, reading))
    if lemma in _URGING or _is_appeal(verb, reading) or any(_has_aux(each, _OUGHT) for each in said if verb):
        return "asks"
    if lemma in EXPECTING or any(map(_is_open, said)):
        return "expects"
    return "expects" if verb is not None and not said and _CHANCES.search(text) else "asserts"


def _said(verb: Token | None, reading: Reading) -> Iterator[Token]:
    """The verbs of what is said: that below the verb of saying, else that of the sentence; of "I think that" both."""
    if verb is None:
        said = next((token for token in reading.doc if token.dep_ == "ROOT"), None)
    else:
        said = next((child for child in verb.children if child.dep_ in ("ccomp", "xcomp")), None)
        if said is None and verb.dep_ == "parataxis":
            said = verb.head
    while said is not None:
        yield said
        if said.lemma_.lower() not in _VIEWING | SAYING:
            return
        said = next((child for child in said.children if child.dep_ == "ccomp"), None)


def _is_open(said: Token) -> bool:
    """Whether it is yet to come, or only possible."""
    lemma = said.lemma_.lower()
    if _has_aux(said, _AHEAD) or (lemma in EXPECTING and lemma != "suspect"):
        return True
    plans = [said, *(child for child in said.children if child.dep_ in ("acomp", "xcomp", "attr", "oprd"))]
    if said.tag_ == "VBN" and lemma in _PLANNED and any(child.dep_ == "xcomp" for child in said.children):
        return True
    return any(
        (each.lemma_.lower() in _PLANNED or each.lower_ in ("likely", "unlikely", "ready", "due"))
        and any(child.dep_ == "xcomp" for child in each.children)
        for each in plans
    )


def _has_aux(verb: Token, words: frozenset[str]) -> bool:
    return any(child.dep_ == "aux" and child.lower_ in words for child in verb.children)


def _is_appeal(verb: Token | None, reading: Reading) -> bool:
    """Whether what is voiced is an appeal: "emphasised the need for", "there are calls for"."""
    voiced = verb if verb is not None else next((token for token in reading.doc if token.dep_ == "ROOT"), None)
    if voiced is None or (verb is None and voiced.lemma_ != "be" and not _tells_that_there_is(voiced)):
        return False
    return any(
        child.dep_ in ("dobj", "attr")
        and child.lemma_.lower() in _APPEALS
        and child.i + 1 < len(reading.doc)
        and reading.doc[child.i + 1].lower_ in ("for", "to", "that")
        for child in voiced.children
    )


def _tells_that_there_is(verb: Token) -> bool:
    return any(child.dep_ == "expl" for child in verb.children)
