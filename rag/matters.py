"""What a sentence is about, so that a denial is set beside what it denies and beside nothing else."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from index.analysis import content_terms
from index.article import Article, Sentence
from rag.checks.reading import DENYING, SAYING, Reading, read, stem
from rag.checks.words import listed
from rag.figures import sorts_of
from rag.language import same_name
from rag.speeches import speeches

MARK = re.compile(
    r"\b(?:den(?:y|ies|ied|ying)|dismiss\w*|reject\w*|refut\w+|disput\w+|disavow\w*|contradict\w*|hoax|scam|untrue"
    r"|baseless|groundless|unfounded|fabricat\w+|debunk\w*|fake news)\b",
    re.IGNORECASE,
)
"""Words of denial."""

_NOUNS = r"(?:allegation|claim|accusation|report|statement|account|story|rumou?r)s?\b(?! (?:of|that|about))"
_POINTS_NEAR = re.compile(
    rf"\b(?:these|those|such|this|that) (?:\w+ )?{_NOUNS}|\bden(?:y|ies|ied) (?:this|that|it|them|any such)\b"
    r"|\b(?:calls?|called|labell?ed|branded|described|refuted|dismissed|rejected|disputed) "
    r"(?:it|them|this|that|these|those)\b",
    re.IGNORECASE,
)
_POINTS_FAR = re.compile(rf"\bthe (?:\w+ )?{_NOUNS}", re.IGNORECASE)
"""Of "the reports" the last sentence need not have told; "these reports" are those of the last."""

_AID = re.compile(r"\bmilitary (?:support|aid|assistance|help|supplies|cooperation)\b", re.IGNORECASE)
_GENERAL = (
    listed(
        """
        provide give take make get use utilize have be do go come include begin continue call show see face know want
        claim report allegation accusation suggestion statement evidence source information official authority
        account story rumor rumour news matter issue case fact people person man woman country nation side leader
        president minister government secretary spokesman spokesperson spokeswoman agency service intelligence office
        multiple several many new other such last previous current additional possible number part total
        day week month year time today ongoing recent recently currently
        """
    )
    | SAYING
    | DENYING
)
"""Words that tell nothing of what a sentence is about."""

_WEAPON = "weapon"
_WEAPONS = frozenset(
    map(
        stem,
        listed("weapon weaponry arms ammunition munition shell artillery rocket missile"),
    )
)
_KEPT = 4_000


@dataclass(frozen=True)
class Matter:
    """What a text is about.

    Attributes:
        names: The terms of the names in it, who says it left out.
        things: Its other telling words, as stems, one for all those that count the same.
    """

    names: frozenset[str]
    things: frozenset[str]

    def is_of(self, other: Matter) -> bool:
        """Whether two texts can be about the same: they share a thing, and a name where both have one."""
        share_name = any(same_name(one, its) for one in self.names for its in other.names)
        return bool(self.things & other.things) and (share_name or not self.names or not other.names)


@lru_cache(maxsize=_KEPT)
def matter_of(text: str) -> Matter:
    """What a sentence is about, leaving out who says it."""
    reading = read(text)
    spoken = _speaking(reading)
    names = {
        term
        for name in reading.names
        if not any(at in spoken for at in range(name.start, name.end))
        for term in content_terms(name.text)
    }
    named = {at for name in reading.names for at in range(name.start, name.end)}
    things = {
        stem(token.lemma_.lower())
        for token in reading.content
        if token.i not in named | spoken
        and token.pos_ in ("NOUN", "VERB", "ADJ", "PROPN")
        and token.lemma_.lower() not in _GENERAL
        and not MARK.fullmatch(token.text)
    }
    kinds = {_WEAPON if thing in _WEAPONS else thing for thing in sorts_of(things)}
    if _AID.search(reading.doc.text):
        kinds |= {_WEAPON, *sorts_of(["soldier"])}  # Of which it is made.
    return Matter(frozenset(names), frozenset(kinds))


def _speaking(reading: Reading) -> frozenset[int]:
    """The tokens that name who speaks; who denies is part of the matter."""
    found: set[int] = set()
    for speech in speeches(reading):
        if speech.speaker is None or speech.is_denial:
            continue
        span = reading.doc.char_span(*speech.speaker, alignment_mode="expand")
        found |= set() if span is None else set(range(span.start, span.end))
    return frozenset(found)


def in_context(article: Article, sentence: Sentence) -> list[str]:
    """A denial as it can be understood: alone, or where it points back together with the sentences it points to."""
    at = article.sentences.index(sentence)
    first = _told_from(article, at)
    starts = {max(first, at - 1), first} if first < at else {at}
    return [replace(sentence, start=article.sentences[start].start).of(article.text) for start in sorted(starts)]


def _told_from(article: Article, at: int) -> int:
    """The first of the sentences, by place, that tell what one of them denies."""
    sentence = article.sentences[at]
    own = sentence.of(article.text)
    far = _POINTS_FAR.search(own)
    if not (far or _POINTS_NEAR.search(own)) or len(speeches(read(own))) > 1:
        return at  # Where somebody else speaks in it, that is what is denied.
    first = at
    while first > max(0, at - (2 if far else 1)) and not article.sentences[first - 1].heading:
        first -= 1
    return (
        min(first, _told_from(article, at - 1)) if first < at and at - 1 > 0 and _is_denial(article, at - 1) else first
    )


def _is_denial(article: Article, at: int) -> bool:
    return MARK.search(article.sentences[at].of(article.text)) is not None
