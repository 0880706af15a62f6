"""Gates and comparisons: thresholds held to the last digit, runs read whole or refused, rows paired by question."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.comparison import Comparison, compare, load_run
from eval.gate import Breach, load_gate
from eval.measure import Measure, mean
from eval.record import Row, Run, SuiteRecord
from index.errors import EvalError

ACCURACY = mean("accuracy", "the first statement is right")
WORDS = mean("words", "words in an answer", better="less")
SEEN = mean("seen", "passages read", better="neither")
Checked = Callable[[str, Run], list[str]]

MEASURES = {"corpus": (ACCURACY, WORDS, SEEN), "verifier": (ACCURACY,)}


def suite(*rows: Row, measures: tuple[Measure, ...] = MEASURES["corpus"]) -> SuiteRecord:
    return SuiteRecord(about="A few.", rows=rows, figures={each.name: each.of(rows) for each in measures}, by_kind={})


def run_of(*rows: Row, name: str = "corpus", commit: str | None = "abc1234", passages: int = 12) -> Run:
    return Run(
        dateline="0.1.0", commit=commit, settings={"passages": passages}, suites={name: suite(*rows)}, timings={}
    )


def with_figures(figures: Mapping[str, float | None], name: str = "corpus") -> Run:
    record = SuiteRecord(about="A few.", rows=(), figures=dict(figures), by_kind={})
    return Run(dateline="0.1.0", commit=None, settings={}, suites={name: record}, timings={})


def row(name: str, question: str | None = None, **scores: float) -> Row:
    return Row(id=name, kind="fact", question=question or f"What about {name}?", scores=scores)


@pytest.fixture
def checked(tmp_path: Path) -> Checked:
    def check(toml: str, run: Run) -> list[str]:
        file = tmp_path / "gate.toml"
        file.write_text(toml, encoding="utf-8")
        return [str(breach) for breach in load_gate(file).check(run)]

    return check


class TestThresholds:
    def test_are_inclusive(self, checked: Checked) -> None:
        run = with_figures({"accuracy": 0.83, "words": 80})
        assert checked("[corpus]\naccuracy = { min = 0.83 }\nwords = { max = 80 }", run) == []

    def test_are_held_to_the_last_digit(self, checked: Checked) -> None:
        run = with_figures({"accuracy": 0.8299999, "words": 80.0001})
        assert checked("[corpus]\naccuracy = { min = 0.83 }\nwords = { max = 80 }", run) == [
            "corpus.accuracy is 0.8299999, below 0.83",
            "corpus.words is 80.0001, above 80",
        ]

    def test_read_well(self, checked: Checked) -> None:
        run = with_figures({"accuracy": 0.8123456, "recall@10": 81})
        gate = '[corpus]\naccuracy = { min = 0.83, max = 0.9 }\n"recall@10" = { max = 80 }'
        assert checked(gate, run) == ["corpus.accuracy is 0.812, below 0.83", "corpus.recall@10 is 81, above 80"]

    def test_no_value_breaks_every_bound(self, checked: Checked) -> None:
        breaches = checked("[corpus]\naccuracy = { min = 0.1, max = 0.9 }", with_figures({"accuracy": None}))
        assert [breach.partition(", where ")[2] for breach in breaches] == [
            "at least 0.1 is asked for",
            "at most 0.9 is asked for",
        ]

    def test_a_figure_that_is_not_there_is_a_breach(self, checked: Checked) -> None:
        assert checked("[corpus]\nacuracy = { min = 0 }", with_figures({"accuracy": 1.0})) == [
            "corpus.acuracy has no value, where at least 0 is asked for"
        ]

    @given(value=st.floats(-1e6, 1e6), threshold=st.floats(-1e6, 1e6))
    def test_a_breach_never_reads_as_if_it_were_none(self, value: float, threshold: float) -> None:
        side = "below" if value < threshold else "above"
        told = str(Breach("corpus", "accuracy", value, threshold, side)).split(" is ")[1].split(", ")[0]
        if value != threshold:
            assert (float(told) < threshold) == (value < threshold) and float(told) != threshold


class TestWhatIsChecked:
    GATE = "[corpus]\naccuracy = { min = 0.9 }\n[verifier]\naccuracy = { min = 0.9 }"

    def test_only_what_was_run(self, checked: Checked) -> None:
        assert checked(self.GATE, with_figures({"accuracy": 0.5}, "verifier")) == [
            "verifier.accuracy is 0.5, below 0.9"
        ]

    def test_never_nothing(self, checked: Checked) -> None:
        with pytest.raises(EvalError, match=r"checks nothing here: .* corpus, verifier, .* squad2"):
            checked(self.GATE, with_figures({"accuracy": 1.0}, "squad2"))

    @pytest.mark.parametrize(
        ("toml", "suites", "told"),
        [
            ("[corpsu]\naccuracy = { min = 0 }", ["corpus"], "no suite 'corpsu'. There are: corpus, verifier"),
            ("[corpus]\nacuracy = { min = 0 }", ["corpus"], "corpus has no measure 'acuracy'. It has: accuracy, words"),
            ("[verifier]\naccuracy = { min = 0 }", ["corpus"], "checks nothing here"),
        ],
    )
    def test_what_is_misspelt_is_found_before_the_run(
        self, tmp_path: Path, toml: str, suites: list[str], told: str
    ) -> None:
        file = tmp_path / "gate.toml"
        file.write_text(toml)
        with pytest.raises(EvalError, match=told):
            load_gate(file).require(MEASURES, suites)
        file.write_text("[corpus]\naccuracy = { min = 0 }\n[verifier]\naccuracy = { min = 0 }")
        load_gate(file).require(MEASURES, ["corpus"])


@pytest.mark.parametrize(
    ("toml", "told"),
    [
        ("", "checks nothing"),
        ("[corpus]", "gate.toml:1: corpus: holds no threshold"),
        ("accuracy = 0.8", "gate.toml:1: accuracy: .*met '0.8'"),
        ("[corpus]\n\naccuracy = 0.8", "gate.toml:3: corpus.accuracy: .*met '0.8'"),
        ("[corpus]\naccuracy = {}", "gate.toml:2: corpus.accuracy: .*without min and max"),
        ("[corpus]\naccuracy = { min = '0.8' }", "gate.toml:2: corpus.accuracy.min: .*met '0.8'"),
        ("[corpus]\naccuracy = { min = true }", "gate.toml:2: corpus.accuracy.min: .*met 'True'"),
        ("[corpus]\naccuracy = { min = nan }", "gate.toml:2: corpus.accuracy.min: .*met 'nan'"),
        ("[corpus]\naccuracy = { least = 1 }", "gate.toml:2: corpus.accuracy.least: .*met '1'"),
        ('[corpus]\nwords = { max = 1 }\n"recall@10" = { min = 2, max = 1 }', r"gate.toml:3: .*min \(2\) is above max"),
        ("[corpus", "gate.toml: not TOML: .*at"),
        ("[corpus]\naccuracy = { min = 1 }\naccuracy = { min = 1 }", "not TOML"),
    ],
)
def test_a_gate_of_another_form_is_refused(tmp_path: Path, toml: str, told: str) -> None:
    file = tmp_path / "gate.toml"
    file.write_text(toml)
    with pytest.raises(EvalError, match=told) as caught:
        load_gate(file)
    assert "\n" not in str(caught.value)


def test_a_gate_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(EvalError, match=r"none\.toml.*cannot be read"):
        load_gate(tmp_path / "none.toml")


class TestLoadingARun:
    def test_gives_back_what_was_written(self, tmp_path: Path) -> None:
        run = run_of(row("a", accuracy=1.0), row("b", "Wie heißt „er“?", accuracy=0.5))
        file = tmp_path / "run.json"
        file.write_text(run.model_dump_json(indent=1), encoding="utf-8")
        assert load_run(file) == run

    @given(cut=st.integers(0, 10_000))
    def test_cut_off_anywhere_is_refused(self, tmp_path_factory: pytest.TempPathFactory, cut: int) -> None:
        whole = run_of(row("a", accuracy=1.0), row("b", accuracy=0.5)).model_dump_json(indent=1)
        file = tmp_path_factory.getbasetemp() / "cut.json"
        file.write_text(whole[: cut % len(whole)], encoding="utf-8")
        with pytest.raises(EvalError, match=r"cut\.json"):
            load_run(file)

    @pytest.mark.parametrize(
        ("text", "told"),
        [
            ('{"version": 1, "suites": {"corpus": {"about": "of th', "cut off at line 1"),
            ('{"version": 1,\n "suites": {', "cut off at line 2"),
            ("question,answer\n", "no JSON"),
            ("[" * 100_000, "no JSON"),
            ('{"question": "Who?"}', "no run of the evals"),
            ("[1, 2]", "no run of the evals"),
            ('{"version": 1, "suites": {"corpus": {"about": 3}}}', r"no run of the evals \(dateline: "),
            ('{"version": 2, "suites": {}}', "version 2 of the format, and 1 is what can be read"),
            ("\ud800", "cannot be read"),
        ],
    )
    def test_what_is_none_is_refused(self, tmp_path: Path, text: str, told: str) -> None:
        file = tmp_path / "run.json"
        file.write_text(text, encoding="utf-8", errors="surrogatepass")
        with pytest.raises(EvalError, match=told) as caught:
            load_run(file)
        assert "\n" not in str(caught.value)

    def test_none_there(self, tmp_path: Path) -> None:
        with pytest.raises(EvalError, match="cannot be read"):
            load_run(tmp_path / "run.json")


class TestComparing:
    def test_a_run_with_itself(self) -> None:
        run = run_of(*(row(f"r{n}", accuracy=n % 2, words=n) for n in range(10)))
        comparison = compare(run, run, MEASURES)
        accuracy = comparison.suites["corpus"].figure("accuracy")
        assert (accuracy.before, accuracy.after, accuracy.difference) == (0.5, 0.5, 0.0)
        assert accuracy.interval == (0.0, 0.0) and accuracy.outcome == "same"
        assert comparison.suites["corpus"].worse == comparison.suites["corpus"].better == ()
        assert comparison.settings == {}

    def test_is_over_the_rows_that_both_have(self) -> None:
        before = run_of(
            row("a", accuracy=1), row("b", accuracy=0), row("old", accuracy=0), row("x", "Who?", accuracy=0)
        )
        after = run_of(
            row("new", accuracy=0), row("b", accuracy=1), row("a", accuracy=1), row("x", "Whom?", accuracy=0)
        )
        found = compare(before, after, MEASURES).suites["corpus"]
        assert (found.gone, found.added, found.reworded, found.paired) == (("old",), ("new",), ("x",), 2)
        assert (found.figure("accuracy").before, found.figure("accuracy").after) == (0.5, 1.0)

    def test_outcomes_go_by_what_is_better(self) -> None:
        before = run_of(*(row(f"r{n}", accuracy=0, words=50, seen=8) for n in range(20)))
        after = run_of(*(row(f"r{n}", accuracy=n > 4, words=60, seen=12) for n in range(20)))
        found = compare(before, after, MEASURES).suites["corpus"]
        assert {each.measure.name: each.outcome for each in found.figures} == {
            "accuracy": "better",
            "words": "worse",
            "seen": "changed",
        }
        assert found.figure("words").difference == 10 and found.figure("words").interval == (10.0, 10.0)

    def test_a_small_change_is_no_clear_one(self) -> None:
        before = run_of(*(row(f"r{n}", accuracy=n > 4) for n in range(20)))
        after = run_of(*(row(f"r{n}", accuracy=n > 3) for n in range(20)))
        change = compare(before, after, MEASURES).suites["corpus"].figure("accuracy")
        assert change.difference == pytest.approx(0.05) and change.outcome == "unclear"

    def test_rows_by_what_became_of_their_scores(self) -> None:
        before = run_of(
            row("up", accuracy=0, words=40, seen=1),
            row("down", accuracy=1, words=40),
            row("longer", accuracy=1, words=40),
            row("both", accuracy=0, words=40),
            row("seen", accuracy=1, words=40, seen=1),
            row("fell silent", accuracy=1, words=40),
            row("rounding", accuracy=0.1 + 0.2, words=40),
        )
        after = run_of(
            row("up", accuracy=1, words=40, seen=9),
            row("down", accuracy=0, words=30),
            row("longer", accuracy=1, words=45),
            row("both", accuracy=1, words=80),
            row("seen", accuracy=1, words=40, seen=9),
            row("fell silent", accuracy=1),
            row("rounding", accuracy=0.3, words=40),
        )
        found = compare(before, after, MEASURES).suites["corpus"]
        assert [change.row.id for change in found.better] == ["up", "both"]
        assert [change.row.id for change in found.worse] == ["down", "longer"]
        down = [(each.measure.name, each.before, each.after, each.outcome) for each in found.worse[0].scores]
        assert down == [("accuracy", 1, 0, "worse"), ("words", 40, 30, "better")]

    def test_tells_what_else_differs(self) -> None:
        before, after = run_of(row("a"), passages=8), run_of(row("a"))
        other = after.model_copy(update={"suites": {"verifier": suite(row("v"))}})
        assert compare(before, after, MEASURES).settings == {"passages": (8, 12)}
        assert compare(before, other, MEASURES) == Comparison(
            commit="abc1234", settings={"passages": (8, 12)}, suites={}, gone=("corpus",), added=("verifier",)
        )

    def test_nothing_in_common(self) -> None:
        found = compare(run_of(row("a", accuracy=1)), run_of(row("b", accuracy=1)), MEASURES).suites["corpus"]
        change = found.figure("accuracy")
        assert (found.paired, change.before, change.difference, change.interval) == (0, None, None, None)
        assert change.outcome == "unknown"
