"""Which words are near in meaning."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from threading import RLock

import numpy as np
from llama_index.core.base.embeddings.base import BaseEmbedding
from numpy.typing import NDArray

_MOST = 50_000
_DERIVED = 5
_PREFIXES = ("un", "im", "in", "ir", "dis", "non", "non-")


@cache
def number_words() -> Callable[[str], bool]:
    """What tells whether a word is a number, in digits or letters."""
    from spacy.lang.en.lex_attrs import like_num  # Not for `dateline --help`, which has no time for it.

    found: Callable[[str], bool] = like_num
    return found


def listed(words: str) -> frozenset[str]:
    """The words of a list that is written as one text."""
    return frozenset(words.split())


class Words:
    """Compares words by the embedding model; vectors once made are kept."""

    def __init__(self, embedding: BaseEmbedding) -> None:
        """Takes the model."""
        self._embedding = embedding
        self._vectors: dict[str, NDArray[np.float32]] = {}
        self._lock = RLock()

    def likeness(self, ones: Sequence[str], others: Sequence[str]) -> NDArray[np.float32]:
        """Cosines of words with words.

        Returns:
            Of shape (ones, others).
        """
        with self._lock:
            if len(self._vectors) > _MOST:
                self._vectors.clear()
            new = [word for word in dict.fromkeys([*ones, *others]) if word not in self._vectors]
            if new:
                made = np.asarray(self._embedding.get_text_embedding_batch(new), dtype=np.float32)
                self._vectors.update(zip(new, made, strict=True))
            left = np.stack([self._vectors[word] for word in ones])
            right = np.stack([self._vectors[word] for word in others])
        return np.asarray(left @ right.T, dtype=np.float32)


def derived(one: str, other: str) -> bool:
    """Whether two stems can be of one word: "speculate" and "speculation", "front" and "frontline"."""
    if one == other:
        return True
    shorter, longer = sorted((one, other), key=len)
    if len(shorter) >= _DERIVED and shorter in longer:
        return True
    shared = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), len(shorter))
    return len(shorter) >= _DERIVED and shared >= max(_DERIVED - 1, len(shorter) - 2)


def is_negative_of(one: str, other: str) -> bool:
    """Whether one of two lemmas is the other with "un-" or the like before it."""
    shorter, longer = sorted((one, other), key=len)
    return len(shorter) >= 4 and any(longer == prefix + shorter for prefix in _PREFIXES)
