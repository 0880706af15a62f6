"""A question in the names that a sentence uses, so that a reader need not know that Seoul speaks for South Korea."""

from __future__ import annotations

import re

from index.analysis import content_terms, terms
from rag.language import has_name
from rag.question import Question
from rag.seats import seats

_WITH_ARTICLE = re.compile(
    r"(?:European|EU\b|Netherlands|Philippines|U\.S|US|UK|U\.K|UAE|United |Czech Rep|Vatican|Holy)"
)
"""Countries that are named with an article: "the United States"."""

_SEAT = r"(?<!\bin )(?<!\bat )(?<!\bnear )(?<!\binside )(?<!\boutside )(?<!\baround )\b(?:[Tt]he )?{}\b"
"""A seat, with its article where it has one: "the Kremlin"; not as a place: "in Kyiv"."""


def in_names_of(question: Question, asked: str, sentence: str) -> str:
    """What is asked with the countries for which it names the seats of government, where a sentence names them so.

    A seat counts as its country where the archive has it act for it (see `Question.variants`), but not as the place
    where something is.

    Args:
        question: Understood.
        asked: Its words, or those of a follow-up alone.
        sentence: Verbatim.
    """
    named = set(terms(sentence))
    for seat, countries in seats().items():
        if seat not in asked or has_name(seat, named) or not _is_meant(question, seat, countries):
            continue
        country = next((name for name in countries if has_name(name, named)), None)
        if country is not None:
            the = "the " if _WITH_ARTICLE.match(country) else ""
            asked = re.sub(_SEAT.format(re.escape(seat)), f"{the}{country}", asked)
    return asked


def _is_meant(question: Question, seat: str, countries: tuple[str, ...]) -> bool:
    meant = {others for term in content_terms(seat) for others in question.variants.get(term, ())}
    return any(frozenset(content_terms(country)) in meant for country in countries)
