from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import Field

from eval.testsets import Record, by_id, check_known, find_set, read_groups, read_lines, read_list
from index.errors import EvalError


class Entry(Record):
    id: str = Field(min_length=1)
    count: int = 0


GOOD = '{"id": "a"}\n'


def message(capture: pytest.ExceptionInfo[EvalError]) -> str:
    text = str(capture.value)
    assert "\n" not in text
    return text


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "entries.jsonl"


# Finding


def test_finds_the_folder_itself_before_those_in_it(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "one", tmp_path / "two"):
        folder.mkdir(exist_ok=True)
        (folder / "a.json").touch()
    assert find_set(tmp_path, "x", ["a.json"]) == tmp_path


def test_finds_the_one_subfolder_that_has_all_files(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.json").touch()
    (tmp_path / "two" / "b.json").touch()
    assert find_set(tmp_path, "x", ["a.json", "b.json"]) == tmp_path / "two"


def test_does_not_look_two_folders_deep(tmp_path: Path) -> None:
    (tmp_path / "one" / "two").mkdir(parents=True)
    (tmp_path / "one" / "two" / "a.json").touch()
    with pytest.raises(EvalError, match=r"holds a\.json"):
        find_set(tmp_path, "x", ["a.json"])


def test_two_subfolders_are_one_too_many(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.json").touch()
    with pytest.raises(EvalError) as caught:
        find_set(tmp_path, "x", ["a.json"])
    assert "'one' and 'two'" in message(caught)


def test_a_set_that_is_not_named_or_not_there(tmp_path: Path) -> None:
    with pytest.raises(EvalError) as caught:
        find_set(None, "squad2", ["a.json", "b.json"])
    assert "'squad2'" in message(caught) and "a.json and b.json" in message(caught) and "--data" in message(caught)
    with pytest.raises(EvalError, match="is no folder"):
        find_set(tmp_path / "missing", "x", ["a.json"])
    (tmp_path / "a.json").touch()
    with pytest.raises(EvalError, match="is no folder"):
        find_set(tmp_path / "a.json", "x", ["a.json"])


# Lines


def test_lines_keep_their_numbers(file: Path) -> None:
    file.write_text('\ufeff{"id": "a", "count": 1, "more": null}\n\n{"id": "ü"}', encoding="utf-8")
    read = read_lines(file, Entry)
    assert [(each.record.id, each.record.count, each.line) for each in read] == [("a", 1, 1), ("ü", 0, 3)]
    assert read[1].where == f"{file}:3"


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('{"id": "b", "cou', '{"id": "b", "cou'),
        ("{}", "id: Field required"),
        ('{"id": 7}', "id: Input should be a valid string (met '7')"),
        ('{"id": ""}', "id: String should have at least 1 character (met '')"),
        ('{"id": "b", "count": "1"}', "count: Input should be a valid integer (met '1')"),
        ('{"id": "b", "count": true}', "count: Input should be a valid integer (met 'True')"),
        ('["b"]', "(met '['b']')"),
        ('{"id": "\\ud800"}', "Invalid JSON"),
    ],
)
def test_a_line_of_another_format_is_named(file: Path, line: str, told: str) -> None:
    file.write_text(f"{GOOD}\n{line}\n")
    with pytest.raises(EvalError) as caught:
        read_lines(file, Entry)
    assert message(caught).startswith(f"{file}:3: ")
    assert told in message(caught).replace('"[', "'[").replace(']"', "]'")
    assert "with id, count" in message(caught)


def test_an_empty_file(file: Path) -> None:
    file.write_text("\n \n")
    with pytest.raises(EvalError, match="holds nothing"):
        read_lines(file, Entry)


def test_bytes_that_are_no_text_are_named_by_their_line(file: Path) -> None:
    file.write_bytes(GOOD.encode() + b'{"id": "\xff"}\n')
    with pytest.raises(EvalError) as caught:
        read_lines(file, Entry)
    assert message(caught).startswith(f"{file}:2: ")


def test_a_file_that_is_missing(file: Path) -> None:
    with pytest.raises(EvalError, match="cannot be read"):
        read_lines(file, Entry)


PACKED = gzip.compress("".join(f'{{"id": "{n:05}"}}\n' for n in range(300)).encode(), mtime=0)


def test_a_packed_file_is_unpacked(tmp_path: Path) -> None:
    (tmp_path / "entries.jsonl.gz").write_bytes(PACKED)
    assert len(read_lines(tmp_path / "entries.jsonl.gz", Entry)) == 300


@settings(max_examples=40)
@given(st.integers(min_value=1, max_value=len(PACKED) - 1))
def test_a_packed_file_that_is_cut_off_anywhere_is_refused(
    tmp_path_factory: pytest.TempPathFactory, length: int
) -> None:
    file = tmp_path_factory.mktemp("cut") / "entries.jsonl.gz"
    file.write_bytes(PACKED[:length])
    with pytest.raises(EvalError) as caught:
        read_lines(file, Entry)
    assert message(caught).startswith(f"{file}:") and "Fetch the file anew" in message(caught)


def test_a_packed_file_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "entries.jsonl.gz").write_text(GOOD)
    with pytest.raises(EvalError, match="cannot be read on"):
        read_lines(tmp_path / "entries.jsonl.gz", Entry)


# Lists


@given(st.lists(st.dictionaries(st.sampled_from(["id", "x]", "y,"]), st.text(min_size=1)), min_size=1), st.booleans())
def test_a_list_gives_every_object_with_its_line(
    tmp_path_factory: pytest.TempPathFactory, entries: list[dict[str, str]], spread: bool
) -> None:
    file = tmp_path_factory.mktemp("list") / "list.json"
    written = [{"id": "i", **entry} for entry in entries]
    file.write_text(json.dumps(written, indent=2 if spread else None))
    read = read_list(file, Entry)
    assert [each.record.id for each in read] == [entry["id"] for entry in written]
    if spread:
        assert all(file.read_text().splitlines()[each.line - 1].strip() == "{" for each in read)
    else:
        assert {each.line for each in read} == {1}


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        ('[\n{"id": "a"},\n{"id": "b"', 3, "not JSON"),
        ('[\n{"id": "a"},\n\n{"id": 1}]', 4, "(met '1')"),
        ('[\n{"id": "a"},\n"b"]', 3, "(met 'b')"),
        ('{"id": "a"}', 1, "no JSON list"),
        ("[]", 1, "no JSON list"),
        ("", 1, "not JSON"),
    ],
)
def test_a_list_of_another_format_is_named(tmp_path: Path, text: str, line: int, told: str) -> None:
    file = tmp_path / "list.json"
    file.write_text(text)
    with pytest.raises(EvalError) as caught:
        read_list(file, Entry)
    assert message(caught).startswith(f"{file}:{line}: ") and told in message(caught)


# Groups


def test_groups(tmp_path: Path) -> None:
    file = tmp_path / "groups.json"
    file.write_text('{"B": ["x"], "A": ["y", "z"]}')
    assert list(read_groups(file).items()) == [("B", ["x"]), ("A", ["y", "z"])]


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        ('{"A": ["x"],\n"B": "y"}', 2, "'B' is 'y'"),
        ('{"A": ["x"],\n"Ä": ["y", 1]}', 2, "'Ä' is \"['y', 1]\""),
        ('{"A": ["x"],\n\n"B": []}', 3, "'B' is '[]'"),
        ('{"A": [" "]}', 1, "'A' is"),
        ('{"A": ["x"],\n"B": ["y', 2, "not JSON"),
        ('["x"]', 1, "no JSON object"),
        ("{}", 1, "no JSON object"),
    ],
)
def test_groups_of_another_format_are_named(tmp_path: Path, text: str, line: int, told: str) -> None:
    file = tmp_path / "groups.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(EvalError) as caught:
        read_groups(file)
    assert message(caught).startswith(f"{file}:{line}: ") and told in message(caught)


# Ids


def test_an_id_that_is_there_twice(file: Path) -> None:
    file.write_text(GOOD + '{"id": "b"}\n' + GOOD)
    with pytest.raises(EvalError) as caught:
        by_id(read_lines(file, Entry), lambda entry: entry.id)
    assert message(caught).startswith(f"{file}:3: 'a' is there twice")


def test_a_reference_to_nothing(file: Path) -> None:
    file.write_text(GOOD)
    (read,) = read_lines(file, Entry)
    check_known(read, ["x"], {"x"}, Path("others.jsonl"))
    with pytest.raises(EvalError) as caught:
        check_known(read, ["x", "y"], {"x"}, Path("others.jsonl"))
    assert message(caught).startswith(f"{file}:1: 'y' is not in others.jsonl")
