"""Origins annotated by hand, read from YAML; the format is described in `origins/README.md`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.entries import read_entries
from eval.marks import Mark, Strict, Words, find_article, find_marked
from index.article import Article, Sentence

BUILT_IN = Path(__file__).parent / "origins"
"""The folder of the annotations of the articles that come with Dateline."""

_FORM = "eval/origins/README.md"


class _Pair(Strict):
    one: Words
    other: Words
    copies: bool


class _Resting(Mark):
    on: Words


@dataclass(frozen=True)
class Pair:
    """Two articles, and whether they go back to one text, by hand."""

    one: Article
    other: Article
    copies: bool


@dataclass(frozen=True)
class Resting:
    """A sentence that says on which other outlet it rests, by hand."""

    article: Article
    sentence: Sentence
    on: str


def load_pairs(folder: Path, articles: Sequence[Article]) -> list[Pair]:
    """Reads which articles are copies of one another.

    Args:
        folder: Of `copies.yaml`.
        articles: Those of the archive.

    Raises:
        EvalError: The file is not of the format, or the archive does not have an article; the message names the line.
    """
    known = {article.id: article for article in articles}
    file = folder / "copies.yaml"
    return [
        Pair(
            find_article(entry.one, known, file, node, "one"),
            find_article(entry.other, known, file, node, "other"),
            entry.copies,
        )
        for entry, node in read_entries(file, _Pair, thing="pair", form=_FORM)
    ]


def load_resting(folder: Path, articles: Sequence[Article]) -> list[Resting]:
    """Reads which sentences rest on another outlet; see `load_pairs`.

    Args:
        folder: Of `resting.yaml`.
        articles: Those of the archive.

    Raises:
        EvalError: As there, or no sentence of the article begins so.
    """
    known = {article.id: article for article in articles}
    file = folder / "resting.yaml"
    return [
        Resting(marked.article, marked.sentence, entry.on)
        for entry, node in read_entries(file, _Resting, thing="sentence", form=_FORM)
        for marked in (find_marked(entry, known, file, node),)
    ]
