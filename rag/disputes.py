"""Who denies what an answer says, in whatever article of the archive."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import numpy as np
from llama_index.core.base.embeddings.base import BaseEmbedding

from index.analysis import content_terms, terms
from index.archive import Archive
from index.article import Article, Sentence, Span
from index.scope import Scope
from rag.claims import Claim, claim_at, claims_at
from rag.evidence import Evidence
from rag.language import has_name, names
from rag.matters import MARK, Matter, in_context, matter_of
from rag.named import persons_in
from rag.question import Question, Seeks

_SAID = (
    "deny denies denied denial dismiss dismissed dismisses reject rejects rejected refute refuted dispute disputed "
    "disputes contradict contradicted hoax scam untrue baseless fabrication false"
)
_ASKS_STAND = (
    r"den(?:y|ies|ied)|disput(?:e|es|ed)|contradict(?:s|ed)?|refut(?:e|es|ed)|admit(?:s|ted)?|acknowledg(?:e|es|ed)"
    r"|conced(?:e|es|ed)|own(?:s|ed)? up"
)
"""Words of a question of who denies something, which is also asked the other way round: "Does Moscow admit it?"."""

_STAND = re.compile(rf"\b(?:{_ASKS_STAND})\b", re.IGNORECASE)
_ASKS = re.compile(rf"\b(?:{_ASKS_STAND}|dismiss(?:es|ed)?|reject(?:s|ed)?)\b", re.IGNORECASE)
"""A treaty or a minister may be rejected or dismissed as well."""

_DEPTH = 40
_SAME_MATTER = 0.4
"""Cosine from which on a denial is about what an answer says."""

_MOST = 4
_REMEMBERED = 512


@dataclass(frozen=True)
class Denial:
    """A sentence in which somebody denies something, or is said not to.

    Attributes:
        claim: Its claimant and stance: "denies", or "declines" where something is not disputed.
        evidence: The sentence.
        nearness: Cosine of its meaning, that of what it points back to included, and what it stands beside.
    """

    claim: Claim
    evidence: Evidence
    nearness: float


class DisputeFinder:
    """Finds denials among the passages that share most words with an answer and hold a word of denial."""

    def __init__(self, archive: Archive, embedding: BaseEmbedding) -> None:
        """Takes the archive and the model by which meanings are compared."""
        self._archive = archive
        self._embedding = embedding
        self._vector = lru_cache(maxsize=_REMEMBERED)(self._embed)

    def find(self, matter: Sequence[str], scope: Scope) -> list[Denial]:
        """The denials of what some sentences say, the latest first; of each claimant and day the nearest alone.

        One without a day is left out where the same claimant has one with a day.

        Args:
            matter: The question and the lead of its answer.
            scope: Which articles may be used.
        """
        words = " ".join(dict.fromkeys(term for text in matter for term in content_terms(text)))
        about = [matter_of(text) for text in matter]
        found: dict[tuple[str, date | None], Denial] = {}
        for article, sentence in self._candidates(f"{words} {_SAID}", scope):
            claims = [
                each for each in claims_at(article, sentence) if each.claimant and each.stance in ("denies", "declines")
            ]
            near = self._nearness(matter, about, in_context(article, sentence)) if claims else 0.0
            if near < _SAME_MATTER:
                continue
            for claim in claims:
                denial = Denial(claim, Evidence(article, sentence, round(min(1.0, near), 4)), near)
                key = _who(claim.claimant or ""), claim.day
                if key not in found or near > found[key].nearness:
                    found[key] = denial
        dated = {who for who, day in found if day is not None}
        kept = [denial for (who, day), denial in found.items() if day is not None or who not in dated]
        nearest = sorted(kept, key=lambda each: (-each.nearness, each.evidence.article.id, each.claim.text))[:_MOST]
        return sorted(nearest, key=lambda each: each.claim.day or date.min, reverse=True)

    def _nearness(self, matter: Sequence[str], about: Sequence[Matter], told: Sequence[str]) -> float:
        """How near in meaning a denial comes to what it may be about; 0 where it is about other things."""
        near = [
            float(self._vector(text) @ self._vector(denied))
            for text, its in zip(matter, about, strict=True)
            for denied in told
            if its.is_of(matter_of(denied))
        ]
        return max(near, default=0.0)

    def _candidates(self, words: str, scope: Scope) -> list[tuple[Article, Sentence]]:
        found: dict[tuple[str, int], tuple[Article, Sentence]] = {}
        for passage in self._archive.lexical(words, _DEPTH, scope):
            article = self._archive.article(passage.article_id)
            span = Span(passage.start, passage.end)
            for sentence in article.sentences:
                if not sentence.heading and sentence.overlaps(span) and MARK.search(sentence.of(article.text)):
                    found.setdefault((article.id, sentence.start), (article, sentence))
        return list(found.values())

    def _embed(self, text: str) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
        return np.asarray(self._embedding.get_text_embedding(text), dtype=np.float32)


def _who(claimant: str) -> str:
    """The last name of a claimant, by which two mentions are taken for one."""
    return (claimant.split(",")[0].split() or [claimant])[-1].casefold()


def of_others(denials: Sequence[Denial], lead: Evidence) -> list[Denial]:
    """Denials without those of whoever denies it in the lead already: nobody disputes what they say themselves."""
    claim = claim_at(lead.article, lead.sentence)
    if claim is None or claim.claimant is None or claim.stance != "denies":
        return list(denials)
    return [denial for denial in denials if _who(denial.claim.claimant or "") != _who(claim.claimant)]


def named_first(evidence: Sequence[Evidence], question: str) -> list[Evidence]:
    """Evidence with a denial in front that names all whom a question names, where it asks who denies something.

    Args:
        evidence: To answer from, best first, at least one.
        question: As it stands alone.
    """
    if not _ASKS.search(question):
        return list(evidence)
    asked = names(question)
    return sorted(
        evidence,
        key=lambda item: not (MARK.search(item.text) and all(has_name(name, set(terms(item.text))) for name in asked)),
    )


def with_denials(evidence: Sequence[Evidence], denials: Sequence[Denial], question: Question) -> list[Evidence]:
    """Evidence with the denials behind its first sentence, where a question asks who denies or admits something.

    They come before it where it is neither a denial nor said by anyone whom the question names: what the United States
    say of Pyongyang is no answer to "Does Pyongyang admit it?". Then the nearest is first; of "who" one by a person.

    Args:
        evidence: To answer from, best first, at least one.
        denials: Of what is asked about, the latest first.
        question: As it stands alone.
    """
    if not _ASKS.search(question.resolved):
        return list(evidence)
    asks_stand = denials and _STAND.search(question.resolved) is not None
    first = [] if asks_stand and not _takes_a_stand(evidence[0], question) else [evidence[0]]
    if not first:
        denials = sorted(denials, key=lambda each: (_wants_a_person(question) and not _is_person(each), -each.nearness))
    kept: dict[tuple[str, int], Evidence] = {}
    for item in (*first, *(denial.evidence for denial in denials), *evidence):
        kept.setdefault((item.article.id, item.sentence.start), item)
    return list(kept.values())


def _takes_a_stand(item: Evidence, question: Question) -> bool:
    """Whether a sentence denies, or is in the words of somebody whom a question names."""
    claim = claim_at(item.article, item.sentence)
    if claim is None or claim.claimant is None:
        return False
    spoken = set(terms(claim.claimant))
    spoken |= question.meant_by(spoken)
    return claim.stance in ("denies", "declines") or any(has_name(name, spoken) for name in question.names)


def _wants_a_person(question: Question) -> bool:
    return question.seeks is Seeks.PERSON


def _is_person(denial: Denial) -> bool:
    return bool(persons_in([denial.claim.claimant or ""]))
