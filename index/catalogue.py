"""The catalogue (SQLite): articles, sentences, passages and their vectors. Chroma and Tantivy are made from it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from index.article import Article, Sentence
from index.errors import IndexMismatch

if TYPE_CHECKING:
    from llama_index.core.schema import TextNode

SCHEMA_VERSION = 1

_SCHEMA = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE articles (
    id TEXT PRIMARY KEY, path TEXT NOT NULL, sha256 TEXT NOT NULL, text TEXT NOT NULL,
    title TEXT NOT NULL, title_from TEXT NOT NULL, outlet TEXT, outlet_from TEXT,
    published TEXT, published_from TEXT, not_before TEXT, not_before_from TEXT, sentences TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE passages (
    id TEXT PRIMARY KEY, article_id TEXT NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL, head TEXT NOT NULL, vector BLOB NOT NULL
);
CREATE INDEX passages_by_article ON passages (article_id, start);
"""
_ORIGINS = """
CREATE TABLE IF NOT EXISTS shingled (
    article_id TEXT PRIMARY KEY REFERENCES articles (id) ON DELETE CASCADE,
    digest TEXT NOT NULL, signature BLOB NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS alike (one TEXT NOT NULL, other TEXT NOT NULL, PRIMARY KEY (one, other)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS copies (
    article_id TEXT PRIMARY KEY REFERENCES articles (id) ON DELETE CASCADE, first TEXT NOT NULL
) WITHOUT ROWID;
"""
_COLUMNS = (
    "id, path, text, title, title_from, outlet, outlet_from, published, published_from, not_before, not_before_from,"
    " sentences"
)
_ARTICLES = f"SELECT {_COLUMNS}, c.first FROM articles LEFT JOIN copies c ON c.article_id = id "
_PASSAGES = (
    'SELECT p.id, p.article_id, p.start, p."end", a.text, p.head, p.vector'
    " FROM passages p JOIN articles a ON a.id = p.article_id "
)

Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Shingled:
    """What is kept of the words of an article for finding its copies; see `index.origins`.

    Attributes:
        digest: Equal for texts that have the same shingles.
        signature: Its MinHash, little-endian uint32.
    """

    article_id: str
    digest: str
    signature: bytes


@dataclass(frozen=True)
class Passage:
    """A passage as the catalogue keeps it.

    Attributes:
        id: Stable across rebuilds.
        start: Where it begins in `Article.text`, counted from 0; `end` is one past its last character.
        text: `Article.text[start:end]`.
        head: Title, outlet and date as they are embedded above the text; may be empty.
        vector: Shape (dimensions,), float32, length 1.
    """

    id: str
    article_id: str
    start: int
    end: int
    text: str
    head: str
    vector: Vectors

    @classmethod
    def of_node(cls, node: TextNode, article_id: str, vector: Vectors) -> Passage:
        """A passage as `index.passages.cut_passages` makes it, with its vector."""
        assert node.start_char_idx is not None and node.end_char_idx is not None
        head = str(node.metadata["head"])
        return cls(node.node_id, article_id, node.start_char_idx, node.end_char_idx, node.text, head, vector)


class Catalogue:
    """One SQLite file, or a database in memory. May be used from several threads."""

    def __init__(self, file: Path | None) -> None:
        """Opens the catalogue, made anew where there is none.

        Args:
            file: None keeps everything in memory.

        Raises:
            IndexMismatch: The file is of another schema, or not a catalogue.
        """
        self._lock = RLock()
        self._file = file
        try:
            self._db = sqlite3.connect(file or ":memory:", check_same_thread=False, isolation_level=None, timeout=30)
        except sqlite3.OperationalError as error:
            raise IndexMismatch(
                f"The catalogue {file} cannot be opened ({error}). Take away what is in its place."
            ) from None
        try:
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA foreign_keys = ON")
            version = self._db.execute("PRAGMA user_version").fetchone()[0]
            if version == 0 and not self._db.execute("SELECT 1 FROM sqlite_master").fetchone():
                with self.transaction():
                    self._make(_SCHEMA)
                    self._db.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
                version = SCHEMA_VERSION
            if (
                version == SCHEMA_VERSION
                and not self._db.execute("SELECT 1 FROM sqlite_master WHERE name = 'copies'").fetchone()
            ):
                with self.transaction():
                    self._make(_ORIGINS)  # An index that was made before there were any has none.
        except sqlite3.DatabaseError as error:
            self._db.close()
            raise IndexMismatch(
                f"The catalogue {file} cannot be read ({error}). Make the index anew: dateline index --rebuild."
            ) from None
        if version != SCHEMA_VERSION:
            self._db.close()
            raise IndexMismatch(
                f"The index {file} has schema {version}, this Dateline reads {SCHEMA_VERSION}. "
                "Make it anew: dateline index --rebuild."
            )

    def close(self) -> None:
        """Closes the file."""
        with self._lock:
            self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """What is written inside is kept as a whole or not at all."""
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    def meta(self, name: str) -> str | None:
        """A value that was kept under a name, such as the embedding model that made the vectors."""
        row = self._one("SELECT value FROM meta WHERE name = ?", (name,))
        return None if row is None else str(row[0])

    def set_meta(self, name: str, value: str) -> None:
        """Keeps a value under a name."""
        self._run("INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, value))

    def hashes(self) -> dict[str, str]:
        """The sha256 of the file of each article, by article id."""
        return dict(self._all("SELECT id, sha256 FROM articles ORDER BY id"))

    def put(self, article: Article, sha256: str, passages: Sequence[Passage]) -> None:
        """Writes an article with its passages in place of what was there."""
        self.delete(article.id)
        sentences = [[s.start, s.end, int(s.heading)] for s in article.sentences]
        self._run(
            f"INSERT INTO articles (sha256, {_COLUMNS}) VALUES ({', '.join('?' * 13)})",
            (
                sha256, article.id, article.path, article.text, article.title, article.title_from,
                article.outlet, article.outlet_from, _iso(article.published), article.published_from,
                _iso(article.not_before), article.not_before_from, json.dumps(sentences),
            ),
        )  # fmt: skip
        for passage in passages:
            self._run(
                "INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?)",
                (passage.id, article.id, passage.start, passage.end, passage.head, passage.vector.tobytes()),
            )

    def delete(self, article_id: str) -> None:
        """Forgets an article and its passages."""
        self._run("DELETE FROM articles WHERE id = ?", (article_id,))

    def article(self, article_id: str) -> Article | None:
        """One article with its sentences, or None."""
        row = self._one(_ARTICLES + "WHERE id = ?", (article_id,))
        return None if row is None else _article(row)

    def articles(self) -> Iterator[Article]:
        """Every article, by id."""
        for row in self._all(_ARTICLES + "ORDER BY id"):
            yield _article(row)

    def passages(self) -> Iterator[Passage]:
        """Every passage, by article and place."""
        for (article_id,) in self._all("SELECT id FROM articles ORDER BY id"):
            yield from self.passages_in(article_id)

    def passages_in(self, article_id: str) -> Iterator[Passage]:
        """The passages of one article, by place."""
        for row in self._all(_PASSAGES + "WHERE p.article_id = ? ORDER BY p.start", (article_id,)):
            yield _passage(row)

    def passages_of(self, ids: Iterable[str]) -> Iterator[Passage]:
        """Those of the passages that exist, in the order of the ids."""
        for passage_id in ids:
            row = self._one(_PASSAGES + "WHERE p.id = ?", (passage_id,))
            if row is not None:
                yield _passage(row)

    def passage_ids(self) -> set[str]:
        """The ids of all passages."""
        return {row[0] for row in self._all("SELECT id FROM passages")}

    def counts(self) -> tuple[int, int]:
        """How many articles and how many passages there are."""
        row = self._one("SELECT (SELECT count(*) FROM articles), (SELECT count(*) FROM passages)")
        assert row is not None
        return int(row[0]), int(row[1])

    def dates(self) -> list[tuple[str, str | None, date | None, date | None]]:
        """Of every article the id, outlet, day of publication and the day before which it was not published."""
        rows = self._all("SELECT id, outlet, published, not_before FROM articles ORDER BY id")
        return [(row[0], row[1], _day(row[2]), _day(row[3])) for row in rows]

    def without_shingles(self) -> list[str]:
        """The ids of the articles whose text was not yet compared, in order."""
        query = "SELECT id FROM articles WHERE id NOT IN (SELECT article_id FROM shingled) ORDER BY id"
        return [row[0] for row in self._all(query)]

    def shingled(self) -> list[Shingled]:
        """What is kept of every article whose text was compared, by id."""
        rows = self._all("SELECT article_id, digest, signature FROM shingled ORDER BY article_id")
        return [Shingled(*row) for row in rows]

    def put_shingles(self, shingled: Shingled, copies: Iterable[str]) -> None:
        """Keeps what is needed for comparing an article, and the digests of the texts that are copies of its."""
        self._run("INSERT INTO shingled VALUES (?, ?, ?)", (shingled.article_id, shingled.digest, shingled.signature))
        for other in copies:
            self._run("INSERT OR IGNORE INTO alike VALUES (?, ?)", tuple(sorted((shingled.digest, other))))

    def forget_shingles(self) -> None:
        """Forgets what was compared, so that all is compared anew."""
        self._run("DELETE FROM shingled")
        self._run("DELETE FROM alike")

    def alike(self) -> list[tuple[str, str]]:
        """The digests of texts that are copies of one another; each pair once, also of texts that are gone."""
        return [(row[0], row[1]) for row in self._all("SELECT one, other FROM alike ORDER BY one, other")]

    def copies(self) -> dict[str, str]:
        """`Article.copy_of`, by article id, of those that have it."""
        return dict(self._all("SELECT article_id, first FROM copies"))

    def set_copies(self, copies: Mapping[str, str]) -> None:
        """Keeps `Article.copy_of` in place of what was there, and forgets texts that no article has any more."""
        self._run("DELETE FROM copies")
        for article_id, first in copies.items():
            self._run("INSERT INTO copies VALUES (?, ?)", (article_id, first))
        gone = "NOT IN (SELECT digest FROM shingled)"
        self._run(f"DELETE FROM alike WHERE one {gone} OR other {gone}")

    def clear(self) -> None:
        """Forgets everything."""
        self._run("DELETE FROM articles")
        self._run("DELETE FROM alike")
        self._run("DELETE FROM meta")

    def _make(self, tables: str) -> None:
        for statement in tables.split(";\n"):
            self._db.execute(statement)

    def _run(self, query: str, values: Sequence[object] = ()) -> None:
        with self._asking():
            self._db.execute(query, values)

    def _one(self, query: str, values: Sequence[object] = ()) -> tuple[Any, ...] | None:
        with self._asking():
            row: tuple[Any, ...] | None = self._db.execute(query, values).fetchone()
            return row

    def _all(self, query: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        with self._asking():
            return self._db.execute(query, values).fetchall()

    @contextmanager
    def _asking(self) -> Iterator[None]:
        with self._lock:
            try:
                yield
            except sqlite3.DatabaseError as error:
                raise IndexMismatch(
                    f"The catalogue {self._file} is damaged ({error}). Make the index anew: dateline index --rebuild."
                ) from None


def _passage(row: tuple[Any, ...]) -> Passage:
    passage_id, article_id, start, end, text, head, vector = row
    return Passage(passage_id, article_id, start, end, text[start:end], head, np.frombuffer(vector, dtype=np.float32))


def _article(row: tuple[Any, ...]) -> Article:
    article_id, path, text, title, title_from, outlet, outlet_from, *dated, sentences, copy_of = row
    published, published_from, not_before, not_before_from = dated
    return Article(
        id=article_id,
        path=path,
        text=text,
        title=title,
        title_from=title_from,
        outlet=outlet,
        outlet_from=outlet_from,
        published=_day(published),
        published_from=published_from,
        not_before=_day(not_before),
        not_before_from=not_before_from,
        sentences=tuple(Sentence(start, end, bool(heading)) for start, end, heading in json.loads(sentences)),
        copy_of=copy_of,
    )


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _day(iso: str | None) -> date | None:
    return None if iso is None else date.fromisoformat(iso)
