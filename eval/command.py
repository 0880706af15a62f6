"""What `dateline eval` does: runs suites, compares, checks the gate, writes the reports."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.comparison import Comparison, compare, load_run
from eval.gate import Breach, load_gate
from eval.record import Run
from eval.registry import MEASURES, named
from eval.report import write_reports
from eval.report.markdown import markdown
from eval.running import forget, run
from index.errors import EvalError
from index.settings import Settings
from index.syncing import Progress


@dataclass(frozen=True)
class Outcome:
    """A complete run.

    Attributes:
        run: Everything that came of it.
        breaches: The thresholds that were missed; None where no gate was named.
        summary: In Markdown, as it was written.
        files: The reports.
    """

    run: Run
    breaches: Sequence[Breach] | None
    summary: str
    files: Sequence[Path]


def evaluate(
    suite: str | None,
    settings: Settings,
    *,
    data: Path | None,
    gate: Path | None,
    baseline: Path | None,
    out: Path,
    tell: Progress,
) -> Outcome:
    """Runs suites and writes `run.json`, `summary.md`, `report.html` and `junit.xml`.

    Args:
        suite: A name, or a file of cases; None for all that come with Dateline.
        settings: For the engines.
        data: Where the public test set is, for a suite that needs one.
        gate: A file of thresholds.
        baseline: The `run.json` of an earlier run.
        out: The folder of the reports, made where there is none.
        tell: Told how far it is.

    Raises:
        EvalError: Something that is read cannot be used; what can be known before the run is found before it.
        DatelineError: The corpus or a model cannot be used.
    """
    suites, data = named(suite, data)
    thresholds = load_gate(gate) if gate else None
    if thresholds:
        thresholds.require(MEASURES, [each.name for each in suites])
    before = load_run(baseline) if baseline else None
    if out.exists() and not out.is_dir():
        raise EvalError(f"--out is {str(out)!r}, which is a file. Name a folder.")
    done = run(suites, settings, data=data, out=out, work=settings.index_dir.parent / "eval", tell=tell)
    breaches = thresholds.check(done) if thresholds else None
    comparison: Comparison | None = compare(before, done, MEASURES) if before else None
    files = write_reports(done, out, measures=MEASURES, comparison=comparison, breaches=breaches)
    forget(suites, out)
    summary = markdown(done, measures=MEASURES, comparison=comparison, breaches=breaches)
    return Outcome(done, breaches, summary, files)
