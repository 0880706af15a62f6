"""Cuts articles into the passages that are embedded and searched."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator

from llama_index.core.schema import MetadataMode, NodeRelationship, RelatedNodeInfo, TextNode

from index.article import Article, Sentence, Span
from index.embedding import PassageEmbedding
from index.sentences import cut_span

_HEAD_TOKENS = 64
_MARKS = 2


def cut_passages(article: Article, embedding: PassageEmbedding, passage_tokens: int) -> list[TextNode]:
    """Groups the sentences of an article into passages that the embedding model reads to their end.

    A passage is a node whose text is `article.text[start_char_idx:end_char_idx]`. What is embedded has title, outlet
    and date above that text (`embedded_text`); what is quoted has not. Its id depends on the article's id,
    date and outlet, the offsets and what is embedded, and on nothing else.

    Args:
        article: With its sentences.
        embedding: Whose tokens are counted.
        passage_tokens: Most tokens of a passage, title, outlet and date not counted.

    Returns:
        Passages in order, not overlapping, every sentence whole in one of them. Only a sentence that is longer than
        the limit by itself is cut, at white space, since the model would not read the rest of it; and what repeats a
        passage before it word for word is left out.
    """
    limit = min(passage_tokens, embedding.max_tokens - _MARKS - _HEAD_TOKENS)
    spans: list[Span] = []
    filled = 0
    for unit, count in _units(article, embedding, limit):
        if spans and filled + count <= limit and not _is_turn(article.text, spans[-1], unit, filled / limit):
            spans[-1], filled = Span(spans[-1].start, unit.end), filled + count
        else:
            spans.append(Span(unit.start, unit.end))
            filled = count
    head = _head(article, embedding)
    # The same words again would be found no better, and hundreds of equal vectors hide others from the graph search.
    once = {" ".join(span.of(article.text).split()): span for span in reversed(spans)}
    return [_node(article, span, head) for span in reversed(once.values())]


def embedded_text(passage: TextNode) -> str:
    """What of a passage is embedded and searched: title, outlet and date above its text."""
    return passage.get_content(metadata_mode=MetadataMode.EMBED)


def _units(article: Article, embedding: PassageEmbedding, limit: int) -> Iterator[tuple[Span, int]]:
    """The sentences with their numbers of tokens; one over the limit in pieces."""
    counts = embedding.token_counts([sentence.of(article.text) for sentence in article.sentences])
    for sentence, count in zip(article.sentences, counts, strict=True):
        pending: list[tuple[Span, int]] = [(sentence, count)]
        while pending:
            unit, tokens = pending.pop(0)
            if tokens <= limit or unit.end - unit.start == 1:
                yield unit, tokens
                continue
            half = (unit.end - unit.start + 1) // 2
            pieces = list(cut_span(article.text, unit, half))
            sizes = embedding.token_counts([piece.of(article.text) for piece in pieces])
            pending[:0] = zip(pieces, sizes, strict=True)


def _is_turn(text: str, passage: Span, unit: Span, fullness: float) -> bool:
    """Whether a new passage had better begin here: at a heading, or at a paragraph once there is enough before it."""
    if isinstance(unit, Sentence) and unit.heading:
        return fullness >= 1 / 3
    return fullness >= 2 / 3 and "\n" in text[passage.end : unit.start]


def _head(article: Article, embedding: PassageEmbedding) -> str:
    parts = [article.own_title] if article.own_title else []
    if article.outlet:
        parts.append(article.outlet)
    if article.published:
        parts.append(f"{article.published.day} {article.published:%B %Y}")
    words = re.split(r"\s+", " | ".join(parts)[: 8 * _HEAD_TOKENS])
    while words and embedding.token_counts([" ".join(words)])[0] > _HEAD_TOKENS:
        words.pop(len(words) // 2)
    return " ".join(words)


def _node(article: Article, span: Span, head: str) -> TextNode:
    node = TextNode(
        text=span.of(article.text),
        start_char_idx=span.start,
        end_char_idx=span.end,
        metadata={"head": head},
        metadata_template="{value}",
        text_template="{metadata_str}\n{content}",
        relationships={NodeRelationship.SOURCE: RelatedNodeInfo(node_id=article.id)},
    )
    # What is searched by is part of the id, so that an index never keeps an old date under a known id.
    searched_by = "\n".join((embedded_text(node), str(article.earliest), article.outlet or ""))
    mark = hashlib.sha256(searched_by.encode()).hexdigest()[:8]
    node.id_ = f"{article.id}#{span.start}-{span.end}-{mark}"
    return node
