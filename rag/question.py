"""What a question asks for."""

from __future__ import annotations

import re
from collections.abc import Mapping, Set
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from itertools import pairwise
from typing import TypedDict

from index.analysis import content_terms, terms
from index.errors import QuestionError
from rag.days import Days
from rag.in_time import InTime, Wants, in_time
from rag.language import names
from rag.parts import asked_alone, parts_of
from rag.seeking import Seeks, what_is_sought
from rag.sought import Sought, what_exactly

__all__ = ["LONGEST_QUESTION", "Filters", "Question", "Seeks", "read_day", "read_question"]

LONGEST_QUESTION = 2_000


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
        resolved: As it stands alone: spelling mended, a follow-up with what it refers to.
        asked: The words that tell what is sought, where they are not all of `resolved`: those of the follow-up itself.
        days: The spans of days that it names, in order; what it asks about may have been published later.
        asked_on: The day on which it is asked, from which "yesterday" counts; None where that is not known.
        variants: By term, sets of other terms: where all of one set stand, the archive means the same by them.
        in_time: What it wants of a story in time, where words told that are taken out of it; see `alone`.
    """

    text: str
    resolved: str
    asked: str | None = None
    days: tuple[Days, ...] = ()
    asked_on: date | None = None
    variants: Mapping[str, frozenset[frozenset[str]]] = field(default_factory=dict, hash=False)
    in_time: InTime | None = None

    @property
    def dates(self) -> Days | None:
        """The first span of days that it names, if any."""
        return self.days[0] if self.days else None

    @cached_property
    def seeks(self) -> Seeks:
        """The kind of answer sought."""
        return what_is_sought(self.asked or self.resolved)

    @cached_property
    def exactly(self) -> Sought | None:
        """What an answer must hold, where the words tell."""
        return what_exactly(self.asked or self.resolved)

    @cached_property
    def parts(self) -> tuple[str, ...]:
        """The questions that it is made of, itself alone where it asks one thing."""
        return (self.resolved,) if self.asked else parts_of(self.resolved)

    def alone(self) -> list[Question]:
        """What a single sentence can answer: each of its parts as a question of its own, without the words of time.

        `asked` is the part where that does not stand alone.
        """
        if len(self.parts) == 1:
            return [_without_time(self)]
        return [
            _without_time(replace(self, resolved=alone, asked=part))
            for before, part in pairwise(("", *self.parts))
            for alone in (asked_alone(part, before, self.resolved),)
        ]

    def meant_by(self, found: Set[str]) -> set[str]:
        """The terms of the question that stand among others as a variant: "seoul" means "south" and "korea"."""
        return {term for term, others in self.variants.items() if any(other <= found for other in others)}

    @cached_property
    def terms(self) -> list[str]:
        """The terms that an answer should cover; see `index.analysis.content_terms`."""
        return content_terms(self.resolved)

    @cached_property
    def all_terms(self) -> frozenset[str]:
        """Its terms, function words among them."""
        return frozenset(terms(self.resolved))

    @cached_property
    def names(self) -> list[str]:
        """The names in the question; in one that is all capitals none can be told."""
        return [] if self.resolved.isupper() else names(self.resolved)


def _without_time(question: Question) -> Question:
    """A question without the words that tell what it wants of a story in time; see `rag.in_time`."""
    told = in_time(question.resolved)
    if told is None:
        return question
    asked = None if told.wants is Wants.CHANGE else question.asked
    return replace(question, resolved=told.asked, asked=asked, in_time=told)


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
