"""The folder of articles."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from index.errors import CorpusError
from index.reading import SUFFIXES

_README = "README.md"


@dataclass(frozen=True)
class CorpusFiles:
    """What a corpus folder holds.

    Attributes:
        articles: The files to read, by article id: the path within the folder, "/" between its parts.
        skipped: Paths of what is left alone, each with the reason in brackets.
    """

    articles: dict[str, Path]
    skipped: tuple[str, ...]


def corpus_files(corpus: Path) -> CorpusFiles:
    """Lists the files of a corpus folder; links that lead out of it and hidden files are left alone.

    Raises:
        CorpusError: The folder is missing, is a file, or holds no text file.
    """
    if not corpus.exists():
        raise CorpusError(
            f"The corpus folder {corpus} does not exist. Make it and put .txt files in it, or name another."
        )
    if not corpus.is_dir():
        raise CorpusError(f"The corpus {corpus} is a file, not a folder. Name the folder that holds it.")
    articles: dict[str, Path] = {}
    skipped: list[str] = []
    for file in sorted(_walk(corpus)):
        path = file.relative_to(corpus).as_posix()
        reason = _reason_to_skip(file, corpus.resolve())
        if reason is None:
            articles[path] = file
        elif file.name != _README:
            skipped.append(f"{path.encode(errors='replace').decode()} ({reason})")
    if not articles:
        raise CorpusError(nothing_readable(corpus, skipped))
    return CorpusFiles(articles, tuple(skipped))


def nothing_readable(corpus: Path, named: Sequence[str]) -> str:
    """The message for a folder without a single article, naming the first few of the files that are there."""
    if not named:
        return f"The corpus folder {corpus} is empty. Put articles in it as .txt files."
    shown = "; ".join(named[:3]) + (f"; and {len(named) - 3} more" if len(named) > 3 else "")
    return (
        f"Nothing in the corpus folder {corpus} can be read as an article: {shown}. Put articles in it as .txt files."
    )


def _reason_to_skip(file: Path, root: Path) -> str | None:
    try:
        file.name.encode()
        target = file.resolve(strict=True)
    except UnicodeEncodeError:
        return "its name is not UTF-8"
    except (OSError, RuntimeError):
        return "a link to nowhere"
    if not target.is_relative_to(root):
        return "a link out of the folder"
    if file.suffix.lower() not in SUFFIXES:
        return "not a .txt file"
    return None if target.is_file() else "not a file"


def _walk(folder: Path) -> Iterator[Path]:
    for parent, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        yield from (Path(parent, name) for name in names if not name.startswith("."))
