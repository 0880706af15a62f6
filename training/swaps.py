"""Changes what a question asks, or what a statement says, by one rule a function.

Each takes a parsed text and what it may draw on, and gives the text changed, or None where it has nothing to change.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass
from itertools import combinations
from random import Random
from typing import TYPE_CHECKING

from training.editing import Edit, edited
from training.supplies import COUNTED, DATED, NAMED, Supplies, bounds, is_content

if TYPE_CHECKING:
    from spacy.tokens import Doc, Span


@dataclass(frozen=True)
class Surroundings:
    """What a rule may draw on, the nearest first, and what it must not put in.

    Attributes:
        supplies: Of the paragraph, then of the article.
        avoid: Terms that what is put in may not hold: with those of the right sentence the change might change nothing.
    """

    supplies: tuple[Supplies, ...]
    avoid: frozenset[str]


Rule = Callable[["Doc", Surroundings, Random], str | None]

_YEAR = re.compile(r"\b(?:1\d|20)\d\d\b")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_OPPOSITES = (
    ("first", "last"), ("largest", "smallest"), ("biggest", "smallest"), ("highest", "lowest"), ("oldest", "youngest"),
    ("longest", "shortest"), ("best", "worst"), ("most", "least"), ("more", "fewer"), ("greater", "smaller"),
    ("higher", "lower"), ("older", "younger"), ("before", "after"), ("early", "late"), ("earlier", "later"),
    ("north", "south"), ("east", "west"), ("northern", "southern"), ("eastern", "western"), ("male", "female"),
    ("increase", "decrease"), ("increased", "decreased"), ("rise", "fall"), ("rose", "fell"), ("began", "ended"),
    ("begin", "end"), ("start", "end"), ("started", "stopped"), ("opened", "closed"), ("open", "close"),
    ("won", "lost"), ("win", "lose"), ("born", "buried"), ("accepted", "refused"), ("accept", "refuse"),
    ("allowed", "forbidden"), ("allow", "forbid"), ("with", "without"), ("same", "different"), ("major", "minor"),
    ("positive", "negative"), ("public", "private"), ("legal", "illegal"), ("common", "rare"), ("strong", "weak"),
    ("success", "failure"), ("successful", "unsuccessful"), ("support", "oppose"), ("supported", "opposed"),
    ("above", "below"), ("inside", "outside"), ("minimum", "maximum"), ("majority", "minority"), ("like", "dislike"),
    ("liked", "disliked"), ("bought", "sold"), ("buy", "sell"), ("joined", "left"), ("rich", "poor"),
    ("easy", "difficult"), ("hot", "cold"), ("old", "new"), ("large", "small"), ("long", "short"), ("fast", "slow"),
    ("praised", "criticised"), ("added", "removed"), ("created", "destroyed"), ("built", "demolished"),
    ("married", "divorced"), ("ancient", "modern"), ("popular", "unpopular"), ("similar", "opposite"), ("all", "none"),
    ("always", "never"), ("beginning", "end"), ("father", "mother"), ("son", "daughter"), ("king", "queen"),
    ("man", "woman"), ("men", "women"), ("brother", "sister"), ("husband", "wife"), ("day", "night"),
)  # fmt: skip
_OPPOSITE = {one: other for pair in _OPPOSITES for one, other in (pair, pair[::-1])}
_DO = {"VBD": "did", "VBZ": "does", "VBP": "do"}


def other_name(doc: Doc, around: Surroundings, rng: Random) -> str | None:
    """Another person, place, organisation or work of the same kind."""
    return _other_entity(doc, NAMED, around, rng)


def other_date(doc: Doc, around: Surroundings, rng: Random) -> str | None:
    """Another date, or another year."""
    years = list(_YEAR.finditer(doc.text))
    if years and rng.random() < 0.5:
        year = rng.choice(years)
        moved = int(year[0]) + rng.choice((-1, 1)) * rng.randint(1, 12)
        return edited(doc.text, [Edit(*year.span(), str(moved))])
    return _other_entity(doc, DATED, around, rng)


def other_number(doc: Doc, around: Surroundings, rng: Random) -> str | None:
    """Another number: of the same kind from nearby, or made up."""
    found = _other_entity(doc, COUNTED, around, rng)
    figures = [match for match in _NUMBER.finditer(doc.text) if not _YEAR.fullmatch(match[0])]
    if figures and (found is None or rng.random() < 0.5):
        figure = rng.choice(figures)
        return edited(doc.text, [Edit(*figure.span(), _other_figure(figure[0], rng))])
    return found


def names_exchanged(doc: Doc, around: Surroundings, rng: Random) -> str | None:
    """Two names of one kind in each other's place."""
    del around  # All that it needs stands in the text.
    named = [entity for entity in doc.ents if entity.label_ in NAMED]
    pairs = [
        (one, other)
        for one, other in combinations(named, 2)
        if one.label_ == other.label_
        and not set(one.text.split()) & set(other.text.split())
        # "Bonnie and Clyde" are the same the other way round.
        and not re.fullmatch(r"\W*(?:and|or|,)?\W*", doc.text[one.end_char : other.start_char])
    ]
    if not pairs:
        return None
    (a, b), (c, d) = (bounds(entity) for entity in rng.choice(pairs))
    return edited(doc.text, [Edit(a, b, doc.text[c:d]), Edit(c, d, doc.text[a:b])])


def other_word(doc: Doc, around: Surroundings, rng: Random) -> str | None:
    """Another noun, verb or adjective of the same form."""
    tokens = [token for token in doc if is_content(token)]
    rng.shuffle(tokens)
    for token in tokens:
        for supplies in _mixed(around, rng):
            if word := supplies.word(token, set(around.avoid), rng):
                return edited(doc.text, [Edit(token.idx, token.idx + len(token), word)])
    return None


def opposite(doc: Doc, around: Surroundings, rng: Random) -> str | None:
    """The opposite of one word."""
    del around  # The table alone knows opposites.
    tokens = [token for token in doc if token.lower_ in _OPPOSITE and not token.ent_type_]
    if not tokens:
        return None
    token = rng.choice(tokens)
    return edited(doc.text, [Edit(token.idx, token.idx + len(token), _OPPOSITE[token.lower_])])


def negated(doc: Doc, around: Surroundings, rng: Random) -> str | None:
    """With "not" or "never" where there was none, without it where there was one."""
    del around  # All that it needs stands in the text.
    for token in doc:
        if token.dep_ == "neg" and token.lower_ in ("not", "never"):
            return edited(doc.text, [Edit(token.idx, token.idx + len(token))])
    root = next((token for token in doc if token.dep_ == "ROOT"), None)
    if root is None or root.pos_ not in ("VERB", "AUX"):
        return None
    word = rng.choice(("not", "not", "never"))
    if root.pos_ == "AUX" or any(child.dep_ in ("aux", "auxpass") for child in root.children):
        # As in "What is not ..." and "When did she not leave ...".
        at = root.idx + len(root) if root.pos_ == "AUX" else root.idx
        return doc.text[:at].rstrip() + f" {word} " + doc.text[at:].lstrip()
    if root.tag_ not in _DO:
        return None
    return edited(doc.text, [Edit(root.idx, root.idx + len(root), f"{_DO[root.tag_]} {word} {root.lemma_}")])


RULES: Counter[Rule] = Counter(
    {
        other_name: 4,
        other_date: 4,
        other_number: 4,
        names_exchanged: 2,
        opposite: 3,
        other_word: 2,
        negated: 1,
    }
)
"""Each with how often it is tried first: the last two can change nearly every text."""


def changed(doc: Doc, around: Surroundings, rng: Random) -> str | None:
    """The text changed by one of the rules that can change it; None where none can."""
    for rule in dict.fromkeys(rng.sample(list(RULES), k=RULES.total(), counts=list(RULES.values()))):
        made = rule(doc, around, rng)
        if made and made.lower() != doc.text.lower():
            return made
    return None


def _other_entity(doc: Doc, labels: Collection[str], around: Surroundings, rng: Random) -> str | None:
    here: list[Span] = [entity for entity in doc.ents if entity.label_ in labels]
    rng.shuffle(here)
    for entity in here:
        for supplies in _mixed(around, rng):
            if other := supplies.entity(entity, set(around.avoid), rng):
                return edited(doc.text, [Edit(*bounds(entity), other)])
    return None


def _mixed(around: Surroundings, rng: Random) -> tuple[Supplies, ...]:
    """Mostly the nearest first: a name from the same paragraph makes the hardest change."""
    return around.supplies if rng.random() < 0.75 else around.supplies[::-1]


def _other_figure(figure: str, rng: Random) -> str:
    """A number with as many digits, none of them leading zeros."""
    first = rng.choice([digit for digit in "123456789" if digit != figure[0]])
    return first + re.sub(r"\d", lambda _: rng.choice("0123456789"), figure[1:])
