"""The readers that come with Dateline: a quick one, and one that reads again what the first found likeliest."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from threading import RLock

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, ValidationError

from index.checksum import sha256
from index.errors import ModelUnavailable
from rag.reader.curve import Curve
from rag.reader.encoding import Scorer, Task, TextPair
from rag.reader.session import MODEL, WORDS, onnx_scorer

FOLDER = Path(__file__).parent / "model"
SECOND = Path(__file__).parent / "second"
CALIBRATION = "calibration.json"
_MOST_THREADS = 4
_LOCK = RLock()


class Curves(BaseModel):
    """From logits to probabilities.

    Attributes:
        answer: That a sentence answers.
        answered: Of the highest logit of a paragraph, that one of its sentences does.
        support: That a sentence supports a statement; None where the reader has not learnt to tell.
    """

    model_config = ConfigDict(frozen=True)

    answer: Curve
    answered: Curve
    support: Curve | None = None


class Calibrated(BaseModel):
    """What `calibration.json` says beside a reader.

    Attributes:
        sha256: Of `reader.onnx`.
        words_sha256: Of `words.bin`, where the weights are parted.
        curves: From logits to probabilities.
        threshold: The probability of being answered from which on answering is right most often, with the reader alone.
    """

    model_config = ConfigDict(frozen=True)

    sha256: str
    words_sha256: str | None = None
    curves: Curves
    threshold: float


class BuiltInJudge:
    """One head of a reader that was trained and exported by `training/`, loaded when it is first used."""

    def __init__(self, folder: Path, task: Task) -> None:
        """Takes the folder of an exported reader.

        Raises:
            ModelUnavailable: It is missing, incomplete or not the one that was measured.
        """
        self._folder = folder
        self._task = task
        said = read_calibration(folder)
        self._curve = _curve(folder, said.curves, task)
        self.name = f"dateline-reader@{said.sha256[:12]}"

    @classmethod
    def shipped(cls, task: Task) -> BuiltInJudge:
        """A head of the quick reader that comes with Dateline; see `__init__`."""
        return cls(FOLDER, task)

    @classmethod
    def second(cls) -> BuiltInJudge:
        """The second reader, which only tells what answers; see `__init__`."""
        return cls(SECOND, Task.ANSWER)

    def log_odds(self, pairs: Sequence[TextPair]) -> NDArray[np.float64]:
        """See `Judge.log_odds`."""
        if not pairs:
            return np.empty(0)
        return np.asarray(self._curve.log_odds(_opened(self._folder)(pairs)[:, self._task]), dtype=np.float64)


def read_calibration(folder: Path) -> Calibrated:
    """Reads what a reader says of itself, and compares the checksum of its weights.

    Raises:
        ModelUnavailable: A file is missing or not of its form, or the weights are not those that were measured.
    """
    try:
        said = Calibrated.model_validate(json.loads((folder / CALIBRATION).read_text(encoding="utf-8")))
        wanted = {folder / MODEL: said.sha256, folder / WORDS: said.words_sha256}
        found = {file: _checksum(file) for file, checksum in wanted.items() if checksum}
    except (OSError, ValueError, ValidationError) as error:
        reason = " ".join(str(error).split())[:200]
        raise ModelUnavailable(
            f"The reader in {folder} cannot be used: {reason}. Install Dateline again, or switch it off: --reader off."
        ) from None
    for file, checksum in found.items():
        if checksum != wanted[file]:
            raise ModelUnavailable(
                f"The reader {file} has sha256 {checksum}, not {wanted[file]}, and is not used. Install Dateline "
                "again, or switch it off: --reader off."
            )
    return said


def _curve(folder: Path, curves: Curves, task: Task) -> Curve:
    curve = curves.answer if task is Task.ANSWER else curves.support
    if curve is None:
        raise ModelUnavailable(f"The reader in {folder} has not learnt what supports a statement. Name another.")
    return curve


@cache
def _checksum(file: Path) -> str:
    return sha256(file)


def _opened(folder: Path) -> Scorer:
    with _LOCK:
        return _open(folder)


@cache
def _open(folder: Path) -> Scorer:
    """One for all engines of the process: it holds 23 MB, the second one 112 MB, and no state."""
    return onnx_scorer(folder, min(_MOST_THREADS, os.cpu_count() or 1))
