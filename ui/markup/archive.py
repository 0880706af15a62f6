"""The list of the articles that the archive holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from index.article import Article
from rag import wording
from ui.markup.words import byline, escaped, iso, short


@dataclass(frozen=True)
class Listed:
    """An article as the list tells of it.

    Attributes:
        copies: How many other articles of the archive are copies of the same text.
    """

    article: Article
    passages: int
    copies: int


def archive_list(listed: Sequence[Listed], found: int, more_from: int | None) -> str:
    """Rows of the list.

    Args:
        listed: Articles, in the order in which they are shown.
        found: How many there are in all.
        more_from: Where the next rows begin; None where these are the last.
    """
    if not listed:
        return '<li class="note">No article holds all of these words.</li>'
    rows = "".join(map(_row, listed))
    more = (
        f'<li class="more"><button type="button" data-more="{more_from}">'
        f"Show more of {wording.count(found, 'article')}</button></li>"
        if more_from is not None
        else ""
    )
    return rows + more


def _row(listed: Listed) -> str:
    article = listed.article
    shared = f"origin shared with {wording.count(listed.copies, 'other')}" if listed.copies else "origin of its own"
    return (
        f'<li><button type="button" class="entry" data-open="{escaped(article.id)}">'
        f'<span class="title" dir="auto">{escaped(short(article.title, 180))}</span>'
        f'<span class="byline">{byline(article.outlet, iso(article.published), iso(article.not_before))}'
        f" · {wording.count(listed.passages, 'passage')} · {shared}</span></button>"
        f'<button type="button" class="remove quiet" data-remove="{escaped(article.id)}"'
        f' aria-label="Delete {escaped(short(article.title))}">Delete</button></li>'
    )
