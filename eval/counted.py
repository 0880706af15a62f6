"""Figures and days annotated by hand, read from YAML; the formats are described in `claims/README.md`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Self, TypeVar

from pydantic import model_validator

from eval.claimed import FORM
from eval.entries import read_entries
from eval.marks import Mark, Marked, Place, Words, find_marked
from index.article import Article
from rag.figures import Sort

M = TypeVar("M", bound=Mark)


class _Figure(Mark):
    value: float | None = None
    low: float | None = None
    high: float | None = None
    unit: Words
    hedge: Words | None = None
    sort: Sort | None = None

    @model_validator(mode="after")
    def _is_number(self) -> Self:
        if (self.value is None) == (self.low is None and self.high is None):
            raise ValueError("give either `value`, or `low` and `high` where a range alone is named")
        return self


class _Day(Mark):
    worded: Words | Place
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True)
class Counted(Marked):
    """A figure in a sentence, by hand; see `rag.figures.FigureFound`. A sort of None was not judged."""

    value: float | None
    low: float | None
    high: float | None
    unit: str
    hedge: str | None
    sort: Sort | None


@dataclass(frozen=True)
class Named(Marked):
    """A day or span of days that a sentence names, by hand; where neither end can be told it is to stay as worded."""

    worded: str
    first: date | None
    last: date | None

    @property
    def is_resolved(self) -> bool:
        """Whether article and wording tell it."""
        return self.first is not None or self.last is not None


def load_figures(folder: Path, articles: Sequence[Article]) -> list[Counted]:
    """Reads annotated figures; see `eval.claimed.load_claims`."""
    return [
        Counted(
            marked.article, marked.sentence, entry.value, entry.low, entry.high, entry.unit, entry.hedge, entry.sort
        )
        for entry, marked in _read(folder, _Figure, "figure", articles)
    ]


def load_days(folder: Path, articles: Sequence[Article]) -> list[Named]:
    """Reads annotated days; see `eval.claimed.load_claims`."""
    return [
        Named(marked.article, marked.sentence, marked.words(entry.worded), entry.first, entry.last)
        for entry, marked in _read(folder, _Day, "day", articles)
    ]


def _read(folder: Path, kind: type[M], thing: str, articles: Sequence[Article]) -> list[tuple[M, Marked]]:
    known: Mapping[str, Article] = {article.id: article for article in articles}
    return [
        (entry, find_marked(entry, known, file, node))
        for file in sorted(folder.glob("*.yaml"))
        for entry, node in read_entries(file, kind, thing=thing, form=FORM)
    ]
