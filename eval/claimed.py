"""Claims annotated by hand, read from YAML; the format is described in `claims/README.md`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, Field

from eval.entries import read_entries
from eval.located import find_sentence
from index.article import Article, Sentence
from rag.claims import Stance

BUILT_IN = Path(__file__).parent / "claims"
"""The folder of the claims of the articles that come with Dateline."""

_Words = Annotated[str, Field(min_length=1)]


class _Entry(BaseModel):
    """One claim as it stands in the file; see `claims/README.md`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    article: _Words
    begins: _Words
    by: _Words | None = None
    stance: Stance
    said_on: date | None = None


@dataclass(frozen=True)
class Claimed:
    """What somebody says in a sentence, by hand.

    Attributes:
        by: Who; None for the outlet itself.
        said_on: When, where article and wording tell it.
    """

    article: Article
    sentence: Sentence
    by: str | None
    stance: Stance
    said_on: date | None


def load_claims(folder: Path, articles: Sequence[Article]) -> list[Claimed]:
    """Reads annotated claims and finds their sentences.

    Args:
        folder: Of `*.yaml`, read by name.
        articles: Those of the archive.

    Raises:
        EvalError: A file is not of the format, the archive does not have the article, or no sentence of it begins so;
            the message names the file and the line.
    """
    known = {article.id: article for article in articles}
    return [
        _claimed(entry, known, file, node)
        for file in sorted(folder.glob("*.yaml"))
        for entry, node in read_entries(file, _Entry, thing="claim", form="eval/claims/README.md")
    ]


def _claimed(entry: _Entry, known: Mapping[str, Article], file: Path, node: yaml.Node) -> Claimed:
    article, sentence = find_sentence(entry.article, entry.begins, known, file, node)
    return Claimed(article, sentence, entry.by, entry.stance, entry.said_on)
