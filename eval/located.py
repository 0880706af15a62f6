"""Finds what an annotation is of: an article of the archive, and a sentence of it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import yaml

from eval.entries import place
from index.article import Article, Sentence
from index.errors import EvalError


def find_article(
    article_id: str, known: Mapping[str, Article], file: Path, node: yaml.Node, key: str = "article"
) -> Article:
    """The article that an entry names.

    Args:
        article_id: As the entry has it.
        known: The articles of the archive, by id.
        file: Where the entry stands.
        node: It.
        key: What it has the id under.

    Raises:
        EvalError: The archive does not have it; the message names the file and the line.
    """
    if article_id not in known:
        raise EvalError(
            f"{place(file, node, (key,))}: the archive has no article {article_id!r}. "
            "Name the corpus that was annotated: --corpus DIR."
        )
    return known[article_id]


def find_sentence(
    article_id: str, begins: str, known: Mapping[str, Article], file: Path, node: yaml.Node
) -> tuple[Article, Sentence]:
    """The sentence that an entry names by its opening words; see `find_article`.

    Raises:
        EvalError: The archive does not have the article, or no sentence of it begins so.
    """
    article = find_article(article_id, known, file, node)
    for sentence in article.sentences:
        if sentence.of(article.text).startswith(begins):
            return article, sentence
    raise EvalError(f"{place(file, node, ('begins',))}: no sentence of {article.id} begins with {begins!r}. Copy it.")
