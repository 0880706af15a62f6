"""Puts an answer together: numbers its citations, keeps what is verified, says what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from rag import wording
from rag.answer import Answer, Dispute, Event, Figure, Removed, Searched, Statement, Verdict
from rag.citing import Cited, cite, dates_of, figure_of
from rag.claims import claim_at
from rag.corroboration import count_origins
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

    def __init__(self, verifier: Verifier, outlets: Sequence[str] = ()) -> None:
        """Takes what checks the drafts, and the outlets of the archive."""
        self._verifier = verifier
        self._outlets = outlets
        self._statements: list[Statement] = []
        self._cited = Cited(outlets)
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
        return self._cited.places

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
        if draft.kind == "generated" and not self._is_close(draft, verdict):
            self._removed.append(Removed(text=draft.text, reason="worded too freely to be sure of"))
            return None
        before = len(self._cited.citations)
        numbers = tuple(self._cited.number(item) for item in draft.evidence)
        added = self._cited.citations[before:]
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

    def _is_close(self, draft: Draft, verdict: Verdict) -> bool:
        """Whether a draft keeps near enough to the words of what it cites."""
        quotes = [item.text for item in draft.evidence]
        return verdict.score >= _SURE_OF_WORDS and self._verifier.is_plain(draft.text, quotes)

    def set_beside(self, denials: Sequence[Denial], figures: Sequence[FigureFound]) -> None:
        """Adds who denies what is stated, and the figures of what was asked about, with their citations."""
        for denial in denials:
            claim = denial.claim
            self._disputes.append(
                Dispute(
                    claimant=claim.claimant or "",
                    stance="denies" if claim.stance == "denies" else "declines",
                    **dates_of(claim),
                    citation=self._cited.number(denial.evidence),
                )
            )
        for figure in figures:
            self._figures.append(figure_of(figure, self._cited.number(figure.evidence)))

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
        citations = self._cited.citations
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
            claims=self._cited.claims if answered else (),
            removed=tuple(self._removed),
            missing=None if answered else missing,
            notes=tuple(self._notes),
            related=()
            if answered
            else tuple(cite(item, n, self._outlets) for n, item in enumerate(nearest[:_RELATED], 1)),
            confidence=confidence,
            origins=count_origins(citations),
            searched=searched,
            synthesizer=synthesizer,
            timings_ms=timings_ms,
        )


def searched_in(days: Sequence[date | None], newest: date | None = None) -> Searched:
    """What was searched.

    Args:
        days: Of each article the first day on which it can have been read, or None (`Article.earliest`).
        newest: The last of the days of publication.
    """
    known = [day for day in days if day is not None]
    return Searched(
        articles=len(days),
        from_=min(known).isoformat() if known else None,
        to=max(known).isoformat() if known else None,
        undated=len(days) - len(known),
        newest=newest and newest.isoformat(),
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
