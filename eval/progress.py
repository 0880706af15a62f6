"""What a run has done so far, kept as it comes, so that one that was stopped goes on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from pydantic import ValidationError

from eval.record import Row

_CODE = ("index", "rag", "eval")


@dataclass(frozen=True)
class Done:
    """A row, and the seconds that it took."""

    row: Row
    seconds: float


class Journal:
    """The rows of one suite in a file, one line each, below a line that says what they were made from."""

    def __init__(self, folder: Path, suite: str) -> None:
        """Takes the folder of the run and the suite's name."""
        self._file = folder / f"unfinished-{suite}.jsonl"
        self._kept: dict[str, Done] = {}
        self._open: TextIO | None = None

    @contextmanager
    def opened(self, made_from: str) -> Iterator[Mapping[str, Done]]:
        """Opens it; what was made from something else is let go.

        Args:
            made_from: See `fingerprint`.

        Yields:
            What is kept, by row id; it grows with `keep`.
        """
        self._kept = self._read(made_from)
        lines = [{"made_from": made_from}, *map(_line, self._kept.values())]
        anew = self._file.with_suffix(".new")
        anew.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
        anew.replace(self._file)
        with self._file.open("a", encoding="utf-8") as self._open:
            yield self._kept

    def keep(self, done: Done) -> None:
        """Keeps a row."""
        self._kept[done.row.id] = done
        assert self._open is not None
        self._open.write(json.dumps(_line(done)) + "\n")
        self._open.flush()

    def remove(self) -> None:
        """Lets go of everything."""
        self._file.unlink(missing_ok=True)

    def _read(self, made_from: str) -> dict[str, Done]:
        try:
            first, *lines = self._file.read_text(encoding="utf-8").splitlines()
            if json.loads(first) != {"made_from": made_from}:
                return {}
        except (OSError, ValueError):
            return {}
        kept: dict[str, Done] = {}
        for line in lines:
            try:
                given = json.loads(line)
                row = Row.model_validate(given["row"])
                kept[row.id] = Done(row, float(given["seconds"]))
            except (ValueError, KeyError, TypeError, ValidationError):
                break  # The last line, cut off as the run was stopped.
        return kept


def _line(done: Done) -> dict[str, Any]:
    return {"row": done.row.model_dump(mode="json"), "seconds": done.seconds}


def fingerprint(settings: Mapping[str, Any], watched: Sequence[Path]) -> str:
    """Names all that the rows of a run hang on: Dateline's code, the settings, the files that are read.

    Args:
        settings: As plain values.
        watched: Files and folders, looked at by name, size and time of change.
    """
    digest = hashlib.sha256(json.dumps(settings, sort_keys=True).encode())
    for package in _CODE:
        for file in sorted((Path(__file__).parent.parent / package).rglob("*")):
            if file.suffix in (".py", ".yaml"):
                digest.update(f"{file.name}\0".encode() + file.read_bytes())
    for path in watched:
        for file in [path, *sorted(path.rglob("*"))] if path.is_dir() else [path]:
            if file.is_file():
                told = file.stat()
                digest.update(f"{file}\0{told.st_size}\0{told.st_mtime_ns}\0".encode())
    return digest.hexdigest()
