"""Compares a run with an earlier one: figure by figure, with intervals, and question by question."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import ValidationError

from eval.measure import Measure
from eval.metrics.bootstrap import difference_interval
from eval.record import Row, Run, SuiteRecord
from index.errors import EvalError

Outcome = Literal["better", "worse", "changed", "same", "unclear", "unknown"]
"""What became of something: "changed" where neither direction is better, "unclear" where it may be chance."""

_VERSION = 1
_SAME = 1e-9
"""Scores no further apart than this differ by rounding alone."""


@dataclass(frozen=True)
class FigureChange:
    """A figure over the rows that both runs have.

    Attributes:
        before: In the earlier run; None where no row has what it takes.
        after: In the later one.
        interval: The bounds of the 95 % interval of the difference; None where there is none.
    """

    measure: Measure
    before: float | None
    after: float | None
    interval: tuple[float, float] | None

    @property
    def difference(self) -> float | None:
        """After less before."""
        return None if self.before is None or self.after is None else self.after - self.before

    @property
    def outcome(self) -> Outcome:
        """What the interval says: "unclear" where it holds 0, "unknown" where there is none."""
        if self.interval is None:
            return "unknown"
        low, high = self.interval
        if low <= 0 <= high:
            return "same" if low == high else "unclear"
        if self.measure.better == "neither":
            return "changed"
        return "better" if (low > 0) == (self.measure.better == "more") else "worse"


@dataclass(frozen=True)
class ScoreChange:
    """A score of one row that is no longer what it was; None on the side where it does not apply."""

    measure: Measure
    before: float | None
    after: float | None

    @property
    def outcome(self) -> Outcome:
        """Whether that is better; "unknown" where the score is on one side alone."""
        if self.before is None or self.after is None:
            return "unknown"
        return "better" if (self.after > self.before) == (self.measure.better == "more") else "worse"


@dataclass(frozen=True)
class RowChange:
    """A row of which at least one score got better or worse.

    Attributes:
        row: As it is in the later run.
        scores: What changed, in the order of the measures.
    """

    row: Row
    scores: tuple[ScoreChange, ...]

    @property
    def telling(self) -> ScoreChange:
        """What decides whether the row got better: a suite names its measures by weight, so the first that did."""
        return next(score for score in self.scores if score.outcome != "unknown")


@dataclass(frozen=True)
class SuiteComparison:
    """A suite in two runs.

    Attributes:
        paired: How many rows both have, with the same id and the same question. All else is about these.
        figures: In the order of the measures.
        worse: Rows that got worse by their most telling score, those by the first measure first, by most.
        better: Rows that got better by it, in the like order.
        gone: The ids of rows that the later run does not have.
        added: The ids of rows that the earlier run does not have.
        reworded: The ids of rows that ask something else than before.
    """

    paired: int
    figures: tuple[FigureChange, ...]
    worse: tuple[RowChange, ...]
    better: tuple[RowChange, ...]
    gone: tuple[str, ...]
    added: tuple[str, ...]
    reworded: tuple[str, ...]

    def figure(self, measure: str) -> FigureChange:
        """The change of one figure.

        Raises:
            KeyError: The suite has no measure of that name.
        """
        for change in self.figures:
            if change.measure.name == measure:
                return change
        raise KeyError(measure)


@dataclass(frozen=True)
class Comparison:
    """Two runs.

    Attributes:
        commit: Of the earlier run.
        settings: What is set otherwise, by name: before and after, None where it was not recorded.
        suites: Those that both have.
        gone: The names of suites that the later run does not have.
        added: The names of suites that the earlier run does not have.
    """

    commit: str | None
    settings: dict[str, tuple[Any, Any]]
    suites: dict[str, SuiteComparison]
    gone: tuple[str, ...]
    added: tuple[str, ...]


def load_run(path: Path) -> Run:
    """Reads the `run.json` of an earlier run.

    Raises:
        EvalError: It is missing, cut off, no JSON, no run, or of another version of the format.
    """
    hint = "Name the run.json of an earlier run."
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise EvalError(f"The run {str(path)!r} cannot be read ({error}). {hint}") from None
    try:
        given = json.loads(text)
    except json.JSONDecodeError as error:
        cut_off = error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated string")
        what = f"is cut off at line {error.lineno}" if cut_off else f"is no JSON (line {error.lineno}: {error.msg})"
        raise EvalError(f"The run {str(path)!r} {what}. {hint}") from None
    except (ValueError, RecursionError) as error:
        raise EvalError(f"The run {str(path)!r} is no JSON ({error}). {hint}") from None
    if not isinstance(given, dict) or not {"version", "suites"} <= given.keys():
        raise EvalError(f"{str(path)!r} is JSON, but no run of the evals. {hint}")
    if given["version"] != _VERSION:
        raise EvalError(
            f"The run {str(path)!r} is of version {given['version']!r} of the format, and {_VERSION} is what can be "
            "read. Run the evals again for it."
        )
    try:
        return Run.model_validate(given)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise EvalError(f"{str(path)!r} is no run of the evals ({where}: {first['msg']}). {hint}") from None


def compare(before: Run, after: Run, measures: Mapping[str, Sequence[Measure]]) -> Comparison:
    """Compares two runs on the rows that both have.

    Args:
        before: The earlier one.
        after: The later one.
        measures: Those of every suite that both runs have, by its name.
    """
    names = {*before.settings, *after.settings}
    settings = {name: (before.settings.get(name), after.settings.get(name)) for name in sorted(names)}
    return Comparison(
        commit=before.commit,
        settings={name: (old, new) for name, (old, new) in settings.items() if old != new},
        suites={
            name: _compare_suite(before.suites[name], record, measures[name])
            for name, record in after.suites.items()
            if name in before.suites
        },
        gone=tuple(name for name in before.suites if name not in after.suites),
        added=tuple(name for name in after.suites if name not in before.suites),
    )


def _compare_suite(before: SuiteRecord, after: SuiteRecord, measures: Sequence[Measure]) -> SuiteComparison:
    old, new = {row.id: row for row in before.rows}, {row.id: row for row in after.rows}
    both = [row.id for row in after.rows if row.id in old]
    reworded = tuple(each for each in both if _asked(old[each]) != _asked(new[each]))
    pairs = [(old[each], new[each]) for each in both if each not in reworded]
    changes = sorted(_row_changes(pairs, measures), key=lambda change: _weight(change, measures))
    return SuiteComparison(
        paired=len(pairs),
        figures=tuple(_figure_change(pairs, measure) for measure in measures),
        worse=tuple(change for change in changes if change.telling.outcome == "worse"),
        better=tuple(change for change in changes if change.telling.outcome == "better"),
        gone=tuple(row.id for row in before.rows if row.id not in new),
        added=tuple(row.id for row in after.rows if row.id not in old),
        reworded=reworded,
    )


def _asked(row: Row) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    return row.question, row.context, row.gold


def _figure_change(pairs: Sequence[tuple[Row, Row]], measure: Measure) -> FigureChange:
    old, new = [row for row, _ in pairs], [row for _, row in pairs]
    return FigureChange(measure, measure.of(old), measure.of(new), difference_interval(old, new, measure.of))


def _row_changes(pairs: Sequence[tuple[Row, Row]], measures: Sequence[Measure]) -> Iterator[RowChange]:
    for before, after in pairs:
        scores = tuple(
            ScoreChange(measure, old, new)
            for measure in measures
            if measure.better != "neither"
            and not _same(old := before.scores.get(measure.name), new := after.scores.get(measure.name))
        )
        if any(score.outcome != "unknown" for score in scores):
            yield RowChange(after, scores)


def _same(before: float | None, after: float | None) -> bool:
    if before is None or after is None:
        return before is after
    return math.isclose(before, after, rel_tol=_SAME, abs_tol=_SAME)


def _weight(change: RowChange, measures: Sequence[Measure]) -> tuple[int, float]:
    """Sorts rows: by the measure that tells most of them, and by how far that went."""
    telling = change.telling
    return measures.index(telling.measure), -abs((telling.after or 0) - (telling.before or 0))
