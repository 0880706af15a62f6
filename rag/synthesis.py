"""Makes draft statements out of evidence."""

from __future__ import annotations

import re
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from index.analysis import content_terms
from rag.answer import Removed
from rag.checks.words import number_words
from rag.events import Stop
from rag.evidence import Evidence
from rag.question import Question

_COPY = 0.7


@dataclass(frozen=True)
class Draft:
    """A statement that is yet to be verified.

    Attributes:
        evidence: What it rests on, one or more sentences.
    """

    text: str
    kind: Literal["quote", "generated"]
    evidence: tuple[Evidence, ...]


class Refused(Exception):
    """A synthesizer drafted nothing; the message goes on from its name: "found no answer in the passages"."""


class Synthesizer(Protocol):
    """Makes draft statements; the lead comes first.

    Attributes:
        name: "quote", or of the model that words the answer.
    """

    name: str

    def draft(self, question: Question, evidence: Sequence[Evidence], stop: Stop) -> Generator[Draft | Removed]:
        """Drafts statements from evidence, best first and strong enough to answer from.

        Args:
            question: Understood.
            evidence: Best first.
            stop: Asked for when nobody waits for the answer any more.

        Yields:
            Drafts, yet to be verified, and what cannot be one, with the reason.

        Raises:
            LLMError: A language model did not answer.
            Refused: Nothing was drafted, for a reason that the answer should tell.
        """
        ...


class QuoteSynthesizer:
    """Answers with the sentences themselves; needs no model."""

    name = "quote"

    def __init__(self, most: int) -> None:
        """Takes the largest number of statements in an answer."""
        self._most = most

    def draft(self, question: Question, evidence: Sequence[Evidence], stop: Stop) -> Generator[Draft]:
        """Quotes sentence after sentence; a near copy only adds its citation."""
        groups: list[list[Evidence]] = []
        for item in evidence:
            group = next((group for group in groups if _is_copy(group[0], item)), None)
            if group is not None:
                group.append(item)
            elif len(groups) < self._most:
                groups.append([item])
        for group in groups:
            yield Draft(group[0].text, "quote", tuple(group))


def _is_copy(one: Evidence, other: Evidence) -> bool:
    """Whether two sentences share most of their words (Jaccard index), and all numbers."""
    first, second = set(content_terms(one.text)), set(content_terms(other.text))
    if not first | second or len(first & second) / len(first | second) < _COPY:
        return False
    return _numbers(one.text) == _numbers(other.text)


def _numbers(text: str) -> set[str]:
    return {word for word in re.findall(r"\w+(?:[.,]\w+)*", text.lower()) if number_words()(word)}
