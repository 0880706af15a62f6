"""Turns logits into probabilities, and says how far off those are.

Platt scaling: p = 1 / (1 + exp(-(scale * logit + shift))), fitted by maximum likelihood (Platt, "Probabilistic Outputs
for Support Vector Machines", 1999). With a shift of 0 it is temperature scaling (Guo, Pleiss, Sun and Weinberger, "On
Calibration of Modern Neural Networks", ICML 2017, whose expected calibration error is used here); the shift undoes that
what fits counts for more in the loss.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rag.reader.curve import Curve, Numbers

_BINS = 10
_NEARLY_NO_PENALTY = 1e6


@dataclass(frozen=True)
class Judged:
    """Logits with what is true.

    Attributes:
        logits: One a row.
        true: Of the same, whether it is so.
        articles: Of the same, what article it comes from.
    """

    logits: Numbers
    true: NDArray[np.bool_]
    articles: Sequence[str]


@dataclass(frozen=True)
class Bin:
    """Of the predictions between two tenths: how many, their mean, and the share of them that are true."""

    count: int
    predicted: float
    true: float


@dataclass(frozen=True)
class Calibration:
    """A curve, and how well such curves do on articles that they were not fitted on.

    Attributes:
        curve: Fitted on everything.
        error: Expected calibration error, from 0 to 1, less is better.
        uncalibrated: The same of the logits' own probabilities.
        bins: The reliability curve, without the tenths into which nothing falls.
    """

    curve: Curve
    error: float
    uncalibrated: float
    bins: Sequence[Bin]


def calibrate(judged: Judged) -> Calibration:
    """Fits a curve on all, and measures with curves fitted on one half of the articles and used on the other.

    Raises:
        ValueError: One half has nothing true or nothing false in it.
    """
    odd = halves(judged.articles)
    predicted = np.empty(len(judged.logits))
    for half in (odd, ~odd):
        predicted[half] = _fitted(judged.logits[~half], judged.true[~half])(judged.logits[half])
    bins = reliability(predicted, judged.true)
    return Calibration(
        _fitted(judged.logits, judged.true),
        expected_error(bins),
        expected_error(reliability(Curve(1.0, 0.0)(judged.logits), judged.true)),
        bins,
    )


def halves(articles: Sequence[str]) -> NDArray[np.bool_]:
    """Parts rows so that those of an article are on one side, and both sides get large articles."""
    counted = Counter(articles)
    names = sorted(counted, key=lambda name: (-counted[name], name))
    places = {name: place for place, name in enumerate(names)}
    return np.array([places[article] % 2 == 1 for article in articles])


def reliability(predicted: Numbers, true: NDArray[np.bool_]) -> list[Bin]:
    """The predictions by tenths, those into which nothing falls left out."""
    at = np.minimum((predicted * _BINS).astype(int), _BINS - 1)
    return [
        Bin(int((at == n).sum()), float(predicted[at == n].mean()), float(true[at == n].mean()))
        for n in range(_BINS)
        if (at == n).any()
    ]


def expected_error(bins: Sequence[Bin]) -> float:
    """Mean distance of what was predicted from what is true, over tenths by how much falls into each."""
    return sum(each.count * abs(each.predicted - each.true) for each in bins) / sum(each.count for each in bins)


def _fitted(logits: Numbers, true: NDArray[np.bool_]) -> Curve:
    # It takes seconds to import.
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=_NEARLY_NO_PENALTY).fit(logits.reshape(-1, 1), true)
    return Curve(float(model.coef_[0, 0]), float(model.intercept_[0]))
