"""Figures in what was found: how many of what, how sure, who says so and when; the latest first."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from index.analysis import content_terms
from index.article import Article, Sentence
from rag.checks.names import same_person
from rag.checks.reading import read, stem
from rag.checks.words import listed
from rag.claims import Claim, claim_at
from rag.counting import counts_in
from rag.evidence import Evidence
from rag.question import Question

if TYPE_CHECKING:
    from spacy.tokens import Token

Sort = Literal["in place", "sent", "expected"]

_SOLDIERS = listed(
    "soldier troop infantryman infantrymen infantry serviceman servicemen personnel fighter combatant recruit man men"
)
_TROOPS = frozenset(map(stem, _SOLDIERS))
_UNITS = (_TROOPS, frozenset(map(stem, listed("person people resident civilian inhabitant"))))
"""Words for the same: what one of them counts may be set beside what another counts."""

_PEOPLES = re.compile(r"^(?:[A-Z]\w+(?:ans?|ese|ish|is|s))$")
_OF_SAYING = r"(?:sa(?:y|ys|id)|claim\w*|estimat\w+|report(?:s|ed)?|give[sn]?|gave|think|confirm\w*)\b"
_ASKS_WHO_SAYS = re.compile(rf"\b(?:according to|as per|{_OF_SAYING})", re.IGNORECASE)
_SAID_BY_NOBODY = re.compile(rf"\b(?:is|are|was|were|been) {_OF_SAYING}(?! by\b)(?: to be\b)?", re.IGNORECASE)
_MOST_WORDS = 0.6
_SENDING = listed("deploy deployment send dispatch ship shipment transfer arrive arrival move contingent batch")
_OPEN = frozenset({"may", "might", "could", "would", "will"})
_EXPECTED = listed("expect plan intend prepare anticipate")
_KEPT = 20_000


@dataclass(frozen=True)
class FigureFound:
    """A number of something in a sentence.

    Attributes:
        value: The number; None where only a range is given.
        low: Least of a range, such as "at least 3,000" and "several thousand".
        high: Most of a range.
        unit: What it counts, as worded.
        hedge: The words that make it less than exact, as worded.
        sort: Whether it is so, was sent, or is only expected: figures of different sorts make no line.
        claim: Who says so and when.
        evidence: The sentence.
        is_part: Whether it is some of what the sentence counts before it: "12,000 troops, including 500 officers"; of
            the figures of a unit, those that count something else.
    """

    value: float | None
    low: float | None
    high: float | None
    unit: str
    hedge: str | None
    sort: Sort
    claim: Claim
    evidence: Evidence
    is_part: bool = False

    @property
    def day(self) -> date | None:
        """When it was given, as far as that is known."""
        return self.claim.day


def counted_in(question: str) -> str | None:
    """What a question of "how many" counts, a stem; None where it asks for something else."""
    match = re.search(r"\bhow many (?:of (?:the|these|those) )?", question, re.IGNORECASE)
    if match is None:
        return None
    reading = read(question)
    tokens = [token for token in reading.doc if token.idx >= match.end()]
    noun = next((token for token in tokens if token.pos_ in ("NOUN", "PROPN") and not _belongs_to_noun(token)), None)
    return None if noun is None else _unit_of(noun)


def sorts_of(terms: Iterable[str]) -> set[str]:
    """Terms with one for all those that count the same: "troops" and "soldiers" are one."""
    return {next((min(group) for group in _UNITS if term in group), term) for term in terms}


def words_for(unit: str) -> list[str]:
    """The terms that count the same as a unit does."""
    return sorted(next((group for group in _UNITS if unit in group), _TROOPS if _PEOPLES.match(unit) else {unit}))


def figures_in(evidence: Sequence[Evidence], unit: str, question: Question) -> list[FigureFound]:
    """The figures of a unit in evidence, the latest first; of one day what is so before what was sent or is expected.

    With a figure stand those that are parts of it, whatever they count: the officers among the soldiers.

    Args:
        evidence: Sentences, best first.
        unit: A stem, from `counted_in`.
        question: With names, of which a sentence must hold one, if there are any.
    """
    found: list[FigureFound] = []
    for item in evidence:
        if question.names and not _names_held(item, question):
            continue
        its = [replace(each, evidence=item) for each in figures_at(item.article, item.sentence)]
        counted = [each for each in its if _same_unit(each.unit, unit)]
        has_whole = any(not each.is_part for each in counted)
        for each in its:
            if each in counted:
                found.append(replace(each, is_part=False))
            elif each.is_part and has_whole:
                found.append(each)
    unique: dict[tuple[object, ...], FigureFound] = {}
    for each in found:
        part = each.unit if each.is_part else ""
        unique.setdefault((part, each.value, each.low, each.high, each.sort, each.claim.claimant, each.day), each)
    return sorted(unique.values(), key=lambda each: (each.day or date.min, each.sort == "in place"), reverse=True)


def latest_first(evidence: Sequence[Evidence], figures: Sequence[FigureFound], question: Question) -> list[Evidence]:
    """Evidence with the sentence in front that gives the latest figure of what is so, neither sent nor expected.

    That sentence must name all that the question names and hold most of its other words; it may be one that was not to
    be answered from. Where the question asks what somebody says, theirs is the figure, not the latest.

    Args:
        evidence: To answer from, best first.
        figures: Of what the question counts, the one wanted most first.
        question: Understood.
    """
    if _ASKS_WHO_SAYS.search(_SAID_BY_NOBODY.sub("", question.resolved)):
        return list(evidence)
    leading = next(
        (
            each.evidence
            for each in figures
            if each.sort == "in place"
            and each.day
            and _names_held(each.evidence, question) == len(question.names)
            and _words_held(each.evidence, question) >= _MOST_WORDS
        ),
        None,
    )
    if leading is None or _place(leading) == _place(evidence[0]):
        return list(evidence)
    return [leading, *(item for item in evidence if _place(item) != _place(leading))]


def figures_of(article: Article) -> tuple[FigureFound, ...]:
    """All figures of an article, of whatever they count, in order; headings have none."""
    return tuple(each for sentence in article.sentences for each in figures_at(article, sentence))


def _place(item: Evidence) -> tuple[str, int]:
    return item.article.id, item.sentence.start


def _names_held(item: Evidence, question: Question) -> int:
    """How many of the question's names a sentence holds, in some form or by another name."""
    there = [name.text for name in read(item.text).names]
    return sum(any(same_person(name, other) for other in there) for name in question.names)


def _words_held(item: Evidence, question: Question) -> float:
    """The share of the question's words, names left out, that a sentence holds; what counts the same is one."""
    named = {term for name in question.names for term in content_terms(name)}
    said = set(content_terms(" ".join(_SAID_BY_NOBODY.findall(question.resolved))))
    wanted = sorts_of(term for term in question.terms if term not in named | said)
    return len(wanted & sorts_of(content_terms(item.text))) / len(wanted) if wanted else 1.0


@lru_cache(maxsize=_KEPT)
def figures_at(article: Article, sentence: Sentence) -> tuple[FigureFound, ...]:
    """The figures of one sentence, in order."""
    claim = claim_at(article, sentence)
    if claim is None:
        return ()
    item = Evidence(article, sentence, 0.0)
    return tuple(
        FigureFound(
            count.value,
            count.low,
            count.high,
            count.unit.text,
            count.hedge,
            _sort(count.unit),
            claim,
            item,
            count.is_part,
        )
        for count in counts_in(read(item.text))
    )


def _belongs_to_noun(token: Token) -> bool:
    return token.dep_ in ("compound", "amod", "nmod") and token.head.i > token.i


def _unit_of(noun: Token) -> str:
    return stem(noun.lemma_.lower()) if noun.pos_ == "NOUN" else noun.text


def _same_unit(worded: str, unit: str) -> bool:
    """Whether two words count the same: "troops" and "soldiers", a people and its soldiers, but not its officers."""
    first, second = (each if _PEOPLES.match(each) else stem(each.lower()) for each in (worded, unit))
    if first == second or stem(read(worded).doc[0].lemma_.lower()) == unit:
        return True
    groups = [next((group for group in _UNITS if each in group), None) for each in (first, second)]
    if groups[0] is not None and groups[0] is groups[1]:
        return True
    peoples = [_PEOPLES.match(each) is not None for each in (worded, unit)]
    return any(peoples) and any(group is _TROOPS for group in groups)


def _sort(noun: Token) -> Sort:
    """By the verb that the noun belongs to: whether it may be, was sent, or is."""
    verbs = [each for each in noun.ancestors if each.pos_ in ("VERB", "AUX") and each.lemma_ != "include"]
    if verbs:
        nearest = verbs[0]
        hedged = any(child.lower_ in _OPEN for child in nearest.children)
        if hedged or nearest.lemma_.lower() in _EXPECTED:
            return "expected"
    near = [*noun.ancestors][:3]
    if any(each.lemma_.lower() in _SENDING for each in near) or any(
        child.lemma_.lower() in _SENDING and child.dep_ == "acl" for child in noun.children
    ):
        return "sent"
    return "in place"
