"""The archive as it is read: searches in the current generation, joined with the catalogue."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path
from threading import RLock

from index.article import Article
from index.catalogue import Catalogue, Passage, Vectors
from index.errors import IndexMismatch
from index.generation import Damaged, Entry, Generation
from index.scope import Scope
from index.vocabulary import Vocabulary

CATALOGUE = "catalogue.sqlite3"
CURRENT = "CURRENT"
GENERATIONS = "generations"
GENERATION_NAME = re.compile(r"(\d{6})-[0-9a-f]{8}")
"""Counted, and different even where an index was deleted and the count began again."""


class Archive:
    """Articles and passages, and searches over them. May be used from several threads.

    Hits are joined with the catalogue, so that an article that was deleted is gone at once, even from a generation
    that still holds it.
    """

    def __init__(self, catalogue: Catalogue, generation: Generation, folder: Path | None = None) -> None:
        """Takes opened parts; see `open` and `in_memory`.

        Args:
            catalogue: Where articles and passages are.
            generation: The indexes over them.
            folder: The index folder, watched for a newer generation; None where there is none to watch.
        """
        self._lock = RLock()
        self._catalogue = catalogue
        self._generation = generation
        self._retired: Generation | None = None
        self._vocabulary: tuple[Generation, Vocabulary] | None = None
        self._folder = folder
        self._name = None if folder is None else current_name(folder)
        self._dates = catalogue.dates()
        self._article = lru_cache(maxsize=512)(self._read_article)

    @classmethod
    def open(cls, folder: Path, embedding_name: str) -> Archive:
        """Opens the index in a folder.

        Args:
            folder: The index folder.
            embedding_name: The model by which questions will be embedded.

        Raises:
            IndexMismatch: There is no index, it was made with another embedding model, or it is broken.
        """
        name = current_name(folder)
        if name is None or not (folder / CATALOGUE).is_file():
            raise IndexMismatch(f"There is no index in {folder}. Make one: dateline index.")
        catalogue = Catalogue(folder / CATALOGUE)
        try:
            check_embedding(catalogue, embedding_name, folder)
            return cls(catalogue, Generation.open(folder / GENERATIONS / name), folder)
        except Damaged as damage:
            catalogue.close()
            raise IndexMismatch(
                f"The index in {folder} is damaged: {damage}. Mend it, with nothing embedded again: dateline index."
            ) from None
        except IndexMismatch:
            catalogue.close()
            raise

    @classmethod
    def in_memory(cls, catalogue: Catalogue) -> Archive:
        """Indexes a catalogue in memory."""
        return cls(catalogue, Generation.in_memory(entries(catalogue)))

    def close(self) -> None:
        """Lets go of the files."""
        with self._lock:
            for generation in (self._generation, self._retired):
                if generation is not None:
                    generation.close()
            self._catalogue.close()

    def dense(self, vector: Vectors, k: int, scope: Scope) -> list[Passage]:
        """The passages nearest to a vector of length 1, shape (dimensions,); nearest first."""
        found = self._joined(self._current().dense(vector, k, scope), scope)
        return sorted(found, key=lambda passage: (-round(float(passage.vector @ vector), 6), passage.id))

    def lexical(self, words: str, k: int, scope: Scope, also: Sequence[str] = ()) -> list[Passage]:
        """The passages that share the rarest words with the given ones (BM25); best first. See `Generation.lexical`."""
        return self._joined(self._current().lexical(words, k, scope, also), scope)

    def holding(self, groups: Sequence[Collection[str]], scope: Scope) -> list[Passage]:
        """Every passage whose text holds at least one term of each group, by article; see `Generation.holding`."""
        return self._joined(self._current().holding(groups, scope), scope)

    def document_frequency(self, term: str) -> int:
        """How many passages hold a term; see `Generation.document_frequency`."""
        return self._current().document_frequency(term)

    def rarity(self, term: str) -> float:
        """Inverse document frequency as in BM25: ln(1 + (N - n + 0.5) / (n + 0.5)) for n of N passages with a term."""
        found = self.document_frequency(term)
        return math.log(1 + (self.passages - found + 0.5) / (found + 0.5))

    def mentions(self, term: str, *, fuzzy: bool) -> bool:
        """Whether a term stands in any passage or title; see `Generation.mentions`."""
        return self._current().mentions(term, fuzzy=fuzzy)

    @property
    def vocabulary(self) -> Vocabulary:
        """The words and names of the articles; read, or else made, when first asked for."""
        generation = self._current()
        with self._lock:
            if self._vocabulary is None or self._vocabulary[0] is not generation:
                kept = generation.vocabulary()
                self._vocabulary = generation, kept or Vocabulary.of(self._catalogue.articles())
            return self._vocabulary[1]

    def passages_in(self, article_id: str) -> list[Passage]:
        """The passages of one article, in order; none where there is no such article."""
        return list(self._catalogue.passages_in(article_id))

    def article(self, article_id: str) -> Article:
        """One article.

        Raises:
            KeyError: There is none of that id.
        """
        self._current()
        return self._article(article_id)

    def articles(self, scope: Scope | None = None) -> list[Article]:
        """The articles within a scope, by id."""
        return [self.article(article_id) for article_id in self.article_ids(scope)]

    def article_ids(self, scope: Scope | None = None) -> list[str]:
        """The ids of the articles within a scope, in order."""
        return [article_id for article_id, _ in self.dated(scope)]

    def dated(self, scope: Scope | None = None) -> list[tuple[str, date | None]]:
        """The ids of the articles within a scope, each with `Article.earliest`."""
        self._current()
        rows = ((article_id, outlet, _latest(days)) for article_id, outlet, *days in self._dates)
        return [(article_id, day) for article_id, outlet, day in rows if scope is None or scope.holds(day, outlet)]

    def outlets(self) -> list[str]:
        """The outlets in the archive, by name."""
        self._current()
        return sorted({outlet for _, outlet, _, _ in self._dates if outlet})

    @property
    def passages(self) -> int:
        """How many passages are searched."""
        return self._current().passages

    @property
    def indexed(self) -> datetime | None:
        """When what is searched was last changed; None for an archive in memory."""
        if self._folder is None:
            return None
        try:
            return datetime.fromtimestamp((self._folder / CURRENT).stat().st_mtime, UTC)
        except OSError:
            return None  # The index was taken away; what is open still serves.

    def _joined(self, passage_ids: Sequence[str], scope: Scope) -> list[Passage]:
        """The passages that the catalogue still holds, of articles within the scope as it knows them."""
        within = set(self.article_ids(scope))
        return [passage for passage in self._catalogue.passages_of(passage_ids) if passage.article_id in within]

    def _read_article(self, article_id: str) -> Article:
        article = self._catalogue.article(article_id)
        if article is None:
            raise KeyError(article_id)
        return article

    def _current(self) -> Generation:
        """The generation to search: a newer one, if `sync` has published one since the last search."""
        if self._folder is None:
            return self._generation
        with self._lock:
            name = current_name(self._folder)
            if name is not None and name != self._name:
                try:
                    newer = Generation.open(self._folder / GENERATIONS / name)
                except Damaged:
                    return self._generation  # What is open still serves; the next sync mends the other.
                # A search may still be using the one before it, but not the one before that.
                if self._retired is not None:
                    self._retired.close()
                self._retired, self._generation, self._name = self._generation, newer, name
                self._dates = self._catalogue.dates()
                self._article.cache_clear()
            return self._generation


def current_name(folder: Path) -> str | None:
    """The generation that `CURRENT` names, or None."""
    try:
        name = (folder / CURRENT).read_text(encoding="utf-8").strip()
    except (OSError, ValueError):
        return None
    return name if GENERATION_NAME.fullmatch(name) else None


def check_embedding(catalogue: Catalogue, embedding_name: str, folder: Path) -> None:
    """Compares the model that made the vectors with the one asked for.

    Raises:
        IndexMismatch: They differ.
    """
    made_with = catalogue.meta("embedding")
    if made_with is not None and made_with != embedding_name:
        raise IndexMismatch(
            f"The index in {folder} was made with the embedding model {made_with!r}, not {embedding_name!r}. "
            "Name that model, or make the index anew: dateline index --rebuild."
        )


def entries(catalogue: Catalogue) -> list[Entry]:
    """Every passage of a catalogue, with what a search filters by."""
    by_article = {article_id: (outlet, _latest(days)) for article_id, outlet, *days in catalogue.dates()}
    return [
        Entry(passage, by_article[passage.article_id][1], by_article[passage.article_id][0])
        for passage in catalogue.passages()
    ]


def _latest(days: Sequence[date | None]) -> date | None:
    return max((day for day in days if day is not None), default=None)
