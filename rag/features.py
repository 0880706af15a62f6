"""What speaks for a sentence as an answer to a question, and how much each of it weighs."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from typing import Self

from index.analysis import content_terms, terms
from rag.language import entities, has_name, same_name
from rag.question import Question, Seeks

_LABELS = {
    Seeks.PERSON: frozenset({"PERSON", "ORG", "NORP", "GPE"}),
    Seeks.PLACE: frozenset({"GPE", "LOC", "FAC"}),
    Seeks.TIME: frozenset({"DATE", "TIME"}),
    Seeks.NUMBER: frozenset({"CARDINAL", "PERCENT", "MONEY", "QUANTITY"}),
}
_WORDS = {
    Seeks.MANNER: re.compile(r"\b[a-z]{3,}ly\b|\b(?:by|through) \w+ing\b"),
    Seeks.REASON: re.compile(
        r"\b(?:because|due to|since|so that|in order to|as a result|therefore|amid|response to)\b", re.IGNORECASE
    ),
}
_SPEECH = (
    r"(?:sa(?:id|ys)|told|stat(?:es|ed)|called|add(?:s|ed)|claim|den(?:y|ies|ied)|dismiss|remark|warn|assert|stress"
    r"|emphasi[sz]|mention|express|reiterat|continu(?:es|ed)|wrote|writes|post(?:s|ed)|announc|declar|argu|accus|pledg"
    r"|promis|describ|repl(?:y|ies|ied)|answer|comment|voic|insist)"
)
_PRONOUN = re.compile(r"^(?:he|she|his|her|they|their)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Features:
    """What was seen of a sentence.

    Attributes:
        cosine: Of the angle between the vectors of sentence and question.
        covered: Share of the question's terms that stand in the sentence, rare ones counting for more.
        near: The same for the sentence together with the one before it.
        kind: Above 0 where it holds the kind of answer sought, below where it does not, 0 where nothing tells.
        named: Share of the names in the question that stand in the sentence, the one before it or the title; 1 where
            there are none.
        lacks: 1 where the sentence does not hold what an answer must; see `rag.sought`.
        reader: The reader's log-odds that it answers; 0 where none has read it.
        second: The same of the second reader.
    """

    cosine: float
    covered: float
    near: float
    kind: int
    named: float
    lacks: int
    reader: float = 0.0
    second: float = 0.0

    def with_reader(self, log_odds: float) -> Self:
        """The same with what the reader says."""
        return replace(self, reader=log_odds)

    def with_second(self, log_odds: float) -> Self:
        """The same with what the second reader says."""
        return replace(self, second=log_odds)


@dataclass(frozen=True)
class Weights:
    """A logistic score of features."""

    cosine: float
    covered: float
    near: float
    kind: float
    named: float
    lacks: float
    reader: float
    bias: float
    second: float = 0.0

    def log_odds(self, seen: Features) -> float:
        """ln(p / (1 - p)), where p is the score."""
        return (
            self.bias
            + self.cosine * seen.cosine
            + self.covered * seen.covered
            + self.near * seen.near
            + self.kind * seen.kind
            + self.named * seen.named
            + self.lacks * seen.lacks
            + self.reader * seen.reader
            + self.second * seen.second
        )


WITHOUT_READER = Weights(cosine=5.0, covered=1.0, near=3.0, kind=0.5, named=0.0, lacks=-2.0, reader=0.0, bias=-5.2)
"""Chosen by hand among those that lead with an answering sentence most often, on 1,500 questions of SelQA and SQuAD 2.0
and on the built-in cases. Not calibrated as a probability."""

WITH_READER = Weights(cosine=3.31, covered=1.63, near=-0.11, kind=0.19, named=0.50, lacks=-4.0, reader=0.72, bias=-0.81)
"""Fitted by `python -m training.blend` on articles that the reader has not learnt from; `lacks`, which few questions
decide, chosen by hand beyond what is fitted: what an answer must hold is no matter of degree."""


WITH_BOTH = Weights(
    cosine=2.40, covered=2.25, near=-0.82, kind=0.16, named=0.18, lacks=-4.0, reader=0.23, bias=0.30, second=0.64
)
"""The same where a second reader has read the sentence too."""


@dataclass(frozen=True)
class Certainty:
    """A logistic score of the best sentence's log-odds."""

    best: float
    bias: float

    def log_odds(self, best: float) -> float:
        """ln(p / (1 - p)), where p is the probability that the question is answered."""
        return self.bias + self.best * best


ANSWERED = Certainty(best=0.74, bias=0.03)
"""Fitted by `python -m training.blend`, as if three of four questions could be answered."""

ANSWERED_BY_BOTH = Certainty(best=0.82, bias=-0.10)
"""The same where a second reader has read the sentence too."""


def features(
    question: Question,
    sentence: str,
    before: str,
    title: str,
    whole: str,
    cosine: float,
    weights: Mapping[str, float],
) -> Features:
    """Looks at a sentence.

    Args:
        question: What is asked.
        sentence: Verbatim.
        before: The sentence before it, for what "he" or "the agency" refers to; empty at the beginning.
        title: Of its article; empty where it has none.
        whole: The text of its article.
        cosine: Of the angle between the vectors of sentence and question.
        weights: How rare each of the question's terms is.
    """
    here = set(terms(sentence)) | _short_forms(question, sentence, whole)
    near = here | set(terms(before))
    lacks = question.exactly is not None and not question.exactly.held(sentence, question.all_terms)
    named = _named(question, near | set(terms(title)))
    here, near = here | question.meant_by(here), near | question.meant_by(near)
    return Features(
        cosine=cosine,
        covered=_covered(weights, here),
        near=_covered(weights, near),
        kind=_kind(question, sentence, before),
        named=named,
        lacks=int(lacks),
    )


def _named(question: Question, found: Set[str]) -> float:
    """The share of the question's names of which every term was found in some form, or a variant of it."""
    if not question.names:
        return 1.0
    meant = question.meant_by(found)
    here = (
        all(term in meant or any(same_name(term, other) for other in found) for term in terms(name))
        for name in question.names
    )
    return sum(here) / len(question.names)


def _short_forms(question: Question, text: str, whole: str) -> set[str]:
    """The terms of names in the question that a sentence shortens, as "the Duma" does after "the State Duma"."""
    found: set[str] = set()
    for name in question.names:
        *opening, last = name.removeprefix("the ").split()
        if not opening or " ".join([*opening, last]) not in whole:
            continue
        # "North Korea" is no short form of "South Korea".
        for match in re.finditer(rf"(?:\b([A-Z][\w.-]*) )?\b{re.escape(last)}\b", text):
            if match[1] in (None, "The", "President", "Minister", *opening):
                found.update(content_terms(name))
    return found


def _covered(weights: Mapping[str, float], found: set[str]) -> float:
    """The share of the question's terms that were found, each by its weight."""
    total = sum(weights.values())
    return sum(weight for term, weight in weights.items() if term in found) / total if total else 0.0


def _kind(question: Question, text: str, before: str) -> int:
    """Above 0 where a sentence holds the kind of answer sought, below where it does not, 0 where nothing tells."""
    seeks = question.seeks
    if seeks in _LABELS:
        found = (entity.text for entity in entities(text) if entity.label in _LABELS[seeks])
        return 1 if any(not question.all_terms.issuperset(terms(each)) for each in found) else -1
    if seeks in _WORDS:
        return 1 if _WORDS[seeks].search(text) else -1
    if seeks is Seeks.SAYING:
        return 2 if speaks(question.names, text, before) else -2
    return 0


def speaks(names: Sequence[str], text: str, before: str) -> bool:
    """Whether one of the named, or anyone where nobody is named, says something in a sentence, as far as words tell.

    Args:
        names: Whom to look for; what they say under "he" counts where the sentence before names them.
        text: The sentence.
        before: The sentence before it; empty at the beginning.
    """
    if _PRONOUN.match(text):
        named = not names or any(has_name(name, set(terms(before))) for name in names)
        return named and re.search(rf"\b{_SPEECH}", text, re.IGNORECASE) is not None
    speakers = "|".join(re.escape(name.split()[-1]) for name in names) or r"\w+"
    # "Peskov, spokesperson for the Kremlin, dismissed": what stands between commas tells who it is.
    spoken = rf"\b(?:{speakers})\b(?:,[^,]*,)?(?:[^\w,]+\w+){{0,3}}?\W+{_SPEECH}|according to\b.*\b(?:{speakers})\b"
    return re.search(spoken, text, re.IGNORECASE) is not None
