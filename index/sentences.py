"""Cuts an article into sentences that can stand as quotes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

from index.article import Sentence, Span
from index.language_model import load_language_model
from index.lines import ends_like_prose, lines_of, post_day, strip_span

if TYPE_CHECKING:
    from spacy.language import Language

LONGEST_SENTENCE = 600
"""Characters. What has no end of sentence for longer is cut at white space, so that every part can be quoted."""

_LONGEST_HEADING = 120
_LONGEST_WRAPPED_LINE = 100
_LONGEST_PIECE = 20_000
_GLUED = re.compile(r"(?<=[a-z][.!?])(?=[A-Z][a-z])")
_BULLET = re.compile(r"[-–—•*·]|\d+[.)]")


@cache
def _segmenter() -> Language:
    nlp = load_language_model(without=["tagger", "parser", "attribute_ruler", "lemmatizer", "ner"])
    nlp.enable_pipe("senter")
    return nlp


def split_sentences(text: str) -> tuple[Sentence, ...]:
    """Cuts a text into sentences.

    A sentence never crosses a paragraph. It holds a spoken quotation whole where that is not too long, so that the
    speaker stays with what was said; and an embedded post stays with the line that names its author.

    Args:
        text: The text of an article.

    Returns:
        Sentences in order, not overlapping, none empty or longer than `LONGEST_SENTENCE`. Together they hold every
        character that is not white space.
    """
    paragraphs = [piece for paragraph in _paragraphs(text) for piece in cut_span(text, paragraph, _LONGEST_PIECE)]
    # A line break inside a paragraph is layout; a blank in its place keeps every offset.
    docs = _segmenter().pipe(re.sub(r"\s", " ", paragraph.of(text)) for paragraph in paragraphs)
    sentences: list[Sentence] = []
    first_of_paragraph = 0
    for number, (paragraph, doc) in enumerate(zip(paragraphs, docs, strict=True)):
        words = paragraph.of(text)
        if post_day(words) and sentences and not sentences[first_of_paragraph].heading:
            post = Sentence(sentences[first_of_paragraph].start, paragraph.end)
            if post.end - post.start <= LONGEST_SENTENCE:
                sentences[first_of_paragraph:] = [post]
                continue
        first_of_paragraph = len(sentences)
        below = paragraphs[number + 1].of(text) if number < len(paragraphs) - 1 else words
        if _is_heading(words) and not _is_heading(below):
            sentences.append(Sentence(paragraph.start, paragraph.end, heading=True))
            continue
        starts = {paragraph.start + sent.start_char for sent in doc.sents}
        starts |= {paragraph.start + match.start() for match in _GLUED.finditer(words)}
        spans = _between(text, paragraph, sorted(starts))
        for span in _join_quotations(text, spans):
            sentences.extend(Sentence(piece.start, piece.end) for piece in cut_span(text, span, LONGEST_SENTENCE))
    return tuple(sentences)


def _paragraphs(text: str) -> Iterator[Span]:
    """A line is a paragraph, unless its neighbours show that lines were wrapped at a width."""
    blocks: list[list[Span]] = []
    for line in lines_of(text):
        if blocks and text.count("\n", blocks[-1][-1].end, line.start) < 2:
            blocks[-1].append(line)
        else:
            blocks.append([line])
    for block in blocks:
        if _is_wrapped([line.of(text) for line in block]):
            yield Span(block[0].start, block[-1].end)
        else:
            yield from block


def _is_wrapped(lines: Sequence[str]) -> bool:
    width = max(map(len, lines))
    return (
        len(lines) > 1
        and 40 <= width <= _LONGEST_WRAPPED_LINE
        and all(len(line) >= 0.6 * width for line in lines[:-1])
        and not all(ends_like_prose(line) for line in lines[:-1])
        and not any(post_day(line) or _BULLET.match(line) for line in lines)
    )


def _is_heading(words: str) -> bool:
    return len(words) <= _LONGEST_HEADING and not ends_like_prose(words) and not _BULLET.match(words)


def _between(text: str, paragraph: Span, starts: Sequence[int]) -> list[Span]:
    edges = [paragraph.start, *(start for start in starts if start > paragraph.start), paragraph.end]
    spans = (strip_span(text, Span(start, end)) for start, end in pairwise(edges))
    return [span for span in spans if span.end > span.start]


def _join_quotations(text: str, spans: Sequence[Span]) -> list[Span]:
    joined: list[Span] = []
    for span in spans:
        if joined and span.end - joined[-1].start <= LONGEST_SENTENCE and _is_open(joined[-1].of(text)):
            joined[-1] = Span(joined[-1].start, span.end)
        else:
            joined.append(span)
    return joined


def _is_open(words: str) -> bool:
    """Whether a quotation begins here and does not end here."""
    return words.count("“") > words.count("”") or words.count('"') % 2 == 1


def cut_span(text: str, span: Span, longest: int) -> Iterator[Span]:
    """Cuts a span at white space, or anywhere where there is none, into pieces of at most `longest` characters."""
    start = span.start
    while span.end - start > longest:
        blank = max(text.rfind(space, start + 1, start + longest) for space in (" ", "\t", "\n", "\u00a0"))
        cut = blank if blank > start else start + longest
        piece = strip_span(text, Span(start, cut))
        if piece.end > piece.start:
            yield piece
        start = cut
    rest = strip_span(text, Span(start, span.end))
    if rest.end > rest.start:
        yield rest
