"""What may be, is expected or is only thought: it must not be told as what is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from rag.checks.comparison import Comparison
from rag.checks.reading import Reading, subtree
from rag.checks.words import listed

if TYPE_CHECKING:
    from spacy.tokens import Token

_MODALS = frozenset({"may", "might", "could"})
_ADVERBS = listed(
    "potentially possibly perhaps probably apparently likely maybe conceivably presumably seemingly tentatively"
)
_VERBS = listed(
    "expect plan intend seem appear hope aim threaten consider prepare want seek propose mull weigh anticipate suspect "
    "schedule project believe"
)
_ADJECTIVES = listed(
    "likely plausible possible probable potential conceivable alleged suspected expected apparent planned due set "
    "unlikely poised ready"
)
_NOUNS = listed(
    "possibility likelihood chance probability prospect plan intention expectation belief suspicion risk speculation"
)
_CERTAIN = listed(
    "prove proof establish know knowledge certain certainly certainty definite definitely undoubtedly confirm "
    "confirmation proven surely verify demonstrate guarantee fact admit acknowledge concede"
)
"""Words that make sure; none may come in that the sources do not have in some form."""

_UPON = ("ccomp", "xcomp", "acl", "prep", "pcomp", "pobj", "dobj", "acomp", "attr", "oprd", "advcl", "relcl")
_IF_TRUE = re.compile(
    r"\bif (?:it is |they are )?(?:confirmed|true|verified|proven|correct|approved|ratified|adopted|passed)\b",
    re.IGNORECASE,
)


def hedges_hold(comparison: Comparison) -> bool:
    """Whether what the sources have as possible or expected is no more than that in the statement."""
    if not _certainties(comparison.statement) <= {
        each for source in comparison.sources for each in _certainties(source)
    }:
        return False
    said = _open(comparison.statement)
    there = {id(source.doc): _open(source) for source in comparison.sources}
    for token in comparison.statement.content:
        if token.pos_ not in ("VERB", "NOUN", "ADJ"):
            continue
        found = comparison.sure(token)
        if found and all(other.i in there[id(other.doc)] for other in found) and not _is_left_open(token, said):
            return False
    if said or _IF_TRUE.search(comparison.statement.text):
        return True
    held = {(id(other.doc), other.i) for token in comparison.statement.content for other in comparison.sure(token)}
    return not any((id(source.doc), at) in held for source in comparison.sources for at in _conditional(source))


def _conditional(reading: Reading) -> Iterator[int]:
    """The indices of what is said to be only "if confirmed": the noun before it, and what is said of that."""
    for match in _IF_TRUE.finditer(reading.doc.text):
        span = reading.doc.char_span(*match.span(), alignment_mode="expand")
        if span is None:
            continue
        nouns = [token for token in reading.doc[: span.start] if token.dep_ in ("nsubj", "nsubjpass")]
        verbs = [nouns[-1].head] if nouns else [token for token in reading.doc if token.dep_ == "ROOT"]
        yield from (token.i for token in [*nouns[-1:], *verbs])


def _is_left_open(token: Token, said: set[int]) -> bool:
    """Whether a word of the statement, or the verb that a noun belongs to, is left open there."""
    return token.i in said or (token.pos_ == "NOUN" and token.head.pos_ == "VERB" and token.head.i in said)


def _open(reading: Reading) -> set[int]:
    """The indices of the tokens that a sentence leaves open."""
    return {token.i for marker in reading.doc for token in _opened_by(marker)}


def _opened_by(marker: Token) -> Iterator[Token]:
    word, lemma = marker.lower_, marker.lemma_.lower()
    if (marker.tag_ == "MD" and word in _MODALS) or (marker.pos_ == "ADV" and word in _ADVERBS):
        yield from _verbs(marker.head)
    elif marker.pos_ in ("VERB", "ADJ") and (word in _ADJECTIVES or (marker.pos_ == "VERB" and lemma in _VERBS)):
        if marker.dep_ == "amod":
            yield marker.head
        yield from _under(marker)
        if marker.dep_ in ("acomp", "ccomp", "oprd") and marker.pos_ == "ADJ":
            for child in marker.head.children:
                if child.dep_ in ("nsubj", "nsubjpass", "ccomp", "xcomp", "dobj"):
                    yield from _heads(child)
    elif marker.pos_ == "NOUN" and lemma in _NOUNS:
        yield from _under(marker)


def _verbs(verb: Token) -> Iterator[Token]:
    """A verb and those joined to it that have no auxiliary of their own."""
    yield verb
    for child in verb.children:
        if child.dep_ == "conj" and not any(each.dep_ == "aux" for each in child.children):
            yield from _verbs(child)
        elif (child.dep_ in ("acomp", "attr") and verb.lemma_ == "be") or (
            verb.lemma_ in ("make", "render") and child.dep_ in ("ccomp", "acomp", "oprd") and child.pos_ != "NOUN"
        ):
            yield child


def _under(marker: Token) -> Iterator[Token]:
    for child in marker.children:
        if child.dep_ in _UPON:
            yield from _heads(child)


def _heads(token: Token) -> Iterator[Token]:
    """The verbs under a token, and the nouns that it takes itself."""
    for each in subtree(token, without=("relcl", "advcl") if token.dep_ not in ("advcl", "relcl") else ()):
        if each.pos_ == "VERB" or each is token or each.dep_ == "pobj":
            yield each


def _certainties(reading: Reading) -> set[str]:
    """Words that make sure, by their beginnings, so that "proof" and "prove" are one."""
    return {
        token.lemma_.lower()[:3]
        for token in reading.doc
        if token.lemma_.lower() in _CERTAIN
        and (token.lemma_ != "know" or any(child.dep_ == "ccomp" for child in token.children))
    }
