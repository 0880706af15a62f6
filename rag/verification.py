"""Checks a statement against the passages that it cites."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from functools import cache, lru_cache
from itertools import pairwise

import numpy as np
from llama_index.core.base.embeddings.base import BaseEmbedding

from index.analysis import content_terms, terms
from index.embedding import PassageEmbedding
from index.sentences import split_sentences
from index.settings import load_settings
from rag.answer import Label, Verdict
from rag.checks.comparison import Comparison
from rag.checks.dates import dates_hold
from rag.checks.details import asides_hold, is_sentence, no_detail_added
from rag.checks.hedges import hedges_hold
from rag.checks.names import names_in_place, names_stand
from rag.checks.negation import negation_holds
from rag.checks.numbers import bound_holds, numbers_hold
from rag.checks.opposites import amounts_hold, no_opposite
from rag.checks.reading import Reading, read
from rag.checks.speakers import claimants_hold
from rag.checks.words import Words
from rag.reader import Judge, TextPair, judges

_MEANING = 0.6
"""A statement means what its passage says from this mean of cosine and share of its words on."""

_SUPPORT = -6.0
"""Log-odds of support, by the reader, from which on a statement may stand. It has learnt from sentences changed by
rule and scores a free rewording low: no faithful one of the evals falls below this, some are a little above it."""

_SAME_MATTER = 0.6
"""Share of a statement's words in its sources from which on a check that fails is a contradiction."""

_MOST_READ = 6
"""Sentences of the passages that are read word by word: those that share most words with the statement."""

_TURNS = ("numbers", "dates", "negation", "opposites")

_UNSUPPORTED = Verdict(label="unsupported", score=0.0, checks={"meaning": False})


class Verifier:
    """Checks statements word by word, by their meaning, and by reading them."""

    def __init__(self, embedding: BaseEmbedding, reader: Judge | None = None) -> None:
        """Takes the model by which meanings are compared, and who says whether a sentence supports a statement."""
        self._embedding = embedding
        self._reader = reader
        self._words = Words(embedding)

    def verify(
        self, statement: str, passages: Sequence[str], published: Sequence[date | None] | None = None
    ) -> Verdict:
        """Checks one statement.

        Args:
            statement: One sentence.
            passages: The texts that it rests on, as they stand in their articles.
            published: Of each passage the day on which its article was published, None where that is not known:
                "on Wednesday" is resolved by it.

        Returns:
            "supported" where every check holds; "contradicted" where a passage speaks of the same matter with another
            number, date or a "not", or the opposite; else "unsupported". The checks are `verbatim` (the statement is
            whole sentences of a passage, or a part of one that leaves out nothing that the rest hangs on; the only one
            then), or those of `rag.checks`, and `meaning`, and with a reader `support`.

        Raises:
            ValueError: `published` is not as long as `passages`.
        """
        if published is not None and len(published) != len(passages):
            raise ValueError(f"{len(passages)} passages and {len(published)} days; give one day, or None, for each.")
        tidy = " ".join(statement.split())
        if not re.search(r"\w", tidy):
            return _UNSUPPORTED
        windows, sentences = _windows(passages, published or [None] * len(passages))
        if not windows:
            return _UNSUPPORTED
        if any(_is_whole(tidy, passage) for passage in passages):
            return Verdict(label="supported", score=1.0, checks={"verbatim": True})
        comparison, days = self._compare(tidy, sentences)
        checks = {
            "numbers": numbers_hold(comparison),
            "bounds": bound_holds(comparison),
            "dates": dates_hold(comparison, days),
            "names": names_stand(comparison),
            "roles": names_in_place(comparison),
            "negation": negation_holds(comparison),
            "speaker": claimants_hold(comparison),
            "hedge": hedges_hold(comparison),
            "opposites": no_opposite(comparison),
            "amounts": amounts_hold(comparison),
            "details": no_detail_added(comparison),
        }
        if all(checks.values()) and any(_in_whole_words(tidy, " ".join(passage.split())) for passage in passages):
            return Verdict(label="supported", score=1.0, checks={"verbatim": True})
        score = self._meaning(tidy, windows, comparison.share)
        checks["meaning"] = score >= _MEANING
        if self._reader is not None:
            checks["support"] = self._support(tidy, windows) >= _SUPPORT
        return Verdict(label=_label(checks, comparison.share), score=round(score, 4), checks=checks)

    def is_plain(self, statement: str, passages: Sequence[str]) -> bool:
        """Whether a statement is a whole sentence, and adds nothing between commas that no passage says.

        For what is made up besides: a check of words finds the words that were changed, not those that came in.
        """
        _, sentences = _windows(passages, [None] * len(passages))
        comparison, _ = self._compare(" ".join(statement.split()), sentences)
        return is_sentence(comparison) and asides_hold(comparison)

    def _compare(
        self, statement: str, sentences: Sequence[tuple[str, date | None]]
    ) -> tuple[Comparison, dict[Reading, date]]:
        shares = [_share(statement, sentence) for sentence, _ in sentences]
        chosen = sorted(sorted(range(len(sentences)), key=lambda at: -shares[at])[:_MOST_READ])
        readings = [read(sentences[at][0]) for at in chosen]
        days = {reading: day for reading, at in zip(readings, chosen, strict=True) if (day := sentences[at][1])}
        return Comparison(read(statement), readings, self._words), days

    def _support(self, statement: str, windows: Sequence[str]) -> float:
        """The log-odds that the window that supports the statement most does."""
        assert self._reader is not None
        return float(self._reader.log_odds([TextPair(statement, window) for window in windows]).max())

    def _meaning(self, statement: str, windows: Sequence[str], share: float) -> float:
        asked = np.asarray(self._embedding.get_text_embedding(statement))
        vectors = np.asarray(self._embedding.get_text_embedding_batch(list(windows)))
        return float(np.clip(((vectors @ asked).max() + share) / 2, 0.0, 1.0))


def verify(statement: str, passages: Sequence[str], published: Sequence[date | None] | None = None) -> Verdict:
    """Checks one statement against passages with the configured embedding model; see `Verifier.verify`.

    Raises:
        ModelUnavailable: A model that it needs is not there.
        ValueError: `published` is not as long as `passages`.
    """
    return _default_verifier().verify(statement, passages, published)


@cache
def _default_verifier() -> Verifier:
    settings = load_settings()
    return Verifier(PassageEmbedding.named(settings.embedding), judges(settings).supports)


def _label(checks: dict[str, bool], share: float) -> Label:
    if all(checks.values()):
        return "supported"
    turned = not all(checks[name] for name in _TURNS)
    return "contradicted" if turned and checks["names"] and share >= _SAME_MATTER else "unsupported"


def _windows(
    passages: Sequence[str], published: Sequence[date | None]
) -> tuple[list[str], list[tuple[str, date | None]]]:
    """The sentences of passages and each two that follow one another; and the sentences with their days."""
    windows: list[str] = []
    found: list[tuple[str, date | None]] = []
    for passage, day in zip(passages, published, strict=True):
        sentences = _sentences(passage)
        windows += [*sentences, *(f"{one} {other}" for one, other in pairwise(sentences))]
        found += [(sentence, day) for sentence in sentences]
    return windows, found


@lru_cache(maxsize=256)
def _sentences(passage: str) -> tuple[str, ...]:
    return tuple(sentence.of(passage) for sentence in split_sentences(passage))


def _is_whole(statement: str, passage: str) -> bool:
    """Whether a statement is a passage, or sentences of it, as they stand."""
    if statement == " ".join(passage.split()):
        return True
    sentences = [" ".join(sentence.split()) for sentence in _sentences(passage)]
    return any(
        " ".join(sentences[first:last]) == statement
        for first in range(len(sentences))
        if statement.startswith(sentences[first])
        for last in range(first + 1, len(sentences) + 1)
    )


def _in_whole_words(statement: str, passage: str) -> bool:
    """Whether a passage holds a statement, no word of it cut."""
    begins, ends = (r"\b" if re.match(r"\w", edge) else "" for edge in (statement[0], statement[-1]))
    return re.search(f"{begins}{re.escape(statement)}{ends}", passage) is not None


def _share(statement: str, window: str) -> float:
    wanted = content_terms(statement)
    return len(set(wanted) & set(terms(window))) / len(wanted) if wanted else 0.0
