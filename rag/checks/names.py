"""Who and what is named: in the sources at all, and in the place that they give it."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from functools import cache

from index.analysis import terms
from index.vocabulary import key
from rag.checks.comparison import Comparison, displaced
from rag.checks.places import country
from rag.checks.reading import Feature, Name, features
from rag.checks.words import listed
from rag.language import calendar_words, same_name
from rag.seats import INSTITUTIONS, countries

_SPELLED_ALIKE = 0.84
_TITLES = listed(
    """
    president chancellor minister secretary general mr mrs ms dr sir king queen prince pope senator leader spokesman
    spokeswoman spokesperson director prime chief officer judge mayor governor ambassador defense defence foreign
    """
)


def names_stand(comparison: Comparison) -> bool:
    """Whether the sources hold every name of the statement, in some form."""
    found = {term for source in comparison.sources for term in terms(source.text)}
    known = [name.text for source in comparison.sources for name in source.names]
    countries = {place for name in known if (place := country(name)) is not None}
    return all(
        (country(name.text) in countries and not _is_town(name))
        or any(same_person(name.text, other) for other in known if not _is_town(name))
        or all(any(_is_spelling(term, other) for other in found) for term in _telling(name.text))
        for name in comparison.statement.names
        if not calendar_words(name.text)
    )


def names_in_place(comparison: Comparison) -> bool:
    """Whether no name of the statement stands where its sources have another: who does what to whom, who is what."""
    said = [name for name in comparison.statement.names if not _is_title_of(name)]
    known = [name for source in comparison.sources for name in source.names]
    return not displaced(said, known, _same, _where)


def same_person(one: str, other: str) -> bool:
    """Whether two names can be of one: "Kim Jong-un", "Kim Jong Un" and "Kim"; "Ukraine", "Ukrainian" and "Kyiv"."""
    first_country, second_country = country(one), country(other)
    if first_country and second_country:
        return first_country == second_country
    first, second = _telling(one), _telling(other)
    shorter, longer = sorted((first, second), key=len)
    return bool(shorter) and all(any(_is_spelling(term, known) for known in longer) for term in shorter)


def _same(one: Name, other: Name) -> bool:
    return same_person(one.text, other.text)


def _where(name: Name) -> dict[Feature, float]:
    """The place of a name; one that stands beside a title ("the minister, Kim") has that of the title as well."""
    own = features(name.start, name.end, name.root)
    if name.root.dep_ != "appos":
        return own
    title = name.root.head
    return features(title.i, title.i + 1, title) | own


def _telling(name: str) -> list[str]:
    """The terms of a name without titles; all of them where nothing else is there."""
    found = terms(re.sub(r"['’]s?\b", "", name))
    return [term for term in found if term not in _titles()] or found


def _is_town(name: Name) -> bool:
    """Whether a capital is named as the place of something, and so not for its country: "signed in Moscow"."""
    of_country = countries().get(key(name.text))
    is_seat = of_country is not None and key(name.text) in of_country[1] and key(name.text) not in INSTITUTIONS
    return is_seat and name.root.dep_ == "pobj" and name.root.head.lower_ in ("in", "at", "near", "to", "from")


def _is_title_of(name: Name) -> bool:
    """Whether a name is but a title, and stands with the rest of it or with whose it is: "the Minister, Kim"."""
    with_name = name.root.dep_ in ("compound", "appos") or any(child.dep_ == "appos" for child in name.root.children)
    return with_name and set(terms(name.text)) <= _titles()


@cache
def _titles() -> frozenset[str]:
    return frozenset(term for title in _TITLES for term in terms(title))


def _is_spelling(one: str, other: str) -> bool:
    """Whether two terms are of one name, written in two ways: "Zelensky" and "Zelenskyy"."""
    if same_name(one, other):
        return True
    alike = min(len(one), len(other)) >= 5 and one[:2] == other[:2]
    return alike and SequenceMatcher(None, one, other).ratio() >= _SPELLED_ALIKE
