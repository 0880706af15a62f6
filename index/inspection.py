"""Looks at an index without changing it."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from index.archive import CATALOGUE, GENERATIONS, current_name
from index.catalogue import Catalogue
from index.checksum import sha256
from index.corpus import corpus_files
from index.generation import Damaged, held
from index.reading import NotText, read_article


@dataclass(frozen=True)
class IndexState:
    """What an index holds, and how it stands to the corpus folder.

    Attributes:
        embedding: The model that made its vectors.
        passage_tokens: Its longest passage, in tokens of that model.
        damage: What is wrong with the generation that is searched; None where it is whole.
        new: Articles' files that it does not know yet; `changed` and `gone` likewise.
        unreadable: Paths of files that should be articles and cannot be read, which no `sync` takes in.
    """

    embedding: str | None
    passage_tokens: str | None
    articles: int
    passages: int
    damage: str | None
    new: int
    changed: int
    gone: int
    unreadable: tuple[str, ...]

    @property
    def is_current(self) -> bool:
        """Whether it is whole and holds the corpus as it is."""
        return self.damage is None and not (self.new or self.changed or self.gone)


def inspect(corpus: Path, folder: Path) -> IndexState | None:
    """Compares an index with a corpus folder.

    Returns:
        None where there is no index.

    Raises:
        CorpusError: The corpus folder cannot be used.
        IndexMismatch: The catalogue cannot be read.
    """
    files = corpus_files(corpus).articles
    if not (folder / CATALOGUE).is_file():
        return None
    with closing(Catalogue(folder / CATALOGUE)) as catalogue:
        known = catalogue.hashes()
        now: dict[str, str] = {}
        unreadable: list[str] = []
        for article_id, file in files.items():
            try:
                now[article_id] = sha256(file)
                if known.get(article_id) != now[article_id]:
                    read_article(file, article_id)
            except (OSError, NotText):
                unreadable.append(article_id)
                now.pop(article_id, None)
        articles, passages = catalogue.counts()
        return IndexState(
            embedding=catalogue.meta("embedding"),
            passage_tokens=catalogue.meta("passage_tokens"),
            articles=articles,
            passages=passages,
            damage=_damage(folder, catalogue),
            new=len(now.keys() - known.keys()),
            changed=sum(known.get(article_id, digest) != digest for article_id, digest in now.items()),
            gone=len(known.keys() - now.keys()),
            unreadable=tuple(unreadable),
        )


def _damage(folder: Path, catalogue: Catalogue) -> str | None:
    name = current_name(folder)
    if name is None:
        return "no search index has been built yet"
    try:
        found = held(folder / GENERATIONS / name)
    except Damaged as damage:
        return str(damage)
    return None if found.passage_ids == catalogue.passage_ids() else "the search index is behind the catalogue"
