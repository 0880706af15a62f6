"""What `dateline eval` does: runs suites, compares, checks the gate, writes the reports."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from eval.comparison import Comparison, compare, load_run
from eval.gate import Breach, Gate, load_gate
from eval.record import Run
from eval.registry import MEASURES, named
from eval.report import write_reports
from eval.report.markdown import markdown
from eval.running import forget, run
from eval.suite import Suite
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
    if before and not any(each.name in before.suites for each in suites):
        raise EvalError(f"The run {baseline} is of {', '.join(before.suites)}. Name an earlier run of the same suite.")
    with _folder(out):
        return _run(suites, settings, data, thresholds, before, out, tell)


@contextmanager
def _folder(out: Path) -> Iterator[None]:
    """Makes the folder of the reports where there is none, and keeps other runs out of it."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        lock = FileLock(out / ".lock", timeout=0)
        lock.acquire()
    except Timeout:
        raise EvalError(f"Another run writes to {out}. Wait for it, or name another folder: --out DIR.") from None
    except OSError as error:
        raise EvalError(f"--out is {str(out)!r}: {error.strerror}. Name a folder that can be written to.") from None
    try:
        yield
    finally:
        lock.release()
        (out / ".lock").unlink(missing_ok=True)


def _run(
    suites: Sequence[Suite],
    settings: Settings,
    data: Path | None,
    thresholds: Gate | None,
    before: Run | None,
    out: Path,
    tell: Progress,
) -> Outcome:
    done = run(suites, settings, data=data, out=out, work=settings.index_dir.parent / "eval", tell=tell)
    breaches = thresholds.check(done) if thresholds else None
    tell("Comparing with the earlier run", 0, 1)
    comparison: Comparison | None = compare(before, done, MEASURES) if before else None
    tell("Comparing with the earlier run", 1, 1)
    files = write_reports(done, out, measures=MEASURES, comparison=comparison, breaches=breaches)
    forget(suites, out)
    summary = markdown(done, measures=MEASURES, comparison=comparison, breaches=breaches)
    return Outcome(done, breaches, summary, files)
