"""A statement beside the sentences it rests on, word by word."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from rag.checks.places import country
from rag.checks.reading import Feature, Reading, features, key, stem
from rag.checks.words import Words, derived

if TYPE_CHECKING:
    from spacy.tokens import Token

SURE = 0.85
"""From here on two words are forms of one."""

_ALIKE = 0.5
_OF_PLACE = 0.1
_DECISIVE = 2.0
_MARGIN = 1.0


@dataclass(frozen=True, slots=True)
class Match:
    """The word of a source that a word of the statement goes back to, and how alike the two are, from 0 to 1."""

    token: Token
    likeness: float


class Comparison:
    """A statement, its sources, and which words of the sources its words go back to."""

    def __init__(self, statement: Reading, sources: Sequence[Reading], words: Words) -> None:
        """Reads nothing yet; what is asked for is worked out once."""
        self.statement = statement
        self.sources = tuple(sources)
        self._words = words
        self._features: dict[tuple[int, int], dict[Feature, float]] = {}

    @cached_property
    def matches(self) -> dict[int, tuple[Match, ...]]:
        """Of each content token of the statement, by its index, the source words it may go back to.

        Those that stand in an equally fitting place are all there.
        """
        wanted, offered = self.statement.content, [token for source in self.sources for token in source.content]
        if not wanted or not offered:
            return {}
        stems = {token: (key(token), stem(token.lower_), country(token.text)) for token in [*wanted, *offered]}
        likeness = self._words.likeness(
            [token.lemma_.lower() for token in wanted], [token.lemma_.lower() for token in offered]
        )
        found: dict[int, tuple[Match, ...]] = {}
        for row, token in enumerate(wanted):
            candidates: list[tuple[float, Match]] = []
            for column, other in enumerate(offered):
                near = _likeness(stems[token], stems[other], float(likeness[row, column]))
                if near >= _ALIKE:
                    fit = near + _OF_PLACE * self.fit(token, other)
                    candidates.append((fit, Match(other, near)))
            if candidates:
                best = max(fit for fit, _ in candidates)
                found[token.i] = tuple(match for fit, match in candidates if fit > best - 1e-6)
        return found

    @property
    def share(self) -> float:
        """How much of the statement's content the sources hold, word by word, from 0 to 1."""
        content = self.statement.content
        if not content:
            return 0.0
        return sum(min(self.likeness(token), 1.0) for token in content) / len(content)

    def likeness(self, token: Token) -> float:
        """How alike a token of the statement is to the source word it goes back to; 0 where there is none."""
        matches = self.matches.get(token.i)
        return matches[0].likeness if matches else 0.0

    def sure(self, token: Token) -> list[Token]:
        """The source words that a token of the statement is a form of, in the place that fits best."""
        return [match.token for match in self.matches.get(token.i, ()) if match.likeness >= SURE]

    def fit(self, token: Token, other: Token) -> float:
        """How far the places of two tokens agree, in weights of `features`."""
        return overlap(self._of(token), self._of(other))

    def _of(self, token: Token) -> dict[Feature, float]:
        at = (id(token.doc), token.i)
        if at not in self._features:
            self._features[at] = features(token.i, token.i + 1, token)
        return self._features[at]


def overlap(one: dict[Feature, float], other: dict[Feature, float]) -> float:
    """The weight of the features that two places share; words that are derived from one another count as the same."""
    total = 0.0
    for feature, weight in one.items():
        if feature in other or any(
            feature[:-1] == found[:-1] and derived(feature[-1], found[-1]) for found in other if len(found) > 1
        ):
            total += weight
    return total


_Mention = TypeVar("_Mention")


def displaced(
    said: Iterable[_Mention],
    known: Sequence[_Mention],
    same: Callable[[_Mention, _Mention], bool],
    where: Callable[[_Mention], dict[Feature, float]],
) -> list[_Mention]:
    """What stands in a statement where its sources have something else.

    Args:
        said: The mentions of a kind (names, numbers, days) in the statement.
        known: Those in its sources.
        same: Whether two are of one thing.
        where: The place of a mention, as `features` gives it.

    Returns:
        Those whose place is another's in the sources: it agrees clearly better with that of something else than with
        that of any mention of the same thing.
    """
    places = [(other, where(other)) for other in known]
    wrong: list[_Mention] = []
    for mention in said:
        own = rival = 0.0
        is_kept = False
        here = where(mention)
        for other, there in places:
            fit = overlap(here, there)
            if same(mention, other):
                own = max(own, fit)
                is_kept = is_kept or _keeps_role(here, there)
            else:
                rival = max(rival, fit)
        if not is_kept and rival >= _DECISIVE and rival >= own + _MARGIN:
            wrong.append(mention)
    return wrong


def _keeps_role(here: dict[Feature, float], there: dict[Feature, float]) -> bool:
    """Whether a mention does, or suffers, the same in two places, or stands with the same preposition by the same word.

    It is in its place then, whatever words stand beside it. By the same word: where one sentence is read as "the
    presence in Russia" and another as "soldiers in Russia", the soldiers' presence is above both.
    """
    for feature in here:
        if feature[0] == "role" and feature[1] in ("agent", "patient") and feature in there:
            return True
        if feature[0] == "role" and feature[1].startswith("at "):
            same = any(other[:2] == feature[:2] for other in there)
            if same and _above(here) & _above(there):
                return True
    return False


def _above(place: dict[Feature, float]) -> set[str]:
    """The words above a mention; that somebody says something is above too much to tell."""
    return {feature[-1] for feature in place if feature[0] in ("with", "under")} - {"to say", "to deny"}


def _likeness(one: tuple[str, str, str | None], other: tuple[str, str, str | None], cosine: float) -> float:
    if one[0] == other[0] or one[1] == other[1]:
        return 1.0
    if one[2] is not None and one[2] == other[2]:
        return 1.0
    if derived(one[0], other[0]) or derived(one[1], other[1]):
        return 0.9
    return min(cosine, SURE - 0.05)
