"""Claims annotated by hand, read from YAML; the format is described in `claims/README.md`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from eval.entries import read_entries
from eval.marks import Mark, Marked, Place, Words, find_marked
from index.article import Article
from rag.stances import Stance

BUILT_IN = Path(__file__).parent / "claims"
"""The folder of the annotations of the articles that come with Dateline."""

FORM = "eval/claims/README.md"
"""Where the format of all annotations is described."""


class _Entry(Mark):
    """One claim as it stands in the file; see `claims/README.md`."""

    by: Words | tuple[Place, ...] | None = None
    stance: Stance
    said_on: date | None = None


@dataclass(frozen=True)
class Claimed(Marked):
    """What somebody says in a sentence, by hand.

    Attributes:
        by: Who, each way in which they may be named; empty for the outlet itself.
        said_on: When, where article and wording tell it.
    """

    by: tuple[str, ...]
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
        _claimed(entry, find_marked(entry, known, file, node))
        for file in sorted(folder.glob("*.yaml"))
        for entry, node in read_entries(file, _Entry, thing="claim", form=FORM)
    ]


def _claimed(entry: _Entry, marked: Marked) -> Claimed:
    given = (entry.by,) if isinstance(entry.by, str) else entry.by or ()
    by = tuple(" ".join(marked.words(each).split()) for each in given)
    return Claimed(marked.article, marked.sentence, by, entry.stance, entry.said_on)
