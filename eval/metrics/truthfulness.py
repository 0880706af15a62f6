"""Whether an answer is worth more than none: the truthfulness score of CRAG.

    +1 right, 0 abstained, -1 wrong; the mean over questions is accuracy minus the share of wrong answers

Source: Yang et al., "CRAG - Comprehensive RAG Benchmark", NeurIPS 2024, Datasets and Benchmarks Track, in the form of
its automatic evaluation. Where people judge there, an answer with a minor fault counts 0.5; here there are three
values.

Range: -1 to 1, more is better. An engine that always abstains gets 0, one that is wrong as often as right too.

Traps: abstaining counts 0 even where it is right to abstain, as in CRAG. So on questions that the archive does not
answer 0 is the best there is, and a mean over them and others cannot reach 1: compare it on the same questions only.
What "right" means is left to the caller and decides the figure.
"""

from __future__ import annotations


def truthfulness(answered: bool, right: bool) -> float:
    """Scores one question.

    Args:
        answered: Whether it was answered.
        right: Whether the answer is right; False where there is none.

    Raises:
        ValueError: What was not answered is said to be right.
    """
    if right and not answered:
        raise ValueError("right is True though nothing was answered. Abstaining counts 0, right or not: give False.")
    if not answered:
        return 0.0
    return 1.0 if right else -1.0
