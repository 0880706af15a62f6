"""Reads lists of entries from YAML, or from lines of JSON, so that an error names the file and the line."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import BaseModel, TypeAdapter, ValidationError

from index.errors import EvalError

E = TypeVar("E", bound=BaseModel)


def read_entries(file: Path, kind: type[E], *, thing: str, form: str) -> list[tuple[E, yaml.Node]]:
    """Reads a file that is a list of entries.

    Args:
        file: YAML in UTF-8.
        kind: What an entry is.
        thing: What an entry is called, for the message.
        form: Where the format is described, for the message.

    Returns:
        Each entry with its node, for `place`.

    Raises:
        EvalError: The file cannot be read, or is not of the format.
    """
    text = _text(file, thing, "a YAML file")
    try:
        # Without YAML's own dates and numbers: a day stays as it is written.
        tree, values = yaml.compose(text, Loader=yaml.BaseLoader), yaml.load(text, Loader=yaml.BaseLoader)
        _check_keys(file, tree)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise EvalError(f"{file}:{mark.line + 1 if mark else 1}: not YAML: {error.problem or error.context}.") from None
    except RecursionError:
        raise EvalError(f"{file}:1: it is nested too deeply to be a list of {thing}s. Name another file.") from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise EvalError(f"{file}:{line}: not YAML: the character {text[error.position]!r} cannot stand here.") from None
    if not isinstance(tree, yaml.SequenceNode) or not tree.value:
        raise EvalError(f"{file}:1: a file of {thing}s is a list of at least one {thing}, each begun with a dash.")
    return list(zip(_checked(file, kind, values, tree, form), tree.value, strict=True))


def read_lines(file: Path, kind: type[E], *, thing: str, form: str) -> list[tuple[E, yaml.Node]]:
    """Reads a file with an entry of JSON on each line; see `read_entries`."""
    values, nodes = [], []
    for number, line in enumerate(_text(file, thing, "a file of JSON lines").split("\n")):
        if not line.strip():
            continue
        mark = yaml.Mark(str(file), 0, number, 0, None, 0)
        nodes.append(yaml.ScalarNode("", line, mark))
        try:
            values.append(json.loads(line))
        except ValueError as error:
            raise EvalError(f"{place(file, nodes[-1])}: not JSON: {error}. Mend the line or take it away.") from None
        except RecursionError:
            raise EvalError(f"{place(file, nodes[-1])}: it is nested too deeply to be a {thing}.") from None
    if not nodes:
        raise EvalError(f"{file}:1: a file of {thing}s has at least one {thing}, each on a line of its own.")
    tree = yaml.SequenceNode("", nodes, nodes[0].start_mark)
    return list(zip(_checked(file, kind, values, tree, form), nodes, strict=True))


def _text(file: Path, thing: str, wanted: str) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise EvalError(f"The {thing}s {file} cannot be read ({error}). Name {wanted} in UTF-8.") from None


def _checked(file: Path, kind: type[E], values: object, tree: yaml.Node, form: str) -> list[E]:
    try:
        # The type is only known when it runs.
        return TypeAdapter(list[kind]).validate_python(values)  # type: ignore[valid-type]
    except ValidationError as error:
        first = error.errors()[0]
        value = "" if first["type"] in ("missing", "value_error") else f" (met {str(first['input'])[:60]!r})"
        where = ".".join(str(part) for part in first["loc"][1:])
        reason = first["msg"].removeprefix("Value error, ")
        at = place(file, tree, first["loc"])
        raise EvalError(f"{at}: {f'{where}: ' if where else ''}{reason}{value}. The format is in {form}.") from None


def _check_keys(file: Path, node: yaml.Node | None) -> None:
    """Refuses a key that is there twice: YAML would drop the first without a word."""
    if isinstance(node, yaml.SequenceNode):
        for each in node.value:
            _check_keys(file, each)
    if isinstance(node, yaml.MappingNode):
        names: set[str] = set()
        for key, value in node.value:
            if key.value in names:
                raise EvalError(f"{place(file, key)}: the key {key.value!r} is there twice. Leave one of them out.")
            names.add(str(key.value))
            _check_keys(file, value)


def place(file: Path, node: yaml.Node, path: Sequence[int | str] = ()) -> str:
    """The file and the line, counted from 1, of what a path of keys and positions leads to."""
    for part in path:
        if isinstance(node, yaml.SequenceNode) and isinstance(part, int):
            node = node.value[part]
        elif isinstance(node, yaml.MappingNode):
            node = next((value for key, value in node.value if key.value == part), node)
    return f"{file}:{node.start_mark.line + 1}"
