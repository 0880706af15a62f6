"""The articles of the archive, found by words in their title, outlet, day or path."""

from __future__ import annotations

from collections import Counter
from datetime import date

from index.article import Article
from rag import AnswerEngine, wording
from rag.assembly import searched_in
from ui.markup.archive import Listed, archive_list
from ui.markup.words import day_in_words, iso

_ROWS = 40


def listing(engine: AnswerEngine, words: str, begin: int = 0) -> str:
    """The articles that hold all the words, the latest first, as HTML.

    Args:
        engine: Whose archive it is.
        words: In any letter case; none: all articles.
        begin: How many are passed over, since they are shown already.
    """
    wanted = words.casefold().split()
    articles = engine.articles()
    origins = Counter(article.origin for article in articles)
    found = [article for article in articles if all(word in _searched(article) for word in wanted)]
    found.sort(key=lambda article: (article.earliest or date.min, article.title), reverse=True)
    rows = [
        Listed(article, len(engine.archive.passages_in(article.id)), origins[article.origin] - 1)
        for article in found[begin : begin + _ROWS]
    ]
    last = begin + _ROWS
    return archive_list(rows, len(found), last if last < len(found) else None)


def coverage(engine: AnswerEngine) -> str:
    """What the archive covers, as plain text: "5 articles, 12 to 29 October 2024, 2 undated"."""
    return wording.coverage(searched_in([day for _, day in engine.archive.dated()]))


def holdings(engine: AnswerEngine) -> str:
    """How much the index holds, as plain text: "5 articles in 28 passages"."""
    articles = len(engine.archive.article_ids())
    return f"{wording.count(articles, 'article')} in {wording.count(engine.archive.passages, 'passage')}"


def _searched(article: Article) -> str:
    day = day_in_words(iso(article.published), iso(article.not_before))
    return " ".join((article.title, article.outlet or "", day, article.date_label, article.path)).casefold()
