"""What is denied: by the word that is denied, not by counting over the sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from rag.checks.comparison import Comparison
from rag.checks.reading import DENYING, Reading, place, subtree
from rag.checks.words import is_negative_of, listed

if TYPE_CHECKING:
    from spacy.tokens import Token

_NOT = frozenset({"not", "n't", "n’t", "never", "neither", "nor", "cannot", "hardly"})
_NO = frozenset({"no", "nobody", "nothing", "none", "neither"})
_FAILING = listed("fail refuse decline stop cease prevent forbid prohibit ban avoid neglect")
_FALSE = listed("hoax scam lie fake fabrication myth false untrue baseless groundless unfounded fiction")
_CLAIMS = listed("allegation claim accusation report statement charge")
_CALLING = listed("call label brand dub describe denounce dismiss term")
_IMPLIED = listed(
    "without yet lack absence unable unclear unlikely few little unanimously only barely remain need still"
)
_NO_DENIAL = re.compile(r"(?:no|not) (?:(?:fewer|less|more|later|earlier) than|long (?:ago|before|after)|only)\b", re.I)
"""Where "no" and "not" only measure, and deny nothing."""

_OTHER_CLAUSES = ("relcl", "advcl", "parataxis", "conj", "mark", "cc")
_UPON = ("ccomp", "xcomp", "dobj", "nsubjpass", "acl", "prep", "pobj", "pcomp", "attr", "acomp", "oprd")
_TAKEN = ("ccomp", "xcomp", "dobj", "nsubjpass")
_PREFIXES = ("un", "im", "in", "ir", "dis")


def negation_holds(comparison: Comparison) -> bool:
    """Whether the statement denies what its sources deny, and nothing else."""
    said = denied(comparison.statement)
    there = {id(source.doc): denied(source) for source in comparison.sources}
    compared = False
    for token in comparison.statement.content:
        if token.pos_ != "VERB" and token.dep_ not in ("ROOT", "acomp", "oprd"):
            continue
        found = [
            ((other.i in there[id(other.doc)]) != (token.i in said))
            == is_negative_of(token.lemma_.lower(), other.lemma_.lower())
            for other in comparison.sure(token)
        ]
        if found:
            compared = True
            if not any(found) and not _leaves_open(comparison):
                return False
    if compared:
        return not said - _covered(comparison) or _denies(comparison)
    return bool(said) <= _denies(comparison)


def denied(reading: Reading) -> frozenset[int]:
    """The indices of the tokens that a sentence denies."""
    turned: set[int] = set()
    for token in reading.doc:
        is_denial = token.pos_ == "VERB" and token.lemma_.lower() in DENYING | _FAILING
        for head in _negated_by(token):
            turned ^= {each.i for each in (_under(head) if is_denial and token.dep_ != "neg" else _scope(head))}
    return frozenset(turned | _called_false(reading) if not turned & _called_false(reading) else turned)


def _covered(comparison: Comparison) -> set[int]:
    return {token.i for token in comparison.statement.content if comparison.sure(token)} | {
        token.i for token in comparison.statement.doc if token not in comparison.statement.content
    }


def _denies(comparison: Comparison) -> bool:
    """Whether the sources hold any word of denial, be it one that only implies it."""
    return any(
        any(True for _ in _negated_by(token))
        or token.lemma_.lower() in DENYING | _FALSE | _IMPLIED
        or (token.pos_ in ("ADJ", "ADV") and token.lower_.startswith(_PREFIXES) and len(token) > 6)
        for source in comparison.sources
        for token in source.doc
    )


def _negated_by(token: Token) -> Iterator[Token]:
    """What a word of negation turns round: a verb with what hangs on it."""
    word = token.lower_
    if _NO_DENIAL.match(token.doc[token.i :].text):
        return
    if token.dep_ == "neg" or word in _NOT:
        if token.head is not token:
            yield token.head
    elif word in _NO and token.dep_ in ("det", "nsubj", "nsubjpass", "dobj", "attr", "pobj", "preconj"):
        noun = token.head if token.dep_ in ("det", "preconj") else token
        above = place(noun)
        if word == "no" and token.head.lower_ == "longer":
            yield token.head.head
        else:
            yield above[1] if above is not None else noun
    elif word == "longer" and token.i and token.nbor(-1).lower_ == "no":
        yield token.head
    elif word == "without":
        yield from (child for child in token.children if child.dep_ in ("pobj", "pcomp"))
    elif word == "against":
        yield from (child for child in token.children if child.dep_ == "pcomp")
    elif word == "yet" and token.i + 1 < len(token.doc) and token.nbor(1).lower_ == "to":
        yield token.nbor(1).head
    elif token.lemma_.lower() in ("need", "remain", "have") and _is_still(token):
        yield from (child for child in token.children if child.dep_ == "xcomp")
    elif token.lemma_.lower() in DENYING | _FAILING and token.pos_ == "VERB":
        yield from (child for child in token.children if child.dep_ in _TAKEN and child.pos_ != "PRON")


def _is_still(verb: Token) -> bool:
    """Whether something "still needs to" or "remains to" be done, so that it is not."""
    return verb.lemma_.lower() == "remain" or any(child.lower_ == "still" for child in verb.children)


def _scope(head: Token) -> Iterator[Token]:
    """A verb with what completes it: its subject, other clauses and questions ("where", "whether") stay as they are."""
    yield head
    for child in head.children:
        comes_first = child.dep_ == "ccomp" and child.i < head.i
        if child.dep_ in _UPON and not comes_first and not _asks(child):
            yield from _under(child)


def _under(token: Token) -> Iterator[Token]:
    yield token
    for child in token.children:
        is_purpose = child.dep_ == "advcl" and any(
            each.lower_ == "to" and each.dep_ == "aux" for each in child.children
        )
        if (child.dep_ not in _OTHER_CLAUSES or is_purpose) and not _asks(child):
            yield from _under(child)


def _asks(clause: Token) -> bool:
    return clause.dep_ in ("ccomp", "advcl", "pcomp") and any(
        each.lower_ in ("where", "whether", "if", "when", "how", "who", "what", "why", "which")
        for each in clause.children
    )


def _leaves_open(comparison: Comparison) -> bool:
    """Whether a source says something and that it is denied: "experts claim it, although both sides deny this"."""
    return _has_denial(comparison.statement) and any(
        token.pos_ == "VERB"
        and token.lemma_.lower() in DENYING
        and not any(child.dep_ in _TAKEN and not _points_back(child) for child in token.children)
        for source in comparison.sources
        for token in source.doc
    )


def _points_back(token: Token) -> bool:
    """Whether what is denied was said before: "a claim that both deny", "both deny these allegations"."""
    if token.pos_ == "PRON" or token.lower_ in ("that", "which", "this", "these"):
        return True
    return token.lemma_.lower() in _CLAIMS and all(child.dep_ == "det" for child in token.children)


def _has_denial(reading: Reading) -> bool:
    return any(token.lemma_.lower() in DENYING | {"true"} for token in reading.doc)


def _called_false(reading: Reading) -> set[int]:
    """What is said to be a hoax, untrue, baseless."""
    found: set[int] = set()
    for token in reading.doc:
        if token.lemma_.lower() not in _FALSE or any(child.dep_ == "neg" for child in token.head.children):
            continue
        calling = [each for each in token.ancestors if each.lemma_.lower() in _CALLING]
        for ancestor in calling[:1] or (token, token.head, token.head.head):
            subjects = [child for child in ancestor.children if child.dep_ in ("nsubj", "dobj", "nsubjpass")]
            things = [
                child
                for child in subjects
                if child is not token and any(True for _ in child.children) and not child.ent_type_
            ]
            if things and ancestor.lemma_.lower() not in DENYING:
                own = set(token.subtree)
                found |= {each.i for thing in things for each in subtree(thing) if each not in own}
                break
    return found
