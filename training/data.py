"""Questions with the sentences of a paragraph and which of them hold the answer."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, model_validator

from eval.testsets import Record, read_lines

_PARTS = 8
_SALT = "reader-38"
"""Chosen so that of the two articles with unanswerable questions one is held out and the other one is not."""

Words = Annotated[str, Field(min_length=1, pattern=r"\w")]


class Asked(Record):
    """A question on a paragraph, as one line of the data has it.

    Attributes:
        source: The set it comes from.
        article: Title of the article, the same for all its paragraphs.
        question: What is asked.
        sentences: Of the paragraph, in order; some sets have some without a word among them.
        positives: Indices of the sentences that hold the answer, from 0; empty where none does.
    """

    source: Words
    article: Words
    question: Words
    sentences: tuple[str, ...]
    positives: tuple[int, ...]

    @model_validator(mode="after")
    def _within(self) -> Self:
        if not worded(self.sentences):
            raise ValueError("none of the sentences has a word in it")
        if not set(self.positives) <= set(worded(self.sentences)):
            raise ValueError(f"positives {list(self.positives)} name a sentence that is not there or has no word in it")
        return self

    @property
    def answerable(self) -> bool:
        """Whether a sentence of the paragraph holds the answer."""
        return bool(self.positives)

    @property
    def others(self) -> list[int]:
        """Indices of the sentences that do not hold the answer; those without a word are left out."""
        return [at for at in worded(self.sentences) if at not in self.positives]

    def before(self, sentence: str) -> str:
        """The sentence before one of the paragraph's; empty at its beginning."""
        at = self.sentences.index(sentence)
        return self.sentences[at - 1] if at else ""


@dataclass(frozen=True)
class Split:
    """The questions to learn from and those, of other articles, to measure on."""

    train: Sequence[Asked]
    held_out: Sequence[Asked]


def worded(sentences: Sequence[str]) -> list[int]:
    """Indices of the sentences that hold a word at all."""
    return [at for at, sentence in enumerate(sentences) if re.search(r"\w", sentence)]


def read_questions(path: Path) -> list[Asked]:
    """Reads a file of questions, one JSON object a line; one whose name ends in .gz is unpacked.

    Raises:
        EvalError: It cannot be read, is empty, or a line is not of the format; the message names the line.
    """
    return [each.record for each in read_lines(path, Asked)]


def split_by_article(asked: Sequence[Asked]) -> Split:
    """Parts the questions so that no article is on both sides; an article is always on the same one.

    Returns:
        About one article in eight is held out.
    """
    return Split(
        train=[each for each in asked if not _is_held_out(each.article)],
        held_out=[each for each in asked if _is_held_out(each.article)],
    )


def _is_held_out(article: str) -> bool:
    return int.from_bytes(hashlib.sha256(f"{_SALT}/{article}".encode()).digest()[:4]) % _PARTS == 0
