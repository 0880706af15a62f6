"""Which sentences answer a question, and how sure that is."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.schema import NodeWithScore, TextNode

from index.analysis import content_terms, terms
from index.archive import Archive
from index.article import Article, Sentence, Span
from index.catalogue import Vectors
from rag.language import entities, has_name
from rag.question import Question, Seeks

# Weights of a logistic score, chosen by hand among those that lead with an answering sentence most often, on 1,500
# questions of SelQA and SQuAD 2.0 and on eval/cases/corpus.yaml.
_COSINE, _COVERED, _NEAR, _KIND, _BIAS = 5.0, 1.0, 3.0, 0.5, -5.2

_FUZZY_LENGTH = 7
"""Letters from which on a name counts as known though one letter differs: "Zelenskiy" is "Zelensky"."""

_REMEMBERED = 4096
"""Passages whose sentence vectors are kept: some 30 MB."""

_LABELS = {
    Seeks.PERSON: frozenset({"PERSON", "ORG", "NORP", "GPE"}),
    Seeks.PLACE: frozenset({"GPE", "LOC", "FAC"}),
    Seeks.TIME: frozenset({"DATE", "TIME"}),
    Seeks.NUMBER: frozenset({"CARDINAL", "PERCENT", "MONEY", "QUANTITY"}),
}
_WORDS = {
    Seeks.MANNER: re.compile(r"\b[a-z]{3,}ly\b|\b(?:by|through) \w+ing\b"),
    Seeks.REASON: re.compile(
        r"\b(?:because|due to|since|so that|in order to|as a result|therefore|amid|response to)\b", re.IGNORECASE
    ),
}
_SPEECH = (
    r"(?:sa(?:id|ys)|told|stat(?:es|ed)|called|add(?:s|ed)|claim|den(?:y|ies|ied)|dismiss|remark|warn|assert|stress"
    r"|emphasi[sz]|mention|express|reiterat|continu(?:es|ed)|wrote|writes|post(?:s|ed)|announc|declar|argu|accus|pledg)"
)
_PRONOUN = re.compile(r"^(?:he|she|his|her|they|their)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Evidence:
    """A sentence of the archive with how likely it answers the question.

    Attributes:
        score: From 0 to 1, larger is likelier; not calibrated as a probability.
    """

    article: Article
    sentence: Sentence
    score: float

    @property
    def text(self) -> str:
        """The sentence, verbatim."""
        return self.sentence.of(self.article.text)


class EvidenceFinder:
    """Scores every sentence of the passages found by nearness in meaning, words in common and kind of answer."""

    def __init__(self, archive: Archive, embedding: BaseEmbedding) -> None:
        """Takes the archive, for how rare a word is, and the model by which meanings are compared."""
        self._archive = archive
        self._embedding = embedding
        self._vectors = lru_cache(maxsize=_REMEMBERED)(self._embed)

    def find(self, question: Question, found: Sequence[NodeWithScore]) -> list[Evidence]:
        """Scores the sentences of the passages found.

        Returns:
            Every sentence but headings, best first; equal scores in order of article and place.
        """
        sentences = self._sentences(found)
        if not sentences:
            return []
        asked = np.asarray(self._embedding.get_query_embedding(question.resolved))
        weights = {term: self._weight(term) for term in question.terms}
        evidence = []
        for article, sentence, vector in sentences:
            text = sentence.of(article.text)
            cosine = vector @ asked
            before = _before(article, sentence)
            here = set(terms(text)) | _short_forms(question, article, text)
            near = here | set(terms(before))
            logit = (
                _BIAS
                + _COSINE * float(cosine)
                + _COVERED * _covered(weights, here)
                + _NEAR * _covered(weights, near)
                + _KIND * _kind(question, text, before)
            )
            evidence.append(Evidence(article, sentence, round(1 / (1 + math.exp(-logit)), 4)))
        return sorted(evidence, key=lambda item: (-item.score, item.article.id, item.sentence.start))

    def unknown_names(self, question: Question) -> list[str]:
        """The names in the question that stand nowhere in the archive, not even spelled a little differently."""
        return [name for name in question.names if not all(map(self._is_known, content_terms(name)))]

    def _is_known(self, term: str) -> bool:
        return self._archive.mentions(term, fuzzy=len(term) >= _FUZZY_LENGTH)

    def _weight(self, term: str) -> float:
        """Inverse document frequency as in BM25: ln(1 + (N - n + 0.5) / (n + 0.5))."""
        passages, with_term = self._archive.passages, self._archive.document_frequency(term)
        return math.log(1 + (passages - with_term + 0.5) / (with_term + 0.5))

    def _sentences(self, found: Sequence[NodeWithScore]) -> list[tuple[Article, Sentence, Vectors]]:
        """The sentences of the passages, each once, with its vector."""
        sentences: dict[tuple[str, int], tuple[Article, Sentence, Vectors]] = {}
        for hit in found:
            node = hit.node
            assert isinstance(node, TextNode) and node.start_char_idx is not None and node.end_char_idx is not None
            article = self._archive.article(node.metadata["article_id"])
            passage = Span(node.start_char_idx, node.end_char_idx)
            within = [one for one in article.sentences if not one.heading and one.overlaps(passage)]
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


def _before(article: Article, sentence: Sentence) -> str:
    """The sentence before one, for what "he" or "the agency" refers to; empty at the beginning."""
    at = article.sentences.index(sentence)
    return article.sentences[at - 1].of(article.text) if at else ""


def _short_forms(question: Question, article: Article, text: str) -> set[str]:
    """The terms of names in the question that a sentence shortens, as "the Duma" does after "the State Duma"."""
    found: set[str] = set()
    for name in question.names:
        *opening, last = name.removeprefix("the ").split()
        if not opening or " ".join([*opening, last]) not in article.text:
            continue
        # "North Korea" is no short form of "South Korea".
        for match in re.finditer(rf"(?:\b([A-Z][\w.-]*) )?\b{re.escape(last)}\b", text):
            if match[1] in (None, "The", "President", "Minister", *opening):
                found.update(content_terms(name))
    return found


def _covered(weights: dict[str, float], found: set[str]) -> float:
    """The share of the question's terms that were found, each by its weight."""
    total = sum(weights.values())
    return sum(weight for term, weight in weights.items() if term in found) / total if total else 0.0


def _kind(question: Question, text: str, before: str) -> int:
    """Above 0 where a sentence holds the kind of answer sought, below where it does not, 0 where nothing tells."""
    seeks = question.seeks
    if seeks in _LABELS:
        return 1 if any(entity.label in _LABELS[seeks] for entity in entities(text)) else -1
    if seeks in _WORDS:
        return 1 if _WORDS[seeks].search(text) else -1
    if seeks is Seeks.SAYING:
        return 2 if _speaks(question.names, text, before) else -2
    return 0


def _speaks(names: Sequence[str], text: str, before: str) -> bool:
    """Whether one of the named, or anyone where nobody is named, says something in a sentence."""
    if _PRONOUN.match(text):
        named = not names or any(has_name(name, set(terms(before))) for name in names)
        return named and re.search(rf"\b{_SPEECH}", text, re.IGNORECASE) is not None
    speakers = "|".join(re.escape(name.split()[-1]) for name in names) or r"\w+"
    # "Peskov, spokesperson for the Kremlin, dismissed": what stands between commas tells who it is.
    spoken = rf"\b(?:{speakers})\b(?:,[^,]*,)?(?:[^\w,]+\w+){{0,3}}?\W+{_SPEECH}|according to\b.*\b(?:{speakers})\b"
    return re.search(spoken, text, re.IGNORECASE) is not None
