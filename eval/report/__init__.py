"""What a run of the evals is turned into."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from eval.comparison import Comparison
from eval.gate import Breach
from eval.measure import Measure
from eval.record import Run
from eval.report.html import html
from eval.report.junit import junit
from eval.report.markdown import markdown
from index.errors import EvalError


def write_reports(
    run: Run,
    folder: Path,
    *,
    measures: Mapping[str, Sequence[Measure]],
    comparison: Comparison | None,
    breaches: Sequence[Breach] | None,
) -> list[Path]:
    """Writes `run.json`, `summary.md`, `report.html` and `junit.xml`, each of them whole or not at all.

    Args:
        run: What to report on.
        folder: Where to; it is made where there is none, and what is there of these files is replaced.
        measures: Those of each suite of the run, by name.
        comparison: With an earlier run, if there is one.
        breaches: What the gate found; None where no gate was named.

    Returns:
        The files, in that order.

    Raises:
        EvalError: The folder cannot be written to.
    """
    contents = {
        "run.json": run.model_dump_json(indent=1) + "\n",
        "summary.md": markdown(run, measures=measures, comparison=comparison, breaches=breaches),
        "report.html": html(run, measures=measures, comparison=comparison, breaches=breaches),
        "junit.xml": junit(run, breaches),
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return [_write(folder / name, content) for name, content in contents.items()]
    except OSError as error:
        raise EvalError(f"The reports cannot be written to {str(folder)!r} ({error}). Name another folder.") from None


def _write(path: Path, content: str) -> Path:
    beside = path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        beside.write_text(content, encoding="utf-8", newline="\n")
        return beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
