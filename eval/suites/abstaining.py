"""The figures of abstaining, over rows that have the scores `should_abstain` and `abstained`, each 0 or 1.

Those of a class are None where no row belongs to it, as among the rows of one kind: a 0 would tell nothing there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from eval.measure import Measure
from eval.metrics.abstention import ClassScores, abstention
from eval.record import Row


def _abstaining(name: str, says: str, figure: Callable[[ClassScores], float]) -> Measure:
    def of(rows: Sequence[Row]) -> float | None:
        should, did = _sides(rows)
        return figure(abstention(should, did).abstaining) if any(should) else None

    return Measure(f"abstain_{name}", says, of)


def _answering(name: str, says: str, figure: Callable[[ClassScores], float]) -> Measure:
    def of(rows: Sequence[Row]) -> float | None:
        should, did = _sides(rows)
        return figure(abstention(should, did).answering) if not all(should) else None

    return Measure(f"answer_{name}", says, of)


def _sides(rows: Sequence[Row]) -> tuple[list[bool], list[bool]]:
    """Of every row that has both scores, whether it should abstain and whether it did."""
    scores = [row.scores for row in rows if {"should_abstain", "abstained"} <= row.scores.keys()]
    return [bool(each["should_abstain"]) for each in scores], [bool(each["abstained"]) for each in scores]


ABSTENTION: tuple[Measure, ...] = (
    _abstaining("precision", "of those it abstained on, the share it should have", lambda scores: scores.precision),
    _abstaining("recall", "of those to abstain on, the share it did", lambda scores: scores.recall),
    _abstaining("f1", "harmonic mean of abstain_precision and abstain_recall", lambda scores: scores.f1),
    _answering("precision", "of those it answered, the share that it should have", lambda scores: scores.precision),
    _answering("recall", "of those to be answered, the share that it did", lambda scores: scores.recall),
    _answering("f1", "harmonic mean of answer_precision and answer_recall", lambda scores: scores.f1),
)
"""Precision, recall and F1 of abstaining and of answering."""
