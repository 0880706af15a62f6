"""One step of learning: the loss of a few bundles of pairs and what it changes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy

from rag.reader.encoding import Encoded, PairEncoder, arrays, by_length
from training.network import Network
from training.pairs import Bundle
from training.recipe import Recipe

_TOGETHER = 16
"""Pairs that are padded to one length."""


class Learner:
    """Changes the weights of a network, all but those that the recipe leaves as they are.

    Those of its words are among these always: the data have too few of them to learn.
    """

    def __init__(self, network: Network, encoder: PairEncoder, recipe: Recipe, device: torch.device) -> None:
        """Takes the network, which it moves to the device."""
        self.network = network.to(device)
        _freeze(self.network.encoder, recipe.frozen)
        self.optimizer = torch.optim.AdamW(_groups(network, recipe), lr=recipe.rate)
        self._encoder = encoder
        self._recipe = recipe
        self._device = device

    def learn(self, step: int, bundles: Sequence[Bundle]) -> float:
        """Makes one step; dropout hangs on the seed and the step's number alone.

        Returns:
            The loss before the step.
        """
        torch.manual_seed(self._recipe.seed * 1_000_003 + step)
        for group in self.optimizer.param_groups:
            group["lr"] = self._recipe.rate_at(step)
        self.network.train()
        encoded = self._encoder.encode([pair.texts for bundle in bundles for pair in bundle])
        loss = _loss(self._logits(encoded), bundles, self._recipe)
        self.optimizer.zero_grad(set_to_none=True)
        # torch declares no types for it.
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), self._recipe.clip)
        self.optimizer.step()
        return float(loss.detach())

    def _logits(self, encoded: Sequence[Encoded]) -> Tensor:
        groups = by_length(encoded, _TOGETHER)
        made = []
        # Around all groups: the weights are rounded once.
        with reduced(self._device):
            for group in groups:
                inputs = arrays([encoded[at] for at in group])
                made.append(self.network(**{name: torch.from_numpy(a).to(self._device) for name, a in inputs.items()}))
        back = torch.empty(len(encoded), dtype=torch.long)
        back[torch.tensor([at for group in groups for at in group])] = torch.arange(len(encoded))
        return torch.cat(made)[back.to(self._device)]


def _freeze(encoder: Any, layers: int) -> None:
    encoder.embeddings.word_embeddings.requires_grad_(False)
    if not layers:
        return
    encoder.embeddings.requires_grad_(False)
    for layer in encoder.encoder.layer[:layers]:
        layer.requires_grad_(False)
    if hasattr(encoder.encoder, "relative_attention_bias"):
        encoder.encoder.relative_attention_bias.requires_grad_(False)


def reduced(device: torch.device) -> torch.autocast:
    """Multiplies matrices in bfloat16 where the device does that faster than in float32."""
    quick = device.type == "cuda" or torch.cpu._is_avx512_bf16_supported()
    return torch.autocast(device.type, torch.bfloat16, enabled=quick)


def _loss(logits: Tensor, bundles: Sequence[Bundle], recipe: Recipe) -> Tensor:
    """Cross entropy of every pair by itself, and of those that fit among those of their bundle."""
    pairs = [pair for bundle in bundles for pair in bundle]
    of_task = logits[torch.arange(len(pairs)), [int(pair.task) for pair in pairs]]
    fits = torch.tensor([float(pair.fits) for pair in pairs], device=logits.device)
    weights = torch.where(fits > 0, recipe.fits_weight, 1.0)
    single = binary_cross_entropy_with_logits(of_task, fits, weights, reduction="sum") / weights.sum()
    ranked = list(_ranked(of_task, bundles))
    return single + recipe.ranking * torch.stack(ranked).mean() if ranked else single


def _ranked(logits: Tensor, bundles: Sequence[Bundle]) -> Iterator[Tensor]:
    start = 0
    for bundle in bundles:
        here = logits[start : start + len(bundle)]
        start += len(bundle)
        wrong = [at for at, pair in enumerate(bundle) if not pair.fits]
        for right in (at for at, pair in enumerate(bundle) if pair.fits):
            if wrong:
                yield cross_entropy(
                    here[[right, *wrong]].unsqueeze(0), torch.zeros(1, dtype=torch.long, device=here.device)
                )


def _groups(network: Network, recipe: Recipe) -> list[dict[str, object]]:
    """Without decay for biases and the weights of layer norms, as is usual for BERT."""
    trained = [weight for weight in network.parameters() if weight.requires_grad]
    return [
        {"params": [weight for weight in trained if weight.ndim > 1], "weight_decay": recipe.decay},
        {"params": [weight for weight in trained if weight.ndim <= 1], "weight_decay": 0.0},
    ]
