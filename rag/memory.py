"""An archive of articles that are given, not read from files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from index.archive import Archive
from index.article import Article
from index.catalogue import Catalogue
from index.embedding import PassageEmbedding
from index.errors import CorpusError, QuestionError
from index.origins import group_copies
from index.reading import opening_words
from index.syncing import write_articles
from rag.question import read_day


def archive_in_memory(
    articles: Iterable[Mapping[str, Any]], embedding: PassageEmbedding, passage_tokens: int
) -> Archive:
    """Indexes articles; see `AnswerEngine.from_articles`.

    Raises:
        CorpusError: There is none, an id is missing or there twice, or a text or date cannot be used.
    """
    read: dict[str, Article] = {}
    for given in articles:
        article = _article(given)
        if article.id in read:
            raise CorpusError(f"Two articles have the id {article.id!r}. Give each its own.")
        read[article.id] = article
    if not read:
        raise CorpusError("There is no article to search. Give at least one with an id and a text.")
    catalogue = Catalogue(None)
    pending = ((article, "") for article in read.values())
    write_articles(catalogue, pending, len(read), embedding, passage_tokens, lambda *_: None)
    group_copies(catalogue)
    return Archive.in_memory(catalogue)


def _article(given: Mapping[str, Any]) -> Article:
    if not isinstance(given, Mapping):
        raise CorpusError(f"An article is {given!r:.60}. Give it as a mapping with an id and a text.")
    text = given.get("text")
    if given.get("id") in (None, ""):
        raise CorpusError(f"An article has no id: {str(text)[:60]!r}. Give it one.")
    article_id = str(given["id"])
    if not isinstance(text, str) or not text.strip():
        raise CorpusError(f"Article {article_id!r} has no text. Leave it out, or give its text.")
    title = " ".join(str(given.get("title") or "").split())
    outlet = " ".join(str(given.get("outlet") or "").split())
    try:
        "".join((article_id, text, title, outlet)).encode()
    except UnicodeEncodeError:
        raise CorpusError(f"Article {article_id!r} has half a surrogate pair. Decode it anew.") from None
    published = _day(given.get("date"), article_id)
    return Article(
        id=article_id,
        path=article_id,
        text=text,
        title=title or opening_words(text),
        title_from="given" if title else "opening words",
        outlet=outlet or None,
        outlet_from="given" if outlet else None,
        published=published,
        published_from="given" if published else None,
    )


def _day(value: Any, article_id: str) -> date | None:
    try:
        return read_day(value, "date")
    except QuestionError:
        raise CorpusError(
            f"Article {article_id!r} has the date {value!r}, which is not a day. Write it like 2024-10-26."
        ) from None
