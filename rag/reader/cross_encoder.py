"""A CrossEncoder of sentence-transformers in the place of the reader that comes with Dateline."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from index.errors import ModelUnavailable
from rag.reader.encoding import Task, TextPair

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

_SURE = 12.0
"""Log-odds are kept within this: some models give logits of any size."""


class CrossEncoderJudge:
    """A model with one score (a reranker), or with labels among which is "entailment" (NLI); loaded at its first use.

    It reads the texts without their context. Its code is never run from its folder or its hub.
    """

    def __init__(self, name: str, task: Task) -> None:
        """Takes a local folder or a hub's name, and what it is to judge."""
        self.name = name
        self._task = task
        self._lock = RLock()
        self._model: CrossEncoder | None = None

    def log_odds(self, pairs: Sequence[TextPair]) -> NDArray[np.float64]:
        """See `Judge.log_odds`.

        Of one score the log-odds are the score itself, as a logistic loss trains it; of an NLI model they are those of
        "entailment". NLI reads the sentence first, a reranker the question.
        """
        if not pairs:
            return np.empty(0)
        import torch

        with self._lock:
            model = self._loaded()
            entailment = _entailment(model)
            texts = [(pair.left, pair.right) if entailment is None else (pair.right, pair.left) for pair in pairs]
            given = model.predict(texts, activation_fn=torch.nn.Identity(), show_progress_bar=False)
        logits = np.asarray(given, dtype=np.float64).reshape(len(pairs), -1)
        if entailment is None:
            return np.asarray(np.clip(logits[:, 0], -_SURE, _SURE))
        others = np.delete(logits, entailment, axis=1)
        return np.asarray(np.clip(logits[:, entailment] - np.logaddexp.reduce(others, axis=1), -_SURE, _SURE))

    def _loaded(self) -> CrossEncoder:
        if self._model is None:
            self._model = _load(self.name)
            self._check(self._model)
        return self._model

    def _check(self, model: CrossEncoder) -> None:
        labels = _labels(model)
        if len(labels) == 1 or (self._task is Task.SUPPORT and _entailment(model) is not None):
            return
        wanted = "a single score" if self._task is Task.ANSWER else 'a single score or the label "entailment"'
        raise ModelUnavailable(f"The model {self.name!r} has the labels {', '.join(labels)}. Name one with {wanted}.")


def _labels(model: CrossEncoder) -> list[str]:
    """What the scores are of, in their order."""
    numbered = getattr(model.config, "label2id", None) or {}
    return sorted(map(str, numbered), key=lambda label: numbered[label])


def _entailment(model: CrossEncoder) -> int | None:
    labels = [label.lower() for label in _labels(model)]
    return labels.index("entailment") if len(labels) > 1 and "entailment" in labels else None


def _load(name: str) -> CrossEncoder:
    from sentence_transformers import CrossEncoder

    try:
        model: CrossEncoder = CrossEncoder(name, trust_remote_code=False, local_files_only=Path(name).is_dir())
    except (OSError, ValueError, KeyError, ImportError, RuntimeError) as error:
        reason = " ".join(str(error).split())[:200]
        raise ModelUnavailable(
            f"The reader {name!r} cannot be loaded: {reason}. Name a local folder or a hub's model, or leave "
            "the setting as it is."
        ) from None
    return model
