"""Whether the right questions are answered, and the right ones not.

For abstaining, and likewise for answering:

    precision = rightly abstained / abstained
    recall    = rightly abstained / should abstain
    f1        = harmonic mean of both
    macro_f1  = mean of the f1 of abstaining and of answering

Sources: van Rijsbergen, "Information Retrieval", 2nd edition, 1979 (the F measure); questions to be left unanswered as
in Rajpurkar, Jia and Liang, "Know What You Don't Know: Unanswerable Questions for SQuAD", ACL 2018. Of the two means
that are called macro F1 it is the mean of the F1, as Opitz and Burst advise in "Macro F1 and Macro F1",
arXiv:1911.03347, 2019.

Range: 0 to 1, more is better; 0 where there is nothing to divide by.

Traps: a class that is neither there nor given has an f1 of 0, so over questions all of one kind macro_f1 cannot exceed
0.5, however good the answers. Abstaining always gives a recall of 1 for abstaining, never doing so a recall of 1 for
answering: read both classes. Precision depends on how many of the questions should be left unanswered, so it cannot be
compared between sets. An answer counts as given, be it right or wrong.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class ClassScores:
    """Of one class, each from 0 to 1."""

    precision: float
    recall: float
    f1: float


@dataclass(frozen=True)
class Abstention:
    """The scores of both classes."""

    abstaining: ClassScores
    answering: ClassScores

    @property
    def macro_f1(self) -> float:
        """The mean of the f1 of both."""
        return (self.abstaining.f1 + self.answering.f1) / 2


def abstention(should: Sequence[bool], did: Sequence[bool]) -> Abstention:
    """Compares which questions were left unanswered with which should be.

    Args:
        should: Of each question, whether to abstain on it.
        did: Of the same questions, in the same order, whether it abstained.

    Raises:
        ValueError: There is no question, or the two are not of one length.
    """
    if len(should) != len(did):
        raise ValueError(f"should has {len(should)} questions and did has {len(did)}; give each question in both.")
    if not should:
        raise ValueError("There are no questions, so nothing can be scored. Give at least one.")
    # Counted here, as a bootstrap asks for it thousands of times: scikit-learn takes a hundred times as long.
    counted = Counter(zip(should, did, strict=True))
    return Abstention(_of_class(counted, True), _of_class(counted, False))


def _of_class(counted: Counter[tuple[bool, bool]], which: bool) -> ClassScores:
    right = counted[which, which]
    chosen, members = right + counted[not which, which], right + counted[which, not which]
    return ClassScores(_share(right, chosen), _share(right, members), _share(2 * right, chosen + members))


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0
