"""Makes a follow-up stand alone, by rules."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from index.analysis import content_terms
from rag.answer import Answer
from rag.language import entities
from rag.question import LONGEST_QUESTION, Question

_ONE = re.compile(r"\b(?:he|she|him|his|her|hers)\b", re.IGNORECASE)
_MANY = re.compile(r"\b(?:they|them|their|theirs|it|its|these|those|that)\b", re.IGNORECASE)
_ELLIPSIS = re.compile(r"^(?:and|but|or|also|what about|how about)\b[\s,]*", re.IGNORECASE)
_POSSESSIVE = frozenset({"his", "hers"})
_NOT_OWNED = re.compile(r"\s*(?:[?.,]|$|(?:about|after|at|before|by|do|for|from|in|of|on|say|the|to|when|with)\b)")

_WH = (
    r"(?:how come|how|when|where|why"
    r"|(?:(?:on|in|at|by|since|until) )?(?:what|which) (?:day|date|month|year|time|place)s?)"
)
_BARE = re.compile(rf"^(?:(?:on|in|at) )?{_WH}(?: exactly)?$", re.IGNORECASE)
_AUXILIARY = r"(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|might)"
_ADVERBIAL = re.compile(rf"^{_WH} (?={_AUXILIARY}\b)", re.IGNORECASE)
_YES_NO = re.compile(rf"^{_AUXILIARY}\b", re.IGNORECASE)
_AMOUNT = re.compile(r"^how (?:many|much) (?:\w+ ?){1,2}$", re.IGNORECASE)
_AMOUNT_OF = re.compile(rf"^how (?:many|much) (?:[\w-]+ ){{1,3}}?(?={_AUXILIARY}\b)", re.IGNORECASE)
_PLACED = re.compile(r"^(about|at|by|during|for|from|in|near|on|since|to|until|with) (?:the )?", re.IGNORECASE)


class Resolver(Protocol):
    """Makes a follow-up stand alone; rules do (`resolve`), or what else is given to the conversation."""

    def __call__(self, question: Question, turns: Sequence[Answer]) -> Question:
        """The question as it stands alone: the same where it does already.

        Args:
            question: As it was asked.
            turns: The answers so far, oldest first.
        """
        ...


def resolve(question: Question, turns: Sequence[Answer]) -> Question:
    """Makes a follow-up stand alone by rules; see `Resolver`.

    "He" and "she" become the person last asked or spoken about. What is left of a question ("And why?", "And Kim?",
    "On Wednesday?") takes the place of its like in the question before, or is added to it.
    """
    if not turns:
        return question
    text = _with_person(question.resolved, turns)
    rest = _ELLIPSIS.sub("", text)
    if rest == text and not _needs_subject(text):
        return replace(question, resolved=text)
    before = turns[-1].resolved_question
    rest = rest.rstrip(" ?.!")
    if not rest:
        return question
    whole = _joined(before if turns[-1].question == before else _without_tail(before), rest)
    return replace(question, resolved=whole[:LONGEST_QUESTION], asked=rest[:1].upper() + rest[1:])


def _joined(before: str, rest: str) -> str:
    """What is left of a question, together with the one before it."""
    base = before.rstrip(" ?.!")
    small = base[:1].lower() + base[1:]
    if _BARE.match(rest):
        wh = rest[:1].upper() + rest[1:]
        if _ADVERBIAL.match(base):
            return f"{wh} {_ADVERBIAL.sub('', base)}?"
        if _YES_NO.match(base):
            return f"{wh} {small}?"
    elif _AMOUNT.match(rest) and _AMOUNT_OF.match(base):
        return f"{rest[:1].upper()}{rest[1:]} {_AMOUNT_OF.sub('', base)}?"
    else:
        replaced = _in_its_place(base, rest)
        if replaced is not None:
            return replaced
    # A name keeps its capital, a question word does not need one.
    named = entities(rest)
    opening = rest if named and named[0].start == 0 else rest[:1].lower() + rest[1:]
    return f"{base}, and {opening}?"


def _in_its_place(base: str, rest: str) -> str | None:
    """The question before with a name, day or place in the place of another of its kind; None where that fails."""
    place = _PLACED.match(rest)
    named = entities(rest)
    if len(named) != 1 or content_terms(rest[: named[0].start]) or rest[named[0].end :].strip():
        return None
    like = next((each for each in entities(f"{base}?") if each.label == named[0].label), None)
    if like is not None and like.text != named[0].text:
        return f"{base[: like.start]}{named[0].text}{base[like.end :]}?"
    return f"{base} {rest[:1].lower()}{rest[1:]}?" if place and place.end() >= named[0].start else None


def _without_tail(resolved: str) -> str:
    """A question without what an earlier follow-up added to it."""
    return re.sub(r", and [^,]*\?$", "?", resolved)


def _with_person(text: str, turns: Sequence[Answer]) -> str:
    """The text with "he" and "she" as the person meant; as it is where someone is named before them."""
    pronoun = _ONE.search(text)
    if pronoun is None or any(name in text[: pronoun.start()] for name in _people(text)):
        return text
    named = set(_people(text))
    person = next((name for turn in reversed(turns) for name in _spoken_of(turn) if name not in named), None)
    return text if person is None else _ONE.sub(lambda match: _form(match, person), text)


def _needs_subject(text: str) -> bool:
    """Whether a question points back ("they", "it") or names nothing at all ("How many?")."""
    subjects = len(content_terms(text))
    if subjects == 0:
        return True
    named = any(entity.label in ("PERSON", "GPE", "ORG", "NORP", "LOC", "EVENT") for entity in entities(text))
    return not named and subjects < 4 and _MANY.search(text) is not None


def _people(text: str) -> list[str]:
    return [re.sub(r"['’]s$", "", entity.text) for entity in entities(text) if entity.label == "PERSON"]


def _spoken_of(turn: Answer) -> list[str]:
    """The people of a turn: those asked about first, then those of the lead."""
    return _people(turn.resolved_question) + [name for part in turn.statements[:1] for name in _people(part.text)]


def _form(match: re.Match[str], person: str) -> str:
    pronoun = match[0].lower()
    owned = pronoun in _POSSESSIVE or (pronoun == "her" and not _NOT_OWNED.match(match.string, match.end()))
    return f"{person}'s" if owned else person
