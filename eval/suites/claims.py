"""Compares who says what in the articles that come with Dateline with what was annotated by hand."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from itertools import groupby

from eval.claimed import BUILT_IN, Claimed, load_claims
from eval.measure import Measure, ratio, values
from eval.record import Row
from eval.suite import Context, Task
from index.analysis import content_terms
from rag import AnswerEngine
from rag.claims import Claim, claims_of


def _f1(name: str) -> Callable[[Sequence[Row]], float | None]:
    """Harmonic mean of precision and recall, both over all claims: 2 tp / (found + annotated)."""

    def of(rows: Sequence[Row]) -> float | None:
        total = sum(values(rows, f"{name}_found")) + sum(values(rows, f"{name}_annotated"))
        return 2 * sum(values(rows, f"{name}_right")) / total if total else None

    return of


class ClaimsSuite:
    """Reads every sentence of the archive that was annotated.

    A claimant is right where it holds all telling words of the annotated one or the other way about: "Kim" and "Kim
    Yong-hyun, South Korea's Defense Minister" name one. Sentences that nobody is named for count for stances alone.
    """

    name = "claims"
    about = "Who says what, and how: read by rule, against annotations of every sentence."
    measures: Sequence[Measure] = (
        Measure("claimant_f1", "who says it, F1 over the sentences that name somebody", _f1("claimant")),
        ratio(
            "claimant_precision", "of the claimants found, the share that is right", "claimant_right", "claimant_found"
        ),
        ratio("claimant_recall", "of those annotated, the share found", "claimant_right", "claimant_annotated"),
        Measure("stance_f1", "asserts, denies, declines, expects or asks, F1", _f1("stance")),
        Measure("claim_f1", "who says it and the stance both, F1", _f1("claim")),
        ratio(
            "said_on_accuracy",
            "days on which something was said that are resolved rightly",
            "day_right",
            "day_annotated",
        ),
    )

    def tasks(self, context: Context) -> Sequence[Task]:
        """One for each sentence; see `Suite.tasks`."""
        engine = context.stack.enter_context(AnswerEngine.open(settings=context.settings, progress=context.tell))
        annotated = load_claims(BUILT_IN, engine.articles())
        return [
            _task(f"{article_id}:{start}", list(group))
            for (article_id, start), group in groupby(
                annotated, key=lambda each: (each.article.id, each.sentence.start)
            )
        ]


def _task(row_id: str, annotated: Sequence[Claimed]) -> Task:
    return Task(row_id, lambda: _row(row_id, annotated))


def _row(row_id: str, annotated: Sequence[Claimed]) -> Row:
    article, sentence = annotated[0].article, annotated[0].sentence
    found = [claim for claim in claims_of(article) if claim.sentence == sentence]
    scores = {
        "claimant_right": _matched(
            [each.by for each in annotated if each.by], [each.claimant for each in found if each.claimant]
        ),
        "claimant_annotated": sum(1 for each in annotated if each.by),
        "claimant_found": sum(1 for each in found if each.claimant),
        "stance_right": _matched([each.stance for each in annotated], [each.stance for each in found]),
        "claim_right": _matched(list(annotated), found),
        "stance_annotated": len(annotated),
        "claim_annotated": len(annotated),
        "stance_found": len(found),
        "claim_found": len(found),
    }
    days = [each.said_on for each in annotated if each.said_on]
    if days:
        scores |= {
            "day_annotated": len(days),
            "day_right": sum(day in {each.said_on for each in found} for day in days),
        }
    lost = () if scores["claim_right"] == len(annotated) == len(found) else tuple(map(_told, found))
    return Row(
        id=row_id,
        kind=annotated[0].stance,
        question=sentence.of(article.text),
        gold=tuple(f"{each.by or 'nobody named'} {each.stance}" for each in annotated),
        scores={name: float(value) for name, value in scores.items()},
        lost=lost,
    )


def _told(claim: Claim) -> str:
    return f"read as: {claim.claimant or 'nobody named'} {claim.stance}"


def _matched(wanted: Sequence[Hashable], found: Sequence[Hashable]) -> int:
    """How many of those found are each one that was wanted, none counted twice."""
    left = list(found)
    right = 0
    for each in wanted:
        match = next((other for other in left if _alike(each, other)), None)
        if match is not None:
            left.remove(match)
            right += 1
    return right


def _alike(one: object, other: object) -> bool:
    if isinstance(one, Claimed) and isinstance(other, Claim):
        return one.stance == other.stance and _alike(one.by, other.claimant)
    if isinstance(one, str) and isinstance(other, str):
        first, second = set(content_terms(one)), set(content_terms(other))
        return one == other or (bool(first and second) and (first <= second or second <= first))
    return one is None and other is None
