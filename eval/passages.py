"""Passages of a public test set whose text is not kept here: where they stand, and by what they are known again."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import Field

from eval.claimed import FORM
from eval.entries import place, read_entries
from eval.marks import Place, Strict, Words
from eval.testsets import Record, by_id, read_lines
from index.article import Span
from index.errors import EvalError

ARTICLES = "articles.jsonl.gz"


class _Article(Record):
    url: str = Field(min_length=1)
    title: str
    date: str | None
    text: str = Field(min_length=1)


class Passage(Strict):
    """A stretch of an article.

    Attributes:
        article: Its URL.
        span: Characters of its text.
        sha256: Of that stretch in UTF-8.
        part: Whether the rules were made with it in view.
    """

    article: Words
    span: Place
    sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
    part: Words


def load_passages(folder: Path, data: Path) -> tuple[list[Passage], list[dict[str, Any]]]:
    """Reads passages and the articles of the set in which they stand.

    Args:
        folder: Of `*.yaml`, read by name.
        data: The folder of the test set.

    Returns:
        The passages, and their articles as `AnswerEngine.from_articles` takes them, each once.

    Raises:
        EvalError: A file is not of the format, or the set has no such passage.
    """
    known = by_id(read_lines(data / ARTICLES, _Article), lambda article: article.url)
    passages: list[Passage] = []
    for file in sorted(folder.glob("*.yaml")):
        for passage, node in read_entries(file, Passage, thing="passage", form=FORM):
            article = known.get(passage.article)
            if article is None or _hash(Span(*passage.span).of(article.text)) != passage.sha256:
                raise EvalError(
                    f"{place(file, node)}: the test set {str(data)!r} does not have this passage of {passage.article}. "
                    "Name the set that the annotations were made on: --data DIR."
                )
            passages.append(passage)
    return passages, [_given(known[url]) for url in dict.fromkeys(passage.article for passage in passages)]


def part_of(passages: Sequence[Passage], article_id: str, start: int) -> str:
    """The part to which the passage belongs in which a character of an article stands."""
    return next(each.part for each in passages if each.article == article_id and each.span[0] <= start < each.span[1])


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _given(article: _Article) -> dict[str, Any]:
    outlet = urlsplit(article.url).netloc.removeprefix("www.")
    return {"id": article.url, "text": article.text, "title": article.title, "outlet": outlet, "date": article.date}
