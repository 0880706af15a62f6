"""Whom a name or an office means: "Peskov", "Dmitry Peskov" and "the Kremlin's spokesperson" as articles write them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass

from index.analysis import content_terms, terms
from rag.checks.places import country
from rag.checks.words import listed
from rag.claims import Claim
from rag.language import entities
from rag.variants import Alternatives

_CARRIER = "{} said on Friday that it was so."
"""A sentence in which the name of a person is known for one."""

_CAPITALISED = r"[^\W\d_a-z][\w’'-]*"
_OWNER = re.compile(r"[\w-]+['’]s\b")
_ONE_OFFICE = ("spokesman spokesmen spokeswoman spokeswomen spokesperson spokespeople spokespersons", "defence defense")
_OFFICES = tuple(frozenset(term for word in group.split() for term in terms(word)) for group in _ONE_OFFICE)
_TITLES = frozenset(
    term
    for title in listed(
        "president minister secretary general mr mrs ms dr sir king queen prince pope senator leader director chief "
        "chairman judge mayor governor ambassador prime deputy former vice"
    )
    for term in terms(title)
)
_PREPOSITIONS = frozenset({"about", "against", "at", "by", "for", "from", "near", "of", "to", "with"})
_SHORTEST_ALONE = 4
"""Letters from which on a last name alone is taken for a person: "Un" is not "Kim Jong Un" wherever it stands."""


@dataclass(frozen=True)
class Wanted:
    """A claimant to be found.

    Attributes:
        groups: For each word of the name the terms that mean the same; see `index.analysis.terms`.
        variants: See `rag.variants.Variants`.
        person: Whether it reads as the name of a person, and so may be shortened to its last word.
    """

    groups: tuple[frozenset[str], ...]
    variants: Alternatives
    person: bool

    @classmethod
    def of(cls, name: str, variants: Callable[[str], Alternatives]) -> Wanted:
        """What a name or an office as somebody writes it asks for; no groups where it has no words.

        Args:
            name: Such as "Peskov" or "spokesperson for the Kremlin".
            variants: Tells the variants of a text; see `rag.variants.Variants.of`.
        """
        return cls(tuple(map(_group, content_terms(name))), variants(name), name in persons_in([name]))

    def searched(self) -> list[frozenset[str]]:
        """Groups of terms of which a passage that names the claimant, be it in short, holds one each."""
        groups = [group | {min(others) for others in self._others(group) if others} for group in self.groups]
        return groups[-1:] if self.person and self._last else groups

    def touches(self, text: str) -> bool:
        """Whether a text holds a word of the name at all."""
        found = frozenset(terms(text))
        return any(self._stands(group, found) for group in self.groups)

    def stands_in(self, text: str) -> bool:
        """Whether a text holds every word of the name, or a variant of it."""
        found = frozenset(terms(text))
        return bool(self.groups) and all(self._stands(group, found) for group in self.groups)

    def is_meant_by(self, claim: Claim) -> bool:
        """Whether the claimant is the one wanted, in full or by a last name, or bears the name; see `only_owns`."""
        if self.person and not self.touches(claim.claimant or ""):
            return False
        return self._is_meant(fuller(claim))

    def only_owns(self, claim: Claim) -> bool:
        """Whether the claimant bears the name of another alone: "Putin's spokesman", "lawyers for Putin"."""
        return not self._is_meant(" ".join(self._own_words(_OWNER.sub(" ", fuller(claim)).split())))

    def _own_words(self, words: Sequence[str]) -> Iterator[str]:
        """The words of a name without those of the one wanted where they follow a preposition, titles between."""
        is_other = False
        for at, word in enumerate(words):
            if not self.touches(word):
                is_other = False
                yield word
                continue
            before = next((each for each in reversed(words[:at]) if not _is_passed_over(each)), "")
            is_other = is_other or before in _PREPOSITIONS
            if not is_other:
                yield word

    @property
    def _last(self) -> frozenset[str]:
        """The last name in its forms; none where it is too short to stand alone."""
        return frozenset(term for term in self.groups[-1] if len(term) >= _SHORTEST_ALONE)

    def _is_meant(self, name: str) -> bool:
        alone = _told_apart_by(name)
        if self.person and len(alone) == 1 and alone[0] in self._last:
            return True
        return self.stands_in(name)

    def _stands(self, group: Set[str], found: Set[str]) -> bool:
        return not group.isdisjoint(found) or any(others <= found for others in self._others(group))

    def _others(self, group: Set[str]) -> Iterable[frozenset[str]]:
        return (others for term in group for others in self.variants.get(term, ()))


def fuller(claim: Claim) -> str:
    """A claimant; one of a single name as the article has it in full last before: "Kim" as "Kim Yong-hyun"."""
    name = claim.claimant or ""
    alone = _told_apart_by(name)
    own = next((word for word in name.split() if terms(word)[:1] == alone), "")
    if claim.named_at is None or not own[:1].isupper():
        return name
    runs = re.finditer(
        rf"(?:{_CAPITALISED}\s+)*{re.escape(own)}(?![\w’'-])(?:\s+{_CAPITALISED})*",
        claim.article.text[: claim.named_at[1]],
    )
    full = [run[0] for run in runs if len(_told_apart_by(run[0])) > 1]
    return full[-1] if full else name


def persons_in(names: Iterable[str]) -> list[str]:
    """The persons that claimants name, without their offices, each once."""
    found = [entity.text for name in names for entity in entities(_CARRIER.format(name)) if entity.label == "PERSON"]
    return list(dict.fromkeys(re.sub(r"['’]s$", "", person) for person in found))


def _is_passed_over(word: str) -> bool:
    return word.lower() in ("the", "a", "an") or _TITLES.issuperset(terms(word))


def _told_apart_by(name: str) -> list[str]:
    """The terms of a name by which it is told from others: no titles, and no country before them."""
    words = [word for word in name.split() if not country(word.strip(",'’"))]
    return [term for term in content_terms(" ".join(words)) if term not in _TITLES]


def _group(term: str) -> frozenset[str]:
    return next((office for office in _OFFICES if term in office), frozenset({term}))
