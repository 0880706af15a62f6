"""`dateline eval`, from the command line to the reports."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from filelock import FileLock

from ui import cli

Run = Callable[..., tuple[int, str, str]]

ARTICLES = {
    "vote.txt": (
        "title: The vote\noutlet: The Courier\ndate: 2024-10-25\n\n"
        "The State Duma unanimously approved the treaty on Thursday. The Federation Council has yet to ratify it."
    ),
    "talks.txt": (
        "title: The talks\noutlet: The Herald\ndate: 2024-10-12\n\n"
        "The Duma said that it would vote on the treaty in October. Deputies expected a long debate about its cost."
    ),
}
CASES = """\
- id: vote
  kind: fact
  question: How did the State Duma vote on the treaty?
  nuggets:
    - vital: It approved the treaty unanimously.
      quotes: {vote.txt: [unanimously approved the treaty]}
- id: day
  kind: follow_up
  before: ["How did the State Duma vote on the treaty?"]
  question: When did they approve it?
  nuggets:
    - vital: On Thursday.
      quotes: {vote.txt: [approved the treaty on Thursday]}
- id: earlier
  kind: as_of
  as_of: 2024-10-20
  question: When would the Duma vote on the treaty?
  never: [on Thursday]
  nuggets:
    - vital: In October.
      quotes: {talks.txt: [it would vote on the treaty in October]}
- id: cup
  kind: far
  question: Who won the 2022 World Cup?
  abstain: true
"""


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    def command(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["dateline", "eval", *map(str, arguments)])
        with pytest.raises(SystemExit) as caught:
            cli.main()
        printed = capsys.readouterr()
        return int(caught.value.code or 0), printed.out, printed.err

    return command


@pytest.fixture
def archive(tmp_path: Path, write_corpus: Callable[[Mapping[str, str]], Path], monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with an archive in `corpus` and cases about it in `cases.yaml`."""
    write_corpus(ARTICLES)
    (tmp_path / "cases.yaml").write_text(CASES, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def outcome(folder: Path) -> dict[str, Any]:
    given: dict[str, Any] = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    return given


def test_cases_of_ones_own_are_asked_and_reported(run: Run, archive: Path) -> None:
    status, out, err = run("cases.yaml")
    assert (status, err) == (0, "")
    assert "lead_accuracy" in out
    assert "eval-report/report.html" in out.replace("\n", "")
    reports = archive / "eval-report"
    assert {file.name for file in reports.iterdir()} == {"run.json", "summary.md", "report.html", "junit.xml"}
    suite = outcome(reports)["suites"]["cases"]
    assert [row["id"] for row in suite["rows"]] == ["vote", "day", "earlier", "cup"]
    assert suite["figures"]["lead_accuracy"] == 1
    assert suite["figures"]["quote_fidelity"] == 1
    assert suite["figures"]["forbidden_said"] == 0
    assert suite["rows"][3]["answer"]["status"] == "abstained"
    assert "unanimously approved" in (reports / "report.html").read_text(encoding="utf-8")
    assert len(ElementTree.parse(reports / "junit.xml").findall(".//testcase")) == 4


def test_two_runs_write_the_same_json_but_for_the_timings(run: Run, archive: Path) -> None:
    both = []
    for folder in ("one", "two"):
        assert run("cases.yaml", "--out", folder)[0] == 0
        both.append(outcome(archive / folder))
        assert both[-1].pop("timings")
    assert both[0] == both[1]


def test_a_gate_that_is_missed_is_named_and_exits_1(run: Run, archive: Path) -> None:
    gate = archive / "gate.toml"
    gate.write_text("[cases]\nlead_accuracy = { min = 1.0 }\nanswer_words = { max = 1 }\n")
    status, out, _ = run("cases.yaml", "--gate", gate)
    assert status == 1
    assert "cases.answer_words" in out
    assert "cases.lead_accuracy" not in out
    gate.write_text("[cases]\nlead_accuracy = { min = 1.0 }\nanswer_words = { max = 99 }\n")
    assert run("cases.yaml", "--gate", gate)[0] == 0


def test_a_baseline_shows_what_changed_question_by_question(
    run: Run, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("cases.yaml", "--out", "before")[0] == 0
    monkeypatch.setenv("DATELINE_STATEMENTS", "1")
    status, out, _ = run("cases.yaml", "--out", "after", "--baseline", archive / "before" / "run.json")
    assert status == 0
    assert "statements 1, before 6" in " ".join(out.split())
    summary = (archive / "after" / "summary.md").read_text(encoding="utf-8")
    assert re.search(r"\d cases? got better.*\*\*vote\*\*", summary, re.DOTALL)


def test_a_case_judged_otherwise_is_no_change_of_the_engine(run: Run, archive: Path) -> None:
    assert run("cases.yaml", "--out", "before")[0] == 0
    (archive / "cases.yaml").write_text(CASES.replace("never: [on Thursday]", "never: [in October]"))
    assert run("cases.yaml", "--out", "after", "--baseline", archive / "before" / "run.json")[0] == 0
    summary = (archive / "after" / "summary.md").read_text(encoding="utf-8")
    assert "1 case asked or judged otherwise (earlier)" in summary
    assert "got worse" not in summary


def test_a_baseline_of_another_suite(run: Run, archive: Path) -> None:
    assert run("cases.yaml")[0] == 0
    status, _, err = run("corpus", "--baseline", archive / "eval-report" / "run.json")
    assert status == 1
    assert "is of cases. Name an earlier run of the same suite" in err


def test_two_runs_do_not_write_to_one_folder(run: Run, archive: Path) -> None:
    (archive / "eval-report").mkdir()
    with FileLock(archive / "eval-report" / ".lock"):
        status, _, err = run("cases.yaml")
    assert status == 1
    assert "Another run writes to eval-report" in err


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("as_of: soon", "as_of is 'soon'"),
        ("outlet: The Moon", "No article is from 'The Moon'"),
        (f"before: [{'a' * 2001}]", "2,001"),
        ("since: 2024-13-01", "2024-13-01"),
    ],
)
def test_a_case_that_cannot_be_asked_is_named_before_any_is(run: Run, archive: Path, line: str, message: str) -> None:
    cases = archive / "cases.yaml"
    cases.write_text(CASES.replace("  kind: far\n", f"  kind: far\n  {line}\n"))
    status, out, err = run("cases.yaml")
    assert (status, out) == (1, "")
    assert "The case 'cup' cannot be asked" in err
    assert message in err


def test_gold_that_the_filters_leave_out(run: Run, archive: Path) -> None:
    cases = archive / "cases.yaml"
    cases.write_text(CASES.replace("- id: vote\n", "- id: vote\n  as_of: 2024-10-20\n"))
    status, _, err = run("cases.yaml")
    assert status == 1
    assert "The case 'vote' expects 'It approved the treaty unanimously.', which only vote.txt says" in err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("nonesuch",), "There is no suite 'nonesuch'"),
        (("squad2",), "needs its test set"),
        (("squad2", "--data", "nowhere"), "nowhere"),
        (("cases.yaml", "--data", "corpus"), "needs no test set"),
        (("gone.yaml",), "gone.yaml cannot be read"),
        (("cases.yaml", "--gate", "gone.toml"), "gone.toml"),
        (("cases.yaml", "--baseline", "gone.json"), "gone.json"),
        (("cases.yaml", "--baseline", "cases.yaml"), "cases.yaml"),
        (("cases.yaml", "--out", "cases.yaml"), "--out is 'cases.yaml': File exists"),
        (("cases.yaml", "--out", "cases.yaml/sub"), "--out is 'cases.yaml/sub': Not a directory"),
        (("cases.yaml", "--llm", "nonesuch:x"), "nonesuch:x"),
        (("corpus",), "the archive has no article"),
    ],
)
def test_what_cannot_be_used_gives_one_line(run: Run, archive: Path, arguments: tuple[str, ...], message: str) -> None:
    status, out, err = run(*arguments)
    assert (status, out) == (1, "")
    assert err.startswith("dateline: ")
    assert err.count("\n") == 1
    assert message in err
