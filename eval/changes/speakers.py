"""Who says it: nobody, or another."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from eval.changes.editing import by_table, capitalised, replaced, table
from eval.changes.names import Names, may_be_one
from eval.changes.phrases import Actor, actor
from eval.changes.reading import Source
from index.analysis import content_terms

if TYPE_CHECKING:
    from spacy.tokens import Span

_CLAIMING = frozenset(
    {
        "claim", "say", "state", "report", "allege", "suggest", "estimate", "assert", "speculate", "believe", "warn",
        "indicate", "anticipate", "emphasize", "remark", "add", "continue", "announce", "stress", "predict", "insist",
        "argue", "declare", "suspect",
    }
)  # fmt: skip
# What is confirmed holds, whoever did it, and what is denied is no claim: to drop the speaker of these proves nothing.
_SPEAKING = _CLAIMING | {"confirm", "reveal", "note", "acknowledge", "mention", "dismiss", "deny", "voice", "express"}
_HEADS = (
    re.compile(r"(?:According to|As per) (?P<who>[^,]+), (?P<what>.+)"),
    re.compile(r"(?P<what>.+), according to (?P<who>[^,]+)\."),
)
_QUOTED = re.compile(r"[^“”\"]*\b(?:stated|added|said|remarked|asserted)\b[^“”\"]*, [“\"](?P<what>[^“”\"]+[.!?])[”\"]")
_TAIL = re.compile(r"(?P<what>.+), (?:[A-Z]\w+|he|she|they) (?:said|continued|added|claimed)\.")
_TO_HAVE = table((r"claims to have", "has"), (r"claim to have", "have"))
_HANGS_ON_SPEAKER = re.compile(
    r"(?:it|he|she|they|his|her|their)\b|.*\b(?:I|we|our|ours|us|my|me)\b", re.IGNORECASE | re.DOTALL
)
_SHAPES = ("full person", "person", "country", "city", "people")


def attribution_dropped(source: Source) -> Iterator[str]:
    """The claim as plain fact, without who made it."""
    claim = _without_head(_that_clause(source) or source.text)
    if claim != source.text and not _HANGS_ON_SPEAKER.match(claim):
        yield claim
    yield from by_table(source.text, _TO_HAVE)


def attribution_changed(source: Source, names: Names) -> Iterator[str]:
    """Another name in who says it: of peoples first those that the sentence names elsewhere, then a name new to it."""
    held = names.of(source)
    for speaker in speakers(source):
        own = [name for name in held if name.shape in _SHAPES and speaker.start <= name.start < speaker.end]
        for name in own:
            near = [other.text for other in held if other.shape == name.shape == "people"]
            for other in [*dict.fromkeys(near), *names.others(name, source)[:1]]:
                if not any(may_be_one(other, spoken.text) for spoken in own):
                    yield replaced(source.text, name.start, name.end, other)


def speaker_of_other(source: Source, other: Source, names: Names) -> Iterator[str]:
    """The speaker of another sentence in place of its own."""
    for own in speakers(source):
        for foreign in speakers(other):
            if own.plural == foreign.plural and not _may_be_same(source, own, other, foreign, names):
                yield replaced(source.text, own.start, own.end, foreign.text)


def speakers(source: Source) -> list[Actor]:
    """Whose words a sentence gives, pronouns left out."""
    found: list[Span | None] = [
        source.doc[child.left_edge.i : child.right_edge.i + 1]
        for verb in source.doc
        if verb.dep_ == "ROOT" and verb.lemma_ in _SPEAKING
        for child in verb.children
        if child.dep_ == "nsubj" and child.i < verb.i
    ]
    matches = filter(None, (head.fullmatch(source.text) for head in _HEADS))
    found.extend(source.doc.char_span(*match.span("who"), alignment_mode="expand") for match in matches)
    actors = (actor(source, span) for span in found if span is not None)
    return [speaker for speaker in actors if speaker is not None]


def _that_clause(source: Source) -> str | None:
    """What stands behind "claims that" up to the end of the sentence."""
    for verb in source.doc:
        if verb.dep_ != "ROOT" or verb.lemma_ not in _CLAIMING:
            continue
        for clause in verb.children:
            marks = [token for token in clause.subtree if token.dep_ == "mark" and token.lower_ == "that"]
            reaches_end = all(token.is_punct for token in source.doc[clause.right_edge.i + 1 :])
            if clause.dep_ == "ccomp" and marks and marks[0].head == clause and reaches_end:
                return capitalised(source.text[marks[0].idx + len("that ") :])
    return None


def _without_head(text: str) -> str:
    for pattern in (*_HEADS, _QUOTED, _TAIL):
        if match := pattern.fullmatch(text):
            claim = capitalised(match["what"])
            text = claim if claim.endswith((".", "!", "?", "”", '"')) else f"{claim}."
    return text


def _may_be_same(source: Source, own: Actor, other: Source, foreign: Actor, names: Names) -> bool:
    first = [name.text for name in names.of(source) if own.start <= name.start < own.end]
    second = [name.text for name in names.of(other) if foreign.start <= name.start < foreign.end]
    if first and second:
        return any(may_be_one(one, another) for one in first for another in second)
    return bool(set(content_terms(own.text)) & set(content_terms(foreign.text)))
