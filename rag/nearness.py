"""How near a statement is in meaning to what it rests on."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from llama_index.core.base.embeddings.base import BaseEmbedding
from numpy.typing import NDArray

_REMEMBERED = 2_048
"""Statements, and passages, whose vectors are kept: some 10 MB."""


class Nearness:
    """Compares meanings; a model that says much is compared with the same few passages over and over."""

    def __init__(self, embedding: BaseEmbedding) -> None:
        """Takes the model."""
        self._embedding = embedding
        self._statement = lru_cache(maxsize=_REMEMBERED)(self._embed_statement)
        self._windows = lru_cache(maxsize=_REMEMBERED)(self._embed_windows)

    def of(self, statement: str, windows: Sequence[tuple[str, ...]]) -> float:
        """The cosine of a statement and the nearest window.

        Args:
            statement: One sentence.
            windows: Of each passage its sentences and the like, at least one.
        """
        asked = self._statement(statement)
        return max(float((self._windows(those) @ asked).max()) for those in windows)

    def _embed_statement(self, statement: str) -> NDArray[np.float64]:
        return np.asarray(self._embedding.get_text_embedding(statement))

    def _embed_windows(self, windows: tuple[str, ...]) -> NDArray[np.float64]:
        """Always a passage at a time: in another batch the last digits differ, and verdicts would hang on company."""
        return np.asarray(self._embedding.get_text_embedding_batch(list(windows)))
