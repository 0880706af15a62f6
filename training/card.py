"""The model card."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from index.embedding import BUILT_IN_PACKAGE, BUILT_IN_SHA256
from rag.reader.encoding import LONGEST
from training.calibration import Calibration
from training.held_out import Figures
from training.recipe import Recipe

_TEMPLATE = "CARD.md.j2"


@dataclass(frozen=True)
class Card:
    """What a model card says.

    Attributes:
        data_sha256: Of the training data.
        size: Of the weights, in bytes.
        model_sha256: Of the weights.
        figures: On held-out articles, by what is read beside a sentence.
        curves: By what they are the probability of.
        threshold: From what probability on a question counts as answered.
        recipe: How they were trained.
    """

    data_sha256: str
    size: int
    model_sha256: str
    figures: Mapping[str, Figures]
    curves: Mapping[str, Calibration]
    threshold: float
    recipe: Recipe

    def text(self) -> str:
        """The card, in Markdown."""
        environment = Environment(
            loader=FileSystemLoader(Path(__file__).parent),
            undefined=StrictUndefined,
            trim_blocks=True,
            autoescape=False,
        )
        return environment.get_template(_TEMPLATE).render(card=self, recipe=asdict(self.recipe), **_base())


def _base() -> dict[str, Any]:
    return {"package": BUILT_IN_PACKAGE, "package_sha256": BUILT_IN_SHA256, "longest": LONGEST}
