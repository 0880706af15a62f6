"""Checks a statement against the passages that it cites."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from functools import cache, lru_cache
from itertools import pairwise

from llama_index.core.base.embeddings.base import BaseEmbedding

from index.analysis import content_terms, terms
from index.embedding import PassageEmbedding
from index.sentences import split_sentences
from index.settings import load_settings
from rag.answer import Label, Verdict
from rag.checks.comparison import Comparison
from rag.checks.dates import dates_hold
from rag.checks.details import (
    asides_hold,
    is_in_order,
    is_sentence,
    no_clause_added,
    no_detail_added,
    only_names_are_new,
    subjects_are_kept,
    things_are_known,
)
from rag.checks.hedges import hedges_hold
from rag.checks.names import names_in_place, names_stand
from rag.checks.negation import negation_holds
from rag.checks.numbers import about_is_kept, bound_holds, numbers_hold
from rag.checks.opposites import amounts_hold, no_opposite
from rag.checks.reading import Reading, read
from rag.checks.speakers import claimants_are_named, claimants_hold
from rag.checks.words import Words
from rag.nearness import Nearness
from rag.reader import Judge, TextPair, support_judge

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
_VERBATIM = Verdict(label="supported", score=1.0, checks={"verbatim": True})


class Verifier:
    """Checks statements word by word, by their meaning, and by reading them."""

    def __init__(self, embedding: BaseEmbedding, reader: Judge | None = None) -> None:
        """Takes the model by which meanings are compared, and who says whether a sentence supports a statement."""
        self._nearness = Nearness(embedding)
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
        known = _known_beforehand(statement, passages)
        if known is not None:
            return known
        tidy = " ".join(statement.split())
        windows, sentences = _windows(passages, published)
        comparison, days = self._compare(tidy, sentences)
        checks = dict(_word_by_word(comparison, days))
        if all(checks.values()) and _is_within(tidy, passages):
            return _VERBATIM
        score = _meaning(self._nearness.of(tidy, windows), comparison.share)
        checks["meaning"] = score >= _MEANING
        if self._reader is not None:
            checks["support"] = self._support(tidy, windows) >= _SUPPORT
        return Verdict(label=_label(checks, comparison.share), score=round(score, 4), checks=checks)

    def bears(
        self,
        statement: str,
        passages: Sequence[str],
        published: Sequence[date | None] | None = None,
        least: float = 0.0,
    ) -> bool:
        """Whether `verify` would call a statement supported, with this score at least.

        The same checks in another order, what costs least first, and none after one that fails: where most passages do
        not bear a statement, this takes a fraction of the time.
        """
        known = _known_beforehand(statement, passages)
        if known is not None:
            return known.label == "supported"
        windows, sentences = _windows(passages, published)
        tidy = " ".join(statement.split())
        is_within = _is_within(tidy, passages)
        cosine = 1.0 if is_within else self._nearness.of(tidy, windows)
        if not _is_near(_meaning(cosine, 1.0), least):
            return False
        comparison, days = self._compare(tidy, sentences)
        if not is_within and not _is_near(_meaning(cosine, comparison.share), least):
            return False
        if not all(held for _, held in _word_by_word(comparison, days)):
            return False
        return is_within or self._reader is None or self._support(tidy, windows) >= _SUPPORT

    def nearness(self, statement: str, passages: Sequence[str]) -> float:
        """The cosine of a statement and of what is nearest to it in the passages; 0 where they are empty."""
        windows, _ = _windows(passages)
        return self._nearness.of(" ".join(statement.split()), windows) if windows else 0.0

    def is_plain(self, statement: str, passages: Sequence[str]) -> bool:
        """Whether a statement is a whole sentence with no clause more than its passages, and its words in their order.

        Who claims or does something is who does there, and "about" stays where a number has it. For what is made up
        besides: a check of words finds the words that were changed, not those that came in.
        """
        comparison = self._beside(statement, passages)
        checks = (
            is_sentence,
            asides_hold,
            no_clause_added,
            things_are_known,
            is_in_order,
            claimants_are_named,
            subjects_are_kept,
            about_is_kept,
        )
        return all(holds(comparison) for holds in checks)

    def says_all_but_names(self, statement: str, passage: str) -> bool:
        """Whether all words of a statement but its names, and what explains them, go back to a passage."""
        return only_names_are_new(self._beside(statement, [passage]))

    def _beside(self, statement: str, passages: Sequence[str]) -> Comparison:
        _, sentences = _windows(passages)
        return self._compare(" ".join(statement.split()), sentences)[0]

    def _compare(
        self, statement: str, sentences: Sequence[tuple[str, date | None]]
    ) -> tuple[Comparison, dict[Reading, date]]:
        shares = [_share(statement, sentence) for sentence, _ in sentences]
        chosen = sorted(sorted(range(len(sentences)), key=lambda at: -shares[at])[:_MOST_READ])
        readings = [read(sentences[at][0]) for at in chosen]
        days = {reading: day for reading, at in zip(readings, chosen, strict=True) if (day := sentences[at][1])}
        return Comparison(read(statement), readings, self._words), days

    def _support(self, statement: str, windows: Sequence[Sequence[str]]) -> float:
        """The log-odds that the window that supports the statement most does."""
        assert self._reader is not None
        pairs = [TextPair(statement, window) for those in windows for window in those]
        return float(self._reader.log_odds(pairs).max())


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
    return Verifier(PassageEmbedding.named(settings.embedding), support_judge(settings))


def _known_beforehand(statement: str, passages: Sequence[str]) -> Verdict | None:
    """The verdict where there is nothing to compare, or every letter is the same; else None."""
    tidy = " ".join(statement.split())
    if not re.search(r"\w", tidy) or not any(map(_sentences, passages)):
        return _UNSUPPORTED
    return _VERBATIM if any(_is_whole(tidy, passage) for passage in passages) else None


def _word_by_word(comparison: Comparison, days: dict[Reading, date]) -> Iterator[tuple[str, bool]]:
    """The checks of words, each made when it is asked for."""
    yield "numbers", numbers_hold(comparison)
    yield "bounds", bound_holds(comparison)
    yield "dates", dates_hold(comparison, days)
    yield "names", names_stand(comparison)
    yield "roles", names_in_place(comparison)
    yield "negation", negation_holds(comparison)
    yield "speaker", claimants_hold(comparison)
    yield "hedge", hedges_hold(comparison)
    yield "opposites", no_opposite(comparison)
    yield "amounts", amounts_hold(comparison)
    yield "details", no_detail_added(comparison)


def _meaning(cosine: float, share: float) -> float:
    return min(max((cosine + share) / 2, 0.0), 1.0)


def _is_near(score: float, least: float) -> bool:
    return score >= _MEANING and round(score, 4) >= least


def _label(checks: dict[str, bool], share: float) -> Label:
    if all(checks.values()):
        return "supported"
    turned = not all(checks[name] for name in _TURNS)
    return "contradicted" if turned and checks["names"] and share >= _SAME_MATTER else "unsupported"


def _windows(
    passages: Sequence[str], published: Sequence[date | None] | None = None
) -> tuple[list[tuple[str, ...]], list[tuple[str, date | None]]]:
    """Of each passage its sentences and each two that follow one another; and the sentences with their days."""
    windows: list[tuple[str, ...]] = []
    found: list[tuple[str, date | None]] = []
    for passage, day in zip(passages, published or [None] * len(passages), strict=True):
        sentences = _sentences(passage)
        if sentences:
            windows.append((*sentences, *(f"{one} {other}" for one, other in pairwise(sentences))))
        found += [(sentence, day) for sentence in sentences]
    return windows, found


@lru_cache(maxsize=1024)
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


def _is_within(statement: str, passages: Sequence[str]) -> bool:
    """Whether one of the passages holds a statement, no word of it cut."""
    begins, ends = (r"\b" if re.match(r"\w", edge) else "" for edge in (statement[0], statement[-1]))
    cut = re.compile(f"{begins}{re.escape(statement)}{ends}")
    return any(cut.search(" ".join(passage.split())) for passage in passages)


def _share(statement: str, window: str) -> float:
    wanted = content_terms(statement)
    return len(set(wanted) & set(terms(window))) / len(wanted) if wanted else 0.0
