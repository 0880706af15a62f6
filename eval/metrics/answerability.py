"""How well a score tells questions that can be answered from those that cannot, whatever the threshold.

    auc = area under the ROC curve = chance that a positive chosen at random scores above a negative, ties counting half

Sources: Hanley and McNeil, "The meaning and use of the area under a receiver operating characteristic (ROC) curve",
Radiology 143(1), 1982; Fawcett, "An introduction to ROC analysis", Pattern Recognition Letters 27(8), 2006. Computed by
scikit-learn.

Range: 0 to 1, more is better; 0.5 is chance, below it the score points the wrong way. None where a class is absent.

Traps: it sees the order of the scores alone: an engine with a good auc may still abstain on everything because its
threshold is wrong, so read it beside `abstention`. With few of one class it jumps with every question. Easy negatives
(questions about something else altogether) raise it without telling anything.
"""

from __future__ import annotations

from collections.abc import Sequence


def auc(scores: Sequence[float], positive: Sequence[bool]) -> float | None:
    """Area under the ROC curve.

    Args:
        scores: Of each question; larger should mean positive.
        positive: Of the same questions, in the same order, whether it is.

    Returns:
        From 0 to 1; None where none is positive or all are.

    Raises:
        ValueError: The two are not of one length, or a score is no finite number.
    """
    if len(scores) != len(positive):
        raise ValueError(f"There are {len(scores)} scores for {len(positive)} questions; give one for each.")
    if len(set(positive)) < 2:
        return None
    # It takes seconds to import, which not every eval needs.
    from sklearn.metrics import roc_auc_score

    return float(roc_auc_score(list(positive), list(scores)))
