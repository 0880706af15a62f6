"""Whether a difference between two runs is more than chance: the interval of the paired bootstrap.

    For b = 1..B: draw n positions with replacement, d_b = figure(after at those) - figure(before at those).
    The interval goes from the 2.5th to the 97.5th percentile of d_1..d_B.

Sources: Efron, "Bootstrap Methods: Another Look at the Jackknife", The Annals of Statistics 7(1), 1979; paired over the
same test questions as in Koehn, "Statistical Significance Tests for Machine Translation Evaluation", EMNLP 2004. Drawn
by scipy.

Range: that of the figure's differences. An interval without 0 in it speaks for a difference.

Traps: the questions must be the same, in the same order: pairing is what makes small differences visible. It covers the
choice of questions, not that of the articles, nor a model that answers otherwise the next time. With few questions the
interval is too narrow, and one in twenty figures compared shows a difference by chance alone. A question that is there
in several wordings counts as several, so the interval looks surer than it is.

Some figures need a kind of question that a draw may miss (an AUC needs both classes). Such draws are left out: the
interval is that of the figure where there is one. Where that leaves less than half, too few to speak for the rest,
there is no interval.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import numpy as np

T = TypeVar("T")


def difference_interval(
    before: Sequence[T],
    after: Sequence[T],
    figure: Callable[[Sequence[T]], float | None],
    *,
    resamples: int = 1000,
    seed: int = 0,
) -> tuple[float, float] | None:
    """The 95 % percentile interval of how much a figure changed.

    Args:
        before: One value for each question.
        after: The values of the same questions, in the same order.
        figure: Makes one figure of the values; None where they do not have what it takes.
        resamples: How many times to draw.
        seed: Of the draws; the same gives the same interval.

    Returns:
        Its lower and its upper end, the same where the change is the same in every draw; None for fewer than two
        questions, and where the figure is None on either side or in more than half of the draws.

    Raises:
        ValueError: The two are not of one length.
    """
    if len(before) != len(after):
        raise ValueError(f"before has {len(before)} questions and after has {len(after)}; give the same in both.")

    def difference(positions: Sequence[int]) -> float:
        old, new = figure([before[at] for at in positions]), figure([after[at] for at in positions])
        return float("nan") if old is None or new is None else new - old

    if len(before) < 2 or np.isnan(difference(range(len(before)))):
        return None
    if list(before) == list(after):
        return 0.0, 0.0
    drawn = _draw(len(before), difference, resamples, seed)
    defined = drawn[~np.isnan(drawn)]
    if 2 * len(defined) < resamples:
        return None
    # Sums differ in the last digit from draw to draw, and an end at 0 must not miss it; -0.0 + 0.0 is 0.0.
    low, high = np.round(np.quantile(defined, [0.025, 0.975]), 9) + 0.0
    return float(low), float(high)


def _draw(count: int, difference: Callable[[Sequence[int]], float], resamples: int, seed: int) -> np.ndarray[Any, Any]:
    """The difference in every draw; NaN where there is none."""
    # It takes seconds to import, which not every eval needs.
    from scipy.stats import DegenerateDataWarning, bootstrap

    with warnings.catch_warnings():
        # Of an interval over all draws, those without a figure included; ours is over the others.
        warnings.simplefilter("ignore", DegenerateDataWarning)
        drawn = bootstrap(
            (np.arange(count),),
            difference,
            n_resamples=resamples,
            vectorized=False,
            method="percentile",
            rng=np.random.default_rng(seed),
        )
    return np.asarray(drawn.bootstrap_distribution, dtype=float)
