"""Whether an answer leads with the answer.

    right = the first statement says at least one vital nugget in full

Source: Dateline's own rule, after the lead of a news story; what "in full" means is in `nuggets`.

Range: true or false; of the share over questions more is better.

Traps: one vital nugget is enough, so a question with several is right though the rest is missing: read it beside
vital nugget recall. A first statement that copies a whole paragraph is right wherever that holds the answer: read it
beside length. It does not apply to questions on which to abstain, as they have no vital nugget.
"""

from __future__ import annotations

from collections.abc import Sequence

from eval.metrics.citations import Supports
from eval.metrics.nuggets import nugget_support


def lead_is_right(lead: str | None, vital: Sequence[tuple[str, Sequence[str]]], supports: Supports | None) -> bool:
    """Judges the first statement of an answer.

    Args:
        lead: The first statement; None where there is none, which is never right.
        vital: Each vital nugget, as a sentence and as quotes each of which alone says it.
        supports: Where given, asked whether the lead says a nugget.
    """
    if lead is None:
        return False
    return any(nugget_support(nugget, quotes, [lead], supports) == "support" for nugget, quotes in vital)
