"""What a question asks for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property
from typing import TypedDict

from index.analysis import content_terms
from index.errors import QuestionError
from rag.language import names

LONGEST_QUESTION = 2_000


class Seeks(StrEnum):
    """The kind of answer that a question seeks."""

    PERSON = "person"
    PLACE = "place"
    TIME = "time"
    NUMBER = "number"
    SAYING = "what was said"
    MANNER = "manner"
    REASON = "reason"
    YES_NO = "yes or no"
    OPEN = "open"


_KINDS = (
    (Seeks.NUMBER, r"\bhow (?:many|much|large|big|long|old|far|often)\b|\bwhat (?:number|percentage|share|amount)\b"),
    (Seeks.TIME, r"\bwhen\b|\b(?:what|which) (?:year|day|date|month|time)\b"),
    (Seeks.PLACE, r"\bwhere\b|\b(?:what|which) (?:city|country|place|region|state|port|town)\b"),
    (Seeks.REASON, r"\bwhy\b|\bwhat (?:is|was) the reason\b"),
    (Seeks.SAYING, r"\b(?:what|how) (?:did|do|does|has|have)\b.*\b(?:sa(?:y|id)|tell|told|claim|call|descri|respond)"),
    (Seeks.MANNER, r"^how (?:did|does|do|was|were|is|are|has|have|will)\b"),
    (Seeks.PERSON, r"\bwho(?:m|se)?\b"),
    (Seeks.YES_NO, r"^(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would)\b"),
)  # fmt: skip


class Filters(TypedDict, total=False):
    """Which articles may be used; what is None or left out filters nothing.

    Attributes:
        as_of: Answer as it could have been given on that day (a date or ISO text): with articles published by then,
            and those without a date unless their text shows that they are later.
        since: Only what was certainly published on that day or later.
        outlet: Only that outlet, in any letter case.
    """

    as_of: date | str | None
    since: date | str | None
    outlet: str | None


@dataclass(frozen=True)
class Question:
    """A question, understood.

    Attributes:
        text: As it was asked, white space tidied.
        resolved: As it stands alone: a follow-up with what it refers to.
    """

    text: str
    resolved: str

    @cached_property
    def seeks(self) -> Seeks:
        """The kind of answer sought."""
        words = self.text.lower()
        return next((kind for kind, pattern in _KINDS if re.search(pattern, words)), Seeks.OPEN)

    @cached_property
    def terms(self) -> list[str]:
        """The terms that an answer should cover; see `index.analysis.content_terms`."""
        return content_terms(self.resolved)

    @cached_property
    def names(self) -> list[str]:
        """The names in the question; in one that is all capitals none can be told."""
        return [] if self.resolved.isupper() else names(self.resolved)


def read_question(text: str) -> Question:
    """Checks and tidies a question that stands alone.

    Raises:
        QuestionError: It is empty or too long.
    """
    if not isinstance(text, str):
        raise QuestionError(f"The question is {text!r}, which is not a text.")
    words = " ".join(text.split())
    try:
        words.encode()
    except UnicodeEncodeError:
        raise QuestionError("The question holds bytes that are no text. Type it anew.") from None
    if not re.search(r"\w", words):
        raise QuestionError("The question is empty. Ask something, for instance: What happened on Thursday?")
    if len(words) > LONGEST_QUESTION:
        raise QuestionError(
            f"The question has {len(words):,} characters; at most {LONGEST_QUESTION:,} are read. Ask a shorter one."
        )
    return Question(words, words)


def read_day(value: date | str | None, name: str) -> date | None:
    """Reads a day given as a date or as ISO text; of a point in time the day is taken.

    Args:
        value: Such as `"2024-10-26"`.
        name: What it is called in the message, such as "as_of".

    Raises:
        QuestionError: It is not a day.
    """
    if value is None or value == "":
        return None
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return datetime.fromisoformat(value.strip()).date()
    except (ValueError, AttributeError, TypeError):
        raise QuestionError(f"{name} is {value!r}, which is not a day. Write it like 2024-10-26.") from None
