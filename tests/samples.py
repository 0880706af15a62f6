"""Articles, citations and answers for the tests of what the page shows."""

from __future__ import annotations

import html
import re

from hypothesis import strategies as st

from index.article import Article
from rag.answer import Answer, Citation, Figure, Searched, Statement, Verdict

HOSTILE = (
    '<script>alert(1)</script><img src=x onerror="alert(1)">\' & ![x](http://evil.example/x.png) </section></aside>'
)

SEARCHED = Searched(articles=5, from_="2024-10-12", to="2024-10-29", undated=2)


anything = st.text(st.characters(codec="utf-8") | st.sampled_from("<>&\"'`${}[]()!\n\r\t\0 "), max_size=60)


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


def a_figure(citation: int = 1, **given: object) -> Figure:
    fields = {"value": 10.0, "low": None, "high": None, "unit": "men", "hedge": None, "claimant": None, "date": None}
    return Figure.model_validate({**fields, "citation": citation, **given})
