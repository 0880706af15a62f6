"""Which of the sentences that a model points at bear what it says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rag.answer import Verdict
from rag.evidence import Evidence
from rag.neighbours import before, together
from rag.synthesis import Draft
from rag.verification import Verifier

_MOST = 3
"""Citations of a statement; more make it no surer."""


def narrowed(draft: Draft, verifier: Verifier) -> Draft:
    """A draft that cites no more than it needs.

    Each sentence that it cites must bear it alone, or together with the one before, where that one alone does not. So
    nothing is made of halves from two articles, and nothing rests on a sentence that does not answer the question: one
    that merely stands near, as an order to the reader would.

    Args:
        draft: Citing every sentence of evidence in the passages that the model points at.
        verifier: Says what bears it.

    Returns:
        The draft with what bears it; where nothing does, with the sentence that comes nearest, by which it fails.
    """
    if len(draft.evidence) == 0:
        return draft
    alone = [(item, verify_draft(draft, [item], verifier)) for item in draft.evidence]
    bearing = _supporting(alone)
    if not bearing:
        bearing = _supporting(_with_the_one_before(draft, verifier))
    if bearing:
        return replace(draft, evidence=tuple(bearing[:_MOST]))
    nearest, _ = max(alone, key=lambda each: each[1].score)
    return replace(draft, evidence=(nearest,))


def verify_draft(draft: Draft, evidence: Sequence[Evidence], verifier: Verifier) -> Verdict:
    """Whether evidence bears what a draft says; "on Wednesday" is resolved by the day of each article."""
    return verifier.verify(draft.text, [item.text for item in evidence], [item.article.published for item in evidence])


def _with_the_one_before(draft: Draft, verifier: Verifier) -> list[tuple[Evidence, Verdict]]:
    wider: list[tuple[Evidence, Verdict]] = []
    for item in draft.evidence:
        leading = before(item)
        if leading is None or _is_supported(verify_draft(draft, [leading], verifier)):
            continue
        both = together(leading, item)
        wider.append((both, verify_draft(draft, [both], verifier)))
    return wider


def _supporting(seen: Sequence[tuple[Evidence, Verdict]]) -> list[Evidence]:
    return [item for item, verdict in seen if _is_supported(verdict)]


def _is_supported(verdict: Verdict) -> bool:
    return verdict.label == "supported"
