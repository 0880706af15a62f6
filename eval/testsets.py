"""Finds the files of a public test set, reads them and checks what they hold."""

from __future__ import annotations

import gzip
import json
import re
import zlib
from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from index.errors import EvalError


class Record(BaseModel):
    """One entry of a test set. Fields that a suite does not read may stand in it as well."""

    model_config = ConfigDict(frozen=True, extra="ignore")


R = TypeVar("R", bound=Record)


@dataclass(frozen=True)
class Read(Generic[R]):
    """A record and where it was read: the file and the line, counted from 1."""

    record: R
    file: Path
    line: int

    @property
    def where(self) -> str:
        """As it stands at the head of a message."""
        return f"{self.file}:{self.line}"


def find_set(data: Path | None, suite: str, files: Sequence[str]) -> Path:
    """The folder that holds a test set: the one that was named, else the one of its direct subfolders that does.

    Args:
        data: What the user named.
        suite: Who asks for it.
        files: The names of the files by which it is known.

    Raises:
        EvalError: There is no such folder, or more than one.
    """
    wanted = " and ".join(files)
    if data is None:
        raise EvalError(f"The suite {suite!r} needs its test set. Name the folder that holds {wanted}: --data DIR.")
    if not data.is_dir():
        raise EvalError(f"The test set {str(data)!r} is no folder. Name the one that holds {wanted}: --data DIR.")
    if _holds(data, files):
        return data
    try:
        found = [folder for folder in sorted(data.iterdir()) if _holds(folder, files)]
    except OSError as error:
        raise EvalError(f"The folder {str(data)!r} cannot be read ({error.strerror}). Name another.") from None
    if not found:
        raise EvalError(
            f"Neither {str(data)!r} nor a folder in it holds {wanted}, "
            f"of which the test set of {suite!r} is made. Name the folder that does: --data DIR."
        )
    if len(found) > 1:
        names = " and ".join(repr(folder.name) for folder in found[:3])
        raise EvalError(f"In {str(data)!r} more than one folder holds {wanted}: {names}. Name one of them: --data DIR.")
    return found[0]


def read_lines(file: Path, model: type[R]) -> list[Read[R]]:
    """Reads a file of one JSON object a line, in UTF-8; one whose name ends in .gz is unpacked.

    Raises:
        EvalError: The file cannot be read to its end, is empty, or a line is not of the format.
    """
    read = [
        Read(_record(text, model, f"{file}:{number}"), file, number)
        for number, text in _lines(file)
        if text and not text.isspace()
    ]
    if not read:
        raise EvalError(f"{file}:1: the file holds nothing. {_format(model)}")
    return read


def read_list(file: Path, model: type[R]) -> list[Read[R]]:
    """Reads a file that is one JSON list of objects, in UTF-8.

    Raises:
        EvalError: The file cannot be read to its end, is empty, or an object is not of the format.
    """
    text = _text(file)
    elements = _json(text, file)
    if not isinstance(elements, list) or not elements:
        raise EvalError(f"{file}:1: it is no JSON list of objects (met {text.strip()[:60]!r}). {_format(model)}")
    read, end = [], text.index("[") + 1
    for _ in elements:
        between = _BETWEEN.match(text, end)
        start = between.end() if between else end
        _, end = json.JSONDecoder().raw_decode(text, start)
        line = text.count("\n", 0, start) + 1
        read.append(Read(_record(text[start:end], model, f"{file}:{line}"), file, line))
    return read


def read_groups(file: Path) -> dict[str, list[str]]:
    """Reads a file that is one JSON object of lists of texts, in UTF-8.

    Raises:
        EvalError: The file cannot be read to its end, is empty, or holds something else.
    """
    text = _text(file)
    groups = _json(text, file)
    if not isinstance(groups, dict) or not groups:
        raise EvalError(f"{file}:1: it is no JSON object of lists of texts (met {text.strip()[:60]!r}).")
    for name, group in groups.items():
        if not isinstance(group, list) or not group or not all(isinstance(one, str) and one.strip() for one in group):
            line = text.count("\n", 0, max(0, text.find(json.dumps(name, ensure_ascii=False)))) + 1
            raise EvalError(f"{file}:{line}: {name!r} is {str(group)[:60]!r}, not a list of texts. Correct it.")
    return groups


def by_id(records: Sequence[Read[R]], id_of: Callable[[R], str]) -> dict[str, R]:
    """The records by their ids, in order.

    Raises:
        EvalError: An id is there twice.
    """
    known: dict[str, R] = {}
    for each in records:
        name = id_of(each.record)
        if name in known:
            raise EvalError(f"{each.where}: {name!r} is there twice. Give each entry an id of its own.")
        known[name] = each.record
    return known


def check_known(read: Read[R], names: Sequence[str], known: Container[str], source: Path) -> None:
    """Checks that what a record refers to is there.

    Args:
        read: The record.
        names: The ids that it names.
        known: All that there are.
        source: The file that has them.

    Raises:
        EvalError: One of them is not there.
    """
    for name in names:
        if name not in known:
            raise EvalError(f"{read.where}: {name!r} is not in {source.name}. Take both files from the same set.")


_BETWEEN = re.compile(r"[\s,]*")


def _holds(folder: Path, files: Sequence[str]) -> bool:
    try:
        return all((folder / name).is_file() for name in files)
    except OSError:
        return False


def _lines(file: Path) -> Iterator[tuple[int, str]]:
    """The lines with their numbers, counted from 1."""
    number = 0
    try:
        with gzip.open(file) if file.suffix == ".gz" else file.open("rb") as stream:
            for number, line in enumerate(stream, 1):
                yield number, line.decode("utf-8-sig" if number == 1 else "utf-8").strip()
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        at = number if isinstance(error, UnicodeDecodeError) else number + 1
        raise EvalError(f"{file}:{at}: it cannot be read on from here ({error}). Fetch the file anew.") from None


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise EvalError(f"{file}:1: it cannot be read ({error}). Fetch the file anew.") from None


def _json(text: str, file: Path) -> object:
    try:
        return json.loads(text)
    except RecursionError:
        raise EvalError(f"{file}:1: it is nested too deeply to be a test set. Fetch the file anew.") from None
    except json.JSONDecodeError as error:
        met = text[max(0, error.pos - 30) : error.pos + 30]
        raise EvalError(f"{file}:{error.lineno}: not JSON: {error.msg} (met {met!r}). Fetch the file anew.") from None


def _record(text: str, model: type[R], where: str) -> R:
    try:
        return model.model_validate_json(text, strict=True)
    except ValidationError as error:
        first = error.errors()[0]
        field = "".join(f"{part}: " for part in first["loc"])
        met = str(first["input"])[:60]
        raise EvalError(f"{where}: {field}{first['msg']} (met {met!r}). {_format(model)}") from None


def _format(model: type[Record]) -> str:
    names = [field.alias or name for name, field in model.model_fields.items()]
    return f"Each entry is a JSON object with {', '.join(names)}; correct it, or fetch the file anew."
