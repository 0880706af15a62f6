"""Who judges a pair of texts, and which judges the settings name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from index.settings import BUILT_IN_READER, BUILT_IN_READERS, OFF, READERS_OWN, Settings
from rag.reader.built_in import BuiltInJudge
from rag.reader.cross_encoder import CrossEncoderJudge
from rag.reader.encoding import Task, TextPair


class Judge(Protocol):
    """Says how likely something holds between two texts.

    Attributes:
        name: Of the model.
    """

    name: str

    def log_odds(self, pairs: Sequence[TextPair]) -> NDArray[np.float64]:
        """ln(p / (1 - p)) for each pair, shape (pairs,), where p is the probability that it holds.

        Raises:
            ModelUnavailable: The model cannot be found, read or trusted.
        """
        ...


@dataclass(frozen=True)
class Judges:
    """The judges of an engine; None where there is none.

    Attributes:
        answers: Whether a sentence (right) answers a question (left).
        supports: Whether a sentence (right) supports a statement (left).
        again: The same as `answers`, more surely and more slowly, of what that found likeliest.
    """

    answers: Judge | None
    supports: Judge | None
    again: Judge | None = None


def judges(settings: Settings) -> Judges:
    """The judges that the settings name; nothing heavy happens yet.

    Raises:
        ModelUnavailable: The reader that comes with Dateline is not there.
    """
    again = BuiltInJudge.second() if settings.reader == BUILT_IN_READER else None
    return Judges(_answering(settings.reader), support_judge(settings), again)


def _answering(name: str) -> Judge | None:
    if name == OFF:
        return None
    return BuiltInJudge.shipped(Task.ANSWER) if name in BUILT_IN_READERS else CrossEncoderJudge(name, Task.ANSWER)


def support_judge(settings: Settings) -> Judge | None:
    """The judge of statements that the settings name, alone.

    Raises:
        ModelUnavailable: The reader that comes with Dateline is not there.
    """
    if settings.nli == READERS_OWN:
        return BuiltInJudge.shipped(Task.SUPPORT) if settings.reader in BUILT_IN_READERS else None
    return None if settings.nli == OFF else CrossEncoderJudge(settings.nli, Task.SUPPORT)
