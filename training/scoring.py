"""Scores pairs with the network as it is while it learns."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray

from rag.reader.encoding import Arrays, PairEncoder, Scorer, scorer
from training.learning import reduced
from training.network import Network

_TOGETHER = 32


def network_scorer(network: Network, encoder: PairEncoder, device: torch.device) -> Scorer:
    """Scores with the network as it is at each call."""

    def run(inputs: Arrays) -> NDArray[np.float32]:
        network.eval()
        with torch.inference_mode(), reduced(device):
            logits = network(**{name: torch.from_numpy(values).to(device) for name, values in inputs.items()})
        return np.asarray(logits.cpu().numpy(), dtype=np.float32)

    return scorer(encoder, _TOGETHER, run)
