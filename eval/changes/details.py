"""A detail that nobody reported."""

from __future__ import annotations

from collections.abc import Iterator
from zlib import crc32

from eval.changes.reading import Source

_DETAILS = (
    "After weeks of secret negotiations",
    "To the surprise of diplomats",
    "Despite protests at home",
    "Amid rumours of a change of government",
    "Only hours after a closed meeting",
    "For the first time since the war began",
    "In a break with earlier statements",
    "On the eve of the elections",
)
_VARIANTS = 2


def detail_added(source: Source) -> Iterator[str]:
    """With a circumstance before it that no article holds; which one hangs on the sentence."""
    subjects = (token for token in source.doc if token.dep_ in ("nsubj", "nsubjpass") and token.head.dep_ == "ROOT")
    if not any(token.left_edge.i == 0 for token in subjects):
        return
    first_word = source.doc[0]
    if first_word.pos_ in ("DET", "PRON"):
        text = source.text[:1].lower() + source.text[1:]
    elif first_word.pos_ == "PROPN" or first_word.ent_iob_ != "O":
        text = source.text
    else:
        return
    first = crc32(source.text.encode())
    for number in range(_VARIANTS):
        yield f"{_DETAILS[(first + number) % len(_DETAILS)]}, {text}"
