"""The settings of a training."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

from index.embedding import BUILT_IN_SHA256

_FILE = "recipe.json"


@dataclass(frozen=True)
class Recipe:
    """What a training hangs on beside its data.

    Attributes:
        steps: How many times the weights are changed.
        seed: Of everything that is random.
        rate: The highest learning rate, reached after `warm_up`, a share of the steps; from there it falls to 0.
        decay: Weight decay of AdamW (Loshchilov and Hutter, https://arxiv.org/abs/1711.05101).
        clip: Length to which a longer gradient is shortened.
        fits_weight: How much more a pair that fits counts than one that does not.
        ranking: Weight of the loss over the pairs of a bundle beside that over single pairs.
        every: Steps between two checkpoints, and between two measurements.
        frozen: How many of the lowest layers are left as they are, with the embeddings and what all layers share; where
            none is, the embeddings of words alone are left.
        supports: Whether statements are learnt beside questions.
        encoder: sha256 of the weights that it begins with.
    """

    steps: int = 4000
    seed: int = 0
    rate: float = 1e-4
    warm_up: float = 0.06
    decay: float = 0.01
    clip: float = 1.0
    fits_weight: float = 2.0
    ranking: float = 0.5
    every: int = 500
    frozen: int = 0
    supports: bool = True
    encoder: str = BUILT_IN_SHA256

    @classmethod
    def load(cls, folder: Path) -> Self:
        """The recipe of a trained reader."""
        return cls(**json.loads((folder / _FILE).read_text(encoding="utf-8")))

    def save(self, folder: Path) -> None:
        """Keeps it beside the reader."""
        (folder / _FILE).write_text(json.dumps(asdict(self), indent=1) + "\n", encoding="utf-8")

    def rate_at(self, step: int) -> float:
        """The learning rate of a step, counted from 0."""
        rising = max(1, round(self.warm_up * self.steps))
        if step < rising:
            return self.rate * (step + 1) / rising
        return self.rate * (self.steps - step) / max(1, self.steps - rising)
