"""What the suites over public test sets take from an answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from eval.metrics.nuggets import holds
from rag import Answer


def kept(answer: Answer) -> dict[str, Any]:
    """The answer as JSON without its timings, which differ from run to run."""
    return {name: value for name, value in answer.to_dict().items() if name != "timings_ms"}


def seconds(answer: Answer) -> float:
    """How long it took."""
    return sum(answer.timings_ms.values()) / 1000


def lead(answer: Answer) -> str | None:
    """The first statement; None where it abstained."""
    return answer.statements[0].text if answer.statements else None


def best_sentence(answer: Answer) -> str:
    """The sentence with the best evidence score, whether it was said or not; empty where nothing was found."""
    return lead(answer) or (answer.related[0].quote if answer.related else "")


def says(answer: Answer, answers: Sequence[str]) -> bool:
    """Whether one of the statements holds one of the answers wanted."""
    return any(holds(statement.text, words) for statement in answer.statements for words in answers)


def leads_with(answer: Answer, answers: Sequence[str]) -> bool:
    """Whether the first statement holds one of the answers wanted."""
    return any(holds(statement.text, words) for statement in answer.statements[:1] for words in answers)


def abstaining(answer: Answer, *, should: bool) -> tuple[dict[str, float], tuple[str, ...]]:
    """The scores that `eval.suites.abstaining` reads, and a line where the answer is on the wrong side."""
    did = answer.status == "abstained"
    scores = {"should_abstain": float(should), "abstained": float(did)}
    if should and not did:
        return scores, ("answered, but the archive does not say",)
    if did and not should:
        return scores, (f"abstained, but the archive says: {answer.missing}",)
    return scores, ()
