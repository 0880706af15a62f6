"""Which sentences answer a question, and how sure that is."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.schema import NodeWithScore, TextNode

from index.analysis import content_terms, terms
from index.archive import Archive
from index.article import Article, Sentence, Span
from rag.language import entities, has_name
from rag.question import Question, Seeks

# Weights of a logistic score, chosen by hand among those that lead with an answering sentence most often, on 1,500
# questions of SelQA and SQuAD 2.0 and on eval/cases/corpus.yaml.
_COSINE, _COVERED, _NEAR, _KIND, _BIAS = 5.0, 1.0, 3.0, 0.5, -5.2

_FUZZY_LENGTH = 7
"""Letters from which on a name counts as known though one letter differs: "Zelenskiy" is "Zelensky"."""

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

    def find(self, question: Question, found: Sequence[NodeWithScore]) -> list[Evidence]:
        """Scores the sentences of the passages found.

        Returns:
            Every sentence but headings, best first; equal scores in order of article and place.
        """
        pairs = self._sentences(found)
        if not pairs:
            return []
        texts = [sentence.of(article.text) for article, sentence in pairs]
        asked = np.asarray(self._embedding.get_query_embedding(question.resolved))
        cosines = np.asarray(self._embedding.get_text_embedding_batch(texts)) @ asked
        weights = {term: self._weight(term) for term in question.terms}
        evidence = []
        for (article, sentence), text, cosine in zip(pairs, texts, cosines, strict=True):
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

    def _sentences(self, found: Sequence[NodeWithScore]) -> list[tuple[Article, Sentence]]:
        pairs: dict[tuple[str, int], tuple[Article, Sentence]] = {}
        for hit in found:
            node = hit.node
            assert isinstance(node, TextNode) and node.start_char_idx is not None and node.end_char_idx is not None
            passage = Span(node.start_char_idx, node.end_char_idx)
            article = self._archive.article(node.metadata["article_id"])
            for sentence in article.sentences:
                if not sentence.heading and sentence.overlaps(passage):
                    pairs[article.id, sentence.start] = (article, sentence)
        return list(pairs.values())


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
