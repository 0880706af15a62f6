"""Who denies what, annotated by hand and read from YAML; the format is described in `claims/README.md`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import Field

from eval.claimed import FORM
from eval.entries import read_entries
from eval.marks import Mark, Marked, Strict, Words, find_marked
from index.article import Article


class _Denial(Strict):
    by: Words | None = None
    stance: Literal["denies", "declines"] = "denies"
    sentences: tuple[Mark, ...] = Field(min_length=1)


class _Matter(Strict):
    matter: Words
    part: Words | None = None
    questions: tuple[Words, ...] = Field(min_length=1)
    claims: tuple[Mark, ...] = ()
    denials: tuple[_Denial, ...] = Field(min_length=1)
    also: tuple[Mark, ...] = ()


@dataclass(frozen=True)
class Denied:
    """What somebody denies, or does not dispute: any of the sentences shows it."""

    stance: Literal["denies", "declines"]
    sentences: tuple[Marked, ...]


@dataclass(frozen=True)
class Matter:
    """What is in dispute.

    Attributes:
        about: In a few words.
        part: Whether the rules were made with it in view; None where that is not told apart.
        questions: Whose answers must show the denials.
        claims: The sentences that claim it, beside which they must stand too.
        denials: Who denies it.
        also: Sentences that may stand there, and need not.
    """

    about: str
    part: str | None
    questions: tuple[str, ...]
    claims: tuple[Marked, ...]
    denials: tuple[Denied, ...]
    also: tuple[Marked, ...]


def load_matters(folder: Path, articles: Sequence[Article]) -> list[Matter]:
    """Reads annotated disputes; see `eval.claimed.load_claims`."""
    known = {article.id: article for article in articles}
    found: list[Matter] = []
    for file in sorted(folder.glob("*.yaml")):
        for entry, node in read_entries(file, _Matter, thing="matter", form=FORM):
            claims, also = (
                tuple(find_marked(each, known, file, node) for each in marks) for marks in (entry.claims, entry.also)
            )
            denials = tuple(
                Denied(each.stance, tuple(find_marked(mark, known, file, node) for mark in each.sentences))
                for each in entry.denials
            )
            found.append(Matter(entry.matter, entry.part, entry.questions, claims, denials, also))
    return found
