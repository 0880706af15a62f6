"""Words, days and citations as HTML; what every other part of the page is made of."""

from __future__ import annotations

import html
from datetime import date

from rag import wording
from rag.answer import Citation

LONGEST_TITLE = 90
"""Characters of a title, an outlet or a name, where it stands in a line with others."""


def escaped(text: str) -> str:
    """Text for an element or a quoted attribute; half characters, which no encoding can carry, become "?"."""
    return html.escape(text.encode("utf-8", "replace").decode("utf-8"))


def short(text: str, longest: int = LONGEST_TITLE) -> str:
    """The opening of a text that is too long, cut at a word's end if there is one near."""
    if len(text) <= longest:
        return text
    space = text.rfind(" ", longest - 20, longest)
    return text[: space if space > 0 else longest].rstrip(" ,;:") + "…"


def dated(day: str | None, not_before: str | None) -> str:
    """A day (ISO), or what is known of it: "25 October 2024", "not before 29 October 2024", "undated"."""
    if day is not None:
        return f'<time datetime="{escaped(day)}">{escaped(wording.day(date.fromisoformat(day)))}</time>'
    if not_before is not None:
        return f'<span class="undated">not before {dated(not_before, None)}</span>'
    return '<span class="undated">undated</span>'


def day_in_words(day: str | None, not_before: str | None) -> str:
    """The same as plain text, not escaped."""
    if day is not None:
        return wording.day(date.fromisoformat(day))
    return "undated" if not_before is None else f"not before {wording.day(date.fromisoformat(not_before))}"


def byline(outlet: str | None, day: str | None, not_before: str | None) -> str:
    """Who published something, and when."""
    name = f'<span class="outlet" dir="auto">{escaped(short(outlet))}</span> · ' if outlet else ""
    return name + dated(day, not_before)


def iso(day: date | None) -> str | None:
    """A day as ISO text."""
    return None if day is None else day.isoformat()


def leads_to(citation: Citation) -> str:
    """The attributes by which the script shows a quote, and finds it in its article."""
    published = short(citation.outlet or citation.title), day_in_words(citation.date, citation.not_before)
    source = " · ".join(published) + wording.resting(citation)
    return (
        f'data-number="{citation.number}" data-article="{escaped(citation.article_id)}" data-start="{citation.start}"'
        f' data-end="{citation.end}" data-quote="{escaped(citation.quote)}" data-source="{escaped(source)}"'
    )


def chip(citation: Citation) -> str:
    """The number of a citation, which shows its quote and leads to its article."""
    return (
        f'<a class="chip" href="#article" {leads_to(citation)}'
        f' aria-label="Source {citation.number}: {escaped(short(citation.title))}">{citation.number}</a>'
    )


def chips(citations: list[Citation]) -> str:
    """Several of them, which stay with the word before them."""
    return "".join(f"&nbsp;{chip(citation)}" for citation in citations)
