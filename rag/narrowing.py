"""Which of the sentences that a model points at bear what it says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rag.answer import Verdict
from rag.evidence import Evidence
from rag.neighbours import before, together
from rag.orders import is_order
from rag.synthesis import Draft
from rag.verification import Verifier

_MOST = 3
"""Citations of a statement; more make it no surer."""


def narrowed(draft: Draft, verifier: Verifier, least: float) -> Draft:
    """A draft that cites no more than it needs.

    Each sentence that it cites must bear it alone, or together with the one before, which may lend no more than names,
    as for "he" and "the agency". So nothing is made of halves from two articles, and nothing rests on a sentence that
    does not answer the question: one that merely stands near, as an order to the reader would.

    Args:
        draft: Citing every sentence of evidence in the passages that the model points at.
        verifier: Says what bears it.
        least: The score of a verdict from which on a sentence does.

    Returns:
        The draft with what bears it; where nothing does, with the sentence that comes nearest, by which it fails.
    """
    if len(draft.evidence) == 0:
        return draft
    bearing = [item for item in draft.evidence if _bears(draft, item, verifier, least)]
    if not bearing:
        bearing = [both for item in draft.evidence if (both := _with_the_one_before(draft, item, verifier, least))]
    if bearing:
        return replace(draft, evidence=tuple(bearing[:_MOST]))
    nearest = max(draft.evidence, key=lambda item: verifier.nearness(draft.text, [item.text]))
    return replace(draft, evidence=(nearest,))


def verify_draft(draft: Draft, evidence: Sequence[Evidence], verifier: Verifier) -> Verdict:
    """Whether evidence bears what a draft says; "on Wednesday" is resolved by the day of each article."""
    return verifier.verify(draft.text, [item.text for item in evidence], [item.article.published for item in evidence])


def _bears(draft: Draft, item: Evidence, verifier: Verifier, least: float) -> bool:
    return verifier.bears(draft.text, [item.text], [item.article.published], least)


def _with_the_one_before(draft: Draft, item: Evidence, verifier: Verifier, least: float) -> Evidence | None:
    leading = before(item)
    if leading is None or is_order(leading.text):
        return None
    both = together(leading, item)
    return both if _bears(draft, both, verifier, least) and verifier.says_all_but_names(draft.text, item.text) else None
