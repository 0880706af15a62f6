"""Which sentences answer a question, and how sure that is."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import zip_longest

import numpy as np
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.schema import NodeWithScore, TextNode
from numpy.typing import NDArray

from index.analysis import content_terms
from index.archive import Archive
from index.article import Article, Sentence, Span
from index.catalogue import Vectors
from rag.asked_of import Speaker
from rag.asked_when import days_in_words, is_too_early
from rag.features import (
    ANSWERED,
    ANSWERED_BY_BOTH,
    WITH_BOTH,
    WITH_READER,
    WITHOUT_READER,
    Certainty,
    Features,
    Weights,
    features,
)
from rag.orders import is_order
from rag.question import Question
from rag.reader import Judge, TextPair, context_of
from rag.renaming import in_names_of

_READ = 24
"""Sentences that the reader reads for a question: those that are likeliest without it."""

_READ_AGAIN = 6
"""Sentences that the second reader reads: those that are likeliest with the first. It takes twenty times as long for
one; of the sentences further down it would put none first that answers."""

_BESIDE_LEAD = 0.55
"""Share of the best score that a sentence must have to stand beside it, where a reader reads."""

_BESIDE_LEAD_WITHOUT_READER = 0.45

_ENOUGH_WITHOUT_READER = 0.25
"""Confidence from which on a question counts as answered where no reader reads."""

_FUZZY_LENGTH = 7
"""Letters from which on a name counts as known though one letter differs: "Zelenskiy" is "Zelensky"."""

_REMEMBERED = 4096
"""Passages whose sentence vectors are kept: some 30 MB."""

_STANDS_ALONE = 3
"""Words that a follow-up has, if it can be read without what it was joined to: not "And where?"."""

_Reading = Callable[[tuple[TextPair, ...]], NDArray[np.float64]]

_READINGS = 256
"""Questions for which the reader's scores are kept."""


@dataclass(frozen=True)
class Evidence:
    """A sentence of the archive with how likely it answers the question.

    Attributes:
        score: From 0 to 1, larger is likelier. With the built-in reader a probability, calibrated on other texts than
            news; without one only an order.
    """

    article: Article
    sentence: Sentence
    score: float

    @property
    def text(self) -> str:
        """The sentence, verbatim."""
        return self.sentence.of(self.article.text)


@dataclass(frozen=True)
class Found:
    """The evidence for an answer.

    Attributes:
        ranked: The sentences looked at, headings left out, with a reader those that it read; best first.
        answering: Those of them that an answer may be made of; none where the question is not answered.
        confidence: How likely they answer the question, from 0 to 1; see `Answer.confidence`.
        lacking: What an answer must hold and the best sentence does not, in words; see `rag.sought`.
    """

    ranked: Sequence[Evidence] = ()
    answering: Sequence[Evidence] = ()
    confidence: float = 0.0
    lacking: str | None = None

    @classmethod
    def of(cls, parts: Sequence[Found]) -> Found:
        """The evidence for a question of several parts: the best of each first, then the second of each, and so on."""
        if len(parts) == 1:
            return parts[0]
        return cls(
            _in_turn([part.ranked for part in parts]),
            _in_turn([part.answering for part in parts]),
            max(part.confidence for part in parts),
            next((part.lacking for part in parts if part.lacking), None),
        )


@dataclass(frozen=True)
class _Seen:
    article: Article
    sentence: Sentence
    features: Features

    @property
    def place(self) -> tuple[str, int]:
        return self.article.id, self.sentence.start


@dataclass(frozen=True)
class _Judged:
    """The sentences that were looked at last, and what follows from it.

    Attributes:
        seen: Those sentences.
        others: Those that the second reader did not read; they come behind.
        weights: Of what was seen.
        certainty: How sure the best of them makes an answer; None: as its score says.
    """

    seen: Sequence[_Seen]
    others: Sequence[_Seen]
    weights: Weights
    certainty: Certainty | None

    @cached_property
    def lead(self) -> _Seen:
        return max(self.seen, key=lambda each: self.weights.log_odds(each.features))

    @cached_property
    def ranked(self) -> list[Evidence]:
        return [*_ranked(self.seen, self.weights), *_ranked(self.others, WITH_READER)]

    @property
    def confidence(self) -> float:
        best = self.weights.log_odds(self.lead.features)
        return _probability(best if self.certainty is None else self.certainty.log_odds(best))


class EvidenceFinder:
    """Scores the sentences of the passages found: by nearness in meaning, words in common, kind of answer, and reading.

    A reader takes milliseconds for a sentence, so it reads those alone that are likeliest without it.
    """

    def __init__(
        self,
        archive: Archive,
        embedding: BaseEmbedding,
        reader: Judge | None = None,
        caution: float = 0.5,
        second: Judge | None = None,
    ) -> None:
        """Takes finished parts.

        Args:
            archive: For how rare a word is.
            embedding: By which meanings are compared.
            reader: Says which sentences answer.
            caution: Confidence from which on a question counts as answered, where a reader reads.
            second: Reads again what the reader found likeliest.
        """
        self._enough = caution
        self._archive = archive
        self._embedding = embedding
        self._vectors = lru_cache(maxsize=_REMEMBERED)(self._embed)
        self._reader = _remembering(reader)
        self._second = _remembering(second) if reader else None

    def find(self, question: Question, passages: Sequence[NodeWithScore]) -> Found:
        """Scores the sentences of passages; equal scores are in order of article and place."""
        sentences = self._sentences(passages)
        if not sentences:
            return Found()
        asked = np.asarray(self._embedding.get_query_embedding(question.resolved))
        rarity = {term: self._archive.rarity(term) for term in question.terms}
        seen = [
            _Seen(article, sentence, _look(question, article, sentence, float(vector @ asked), rarity))
            for article, sentence, vector in sentences
        ]
        seen = _marked(seen, lambda each: is_too_early(question, each.article, each.sentence))
        judged = self._judged(question, seen)
        best = judged.ranked[0].score
        if self._reader is None:
            enough, least = _ENOUGH_WITHOUT_READER, max(_ENOUGH_WITHOUT_READER, _BESIDE_LEAD_WITHOUT_READER * best)
        else:
            enough, least = self._enough, _BESIDE_LEAD * best
        beside = [item for item in judged.ranked[1:] if item.score >= least]
        return Found(
            judged.ranked,
            _telling([judged.ranked[0], *beside] if judged.confidence >= enough else ()),
            judged.confidence,
            _lacking(question, judged.lead),
        )

    def _judged(self, question: Question, seen: Sequence[_Seen]) -> _Judged:
        """Has the readers read what is likeliest."""
        if self._reader is None:
            likeliest, others = _likeliest(seen, WITHOUT_READER, _READ)
            return _Judged([*_heard(question, likeliest), *others], (), WITHOUT_READER, None)
        read, _ = _read(self._reader, Features.with_reader, question, seen, WITHOUT_READER, _READ)
        read = _heard(question, read)
        if self._second is None:
            return _Judged(read, (), WITH_READER, ANSWERED)
        again, others = _read(self._second, Features.with_second, question, read, WITH_READER, _READ_AGAIN)
        return _Judged(again, others, WITH_BOTH, ANSWERED_BY_BOTH)

    def unknown_names(self, question: Question) -> list[str]:
        """The names in the question that stand nowhere in the archive, not even spelled a little differently."""
        return [
            name
            for name in question.names
            if not all(term in question.variants or self._is_known(term) for term in content_terms(name))
        ]

    def _is_known(self, term: str) -> bool:
        return self._archive.mentions(term, fuzzy=len(term) >= _FUZZY_LENGTH)

    def sentences(self, passages: Sequence[NodeWithScore]) -> list[Evidence]:
        """The sentences of passages, each once, headings and questions left out; unjudged, their score is 0."""
        return [Evidence(article, sentence, 0.0) for article, sentence in self._within(passages)]

    def _within(self, passages: Sequence[NodeWithScore]) -> list[tuple[Article, Sentence]]:
        found: dict[tuple[str, int], tuple[Article, Sentence]] = {}
        for article, within in map(self._sentences_of, passages):
            for sentence in within:
                found.setdefault((article.id, sentence.start), (article, sentence))
        return list(found.values())

    def _sentences_of(self, hit: NodeWithScore) -> tuple[Article, list[Sentence]]:
        node = hit.node
        assert isinstance(node, TextNode) and node.start_char_idx is not None and node.end_char_idx is not None
        article = self._archive.article(node.metadata["article_id"])
        passage = Span(node.start_char_idx, node.end_char_idx)
        within = (one for one in article.sentences if not one.heading and one.overlaps(passage))
        # What asks something itself answers nothing, however near it comes to the question.
        return article, [one for one in within if not one.of(article.text).rstrip().endswith("?")]

    def _sentences(self, passages: Sequence[NodeWithScore]) -> list[tuple[Article, Sentence, Vectors]]:
        """The sentences of the passages, each once, with its vector."""
        sentences: dict[tuple[str, int], tuple[Article, Sentence, Vectors]] = {}
        for article, within in map(self._sentences_of, passages):
            vectors = self._vectors(tuple(sentence.of(article.text) for sentence in within))
            for sentence, vector in zip(within, vectors, strict=True):
                sentences.setdefault((article.id, sentence.start), (article, sentence, vector))
        return list(sentences.values())

    def _embed(self, texts: tuple[str, ...]) -> Vectors:
        """The vectors of the sentences of one passage, shape (sentences, dimensions).

        Always a passage at a time: in another batch the last digits differ, and answers would hang on what was asked
        before.
        """
        return np.asarray(self._embedding.get_text_embedding_batch(list(texts)), dtype=np.float32)


def _remembering(reader: Judge | None) -> _Reading | None:
    return lru_cache(maxsize=_READINGS)(reader.log_odds) if reader else None


def _read(
    reader: _Reading,
    kept: Callable[[Features, float], Features],
    question: Question,
    seen: Sequence[_Seen],
    weights: Weights,
    most: int,
) -> tuple[list[_Seen], list[_Seen]]:
    """The sentences that are likeliest to answer, with what a reader says of them; and the others.

    Args:
        reader: Reads them.
        kept: Puts what it says into the features.
        question: What is asked.
        seen: What was seen before.
        weights: By which the likeliest are chosen.
        most: How many are read.
    """
    likeliest, others = _likeliest(seen, weights, most)
    said = _said_by(reader, question, likeliest)
    return [
        replace(each, features=kept(each.features, float(log_odds)))
        for each, log_odds in zip(likeliest, said, strict=True)
    ], others


def _likeliest(seen: Sequence[_Seen], weights: Weights, most: int) -> tuple[list[_Seen], list[_Seen]]:
    """The sentences that are likeliest to answer, best first, and the others."""
    ranked = sorted(seen, key=lambda each: (-round(weights.log_odds(each.features), 6), *each.place))
    return ranked[:most], ranked[most:]


def _heard(question: Question, seen: Sequence[_Seen]) -> list[_Seen]:
    """Sentences, those marked as lacking that are not in the words of whom a question asks for them.

    To tell who speaks a sentence has to be parsed, so that the likeliest alone are heard.
    """
    speaker = Speaker.of(question)
    if speaker is None:
        return list(seen)
    return _marked(
        seen, lambda each: speaker.is_silent(each.article, each.sentence, _before(each.article, each.sentence))
    )


def _marked(seen: Sequence[_Seen], lacks: Callable[[_Seen], bool]) -> list[_Seen]:
    """Sentences, those marked that lack what an answer must hold."""
    return [replace(each, features=replace(each.features, lacks=1)) if lacks(each) else each for each in seen]


def _lacking(question: Question, lead: _Seen) -> str | None:
    """What an answer must hold and a sentence does not, in words."""
    if not lead.features.lacks:
        return None
    if question.exactly and not question.exactly.held(lead.sentence.of(lead.article.text), question.all_terms):
        return question.exactly.what
    if is_too_early(question, lead.article, lead.sentence):
        return f"anything from {days_in_words(question)}"
    speaker = Speaker.of(question)
    return None if speaker is None else f"what {speaker.name} said"


def _telling(evidence: Sequence[Evidence]) -> list[Evidence]:
    """Without orders to the reader: what they hold is what somebody wants said, not what is so."""
    return [item for item in evidence if not is_order(item.text)]


def _in_turn(lists: Sequence[Sequence[Evidence]]) -> list[Evidence]:
    """The first of each list, the second of each, and so on, each sentence once."""
    found: dict[tuple[str, int], Evidence] = {}
    for row in zip_longest(*lists):
        for item in row:
            if item is not None:
                found.setdefault((item.article.id, item.sentence.start), item)
    return list(found.values())


def _ranked(seen: Sequence[_Seen], weights: Weights) -> list[Evidence]:
    evidence = [Evidence(each.article, each.sentence, _probability(weights.log_odds(each.features))) for each in seen]
    return sorted(evidence, key=lambda item: (-item.score, item.article.id, item.sentence.start))


def _probability(log_odds: float) -> float:
    return round(1 / (1 + math.exp(-log_odds)), 4)


def _look(
    question: Question, article: Article, sentence: Sentence, cosine: float, weights: Mapping[str, float]
) -> Features:
    text, before = sentence.of(article.text), _before(article, sentence)
    return features(question, text, before, article.title or "", article.text, cosine, weights)


def _said_by(reader: _Reading, question: Question, seen: Sequence[_Seen]) -> NDArray[np.float64]:
    """What a reader says of sentences; a follow-up is read by itself too, as what it was joined to can outshine it."""
    said = reader(tuple(_pair(question, question.resolved, each) for each in seen))
    if question.asked is None or len(question.asked.split()) < _STANDS_ALONE:
        return said
    return np.maximum(said, reader(tuple(_pair(question, question.asked, each) for each in seen)))


def _pair(question: Question, asked: str, seen: _Seen) -> TextPair:
    article, sentence = seen.article, seen.sentence
    text = sentence.of(article.text)
    return TextPair(in_names_of(question, asked, text), text, context_of(article.own_title, _before(article, sentence)))


def _before(article: Article, sentence: Sentence) -> str:
    """The sentence before one, for what "he" or "the agency" refers to; empty at the beginning."""
    at = article.sentences.index(sentence)
    return article.sentences[at - 1].of(article.text) if at else ""
