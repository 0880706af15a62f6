"""An article in full, with the quotes marked that an answer takes from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from index.article import Article, Span
from ui.markup.words import byline, escaped, iso


@dataclass(frozen=True)
class Mark:
    """A quote to be marked: the number of its citation, where it stood when it was cited, and its words."""

    number: int
    span: Span
    quote: str

    def holds(self, text: str) -> bool:
        """Whether it still stands there."""
        return self.span.of(text) == self.quote and self.quote != ""


def article_in_full(article: Article, marks: Sequence[Mark]) -> str:
    """The whole text of an article. Without its tags it is `Article.text`.

    Args:
        article: As the archive holds it now.
        marks: The quotes. What no longer stands where it stood is shown above the text instead.
    """
    held = [mark for mark in marks if mark.holds(article.text)]
    lost = [mark for mark in marks if not mark.holds(article.text)]
    return (
        f'<article class="full" data-article="{escaped(article.id)}" aria-labelledby="article-title">'
        f'<h2 class="title" id="article-title" dir="auto" tabindex="-1">{escaped(article.title)}</h2>'
        f'<p class="byline">{byline(article.outlet, iso(article.published), iso(article.not_before))}</p>'
        f'<p class="dating" dir="auto">{escaped(_dating(article))}</p>{_lost(lost)}'
        f'<div class="text" dir="auto">{_marked(article, held)}</div></article>'
    )


def article_gone(marks: Sequence[Mark]) -> str:
    """What stands in the place of an article that the archive no longer holds."""
    return (
        f'<article class="full"><p class="note">The archive no longer holds this article.</p>{_lost(marks)}</article>'
    )


def _dating(article: Article) -> str:
    """Where the day comes from, and the file."""
    told = article.published_from or article.not_before_from
    return article.path if told in (None, "given") else f"Dated by its {told}. {article.path}"


def _lost(marks: Sequence[Mark]) -> str:
    quotes = "".join(f'<blockquote dir="auto">{mark.number}: {escaped(mark.quote)}</blockquote>' for mark in marks)
    said = "The article has changed since it was cited. These quotes no longer stand where they stood:"
    return f'<div class="lost" role="note"><p>{said}</p>{quotes}</div>' if marks else ""


def _marked(article: Article, marks: Sequence[Mark]) -> str:
    """The text, cut wherever a quote or a heading begins or ends, so that quotes may overlap."""
    text = article.text
    headings = [sentence for sentence in article.sentences if sentence.heading]
    spans = [mark.span for mark in marks] + [Span(heading.start, heading.end) for heading in headings]
    cuts = sorted({0, len(text), *(end for span in spans for end in (span.start, span.end) if end <= len(text))})
    pieces = []
    for start, end in pairwise(cuts):
        here = Span(start, end)
        words = escaped(here.of(text))
        numbers = [mark.number for mark in marks if mark.span.overlaps(here)]
        if numbers:
            of = " ".join(map(str, numbers))
            words = f'<mark data-numbers="{of}" tabindex="-1"><span class="unseen">[{of}] </span>{words}</mark>'
        if any(heading.overlaps(here) for heading in headings):
            words = f'<strong class="heading">{words}</strong>'
        pieces.append(words)
    return "".join(pieces)
