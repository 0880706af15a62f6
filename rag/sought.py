"""What exactly an answer must hold, where the words of a question tell: a year, a sum of money, a person's name."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from index.analysis import terms
from rag.language import entities, names

_Holds = Callable[[str, frozenset[str]], bool]

_FIGURE = (
    r"(?:\d[\d.,]*|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty"
    r"|fifty|sixty|hundred|thousand|several|few|many|some|dozens?|half)"
)
_TIMES = r"(?:seconds?|minutes?|hours?|days?|weeks?|months?|years?|decades?|century|centuries)"
_LENGTHS = r"(?:k?m|kilomet(?:er|re)s?|met(?:er|re)s?|miles?|feet|foot|yards?)"
_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December"
    r"|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)"
)
_ORDINAL = r"\d{1,2}(?:st|nd|rd|th)?"
_TRADE = (
    r"(?:ambassadors?|reporters?|journalists?|authors?|ministers?|officials?|politicians?|officers?|generals?"
    r"|commanders?|deputy|deputies|lawmakers?|senators?|presidents?|leaders?|experts?|analysts?|scholars?|scientists?"
    r"|spokes(?:man|men|woman|women|person|people)|actors?|actress(?:es)?|singers?|players?|coach(?:es)?|kings?|queens?"
    r"|emperors?|popes?|persons?|man|men|woman|women)"
)
_NAME_OF = r"\b(?:what|which) (?:is|was|are|were) the (?:full |real )?names? of (?:the |a |an )?"
_OFFICE = r"\b(?:President|Minister|Secretary|Chancellor|Ambassador|General|Chief|Director|Spokes\w+)\b"


@dataclass(frozen=True)
class Sought:
    """What an answer must hold.

    Attributes:
        what: In words, to stand behind "does not give": "a year".
        held: Whether a sentence holds it, given the terms of the question: what is asked about is no answer.
    """

    what: str
    held: _Holds


def what_exactly(question: str) -> Sought | None:
    """What an answer to a question must hold; None where its words do not tell."""
    words = question.replace("’", "'")
    return next((sought for pattern, sought in _SOUGHT if re.search(pattern, words, re.IGNORECASE)), None)


def _pattern(pattern: str, flags: int = 0) -> _Holds:
    compiled = re.compile(pattern, flags)
    return lambda text, _: compiled.search(text) is not None


def _another(found: Callable[[str], list[str]]) -> _Holds:
    """Whether something is found in a text of which no word stands in the question."""
    return lambda text, asked: any(asked.isdisjoint(terms(each)) for each in found(text))


def _people(text: str) -> list[str]:
    return [entity.text for entity in entities(text) if entity.label == "PERSON"]


def _people_and_offices(text: str) -> list[str]:
    return [*_people(text), *re.findall(_OFFICE, text)]


_SOUGHT: tuple[tuple[str, Sought], ...] = (
    (
        r"\b(?:what|which) (?:day of the week|weekday)\b",
        Sought("a day of the week", _pattern(r"\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b")),
    ),
    (
        r"\b(?:what|which) (?:exact |calendar )?date\b",
        Sought(
            "a date", _pattern(rf"\b{_MONTH}\.? {_ORDINAL}\b|\b{_ORDINAL}(?: of)? {_MONTH}\b|\b\d{{4}}-\d\d-\d\d\b")
        ),
    ),
    (r"\b(?:what|which) year\b", Sought("a year", _pattern(r"\b(?:1\d|20)\d\d\b"))),
    (r"\b(?:what|which) month\b", Sought("a month", _pattern(rf"\b{_MONTH}\b"))),
    (
        r"\bhow old\b|\bwhat age\b",
        Sought("an age", _pattern(r"\b(?:aged?|years?[- ]olds?|birthday|born|(?:was|is|turned) \d\d)\b|, \d\d,")),
    ),
    (
        rf"\bhow long\b|\bhow many (?:more )?{_TIMES}\b",
        Sought(
            "a length",
            _pattern(
                rf"\b{_FIGURE}[ -](?:\w+[ -])?(?:{_TIMES}|{_LENGTHS})\b|\b(?:from|since|between)\b.*\d{{4}}|\buntil\b",
                re.IGNORECASE,
            ),
        ),
    ),
    (r"\bhow far\b", Sought("a distance", _pattern(rf"\b{_FIGURE}[ -]?(?:\w+[ -])?{_LENGTHS}\b", re.IGNORECASE))),
    (
        r"\bhow much money\b|\bhow (?:much|well)\b.* (?:costs?|paid|earn)\b"
        r"|\bwhat (?:is|are|was|were)\b.* (?:paid|earning)\b|\bwhat (?:salary|wages?|price|sum)\b",
        Sought(
            "a sum of money",
            _pattern(r"[$€£¥₩₽]|\b(?:dollars?|euros?|pounds?|rou?bles?|won|yen|yuan|cents?)\b", re.IGNORECASE),
        ),
    ),
    (
        r"\b(?:what|which) (?:percentage|per ?cent|proportion|share)\b",
        Sought(
            "a share",
            _pattern(
                r"%|\bper ?cent|\bpercentage|\b(?:half|thirds?|quarters?|fifths?|tenths?|majority|all)\b", re.IGNORECASE
            ),
        ),
    ),
    (
        # Not "the name of the area that players can enter".
        rf"{_NAME_OF}(?:(?!(?:that|which|who|of|in|for) )\S+ ){{0,3}}?{_TRADE}\b",
        Sought("a person's name", _another(_people)),
    ),
    (rf"\b(?:which|what) (?:\w+ )?{_TRADE}\b", Sought("a person's name or office", _another(_people_and_offices))),
    (
        rf"{_NAME_OF}|\b(?:is|was|are|were) (?:\S+ ){{1,6}}(?:called|named)\W*$",
        Sought("a name", _another(names)),
    ),
)
