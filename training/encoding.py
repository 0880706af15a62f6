"""Pairs of texts as the tokens that the network reads, sorted so that little is padded."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Encoding, Tokenizer

LONGEST = 128
"""Tokens of a pair that are read, its three marks included."""

Arrays = dict[str, NDArray[np.int64]]
Run = Callable[[Arrays], NDArray[np.float32]]
"""Token arrays, pairs by tokens, to logits, pairs by tasks."""

Scorer = Callable[[Sequence[tuple[str, str]]], NDArray[np.float32]]
"""Pairs of texts, at least one, to logits, pairs by tasks."""


class PairEncoder:
    """Turns `(left, right)` into [CLS] left [SEP] right [SEP], cut to a length at the longer of the two."""

    def __init__(self, tokenizer: Path) -> None:
        """Takes a `tokenizer.json`."""
        self._tokenizer = Tokenizer.from_file(str(tokenizer))
        self._tokenizer.enable_truncation(LONGEST)
        self._tokenizer.no_padding()

    def encode(self, pairs: Sequence[tuple[str, str]]) -> list[Encoding]:
        """The tokens of each pair."""
        return list(self._tokenizer.encode_batch(list(pairs)))


def by_length(encoded: Sequence[Encoding], most: int) -> list[list[int]]:
    """Indices of the pairs in groups of at most `most`, the shortest pairs first."""
    order = sorted(range(len(encoded)), key=lambda at: (len(encoded[at].ids), at))
    return [order[start : start + most] for start in range(0, len(order), most)]


def arrays(encoded: Sequence[Encoding]) -> Arrays:
    """Pairs padded to the longest of them, by the names that BERT gives its inputs."""
    longest = max(len(each.ids) for each in encoded)

    def padded(values: Sequence[Sequence[int]]) -> NDArray[np.int64]:
        return np.array([[*row, *[0] * (longest - len(row))] for row in values], dtype=np.int64)

    return {
        "input_ids": padded([each.ids for each in encoded]),
        "attention_mask": padded([each.attention_mask for each in encoded]),
        "token_type_ids": padded([each.type_ids for each in encoded]),
    }


def in_groups(encoded: Sequence[Encoding], most: int, run: Run) -> NDArray[np.float32]:
    """Logits of all pairs, of which there is at least one, in their order, made in groups of like length."""
    groups = by_length(encoded, most)
    made = [run(arrays([encoded[at] for at in group])) for group in groups]
    logits = np.concatenate(made)
    logits[[at for group in groups for at in group]] = logits.copy()
    return logits


def scorer(encoder: PairEncoder, most: int, run: Run) -> Scorer:
    """Scores any number of pairs, in groups of at most `most`."""

    def score(pairs: Sequence[tuple[str, str]]) -> NDArray[np.float32]:
        return in_groups(encoder.encode(pairs), most, run)

    return score
