"""Brings the index up to date with the folder of articles.

Files -> catalogue (batch by batch, each a transaction, so that nothing is embedded twice) -> a new generation beside
the current one -> checked in a process of its own -> published by replacing the file `CURRENT`. A kill at any moment
leaves the current generation serving, and the next `sync` goes on from there.
"""

from __future__ import annotations

import hashlib
import sqlite3
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from index.archive import CATALOGUE, check_embedding
from index.article import Article
from index.catalogue import Catalogue, Passage
from index.corpus import CorpusFiles, corpus_files, nothing_readable
from index.embedding import PassageEmbedding
from index.errors import CorpusError, IndexMismatch, SettingsError
from index.locking import only_writer
from index.origins import group_copies
from index.passages import cut_passages, embedded_text
from index.publishing import publish
from index.reading import NotText, decode, parse_article
from index.sentences import split_sentences

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done, and how much there is."""

_BATCH_PASSAGES = 128


@dataclass(frozen=True)
class Problem:
    """A file that could not be read, by its path within the corpus folder, and why."""

    path: str
    reason: str


@dataclass(frozen=True)
class SyncReport:
    """What a `sync` did.

    Attributes:
        added: How many articles are new; `changed` and `removed` likewise, `unchanged` were left as they are.
        embedded: How many passages were embedded.
        articles: How many articles the index now holds, in how many `passages`.
        problems: Files that should be articles and could not be read.
        skipped: Files that were left alone: another kind, or links that lead out of the folder.
        seconds: How long it took.
    """

    added: int
    changed: int
    removed: int
    unchanged: int
    embedded: int
    articles: int
    passages: int
    problems: tuple[Problem, ...]
    skipped: tuple[str, ...]
    seconds: float


@dataclass(frozen=True)
class _Pending:
    """A file whose content the catalogue does not hold yet."""

    article_id: str
    file: Path


def sync(
    corpus: Path,
    folder: Path,
    embedding: PassageEmbedding,
    passage_tokens: int,
    *,
    rebuild: bool = False,
    progress: Progress | None = None,
) -> SyncReport:
    """Brings the index in a folder up to date with a corpus folder.

    Args:
        corpus: The folder of articles.
        folder: The index folder, made where there is none.
        embedding: Embeds what is new or changed; not even loaded where nothing is.
        passage_tokens: Longest passage, in tokens of that model.
        rebuild: Throw the index away first, so that another model or another cut can take its place.
        progress: Told how far the work is.

    Raises:
        CorpusError: The folder is missing, empty, or holds nothing that can be read.
        IndexLocked: Another process is writing this index.
        IndexMismatch: The index was made with another model or another cut, and `rebuild` is not asked for.
        ModelUnavailable: A model is needed that is not there.
        SettingsError: The index folder cannot be written.
    """
    began = time.monotonic()
    tell = progress or (lambda *_: None)
    files = corpus_files(corpus)
    with only_writer(folder):
        catalogue = _emptied(folder) if rebuild else Catalogue(folder / CATALOGUE)
        try:
            _check_settings(catalogue, folder, embedding, passage_tokens)
            known = catalogue.hashes()
            problems: list[Problem] = []
            pending = list(_pending(files, known, problems, tell))
            read = _read(pending, problems)
            written, embedded = write_articles(catalogue, read, len(pending), embedding, passage_tokens, tell)
            retired = (known.keys() - files.articles.keys()) | ({problem.path for problem in problems} & known.keys())
            if not (known.keys() | written) - retired:
                named = [f"{problem.path}: {problem.reason}" for problem in problems]
                raise CorpusError(nothing_readable(corpus, [*named, *files.skipped]))
            with catalogue.transaction():
                for article_id in sorted(retired):
                    catalogue.delete(article_id)
            group_copies(catalogue, tell)
            _publish(folder, catalogue, tell)
            articles, passages = catalogue.counts()
        finally:
            catalogue.close()
    return SyncReport(
        added=len(written - known.keys()),
        changed=len(written & known.keys()),
        removed=len(retired),
        unchanged=articles - len(written),
        embedded=embedded,
        articles=articles,
        passages=passages,
        problems=tuple(problems),
        skipped=files.skipped,
        seconds=time.monotonic() - began,
    )


def write_articles(
    catalogue: Catalogue,
    articles: Iterator[tuple[Article, str]],
    total: int,
    embedding: PassageEmbedding,
    passage_tokens: int,
    tell: Progress,
) -> tuple[set[str], int]:
    """Cuts and embeds articles, and writes them batch by batch, each batch a transaction.

    Args:
        catalogue: Where to.
        articles: With the sha256 of what each was read from; not yet cut into sentences.
        total: How many there are about, for the progress.
        embedding: Embeds their passages.
        passage_tokens: Longest passage, in tokens of that model.
        tell: Told how far the work is.

    Returns:
        The ids of the articles written, and how many passages were embedded.
    """
    written: set[str] = set()
    embedded = 0
    batch: list[tuple[Article, str]] = []
    for article, digest in articles:
        batch.append((article, digest))
        # About four characters a token: enough to fill the model's batches, little enough to lose on a kill.
        if sum(len(waiting.text) for waiting, _ in batch) >= 4 * passage_tokens * _BATCH_PASSAGES:
            embedded += _write_batch(catalogue, batch, embedding, passage_tokens)
            written.update(waiting.id for waiting, _ in batch)
            tell("Embedding", len(written), total)
            batch = []
    if batch:
        embedded += _write_batch(catalogue, batch, embedding, passage_tokens)
        written.update(waiting.id for waiting, _ in batch)
        tell("Embedding", len(written), total)
    return written, embedded


def _write_batch(
    catalogue: Catalogue, batch: list[tuple[Article, str]], embedding: PassageEmbedding, passage_tokens: int
) -> int:
    whole = [(replace(article, sentences=split_sentences(article.text)), digest) for article, digest in batch]
    cut = [(article, digest, cut_passages(article, embedding, passage_tokens)) for article, digest in whole]
    texts = [embedded_text(node) for _, _, nodes in cut for node in nodes]
    vectors = iter(embedding.get_text_embedding_batch(texts))
    with catalogue.transaction():
        for article, digest, nodes in cut:
            passages = [Passage.of_node(node, article.id, np.asarray(next(vectors), np.float32)) for node in nodes]
            catalogue.put(article, digest, passages)
    return len(texts)


def _pending(files: CorpusFiles, known: dict[str, str], problems: list[Problem], tell: Progress) -> Iterator[_Pending]:
    for done, (article_id, file) in enumerate(files.articles.items(), 1):
        try:
            if known.get(article_id) != _digest(file.read_bytes()):
                yield _Pending(article_id, file)
        except OSError as error:
            problems.append(Problem(article_id, f"it cannot be opened ({error.strerror})"))
        tell("Reading", done, len(files.articles))


def _read(pending: list[_Pending], problems: list[Problem]) -> Iterator[tuple[Article, str]]:
    for item in pending:
        try:
            data = item.file.read_bytes()
            yield parse_article(decode(data), item.article_id), _digest(data)
        except NotText as reason:
            problems.append(Problem(item.article_id, str(reason)))
        except OSError as error:
            problems.append(Problem(item.article_id, f"it cannot be opened ({error.strerror})"))


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _check_settings(catalogue: Catalogue, folder: Path, embedding: PassageEmbedding, passage_tokens: int) -> None:
    check_embedding(catalogue, embedding.model_name, folder)
    cut = catalogue.meta("passage_tokens")
    if cut is not None and cut != str(passage_tokens):
        raise IndexMismatch(
            f"The index in {folder} has passages of {cut} tokens, not {passage_tokens}. "
            "Set passage_tokens to that, or make the index anew: dateline index --rebuild."
        )
    with catalogue.transaction():
        catalogue.set_meta("embedding", embedding.model_name)
        catalogue.set_meta("passage_tokens", str(passage_tokens))


def _publish(folder: Path, catalogue: Catalogue, tell: Progress) -> None:
    try:
        publish(folder, catalogue, tell)
    except OSError as error:
        raise SettingsError(
            f"The search index in {folder} cannot be written ({error.strerror}). Name another: --index DIR."
        ) from None


def _emptied(folder: Path) -> Catalogue:
    """The catalogue with nothing in it; the file stays, where it can, for those who have it open."""
    try:
        catalogue = Catalogue(folder / CATALOGUE)
        with catalogue.transaction():
            catalogue.clear()
    except (IndexMismatch, sqlite3.DatabaseError):
        for file in folder.glob(f"{CATALOGUE}*"):
            file.unlink()
        return Catalogue(folder / CATALOGUE)
    return catalogue
