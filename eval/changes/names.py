"""Other names: of persons, countries, cities, organisations and peoples."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from zlib import crc32

from eval.changes.editing import replaced, replaced_together
from eval.changes.reading import Source
from index.analysis import terms
from rag.language import same_name

_LABELS = {"PERSON": "person", "GPE": "place", "NORP": "people", "ORG": "organisation"}
_WELL_FORMED = re.compile(r"(?:the )?[A-Z][\w-]+(?:(?: (?:of|for|and))*(?: the)? [A-Z][\w-]+)*", re.IGNORECASE)
_STANDS_FOR = {
    "seoul": "south korea", "pyongyang": "north korea", "moscow": "russia", "kremlin": "russia", "duma": "russia",
    "kyiv": "ukraine", "kiev": "ukraine", "washington": "u.s.", "white house": "u.s.", "beijing": "china",
    "tokyo": "japan", "london": "britain", "paris": "france", "berlin": "germany",
}  # fmt: skip
"""Seats of government: in the news "Seoul estimates" is what South Korea estimates."""
_THE = re.compile(r"\b[Tt]he $")
_LISTED = re.compile(r"(?:['’]s?|,|\band\b|\bor\b|\bthe\b|\s)+", re.IGNORECASE)
_ALIKE = 3
_NEWSPAPER = re.compile(r"\b(?:Post|Times|News|Herald|Journal|Tribune|Guardian)$")
_OF_A_KIND = re.compile(r"\b(?:city|region|town|province) of $", re.IGNORECASE)


@dataclass(frozen=True)
class Name:
    """A name in a sentence; `start` and `end` count characters from 0.

    Attributes:
        shape: Names of one shape can stand in each other's place: "full person", "country", "organisation" ...
    """

    text: str
    shape: str
    start: int
    end: int


class Names:
    """The names of some articles, each with the shape that it has most often."""

    def __init__(self, sources: Sequence[Source]) -> None:
        """Collects them, in the order in which they come."""
        found = [(text, label) for source in sources for text, label, _, _ in _entities(source)]
        labels: dict[str, Counter[str]] = {}
        for text, label in found:
            labels.setdefault(text, Counter())[label] += 1
        self._labels = {text: counted.most_common(1)[0][0] for text, counted in labels.items()}
        self._peoples = [text for text, label in self._labels.items() if label == "people"]
        self._persons = [text for text, label in self._labels.items() if label == "person" and " " in text]
        self._places = [text for text, label in self._labels.items() if label == "place"]
        self._known: dict[str, list[str]] = {}
        for text in self._labels:
            if shape := self._shape(text):
                self._known.setdefault(shape, []).append(text)

    def of(self, source: Source) -> list[Name]:
        """The names of a sentence that have a shape."""
        return [
            Name(text, shape, start, end)
            for text, _, start, end in _entities(source)
            if (shape := self._shape(text)) is not None
        ]

    def others(self, name: Name, source: Source) -> list[str]:
        """Names of the same shape that the sentence does not hold, beginning at one that hangs on the sentence."""
        others = [
            other
            for other in self._known[name.shape]
            if not may_be_one(other, name.text) and not any(may_be_one(other, held.text) for held in self.of(source))
        ]
        first = crc32(source.text.encode()) % len(others) if others else 0
        return others[first:] + others[:first]

    def _shape(self, text: str) -> str | None:
        label = self._labels.get(text)
        if any(text in person.split() for person in self._persons):
            return "person"
        if label == "person" and " " in text:
            return "full person"
        if label == "place" and not text.startswith("the "):
            return "country" if any(_is_people_of(people, text) for people in self._peoples) else "city"
        if label == "people" and any(_is_people_of(text, place) for place in self._places):
            return "peoples" if text.endswith("s") else "people"
        if label == "organisation" and text.startswith("the "):
            return "newspaper" if _NEWSPAPER.search(text) else "organisation"
        return None


def person(source: Source, names: Names) -> Iterator[str]:
    """Another person."""
    return _other_name(source, names, ("full person", "person"))


def place(source: Source, names: Names) -> Iterator[str]:
    """Another country or city."""
    return _other_name(source, names, ("country", "city"))


def people(source: Source, names: Names) -> Iterator[str]:
    """Another people: Russian for Ukrainian."""
    return _other_name(source, names, ("people", "peoples"))


def organisation(source: Source, names: Names) -> Iterator[str]:
    """Another organisation."""
    return _other_name(source, names, ("organisation", "newspaper"))


def names_exchanged(source: Source, names: Names) -> Iterator[str]:
    """Two names of one shape in each other's place; not where the sentence says the same of both, "A and B"."""
    held = names.of(source)
    for one, other in combinations({name.text: name for name in reversed(held)}, 2):
        pair = [name for name in held if name.text in (one, other)]
        if (
            len({name.shape for name in pair}) == 1
            and not may_be_one(one, other)
            and not _are_listed(pair, held, source.text)
        ):
            yield replaced_together(
                source.text, [(name.start, name.end, other if name.text == one else one) for name in pair]
            )


def may_be_one(one: str, other: str) -> bool:
    """Whether two names may be of one: "Kim Jong-un" and "Kim", "Ukraine" and "Ukrainian", "Seoul", "South Korea"."""
    first, second = terms(_country(one)), terms(_country(other))
    shorter, longer = sorted((first, second), key=len)
    return all(any(same_name(term, known) for known in longer) for term in shorter)


def _other_name(source: Source, names: Names, shapes: Sequence[str]) -> Iterator[str]:
    for name in names.of(source):
        if name.shape in shapes and not _OF_A_KIND.search(source.text[: name.start]):
            for other in names.others(name, source)[:2]:
                yield replaced(source.text, name.start, name.end, other)


def _entities(source: Source) -> Iterator[tuple[str, str, int, int]]:
    """Text, kind, start and end of the names of a sentence, without "'s" behind them, "The" as "the"."""
    for entity in source.doc.ents:
        text = re.sub(r"['’]s?$", "", entity.text)
        if entity.label_ in _LABELS and _WELL_FORMED.fullmatch(text):
            end = entity.start_char + len(text)
            article = _THE.search(source.text[: entity.start_char])
            if article and entity.label_ == "ORG":
                text = f"{article[0]}{text}"
            yield re.sub(r"^The ", "the ", text), _LABELS[entity.label_], end - len(text), end


def _are_listed(pair: Sequence[Name], held: Sequence[Name], text: str) -> bool:
    """Whether only other names, commas and "and" stand between the two, so that the order says nothing."""
    gaps = [text[one.end : other.start] for one, other in pairwise(sorted(pair, key=lambda name: name.start))]
    names = re.compile("|".join(re.escape(name.text) for name in held))
    return any(_LISTED.fullmatch(names.sub("", gap)) for gap in gaps)


def _is_people_of(people: str, country: str) -> bool:
    """Whether they can be Spanish and Spain, North Korean and North Korea."""
    *before, last = people.casefold().split()
    *before_country, last_country = country.casefold().split()
    return before == before_country and last[:_ALIKE] == last_country[:_ALIKE]


def _country(name: str) -> str:
    return _STANDS_FOR.get(re.sub(r"^the (?:state )?", "", name.casefold()), name)
