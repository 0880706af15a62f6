"""A generation: a Chroma collection and a Tantivy index over the same passages, made from the catalogue.

It is built in a folder of its own, checked, and never written again; in memory for archives that are not kept.

    python -m index.generation FOLDER

opens one and exits 0 if it is whole: `sync` runs that in a process of its own, since a broken one can take down the
process that opens it.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
import sys
from collections.abc import Collection, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from uuid import uuid4

import numpy as np
import tantivy
from tantivy import Occur, Query

from index.analysis import ANALYZER, analyzer
from index.catalogue import Passage, Vectors
from index.checksum import sha256
from index.lexical import holding, sharing
from index.scope import Scope, day_number
from index.vocabulary import Vocabulary

if TYPE_CHECKING:
    from chromadb.api.client import Client

_COLLECTION = "passages"
_MANIFEST = "manifest.json"
_VOCABULARY = "vocabulary.json"
_BATCH = 5_000  # Chroma takes 5,461 rows at a time.
_SAMPLE = 8
_SAME_VECTOR = 1e-3


class Damaged(Exception):
    """A generation cannot be used; the message says what is wrong with it. It can be built again."""


@dataclass(frozen=True)
class Entry:
    """A passage with what a search filters by."""

    passage: Passage
    earliest: date | None
    outlet: str | None


@dataclass(frozen=True)
class Held:
    """What a whole generation holds.

    Attributes:
        folder: Where it is.
        passage_ids: What it can find.
        derived: How many passages were added or removed since it was built from the start.
    """

    folder: Path
    passage_ids: frozenset[str]
    derived: int


def held(folder: Path) -> Held:
    """Reads what a generation holds, its files compared with their checksums.

    Raises:
        Damaged: A file is missing or not as it was written.
    """
    try:
        manifest = json.loads((folder / _MANIFEST).read_text(encoding="utf-8"))
        for name, expected in manifest["files"].items():
            if sha256(folder / name) != expected:
                raise Damaged(f"{folder.name}/{name} is not as it was written")
        file = (folder / "chroma" / "chroma.sqlite3").resolve()
        with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as database:
            verdict = database.execute("PRAGMA quick_check").fetchone()[0]
        if verdict != "ok":
            raise Damaged(f"{folder.name}/chroma/chroma.sqlite3: {verdict}")
        return Held(folder, frozenset(manifest["passages"]), int(manifest["derived"]))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, sqlite3.DatabaseError) as error:
        raise Damaged(f"{folder.name} is not whole: {error}") from error


class Generation:
    """An opened generation. Searches may run in several threads."""

    def __init__(self, client: Client, collection: str, lexical: tantivy.Index) -> None:
        """Takes opened parts; see `open` and `in_memory`."""
        self._client = client
        self._collection = client.get_collection(collection, embedding_function=None)
        self._lexical = lexical
        self._lexical.register_tokenizer(ANALYZER, analyzer())
        self._searcher = lexical.searcher()
        self.passages = self._collection.count()
        self._folder: Path | None = None

    @classmethod
    def open(cls, folder: Path) -> Generation:
        """Opens a generation that was built in a folder.

        Raises:
            Damaged: A file is missing or not as it was written, or the two indexes do not hold what they should.
        """
        expected = len(held(folder).passage_ids)
        try:
            generation = cls(_client(folder / "chroma"), _COLLECTION, tantivy.Index.open(str(folder / "tantivy")))
        except Exception as error:  # Whatever the two libraries raise on broken files, it means the same here.
            raise Damaged(f"{folder.name} cannot be opened: {error}") from error
        found = (generation.passages, generation._searcher.num_docs)
        if found != (expected, expected):
            generation.close()
            raise Damaged(f"{folder.name} holds {found[0]} and {found[1]} passages instead of {expected}")
        generation._folder = folder
        return generation

    @classmethod
    def in_memory(cls, entries: Sequence[Entry]) -> Generation:
        """Builds a generation that is gone when it is closed."""
        import chromadb

        client = cast("Client", chromadb.EphemeralClient(settings=_settings()))
        name = f"{_COLLECTION}-{uuid4().hex}"
        _create_collection(client, name, len(entries))
        _add_dense(client, name, entries)
        lexical = tantivy.Index(_schema())
        _write_lexical(lexical, entries)
        return cls(client, name, lexical)

    def close(self) -> None:
        """Lets go of the files; of a generation in memory, of everything."""
        if self._collection.name != _COLLECTION:
            self._client.delete_collection(self._collection.name)
        self._client.close()

    def dense(self, vector: Vectors, k: int, scope: Scope) -> list[str]:
        """The passages nearest to a vector.

        Args:
            vector: Shape (dimensions,), of length 1.
            k: Most passages.
            scope: Which articles may be used.

        Returns:
            Ids, nearest first.
        """
        if self.passages == 0:
            return []
        found = self._collection.query(
            query_embeddings=vector, n_results=min(k, self.passages), where=_where(scope), include=[]
        )
        return list(found["ids"][0])

    def lexical(self, words: str, k: int, scope: Scope, also: Sequence[str] = ()) -> list[str]:
        """The passages that share the rarest words with the given ones (BM25).

        Args:
            words: A text.
            k: Most passages.
            scope: Which articles may be used.
            also: Terms that count for less than those of the words.

        Returns:
            Ids, best first; passages that share no word are left out.
        """
        query = sharing(self._lexical.schema, words, scope, also)
        if query is None:
            return []
        hits = self._searcher.search(query, k, count=False).hits
        ranked = [(-score, str(self._searcher.doc(address)["id"][0])) for score, address in hits]
        return [passage_id for _, passage_id in sorted(ranked)]

    def holding(self, groups: Sequence[Collection[str]], scope: Scope) -> list[str]:
        """Every passage whose text holds at least one term of each group; ids, in order.

        Args:
            groups: Of terms; see `index.analysis.terms`.
            scope: Which articles may be used.
        """
        if self.passages == 0 or not groups or not all(groups):
            return []
        query = holding(self._lexical.schema, groups, scope)
        hits = self._searcher.search(query, self.passages, count=False).hits
        return sorted(str(self._searcher.doc(address)["id"][0]) for _, address in hits)

    def document_frequency(self, term: str) -> int:
        """How many passages hold a term (see `index.analysis.terms`), or have it in their title if those are more."""
        return max(self._searcher.doc_freq(field, term) for field in ("text", "head"))

    def vocabulary(self) -> Vocabulary | None:
        """The words and names of the articles; None where they were not kept, as in memory."""
        file = self._folder and self._folder / _VOCABULARY
        return Vocabulary.from_json(file.read_text(encoding="utf-8")) if file and file.is_file() else None

    def mentions(self, term: str, *, fuzzy: bool) -> bool:
        """Whether a term stands in any passage or title.

        Args:
            term: See `index.analysis.terms`.
            fuzzy: Whether one that differs in a single letter will do.
        """
        schema = self._lexical.schema
        query = Query.fuzzy_term_query if fuzzy else Query.term_query
        either = Query.boolean_query([(Occur.Should, query(schema, field, term)) for field in ("text", "head")])
        return bool(self._searcher.search(either, 1).hits)


def build(folder: Path, entries: Sequence[Entry], vocabulary: Vocabulary) -> None:
    """Builds a generation from the start.

    Args:
        folder: Where to; what stands there is replaced.
        entries: Every passage of the archive.
        vocabulary: Its words and names.
    """
    _make_empty(folder)
    with closing(_client(folder / "chroma")) as client:
        _create_collection(client, _COLLECTION, len(entries))
        _add_dense(client, _COLLECTION, entries)
    _finish(folder, entries, vocabulary, derived=0)


def derive(folder: Path, before: Held, entries: Sequence[Entry], vocabulary: Vocabulary) -> None:
    """Builds a generation from a copy of another's graph, to which only the changes are made.

    The lexical index is built from the start: it takes little time, and its word counts would remember what is gone.

    Args:
        folder: Where to; what stands there is replaced.
        before: A generation that is whole; it is only read.
        entries: Every passage of the archive.
        vocabulary: Its words and names.
    """
    _make_empty(folder)
    shutil.copytree(before.folder / "chroma", folder / "chroma")
    added = [entry for entry in entries if entry.passage.id not in before.passage_ids]
    removed = sorted(before.passage_ids - {entry.passage.id for entry in entries})
    with closing(_client(folder / "chroma")) as client:
        collection = client.get_collection(_COLLECTION, embedding_function=None)
        # Chroma replays what is not yet in its graph at every opening; this makes it keep every change at once.
        changes = max(1, len(added) + len(removed))
        collection.modify(configuration={"hnsw": {"sync_threshold": changes, "batch_size": changes}})
        for start in range(0, len(removed), _BATCH):
            collection.delete(ids=removed[start : start + _BATCH])
        _add_dense(client, _COLLECTION, added)
    _finish(folder, entries, vocabulary, before.derived + len(added) + len(removed))


def check(folder: Path) -> None:
    """Opens a generation and looks for some of its passages by their own vectors.

    Raises:
        Damaged: It is not whole, does not find them, or is not finished: opening it changes it.
    """
    with closing(Generation.open(folder)) as generation:
        sample = generation._collection.get(limit=_SAMPLE, include=["embeddings"])
        vectors = np.asarray(sample["embeddings"], dtype=np.float32)
        for passage_id, vector in zip(sample["ids"], vectors, strict=True):
            nearest = generation._collection.query(query_embeddings=vector, n_results=1, include=["distances"])
            distances = nearest["distances"]
            if not distances or not distances[0] or distances[0][0] > _SAME_VECTOR:
                raise Damaged(f"{folder.name} does not find passage {passage_id} by its own vector")
    held(folder)


def _settings() -> Any:
    from chromadb.config import Settings

    return Settings(anonymized_telemetry=False)


def _client(folder: Path) -> Client:
    import chromadb

    # What is declared lacks `close`, what is returned has it.
    return cast("Client", chromadb.PersistentClient(str(folder), settings=_settings()))


def _create_collection(client: Client, name: str, size: int) -> None:
    # Everything is in the graph, nothing in the log, once `size` rows are in.
    threshold = max(1, size)
    client.create_collection(
        name,
        embedding_function=None,
        configuration={
            "hnsw": {
                "space": "cosine",
                "ef_search": 200,
                "sync_threshold": threshold,
                "batch_size": min(threshold, 1_000),
            }
        },
    )


def _add_dense(client: Client, name: str, entries: Sequence[Entry]) -> None:
    collection = client.get_collection(name, embedding_function=None)
    for start in range(0, len(entries), _BATCH):
        part = entries[start : start + _BATCH]
        collection.add(
            ids=[entry.passage.id for entry in part],
            embeddings=np.stack([entry.passage.vector for entry in part]),
            metadatas=[{"date": day_number(entry.earliest), "outlet": entry.outlet or ""} for entry in part],
        )


def _where(scope: Scope) -> Any:
    wanted: list[dict[str, Any]] = []
    if scope.as_of is not None:
        wanted.append({"date": {"$lte": day_number(scope.as_of)}})
    if scope.since is not None:
        wanted.append({"date": {"$gte": day_number(scope.since)}})
    if scope.outlet is not None:
        wanted.append({"outlet": scope.outlet})
    return {"$and": wanted} if len(wanted) > 1 else wanted[0] if wanted else None


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw")
    builder.add_text_field("text", tokenizer_name=ANALYZER)
    builder.add_text_field("head", tokenizer_name=ANALYZER)
    builder.add_text_field("outlet", tokenizer_name="raw")
    builder.add_unsigned_field("date", indexed=True, fast=True)
    return builder.build()


def _write_lexical(index: tantivy.Index, entries: Sequence[Entry]) -> None:
    index.register_tokenizer(ANALYZER, analyzer())
    writer = index.writer(heap_size=64_000_000, num_threads=1)
    for entry in entries:
        document = tantivy.Document()
        document.add_text("id", entry.passage.id)
        document.add_text("text", entry.passage.text)
        document.add_text("head", entry.passage.head)
        document.add_text("outlet", entry.outlet or "")
        document.add_unsigned("date", day_number(entry.earliest))
        writer.add_document(document)
    writer.commit()
    writer.wait_merging_threads()
    index.reload()


def _make_empty(folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)


def _settled_files(folder: Path) -> list[Path]:
    """The files that nothing writes once they are built; Chroma touches its SQLite file on opening."""
    graph = (file for file in (folder / "chroma").rglob("*") if file.suffix in (".bin", ".pickle"))
    lexical = (file for file in (folder / "tantivy").rglob("*") if file.suffix != ".lock")
    return sorted(file for file in (*graph, *lexical, folder / _VOCABULARY) if file.is_file())


def _finish(folder: Path, entries: Sequence[Entry], vocabulary: Vocabulary, derived: int) -> None:
    """Adds the lexical index, the vocabulary, and the manifest by which damage is noticed."""
    (folder / _VOCABULARY).write_text(vocabulary.to_json(), encoding="utf-8")
    (folder / "tantivy").mkdir()
    _write_lexical(tantivy.Index(_schema(), str(folder / "tantivy")), entries)
    files = {file.relative_to(folder).as_posix(): sha256(file) for file in _settled_files(folder)}
    passages = sorted(entry.passage.id for entry in entries)
    manifest = {"files": files, "derived": derived, "passages": passages}
    (folder / _MANIFEST).write_text(json.dumps(manifest, indent=1), encoding="utf-8")


if __name__ == "__main__":
    try:
        check(Path(sys.argv[1]))
    except Damaged as damage:
        sys.exit(str(damage))
