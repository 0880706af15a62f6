"""What a question wants of a story in time: how it stands now, began or has changed, or what its figures were."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

_CHANGED = (
    r"(?:chang(?:ed?|ing)|develop(?:ed)?|evolved?|shift(?:ed)?|var(?:y|ied)|gr(?:ow|ew|own)|r(?:ise|ose|isen)"
    r"|f[ae]ll(?:en)?)"
)
_OF_IT = r"(?: (?:about|after|before|between|during|from|her|his|in|its|on|since|their|towards?) [^?]+?)?"
_CHANGE = re.compile(
    rf"^how (?:has|have|had|did|does|do) (?P<what>.+?) (?:been )?{_CHANGED}(?P<rest>{_OF_IT})(?: over time)?\W*$"
    rf"|^(?P<before>.+?),? and how (?:has|have|did) (?:it|that|this|they|those|these)(?: \w+)? {_CHANGED}\b[^?]*\W*$"
    r"|^(?P<state>.+?),? over time\W*$",
    re.IGNORECASE,
)
_LATEST = re.compile(
    r"\b(?:(?:(?:by|as of|right|up to|until|till) )?now|currently|at present|at the moment|so far|to date|these days"
    r"|nowadays|lately|(?:most )?recently"
    r"|(?:latest|newest|most recent|current)(?= \w))\b",
    re.IGNORECASE,
)
_NEWS = re.compile(r"\bthe latest(?: (?:news|developments?))?(?: (?:about|from|in|of|on|with)\b|\W*$)", re.IGNORECASE)
_COUNT = r"(?:numbers?|counts?|totals?|figures?|estimates?|size)"
_EARLIEST = re.compile(
    r"\b(?:at first|initially|originally|in the beginning|to begin with|earliest)\b|\bfirst(?=\W*$)"
    rf"|\b(?:first|initial|original)(?= (?:{_COUNT}|reports?|reactions?|responses?|statements?|claims?|denials?)\b)",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    rf"^(?:what (?:is|are|was|were) )?the {_COUNT} (?:of|for) (?:the )?(?P<things>.+?)\W*$",
    re.IGNORECASE,
)
_THINGS = r"(?:\S+ ){0,4}?(?:\w+s|people|personnel|men|women|infantry)"
_BODY = r"(?:contingent|force|deployment|army|garrison|detachment)"
_SIZE = re.compile(rf"^(?:size|strength) of (?:the )?(?P<whose>.+?) {_BODY}\b", re.IGNORECASE)
_OF = re.compile(r"^(?:(?:number|total) of )(?:the )?", re.IGNORECASE)
_FIGURES = re.compile(
    r"^(?:what|which) (?:\w+ )?(?:estimates|figures|numbers|counts) "
    r"(?:(?:are|were|have been) (?:there|given|named|reported|cited) )?(?:of|for|on|about) "
    rf"(?:the )?(?P<things>(?:size|strength) of .+? {_BODY}|(?:(?:number|total) of )?{_THINGS})\b"
    r"(?P<rest>(?:(?! (?:have|has|are|were|is|was)\b)[^?,])*)(?:(?:,| (?:have|has|are|were|is|was)\b).*)?\W*$",
    re.IGNORECASE,
)
_EXTREME = rf"(?= (?:possible )?(?:numbers?|counts?|totals?|figures?|estimates?) (?:of|for) (?:the )?{_THINGS}\b)"
_HIGHEST = re.compile(rf"\b(?:largest|highest|biggest|greatest|maximum){_EXTREME}", re.IGNORECASE)
_LOWEST = re.compile(rf"\b(?:lowest|smallest|minimum){_EXTREME}", re.IGNORECASE)
_POSITION = re.compile(
    r"^what is (?P<whose>.+?)(?:['’]s?|(?<=s)['’]) (?:\w+ )?"
    r"(?:positions?|stances?|lines?|attitudes?|tone|views?|stor(?:y|ies)|versions?|responses?|reactions?|denials?"
    r"|statements?|account)\b",
    re.IGNORECASE,
)
_OWN = re.compile(r"^ (?:his|her|its|their) ", re.IGNORECASE)


class Wants(StrEnum):
    """What is wanted of a story in time: FIGURES are all that were given, HIGHEST and LOWEST those that say so."""

    LATEST = "latest"
    EARLIEST = "earliest"
    CHANGE = "change"
    FIGURES = "figures"
    HIGHEST = "highest"
    LOWEST = "lowest"


_WORDED = (
    (Wants.EARLIEST, _EARLIEST),
    (Wants.LATEST, _LATEST),
    (Wants.HIGHEST, _HIGHEST),
    (Wants.LOWEST, _LOWEST),
)


@dataclass(frozen=True)
class InTime:
    """A question about a story in time.

    Attributes:
        wants: What of it.
        asked: The question without that, which is what a single sentence can answer: "How many soldiers?" of "How has
            the number of soldiers changed?".
        whose: Whose position it is that changes, if it is one: "the Kremlin".
    """

    wants: Wants
    asked: str
    whose: str | None = None


def in_time(question: str) -> InTime | None:
    """Reads what a question wants of a story in time.

    Returns:
        None where its words do not tell.
    """
    change = _CHANGE.match(question)
    if change is not None:
        stated = _stated(change)
        position = _POSITION.search(stated)
        return InTime(Wants.CHANGE, stated, position["whose"] if position else None)
    if _NEWS.search(question):
        return InTime(Wants.LATEST, question)
    figures = _FIGURES.match(question)
    if figures is not None:
        return InTime(Wants.FIGURES, f"How many {_things(figures['things'])}{figures['rest']}?")
    for wants, pattern in _WORDED:
        if pattern.search(question):
            left = re.sub(r"\s+(?=[\s?.,!])", "", pattern.sub("", question)).strip()
            return InTime(wants, _counting(left))
    return None


def _things(worded: str) -> str:
    """What is counted: the troops of a contingent, where its size is asked for."""
    size = _SIZE.match(worded)
    return f"{size['whose']} troops" if size else _OF.sub("", worded)


def _stated(change: re.Match[str]) -> str:
    """What is asked of each day where a question asks how something has changed."""
    if change["before"] or change["state"]:
        return _counting(f"{change['before'] or change['state']}?")
    what, rest = change["what"], change["rest"]
    if _OWN.match(rest):
        what, rest = f"{what}'s", _OWN.sub(" ", rest)
    return _counting(f"What is {what}{rest}?")


def _counting(question: str) -> str:
    """A question of a number as one of "how many"."""
    number = _NUMBER.match(question)
    return question if number is None else f"How many {number['things']}?"
