"""The figures of one thing in the whole archive, found by its words before anything is parsed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from index.analysis import content_terms, terms
from index.archive import Archive
from index.article import Article
from index.errors import QuestionError
from index.scope import Scope
from index.syncing import Progress
from rag.checks.names import same_person
from rag.checks.reading import read, stem
from rag.checks.words import number_words
from rag.evidence import Evidence
from rag.figures import FigureFound, counted_in, figures_in, sorts_of, words_for
from rag.question import Question

if TYPE_CHECKING:
    pass

_HOW_MANY = "How many "
_NEAR = 8
"""Words within which what is counted stands behind its number: "3,000 of the newly arrived North Korean soldiers"."""

_MOST_WORDS = 0.5
"""Share of the other words of the subject that a sentence must hold."""

_WORD = re.compile(r"[\w.,’'-]+")


def how_many(subject: str) -> str:
    """The question of how many there are of what a noun phrase names; a question of how many is left as it is."""
    return subject if counted_in(subject) else f"{_HOW_MANY}{subject.rstrip('?. ')}?"


def subject_of(question: str) -> str:
    """What `how_many` made a question of."""
    return question.removeprefix(_HOW_MANY).rstrip("?. ")


class FigureFinder:
    """Finds the figures of what a question counts in every sentence of the archive that can hold one."""

    def __init__(self, archive: Archive) -> None:
        """Takes the archive."""
        self._archive = archive

    def figures(self, question: Question, scope: Scope, progress: Progress | None = None) -> list[FigureFound]:
        """The figures, the latest first.

        A sentence must hold every name that says what is counted ("North Korean" of troops), or, where none does, one
        of the others, and half of the other words.

        Args:
            question: Of how many, understood.
            scope: Which articles may be used.
            progress: Told how many of the articles that may hold one are read.

        Raises:
            QuestionError: The question names nothing that is counted.
        """
        unit = counted_in(question.resolved)
        if unit is None:
            raise QuestionError(
                f"{subject_of(question.text)!r} names nothing that is counted. Name it like: North Korean troops."
            )
        units = frozenset(words_for(unit)) | _forms(unit, question)
        found: list[Evidence] = []
        articles = self._naming(units, question, scope)
        for done, article in enumerate(articles, 1):
            found += self._counting(article, units, question)
            if progress is not None:
                progress("Reading figures", done, len(articles))
        return figures_in(found, unit, question)

    def _naming(self, units: frozenset[str], question: Question, scope: Scope) -> list[Article]:
        named = frozenset(term for name in question.names for term in content_terms(name))
        others = frozenset(term for each in question.variants.values() for other in each for term in other)
        groups = [units | named, named | others] if named else [units]
        found = dict.fromkeys(passage.article_id for passage in self._archive.holding(groups, scope))
        return [self._archive.article(article_id) for article_id in found]

    def _counting(self, article: Article, units: frozenset[str], question: Question) -> Iterator[Evidence]:
        """The sentences of an article in which a number stands before what is counted and that are of the subject."""
        counted = units | frozenset(term for name in question.names for term in terms(name))
        names, words = _names_wanted(question, units), _other_words(question, units)
        for sentence in article.sentences:
            text = sentence.of(article.text)
            if sentence.heading or not _has_number_before(counted, text) or not _holds_most(words, text):
                continue
            if _names_stand(names, text):
                yield Evidence(article, sentence, 1.0)


def _forms(unit: str, question: Question) -> frozenset[str]:
    """The terms of what is counted as the question has it: "loaves" and "loaf" have no stem in common."""
    worded = (token.text for token in read(question.resolved).doc if stem(token.lemma_.lower()) == unit)
    return frozenset(term for word in (unit, *worded) for term in terms(word))


def _names_wanted(question: Question, units: frozenset[str]) -> tuple[Sequence[str], bool]:
    """The names that say what is counted, and whether all must stand; without them any name of the question."""
    words = list(_WORD.finditer(question.resolved))
    noun = next((word.start() for word in words if not units.isdisjoint(terms(word[0]))), 0)
    telling = [name for name in question.names if question.resolved.find(name) < noun]
    return (telling, True) if telling else (question.names, False)


def _names_stand(wanted: tuple[Sequence[str], bool], text: str) -> bool:
    names, must_all = wanted
    if not names:
        return True
    there = [name.text for name in read(text).names]
    held = [any(same_person(name, other) for other in there) for name in names]
    return all(held) if must_all else any(held)


def _other_words(question: Question, units: frozenset[str]) -> set[str]:
    named = {term for name in question.names for term in content_terms(name)}
    return sorts_of(term for term in question.terms if term not in named and term not in units)


def _holds_most(words: set[str], text: str) -> bool:
    return len(words & sorts_of(content_terms(text))) >= _MOST_WORDS * len(words)


def _has_number_before(counted: frozenset[str], text: str) -> bool:
    """Whether, within some words behind a number, stands one of these terms."""
    words = [match[0] for match in _WORD.finditer(text)]
    numbers = [at for at, word in enumerate(words) if _is_number(word)]
    return any(not counted.isdisjoint(terms(" ".join(words[at + 1 : at + 1 + _NEAR]))) for at in numbers)


def _is_number(word: str) -> bool:
    like_number = number_words()
    return any(
        like_number(part) or like_number(part.removesuffix("s")) for part in (word.strip(".,'’"), *word.split("-"))
    )
