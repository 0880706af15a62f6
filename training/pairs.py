"""The pairs to learn from: a question and a sentence, or a statement and a sentence, and whether they fit."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise
from random import Random
from typing import TYPE_CHECKING

from index.analysis import content_terms, terms
from rag.question import Seeks, read_question
from rag.reader.encoding import Task, TextPair, context_of
from training.cutting import answer_cut, other_cut
from training.data import Asked, worded
from training.statements import declared, reworded, the_answer
from training.supplies import Supplies, text_terms
from training.swaps import Surroundings, changed

if TYPE_CHECKING:
    from spacy.tokens import Doc

_NEAREST = 5
"""Sentences of other paragraphs that are kept for a question, those with most words in common."""

_ANY_NEIGHBOUR, _OTHER_CUT = 0.4, 0.3
"""How often neighbours are drawn evenly, and how often something else than the answer is cut out."""

_CHANGES = 2
"""Of a question, and of a statement."""


class Context(Enum):
    """What is read beside a sentence; all pairs of a bundle have the same."""

    NOTHING = "nothing"
    BEFORE = "sentence before"
    ALL = "title and sentence before"


_DRAWN = (Context.NOTHING, Context.BEFORE, Context.ALL)


@dataclass(frozen=True)
class Pair:
    """Two texts to be read together.

    Attributes:
        left: The question or the statement.
        right: The sentence.
        context: What is read beside the sentence.
        fits: Whether the sentence answers the question, or supports the statement.
        kind: The rule that made the pair.
    """

    left: str
    right: str
    context: str
    task: Task
    fits: bool
    kind: str

    @property
    def texts(self) -> TextPair:
        """What is read."""
        return TextPair(self.left, self.right, self.context)


Bundle = tuple[Pair, ...]
"""Pairs that differ in little and are learnt together."""


class Material:
    """Makes bundles of pairs out of questions; what is random hangs on the random numbers given alone."""

    def __init__(self, asked: Sequence[Asked], docs: Mapping[str, Doc]) -> None:
        """Takes the questions, and their texts and those of their sentences, parsed."""
        self._docs = docs
        self._by_article: dict[str, list[Asked]] = {}
        for each in asked:
            self._by_article.setdefault(each.article, []).append(each)
        self._of_article = {
            article: Supplies([docs[text] for text in _texts(questions)])
            for article, questions in self._by_article.items()
        }
        self._of_paragraph: dict[tuple[str, ...], Supplies] = {}
        self._before = {sentence: before for each in asked for before, sentence in pairwise(("", *each.sentences))}
        self._terms = {sentence: frozenset(terms(sentence)) for each in asked for sentence in each.sentences}
        self._weights = _rarity(self._terms)
        self._elsewhere = {each: self._nearest_elsewhere(each) for each in asked}

    def answer_bundle(self, asked: Asked, rng: Random, context: Context | None = None) -> Bundle:
        """A question with sentences that answer it and sentences that do not, and changed so that they do not.

        Args:
            asked: The question.
            rng: Chooses.
            context: What is read beside each sentence; drawn if None.
        """
        return tuple(self._answer_pairs(asked, rng, context or rng.choice(_DRAWN)))

    def support_bundle(self, asked: Asked, rng: Random, context: Context | None = None) -> Bundle:
        """A sentence of the question's paragraph with statements that it supports and statements that it does not.

        See `answer_bundle`.
        """
        return tuple(self._support_pairs(asked, rng, context or rng.choice(_DRAWN)))

    def context(self, asked: Asked, sentence: str, context: Context) -> str:
        """What is read beside a sentence of the question's article."""
        if context is Context.NOTHING:
            return ""
        title = asked.article.replace("_", " ") if context is Context.ALL else ""
        return context_of(title, asked.before(sentence) if sentence in asked.sentences else self._before[sentence])

    def _answer_pairs(self, asked: Asked, rng: Random, context: Context) -> Iterator[Pair]:
        def pair(left: str, right: str, fits: bool, kind: str, whole: str | None = None) -> Pair:
            return Pair(left, right, self.context(asked, whole or right, context), Task.ANSWER, fits, kind)

        question = read_question(asked.question)
        for neighbour in self._neighbours(asked, rng):
            yield pair(asked.question, neighbour, False, "neighbour")
        if self._elsewhere[asked]:
            yield pair(asked.question, rng.choice(self._elsewhere[asked]), False, "elsewhere")
        if not asked.answerable:
            return
        right = asked.sentences[rng.choice(asked.positives)]
        yield pair(asked.question, right, True, "answer")
        if cut := answer_cut(question, self._docs[right], rng):
            yield pair(asked.question, cut, False, "answer cut out", right)
        if rng.random() < _OTHER_CUT and (kept := other_cut(question, self._docs[right], rng)):
            yield pair(asked.question, kept, True, "other words cut out", right)
        if question.seeks is Seeks.YES_NO:
            return  # A "no" answers it when it is changed.
        around = self._around(asked, [right, asked.question])
        for _ in range(_CHANGES):
            if other := changed(self._docs[asked.question], around, rng):
                yield pair(other, right, False, "question changed")

    def _support_pairs(self, asked: Asked, rng: Random, context: Context) -> Iterator[Pair]:
        def pair(left: str, right: str, fits: bool, kind: str, whole: str | None = None) -> Pair:
            return Pair(left, right, self.context(asked, whole or right, context), Task.SUPPORT, fits, kind)

        at = rng.choice(asked.positives or asked.others)
        sentence = asked.sentences[at]
        doc = self._docs[sentence]
        around = self._around(asked, [sentence, asked.question])
        if shorter := reworded(doc, rng):
            yield pair(shorter, sentence, True, "shortened")
            if len(shorter) < 0.9 * len(sentence):
                yield pair(sentence, shorter, False, "more said", sentence)
        else:
            yield pair(sentence, sentence, True, "verbatim")
        for _ in range(_CHANGES):
            if other := changed(doc, around, rng):
                yield pair(other, sentence, False, "statement changed")
        if others := [other for other in asked.others if other != at]:
            near = min(others, key=lambda other: abs(other - at))
            yield pair(sentence, asked.sentences[near], False, "neighbour")
        for statement, fits, kind in self._declared(asked, sentence, rng):
            yield pair(statement, sentence, fits, kind)

    def _declared(self, asked: Asked, sentence: str, rng: Random) -> Iterator[tuple[str, bool, str]]:
        question, doc = read_question(asked.question), self._docs[asked.question]
        answer = the_answer(question, self._docs[sentence]) if asked.answerable else None
        if answer is None:
            return
        if statement := declared(doc, question, answer):
            yield statement, True, "question declared"
            around = self._around(asked, [sentence])
            wrong = next(filter(None, (s.entity(answer, set(around.avoid), rng) for s in around.supplies)), None)
            if wrong and (false := declared(doc, question, answer, wrong)):
                yield false, False, "declared with another answer"

    def _around(self, asked: Asked, avoid: Sequence[str]) -> Surroundings:
        if asked.sentences not in self._of_paragraph:
            self._of_paragraph[asked.sentences] = Supplies([self._docs[sentence] for sentence in asked.sentences])
        supplies = (self._of_paragraph[asked.sentences], self._of_article[asked.article])
        return Surroundings(supplies, frozenset(text_terms([self._docs[text] for text in avoid])))

    def _neighbours(self, asked: Asked, rng: Random) -> list[str]:
        """Of the sentences that do not answer, mostly the one with most words in common, and another."""
        ranked = self._ranked(asked.question, [asked.sentences[at] for at in asked.others])
        if len(ranked) > 2 and rng.random() < _ANY_NEIGHBOUR:
            return rng.sample(ranked, 2)
        return ranked[:1] + ([rng.choice(ranked[1:])] if ranked[1:] else [])

    def _nearest_elsewhere(self, asked: Asked) -> list[str]:
        """Sentences of the article's other paragraphs with most words in common with the question."""
        here = set(asked.sentences)
        there = {
            sentence
            for other in self._by_article[asked.article]
            if not here & set(other.sentences)
            for sentence in (other.sentences[at] for at in worded(other.sentences))
        }
        return self._ranked(asked.question, there)[:_NEAREST]

    def _ranked(self, question: str, sentences: Iterable[str]) -> list[str]:
        """Sentences by the words that they have in common with a question, rare ones counting for more."""
        weights = {term: self._weights[term] for term in content_terms(question) if term in self._weights}
        shared = {text: sum(weights[term] for term in weights.keys() & self._terms[text]) for text in sentences}
        return sorted(shared, key=lambda text: (-round(shared[text], 6), text))


def _texts(asked: Sequence[Asked]) -> list[str]:
    return list(dict.fromkeys(text for each in asked for text in (each.question, *each.sentences)))


def _rarity(sentences: Mapping[str, frozenset[str]]) -> dict[str, float]:
    """Inverse document frequency as in BM25: ln(1 + (N - n + 0.5) / (n + 0.5))."""
    counted = Counter(term for found in sentences.values() for term in found)
    return {term: math.log(1 + (len(sentences) - n + 0.5) / (n + 0.5)) for term, n in counted.items()}
