"""Other words by which an archive means the people, places and organisations of a question."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from index.analysis import content_terms
from index.vocabulary import Vocabulary, key
from rag.seats import INSTITUTIONS, countries, peoples

Alternatives = Mapping[str, frozenset[frozenset[str]]]
"""By term of a question, sets of other terms; where all of one set stand, the term counts as standing there."""

_SHORTEST = 5
"""Letters from which on two spellings that sound alike are one name."""

_RARE = 0.01

_PEOPLE = ("an", "ian", "n", "ese", "ish", "i", "ans", "ians", "ns", "is")
"""What the name of a people may end in where that of its country ends in a vowel or nothing."""


class Variants:
    """The names that an archive uses for one another."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        """Takes the names of the archive."""
        self._vocabulary = vocabulary
        self._words = [name for name in vocabulary.names if len(name) >= _SHORTEST and " " not in name]
        self.of = lru_cache(maxsize=256)(self._of)

    def _of(self, text: str) -> Alternatives:
        """The alternatives for the terms of a text."""
        found: defaultdict[str, set[frozenset[str]]] = defaultdict(set)
        for name, other in self._pairs(key(text).split()):
            terms, others = content_terms(name), frozenset(content_terms(other))
            for term in terms:
                if others and term not in others:
                    found[term].add(others)
        return {term: frozenset(others) for term, others in found.items()}

    def alike(self, one: str, other: str) -> bool:
        """Whether the archive uses two names for one another."""
        return any(pair == (key(one), key(other)) for pair in self._pairs(key(one).split()))

    def _pairs(self, words: list[str]) -> Iterator[tuple[str, str]]:
        """The names among words, each with another for it."""
        for start in range(len(words)):
            for size in range(min(5, len(words) - start), 0, -1):
                name = " ".join(words[start : start + size])
                for other in self._others(name):
                    yield name, other

    def _others(self, name: str) -> Iterator[str]:
        yield from (other for other in self._seats(name) if other != name)
        yield from filter(self._stands, peoples().get(name, ()))
        if " " not in name and len(name) >= _SHORTEST:
            yield from (
                other for other in (*self._spellings(name), *self._peoples(name)) if self._comparable(name, other)
            )

    def _spellings(self, name: str) -> Iterator[str]:
        near = process.extract(name, self._words, scorer=OSA.distance, processor=None, score_cutoff=2, limit=None)
        yield from sorted(other for other, distance, _ in near if distance and sound(other) == sound(name))

    def _comparable(self, name: str, other: str) -> bool:
        """Whether neither is so rare beside the other that it must be a slip or something else."""
        counts = [max(1, known.count) for found in (name, other) if (known := self._vocabulary.names.get(found))]
        return _RARE * max(counts, default=1) <= min(counts, default=1)

    def _seats(self, name: str) -> Iterator[str]:
        """The names of its country, and the seats of government that the archive has act for it; or the reverse."""
        names, seats = countries().get(name, ((), ()))
        if not self._stands(name):
            # What the archive does not know can still be what it calls otherwise: "DPRK" for North Korea.
            yield from filter(self._stands, names if name in names or name in INSTITUTIONS else ())
        elif name in names or self._acts(name):
            yield from filter(self._stands, names)
            yield from filter(self._acts, seats)

    def _stands(self, name: str) -> bool:
        return name in self._vocabulary.names or name in self._vocabulary.words

    def _acts(self, name: str) -> bool:
        """Whether a place is somewhere spoken of otherwise than as the place where something is: "Seoul estimates"."""
        known = self._vocabulary.names.get(name)
        return known.placed < known.count if known else name in self._vocabulary.words

    def _peoples(self, name: str) -> Iterator[str]:
        """The people of a country ("Russia": "Russian"), and the country of a people."""
        stem = re.sub(r"[aeo]$", "", name)
        for ending in _PEOPLE:
            if stem + ending != name and stem + ending in self._vocabulary.names:
                yield stem + ending
            if name.endswith(ending):
                for country in (name.removesuffix(ending) + vowel for vowel in ("", "a", "e", "o")):
                    if len(country) >= 4 and country != name and country in self._vocabulary.names:
                        yield country


def sound(name: str) -> str:
    """What spellings of a name in Latin letters have in common: "Zelensky", "Zelenskyy" and "Zelenskiy" share it."""
    one = re.sub(r"[ijy]+", "i", name)
    return re.sub(r"(.{1,2})\1", r"\1", one)
