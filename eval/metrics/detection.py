"""How well a verifier tells faithful statements from those that are not.

    detected     = unfaithful statements not accepted / unfaithful statements     (hit rate)
    false_alarms = faithful statements not accepted / faithful statements         (false alarm rate)

Sources: Green and Swets, "Signal Detection Theory and Psychophysics", Wiley, 1966 (the two rates); verifiers judged by
labelled statements as in Honovich et al., "TRUE: Re-evaluating Factual Consistency Evaluation", NAACL 2022.

Range: 0 to 1; of `detected` more is better, of `false_alarms` less. None where there are none of the kind.

Traps: each is worth nothing alone: a verifier that accepts nothing detects everything. What matters to a reader is how
much of what is shown is wrong, and that also depends on how much wrong is drafted. Statements that were made unfaithful
by rule (a number changed) are easier than what models get wrong.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Detection:
    """What was not accepted.

    Attributes:
        detected: The share of the unfaithful; None where there is none.
        false_alarms: The share of the faithful; None where there is none.
    """

    detected: float | None
    false_alarms: float | None


def detection(faithful: Sequence[bool], accepted: Sequence[bool]) -> Detection:
    """Compares what a verifier accepted with what it should have.

    Args:
        faithful: Of each statement, whether its sources say it.
        accepted: Of the same statements, in the same order, whether the verifier lets it pass.

    Raises:
        ValueError: The two are not of one length.
    """
    if len(faithful) != len(accepted):
        raise ValueError(f"{len(faithful)} are labelled and {len(accepted)} were verified; give each in both.")
    pairs = list(zip(faithful, accepted, strict=True))
    return Detection(
        detected=_share_not_accepted([passed for true, passed in pairs if not true]),
        false_alarms=_share_not_accepted([passed for true, passed in pairs if true]),
    )


def _share_not_accepted(accepted: Sequence[bool]) -> float | None:
    return accepted.count(False) / len(accepted) if accepted else None
