"""The folder of articles, as visitors of the page may change it: they add and take away, and nothing is ever lost."""

from __future__ import annotations

import os
import unicodedata
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from uuid import uuid4

from index.corpus import CorpusFiles, corpus_files
from index.embedding import PassageEmbedding
from index.errors import RequestError
from index.reading import SUFFIXES, NotText, decode, parse_article
from index.settings import Settings
from index.syncing import Progress, SyncReport, sync

LARGEST = 1_000_000
"""Bytes of an article, at most; a long one has some 50,000."""

_MOST = 20_000
_LONGEST_NAME = 80
_LONGEST_SHOWN = 60
_KEPT = frozenset(" .-_()'’,&")


class Library:
    """Adds articles to the folder and takes them out of it. May be used from several threads.

    What a visitor names is never opened as a path: a new file gets a name made of letters, digits and blanks, and one
    that is taken away is looked up among the articles that the folder holds.
    """

    def __init__(self, settings: Settings, embedding: PassageEmbedding) -> None:
        """Takes where the articles and their index are, and what embeds them."""
        self._settings = settings
        self._embedding = embedding
        self._one_at_a_time = Lock()

    @property
    def trash(self) -> Path:
        """Where the files of articles go that were taken away: a folder beside the index."""
        index = self._settings.index_dir
        return index.with_name(f"{index.name}-trash")

    def add(self, name: str, data: bytes) -> str:
        """Adds an article; it is searched after the next `sync`.

        Args:
            name: What the visitor calls the file. One of the same name that is there already stays as it is.
            data: The file.

        Returns:
            The article's id, which is the name that the file got.

        Raises:
            RequestError: It is too large, of another kind, or holds no article; or the folder is full or cannot be
                written.
        """
        shown = _shown(name)
        stem = file_stem(name)
        if stem is None:
            raise RequestError(f"{shown} is not a text file. Add articles as plain text, in files that end in .txt.")
        if len(data) > LARGEST:
            raise RequestError(f"{shown} has {len(data):,} bytes. Add articles of at most {LARGEST:,}.")
        try:
            parse_article(decode(data), f"{stem}.txt")
        except NotText as reason:
            raise RequestError(f"{shown} was not added: {reason}.") from None
        with self._one_at_a_time:
            held = len(self._files().articles)
            if held >= _MOST:
                raise RequestError(f"The archive is full: it holds {held:,} articles. Take some away first.")
            return self._written(stem, data)

    def remove(self, article_id: str) -> Path:
        """Takes an article away; it is gone from searches after the next `sync`.

        Returns:
            Where its file is now.

        Raises:
            RequestError: There is no such article, it is the last one, or its file cannot be moved.
        """
        with self._one_at_a_time:
            files = self._files().articles
            if article_id not in files:
                raise RequestError(f"There is no article {_shown(article_id)} any more. Look at the list again.")
            if len(files) == 1:
                raise RequestError("This is the last article, and an archive needs one. Add another first.")
            now = datetime.now(UTC)
            target = self.trash / f"{now:%Y%m%dT%H%M%S}-{uuid4().hex[:6]}" / article_id
            try:
                target.parent.mkdir(parents=True)
                files[article_id].rename(target)
            except OSError as error:
                raise RequestError(f"{_shown(article_id)} was not taken away: {error.strerror}.") from None
            return target

    def sync(self, tell: Progress) -> SyncReport:
        """Brings the index up to date with the folder; see `index.syncing.sync`."""
        settings = self._settings
        return sync(settings.corpus, settings.index_dir, self._embedding, settings.passage_tokens, progress=tell)

    def _files(self) -> CorpusFiles:
        return corpus_files(self._settings.corpus)

    def _written(self, stem: str, data: bytes) -> str:
        for number in range(1, _MOST + 1):
            name = f"{stem}.txt" if number == 1 else f"{stem}-{number}.txt"
            try:
                # Never over a file that is there, whoever made it in between.
                descriptor = os.open(self._settings.corpus / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
            except FileExistsError:
                continue
            except OSError as error:
                raise RequestError(f"{name} was not added: {error.strerror}.") from None
            with os.fdopen(descriptor, "wb") as stream:
                stream.write(data)
            return name
        raise RequestError(f"{stem}.txt was not added: there are {_MOST:,} of that name. Give it another.")


def file_stem(name: str) -> str | None:
    """The name of a file without its end, as it may stand in the folder.

    Args:
        name: What a visitor calls the file, a path perhaps.

    Returns:
        Letters, digits and a few marks; None where the name is not that of a text file.
    """
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2].strip()
    stem, dot, end = last.rpartition(".")
    if not dot or f".{end.lower()}" not in SUFFIXES:
        return None
    plain = "".join(letter if letter.isalnum() or letter in _KEPT else "-" for letter in stem)
    short = plain.strip(" .-_")[:_LONGEST_NAME].encode()[: 2 * _LONGEST_NAME].decode("utf-8", "ignore")
    return short.rstrip(" .-_") or "article"


def _shown(name: str) -> str:
    """A name as a message may hold it."""
    plain = " ".join("".join(letter if letter.isprintable() else " " for letter in name).split())
    return f"“{plain if len(plain) <= _LONGEST_SHOWN else f'{plain[:_LONGEST_SHOWN]}…'}”"
