"""The sentences around a piece of evidence."""

from __future__ import annotations

from dataclasses import replace

from index.article import Sentence
from rag.evidence import Evidence


def before(evidence: Evidence) -> Evidence | None:
    """The sentence before one, for what "he" or "the agency" refers to; None at the beginning and under a heading."""
    sentences = evidence.article.sentences
    at = sentences.index(evidence.sentence)
    if not at or sentences[at - 1].heading:
        return None
    return replace(evidence, sentence=sentences[at - 1])


def together(one: Evidence, other: Evidence) -> Evidence:
    """Two sentences of one article, with what stands between them, as one."""
    spans = (one.sentence, other.sentence)
    return replace(one, sentence=Sentence(min(span.start for span in spans), max(span.end for span in spans)))
