"""Scores which denials stand beside an answer, or beside a claim."""

from __future__ import annotations

from dataclasses import dataclass

from eval.disputed import Matter
from eval.marks import Marked
from eval.record import Row
from index.scope import Scope
from rag import AnswerEngine
from rag.disputes import DisputeFinder


@dataclass(frozen=True)
class Asked:
    """What is asked about a matter in dispute.

    Attributes:
        about: A question, whose answer must show who denies it; or a sentence that claims it.
        judged: The sentences that were annotated, by article and start: what is found elsewhere is neither right nor
            wrong.
    """

    matter: Matter
    about: str | Marked
    engine: AnswerEngine
    finder: DisputeFinder
    judged: frozenset[tuple[str, int]]

    @property
    def id(self) -> str:
        """Unique among all that is asked."""
        if isinstance(self.about, str):
            return self.about
        return f"{self.matter.about}, beside {self.about.article.id}:{self.about.sentence.start}"

    @property
    def text(self) -> str:
        """What is asked, or claimed."""
        return self.about if isinstance(self.about, str) else self.about.text


def matter_row(asked: Asked) -> Row:
    """One question about a dispute, or one claim in it, and what is set beside it."""
    matter = asked.matter
    shown = [each for each in _shown(asked) if each[0] in asked.judged]
    right = [any(each.place == place for each in denial.sentences for place, _ in shown) for denial in matter.denials]
    belongs = {each.place for denial in matter.denials for each in denial.sentences}
    counted = [place for place, _ in shown if place not in {each.place for each in matter.also}]
    missing = [denial for denial, is_shown in zip(matter.denials, right, strict=True) if not is_shown]
    astray = [text for place, text in shown if place in counted and place not in belongs]
    return Row(
        id=asked.id,
        kind=matter.part or "disputes",
        question=asked.text,
        gold=tuple(f"{denial.stance}: {denial.sentences[0].text}" for denial in matter.denials),
        scores={
            "dispute_annotated": float(len(right)),
            "dispute_right": float(sum(right)),
            "dispute_found": float(len(counted)),
            "dispute_belongs": float(sum(place in belongs for place in counted)),
        },
        lost=(
            *(f"read as: not beside it: {denial.sentences[0].text}" for denial in missing),
            *(f"read as: beside it: {text}" for text in astray),
        ),
    )


def _shown(asked: Asked) -> list[tuple[tuple[str, int], str]]:
    """The sentences that stand beside it, each with its place."""
    if isinstance(asked.about, str):
        answer = asked.engine.ask(asked.about)
        cited = [answer.citation(dispute.citation) for dispute in answer.disputes]
        return [((each.article_id, each.start), each.quote) for each in cited]
    found = [denial.evidence for denial in asked.finder.find([asked.about.text], Scope())]
    return [((each.article.id, each.sentence.start), each.text) for each in found]
