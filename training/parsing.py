"""Reads texts with spaCy: parts of speech, grammar, entities."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import TYPE_CHECKING

from index.language_model import load_language_model

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

_BATCH = 128


def parse(texts: Iterable[str], tell: Callable[[int], None] = lambda _: None) -> Mapping[str, Doc]:
    """Reads every text once.

    Args:
        texts: Sentences and questions; those that are equal are read once.
        tell: To be told how many were read, now and then.

    Returns:
        By text, what spaCy reads in it.

    Raises:
        ModelUnavailable: The language model is not installed.
    """
    parsed: dict[str, Doc] = {}
    for doc in _language_model().pipe(dict.fromkeys(texts), batch_size=_BATCH):
        parsed[doc.text] = doc
        if len(parsed) % _BATCH == 0:
            tell(len(parsed))
    return parsed


@cache
def _language_model() -> Language:
    return load_language_model(without=["senter"])
