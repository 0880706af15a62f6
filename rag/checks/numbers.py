"""Numbers: their value, what they count, and whether they are exact, about, at least or at most."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from rag import language
from rag.checks.comparison import Comparison, displaced
from rag.checks.dates import day_numbers
from rag.checks.reading import Feature, Reading, features, stem

if TYPE_CHECKING:
    from spacy.tokens import Token


class Bound(Enum):
    """How a number is meant."""

    BARE = "bare"
    EXACT = "exact"
    ABOUT = "about"
    LEAST = "least"
    MOST = "most"


_SMALL = (
    "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen "
    "nineteen"
)
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_SCALES = "hundred thousand million billion trillion"
_IN_WORDS = "|".join(f"one {_SMALL} {_TENS} {_SCALES}".split())
_NUMBER = re.compile(
    rf"(?<![\w.,-])(?:\d+(?:[.,]\d+)*(?![\w])|(?:{_IN_WORDS})(?![\w]))"
    rf"(?:[ -](?:and )?(?:{_IN_WORDS})(?!\w))*",
    re.IGNORECASE,
)
_BOUNDS = (
    (Bound.LEAST, r"at least|more than|over|no fewer than|no less than|not less than|not fewer than|above|a minimum of"
                  r"|upwards of|exceeding|greater than|in excess of"),
    (Bound.MOST, r"up to|at most|as many as|as much as|fewer than|less than|under|no more than|not more than"
                 r"|a maximum of|below"),
    (Bound.ABOUT, r"about|around|some|roughly|approximately|nearly|almost|close to|circa|an estimated|estimated"),
    (Bound.EXACT, r"exactly|precisely"),
)  # fmt: skip
_BEFORE = tuple(
    (bound, re.compile(rf"\b(?:{words})(?: (?:a|an|the|another|total of))* $", re.I)) for bound, words in _BOUNDS
)
_BEHIND = (
    (Bound.LEAST, re.compile(r"^ or more\b", re.I)),
    (Bound.MOST, re.compile(r"^ (?:or fewer|or less|at most)\b", re.I)),
)
_ALLOWED = {
    Bound.BARE: {Bound.BARE, Bound.EXACT, Bound.ABOUT},
    Bound.EXACT: {Bound.BARE, Bound.EXACT, Bound.ABOUT},
    Bound.ABOUT: {Bound.BARE, Bound.ABOUT},
    Bound.LEAST: {Bound.LEAST},
    Bound.MOST: {Bound.MOST},
}
"""What a statement may say of a number, by what its source says."""

_UNITS = {"decad": (10.0, "year"), "centuri": (100.0, "year"), "dozen": (12.0, ""), "fortnight": (2.0, "week")}
_VAGUE = re.compile(
    r"\b(?:(?:several|a few|few|many|tens of|hundreds of|dozens of)\s+)?"
    r"(?P<scale>dozen|hundred|thousand|million|billion)s\b"
    r"|\b(?:several|a few|few|many)\s+(?P<some>dozen|hundred|thousand|million|billion)\b",
    re.IGNORECASE,
)
_ISO_DAY = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")
_ORDINAL = re.compile(
    r"\b(second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth)\b(?! (?:half|quarter))", re.IGNORECASE
)
_POWERS = {"dozen": 12.0, "hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9}


@dataclass(frozen=True)
class Quantity:
    """A number in a sentence: its value, how it is meant, and what it counts (a stem, "" where that is not clear)."""

    value: float
    bound: Bound
    unit: str
    place: tuple[int, int, Token]

    @property
    def amount(self) -> tuple[float, str]:
        """The value with its unit, decades in years and dozens in ones."""
        factor, unit = _UNITS.get(self.unit, (1.0, self.unit))
        return self.value * factor, unit


def quantities(reading: Reading) -> list[Quantity]:
    """The numbers of a sentence, those of dates left out."""
    return list(_quantities(reading))


def numbers_hold(comparison: Comparison) -> bool:
    """Whether every number of the statement stands in its sources, for the same thing and as sure."""
    said = quantities(comparison.statement)
    known = [quantity for source in comparison.sources for quantity in quantities(source)]
    if displaced(said, known, _same, _where):
        return False
    if not all(_is_there(quantity, known) or _is_both(quantity, comparison) for quantity in said):
        return False
    return _vague_holds(comparison, known) and _ordinals(comparison.statement.text) <= {
        ordinal for source in comparison.sources for ordinal in _ordinals(source.text)
    }


def bound_holds(comparison: Comparison) -> bool:
    """Whether "about", "at least" and "at most" before a number are those of the sources."""
    known = [quantity for source in comparison.sources for quantity in quantities(source)]
    return all(
        any(quantity.bound in _ALLOWED[other.bound] for other in known if _same(quantity, other))
        for quantity in quantities(comparison.statement)
        if any(_same(quantity, other) for other in known)
    )


def about_is_kept(comparison: Comparison) -> bool:
    """Whether no number is given flatly that is given with an "about" alone in the sources."""
    known = [quantity for source in comparison.sources for quantity in quantities(source)]
    return all(
        quantity.bound is Bound.ABOUT
        or any(other.bound is not Bound.ABOUT for other in known if _same(quantity, other))
        for quantity in quantities(comparison.statement)
        if any(_same(quantity, other) for other in known)
    )


def _quantities(reading: Reading) -> Iterator[Quantity]:
    text = reading.doc.text
    days = day_numbers(reading)
    vague = [match.span() for pattern in (_VAGUE, _ISO_DAY) for match in pattern.finditer(text)]
    for match in _NUMBER.finditer(text):
        start, end = match.span()
        if any(begins <= start < ends for begins, ends in vague) or match[0].lower() == "one":
            continue
        span = reading.doc.char_span(start, end, alignment_mode="expand")
        if span is None or any(token.i in days for token in span):
            continue
        values = language.numbers(match[0])
        if len(values) != 1:
            continue
        root = span.root
        unit = stem(root.head.lemma_.lower()) if root.dep_ in ("nummod", "compound", "amod", "npadvmod") else ""
        behind = reading.doc[span.end] if span.end < len(reading.doc) else None
        if behind is not None and stem(behind.lemma_.lower()) in _UNITS:
            unit = stem(behind.lemma_.lower())
        yield Quantity(values.pop(), _bound(text, start, end), unit, (span.start, span.end, root))


def _bound(text: str, start: int, end: int) -> Bound:
    for bound, pattern in _BEFORE:
        if pattern.search(text[:start].replace("“", "").replace('"', "")):
            return bound
    for bound, pattern in _BEHIND:
        if pattern.search(text[end:]):
            return bound
    return Bound.BARE


def _same(one: Quantity, other: Quantity) -> bool:
    return one.value == other.value or one.amount == other.amount


def _where(quantity: Quantity) -> dict[Feature, float]:
    return features(*quantity.place)


def _is_there(quantity: Quantity, known: list[Quantity]) -> bool:
    return any(_same(quantity, other) for other in known)


def _is_both(quantity: Quantity, comparison: Comparison) -> bool:
    """Whether "the two" of a statement are "both" of its sources."""
    start, _, root = quantity.place
    is_the_two = quantity.value == 2 and start > 0 and root.doc[start - 1].lower_ == "the"
    return is_the_two and any(token.lower_ == "both" for source in comparison.sources for token in source.doc)


def _vague_holds(comparison: Comparison, known: list[Quantity]) -> bool:
    """Vague numbers: "thousands" stand on thousands, or on a number of that size."""
    there = {scale for source in comparison.sources for scale in _scales(source.text)}
    return all(
        scale in there or any(_POWERS[scale] < abs(each.value) < 1e3 * _POWERS[scale] for each in known)
        for scale in _scales(comparison.statement.text)
    )


def _scales(text: str) -> set[str]:
    return {(match["scale"] or match["some"]).lower() for match in _VAGUE.finditer(text)}


def _ordinals(text: str) -> set[str]:
    return {match[0].lower() for match in _ORDINAL.finditer(text)}
