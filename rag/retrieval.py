"""Finds passages: by meaning (dense) and by words (lexical), all rankings fused."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

from index.analysis import content_terms, terms
from index.archive import Archive
from index.article import Article
from index.catalogue import Passage
from index.scope import Scope
from rag.days import Days
from rag.outlets import outlets_named

Ranking = tuple[float, Sequence[Passage]]
"""Passages, best first, and how much the ranking weighs."""

_RRF = 10
_DEPTH = 4
_ABOUT_DAY = 0.5
_ABOUT_CLAUSE = 0.3
_MOST_MENTIONS = 6
_SAID_AGAIN = 0.5
"""What a word of the question is still worth once a passage chosen holds it."""


class HybridRetriever(BaseRetriever):
    """A LlamaIndex retriever over the archive.

    Every ranking is made twice, by meaning and by words: one of the whole archive; one of each outlet that the query
    names, for all of the query and for what it says of that outlet; one of what was published in the days it names.
    They are fused (see `fuse`), and of the passages at the top one after the other is taken that adds most: its share
    of the best fused score, and the share of the query's terms, weighted by their rarity, that it holds, a term that
    one taken before holds counting for half. That sum is a node's score, from 0 to 2. So a question that takes several
    articles gets them all, not one article five times.

    A node's text is `Article.text[start_char_idx:end_char_idx]`, its `ref_doc_id` the article's id.
    """

    def __init__(
        self,
        archive: Archive,
        embedding: BaseEmbedding,
        k: int,
        scope: Scope | None = None,
        also: Sequence[str] = (),
        days: Sequence[Days] = (),
    ) -> None:
        """Takes finished parts.

        Args:
            archive: What is searched.
            embedding: The model of its vectors.
            k: How many passages to return.
            scope: Where to look.
            also: Terms that mean the same as some of the query; they count for less.
            days: Those that the query names.
        """
        super().__init__()
        self._archive = archive
        self._embedding = embedding
        self._k = k
        self._scope = scope or Scope()
        self._also = also
        self._days = days

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        asked = query_bundle.query_str
        fused = fuse(list(self._rankings(asked)))[: _DEPTH * self._k]
        return [
            NodeWithScore(node=_node(self._archive.article(passage.article_id), passage), score=score)
            for passage, score in self._spread(content_terms(asked), fused)
        ]

    def _rankings(self, asked: str) -> Iterator[Ranking]:
        mentions = [] if self._scope.outlet else outlets_named(asked, self._archive.outlets())[:_MOST_MENTIONS]
        outlets = dict.fromkeys(mention.outlet for mention in mentions)
        yield from self._ranked(
            asked,
            (1.0, self._scope),
            *((1.0, replace(self._scope, outlet=outlet)) for outlet in outlets),
            *((_ABOUT_DAY, scope) for scope in self._published_then()),
        )
        for mention in mentions:
            yield from self._ranked(mention.clause, (_ABOUT_CLAUSE, replace(self._scope, outlet=mention.outlet)))

    def _ranked(self, asked: str, *scopes: tuple[float, Scope]) -> Iterator[Ranking]:
        """By meaning and by words, in scopes with their weights."""
        depth = _DEPTH * self._k
        vector = np.asarray(self._embedding.get_query_embedding(asked), dtype=np.float32)
        words = " ".join(content_terms(asked)) or asked
        for weight, scope in scopes:
            yield weight, self._archive.dense(vector, depth, scope)
            yield weight, self._archive.lexical(words, depth, scope, self._also)

    def _published_then(self) -> Iterator[Scope]:
        for days in self._days[:_MOST_MENTIONS]:
            if days.first and days.last:
                first, last = (
                    max(days.first, self._scope.since or date.min),
                    min(days.last, self._scope.as_of or date.max),
                )
                if first <= last:
                    yield replace(self._scope, since=first, as_of=last)

    def _spread(self, wanted: Sequence[str], fused: Sequence[tuple[Passage, float]]) -> list[tuple[Passage, float]]:
        """The passages, each the one that adds most to those before it, with what it adds."""
        worth = {term: self._archive.rarity(term) for term in wanted}
        total = sum(worth.values()) or 1.0
        held = {passage.id: [term for term in worth if term in self._terms(passage)] for passage, _ in fused}
        left = [(passage, score / fused[0][1]) for passage, score in fused]
        chosen: list[tuple[Passage, float]] = []
        while left and len(chosen) < self._k:
            adding = [share + sum(worth[term] for term in held[passage.id]) / total for passage, share in left]
            at = max(range(len(left)), key=lambda at: adding[at])
            passage, _ = left.pop(at)
            chosen.append((passage, adding[at]))
            worth |= {term: worth[term] * _SAID_AGAIN for term in held[passage.id]}
        return chosen

    def _terms(self, passage: Passage) -> set[str]:
        article = self._archive.article(passage.article_id)
        return set(terms(" ".join(filter(None, (passage.text, article.title, article.outlet)))))


def fuse(rankings: Sequence[Ranking]) -> list[tuple[Passage, float]]:
    """Reciprocal rank fusion: the sum of weight / (10 + rank) over the rankings, ranks counted from 1.

    After Cormack, Clarke and Buettcher, "Reciprocal Rank Fusion outperforms Condorcet", SIGIR 2009, where 60 stands for
    10. Equal scores are ordered by passage id, so that the result is always the same.
    """
    passages: dict[str, Passage] = {}
    scores: dict[str, float] = {}
    for weight, ranking in rankings:
        for rank, passage in enumerate(ranking, 1):
            passages[passage.id] = passage
            scores[passage.id] = scores.get(passage.id, 0.0) + weight / (_RRF + rank)
    ordered = sorted(scores, key=lambda passage_id: (-scores[passage_id], passage_id))
    return [(passages[passage_id], scores[passage_id]) for passage_id in ordered]


def _node(article: Article, passage: Passage) -> TextNode:
    metadata: dict[str, Any] = {"article_id": article.id, "title": article.title, "outlet": article.outlet}
    metadata["date"] = article.published and article.published.isoformat()
    return TextNode(
        id_=passage.id,
        text=passage.text,
        start_char_idx=passage.start,
        end_char_idx=passage.end,
        metadata=metadata,
    )
