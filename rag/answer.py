"""What an answer is made of, and its JSON."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from index.article import Article
from rag.stances import Stance

Label = Literal["supported", "unsupported", "contradicted"]


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True)


class Verdict(_Value):
    """Whether the cited passages say what a statement says.

    Attributes:
        label: "contradicted" where the passage says otherwise about the same matter.
        score: How near in meaning the passages come to the statement, from 0 to 1; 1 for a verbatim quote.
        checks: Each check that applied, and whether it held.
    """

    label: Label
    score: float
    checks: dict[str, bool]


class Citation(_Value):
    """A verbatim quote: `article.text[start:end] == quote`, characters counted from 0.

    Attributes:
        number: The [n] under which statements refer to it, counted from 1 in each answer.
        date: The day of publication (ISO), None where the article bears no date.
        not_before: A day (ISO) before which the article cannot have been published, where its text tells.
        origin: Names the text behind the article, by the id of the first that has it; copies share it.
        rests_on: The other outlet that the quote takes what it says from, as it says itself; None where it does not.
    """

    number: int
    article_id: str
    path: str
    title: str
    outlet: str | None
    date: str | None
    not_before: str | None
    start: int
    end: int
    quote: str
    origin: str
    rests_on: str | None = None


class Statement(_Value):
    """One sentence of an answer, with the numbers of its citations and the verdict on it."""

    text: str
    kind: Literal["quote", "generated"]
    claimant: str | None = None
    stance: Stance | None = None
    citations: tuple[int, ...]
    verdict: Verdict


class Figure(_Value):
    """A number with what it counts, who gave it and when.

    Attributes:
        value: The number; None where the source gives a range alone.
        low: The least, for "at least 3,000" and "several thousand"; None where nothing bounds it.
        high: The most, for "up to 12,000"; None where nothing bounds it.
        unit: What is counted, as worded.
        hedge: Such as "around", as worded.
        sort: Whether it is so, was sent, or is only expected: figures of different sorts make no line.
        date: The day on which it was given, ISO; that of the article where the sentence tells none.
        not_before: Where no day is known, one before which it was not given.
        is_part: Whether it is some of the figure before it, and may count something else: the officers among troops.
    """

    value: float | None
    low: float | None
    high: float | None
    unit: str
    hedge: str | None
    sort: Literal["in place", "sent", "expected"] = "in place"
    claimant: str | None
    date: str | None
    not_before: str | None = None
    is_part: bool = False
    citation: int


class Dispute(_Value):
    """A denial that stands beside the claim it denies.

    Attributes:
        stance: "denies", or "declines" where it is told that somebody does not dispute the claim.
        date: The day on which it was said, ISO; that of the article where the sentence tells none.
        not_before: Where no day is known, one before which it was not said.
    """

    claimant: str
    stance: Literal["denies", "declines"] = "denies"
    date: str | None = None
    not_before: str | None = None
    citation: int


class Claimed(_Value):
    """Whose the words of a citation are, how sure, and when they were said.

    Attributes:
        claimant: As the article names them, office included; the outlet where the sentence names nobody; None where
            that is not known either.
        stance: "declines" to confirm or to deny; "expects" what is yet to come; "asks" for it.
        hedge: The word that makes it less than sure, as worded: "reportedly".
        channel: By what means, as worded: "on Telegram".
        date: The day on which it was said, ISO; that of the article where the sentence tells none.
        not_before: Where no day is known, one before which it was not said.
    """

    claimant: str | None
    stance: Stance
    hedge: str | None = None
    channel: str | None = None
    date: str | None = None
    not_before: str | None = None
    citation: int


class Removed(_Value):
    """A statement that was not shown, and why."""

    text: str
    reason: str


class Searched(_Value):
    """What an answer was looked for in: articles within the filters, and the days they span.

    Attributes:
        undated: How many of them bear neither a date nor anything that bounds it.
        newest: The day of publication of the newest of those that bear one; `to` may be later, where the text of an
            undated article shows that it is.
    """

    model_config = ConfigDict(frozen=True, serialize_by_alias=True, validate_by_name=True)

    articles: int
    from_: str | None = Field(alias="from")
    to: str | None
    undated: int
    newest: str | None = None


class Answer(_Value):
    """The answer to a question, every statement of it verified.

    Attributes:
        text: What is shown: the statements with their [n], or, when abstaining, what the archive does not say.
        claims: Who says each of what is cited; of one sentence there may be two, as where one says it and another
            denies it.
        related: When abstaining, passages that come near; never statements.
        confidence: How likely the evidence answers the question, from 0 to 1, given when abstaining too; 0 where there
            is none or where a name in the question stands nowhere in the archive. With the built-in reader a
            probability, calibrated on encyclopedia articles; without one only an order.
        notes: What the reader should know of how the answer came to be, such as that quotes stand in for a language
            model, and why.
        origins: How many different texts, or outlets behind them, the citations go back to.
        synthesizer: Whose statements are shown: "quote", or the language model that worded them.
    """

    question: str
    resolved_question: str
    status: Literal["answered", "abstained"]
    as_of: str | None
    text: str
    statements: tuple[Statement, ...] = ()
    citations: tuple[Citation, ...] = ()
    figures: tuple[Figure, ...] = ()
    disputes: tuple[Dispute, ...] = ()
    claims: tuple[Claimed, ...] = ()
    removed: tuple[Removed, ...] = ()
    missing: str | None = None
    notes: tuple[str, ...] = ()
    related: tuple[Citation, ...] = ()
    confidence: float = 0.0
    origins: int = 0
    searched: Searched
    synthesizer: str = "quote"
    timings_ms: dict[str, int]

    def citation(self, number: int) -> Citation:
        """The citation that a statement calls [number].

        Raises:
            KeyError: The answer has no such citation.
        """
        for citation in self.citations:
            if citation.number == number:
                return citation
        raise KeyError(number)

    def to_dict(self) -> dict[str, Any]:
        """The answer as plain values, ready for `json.dumps`."""
        return self.model_dump(mode="json")

    def to_json(self) -> str:
        """The answer as JSON text, keys in a fixed order, indented by two blanks."""
        return self.model_dump_json(indent=2)


class Hit(_Value):
    """A passage found by a search, with no answer made of it.

    Attributes:
        score: From 0 to 2; what the passage adds to those before it, see `rag.retrieval.HybridRetriever`.
        start: Where the passage begins in `Article.text`; `text` is the slice up to `end`.
    """

    passage_id: str
    article_id: str
    path: str
    title: str
    outlet: str | None
    date: str | None
    not_before: str | None
    start: int
    end: int
    text: str
    score: float


def source_of(article: Article) -> dict[str, Any]:
    """What a citation and a search hit tell of an article, by field name."""
    return {
        "article_id": article.id,
        "path": article.path,
        "title": article.title,
        "outlet": article.outlet,
        "date": article.published and article.published.isoformat(),
        "not_before": article.not_before and article.not_before.isoformat(),
    }


class Event(_Value):
    """One step of an answer as it is made.

    Attributes:
        type: "step" tells what is being done; "statement" brings a verified statement with the citations that it
            adds; "answer" is last and brings the whole answer.
    """

    type: Literal["step", "statement", "answer"]
    step: str | None = None
    statement: Statement | None = None
    citations: tuple[Citation, ...] = ()
    answer: Answer | None = None
