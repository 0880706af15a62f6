"""An answer or a conversation as it is kept: plain words, laid out by `ui.markdown` and `ui.pdf`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from index.archive import Archive
from rag import wording
from rag.answer import Answer, Citation, Searched, Statement
from rag.assembly import searched_in

_STANCES = {
    "denies": "denied",
    "declines": "neither confirmed nor denied",
    "expects": "expected",
    "asks": "asked",
}


@dataclass(frozen=True)
class IndexState:
    """What the archive held when an answer was kept.

    Attributes:
        held: Articles, days and undated ones.
        passages: How many passages are searched.
        indexed: When the index was last changed; None for an archive in memory.
    """

    held: Searched
    passages: int
    indexed: datetime | None

    @classmethod
    def of(cls, archive: Archive) -> IndexState:
        """The state of an archive now."""
        held = searched_in([day for _, day in archive.dated()])
        return cls(held, archive.passages, archive.indexed)

    @property
    def words(self) -> str:
        """In a line: "5 articles in 28 passages, 12 to 29 October 2024; indexed 3 May 2025, 10:21 UTC"."""
        articles, _, rest = wording.coverage(self.held).partition(", ")
        said = ", ".join(part for part in (f"{articles} in {wording.count(self.passages, 'passage')}", rest) if part)
        return said if self.indexed is None else f"{said}; indexed {moment(self.indexed)}"


@dataclass(frozen=True)
class Exchange:
    """A question with its answer, and the filters that the answer does not name itself."""

    answer: Answer
    since: str | None = None
    outlet: str | None = None

    @property
    def filters(self) -> dict[str, str]:
        """The filters that were set, by the names that `AnswerEngine.ask` gives them."""
        given = {"as_of": self.answer.as_of, "since": self.since, "outlet": self.outlet}
        return {name: value for name, value in given.items() if value is not None}


@dataclass(frozen=True)
class Said:
    """A statement with the numbers it cites, and a line of who said it, when, and how it was verified."""

    text: str
    numbers: tuple[int, ...]
    credit: str


@dataclass(frozen=True)
class Row:
    """A denial or a figure: when, in what words, by which citation."""

    when: str
    words: str
    number: int


@dataclass(frozen=True)
class Source:
    """A cited article with the words cited."""

    number: int
    title: str
    byline: str
    path: str
    quote: str


@dataclass(frozen=True)
class Part:
    """One question with everything that is kept of its answer; every field is plain text.

    Attributes:
        understood: How the question was read, and with what filters.
        missing: What the archive does not say; None where it answers.
        tables: Headings with their rows: who disputes it, and figures.
        sources: What was cited; where the archive does not answer, what came nearest.
        removed: Sentences that were not shown, with the reason.
        provenance: From how many articles and origins, searched in what, worded by whom.
    """

    question: str
    understood: tuple[str, ...]
    said: tuple[Said, ...]
    missing: str | None
    notes: tuple[str, ...]
    tables: tuple[tuple[str, tuple[Row, ...]], ...]
    sources: tuple[Source, ...]
    removed: tuple[tuple[str, str], ...]
    provenance: str


@dataclass(frozen=True)
class Document:
    """What is exported: one part for each question, the state of the index, and when it was made."""

    parts: tuple[Part, ...]
    state: str
    made: str


def document(exchanges: Sequence[Exchange], state: IndexState, made: datetime) -> Document:
    """Puts answers in words."""
    return Document(tuple(map(_part, exchanges)), state.words, moment(made))


def moment(given: datetime) -> str:
    """A moment: "3 May 2025, 10:21 UTC"."""
    return f"{wording.day(given.date())}, {given:%H:%M} {given.tzname() or ''}".rstrip()


def verdict(statement: Statement) -> str:
    """How a statement was verified."""
    if statement.verdict.label != "supported":
        return statement.verdict.label
    return "verified quote" if statement.kind == "quote" else "verified rewording"


def _part(exchange: Exchange) -> Part:
    answer = exchange.answer
    abstained = answer.status == "abstained"
    return Part(
        question=_line(answer.question),
        understood=_understood(exchange),
        said=tuple(_said(statement, answer) for statement in answer.statements),
        missing=_line(answer.missing or answer.text) if abstained else None,
        notes=tuple(map(_line, answer.notes)),
        tables=_tables(answer),
        sources=tuple(map(_source, answer.related if abstained else answer.citations)),
        removed=tuple((_line(removed.text), _line(removed.reason)) for removed in answer.removed),
        provenance=_provenance(answer),
    )


def _understood(exchange: Exchange) -> tuple[str, ...]:
    answer = exchange.answer
    lines = []
    if _line(answer.resolved_question) != _line(answer.question):
        lines.append(f"Read as: {_line(answer.resolved_question)}")
    if answer.as_of is not None:
        lines.append(f"As of {_day(answer.as_of)}")
    if exchange.since is not None:
        lines.append(f"Articles since {_day(exchange.since)}")
    if exchange.outlet is not None:
        lines.append(f"Articles of {_line(exchange.outlet)}")
    return tuple(lines)


def _said(statement: Statement, answer: Answer) -> Said:
    cited = [citation for citation in answer.citations if citation.number in statement.citations]
    credit = [_STANCES.get(statement.stance or "", ""), _line(statement.claimant or "")]
    credit += [f"{_publisher(each)}, {_dated(each.date, each.not_before)}" for each in cited]
    return Said(
        _line(statement.text), statement.citations, " · ".join(part for part in (*credit, verdict(statement)) if part)
    )


def _tables(answer: Answer) -> tuple[tuple[str, tuple[Row, ...]], ...]:
    denials = tuple(
        Row(_dated(each.date, each.not_before), _line(wording.dispute(each)), each.citation) for each in answer.disputes
    )
    figures = tuple(
        Row(
            _dated(each.date, each.not_before),
            _line(f"{wording.figure(each)}, {wording.named(each.claimant)}"),
            each.citation,
        )
        for each in answer.figures
    )
    return tuple((heading, rows) for heading, rows in (("Who disputes it", denials), ("Figures", figures)) if rows)


def _source(citation: Citation) -> Source:
    byline = " · ".join(
        part for part in (_line(citation.outlet or ""), _dated(citation.date, citation.not_before)) if part
    )
    if citation.rests_on:
        byline += f" {_line(wording.resting(citation))}"
    path = f"{_line(citation.path)}, characters {citation.start:,} to {citation.end:,}"
    return Source(citation.number, _line(citation.title), byline, path, _line(citation.quote))


def _publisher(citation: Citation) -> str:
    return _line(citation.outlet or citation.title).rstrip(".")


def _provenance(answer: Answer) -> str:
    line = f"{wording.provenance(answer)}; " if answer.citations else ""
    line += f"searched {wording.coverage(answer.searched)}"
    if any(statement.kind == "generated" for statement in answer.statements):
        line += f"; worded by {_line(answer.synthesizer)}, each sentence verified"
    return line[:1].upper() + line[1:] + "."


def _dated(day: str | None, not_before: str | None) -> str:
    if day is not None:
        return _day(day)
    return "undated" if not_before is None else f"not before {_day(not_before)}"


def _day(day: str) -> str:
    """A day in words; as it is, where it is none."""
    try:
        return wording.day(date.fromisoformat(day))
    except ValueError:
        return _line(day)


def _line(text: str) -> str:
    """On one line, and without half characters, which no encoding can carry, or control characters."""
    whole = " ".join(text.encode("utf-8", "replace").decode("utf-8").split())
    return "".join(character for character in whole if character.isprintable() or character == " ")
