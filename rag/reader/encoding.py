"""Pairs of texts as the tokens that the reader reads, sorted so that little is padded."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

LONGEST = 128
"""Tokens of a pair that are read, context and marks included."""

_LONGEST_CONTEXT = 40

_MARKS = (("<s>", "</s>"), ("[CLS]", "[SEP]"))
"""What begins a pair, and what ends each of its texts: of MPNet, whose words hold those of BERT too, and of BERT."""


class Task(IntEnum):
    """What is asked of a pair; each task has a head of the network, by this number."""

    ANSWER = 0
    SUPPORT = 1


Arrays = dict[str, NDArray[np.int64]]
Run = Callable[[Arrays], NDArray[np.float32]]
"""Token arrays, pairs by tokens, to logits, pairs by tasks."""


class TextPair(NamedTuple):
    """Two texts to be read together.

    Attributes:
        left: The question or the statement.
        right: The sentence.
        context: What tells whom or what the sentence speaks of: the title of its article, the sentence before it.
    """

    left: str
    right: str
    context: str = ""


def context_of(title: str, before: str) -> str:
    """The context of a sentence: the title of its article and the sentence before it; either may be empty."""
    return ": ".join(part for part in (title, before) if part)


Scorer = Callable[[Sequence[TextPair]], NDArray[np.float32]]
"""Pairs of texts, at least one, to logits, pairs by tasks."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """The tokens of a pair, and of each whether it belongs to the sentence (1) or not (0)."""

    ids: tuple[int, ...]
    types: tuple[int, ...]


class PairEncoder:
    """Turns a pair into [CLS] left [SEP] right [SEP] context [SEP], or without a context [CLS] left [SEP] right [SEP].

    MPNet has <s> and </s> in their places.

    Left and right are cut at the longer of the two; the context has the room that they leave, at most 40 tokens.
    """

    def __init__(self, tokenizer: Path) -> None:
        """Takes a `tokenizer.json` of BERT or MPNet."""
        self._tokenizer = Tokenizer.from_file(str(tokenizer))
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        # An article that holds the word "[SEP]" is not to end its own sentence.
        self._tokenizer.encode_special_tokens = True
        self._begin, self._end = self._marks()

    def _marks(self) -> tuple[int, int]:
        for begin, end in _MARKS:
            first, last = self._tokenizer.token_to_id(begin), self._tokenizer.token_to_id(end)
            if first is not None and last is not None:
                return int(first), int(last)
        raise ValueError(f"the tokenizer has none of the marks {_MARKS}")

    def encode(self, pairs: Sequence[TextPair]) -> list[Encoded]:
        """The tokens of each pair."""
        texts = list(dict.fromkeys(text for pair in pairs for text in pair))
        read = self._tokenizer.encode_batch(texts, add_special_tokens=False)
        tokens = {text: each.ids for text, each in zip(texts, read, strict=True)}
        return [self._joined(*(tokens[text] for text in pair)) for pair in pairs]

    def _joined(self, left: Sequence[int], right: Sequence[int], context: Sequence[int]) -> Encoded:
        room = LONGEST - 3
        left = left[: max(room // 2, room - len(right))]
        right = right[: room - len(left)]
        about = context[: max(0, min(_LONGEST_CONTEXT, room - 1 - len(left) - len(right)))]
        ids = [self._begin, *left, self._end, *right, self._end]
        types = [0] * (len(left) + 2) + [1] * (len(right) + 1)
        if about:
            ids += [*about, self._end]
            types += [0] * (len(about) + 1)
        return Encoded(tuple(ids), tuple(types))


def by_length(encoded: Sequence[Encoded], most: int) -> list[list[int]]:
    """Indices of the pairs in groups of at most `most`, the shortest pairs first."""
    order = sorted(range(len(encoded)), key=lambda at: (len(encoded[at].ids), at))
    return [order[start : start + most] for start in range(0, len(order), most)]


def arrays(encoded: Sequence[Encoded]) -> Arrays:
    """Pairs padded to the longest of them, by the names that BERT gives its inputs."""
    shape = len(encoded), max(len(each.ids) for each in encoded)
    made = {name: np.zeros(shape, dtype=np.int64) for name in ("input_ids", "attention_mask", "token_type_ids")}
    for row, each in enumerate(encoded):
        length = len(each.ids)
        made["input_ids"][row, :length] = each.ids
        made["attention_mask"][row, :length] = 1
        made["token_type_ids"][row, :length] = each.types
    return made


def in_groups(encoded: Sequence[Encoded], most: int, run: Run) -> NDArray[np.float32]:
    """Logits of all pairs, of which there is at least one, in their order, made in groups of like length."""
    groups = by_length(encoded, most)
    made = [run(arrays([encoded[at] for at in group])) for group in groups]
    logits = np.concatenate(made)
    logits[[at for group in groups for at in group]] = logits.copy()
    return logits


def scorer(encoder: PairEncoder, most: int, run: Run) -> Scorer:
    """Scores any number of pairs, in groups of at most `most`."""

    def score(pairs: Sequence[TextPair]) -> NDArray[np.float32]:
        return in_groups(encoder.encode(pairs), most, run)

    return score
