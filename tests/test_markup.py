"""What the page shows, as HTML: nothing unescaped, nothing altered."""

from __future__ import annotations

import html
import re
from datetime import date
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.article import Article, Span
from rag.answer import Answer, Citation, Event, Searched, Statement, Verdict
from ui import markup
from ui.markup import Turn

HOSTILE = (
    '<script>alert(1)</script><img src=x onerror="alert(1)">\' & ![x](http://evil.example/x.png) </section></aside>'
)
TAGS = {
    *("a", "article", "aside", "blockquote", "cite", "div", "h1", "h2", "h3", "header", "li", "mark", "ol", "p"),
    *("section", "span", "time"),
}
ATTRIBUTES = {"aria-label", "aria-live", "class", "datetime", "dir", "href", "id", "role", "tabindex"}
SEARCHED = Searched(articles=5, from_="2024-10-12", to="2024-10-29", undated=2)

anything = st.text(st.characters(codec="utf-8") | st.sampled_from("<>&\"'`${}[]()!\n\r\t\0 "), max_size=60)


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


def plain(source: str) -> str:
    return html.unescape(re.sub(r"<[^>]*>", "", source))


def an_article(text: str = "One. Two. Three.", /, **given: object) -> Article:
    fields = {"id": "a.txt", "path": "a.txt", "text": text, "title": "A title", "title_from": "given"} | given
    return Article(**fields)


def a_citation(article: Article, number: int = 1, start: int = 0, end: int = 4) -> Citation:
    return Citation(
        number=number,
        article_id=article.id,
        path=article.path,
        title=article.title,
        outlet=article.outlet,
        date=article.published and article.published.isoformat(),
        not_before=article.not_before and article.not_before.isoformat(),
        start=start,
        end=end,
        quote=article.text[start:end],
        origin="o",
    )


def a_statement(text: str, *numbers: int, **given: object) -> Statement:
    verdict = Verdict(label="supported", score=1.0, checks={})
    return Statement.model_validate({"text": text, "kind": "quote", "citations": numbers, "verdict": verdict, **given})


def an_answer(**given: object) -> Answer:
    fields = {
        "question": "Who?",
        "resolved_question": "Who?",
        "status": "answered",
        "as_of": None,
        "text": "",
        "searched": SEARCHED,
        "timings_ms": {"retrieve": 40, "answer": 200},
    }
    return Answer.model_validate(fields | given)


def a_turn(article: Article, *, number: int = 1, **given: object) -> Turn:
    citation = a_citation(article)
    answer = an_answer(statements=(a_statement(citation.quote, 1),), citations=(citation,), origins=1, **given)
    turn = Turn(number, answer.question)
    turn.add(Event(type="answer", answer=answer))
    return turn


def everything(turns: list[Turn], article: Article) -> str:
    return markup.conversation(turns) + markup.sources(turns, lambda _: article)


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
    turns = [
        Turn(1, words, step=words),
        Turn(2, words, statements=[statement], citations=[citation]),
        Turn(3, words, problem=words),
        Turn(4, words, answer=an_answer(question=words, resolved_question=words + "?", citations=(citation,))),
        Turn(5, words, answer=an_answer(status="abstained", missing=words, related=(citation,))),
    ]
    source = everything(turns, article) + markup.welcome([article], examples=True) + markup.contents([article])
    page = Page(source)
    assert page.tags <= TAGS
    assert {name for name, _ in page.attributes} <= ATTRIBUTES
    assert all(re.fullmatch(r"#(turn|source)-[\d-]+", link) for link in page.values("href"))


@given(st.text())
def test_escaping_keeps_the_text(text: str) -> None:
    escaped = markup.escaped(text)
    assert html.unescape(escaped) == text
    assert not set("<>\"'") & set(escaped)


def test_half_characters_do_not_break_the_page() -> None:
    assert markup.escaped("a\ud83db") == "a?b"


@given(st.data())
def test_a_passage_is_a_slice_around_the_quote(data: st.DataObject) -> None:
    gap = st.sampled_from([" ", "\n", "\n\n", "\r\n\r\n", " & ", "x" * 500])
    pieces = data.draw(st.lists(st.tuples(anything, gap), max_size=30))
    text = "".join(piece for pair in pieces for piece in pair)
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    source = markup.passage(text, Span(start, end))
    before, quote, after = re.split(r"</?mark>", source)
    assert html.unescape(quote) == text[start:end]
    opening, closing = plain(before), plain(after)
    assert text[:start].endswith(opening)
    assert text[end:].startswith(closing)
    assert plain(source) == text[start - len(opening) : end + len(closing)]


def test_a_passage_ends_with_its_paragraph() -> None:
    text = "The first.\n\nThe second, quoted here, goes on.\n\nThe third."
    start = text.index("quoted here")
    source = markup.passage(text, Span(start, start + len("quoted here")))
    assert plain(source) == "The second, quoted here, goes on."
    assert 'class="passage"' in source


def test_where_no_line_is_blank_every_line_is_a_paragraph() -> None:
    text = "The first.\nThe second.\nThe third."
    start = text.index("second")
    assert plain(markup.passage(text, Span(start, start + 6))) == "The second."


def test_a_long_paragraph_is_cut_between_words_and_says_so() -> None:
    text = "word " * 500 + "quoted " + "word " * 500
    start = text.index("quoted")
    source = markup.passage(text, Span(start, start + 6))
    assert 'class="passage cut-before cut-after"' in source
    assert set(plain(source).split()) == {"word", "quoted"}
    assert len(plain(source)) < 700


def test_a_quote_is_shown_with_its_chip_its_day_and_its_outlet() -> None:
    article = an_article(outlet="The Wire", published=date(2024, 10, 5))
    source = markup.conversation([a_turn(article)])
    assert "<blockquote" in source
    assert 'href="#source-1-1"' in source
    assert plain(source).count("One.") == 1
    assert "5 October 2024 · The Wire" in plain(source)


def test_an_article_without_outlet_goes_by_its_title() -> None:
    assert "undated · A title" in plain(markup.conversation([a_turn(an_article())]))


def test_a_chip_leads_to_the_card_of_its_own_turn() -> None:
    article = an_article()
    turns = [a_turn(article, number=1), a_turn(article, number=2)]
    page = Page(everything(turns, article))
    ids = page.values("id")
    assert len(ids) == len(set(ids))
    assert {link[1:] for link in page.values("href")} <= set(ids)


@pytest.mark.parametrize(
    ("dates", "shown"),
    [
        ({"published": date(2024, 10, 25)}, "25 October 2024"),
        ({"not_before": date(2024, 10, 29)}, "not before 29 October 2024"),
        ({}, "undated"),
    ],
)
def test_a_card_says_what_is_known_of_the_day(dates: dict[str, date], shown: str) -> None:
    article = an_article(**dates)
    source = markup.sources([a_turn(article)], lambda _: article)
    assert shown in plain(source)
    assert ("undated" in source) == ("published" not in dates)


def test_a_card_marks_the_quote_in_its_article() -> None:
    article = an_article("Before. Quoted. After.")
    turn = Turn(1, "Who?", citations=[a_citation(article, start=8, end=15)])
    assert "Before. <mark>Quoted.</mark> After." in markup.sources([turn], lambda _: article)


@pytest.mark.parametrize("changed", ["Something else", ""])
def test_a_card_shows_the_quote_alone_where_the_article_changed(changed: str) -> None:
    turn = a_turn(an_article("One. Two."))
    source = markup.sources([turn], lambda _: an_article(changed))
    assert "<mark>One.</mark></blockquote>" in source


def test_a_card_shows_the_quote_alone_where_the_article_is_gone() -> None:
    def gone(article_id: str) -> Article:
        raise KeyError(article_id)

    assert "<mark>One.</mark></blockquote>" in markup.sources([a_turn(an_article())], gone)


def test_the_line_below_an_answer_says_what_was_searched() -> None:
    source = plain(markup.conversation([a_turn(an_article())]))
    expected = "From 1 article, 1 origin · searched 5 articles, 12 to 29 October 2024, 2 undated · 240 ms"
    assert source.endswith(expected)


@pytest.mark.parametrize(
    ("first", "last", "shown"),
    [
        ("2024-10-12", "2024-10-12", "12 October 2024"),
        ("2024-10-12", "2024-10-29", "12 to 29 October 2024"),
        ("2024-09-30", "2024-10-01", "30 September to 1 October 2024"),
        ("2023-12-31", "2024-01-01", "31 December 2023 to 1 January 2024"),
        (None, None, "searched 1,200 articles · 240 ms"),
    ],
)
def test_days_are_written_as_they_are_said(first: str | None, last: str | None, shown: str) -> None:
    searched = Searched(articles=1200, from_=first, to=last, undated=0)
    assert shown in plain(markup.conversation([a_turn(an_article(), searched=searched)]))


def test_a_follow_up_shows_how_it_was_read() -> None:
    turn = a_turn(an_article(), question="And he?", resolved_question="And Kim?", as_of="2024-10-26")
    source = plain(markup.conversation([turn]))
    assert "Read as: And Kim?" in source
    assert "As of 26 October 2024" in source
    assert "Read as" not in plain(markup.conversation([a_turn(an_article())]))


def test_abstaining_looks_unlike_an_answer() -> None:
    article = an_article()
    answer = an_answer(status="abstained", missing="The archive does not say.", related=(a_citation(article),))
    turn = Turn(1, "Who?", answer=answer)
    conversation, panel = markup.conversation([turn]), markup.sources([turn], lambda _: article)
    assert 'class="missing"' in conversation
    assert "The archive does not say." in conversation
    assert "statement" not in conversation
    assert "Nearest passages" in panel
    assert "<mark>One.</mark>" in panel


def test_a_turn_under_way_shows_its_step_and_what_it_has() -> None:
    article = an_article()
    turn = Turn(1, "Who?")
    turn.add(Event(type="step", step="Reading 12 passages"))
    assert "Reading 12 passages…" in markup.conversation([turn])
    assert "Cited passages appear here." in markup.sources([turn], lambda _: article)
    turn.add(Event(type="statement", statement=a_statement("One.", 1), citations=(a_citation(article),)))
    assert turn.working
    assert "One." in plain(markup.conversation([turn]))
    assert "<mark>One.</mark>" in markup.sources([turn], lambda _: article)


def test_a_turn_that_was_stopped_keeps_what_it_had() -> None:
    turn = Turn(1, "Who?", statements=[a_statement("One.", 1)], citations=[a_citation(an_article())], stopped=True)
    source = markup.conversation([turn])
    assert not turn.working
    assert "working" not in source
    assert plain(source).endswith("Stopped.")
    assert "One." in source


def test_a_problem_is_told_in_its_own_words() -> None:
    source = markup.conversation([Turn(1, "?", problem=HOSTILE)])
    assert markup.escaped(HOSTILE) in source
    assert 'role="alert"' in source


def test_a_question_of_a_hundred_thousand_characters_is_shortened() -> None:
    assert len(everything([Turn(1, "x" * 100_000)], an_article())) < 2_000


def test_the_first_page_tells_what_the_archive_holds() -> None:
    articles = [an_article(published=date(2024, 10, 25)), an_article(not_before=date(2024, 10, 29)), an_article()]
    assert "3 articles, 25 to 29 October 2024, 1 undated." in plain(markup.welcome(articles, examples=False))


def test_the_newest_articles_are_listed_first_and_the_rest_counted() -> None:
    articles = [an_article(title=f"Number {n}", published=date(2024, 1, n)) for n in range(1, 21)]
    source = plain(markup.contents(articles))
    assert source.index("Number 20") < source.index("Number 19")
    assert "Number 8" not in source
    assert source.endswith("and 8 more")


def test_the_conversation_is_announced_as_it_grows() -> None:
    page = Page(markup.conversation([a_turn(an_article())]))
    assert page.values("role") == ["log"]
    assert page.values("aria-live") == ["polite"]


def test_what_a_model_worded_is_told_from_a_quote() -> None:
    citation = a_citation(an_article())
    worded = an_answer(
        statements=(a_statement("It is one.", 1, kind="generated"),), citations=(citation,), synthesizer="<small>"
    )
    turn = Turn(1, "Who?")
    turn.add(Event(type="answer", answer=worded))
    page = Page(markup.conversation([turn]))
    assert "statement generated" in page.values("class")
    assert "blockquote" not in page.tags
    assert "worded by <small>, each line verified" in page.text
    assert "worded by" not in Page(markup.conversation([a_turn(an_article())])).text


def test_why_quotes_stand_in_is_told() -> None:
    turn = a_turn(an_article(), notes=(f"The model is not there. {HOSTILE}",))
    page = Page(markup.conversation([turn]))
    assert f"The model is not there. {HOSTILE}" in page.text
    assert page.tags <= TAGS


def test_the_head_promises_what_is_kept() -> None:
    assert "own words" in Page(markup.masthead()).text
    assert "own words" not in Page(markup.masthead("small")).text
    assert "worded by <small>" in Page(markup.masthead("<small>")).text
