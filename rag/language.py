"""Names, dates and numbers in a text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from threading import RLock
from typing import TYPE_CHECKING

from text_to_num import alpha2digit

from index.analysis import terms
from index.language_model import load_language_model

if TYPE_CHECKING:
    from spacy.language import Language

NAMES = frozenset({"PERSON", "NORP", "FAC", "ORG", "GPE", "LOC", "PRODUCT", "EVENT", "WORK_OF_ART", "LAW"})
"""spaCy's labels of what has a name."""

_LOCK = RLock()
_LONGEST = 2_000
_CACHED = 20_000
_SCALES = frozenset({1e3, 1e6, 1e9, 1e12})
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_VAGUE = re.compile(
    r"\b(?:several|(?:a )?few|many|(?:ten|hundred|thousand)s of)\s+(?:hundred|thousand|million|billion)s?\b",
    re.IGNORECASE,
)
_CAPITALISED = re.compile(r"(?<=[\w,;:] )[A-Z][\w’'-]*(?: [A-Z][\w’'-]*)*")
_CALENDAR = re.compile(
    r"\b(?:January|February|March|April|May|June|July|August|September|October|November|December"
    r"|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)(?=\.? \d)"
    r"|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)\b"
)


@dataclass(frozen=True, slots=True)
class Entity:
    """A stretch of a text with spaCy's label for it; `start` and `end` count characters from 0."""

    text: str
    label: str
    start: int
    end: int


@cache
def _recogniser() -> Language:
    return load_language_model(without=["tagger", "parser", "attribute_ruler", "lemmatizer", "senter"])


@lru_cache(maxsize=_CACHED)
def entities(text: str) -> tuple[Entity, ...]:
    """The entities of a sentence, in order; only its first 2,000 characters are read."""
    with _LOCK:
        doc = _recogniser()(text[:_LONGEST])
    return tuple(Entity(ent.text, ent.label_, ent.start_char, ent.end_char) for ent in doc.ents)


def names(text: str) -> list[str]:
    """What has a name in a text, each once: the entities, and what is capitalised though no sentence begins there.

    Months and days of the week are none.
    """
    found = [entity.text for entity in entities(text) if entity.label in NAMES]
    for match in _CAPITALISED.finditer(text):
        if not _CALENDAR.fullmatch(match[0]) and not any(match[0] in name or name in match[0] for name in found):
            found.append(match[0])
    return list(dict.fromkeys(found))


def numbers(text: str) -> set[float]:
    """The values of the numbers in an English text, in figures or in words: "ten thousand" and "10,000" are one.

    Vague ones ("several thousand") are left out; of a date in figures each part counts.
    """
    figures = alpha2digit(_VAGUE.sub(" ", text), "en", threshold=2)
    found: list[float] = []
    end = -1
    for match in _NUMBER.finditer(figures):
        values = _values(match[0])
        if found and values[0] in _SCALES and figures[end : match.start()] in (" ", "-"):
            found[-1] *= values[0]
        else:
            found.extend(values)
        end = match.end()
    return set(found)


def calendar_words(text: str) -> set[str]:
    """The months and days of the week that a text names, by their first three letters."""
    return {match[0][:3].lower() for match in _CALENDAR.finditer(text)}


def same_name(one: str, other: str) -> bool:
    """Whether two terms can be forms of one name, as "Korea" and "Korean" are."""
    if one == other:
        return True
    shorter = min(len(one), len(other))
    return shorter >= 4 and one[: max(4, shorter - 1)] == other[: max(4, shorter - 1)]


def has_name(name: str, among: set[str]) -> bool:
    """Whether every term of a name stands, in some form, among the terms of a text."""
    return all(any(same_name(term, other) for other in among) for term in terms(name))


def _values(digits: str) -> list[float]:
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", digits):
        digits = digits.replace(",", "")
    if re.fullmatch(r"\d+(?:[.,]\d+)?", digits):
        return [float(digits.replace(",", "."))]
    return [float(part) for part in re.split(r"[.,]", digits)]
