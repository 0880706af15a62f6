"""Parts a question that asks two things."""

from __future__ import annotations

import re

from rag.language import entities

_WH = r"(?:who|whom|whose|what|which|when|where|why|how)"
_AUXILIARY = r"(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|may|might|must)"
_BEFORE = r"(?:(?:about|at|by|for|from|in|of|on|to|under|with)\s+)?"
_ASKS = (
    rf"{_BEFORE}{_WH}(?:\s+many|\s+much)?\s+(?:\w+\s+){{0,2}}?"
    rf"(?:{_AUXILIARY}|said|says|signed|approved|happened)\b"
)
_BREAK = re.compile(
    rf"(?<=[?])\s+(?:and\s+)?(?=\w)|,?\s+and\s+(?={_ASKS})|,\s+and\s+(?={_WH}\s+\w+\s+\w)", re.IGNORECASE
)
_QUESTION = re.compile(rf"^(?:{_ASKS}|who\b|{_AUXILIARY}\b)", re.IGNORECASE)
_EMBEDDED = re.compile(rf"^{_AUXILIARY}\b.*\b{_WH}\b", re.IGNORECASE)
_ONE = re.compile(r"\b(?:he|she|him|his)\b", re.IGNORECASE)
_POINTS_BACK = re.compile(r"\b(?:he|she|him|his|her|it|its|they|them|their|there|this|these)\b", re.IGNORECASE)


def parts_of(question: str) -> tuple[str, ...]:
    """The questions that a question is made of, each with its question mark; itself where it is one.

    It is parted before an "and" with a question word and a verb after it, and after a question mark, and only where
    every part is a question in form: "Who is X and what did he say?", not "What did X and Y agree on?", nor "Did they
    say who came, and what happened there?".
    """
    parts = [part.strip(" ,?") for part in _BREAK.split(question)]
    if (
        len(parts) < 2
        or _EMBEDDED.match(parts[0])
        or not all(_QUESTION.match(part) and len(part.split()) >= 3 for part in parts)
    ):
        return (question,)
    return tuple(f"{part[0].upper()}{part[1:]}?" for part in parts)


def asked_alone(part: str, before: str, whole: str) -> str:
    """What to look for to answer a part: itself, with a person for "he" or "she", or else the whole question.

    Args:
        part: One of `parts_of(whole)`.
        before: The part before it.
        whole: The question.
    """
    people = [entity.text for entity in entities(before) if entity.label == "PERSON"]
    if people:
        part = _ONE.sub(lambda match: f"{people[-1]}'s" if match[0].lower() == "his" else people[-1], part)
    return whole if _POINTS_BACK.search(part) else part
