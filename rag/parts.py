"""Parts a question that asks two things."""

from __future__ import annotations

import re

_ASKS = (
    r"(?:who|whom|whose|what|which|when|where|why|how(?: many| much)?)\s+(?:\w+\s+){0,2}?"
    r"(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|said|says|signed|approved|happened)\b"
)
_BREAK = re.compile(rf"(?<=[?])\s+(?:and\s+)?(?=\w)|,?\s+and\s+(?={_ASKS})", re.IGNORECASE)
_QUESTION = re.compile(
    rf"^(?:{_ASKS}|who\b|(?:is|are|was|were|do|does|did|has|have|can|could|will|would)\b)", re.IGNORECASE
)


def parts_of(question: str) -> tuple[str, ...]:
    """The questions that a question is made of, each with its question mark; itself where it is one.

    It is parted before an "and" with a question word and a verb after it, and after a question mark, and only where
    every part is a question in form: "Who is X and what did he say?", not "What did X and Y agree on?".
    """
    parts = [part.strip(" ,?") for part in _BREAK.split(question)]
    if len(parts) < 2 or not all(_QUESTION.match(part) and len(part.split()) >= 3 for part in parts):
        return (question,)
    return tuple(f"{part[0].upper()}{part[1:]}?" for part in parts)
