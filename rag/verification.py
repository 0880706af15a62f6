"""Checks a statement against the passages that it cites."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from itertools import pairwise

import numpy as np
from llama_index.core.base.embeddings.base import BaseEmbedding

from index.analysis import content_terms, terms
from index.embedding import PassageEmbedding
from index.sentences import split_sentences
from index.settings import load_settings
from rag.answer import Label, Verdict
from rag.language import calendar_words, has_name, names, numbers
from rag.reader import Judge, TextPair, judges

_MEANING = 0.6
"""A statement means what its passage says from this mean of cosine and share of its words on."""

_SUPPORT = -2.0
"""Log-odds of support, by the reader, from which on a statement may stand."""

_SAME_MATTER = 0.6
"""Share of a statement's words in a sentence from which on a "not" in only one of them is a contradiction."""

_NEGATION = re.compile(
    r"\b(?:no|not|never|neither|nor|none|nobody|nothing|without|cannot|den(?:y|ies|ied|ying)|refut\w+|reject\w*|disput\w+|dismiss\w*)\b|n[’']t\b",
    re.IGNORECASE,
)

_UNSUPPORTED = Verdict(label="unsupported", score=0.0, checks={"meaning": False})


class Verifier:
    """Checks statements by their numbers, dates, names, negation and meaning, and by reading them."""

    def __init__(self, embedding: BaseEmbedding, reader: Judge | None = None) -> None:
        """Takes the model by which meanings are compared, and who says whether a sentence supports a statement."""
        self._embedding = embedding
        self._reader = reader

    def verify(self, statement: str, passages: Sequence[str]) -> Verdict:
        """Checks one statement.

        Args:
            statement: One sentence.
            passages: The texts that it rests on, as they stand in their articles.

        Returns:
            "supported" where every check holds; "contradicted" where a passage speaks of the same matter with another
            number, date or a "not"; else "unsupported". The checks are `verbatim` (a passage holds the statement word
            for word; the only one then), or `numbers`, `dates`, `names`, `negation` and `meaning`, and
            with a reader `support`.
        """
        tidy = " ".join(statement.split())
        if not re.search(r"\w", tidy):
            return _UNSUPPORTED
        if any(_in_whole_words(tidy, " ".join(passage.split())) for passage in passages):
            return Verdict(label="supported", score=1.0, checks={"verbatim": True})
        windows = [window for passage in passages for window in _windows(passage)]
        if not windows:
            return _UNSUPPORTED
        everything = "\n".join(passages)
        shares = [_share(tidy, window) for window in windows]
        score = self._meaning(tidy, windows, shares)
        nearest = windows[int(np.argmax(shares))]
        found = set(terms(everything))
        checks = {
            "numbers": numbers(tidy) <= numbers(everything),
            "dates": calendar_words(tidy) <= calendar_words(everything),
            "names": all(has_name(name, found) for name in names(tidy) if not calendar_words(name)),
            "negation": max(shares) < _SAME_MATTER or _is_negated(tidy) == _is_negated(nearest),
            "meaning": score >= _MEANING,
        }
        if self._reader is not None:
            checks["support"] = self._support(tidy, windows) >= _SUPPORT
        return Verdict(label=_label(checks, max(shares)), score=round(score, 4), checks=checks)

    def _support(self, statement: str, windows: Sequence[str]) -> float:
        """The log-odds that the window that supports the statement most does."""
        assert self._reader is not None
        return float(self._reader.log_odds([TextPair(statement, window) for window in windows]).max())

    def _meaning(self, statement: str, windows: Sequence[str], shares: Sequence[float]) -> float:
        asked = np.asarray(self._embedding.get_text_embedding(statement))
        vectors = np.asarray(self._embedding.get_text_embedding_batch(list(windows)))
        both = (vectors @ asked + np.asarray(shares)) / 2
        return float(np.clip(both.max(), 0.0, 1.0))


def verify(statement: str, passages: Sequence[str]) -> Verdict:
    """Checks one statement against passages with the configured embedding model; see `Verifier.verify`.

    Raises:
        ModelUnavailable: A model that it needs is not there.
    """
    return _default_verifier().verify(statement, passages)


@cache
def _default_verifier() -> Verifier:
    settings = load_settings()
    return Verifier(PassageEmbedding.named(settings.embedding), judges(settings).supports)


def _label(checks: dict[str, bool], share: float) -> Label:
    if all(checks.values()):
        return "supported"
    turned = not (checks["numbers"] and checks["dates"] and checks["negation"])
    return "contradicted" if turned and checks["names"] and share >= _SAME_MATTER else "unsupported"


def _windows(passage: str) -> list[str]:
    """The sentences of a passage, and each two that follow one another: a statement may draw on both."""
    sentences = [sentence.of(passage) for sentence in split_sentences(passage)]
    return sentences + [f"{one} {other}" for one, other in pairwise(sentences)]


def _in_whole_words(statement: str, passage: str) -> bool:
    """Whether a passage holds a statement, no word of it cut."""
    begins, ends = (r"\b" if re.match(r"\w", edge) else "" for edge in (statement[0], statement[-1]))
    return re.search(f"{begins}{re.escape(statement)}{ends}", passage) is not None


def _share(statement: str, window: str) -> float:
    wanted = content_terms(statement)
    return len(set(wanted) & set(terms(window))) / len(wanted) if wanted else 0.0


def _is_negated(text: str) -> bool:
    return len(_NEGATION.findall(text)) % 2 == 1
