"""How many of what a sentence counts: numbers with the noun that each belongs to, and how sure they are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.checks.numbers import Bound, Quantity, quantities
from rag.checks.reading import Reading
from rag.checks.words import listed

if TYPE_CHECKING:
    from spacy.tokens import Token

_HEDGES = re.compile(
    r"\b(?:a total of about|a total of|at least|at most|more than|fewer than|less than|no fewer than|up to|as many as"
    r"|around|about|roughly|approximately|nearly|almost|some|over|exactly|another|(?:an )?estimated|upwards of|close to"
    r"|under|just over|just under)\s*[\"“]?$",
    re.IGNORECASE,
)
_VAGUE = re.compile(
    r"\b(?P<some>several|a few|a couple of|dozens of|hundreds of|tens of|many)?\s*"
    r"(?P<scale>dozen|hundred|thousand|million)s?\b(?! and)",
    re.IGNORECASE,
)
_POWERS = {"dozen": 12.0, "hundred": 100.0, "thousand": 1_000.0, "million": 1_000_000.0}
_TIMES_SCALE = {"tens of": 10.0, "dozens of": 12.0, "hundreds of": 100.0}
_NO_THINGS = listed(
    "second minute hour day week weekend month year decade century percent % percentage point dollar euro pound yen "
    "cent age am pm a.m. p.m. noon o'clock degree"
)
"""What measures time, money, shares and ages, not things."""

_TOLLS = listed("toll number tally count")
_DEFINITE = frozenset({"the", "these", "those", "both", "his", "her", "their", "its", "same"})
_NAMES = frozenset({"PRODUCT", "LAW", "ORG", "FAC", "WORK_OF_ART", "EVENT", "PERSON", "GPE", "LOC"})
_FEW = 20
"""Up to here "the three" points to things that are known; it gives no figure."""

_NO_ONES = listed("thing way point reason side hand another day time other")
_YEAR = re.compile(r"(?:19|20)\d\d")


@dataclass(frozen=True)
class Count:
    """A number with what it counts.

    Attributes:
        value: The number; None where only a range is given.
        low: Least of a range.
        high: Most of a range.
        unit: What it counts.
        hedge: The words that make it less than exact.
    """

    value: float | None
    low: float | None
    high: float | None
    unit: Token
    hedge: str | None

    @property
    def is_part(self) -> bool:
        """Whether it is some of what was counted before it: "12,000 troops, including 500 officers"."""
        return any(each.lemma_.lower() in ("include", "including") for each in self.unit.ancestors)


def counts_in(reading: Reading) -> Iterator[Count]:
    """What a sentence counts, in order; lengths of time, sums of money, shares, scores, ages and years are left out."""
    found: list[tuple[int, Count]] = []
    for quantity in sorted(quantities(reading), key=lambda each: each.place[0]):
        count = _count(reading, quantity, found[-1][1].unit if found else None)
        if count is not None:
            found.append((quantity.place[0], count))
    found += [*_ones(reading), *_vague(reading)]
    yield from (count for _, count in sorted(found, key=lambda each: each[0]))


def _count(reading: Reading, quantity: Quantity, before: Token | None) -> Count | None:
    start, end, root = quantity.place
    doc = reading.doc
    written = doc[start:end].text
    head = doc.text[: doc[start].idx]
    if head.lower().endswith("per ") or head.endswith(("$", "€", "£", "-", "–", "#")):
        return None
    if re.match(r"\s?[-–]\w|\s?%", doc.text[doc[start].idx + len(written) :]):
        return None  # "53-47", "4-point", "23-year-old".
    unit = _counted(root) or _elided(reading, start, end, before)
    if unit is None or _is_no_thing(unit) or _is_name(reading, start, unit, written):
        return None
    if quantity.value <= _FEW and _is_known(reading, start):
        return None
    hedge = _HEDGES.search(head)
    return Count(
        quantity.value,
        quantity.value if quantity.bound is Bound.LEAST else None,
        quantity.value if quantity.bound is Bound.MOST else None,
        unit,
        hedge[0].strip(' "“') if hedge else None,
    )


def _is_no_thing(unit: Token) -> bool:
    return unit.lemma_.lower() in _NO_THINGS or any(
        child.lemma_.lower() in ("dollar", "euro", "pound") for child in unit.children if child.dep_ == "compound"
    )


def _is_name(reading: Reading, start: int, unit: Token, written: str) -> bool:
    """Whether a number is part of a name ("Category 5", "Project 2025") or a year ("a 2010 book")."""
    token = reading.doc[start]
    if _YEAR.fullmatch(written) and (token.ent_type_ == "DATE" or unit.tag_ in ("NN", "NNP")):
        return True
    if token.ent_type_ in _NAMES and unit.ent_type_ == token.ent_type_ and unit.pos_ == "PROPN":
        return True
    before = reading.doc[start - 1] if start else None
    return before is not None and before.pos_ == "PROPN" and written.isdigit() and len(written) < 3


def _is_known(reading: Reading, start: int) -> bool:
    before = reading.doc[start - 1] if start else None
    return before is not None and (before.lower_ in _DEFINITE or before.dep_ == "case" or before.tag_ == "POS")


def _elided(reading: Reading, start: int, end: int, before: Token | None) -> Token | None:
    """What a number counts that stands without its noun: the toll that it is, or what was counted before it."""
    doc = reading.doc
    if start >= 2 and doc[start - 1].lower_ == "of" and doc[start - 2].lemma_.lower() in _TOLLS:
        return doc[start - 2]
    after = doc[end] if end < len(doc) else None
    if before is None or after is None or doc[start].ent_type_ in ("DATE", "MONEY", "PERCENT", "TIME"):
        return None
    stands_alone = after.pos_ in ("AUX", "VERB") or after.lower_ in ("of", "dead", "wounded", "injured", "missing")
    return before if stands_alone and doc[end - 1].dep_ != "pobj" else None


def _ones(reading: Reading) -> Iterator[tuple[int, Count]]:
    """One thing: "one translator", not "one of the", "the one" or "one day"."""
    for token in reading.doc:
        if token.lower_ != "one" or token.pos_ != "NUM" or token.dep_ != "nummod":
            continue
        unit = token.head
        if unit.i < token.i or unit.pos_ != "NOUN" or unit.tag_ != "NN":
            continue
        if unit.lemma_.lower() not in _NO_THINGS | _NO_ONES and not _is_known(reading, token.i):
            yield token.i, Count(1.0, None, None, unit, None)


def _vague(reading: Reading) -> Iterator[tuple[int, Count]]:
    """Ranges without a number: "several thousand", "tens of thousands of"."""
    text = reading.doc.text
    for match in _VAGUE.finditer(text):
        some = (match["some"] or "").lower()
        is_plural = text[: match.end()].lower().endswith("s")
        if not is_plural and some not in ("several", "a few", "a couple of", "many"):
            continue
        span = reading.doc.char_span(*match.span("scale"), alignment_mode="expand")
        noun = None if span is None else _counted(span.root)
        if span is not None and noun is not None and not _is_no_thing(noun):
            power = _POWERS[match["scale"].lower()] * _TIMES_SCALE.get(some, 1.0)
            most = 99.0 if power == _POWERS["dozen"] else 10.0 * power - 1
            yield span.start, Count(None, 2.0 * power, most, noun, _worded(match, text))


def _worded(match: re.Match[str], text: str) -> str:
    """A range as it stands before what it counts: "several thousand", "thousands of"."""
    return match[0].strip() + (" of" if text[match.end() :].startswith(" of ") else "")


def _counted(number: Token) -> Token | None:
    """The noun that a number counts: "3,000 North Korean soldiers", "thousands of infantry"."""
    for child in number.children:
        if child.dep_ == "prep" and child.lower_ == "of":
            inner = next((each for each in child.children if each.dep_ == "pobj"), None)
            return inner if inner is not None and inner.pos_ in ("NOUN", "PROPN") else None
    head = number.head
    while (
        head.pos_ in ("NUM", "ADV", "ADJ")
        and head.head is not head
        and head.dep_ in ("nummod", "amod", "quantmod", "compound")
    ):
        head = head.head
    return head if head.pos_ in ("NOUN", "PROPN") and head.i > number.i else None
