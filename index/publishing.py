"""Makes the next generation of the search indexes from the catalogue, and puts it in the place of the current one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from uuid import uuid4

from index.archive import CURRENT, GENERATION_NAME, GENERATIONS, current_name, entries
from index.catalogue import Catalogue
from index.errors import IndexMismatch
from index.generation import Damaged, Entry, Held, build, derive, held
from index.vocabulary import Vocabulary

_MOST_DERIVED = 0.3
"""A copy with more changes than this share of its passages is slower to search than a new one."""

_KEPT = 2
"""The current generation and the one before it, which a reader may still be using."""


def publish(folder: Path, catalogue: Catalogue, tell: Callable[[str, int, int], None]) -> None:
    """Publishes a generation that holds exactly the passages of the catalogue; nothing is done where one does.

    A generation that is not whole is replaced. Nothing is embedded.

    Args:
        folder: The index folder; the caller is its only writer.
        catalogue: What is to be searched.
        tell: Told that an index is being built.

    Raises:
        IndexMismatch: What was built does not pass its check.
    """
    wanted = catalogue.passage_ids()
    current = current_name(folder)
    before = _whole(folder, current)
    if before is not None and before.passage_ids == wanted:
        return
    tell("Building the search index", 0, 1)
    name = _next_name(folder)
    target = folder / GENERATIONS / name
    searched, vocabulary = entries(catalogue), Vocabulary.of(catalogue.articles())
    if before is None or not _derived(target, before, searched, vocabulary):
        build(target, searched, vocabulary)
        damage = _check_apart(target)
        if damage:
            raise IndexMismatch(f"The search index in {target} fails its check ({damage}). Try again: dateline index.")
    _replace_current(folder, name)
    _prune(folder)
    tell("Building the search index", 1, 1)


def _whole(folder: Path, name: str | None) -> Held | None:
    if name is None:
        return None
    try:
        return held(folder / GENERATIONS / name)
    except Damaged:
        return None


def _derived(target: Path, before: Held, searched: Sequence[Entry], vocabulary: Vocabulary) -> bool:
    """Tries to make the generation as a copy with changes; False where there are too many, or the copy is not whole."""
    wanted = {entry.passage.id for entry in searched}
    if before.derived + len(wanted ^ before.passage_ids) > _MOST_DERIVED * len(wanted):
        return False
    derive(target, before, searched, vocabulary)
    return not _check_apart(target)


def _check_apart(target: Path) -> str:
    """Checks a generation in a process of its own. Returns what is wrong with it; empty where nothing is."""
    result = subprocess.run(
        [sys.executable, "-m", "index.generation", str(target)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        capture_output=True,
        text=True,
    )
    if result.returncode == 0:
        return ""
    return (result.stderr.strip().splitlines() or [f"exit status {result.returncode}"])[-1]


def _next_name(folder: Path) -> str:
    taken = [int(match[1]) for path in _generations(folder) if (match := GENERATION_NAME.fullmatch(path.name))]
    return f"{max(taken, default=0) + 1:06d}-{uuid4().hex[:8]}"


def _replace_current(folder: Path, name: str) -> None:
    fresh = folder / f"{CURRENT}.new"
    with fresh.open("w") as stream:
        stream.write(name + "\n")
        stream.flush()
        os.fsync(stream.fileno())
    fresh.replace(folder / CURRENT)


def _prune(folder: Path) -> None:
    for path in _generations(folder)[:-_KEPT]:
        shutil.rmtree(path, ignore_errors=True)


def _generations(folder: Path) -> list[Path]:
    """Every generation, whole or not, oldest first."""
    return sorted(path for path in (folder / GENERATIONS).glob("*") if GENERATION_NAME.fullmatch(path.name))
