"""Which outlets a text names, and which names are one outlet's."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.english import english

_BEFORE_SECTION = re.compile(r" [-–|] |: ")
_DOMAIN = re.compile(r"(?:www\.)?([\w-]+(?:\.[\w-]+)*?)(?:\.(?:com|co|org|net|gov|info|news))?(?:\.[a-z]{2,3})?")
_THE = re.compile(r"^the\s+|\s+(?:news|newspaper|magazine|news agency)$")
_SHORT = {"ap": "associatedpress", "afp": "agencefrancepresse", "nyt": "newyorktimes", "wsj": "wallstreetjournal"}


@dataclass(frozen=True)
class Mention:
    """An outlet that a question names.

    Attributes:
        outlet: As the archive spells it.
        clause: The question from there to where it names the next outlet.
    """

    outlet: str
    clause: str


def outlets_named(question: str, outlets: Sequence[str]) -> list[Mention]:
    """The outlets that a question names, in order, as often as it does.

    What stands before a section counts as well, for every section ("BBC News" for "BBC News - Arts"). A name that is an
    English word counts only where it is written as the archive writes it: "Wired", not "a wired house".
    """
    found: set[tuple[int, str]] = set()
    for outlet in outlets:
        for name in names_of(outlet):
            for match in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", question, re.IGNORECASE):
                if match[0] == name or not english().knows(name.lower()):
                    found.add((match.start(), outlet))
    starts = sorted({start for start, _ in found})
    ends = dict(zip(starts, [*starts[1:], len(question)], strict=False))
    return [Mention(outlet, question[start : ends[start]]) for start, outlet in sorted(found)]


def names_of(outlet: str) -> Iterator[str]:
    """The names that an outlet goes by: its own, and what stands before a section."""
    yield outlet
    section = _BEFORE_SECTION.search(outlet)
    if section:
        yield outlet[: section.start()]


def same_outlet(one: str, other: str) -> bool:
    """Whether two names are of one outlet: "The Washington Post" and "washingtonpost.com", "BBC" and "BBC News"."""
    return not _keys(one).isdisjoint(_keys(other))


def _keys(outlet: str) -> set[str]:
    return {_key(name) for name in names_of(outlet)}


def _key(name: str) -> str:
    plain = " ".join(name.casefold().split())
    domain = _DOMAIN.fullmatch(plain) if "." in plain else None
    bare = re.sub(r"\W", "", _THE.sub("", domain[1] if domain else plain)) or plain
    return _SHORT.get(bare, bare)
