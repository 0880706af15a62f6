"""Understands a question with what the archive knows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from threading import RLock

from index.archive import Archive
from index.vocabulary import Vocabulary
from rag.days import days_in
from rag.question import LONGEST_QUESTION, Question
from rag.spelling import Speller
from rag.variants import Variants


class Understanding:
    """Mends, and knows the variants and days of, questions about one archive. May be used from several threads."""

    def __init__(self, archive: Archive) -> None:
        """Takes the archive; its vocabulary is read when the first question comes."""
        self._archive = archive
        self._lock = RLock()
        self._made: tuple[Vocabulary, Speller, Variants] | None = None

    def mended(self, question: Question) -> Question:
        """The question with its spelling mended."""
        _, speller, _ = self._parts()
        return replace(question, resolved=speller.mend(question.resolved)[:LONGEST_QUESTION])

    def complete(self, question: Question, today: date, *, as_of: date | None = None) -> Question:
        """A question that stands alone, with its days, and what else the archive means by its names.

        Args:
            question: What is asked.
            today: The day on which it is asked, from which "yesterday" counts.
            as_of: The day that a day without a year is near; by default the last of the archive.
        """
        _, _, variants = self._parts()
        resolved = question.resolved
        near = as_of or max((day for _, day in self._archive.dated() if day), default=today)
        days = tuple(days_in(resolved, today, near))
        return replace(question, days=days, asked_on=today, variants=variants.of(resolved))

    @property
    def variants(self) -> Variants:
        """The names that the archive uses for one another."""
        _, _, variants = self._parts()
        return variants

    def _parts(self) -> tuple[Vocabulary, Speller, Variants]:
        vocabulary = self._archive.vocabulary
        with self._lock:
            if self._made is None or self._made[0] is not vocabulary:
                self._made = vocabulary, Speller(vocabulary), Variants(vocabulary)
            return self._made
