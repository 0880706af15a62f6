"""What a run of the evals keeps: every question with its answer and scores, and the figures made of them."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, allow_inf_nan=False)


class Row(_Value):
    """One question of a suite and what came of it.

    Attributes:
        id: Unique in its suite.
        kind: Figures are given by kind as well.
        question: What was asked, or for a suite without questions what was tried.
        context: What else the outcome hangs on: "as of 2024-10-26", "after: Who is Kim Yong-hyun?".
        gold: What was expected, a line each.
        answer: The answer as JSON without its timings; None for a suite that asks nothing.
        scores: By name; a score that does not apply is left out.
        lost: Why points were lost, a line each; empty where none were.
        seconds: How long the answer took, judging not counted; None where the whole task is what is timed. Kept among
            the timings of the run, not here.
    """

    id: str
    kind: str
    question: str
    context: tuple[str, ...] = ()
    gold: tuple[str, ...] = ()
    answer: dict[str, Any] | None = None
    scores: dict[str, float] = {}
    lost: tuple[str, ...] = ()
    seconds: float | None = Field(None, exclude=True)


class SuiteRecord(_Value):
    """The outcome of one suite.

    Attributes:
        about: One line: what is measured, on what.
        rows: In the order of the suite.
        figures: The value of each measure over all rows; None where no row has what it takes.
        by_kind: The same over the rows of each kind.
    """

    about: str
    rows: tuple[Row, ...]
    figures: dict[str, float | None]
    by_kind: dict[str, dict[str, float | None]]


class Run(_Value):
    """A whole run, as `run.json` has it. Two runs of the same code on the same data differ in `timings` alone.

    Attributes:
        version: Of this format.
        dateline: Version of Dateline.
        commit: Of the checkout, with "+" behind it where files were changed; None outside of one.
        settings: The settings that change answers.
        suites: By name.
        timings: When it ran, on what machine, and how long everything took in seconds.
    """

    version: int = 1
    dateline: str
    commit: str | None
    settings: dict[str, Any]
    suites: dict[str, SuiteRecord]
    timings: dict[str, Any]
