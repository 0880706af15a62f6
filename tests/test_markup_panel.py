"""What the panel shows, as HTML: articles in full, who says what, figures by day, the archive."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import a_citation, a_figure, an_answer, an_article, anything, plain

from index.article import Sentence, Span
from rag.answer import Figure
from ui import markup
from ui.markup.archive import Listed
from ui.markup.articles import Mark, article_gone
from ui.markup.claims import claims_table
from ui.markup.timeline import timeline


@given(st.data())
def test_an_article_is_shown_whole_whatever_is_marked(data: st.DataObject) -> None:
    text = data.draw(anything)
    bounds = st.tuples(st.integers(0, len(text)), st.integers(0, len(text))).map(sorted)
    spans = [Span(*pair) for pair in data.draw(st.lists(bounds, max_size=5))]
    marks = [Mark(number, span, span.of(text)) for number, span in enumerate(spans, 1)]
    source = markup.article_in_full(an_article(text), marks)
    (shown,) = re.findall(r'<div class="text" dir="auto">(.*)</div>', source, flags=re.DOTALL)
    shown = re.sub(r'<span class="unseen">.*?</span>', "", shown)
    assert plain(shown) == text
    for mark in marks:
        numbered = rf'<mark data-numbers="(?:\d+ )*{mark.number}(?: \d+)*" tabindex="-1">(.*?)</mark>'
        assert "".join(map(plain, re.findall(numbered, shown, flags=re.DOTALL))) == mark.quote


@pytest.mark.parametrize("quote", ["Two.", ""])
def test_a_quote_that_no_longer_stands_there_is_not_marked(quote: str) -> None:
    source = markup.article_in_full(an_article(), [Mark(1, Span(0, 4), quote)])
    assert "<mark" not in source
    assert "has changed since it was cited" in source
    assert "no longer holds this article" in article_gone([Mark(1, Span(0, 4), "One.")])


def test_headings_are_told_from_text() -> None:
    article = an_article("Rain\n\nIt rained.", sentences=(Sentence(0, 4, heading=True), Sentence(6, 16)))
    assert '<strong class="heading">Rain</strong>' in markup.article_in_full(article, [])


@pytest.mark.parametrize(
    ("dates", "shown"),
    [
        ({"published": date(2024, 10, 25)}, "25 October 2024"),
        ({"not_before": date(2024, 10, 29)}, "not before 29 October 2024"),
        ({}, "undated"),
    ],
)
def test_an_article_says_what_is_known_of_its_day(dates: dict[str, date], shown: str) -> None:
    article = an_article(**dates)
    for source in (markup.article_in_full(article, []), markup.archive_list([Listed(article, 1, 0)], 1, None)):
        assert shown in plain(source)
        assert ("undated" in source) == ("published" not in dates)


FIGURES = st.lists(
    st.builds(
        a_figure,
        value=st.none() | st.floats(0, 1e9),
        low=st.none() | st.floats(0, 1e9),
        high=st.none() | st.floats(0, 1e9),
        sort=st.sampled_from(["in place", "sent", "expected"]),
        date=st.none() | st.dates().map(date.isoformat),
        not_before=st.none() | st.dates().map(date.isoformat),
    ),
    min_size=1,
    max_size=12,
)


@given(FIGURES)
def test_every_figure_is_a_point_within_the_plot_and_a_row(figures: list[Figure]) -> None:
    source = timeline(an_answer(figures=figures, citations=(a_citation(an_article()),)))
    assert source.count('role="button"') == source.count("<tr>") - 1 == len(figures)
    points = re.findall(r'<text x="([^"]+)" y="([^"]+)" text-anchor="middle">', source)
    assert len(points) == len(figures)
    assert all(0 <= float(x) <= 440 and 0 <= float(y) <= 300 for x, y in points)


def test_the_table_says_who_says_what_and_who_denies_it() -> None:
    citation = a_citation(an_article(outlet="The Wire", published=date(2024, 10, 5)))
    claimed = {"citation": 1, "hedge": None, "channel": None, "date": "2024-10-05", "not_before": None}
    claims = ({"claimant": "Kim", "stance": "asserts", **claimed}, {"claimant": "Lee", "stance": "denies", **claimed})
    rows = plain(claims_table(an_answer(citations=(citation,), claims=claims)).replace("<", " <"))
    assert re.search(r"Kim +says +One\..+5 October 2024 +The Wire", rows)
    assert re.search(r"Lee +denies +One\.", rows)
    assert claims_table(an_answer()) == ""


def test_an_article_is_listed_with_what_is_known_of_it() -> None:
    listed = [Listed(an_article(outlet="The Wire"), 1, 2), Listed(an_article(), 3, 0)]
    source = plain(markup.archive_list(listed, 1_200, 40))
    assert "The Wire · undated · 1 passage · origin shared with 2 others" in source
    assert "undated · 3 passages · origin of its own" in source
    assert "Show more of 1,200 articles" in source
