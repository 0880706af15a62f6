"""What a question takes for granted, and whether the archive says otherwise: "Why did the Duma reject the treaty?"."""

from __future__ import annotations

import re
from dataclasses import replace

from rag.evidence import Evidence, Found
from rag.question import Question
from rag.verification import Verifier

SAYS_OTHERWISE = "The archive seems to say otherwise than the question takes for granted."

_ASKS = re.compile(
    r"^(?:(?:and|but|so) )?(?:why|when|how come)(?: exactly)? (?:(?:was|were|did|does|do|has|have|had|is|are) )?(?=\w)",
    re.IGNORECASE,
)
_NOT = re.compile(r"\b(?:not|never|no|none|nobody|nothing|cannot)\b|n['’]t\b", re.IGNORECASE)
_OTHERWISE = ("negation", "opposites")
"""The checks that tell that one of two statements is the other with a "not" in it, or says the opposite."""

_NEARLY = 0.3
"""Confidence from which on a sentence that contradicts a question is what the archive has to say to it."""


def taken_for_granted(question: str) -> str | None:
    """The statement that a question of why or when takes for granted, nearly as it is worded; None for any other.

    Questions with a "not" are left out: what they take for granted is told from its opposite too seldom.
    """
    asks = _ASKS.match(question)
    if asks is None or _NOT.search(question):
        return None
    return question[asks.end() :].rstrip(" ?.!")


def is_contradicted(question: Question, evidence: Evidence, verifier: Verifier) -> bool:
    """Whether a sentence says the opposite of what a question takes for granted."""
    granted = taken_for_granted(question.resolved)
    if granted is None:
        return False
    verdict = verifier.verify(granted, [evidence.text])
    return verdict.label == "contradicted" and not all(verdict.checks.get(name, True) for name in _OTHERWISE)


def with_what_contradicts(question: Question, found: Found, verifier: Verifier) -> Found:
    """Evidence that was not enough, with its best sentence to answer from where that contradicts the question."""
    if found.answering or not found.ranked or found.confidence < _NEARLY:
        return found
    best = found.ranked[0]
    return replace(found, answering=(best,)) if is_contradicted(question, best, verifier) else found
