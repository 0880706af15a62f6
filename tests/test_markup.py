"""What the page shows of a conversation, as HTML: nothing unescaped, nothing altered."""

from __future__ import annotations

import html
import re
from datetime import date
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import HOSTILE, a_citation, a_figure, a_statement, an_answer, an_article, anything, plain

from index.article import Article, Span
from rag.answer import Dispute, Event, Removed, Searched
from ui import markup
from ui.asking import asked_of
from ui.markup.archive import Listed
from ui.markup.articles import Mark
from ui.markup.plain import plain_text
from ui.turns import Asked, Turn

TAGS = {
    *(
        "a",
        "article",
        "blockquote",
        "button",
        "caption",
        "circle",
        "cite",
        "details",
        "div",
        "figcaption",
        "figure",
        "g",
    ),
    *("h2", "h3", "li", "line", "mark", "ol", "p", "path", "rect", "section", "span", "strong", "summary", "svg"),
    *("table", "tbody", "td", "template", "text", "th", "thead", "time", "tr", "ul"),
}

ATTRIBUTES = re.compile(
    "(aria|data)-[a-z-]+|class|cx|cy|d|datetime|dir|height|href|id|r|role|rx|scope|tabindex|text-anchor|type|viewbox|width"
    "|x|x1|x2|y|y1|y2"
)


class Page(HTMLParser):
    """Reads markup, and notes what it is made of."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str]] = []
        self.text = ""
        self.feed(source)
        self.close()
        assert self.open == [], f"never closed: {self.open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open.append(tag)
        self.tags.add(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data

    def values(self, name: str) -> list[str]:
        return [value for one, value in self.attributes if one == name]


def a_turn(article: Article, *, number: int = 1, **given: object) -> Turn:
    citation = a_citation(article)
    answer = an_answer(statements=(a_statement(citation.quote, 1),), citations=(citation,), origins=1, **given)
    return Turn.of(number, Asked(answer.question), answer)


def seen(turn: Turn) -> str:
    """What a reader sees of a turn, as plain text."""
    return plain(re.sub(r"<template.*?</template>", "", markup.turn_html(turn), flags=re.DOTALL)).replace("\xa0", " ")


@given(words=anything, text=anything, day=st.dates() | st.none())
def test_no_text_becomes_markup(words: str, text: str, day: date | None) -> None:
    article = an_article(
        text,
        title=words,
        outlet=words or None,
        path=words,
        published=day,
        not_before=None if day else date(2024, 10, 29),
    )
    citation = a_citation(article, end=len(text))
    statement = a_statement(words, 1, claimant=words, stance="denies")
    answer = an_answer(
        question=words,
        resolved_question=words + "?",
        statements=(statement,),
        citations=(citation,),
        figures=(a_figure(unit=words, hedge=words, claimant=words, date=day and day.isoformat()),),
        disputes=(Dispute(claimant=words, citation=1),),
        removed=(Removed(text=words, reason=words),),
        notes=(words,),
        synthesizer=words,
    )
    asked = Asked(words, as_of=words, since=words, outlet=words)
    turns = [
        Turn(1, asked, steps=[words, words]),
        Turn(2, asked, statements=[statement], citations=[citation]),
        Turn(3, asked, problem=words),
        Turn.of(4, asked, answer),
        Turn.of(5, asked, an_answer(status="abstained", missing=words, related=(citation,))),
    ]
    marks = [Mark(1, Span(0, len(text)), text), Mark(2, Span(0, 2), words)]
    listed = markup.archive_list([Listed(article, 3, 1)], 2, 1)
    page = Page("".join(map(markup.turn_html, turns)) + markup.article_in_full(article, marks) + listed)
    assert page.tags <= TAGS
    assert all(ATTRIBUTES.fullmatch(name) for name, _ in page.attributes)


@given(st.text())
def test_escaping_keeps_the_text(text: str) -> None:
    escaped = markup.escaped(text)
    assert html.unescape(escaped) == text
    assert not set("<>\"'") & set(escaped)


def test_half_characters_do_not_break_the_page() -> None:
    assert markup.escaped("a\ud83db") == "a?b"


def test_a_quote_is_shown_with_its_chip_its_day_and_its_outlet() -> None:
    article = an_article(outlet="The Wire", published=date(2024, 10, 5))
    turn = a_turn(article)
    source = markup.turn_html(turn)
    assert "<blockquote" in source
    assert 'data-article="a.txt" data-start="0" data-end="4" data-quote="One."' in source
    assert seen(turn).count("One.") == 1
    assert "Verified quote · 5 October 2024 · The Wire" in seen(turn)


def test_an_article_without_outlet_goes_by_its_title() -> None:
    assert "undated · A title" in seen(a_turn(an_article()))


@pytest.mark.parametrize(
    ("dates", "origins", "shown"),
    [
        ([{}], 1, "Answered from 1 article, 1 origin, 1 undated."),
        (
            [{"published": date(2024, 10, 12)}, {"not_before": date(2024, 10, 29)}, {}],
            2,
            "Answered from 3 articles, 2 origins, 12 to 29 October 2024, 1 undated.",
        ),
    ],
)
def test_the_line_below_an_answer_says_what_stands_behind_it(
    dates: list[dict[str, date]], origins: int, shown: str
) -> None:
    articles = [an_article(id=f"{n}.txt", **each) for n, each in enumerate(dates)]
    citations = tuple(a_citation(article, n) for n, article in enumerate(articles, 1))
    answer = an_answer(statements=(a_statement("One.", 1),), citations=citations, origins=origins)
    said = seen(Turn.of(1, Asked("Who?"), answer))
    assert shown in said
    assert "Searched 5 articles, 12 to 29 October 2024, 2 undated, in 240 ms." in said


@pytest.mark.parametrize(
    ("first", "last", "shown"),
    [
        ("2024-10-12", "2024-10-12", "12 October 2024"),
        ("2024-10-12", "2024-10-29", "12 to 29 October 2024"),
        ("2024-09-30", "2024-10-01", "30 September to 1 October 2024"),
        ("2023-12-31", "2024-01-01", "31 December 2023 to 1 January 2024"),
        (None, None, "Searched 1,200 articles, in 240 ms."),
    ],
)
def test_days_are_written_as_they_are_said(first: str | None, last: str | None, shown: str) -> None:
    searched = Searched(articles=1200, from_=first, to=last, undated=0)
    assert shown in seen(a_turn(an_article(), searched=searched))


def test_a_follow_up_shows_how_it_was_read() -> None:
    turn = a_turn(an_article(), question="And he?", resolved_question="And Kim?", as_of="2024-10-26")
    assert "Read as: And Kim?" in seen(turn)
    assert "As of 26 October 2024, as the question says" in seen(turn)
    assert "Read as" not in seen(a_turn(an_article()))


def test_filters_are_shown_as_they_were_given() -> None:
    asked = Asked("Who?", as_of="2024-10-26", since="2024-10-12", outlet="The Wire")
    turn = Turn.of(1, asked, an_answer(as_of="2024-10-26"))
    assert "As of 26 October 2024 · From 12 October 2024 on · The Wire only" in seen(turn)


def test_abstaining_looks_unlike_an_answer() -> None:
    article = an_article()
    answer = an_answer(status="abstained", missing="The archive does not say.", related=(a_citation(article),))
    source = markup.turn_html(Turn.of(1, Asked("Who?"), answer))
    assert 'class="missing"' in source
    assert "The archive does not say." in source
    assert "What comes nearest" in source
    assert 'data-quote="One."' in source
    assert "statement" not in source


def test_what_was_removed_is_folded_away_with_its_reasons() -> None:
    removed = (Removed(text="It snowed.", reason="contradicted"), Removed(text="It hailed.", reason="unsupported"))
    source = markup.turn_html(a_turn(an_article(), removed=removed))
    assert "<summary>2 sentences removed: not supported</summary>" in source
    assert "<details open" not in source
    assert "It hailed." in source and "unsupported" in source
    assert "removed" not in markup.turn_html(a_turn(an_article()))


def test_a_turn_under_way_shows_its_steps_and_what_it_has() -> None:
    turn = Turn(1, Asked("Who?"))
    turn.add(Event(type="step", step="Searching the archive"))
    turn.add(Event(type="step", step="Reading 12 passages"))
    source = markup.turn_html(turn)
    assert '<li class="done">Searching the archive</li><li class="current">Reading 12 passages…</li>' in source
    turn.add(Event(type="statement", statement=a_statement("One.", 1), citations=(a_citation(an_article()),)))
    assert turn.working
    assert "One." in seen(turn)


def test_a_turn_that_was_stopped_keeps_what_it_had() -> None:
    citations = [a_citation(an_article())]
    turn = Turn(1, Asked("Who?"), statements=[a_statement("One.", 1)], citations=citations, stopped=True)
    assert not turn.working
    assert "working" not in markup.turn_html(turn)
    assert seen(turn).endswith("Stopped.")
    assert "One." in seen(turn)


def test_a_problem_is_told_in_its_own_words() -> None:
    source = markup.turn_html(Turn(1, Asked("?"), problem=HOSTILE))
    assert markup.escaped(HOSTILE) in source
    assert 'role="alert"' in source


def test_a_question_of_a_hundred_thousand_characters_is_shortened() -> None:
    assert len(markup.turn_html(Turn(1, asked_of({"question": "x" * 100_000})))) < 2_000


def test_what_a_model_worded_is_told_from_a_quote() -> None:
    citation = a_citation(an_article())
    worded = an_answer(
        statements=(a_statement("It is one.", 1, kind="generated"),), citations=(citation,), synthesizer="<small>"
    )
    turn = Turn.of(1, Asked("Who?"), worded)
    assert 'class="statement generated"' in markup.turn_html(turn)
    assert "Verified rewording" in seen(turn)
    assert "Worded by <small>, each sentence verified." in seen(turn)
    assert "Worded by" not in seen(a_turn(an_article()))


def test_why_quotes_stand_in_is_told() -> None:
    assert f"The model is not there. {HOSTILE}" in seen(
        a_turn(an_article(), notes=(f"The model is not there. {HOSTILE}",))
    )


def test_an_answer_is_copied_with_the_quotes_behind_it() -> None:
    answer = an_answer(text="One. [1]", citations=(a_citation(an_article(outlet="The Wire")),))
    assert plain_text(answer).endswith("One. [1]\n\nSources\n[1] “One.” (A title, The Wire, undated, a.txt)")
