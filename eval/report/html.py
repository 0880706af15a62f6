"""A page with every question of a run: one file, without scripts, that loads nothing."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import ChainableUndefined, Environment, FileSystemLoader
from markupsafe import Markup

from eval.comparison import Comparison, RowChange, SuiteComparison
from eval.gate import Breach
from eval.measure import Measure
from eval.record import Run, SuiteRecord
from eval.report import wording
from rag.foreign import printable
from rag.wording import count


@dataclass(frozen=True)
class _Suite:
    """What the template shows of a suite.

    Attributes:
        sizes: How many rows there are of each kind.
        lost: How many rows lost points.
        breaches: By measure.
        changes: By row id, the rows that got better or worse.
        places: By row id, the position of the row, of which its anchor is made.
    """

    name: str
    record: SuiteRecord
    measures: Sequence[Measure]
    comparison: SuiteComparison | None
    timings: Mapping[str, Any]
    sizes: Mapping[str, int]
    lost: int
    breaches: Mapping[str, Breach]
    changes: Mapping[str, RowChange]
    places: Mapping[str, int]


def html(
    run: Run,
    *,
    measures: Mapping[str, Sequence[Measure]],
    comparison: Comparison | None,
    breaches: Sequence[Breach] | None,
) -> str:
    """The report on a run.

    Args:
        run: What to report on.
        measures: Those of each of its suites, by name.
        comparison: With an earlier run, if there is one.
        breaches: What the gate found; None where no gate was named.
    """
    suites = [
        _suite(run, name, record, measures[name], comparison.suites.get(name) if comparison else None, breaches or ())
        for name, record in run.suites.items()
    ]
    return (
        _environment()
        .get_template("report.html.j2")
        .render(run=run, suites=suites, comparison=comparison, breaches=breaches)
    )


def _suite(
    run: Run,
    name: str,
    record: SuiteRecord,
    measures: Sequence[Measure],
    comparison: SuiteComparison | None,
    breaches: Sequence[Breach],
) -> _Suite:
    changes = [*comparison.worse, *comparison.better] if comparison else []
    return _Suite(
        name=name,
        record=record,
        measures=measures,
        comparison=comparison,
        timings=wording.suite_timings(run, name),
        sizes=Counter(row.kind for row in record.rows),
        lost=sum(bool(row.lost) for row in record.rows),
        breaches={breach.measure: breach for breach in breaches if breach.suite == name},
        changes={change.row.id: change for change in changes},
        places={row.id: place for place, row in enumerate(record.rows)},
    )


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_shown,
        undefined=ChainableUndefined,  # What an answer does not have is not shown.
    )
    environment.globals.update(wording=wording, count=count, as_json=_as_json)
    return environment


def _shown(value: Any) -> Any:
    return printable(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _as_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1)
