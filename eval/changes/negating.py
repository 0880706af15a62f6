"""A "not" where there was none."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from eval.changes.editing import replaced
from eval.changes.reading import Source

if TYPE_CHECKING:
    from spacy.tokens import Token

_CLAUSES = ("ccomp", "ROOT", "conj", "relcl")
_AUXILIARIES = ("be", "have", "do", "can", "will", "would")
# What may come true can as well not come true, so these are left alone.
_OPEN = ("may", "might", "could", "should")
_NOT_BEFORE_NOT = ("also", "already", "notably", "indeed", "now", "currently", "essentially")
# "To question whether" says the same with "not" as without.
_IN_NEGATIONS = ("no", "any", "yet", "still", "whether")
_DO = {"VBD": "did", "VBZ": "does", "VBP": "do"}


def negation_added(source: Source) -> Iterator[str]:
    """With a "not" at a verb, that of what is claimed before that of who claims it."""
    verbs = [token for token in source.doc if token.dep_ in _CLAUSES and token.pos_ in ("VERB", "AUX")]
    for verb in sorted(verbs, key=lambda token: (_CLAUSES.index(token.dep_), token.i)):
        if not _is_negated(verb) and not _is_misread(verb) and (said := _negated(source.text, verb)):
            yield said


def _is_negated(verb: Token) -> bool:
    return any(token.dep_ == "neg" or token.lower_ in _IN_NEGATIONS for token in verb.subtree)


def _is_misread(verb: Token) -> bool:
    """Whether its subject may be a verb itself: "the agency claims" can be read as some claims."""
    subjects = [child for child in verb.children if child.dep_ == "nsubj" and child.i > 0]
    return any(
        token.lower_ in ("claims", "reports", "states") and token.nbor(-1).pos_ in ("NOUN", "PROPN")
        for token in subjects
    )


def _negated(text: str, verb: Token) -> str | None:
    helpers = [child for child in verb.children if child.dep_ in ("aux", "auxpass") and child.i < verb.i]
    first = helpers[0] if helpers else verb
    if first.lower_ in _OPEN:
        return None
    if first.lemma_ in _AUXILIARIES and (helpers or verb.pos_ == "AUX" or verb.lemma_ == "be"):
        return _insert_not(text, first)
    has_subject = any(child.dep_ == "nsubj" for child in verb.children)
    follows_further = verb.i > 0 and verb.nbor(-1).lower_ == "further"
    if helpers or verb.tag_ not in _DO or follows_further or not has_subject:
        return None
    return replaced(text, verb.idx, verb.idx + len(verb), f"{_DO[verb.tag_]} not {verb.lemma_}")


def _insert_not(text: str, helper: Token) -> str:
    """With "not" after an auxiliary verb, in place of an adverb that goes ill with it."""
    end = helper.idx + len(helper)
    following = helper.nbor(1) if helper.i + 1 < len(helper.doc) else helper
    if following.lower_ in _NOT_BEFORE_NOT:
        return replaced(text, following.idx, following.idx + len(following), "not")
    return replaced(text, end, end, " not")
