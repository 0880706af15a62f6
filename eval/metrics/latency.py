"""How long answers take.

    median, p95, max: the times that half, 95 % and all of the questions stay within

Sources: Dean and Barroso, "The Tail at Scale", Communications of the ACM 56(2), 2013, on why the slowest matter;
between two times quantiles are interpolated, type 7 of Hyndman and Fan, "Sample Quantiles in Statistical Packages",
The American Statistician 50(4), 1996, as numpy does by default.

Range: seconds, 0 and up, less is better.

Traps: times differ between machines and runs, so no gate should hang on them. Of fewer than 20 questions p95 lies
between the two slowest. The first question pays for loading models. Abstaining is fast: an engine that answers less
looks faster.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def latency(seconds: Sequence[float]) -> dict[str, float]:
    """Sums up how long each question took.

    Args:
        seconds: Of each question.

    Returns:
        "median", "p95" and "max", in seconds.

    Raises:
        ValueError: There is no question.
    """
    if not seconds:
        raise ValueError("There are no times, so nothing can be summed up. Give at least one.")
    median, p95, longest = np.quantile(np.asarray(seconds, dtype=float), [0.5, 0.95, 1.0])
    return {"median": float(median), "p95": float(p95), "max": float(longest)}
