"""The subject of one sentence with what another says of its own."""

from __future__ import annotations

from collections.abc import Iterator

from eval.changes.editing import capitalised
from eval.changes.names import Name, Names, may_be_one
from eval.changes.phrases import Actor, actor
from eval.changes.reading import Source

_FARTHEST = 8
_PERSONS = ("full person", "person")


def subject_of_other(source: Source, other: Source, names: Names) -> Iterator[str]:
    """The subject of another sentence near by with the rest of this one, a person for a person, a body for a body."""
    if abs(source.number - other.number) > _FARTHEST:
        return
    own, foreign = _subject(source), _subject(other)
    if own is None or foreign is None or own.plural != foreign.plural:
        return
    replaced, given = _within(names.of(source), own), _within(names.of(other), foreign)
    if not replaced or not given or _is_person(replaced) != _is_person(given):
        return
    # A name that the rest holds as well would make the sentence odd, or leave it true.
    if not any(may_be_one(one.text, another.text) for one in given for another in names.of(source)):
        yield capitalised(foreign.text) + source.text[own.end :]


def _subject(source: Source) -> Actor | None:
    """The subject of the main clause, where the sentence begins with it."""
    for token in source.doc:
        if token.dep_ in ("nsubj", "nsubjpass") and token.head.dep_ == "ROOT" and token.left_edge.i == 0:
            return actor(source, source.doc[: token.right_edge.i + 1])
    return None


def _within(names: list[Name], actor: Actor) -> list[Name]:
    return [name for name in names if actor.start <= name.start < actor.end]


def _is_person(names: list[Name]) -> bool:
    return any(name.shape in _PERSONS for name in names)
