"""How well the statements of an answer rest on what they cite: citation recall and precision of ALCE.

    recall of a statement   = 1 where it cites something and all that it cites, taken together, supports it, else 0
    precision of a citation = 1 where the recall of its statement is 1 and it is not irrelevant, else 0
    irrelevant              = it alone does not support the statement, and the others do without it
    f1                      = harmonic mean of mean recall and mean precision

Source: Gao, Yen, Yu and Chen, "Enabling Large Language Models to Generate Text with Citations", EMNLP 2023. Two
things differ there: means are taken within an answer first and then over answers, and at most three citations of a
statement are looked at. Here the scores of each statement and citation are given, and all are looked at.

Range: 0 to 1, more is better.

Traps: whoever copies a whole passage and cites it gets 1 in everything, so read these beside nugget recall and length.
An answer with nothing in it has nothing to score: its means are 0, so leave out answers that rightly abstain.
Precision does not punish redundancy: two citations each of which is enough are both precise. What `supports` says is
taken as it is, its mistakes included.

A citation given twice by one statement counts twice, as ALCE's definition is applied to the list, place by place. The
second adds nothing: where the quote alone supports the statement, both are precise, as any two that are enough; where
it does not, each can be left out while its copy stays, so both are irrelevant.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import fmean

Supports = Callable[[str, Sequence[str]], bool]
"""Whether texts, taken together, say what a statement says."""


@dataclass(frozen=True)
class CitationScores:
    """The scores of an answer's statements and citations.

    Attributes:
        recall: Of each statement, 0 or 1.
        precision: Of each citation, 0 or 1, in the order of the statements.
    """

    recall: tuple[float, ...]
    precision: tuple[float, ...]

    @property
    def mean_recall(self) -> float:
        """The share of statements that are supported; 0 where there is none."""
        return fmean(self.recall) if self.recall else 0.0

    @property
    def mean_precision(self) -> float:
        """The share of citations that are precise; 0 where there is none."""
        return fmean(self.precision) if self.precision else 0.0

    @property
    def f1(self) -> float:
        """The harmonic mean of both; 0 where both are."""
        total = self.mean_recall + self.mean_precision
        return 2 * self.mean_recall * self.mean_precision / total if total else 0.0


def citation_scores(statements: Sequence[tuple[str, Sequence[str]]], supports: Supports) -> CitationScores:
    """Scores the statements of one answer.

    Args:
        statements: Each with the texts that it cites.
        supports: Tells whether texts together support a statement; never asked about no text.
    """
    recall: list[float] = []
    precision: list[float] = []
    for statement, cited in statements:
        supported = bool(cited) and supports(statement, cited)
        recall.append(float(supported))
        precision.extend(
            float(supported and not _is_irrelevant(statement, cited, place, supports)) for place in range(len(cited))
        )
    return CitationScores(tuple(recall), tuple(precision))


def _is_irrelevant(statement: str, cited: Sequence[str], place: int, supports: Supports) -> bool:
    others = [*cited[:place], *cited[place + 1 :]]
    return not supports(statement, [cited[place]]) and supports(statement, others)
