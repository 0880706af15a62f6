"""Puts an answer together: numbers its citations, keeps what is verified, says what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from rag import wording
from rag.answer import Answer, Citation, Dispute, Event, Figure, Removed, Searched, Statement, source_of
from rag.claims import Claim, claim_at
from rag.disputes import Denial
from rag.evidence import Evidence
from rag.figures import FigureFound
from rag.narrowing import narrowed, verify_draft
from rag.question import Question
from rag.synthesis import Draft
from rag.verification import Verifier

_RELATED = 3

_SURE_OF_WORDS = 0.82
"""How near what a language model words must be to what it cites; see `Verdict.score`. No check of words notices all
that a model makes up: of 81 sentences that a small one wrote and the checks let pass, half were false, none of them
from here on. One in six faithful rewordings is refused with them, and a quote says the same."""


class AnswerBuilder:
    """Collects the verified statements of one answer."""

    def __init__(self, verifier: Verifier) -> None:
        """Takes what checks the drafts."""
        self._verifier = verifier
        self._statements: list[Statement] = []
        self._citations: dict[tuple[str, int, int], Citation] = {}
        self._removed: list[Removed] = []
        self._notes: list[str] = []
        self._figures: list[Figure] = []
        self._disputes: list[Dispute] = []

    @property
    def statements(self) -> int:
        """How many statements were verified."""
        return len(self._statements)

    @property
    def generated(self) -> bool:
        """Whether any of them is in the words of a language model."""
        return any(statement.kind == "generated" for statement in self._statements)

    @property
    def cited(self) -> frozenset[tuple[str, int, int]]:
        """What is cited: article, start and end."""
        return frozenset(self._citations)

    def note(self, text: str) -> None:
        """Adds what the reader should know of how the answer came to be."""
        self._notes.append(text)

    def remove(self, removed: Removed) -> None:
        """Lists what is not shown."""
        self._removed.append(removed)

    def take(self, draft: Draft) -> Event | None:
        """Verifies a draft.

        Returns:
            The statement with the citations that it adds, or None where the draft is removed.
        """
        if draft.kind == "generated":
            draft = narrowed(draft, self._verifier, _SURE_OF_WORDS)
        verdict = verify_draft(draft, draft.evidence, self._verifier)
        if verdict.label != "supported":
            failed = ", ".join(name for name, held in verdict.checks.items() if not held)
            self._removed.append(Removed(text=draft.text, reason=f"{verdict.label} by what it cites ({failed})"))
            return None
        quotes = [item.text for item in draft.evidence]
        is_close = verdict.score >= _SURE_OF_WORDS and self._verifier.is_plain(draft.text, quotes)
        if draft.kind == "generated" and not is_close:
            self._removed.append(Removed(text=draft.text, reason="worded too freely to be sure of"))
            return None
        before = len(self._citations)
        numbers = tuple(self._cited(item).number for item in draft.evidence)
        added = tuple(self._citations.values())[before:]
        first = draft.evidence[0]
        claim = claim_at(first.article, first.sentence)
        statement = Statement(
            text=draft.text,
            kind=draft.kind,
            claimant=(claim.claimant if claim else None) or first.article.outlet,
            stance=claim.stance if claim else None,
            citations=numbers,
            verdict=verdict,
        )
        self._statements.append(statement)
        return Event(type="statement", statement=statement, citations=added)

    def set_beside(self, denials: Sequence[Denial], figures: Sequence[FigureFound]) -> None:
        """Adds who denies what is stated, and the figures of what was asked about, with their citations."""
        for denial in denials:
            claim = denial.claim
            self._disputes.append(
                Dispute(
                    claimant=claim.claimant or "",
                    stance="denies" if claim.stance == "denies" else "declines",
                    **_dates(claim),
                    citation=self._cited(denial.evidence).number,
                )
            )
        for figure in figures:
            self._figures.append(
                Figure(
                    value=figure.value,
                    low=figure.low,
                    high=figure.high,
                    unit=figure.unit,
                    hedge=figure.hedge,
                    sort=figure.sort,
                    claimant=figure.claim.claimant or figure.evidence.article.outlet,
                    **_dates(figure.claim),
                    citation=self._cited(figure.evidence).number,
                )
            )

    def _cited(self, item: Evidence) -> Citation:
        key = (item.article.id, item.sentence.start, item.sentence.end)
        return self._citations.setdefault(key, cite(item, len(self._citations) + 1))

    def build(
        self,
        question: Question,
        *,
        as_of: date | None,
        searched: Searched,
        missing: str,
        nearest: Sequence[Evidence],
        confidence: float,
        synthesizer: str,
        timings_ms: dict[str, int],
    ) -> Answer:
        """The whole answer.

        Args:
            question: What was asked.
            as_of: The day on which it could have been given, if one was named.
            searched: What was looked through.
            missing: What to say where nothing could be stated.
            nearest: What to offer then.
            confidence: How good the best evidence is.
            synthesizer: Who worded the statements.
            timings_ms: How long the parts took.
        """
        citations = tuple(self._citations.values())
        answered = bool(self._statements)
        return Answer(
            question=question.text,
            resolved_question=question.resolved,
            status="answered" if answered else "abstained",
            as_of=as_of and as_of.isoformat(),
            text="\n".join(_shown(statement) for statement in self._statements) if answered else missing,
            statements=tuple(self._statements),
            citations=citations,
            figures=tuple(self._figures),
            disputes=tuple(self._disputes),
            removed=tuple(self._removed),
            missing=None if answered else missing,
            notes=tuple(self._notes),
            related=() if answered else tuple(cite(item, n) for n, item in enumerate(nearest[:_RELATED], 1)),
            confidence=confidence,
            origins=len({citation.origin for citation in citations}),
            searched=searched,
            synthesizer=synthesizer,
            timings_ms=timings_ms,
        )


def _dates(claim: Claim) -> dict[str, str | None]:
    """When something was said, or before which day it was not."""
    if claim.dated is not None:
        return {"date": claim.dated.isoformat(), "not_before": None}
    not_before = claim.article.not_before
    return {"date": None, "not_before": None if not_before is None else not_before.isoformat()}


def cite(evidence: Evidence, number: int) -> Citation:
    """The citation of a sentence."""
    article, sentence = evidence.article, evidence.sentence
    return Citation(
        **source_of(article),
        number=number,
        start=sentence.start,
        end=sentence.end,
        quote=evidence.text,
        origin=article.origin,
    )


def searched_in(days: Sequence[date | None]) -> Searched:
    """What was searched.

    Args:
        days: Of each article the first day on which it can have been read, or None (`Article.earliest`).
    """
    known = [day for day in days if day is not None]
    return Searched(
        articles=len(days),
        from_=min(known).isoformat() if known else None,
        to=max(known).isoformat() if known else None,
        undated=len(days) - len(known),
    )


def what_is_missing(question: Question, unknown: Sequence[str], lacking: str | None, searched: Searched) -> str:
    """Says in plain words that the archive has no answer, why as far as that is known, and what it covers.

    Args:
        question: What was asked.
        unknown: The names in it that stand nowhere.
        lacking: What an answer would have to give; see `Found.lacking`.
        searched: What was looked through.
    """
    if not searched.articles:
        return "The archive holds no article within these dates and this outlet."
    said = f"The archive does not mention {_either(unknown)}." if unknown else not_answered(question.resolved, lacking)
    return f"{said} Searched: {wording.coverage(searched)}."


def not_answered(question: str, lacking: str | None) -> str:
    """Says that a question has no answer, and what an answer would have to give; see `Found.lacking`."""
    said = f"The archive does not answer “{question}”."
    return f"{said} What comes nearest does not give {lacking}." if lacking else said


def _either(names: Sequence[str]) -> str:
    quoted = [f"“{name}”" for name in names]
    return " or ".join([", ".join(quoted[:-1]), quoted[-1]] if len(quoted) > 1 else quoted)


def _shown(statement: Statement) -> str:
    return f"{statement.text} {''.join(f'[{number}]' for number in statement.citations)}"
