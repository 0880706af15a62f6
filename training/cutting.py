"""Cuts the answer out of a sentence, or something that is not the answer.

The data do not say which words are the answer: it is taken to be what is of the kind that the question seeks and does
not stand in the question.
"""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

from index.analysis import content_terms, terms
from rag.question import Question, Seeks
from training.editing import Edit, edited
from training.supplies import COUNTED, DATED

if TYPE_CHECKING:
    from spacy.tokens import Doc, Span

KINDS = {
    Seeks.PERSON: frozenset({"PERSON", "ORG", "NORP", "GPE"}),
    Seeks.PLACE: frozenset({"GPE", "LOC", "FAC", "ORG"}),
    Seeks.TIME: DATED,
    Seeks.NUMBER: COUNTED - {"ORDINAL"},
}
"""The labels of what may answer a question of a kind."""

_FILLERS = {
    Seeks.PERSON: ("someone", "a person", "somebody", "they"),
    Seeks.PLACE: ("a place", "somewhere", "another place"),
    Seeks.TIME: ("some time", "that time", "one day"),
    Seeks.NUMBER: ("some", "several", "a number of"),
}
_THINGS = ("something", "it", "that", "a thing")
_LONGEST_PHRASE = 10
_MOST_OPEN = 2


def answers(question: Question, sentence: Doc) -> list[Span]:
    """What may be the answer: entities of the kind sought, or where no kind is known noun phrases, not in the question.

    Returns:
        In order; nothing where there are too many noun phrases to tell.
    """
    asked = set(terms(question.resolved))
    if question.seeks in KINDS:
        return [span for span in sentence.ents if span.label_ in KINDS[question.seeks] and _is_new(span, asked)]
    chunks = [span for span in sentence.noun_chunks if _is_new(span, asked)]
    return chunks if len(chunks) <= _MOST_OPEN else []


def answer_cut(question: Question, sentence: Doc, rng: Random) -> str | None:
    """The sentence without what may be the answer, or None where that is not known."""
    found = answers(question, sentence)
    return edited(sentence.text, [_cut(span, question.seeks, rng) for span in found]) if found else None


def other_cut(question: Question, sentence: Doc, rng: Random) -> str | None:
    """The sentence without a name, date or number that is neither the answer nor asked about; it answers as before."""
    if question.seeks not in KINDS:
        return None
    asked = set(terms(question.resolved))
    other = [span for span in sentence.ents if _kind(span) not in (None, question.seeks) and _is_new(span, asked)]
    other = [span for span in other if span.label_ not in KINDS[question.seeks]]
    if not other:
        return None
    span = rng.choice(other)
    return edited(sentence.text, [_cut(span, _kind(span) or Seeks.OPEN, rng)])


def _is_new(span: Span, asked: set[str]) -> bool:
    found = content_terms(span.text)
    return bool(found) and not asked & set(found)


def _kind(span: Span) -> Seeks | None:
    return next((kind for kind, labels in KINDS.items() if span.label_ in labels), None)


def _cut(span: Span, kind: Seeks, rng: Random) -> Edit:
    """Leaves out the phrase that hangs on a preposition or a comma; else puts an empty word in its place."""
    root = span.root
    phrase = root
    if root.dep_ == "pobj" and root.head.dep_ in ("prep", "agent"):
        phrase = root.head
    if phrase is not root or root.dep_ in ("appos", "npadvmod"):
        start, end = phrase.left_edge, phrase.right_edge
        if end.i - start.i < _LONGEST_PHRASE and start.i <= span.start and end.i >= span.end - 1:
            return Edit(start.idx, end.idx + len(end))
    return Edit(span.start_char, span.end_char, rng.choice(_FILLERS.get(kind, _THINGS)))
