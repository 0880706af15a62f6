"""Holds the figures of a run against thresholds."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal, Self, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, TypeAdapter, ValidationError, model_validator

from eval.measure import Measure
from eval.record import Run
from index.errors import EvalError

_Some = TypeVar("_Some")
_FORM = "Under the [name] of a suite, write: measure = { min = 0.8 }, with min, max or both."


class Threshold(BaseModel):
    """The least and the most that a figure may be, both inclusive."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)

    min: float | None = None
    max: float | None = None

    @model_validator(mode="after")
    def _bounds(self) -> Self:
        if self.min is None and self.max is None:
            raise ValueError("a threshold without min and max checks nothing")
        if self.min is not None and self.max is not None and self.min > self.max:
            raise ValueError(f"min ({self.min:g}) is above max ({self.max:g})")
        return self


@dataclass(frozen=True)
class Breach:
    """A figure that is not what the gate asks for.

    Attributes:
        value: The figure; None where the run has none of that name, or nothing that it could be made of.
        threshold: What it is below or above of.
    """

    suite: str
    measure: str
    value: float | None
    threshold: float
    side: Literal["below", "above"]

    @property
    def bound(self) -> str:
        """What it misses: "below 0.83"."""
        return f"{self.side} {self.threshold:.15g}"

    def __str__(self) -> str:
        name = f"{self.suite}.{self.measure}"
        if self.value is None:
            side = "least" if self.side == "below" else "most"
            return f"{name} has no value, where at {side} {self.threshold:.15g} is asked for"
        return f"{name} is {_told_apart(self.value, self.threshold)}, {self.bound}"


@dataclass(frozen=True)
class Gate:
    """Thresholds for the figures of suites.

    Attributes:
        path: The file that they were read from.
        suites: By suite and measure.
    """

    path: Path
    suites: Mapping[str, Mapping[str, Threshold]]

    def require(self, measures: Mapping[str, Sequence[Measure]], suites: Collection[str]) -> None:
        """Makes sure before a run that there is something to check, and that no name here is misspelt.

        Args:
            measures: Those of every suite that there is, by its name.
            suites: The names of those that are to be run.

        Raises:
            EvalError: There is no such suite or measure, or no suite named here is to be run.
        """
        for suite, thresholds in self.suites.items():
            if suite not in measures:
                raise EvalError(f"{self.path}: there is no suite {suite!r}. There are: {', '.join(measures)}.")
            known = [measure.name for measure in measures[suite]]
            for name in thresholds:
                if name not in known:
                    raise EvalError(f"{self.path}: {suite} has no measure {name!r}. It has: {', '.join(known)}.")
        self._require_one_of(suites)

    def check(self, run: Run) -> list[Breach]:
        """Compares every figure of the suites that were run with its thresholds.

        A figure that is missing, None or not a number never passes.

        Args:
            run: With its figures as they were computed; nothing is rounded here.

        Returns:
            What does not hold, in the order of the gate.

        Raises:
            EvalError: No suite named here was run, so that nothing would be checked.
        """
        self._require_one_of(run.suites)
        return [
            breach
            for suite, thresholds in self.suites.items()
            if suite in run.suites
            for measure, threshold in thresholds.items()
            for breach in _breaches(suite, measure, run.suites[suite].figures.get(measure), threshold)
        ]

    def _require_one_of(self, suites: Collection[str]) -> None:
        if self.suites.keys().isdisjoint(suites):
            raise EvalError(
                f"The gate {self.path} checks nothing here: it is about {', '.join(self.suites)}, and what is run is "
                f"{', '.join(suites) or 'nothing'}. Run one of its suites, or leave the gate out."
            )


def load_gate(path: Path) -> Gate:
    """Reads thresholds from TOML: a table for each suite, with the least and the most that a figure may be.

    Both are inclusive, and one of them is enough::

        [corpus]
        lead_accuracy = { min = 0.83 }
        answer_words = { max = 80 }
        "recall@10" = { min = 0.9 }

    Raises:
        EvalError: There is no such file, or anything in it is not of this form; the message names the file and,
            where it can be told, the line.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise EvalError(f"The gate {str(path)!r} cannot be read ({error}). Name a TOML file of thresholds.") from None
    try:
        given = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise EvalError(f"{path}: not TOML: {error}. {_FORM}") from None
    try:
        thresholds = _FILE.validate_python(given)
    except ValidationError as error:
        first = error.errors()[0]
        loc = [str(part) for part in first["loc"]]
        met = "" if first["type"] == "value_error" else f" (met {str(first['input'])[:60]!r})"
        where = f"{'.'.join(loc)}: " if loc else ""
        reason = first["msg"].removeprefix("Value error, ")
        raise EvalError(f"{_place(path, text, *loc[:2])}: {where}{reason}{met}. {_FORM}") from None
    return Gate(path, thresholds)


def _not_empty(thresholds: dict[str, _Some]) -> dict[str, _Some]:
    if not thresholds:
        raise ValueError("holds no threshold, so it checks nothing")
    return thresholds


_FILE = TypeAdapter(
    Annotated[
        dict[str, Annotated[dict[str, Threshold], AfterValidator(_not_empty)]],
        AfterValidator(_not_empty),
    ]
)


def _breaches(suite: str, measure: str, value: float | None, threshold: Threshold) -> list[Breach]:
    # What has no value is neither at least nor at most anything, so it breaks every bound there is.
    found: list[Breach] = []
    if threshold.min is not None and not (value is not None and value >= threshold.min):
        found.append(Breach(suite, measure, value, threshold.min, "below"))
    if threshold.max is not None and not (value is not None and value <= threshold.max):
        found.append(Breach(suite, measure, value, threshold.max, "above"))
    return found


def _told_apart(value: float, threshold: float) -> str:
    """A figure with three decimals, or as many more as it takes to be seen on its side of the threshold."""
    for decimals in range(3, 16):
        rounded = round(value, decimals)
        if rounded != threshold and (rounded < threshold) == (value < threshold):
            return f"{rounded:.{decimals}f}".rstrip("0").rstrip(".")
    return repr(value)


def _place(path: Path, text: str, *keys: str) -> str:
    """The file, with the line, counted from 1, on which the last of some keys stands, where each has its own line."""
    wanted = list(keys)
    for number, line in enumerate(text.splitlines(), 1):
        key = line.strip().removeprefix("[").partition("]" if line.lstrip().startswith("[") else "=")[0].strip()
        if wanted and key.strip("\"'") == wanted[0]:
            wanted.pop(0)
            if not wanted:
                return f"{path}:{number}"
    return str(path)
