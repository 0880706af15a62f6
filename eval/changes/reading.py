"""The sentences that are changed, as the language model reads them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import islice
from threading import Lock
from typing import TYPE_CHECKING, TypeVar

from index.article import Article
from index.language_model import load_language_model

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

T = TypeVar("T")

_FEWEST_WORDS = 4
_END = re.compile(r"[.!?][\"'”’)]*$")
_LOCK = Lock()


@dataclass(frozen=True)
class Source:
    """A sentence of an article.

    Attributes:
        article: The id of its article.
        number: Its place among the sentences of the article, counted from 0.
        quote: The sentence as it stands there.
    """

    article: str
    number: int
    quote: str

    @cached_property
    def text(self) -> str:
        """The sentence on one line; offsets of changes count in it."""
        return " ".join(self.quote.split())

    @cached_property
    def doc(self) -> Doc:
        """The sentence as the language model reads it."""
        with _LOCK:
            return _model()(self.text)

    @property
    def is_whole(self) -> bool:
        """Whether it reads as a sentence: a post with its signature does not."""
        return len(self.text.split()) >= _FEWEST_WORDS and _END.search(self.text) is not None


def sources(article: Article, most: int) -> list[Source]:
    """The first sentences of an article that can be quoted: its headings are left out."""
    quotable = ((n, sentence) for n, sentence in enumerate(article.sentences) if not sentence.heading)
    return [Source(article.id, number, sentence.of(article.text)) for number, sentence in islice(quotable, most)]


def evenly(items: Sequence[T], most: int) -> list[T]:
    """So many of them at even distances, or all where there are no more."""
    return [items[n * len(items) // most] for n in range(most)] if len(items) > most else list(items)


@cache
def _model() -> Language:
    return load_language_model(without=["senter"])
