"""Whether the numbers in statements stand in what they cite.

    faithful = every number in the statement stands in at least one of the texts that it cites

Source: Dateline's own rule. That models get numbers wrong in otherwise faithful sentences is shown by Zhao, Cohen and
Webber, "Reducing Quantity Hallucinations in Abstractive Summarization", Findings of EMNLP 2020.

Range: true or false for each statement; of their share more is better.

Traps: a number is compared by its value alone, not by what it counts: "3,000 dead" passes where the text has "3,000
troops". Two numbers may come from two texts. Rounding counts as wrong, vague numbers ("several thousand") do not count.
A statement without a number passes, so the share is high wherever numbers are rare.
"""

from __future__ import annotations

from collections.abc import Sequence

from rag.language import numbers


def number_fidelity(statements: Sequence[tuple[str, Sequence[str]]]) -> list[bool]:
    """Compares the numbers of each statement with those of its texts.

    Args:
        statements: Each with the texts that it cites.

    Returns:
        Of each statement whether all its numbers are there; True where it has none.
    """
    # Text by text: joined, "10" at the end of one and "thousand" at the start of the next would make a number.
    return [numbers(statement) <= {n for text in cited for n in numbers(text)} for statement, cited in statements]
