"""From what the engine says to HTML. All text comes from articles, questions and models, so all of it is escaped."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from index.article import Article, Span
from rag import wording
from rag.answer import Answer, Citation, Event, Statement
from rag.assembly import searched_in

PROMISE = "Answers in the archive’s own words: every line a dated, attributed quote."

PROMISE_WORDED = "Answers worded by {model}: every line verified against dated, attributed passages."

_STANCES = {"denies": "Denied", "declines": "Neither confirmed nor denied", "expects": "Expected"}
_AROUND = 320  # Characters of an article shown on each side of a quote, at most.
_LONGEST_QUESTION = 400
_LONGEST_TITLE = 90
_LISTED = 12
_BLANK_LINE = re.compile(r"\n\s*\n")
_LINE_END = re.compile(r"\n")


@dataclass
class Turn:
    """A question and what is known of its answer so far.

    Attributes:
        number: Counts the questions of a conversation from 1; anchors within the page are made of it.
        step: What the engine is doing, as its events name it.
        problem: Why there is no answer, in one line; None where nothing failed.
        stopped: The visitor did not wait for the end.
    """

    number: int
    question: str
    step: str = "Searching the archive"
    statements: list[Statement] = field(default_factory=list)
    citations: list[Citation] = field(default_factory=list)
    answer: Answer | None = None
    problem: str | None = None
    stopped: bool = False

    @property
    def working(self) -> bool:
        """Whether more is to come."""
        return self.answer is None and self.problem is None and not self.stopped

    def add(self, event: Event) -> None:
        """Takes in what an event brings."""
        if event.answer is not None:
            self.answer = event.answer
            self.statements = list(event.answer.statements)
            self.citations = list(event.answer.citations)
            return
        self.step = event.step or self.step
        self.citations = list(event.answer.citations) if event.answer else [*self.citations, *event.citations]
        if event.statement is not None:
            self.statements.append(event.statement)


def masthead(worded_by: str | None = None) -> str:
    """The head of the page.

    Args:
        worded_by: The language model that words the answers; None where they are made of quotes.
    """
    promise = PROMISE if worded_by is None else PROMISE_WORDED.format(model=_short(worded_by, _LONGEST_TITLE))
    return f'<header><h1>Dateline</h1><p class="promise">{escaped(promise)}</p></header>'


def welcome(articles: Sequence[Article], *, examples: bool) -> str:
    """What stands in the place of a conversation that has not begun.

    Args:
        articles: The archive.
        examples: Whether example questions stand below.
    """
    held = searched_in([article.earliest for article in articles])
    invitation = '<p class="try">Ask in your own words, or begin with one of these:</p>' if examples else ""
    return _log(
        '<div class="welcome"><h2>What does the archive say?</h2>'
        f'<p class="held">{escaped(wording.coverage(held))}.</p>{invitation}</div>'
    )


def conversation(turns: Iterable[Turn]) -> str:
    """The questions with their answers, oldest first."""
    return _log("".join(map(_turn, turns)))


def contents(articles: Sequence[Article]) -> str:
    """The latest articles of the archive, shown as long as there are no sources to show."""
    latest = sorted(articles, key=lambda article: (article.earliest or date.min, article.title), reverse=True)
    rows = "".join(
        f'<li><p class="title" dir="auto">{escaped(_short(article.title, _LONGEST_TITLE))}</p>'
        f'<p class="byline">{_byline(article.outlet, _iso(article.published), _iso(article.not_before))}</p></li>'
        for article in latest[:_LISTED]
    )
    rest = len(articles) - _LISTED
    more = f'<p class="more">and {rest:,} more</p>' if rest > 0 else ""
    return _panel("In the archive", f'<ol class="contents">{rows}</ol>{more}')


def sources(turns: Iterable[Turn], read: Callable[[str], Article]) -> str:
    """The passages behind each answer; the style sheet shows those of the last one.

    Args:
        turns: The conversation.
        read: Gives the article of an id, or raises KeyError where the archive no longer holds it.
    """
    return _panel("Sources", "".join(_sources_of(turn, read) for turn in turns))


def passage(text: str, quote: Span) -> str:
    """A quote, marked, within the paragraph around it. Without its tags this is an unbroken slice of the article.

    Args:
        text: `Article.text`.
        quote: Where in it the quote stands.
    """
    first, cut_before = _opening(text, quote.start)
    last, cut_after = _closing(text, quote.end)
    kinds = "passage" + " cut-before" * cut_before + " cut-after" * cut_after
    return (
        f'<blockquote class="{kinds}" dir="auto">{escaped(text[first : quote.start])}'
        f"<mark>{escaped(quote.of(text))}</mark>{escaped(text[quote.end : last])}</blockquote>"
    )


def escaped(text: str) -> str:
    """Text for an element or a quoted attribute; half characters, which no encoding can carry, become "?"."""
    return html.escape(text.encode("utf-8", "replace").decode("utf-8"))


def _log(inner: str) -> str:
    return f'<div class="log" role="log" aria-live="polite" aria-label="Conversation">{inner}</div>'


def _panel(title: str, inner: str) -> str:
    return f'<aside aria-label="{title}"><h2>{title}</h2>{inner}</aside>'


def _turn(turn: Turn) -> str:
    return (
        f'<section class="turn{" working" * turn.working}" id="turn-{turn.number}" tabindex="-1">'
        f'<h2 class="question" dir="auto">{escaped(_short(turn.question.strip() or "…", _LONGEST_QUESTION))}</h2>'
        f"{_understood(turn.answer)}{''.join(_statement(turn, statement) for statement in turn.statements)}{_end(turn)}"
        "</section>"
    )


def _understood(answer: Answer | None) -> str:
    if answer is None:
        return ""
    notes = []
    if answer.resolved_question.strip() != answer.question.strip():
        notes.append(f"Read as: {_short(answer.resolved_question, _LONGEST_QUESTION)}")
    if answer.as_of is not None:
        notes.append(f"As of {wording.day(date.fromisoformat(answer.as_of))}")
    return "".join(f'<p class="understood" dir="auto">{escaped(note)}</p>' for note in notes)


def _statement(turn: Turn, statement: Statement) -> str:
    cited = [citation for citation in turn.citations if citation.number in statement.citations]
    chips = "".join(_chip(turn, citation) for citation in cited)
    stance = _STANCES.get(statement.stance or "", "")
    tag = f'<span class="stance">{stance}</span> ' if stance else ""
    claimant = (
        f'<span class="claimant">{escaped(wording.named(statement.claimant))}</span> · ' if statement.claimant else ""
    )
    credit = "; ".join(
        f"{_dated(citation.date, citation.not_before)} · "
        f'<cite class="{"outlet" if citation.outlet else "title"}" dir="auto">'
        f"{escaped(_short(citation.outlet or citation.title, _LONGEST_TITLE))}</cite>"
        for citation in cited
    )
    kind = "blockquote" if statement.kind == "quote" else "div"
    return (
        f'<{kind} class="statement {statement.kind}">'
        f'<p dir="auto"><span class="said">{escaped(statement.text)}</span>&nbsp;{chips}</p>'
        f'<p class="credit">{tag}{claimant}{credit}</p></{kind}>'
    )


def _chip(turn: Turn, citation: Citation) -> str:
    return (
        f'<a class="chip" href="#{_anchor(turn, citation)}"'
        f' aria-label="Source {citation.number}: {escaped(_short(citation.title, _LONGEST_TITLE))}">'
        f"{citation.number}</a>"
    )


def _end(turn: Turn) -> str:
    if turn.problem is not None:
        return f'<p class="problem" role="alert">{escaped(turn.problem)}</p>'
    if turn.stopped:
        return '<p class="step">Stopped.</p>'
    if turn.answer is None:
        return f'<p class="step">{escaped(turn.step)}…</p>'
    if turn.answer.status == "abstained":
        return (
            '<div class="missing"><p class="label">Not in the archive</p>'
            f'<p dir="auto">{escaped(turn.answer.missing or turn.answer.text)}</p></div>'
        )
    notes = "".join(f'<p class="note" role="status" dir="auto">{escaped(note)}</p>' for note in turn.answer.notes)
    return notes + _beside(turn, turn.answer) + _provenance(turn.answer)


def _beside(turn: Turn, answer: Answer) -> str:
    """Who denies what is said, and the figures by day, the latest first."""
    by_number = {citation.number: citation for citation in turn.citations}
    denials = [(wording.dispute(each), each) for each in answer.disputes]
    figures = [(f"{wording.figure(each)} · {wording.named(each.claimant)}", each) for each in answer.figures]
    return "".join(
        f'<section class="beside"><h3>{heading}</h3><ul>'
        + "".join(
            f'<li dir="auto">{_dated(each.date, each.not_before)} · {escaped(words)}&nbsp;'
            f"{_chip(turn, by_number[each.citation])}</li>"
            for words, each in rows
        )
        + "</ul></section>"
        for heading, rows in (("Who disputes it", denials), ("Figures, latest first", figures))
        if rows
    )


def _provenance(answer: Answer) -> str:
    line = " · ".join(
        (
            wording.provenance(answer),
            f"searched {wording.coverage(answer.searched)}",
            f"{sum(answer.timings_ms.values())} ms",
            *([f"worded by {answer.synthesizer}, each line verified"] if _is_worded(answer) else []),
        )
    )
    return f'<p class="provenance">{escaped(line)}</p>'


def _is_worded(answer: Answer) -> bool:
    return any(statement.kind == "generated" for statement in answer.statements)


def _sources_of(turn: Turn, read: Callable[[str], Article]) -> str:
    abstained = turn.answer is not None and turn.answer.status == "abstained"
    cited = turn.answer.related if turn.answer is not None and abstained else turn.citations
    cards = "".join(_card(turn, citation, read) for citation in cited)
    if not cards:
        cards = f'<p class="note">{"Cited passages appear here." if turn.working else "Nothing was cited."}</p>'
    elif abstained:
        cards = f"<h3>Nearest passages</h3>{cards}"
    return (
        f'<section id="sources-{turn.number}">'
        f'<p class="asked" dir="auto">{escaped(_short(turn.question, _LONGEST_TITLE))}</p>{cards}</section>'
    )


def _card(turn: Turn, citation: Citation, read: Callable[[str], Article]) -> str:
    return (
        f'<article class="source" id="{_anchor(turn, citation)}" tabindex="-1">'
        f'<p class="title" dir="auto"><a class="back" href="#turn-{turn.number}"'
        f' aria-label="Source {citation.number}, back to the answer">{citation.number}</a>'
        f" {escaped(_short(citation.title, 2 * _LONGEST_TITLE))}</p>"
        f'<p class="byline">{_byline(citation.outlet, citation.date, citation.not_before)}'
        f"{escaped(wording.resting(citation))}</p>"
        f'{_quoted(citation, read)}<p class="path" dir="auto">{escaped(citation.path)}</p></article>'
    )


def _quoted(citation: Citation, read: Callable[[str], Article]) -> str:
    """The quote in its article; alone, where the article has changed or gone since."""
    try:
        text = read(citation.article_id).text
    except KeyError:
        text = ""
    if text[citation.start : citation.end] != citation.quote:
        return passage(citation.quote, Span(0, len(citation.quote)))
    return passage(text, Span(citation.start, citation.end))


def _opening(text: str, start: int) -> tuple[int, bool]:
    """Where the paragraph around `start` is shown from, and whether words of it are left out."""
    first = max(0, start - _AROUND)
    gap = max((gap.end() for gap in _gaps(text).finditer(text, first, start)), default=None)
    if gap is not None or first == 0:
        return gap or 0, False
    return text.find(" ", first, start) + 1 or first, True


def _closing(text: str, end: int) -> tuple[int, bool]:
    """Where the paragraph around `end` is shown up to, and whether words of it are left out."""
    last = min(len(text), end + _AROUND)
    gap = _gaps(text).search(text, end, last)
    if gap is not None or last == len(text):
        return last if gap is None else gap.start(), False
    space = text.rfind(" ", end, last)
    return last if space < 0 else space, True


def _gaps(text: str) -> re.Pattern[str]:
    """What stands between the paragraphs of an article."""
    return _BLANK_LINE if _BLANK_LINE.search(text) else _LINE_END


def _anchor(turn: Turn, citation: Citation) -> str:
    return f"source-{turn.number}-{citation.number}"


def _byline(outlet: str | None, day: str | None, not_before: str | None) -> str:
    name = f'<span class="outlet" dir="auto">{escaped(outlet)}</span> · ' if outlet else ""
    return name + _dated(day, not_before)


def _dated(day: str | None, not_before: str | None) -> str:
    if day is not None:
        return f'<time datetime="{escaped(day)}">{escaped(wording.day(date.fromisoformat(day)))}</time>'
    if not_before is not None:
        return f'<span class="undated">not before {_dated(not_before, None)}</span>'
    return '<span class="undated">undated</span>'


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _short(text: str, longest: int) -> str:
    """The opening of a text that is too long, cut at a word's end if there is one near."""
    if len(text) <= longest:
        return text
    space = text.rfind(" ", longest - 20, longest)
    return text[: space if space > 0 else longest].rstrip(" ,;:") + "…"
