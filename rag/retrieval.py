"""Finds passages: by meaning (dense) and by words (lexical), the two rankings fused."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

from index.analysis import content_terms
from index.archive import Archive
from index.article import Article
from index.catalogue import Passage
from index.scope import Scope

_RRF = 60
_DEPTH = 4


class HybridRetriever(BaseRetriever):
    """A LlamaIndex retriever over the archive.

    A node's text is `Article.text[start_char_idx:end_char_idx]`, its `ref_doc_id` the article's id, its score the
    reciprocal rank fusion of both rankings: the sum of 1 / (60 + rank), ranks counted from 1 (Cormack, Clarke and
    Buettcher, "Reciprocal Rank Fusion outperforms Condorcet", SIGIR 2009).
    """

    def __init__(
        self,
        archive: Archive,
        embedding: BaseEmbedding,
        k: int,
        scope: Scope | None = None,
        also: Sequence[str] = (),
    ) -> None:
        """Takes the archive, the model of its vectors, how many passages to return, where to look, and other terms.

        The other terms mean the same as some of the query; they count for less.
        """
        super().__init__()
        self._archive = archive
        self._embedding = embedding
        self._k = k
        self._scope = scope or Scope()
        self._also = also

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        depth = _DEPTH * self._k
        asked = query_bundle.query_str
        vector = np.asarray(self._embedding.get_query_embedding(asked), dtype=np.float32)
        dense = self._archive.dense(vector, depth, self._scope)
        lexical = self._archive.lexical(" ".join(content_terms(asked)) or asked, depth, self._scope, self._also)
        fused = fuse([dense, lexical])[: self._k]
        return [NodeWithScore(node=_node(self._archive.article(p.article_id), p), score=score) for p, score in fused]


def fuse(rankings: Sequence[Sequence[Passage]]) -> list[tuple[Passage, float]]:
    """Reciprocal rank fusion; equal scores are ordered by passage id, so that the result is always the same."""
    passages: dict[str, Passage] = {}
    scores: dict[str, float] = {}
    for ranking in rankings:
        for rank, passage in enumerate(ranking, 1):
            passages[passage.id] = passage
            scores[passage.id] = scores.get(passage.id, 0.0) + 1 / (_RRF + rank)
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
