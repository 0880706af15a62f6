"""Faithful rewordings written by hand, read from YAML; the format is described in `rewordings/README.md`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field

from eval.entries import place, read_entries
from index.article import Article, Sentence
from index.errors import EvalError

BUILT_IN = Path(__file__).parent / "rewordings"
"""The folder of the rewordings of the articles that come with Dateline."""

_Words = Annotated[str, Field(min_length=1)]
_FORM = "eval/rewordings/README.md"


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _From(_Strict):
    article: _Words
    quotes: tuple[_Words, ...] = Field(min_length=1)


class _Entry(_Strict):
    """One rewording as it stands in the file; see `rewordings/README.md`."""

    origin: _From = Field(alias="from")
    says: _Words
    kind: Literal[
        "shortened", "voice", "synonyms", "reordered", "merged", "unpacked", "resolved", "number_worded",
        "date_worded", "negation_worded", "attributed",
    ]  # fmt: skip


@dataclass(frozen=True)
class Rewording:
    """A statement that follows from what it cites.

    Attributes:
        kind: What it does to the words of its sources.
        says: The statement.
        article: The id of the article that says so.
        cited: The sentences that say so, in its order.
    """

    kind: str
    says: str
    article: str
    cited: tuple[Sentence, ...]


def load_rewordings(path: Path, articles: Sequence[Article]) -> list[Rewording]:
    """Reads rewordings and finds the sentences that they are made of.

    Args:
        path: A YAML file, or a folder all of whose `*.yaml` are read, by name.
        articles: Those of the archive.

    Raises:
        EvalError: There is no such file, it is not of the format, the archive does not have the article, or a quote is
            no slice of one of its sentences; the message names the file and the line.
    """
    files = sorted(path.glob("*.yaml")) if path.is_dir() else [path]
    if not files:
        raise EvalError(f"The folder {path} holds no .yaml file. Name a file of rewordings, or a folder of them.")
    known = {article.id: article for article in articles}
    return [
        _rewording(entry, known, file, node)
        for file in files
        for entry, node in read_entries(file, _Entry, thing="rewording", form=_FORM)
    ]


def _rewording(entry: _Entry, known: Mapping[str, Article], file: Path, node: yaml.Node) -> Rewording:
    article = known.get(entry.origin.article)
    if article is None:
        raise EvalError(
            f"{place(file, node, ('from', 'article'))}: the archive has no article {entry.origin.article!r}. "
            "Name the corpus these rewordings are of: --corpus DIR."
        )
    cited: set[Sentence] = set()
    for at, quote in enumerate(entry.origin.quotes):
        sentence = next((each for each in article.sentences if quote in each.of(article.text)), None)
        if sentence is None:
            where = place(file, node, ("from", "quotes", at))
            raise EvalError(f"{where}: {quote!r} is no slice of a sentence of {article.id}. Copy it.")
        cited.add(sentence)
    in_order = sorted(cited, key=lambda sentence: sentence.start)
    return Rewording(entry.kind, entry.says, article.id, tuple(in_order))
