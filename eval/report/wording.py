"""Figures, times and texts as the reports show them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from eval.comparison import Comparison, FigureChange, Outcome, ScoreChange
from eval.record import Run
from rag import wording

NONE = "–"
"""Stands where there is no figure."""

OUTCOMES: Mapping[Outcome, str] = {
    "better": "better",
    "worse": "worse",
    "changed": "changed",
    "unclear": "no clear change",
    "same": "unchanged",
    "unknown": NONE,
}
"""The outcome of a comparison in words."""


def figure(value: float | None, like: float | None = None) -> str:
    """A figure: "0.812", "43.2", "1,250".

    Args:
        value: The figure.
        like: Has as many decimals as this one would; so a small difference of large figures is not overly exact.
    """
    if value is None:
        return NONE
    scale = abs(value if like is None else like)
    text = f"{abs(value):,.{3 if scale < 10 else 1 if scale < 1000 else 0}f}"
    return f"−{text}" if value < 0 and re.search("[1-9]", text) else text


def signed(value: float | None, like: float | None = None) -> str:
    """A difference: "+0.012", "−0.012", "0.000"."""
    text = figure(value, like)
    return f"+{text}" if value is not None and value > 0 and re.search("[1-9]", text) else text


def interval(change: FigureChange) -> str:
    """The 95 % interval of a difference: "−0.010 to +0.034"."""
    if change.interval is None:
        return NONE
    return " to ".join(signed(bound, change.after) for bound in change.interval)


def score(value: float | None) -> str:
    """The score of one row: "1", "0.667", "none"."""
    if value is None:
        return "none"
    return f"{value:,.3f}".rstrip("0").rstrip(".") if value == value else "nan"


def score_change(change: ScoreChange) -> str:
    """What became of a score: "lead_accuracy 1, now 0"."""
    return f"{change.measure.name} {score(change.before)}, now {score(change.after)}"


def duration(seconds: float) -> str:
    """A time: "0.31 s", "12.4 s", "3 min 20 s", "2 h 5 min"."""
    if seconds < 60:
        return f"{seconds:.2f} s" if seconds < 10 else f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


def dated(day: str | None, not_before: str | None = None) -> str:
    """When a source was published: "25 October 2024", "not before 29 October 2024", "undated"."""
    if day:
        return wording.day(date.fromisoformat(day))
    return f"not before {wording.day(date.fromisoformat(not_before))}" if not_before else "undated"


def short(text: str, longest: int) -> str:
    """The opening of a text that is longer than so many characters."""
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def plain(value: Any) -> str:
    """A setting as text."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def facts(run: Run) -> dict[str, str]:
    """What the run was: its version, commit, time, machine and duration, as far as they are known."""
    started = run.timings.get("started")
    told = {
        "Dateline": run.dateline,
        "Commit": run.commit or "none",
        "Started": _moment(started) if started else None,
        "Machine": run.timings.get("machine"),
        "Took": duration(seconds) if (seconds := run.timings.get("seconds")) is not None else None,
    }
    return {name: str(value) for name, value in told.items() if value}


def set_otherwise(comparison: Comparison) -> list[str]:
    """The settings that the earlier run had otherwise: "passages 12, before 8"."""
    return [f"{name} {plain(new)}, before {plain(old)}" for name, (old, new) in comparison.settings.items()]


def suite_timings(run: Run, suite: str) -> Mapping[str, Any]:
    """The timings of a suite, empty where there are none."""
    found: Mapping[str, Any] = run.timings.get("suites", {}).get(suite, {})
    return found


def _moment(started: str) -> str:
    try:
        moment = datetime.fromisoformat(started)
    except ValueError:
        return started
    return (
        f"{wording.day(moment.date())}, {moment:%H:%M}{' UTC' if moment.tzname() == 'UTC' else f' {moment:%Z}'}".strip()
    )
