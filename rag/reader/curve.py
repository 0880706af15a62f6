"""From logits to probabilities and back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.floating]


@dataclass(frozen=True)
class Curve:
    """Platt scaling, p = 1 / (1 + exp(-(scale * logit + shift))).

    Platt, "Probabilistic Outputs for Support Vector Machines", 1999.
    """

    scale: float
    shift: float

    def log_odds(self, logits: Numbers) -> Numbers:
        """The logarithms of p / (1 - p)."""
        return self.scale * np.asarray(logits, dtype=np.float64) + self.shift

    def __call__(self, logits: Numbers) -> Numbers:
        """The probabilities of some logits."""
        return 1 / (1 + np.exp(-self.log_odds(logits)))
