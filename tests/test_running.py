"""A run of suites: what it keeps, and how it goes on."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.measure import Measure, mean, ratio
from eval.record import Row, Run
from eval.registry import MEASURES, named
from eval.running import forget, run
from eval.suite import Context, Task
from index.errors import EvalError
from index.settings import Settings


class Counting:
    """A suite that counts how often each task is run, and stops where it is told to."""

    name = "counting"
    about = "Counts."
    measures: Sequence[Measure] = (mean("right", "is right"), ratio("share", "of all", "part", "whole"))

    def __init__(self, stop_at: str | None = None) -> None:
        self.ran: list[str] = []
        self.stop_at = stop_at
        self.closed = False

    def tasks(self, context: Context) -> Sequence[Task]:
        def close() -> None:
            self.closed = True

        context.stack.callback(close)
        return [Task(name, self._runner(name)) for name in ("a", "b", "c", "d")]

    def _runner(self, name: str) -> Callable[[], Row]:
        def go() -> Row:
            if name == self.stop_at:
                raise RuntimeError("stopped")
            self.ran.append(name)
            scores = {"right": float(name != "a"), "part": 1.0, "whole": 2.0}
            return Row(id=name, kind="vowel" if name == "a" else "consonant", question=name, scores=scores)

        return go


def go(suite: Counting, folder: Path, corpus: Path, **settings: object) -> Run:
    (folder / "work").mkdir(exist_ok=True)
    chosen = Settings.model_validate({"corpus": corpus, **settings})
    return run([suite], chosen, data=None, out=folder / "out", work=folder / "work", tell=lambda *_: None)


Write = Callable[[Mapping[str, str]], Path]


def test_rows_keep_their_order_and_figures_are_given_by_kind(tmp_path: Path, write_corpus: Write) -> None:
    suite = Counting()
    done = go(suite, tmp_path, write_corpus({"a.txt": "A."})).suites["counting"]
    assert [row.id for row in done.rows] == ["a", "b", "c", "d"]
    assert done.figures == {"right": 0.75, "share": 0.5}
    assert done.by_kind == {"consonant": {"right": 1.0, "share": 0.5}, "vowel": {"right": 0.0, "share": 0.5}}
    assert suite.closed


def test_a_run_that_was_stopped_goes_on(tmp_path: Path, write_corpus: Write) -> None:
    corpus = write_corpus({"a.txt": "A."})
    first = Counting(stop_at="c")
    with pytest.raises(RuntimeError, match="stopped"):
        go(first, tmp_path, corpus)
    assert first.closed
    second = Counting()
    done = go(second, tmp_path, corpus)
    assert second.ran == ["c", "d"] or second.ran == ["d", "c"]
    assert [row.id for row in done.suites["counting"].rows] == ["a", "b", "c", "d"]


def test_a_line_that_was_cut_off_is_run_again(tmp_path: Path, write_corpus: Write) -> None:
    corpus = write_corpus({"a.txt": "A."})
    with pytest.raises(RuntimeError):
        go(Counting(stop_at="d"), tmp_path, corpus)
    (journal,) = (tmp_path / "out").iterdir()
    journal.write_bytes(journal.read_bytes()[:-9])
    again = Counting()
    assert len(go(again, tmp_path, corpus).suites["counting"].rows) == 4
    assert "c" in again.ran
    assert "a" not in again.ran


@pytest.mark.parametrize("change", ["settings", "corpus"])
def test_what_was_made_from_something_else_is_let_go(tmp_path: Path, write_corpus: Write, change: str) -> None:
    corpus = write_corpus({"a.txt": "A."})
    with pytest.raises(RuntimeError):
        go(Counting(stop_at="d"), tmp_path, corpus)
    again = Counting()
    if change == "settings":
        go(again, tmp_path, corpus, passages=3)
    else:
        (corpus / "a.txt").write_text("Another.")
        go(again, tmp_path, corpus)
    assert sorted(again.ran) == ["a", "b", "c", "d"]


def test_a_complete_run_that_is_forgotten_begins_anew(tmp_path: Path, write_corpus: Write) -> None:
    corpus = write_corpus({"a.txt": "A."})
    go(Counting(), tmp_path, corpus)
    forget([Counting()], tmp_path / "out")
    again = Counting()
    go(again, tmp_path, corpus)
    assert sorted(again.ran) == ["a", "b", "c", "d"]


def test_two_runs_differ_in_their_timings_alone(tmp_path: Path, write_corpus: Write) -> None:
    corpus = write_corpus({"a.txt": "A."})
    both = []
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        both.append(json.loads(go(Counting(), tmp_path / folder, corpus).model_dump_json()))
    timings = [given.pop("timings") for given in both]
    assert both[0] == both[1]
    assert set(timings[0]["suites"]["counting"]["rows"]) == {"a", "b", "c", "d"}
    assert timings[0]["machine"].count(",") == 3


@given(st.lists(st.floats(0, 1)), st.integers(0, 3))
def test_a_mean_is_over_the_rows_that_have_the_score(scores: list[float], without: int) -> None:
    rows = [Row(id=str(n), kind="k", question="q", scores={"s": score}) for n, score in enumerate(scores)]
    rows += [Row(id=f"x{n}", kind="k", question="q") for n in range(without)]
    found = mean("s", "").of(rows)
    assert found == (pytest.approx(sum(scores) / len(scores)) if scores else None)


@pytest.mark.parametrize(
    ("suite", "data", "message"),
    [
        (
            "squat2",
            None,
            "There is no suite 'squat2'.*corpus, .*claims, origins, realtimeqa, multihop-rag, squad2, bipia, beir",
        ),
        ("squad2", None, "'squad2' needs its test set.*--data PATH"),
        ("corpus", Path("x"), "--data is 'x', but the suite 'corpus' needs no test set"),
        (None, Path("x"), "--data is 'x'"),
        ("mine.yaml", Path("x"), "--data is 'x'"),
    ],
)
def test_suites_that_cannot_be_run(suite: str | None, data: Path | None, message: str) -> None:
    with pytest.raises(EvalError, match=message):
        named(suite, data)


def test_names_stand_for_suites(tmp_path: Path) -> None:
    assert [suite.name for suite in named(None, None)[0]] == ["corpus", "verifier", "claims", "origins"]
    assert named("squad2", tmp_path)[1] == tmp_path
    assert named("origins", tmp_path)[1] == tmp_path
    assert named("origins", None)[1] is None
    suites, data = named(str(tmp_path / "mine.yaml"), None)
    assert ([suite.name for suite in suites], data) == (["cases"], tmp_path / "mine.yaml")


def test_every_suite_has_measures_of_different_names() -> None:
    for measures in MEASURES.values():
        names = [measure.name for measure in measures]
        assert len(names) == len(set(names)) > 0
