"""Where an annotation stands: in which sentence of which article, by words or by offsets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, model_validator

from eval.entries import place
from index.article import Article, Sentence, Span
from index.errors import EvalError

Words = Annotated[str, Field(min_length=1)]
Place = tuple[Annotated[int, Field(ge=0)], Annotated[int, Field(ge=1)]]
"""Characters of an article's text, the first of them and the one behind the last, counted from 0."""


class Strict(BaseModel):
    """What stands in a file of annotations: no other keys, never changed."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Mark(Strict):
    """One sentence: `begins` are its opening words; `at` where it stands, for texts that are not kept here."""

    article: Words
    begins: Words | None = None
    at: Place | None = None

    @model_validator(mode="after")
    def _either(self) -> Self:
        if (self.begins is None) == (self.at is None):
            raise ValueError("give either `begins`, the opening words of the sentence, or `at`, where it stands")
        return self


@dataclass(frozen=True)
class Marked:
    """The article and the sentence that a mark stands for."""

    article: Article
    sentence: Sentence

    @property
    def place(self) -> tuple[str, int]:
        """The article's id and where the sentence begins."""
        return self.article.id, self.sentence.start

    @property
    def text(self) -> str:
        """The sentence."""
        return self.sentence.of(self.article.text)

    def words(self, given: str | Place) -> str:
        """Words that were given as they are, or by where they stand in the article."""
        return given if isinstance(given, str) else Span(*given).of(self.article.text)


def find_article(
    article_id: str, known: Mapping[str, Article], file: Path, node: yaml.Node, key: str = "article"
) -> Article:
    """The article that an annotation names.

    Args:
        article_id: As the entry has it.
        known: The articles, by id.
        file: Where it was read.
        node: The entry there.
        key: What it has the id under.

    Raises:
        EvalError: There is no such article; the message names the file and the line.
    """
    if article_id not in known:
        raise EvalError(
            f"{place(file, node, (key,))}: the archive has no article {article_id!r}. "
            "Name the corpus that the annotations are of: --corpus DIR."
        )
    return known[article_id]


def find_marked(mark: Mark, known: Mapping[str, Article], file: Path, node: yaml.Node) -> Marked:
    """The sentence that a mark stands for.

    Args:
        mark: As it was read.
        known: The articles, by id.
        file: Where it was read.
        node: The entry there.

    Raises:
        EvalError: There is no such article, or no such sentence of it; the message names the file and the line.
    """
    article = find_article(mark.article, known, file, node)
    if mark.at is not None:
        return Marked(article, _sentence_at(mark.at, article, file, node))
    for sentence in article.sentences:
        if sentence.of(article.text).startswith(mark.begins or ""):
            return Marked(article, sentence)
    raise EvalError(
        f"{place(file, node, ('begins',))}: no sentence of {article.id} begins with {mark.begins!r}. Copy it."
    )


def _sentence_at(at: Place, article: Article, file: Path, node: yaml.Node) -> Sentence:
    start, end = at
    if not start < end <= len(article.text):
        raise EvalError(
            f"{place(file, node, ('at',))}: {start} to {end} is no stretch of {article.id}, "
            f"which has {len(article.text):,} characters. Count anew."
        )
    return Sentence(start, end)
