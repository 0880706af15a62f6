"""Keeps a training on disk as it goes, so that one that was stopped goes on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch

from index.errors import EvalError
from training.network import Network

_FILE = "checkpoint.pt"


class Checkpoint:
    """The weights, the state of the optimizer and the number of steps made, in one file that is replaced at once."""

    def __init__(self, folder: Path, made_from: str) -> None:
        """Takes the folder, and what names the recipe and the data."""
        folder.mkdir(parents=True, exist_ok=True)
        self._file = folder / _FILE
        self._made_from = made_from

    def save(self, step: int, network: Network, optimizer: torch.optim.Optimizer) -> None:
        """Keeps the state after so many steps."""
        state = {
            "made_from": self._made_from,
            "step": step,
            "network": network.state_dict(),
            "optimizer": optimizer.state_dict(),
        }
        anew = self._file.with_suffix(".new")
        torch.save(state, anew)
        anew.replace(self._file)

    def restore(self, network: Network, optimizer: torch.optim.Optimizer) -> int:
        """Puts back what was kept.

        Returns:
            The number of steps made; 0 where nothing was kept.

        Raises:
            EvalError: It was made with another recipe or other data.
        """
        if not self._file.exists():
            return 0
        state: dict[str, Any] = torch.load(self._file, map_location="cpu", weights_only=True)
        if state["made_from"] != self._made_from:
            raise EvalError(
                f"{self._file} is of a training with other settings or data. Name another folder, or remove that file."
            )
        network.load_state_dict(state["network"])
        optimizer.load_state_dict(state["optimizer"])
        return int(state["step"])
