"""Scores what is read in one sentence: who says it, the figures in it, the days that it names."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from eval.claimed import Claimed
from eval.counted import Counted, Named
from eval.record import Row
from index.analysis import content_terms
from rag.claims import Claim, claims_of
from rag.dating import Dated, days_of
from rag.figures import FigureFound, figures_of, sorts_of

W = TypeVar("W")
F = TypeVar("F")


@dataclass(frozen=True)
class Annotated:
    """All that was annotated of one sentence; at least one claim."""

    claims: Sequence[Claimed]
    figures: Sequence[Counted]
    days: Sequence[Named]

    @property
    def place(self) -> tuple[str, int]:
        """The article's id and where the sentence begins."""
        return self.claims[0].place


def sentence_row(row_id: str, kind: str, annotated: Annotated) -> Row:
    """One sentence, read and compared."""
    first = annotated.claims[0]
    claims = [claim for claim in claims_of(first.article) if claim.sentence.overlaps(first.sentence)]
    figures = [each for each in figures_of(first.article) if each.evidence.sentence.overlaps(first.sentence)]
    days = days_of(first.article, first.sentence)
    scores = _claims(annotated.claims, claims) | _figures(annotated, figures) | _days(annotated.days, days)
    return Row(
        id=row_id,
        kind=kind,
        question=first.text,
        gold=(
            *(f"{' or '.join(each.by) or 'nobody named'} {each.stance}" for each in annotated.claims),
            *(_figure_told(each) for each in annotated.figures),
            *(f"{each.worded}: {each.first or '…'} to {each.last or '…'}" for each in annotated.days),
        ),
        scores={name: float(value) for name, value in scores.items()},
        lost=tuple(_lost(scores, claims, figures, days)),
    )


def _claims(annotated: Sequence[Claimed], found: Sequence[Claim]) -> dict[str, int]:
    scores = {
        "claimant_right": len(
            _pairs([each for each in annotated if each.by], [each for each in found if each.claimant], _same_claimant)
        ),
        "claimant_annotated": sum(1 for each in annotated if each.by),
        "claimant_found": sum(1 for each in found if each.claimant),
        "stance_right": len(_pairs(annotated, found, lambda one, other: one.stance == other.stance)),
        "claim_right": len(
            _pairs(annotated, found, lambda one, other: one.stance == other.stance and _same_claimant(one, other))
        ),
        "stance_annotated": len(annotated),
        "claim_annotated": len(annotated),
        "stance_found": len(found),
        "claim_found": len(found),
    }
    said = [each.said_on for each in annotated if each.said_on]
    if said:
        right = sum(day in {each.said_on for each in found} for day in said)
        scores |= {"said_on_annotated": len(said), "said_on_right": right}
    return scores


def _figures(annotated: Annotated, found: Sequence[FigureFound]) -> dict[str, int]:
    pairs = _pairs(annotated.figures, found, _same_figure)
    judged = [(gold, figure) for gold, figure in pairs if gold.sort]
    first = annotated.claims[0]
    return {
        "figure_right": len(pairs),
        "figure_annotated": len(annotated.figures),
        "figure_found": len(found),
        "sort_right": sum(gold.sort == figure.sort for gold, figure in judged),
        "sort_judged": len(judged),
        "whose_right": sum(_same_claimant(first, figure.claim) for _, figure in pairs),
    }


def _days(annotated: Sequence[Named], found: Sequence[Dated]) -> dict[str, int]:
    resolved = [each for each in annotated if each.is_resolved]
    still = [each for each in annotated if not each.is_resolved]
    return {
        "day_annotated": len(resolved),
        "day_right": len(_pairs(resolved, found, _same_days)),
        "open_annotated": len(still),
        "open_right": sum(
            all(other.first is None and other.last is None for other in found if _is_worded(each, other))
            for each in still
        ),
    }


def _pairs(wanted: Sequence[W], found: Sequence[F], is_same: Callable[[W, F], bool]) -> list[tuple[W, F]]:
    """Each that was wanted with one that was found and is the same, none of them twice."""
    left = list(found)
    pairs: list[tuple[W, F]] = []
    for each in wanted:
        match = next((other for other in left if is_same(each, other)), None)
        if match is not None:
            left.remove(match)
            pairs.append((each, match))
    return pairs


def _same_claimant(one: Claimed, other: Claim) -> bool:
    if not one.by or not other.claimant:
        return not one.by and not other.claimant
    second = set(content_terms(other.claimant))
    for by in one.by:
        first = set(content_terms(by))
        if by == other.claimant or (first and second and (first <= second or second <= first)):
            return True
    return False


def _same_figure(one: Counted, other: FigureFound) -> bool:
    if one.value != other.value or (one.value is None and (one.low, one.high) != (other.low, other.high)):
        return False
    units = [sorts_of(content_terms(unit)) for unit in (one.unit, other.unit)]
    return units[0] <= units[1] and _hedge(one.hedge) == _hedge(other.hedge)


def _hedge(worded: str | None) -> str:
    """How sure a figure is: "a total of" makes none less so, and "around several thousand" is several thousand."""
    words = (worded or "").lower().replace("a total of", "").split()
    return " ".join(words[-2:] if "several" in words else words)


def _same_days(one: Named, other: Dated) -> bool:
    """Whether both ends that can be told are the same."""
    return _is_worded(one, other) and all(
        wanted is None or wanted == found for wanted, found in ((one.first, other.first), (one.last, other.last))
    )


def _is_worded(one: Named, other: Dated) -> bool:
    """Whether the words of one hold those of the other, capitals aside."""
    first, second = (" ".join(each.worded.lower().split()) for each in (one, other))
    return first in second or second in first


def _figure_told(figure: Counted | FigureFound) -> str:
    number = figure.low if figure.value is None else figure.value
    up_to = f"-{figure.high:g}" if figure.value is None and figure.high is not None else ""
    return f"{figure.hedge or 'bare'} {number:g}{up_to} {figure.unit} ({figure.sort or 'not judged'})"


def _lost(
    scores: dict[str, int], claims: Sequence[Claim], figures: Sequence[FigureFound], days: Sequence[Dated]
) -> list[str]:
    """What was read, of each kind that is not wholly right."""
    lost: list[str] = []
    if not scores["claim_right"] == scores["claim_annotated"] == scores["claim_found"]:
        lost += [f"read as: {claim.claimant or 'nobody named'} {claim.stance}" for claim in claims]
    elif scores.get("said_on_annotated", 0) != scores.get("said_on_right", 0):
        lost += [f"read as: said on {claim.said_on or 'no day'}" for claim in claims]
    right = scores["figure_right"] == scores["figure_annotated"] == scores["figure_found"]
    if not (right and scores["sort_right"] == scores["sort_judged"]):
        lost += [f"read as: {_figure_told(each)}" for each in figures] or ["read as: no figure"]
    if scores["day_right"] < scores["day_annotated"] or scores["open_right"] < scores["open_annotated"]:
        lost += [f"read as: {each.worded}: {each.first or '…'} to {each.last or '…'}" for each in days] or [
            "read as: no day"
        ]
    return lost
