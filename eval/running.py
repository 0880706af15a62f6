"""Runs suites: in parallel, with progress, and going on where an earlier run was stopped."""

from __future__ import annotations

import os
import platform
import subprocess
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from eval.metrics.latency import latency
from eval.progress import Done, Journal, fingerprint
from eval.record import Row, Run, SuiteRecord
from eval.suite import Context, Suite, Task
from index.settings import Settings
from index.syncing import Progress

_AT_ONCE = 4
"""Questions asked at once of a language model, which waits for another process or machine. Quotes are made one after
another: that keeps every core busy already, and two at once took as long (295 questions on 2 cores, 26 s both)."""

_OF_THE_PAGE = {"host", "port", "auth", "hosts", "uploads"}


def run(
    suites: Sequence[Suite], settings: Settings, *, data: Path | None, out: Path, work: Path, tell: Progress
) -> Run:
    """Runs suites one after another.

    What is done is kept in `out` as it comes; a run that was stopped, asked for again with the same code, settings and
    data, goes on from there. Once it is complete, `forget` makes the next one begin anew.

    Args:
        suites: What to run.
        settings: For the engines.
        data: Where the test set is, for the suites that need one.
        out: The folder of the run.
        work: Where the indexes of test sets are kept between runs, each in a folder of its suite's name.
        tell: Told how far it is.

    Raises:
        DatelineError: A test set, the corpus or a model cannot be used.
    """
    began, started = time.perf_counter(), datetime.now(UTC)
    out.mkdir(parents=True, exist_ok=True)
    records: dict[str, SuiteRecord] = {}
    timings: dict[str, Any] = {}
    for suite in suites:
        suite_began = time.perf_counter()
        done = _rows(suite, settings, data, out, work / suite.name, tell)
        records[suite.name] = record(suite, [each.row for each in done])
        seconds = {each.row.id: round(each.seconds, 3) for each in done}
        timings[suite.name] = {
            "seconds": round(time.perf_counter() - suite_began, 1),
            **{name: round(value, 3) for name, value in latency(list(seconds.values())).items()},
            "rows": seconds,
        }
    return Run(
        dateline=version("dateline"),
        commit=_commit(),
        settings=_settings(settings),
        suites=records,
        timings={
            "started": started.isoformat(timespec="seconds"),
            "machine": _machine(),
            "seconds": round(time.perf_counter() - began, 1),
            "suites": timings,
        },
    )


def forget(suites: Sequence[Suite], out: Path) -> None:
    """Lets go of what was kept for going on, once a run is complete and written."""
    for suite in suites:
        Journal(out, suite.name).remove()


def _rows(suite: Suite, settings: Settings, data: Path | None, out: Path, work: Path, tell: Progress) -> list[Done]:
    with ExitStack() as stack:
        tasks = suite.tasks(Context(settings, data, work, tell, stack))
        watched = [settings.corpus, *([data] if data else [])]
        journal = Journal(out, suite.name)
        with journal.opened(fingerprint(_settings(settings), watched)) as kept:
            left = [task for task in tasks if task.id not in kept]
            tell(f"Running {suite.name}", len(kept), len(tasks))
            executor = ThreadPoolExecutor(1 if settings.llm == "quote" else _AT_ONCE)
            try:
                for done in executor.map(_timed, left):
                    journal.keep(done)
                    tell(f"Running {suite.name}", len(kept), len(tasks))
            finally:
                executor.shutdown(cancel_futures=True)
            return [kept[task.id] for task in tasks]


def _timed(task: Task) -> Done:
    began = time.perf_counter()
    row = task.run()
    return Done(row, time.perf_counter() - began if row.seconds is None else row.seconds)


def record(suite: Suite, rows: Sequence[Row]) -> SuiteRecord:
    """The outcome of a suite, with the figures made of its rows."""
    kinds = sorted({row.kind for row in rows})
    return SuiteRecord(
        about=suite.about,
        rows=tuple(rows),
        figures=_figures(suite, rows),
        by_kind={kind: _figures(suite, [row for row in rows if row.kind == kind]) for kind in kinds},
    )


def _figures(suite: Suite, rows: Sequence[Row]) -> dict[str, float | None]:
    return {measure.name: measure.of(rows) for measure in suite.measures}


def _settings(settings: Settings) -> dict[str, Any]:
    """Those that change answers; of paths the last part, so that runs on two machines can be compared."""
    given = settings.model_dump(mode="json", exclude=_OF_THE_PAGE | {"index"})
    return {**given, "corpus": settings.corpus.resolve().name, "llm": settings.llm.rpartition("/")[2]}


def _machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()} {platform.machine()}, "
        f"Python {platform.python_version()}"
    )


def _commit() -> str | None:
    """The commit of the checkout that this module lies in, with "+" where files were changed."""
    here = Path(__file__).parent
    try:
        told = subprocess.run(
            ["git", "describe", "--always", "--dirty=+", "--exclude=*"],
            cwd=here, capture_output=True, text=True, check=True, timeout=10,
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return None
    return told.stdout.strip() or None
