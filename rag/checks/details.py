"""Circumstances that the sources do not hold."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from typing import TYPE_CHECKING

from rag.checks.comparison import Comparison
from rag.checks.reading import Reading, is_content, is_known_word, place, subtree

if TYPE_CHECKING:
    from spacy.tokens import Token

_ADDED = ("prep", "advcl", "npadvmod", "acl", "relcl", "appos", "advmod")
_SET_OFF = ("relcl", "acl", "advcl", "appos")
_LEADS_ON = ("CCONJ", "SCONJ", "DET")
_SUBJECTS = ("nsubj", "nsubjpass")
_FINITE = ("VBZ", "VBD", "VBP", "MD")
_MOST_NEW = 1
_FEWEST_IN_ORDER = 4
_MOST_ASTRAY = 1
_SHARE_IN_ORDER = 0.4
_ADDRESS = re.compile(r"[\w-]+(?:[.@][\w-]+)*[.@][a-z]{2,}\b")
_TO_READER = ("you", "your", "yours", "yourself", "please", "?")
_KNOWN = 0.62
"""A word of a phrase goes back to one of the sources from this likeness on."""


def no_detail_added(comparison: Comparison) -> bool:
    """Whether every phrase that tells of a circumstance goes back to the sources by one word at least."""
    return not any(_is_new(comparison, phrase) for phrase in _phrases(comparison))


def asides_hold(comparison: Comparison) -> bool:
    """Whether every word of what is set off by a comma, such as ", which is a concern", goes back to the sources."""
    doc = comparison.statement.doc
    for token in doc:
        if token.dep_ in _SET_OFF and token.i > token.head.i:
            clause = sorted(subtree(token), key=lambda each: each.i)
            is_set_off = clause[0].i > 0 and doc[clause[0].i - 1].text == ","
            if is_set_off and any(is_content(each) and not comparison.likeness(each) for each in clause):
                return False
    return True


def no_clause_added(comparison: Comparison) -> bool:
    """Whether all words of the statement but one go back to the sources, and every address stands there.

    A clause that was hung on, such as ", and vote for them" or ", see x.example", has two new words, a verb joined by
    "and", or an address, or it speaks to the reader. The one must be a word, and none that was misspelled.
    """
    content = comparison.statement.content
    new = [token for token in content if not comparison.likeness(token)]
    joined = [token for token in content if token.dep_ == "conj" and token.pos_ == "VERB"]
    known = {mark for source in comparison.sources for mark in _marks(source)}
    return (
        len(new) <= _MOST_NEW
        and all(is_known_word(token) and token.dep_ != "conj" and token.pos_ != "INTJ" for token in new)
        and all(comparison.likeness(token) >= _KNOWN for token in joined)
        and known.issuperset(_marks(comparison.statement))
    )


def things_are_known(comparison: Comparison) -> bool:
    """Whether every thing, its kind and name go back to the sources, and what is said to be what is said so there.

    A new verb may be another word for one of the source, unless somebody is said to have done it, "taught by soldiers".
    A new thing is somebody else who does it: "The military uses rockets" of "Russia uses rockets".
    """
    content = comparison.statement.content
    new = [token for token in content if comparison.likeness(token) < _KNOWN]
    if any(
        token.pos_ in ("NOUN", "PROPN", "ADJ") or any(child.dep_ == "agent" for child in token.children)
        for token in new
    ):
        return False
    if not all(_is_there(comparison, token) for token in comparison.statement.doc if token.lemma_ == "be"):
        return False
    return all(_is_said_so(comparison, token) for token in content if token.dep_ == "attr" and token.pos_ == "NOUN")


def _is_there(comparison: Comparison, being: Token) -> bool:
    """Whether somebody who is somewhere or with somebody, and nothing else is said of them, is so in a source."""
    children = list(being.children)
    places = {child.lower_ for child in children if child.dep_ == "prep"}
    if being.dep_ in ("aux", "auxpass") or not places or any(child.dep_ in ("attr", "acomp") for child in children):
        return True
    known = (token for source in comparison.sources for token in source.doc if token.lemma_ == "be")
    return any(places & {child.lower_ for child in token.children} for token in known)


def _is_said_so(comparison: Comparison, attribute: Token) -> bool:
    """Whether a source has somebody for what the statement says that they are: in a row of words, or set beside it."""
    subject = next((child for child in attribute.head.children if child.dep_ in _SUBJECTS), None)
    if subject is None or not is_content(subject):
        return True
    return any(
        _are_joined(one, other) or _are_joined(other, one)
        for one in comparison.sure(subject)
        for other in comparison.sure(attribute)
        if one.doc is other.doc
    )


def _are_joined(one: Token, other: Token) -> bool:
    """Whether one is set beside the other, stands before it as its name, or is what it is said to be."""
    if other.dep_ in ("appos", "compound", "nmod", "amod") and other.head == one:
        return True
    return other.dep_ == "attr" and any(child == one for child in other.head.children)


def subjects_are_kept(comparison: Comparison) -> bool:
    """Whether each verb of the statement that stands in a source has somebody do it who does it there too.

    Who is "he" there, or does it under another verb, may be anybody here.
    """
    return all(_does_it(comparison, token) for token in comparison.statement.doc if token.dep_ in _SUBJECTS)


def _does_it(comparison: Comparison, subject: Token) -> bool:
    its = place(subject)
    if its is None or its[1].pos_ != "VERB" or not is_content(subject):
        return True
    role, verb = its
    doers = [doer for other in comparison.sure(verb) for doer in other.doc if place(doer) == (role, other)]
    if not doers or any(doer.pos_ == "PRON" for doer in doers):
        return True
    called = {(id(token.doc), token.i) for doer in doers for token in subtree(doer)}
    known = [match.token for match in comparison.matches.get(subject.i, ()) if match.likeness >= _KNOWN]
    return any((id(token.doc), token.i) in called for token in known)


def _marks(reading: Reading) -> set[str]:
    """Addresses, and what speaks to whoever reads."""
    return {*_ADDRESS.findall(reading.text), *(token.lower_ for token in reading.doc if token.lower_ in _TO_READER)}


def is_in_order(comparison: Comparison) -> bool:
    """Whether the words stand in an order that the sources give them: not the other way round, nor mixed up.

    A word is astray where those on both sides of it follow one another in the source, and it does not stand between
    them there.
    """
    places = max((_places(comparison, source) for source in comparison.sources), key=len, default=[])
    if len(places) < _FEWEST_IN_ORDER:
        return True
    astray = sum(
        first < last and not first <= middle <= last
        for first, middle, last in zip(places, places[1:], places[2:], strict=False)
    )
    return astray <= _MOST_ASTRAY and _in_order(places) >= _SHARE_IN_ORDER * len(places)


def _places(comparison: Comparison, source: Reading) -> list[int]:
    """Where the words of the statement, one after the other, stand in a source; those that do not are left out."""
    order = {token.i: at for at, token in enumerate(source.content)}
    found = [
        [order[other.i] for other in comparison.sure(token) if other.doc is source.doc]
        for token in comparison.statement.content
    ]
    return [min(those) for those in found if those]


def _in_order(places: list[int]) -> int:
    """How many places there are at most that follow one another."""
    ends: list[int] = []  # Of each length the least end of a row so long.
    for each in places:
        at = bisect_left(ends, each)
        ends[at : at + 1] = [each]
    return len(ends)


def only_names_are_new(comparison: Comparison) -> bool:
    """Whether all words of the statement go back to the sources, but those of who does it: a name, what explains it."""
    return all(
        (comparison.sure(token) if token.pos_ == "PROPN" else comparison.likeness(token)) or _names_who(token)
        for token in comparison.statement.content
    )


def _names_who(token: Token) -> bool:
    is_of_name = any(each.pos_ == "PROPN" for each in (token, token.head, *token.children))
    return is_of_name and any(each.dep_ in _SUBJECTS for each in (token, *token.ancestors))


def is_sentence(comparison: Comparison) -> bool:
    """Whether the statement is whole, with a main verb that says something: "both deny it", not "both to deny it"."""
    text, doc = comparison.statement.text, comparison.statement.doc
    last = next((token for token in reversed(doc) if not token.is_punct and not token.is_space), None)
    if text.count("“") != text.count("”") or text.count('"') % 2 or (last is not None and last.pos_ in _LEADS_ON):
        return False
    return any(
        token.tag_ in _FINITE
        or any(child.tag_ in _FINITE and child.dep_ in ("aux", "auxpass") for child in token.children)
        for token in doc
        if token.dep_ == "ROOT"
    )


def _phrases(comparison: Comparison) -> Iterator[list[Token]]:
    """Phrases that are set off by a comma, or hang on the main verb."""
    doc = comparison.statement.doc
    for token in doc:
        if token.dep_ in _ADDED and token.head.pos_ in ("VERB", "AUX"):
            phrase = sorted(subtree(token), key=lambda each: each.i)
            last = phrase[-1].i
            is_first = phrase[0].i == 0 and last + 1 < len(doc) and doc[last + 1].text == ","
            is_behind = phrase[0].i > 0 and doc[phrase[0].i - 1].text == ","
            if is_first or is_behind:
                yield [each for each in phrase if is_content(each)]
    opening = next((token.i for token in doc if token.text == ","), 0)
    if 2 <= opening <= 12:
        yield [token for token in doc[:opening] if is_content(token)]


def _is_new(comparison: Comparison, phrase: list[Token]) -> bool:
    return len(phrase) >= 2 and all(comparison.likeness(token) < _KNOWN for token in phrase)
