"""What a network is measured by on articles that it has not seen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from statistics import fmean

import numpy as np
from numpy.typing import NDArray

from eval.metrics.answerability import auc
from rag.reader.encoding import Scorer, Task, TextPair
from training.calibration import Judged
from training.data import Asked, worded
from training.pairs import Context, Material, Pair

READ_BESIDE = Context.ALL
"""What the running program reads beside a sentence."""

Figures = Mapping[str, float | None]
"""By name; None where there is nothing to make one of."""

_SEED = 7
"""Of the changes by rule that are measured on; the same for every training."""

_HARD = ("answer", "answer cut out", "question changed")


@dataclass(frozen=True)
class Scored:
    """Logits on held-out articles with what is true, and the figures made of them.

    Attributes:
        answer: Of every sentence: whether it holds the answer.
        answered: Of every question with its paragraph, and of every answerable one with its answering sentences left
            out, the highest logit: whether a sentence holds the answer.
        support: Of pairs of statement and sentence: whether it supports it; None where that is not learnt.
        figures: Made of them.
    """

    answer: Judged
    answered: Judged
    support: Judged | None
    figures: Figures


class HeldOut:
    """Questions on held-out articles, and pairs made of them by the rules of the training."""

    def __init__(
        self, asked: Sequence[Asked], material: Material, context: Context = READ_BESIDE, supports: bool = True
    ) -> None:
        """Takes the questions, what makes pairs of them and of their article, and how they are read.

        Args:
            asked: The questions.
            material: Makes pairs.
            context: What is read beside a sentence.
            supports: Whether the network has learnt what supports a statement.
        """
        self.asked = asked
        self._texts = [
            TextPair(each.question, sentence, material.context(each, sentence, context))
            for each in asked
            for sentence in (each.sentences[at] for at in worded(each.sentences))
        ]
        rng = Random(_SEED)
        self._changed = [
            (each, pair)
            for each in asked
            if each.answerable
            for pair in material.answer_bundle(each, rng, context)
            if pair.kind in _HARD
        ]
        self._support = [
            (each, pair) for each in asked if supports for pair in material.support_bundle(each, rng, context)
        ]

    def score(self, scorer: Scorer) -> Scored:
        """Measures."""
        by_question = self._by_question(scorer)
        answered = _best(self.asked, by_question)
        changed = _of(scorer, self._changed)
        support = _of(scorer, self._support) if self._support else None
        figures: dict[str, float | None] = {
            f"mrr_{source}": _mrr(self.asked, by_question, source) for source in sorted({a.source for a in self.asked})
        }
        figures |= {
            "answerability_auc": _real_auc(self.asked, answered),
            "cut_auc": _cut_auc(self.asked, answered),
            "changed_auc": auc(changed.logits.tolist(), changed.true.tolist()),
        }
        if support is not None:
            figures |= {
                "support_auc": auc(support.logits.tolist(), support.true.tolist()),
                "support_right": float(np.mean((support.logits > 0) == support.true)),
            }
        return Scored(_sentences(self.asked, by_question), answered, support, figures)

    def _by_question(self, scorer: Scorer) -> list[NDArray[np.float32]]:
        """The logits of the sentences with a word in them, by question."""
        logits = scorer(self._texts)[:, Task.ANSWER]
        ends = np.cumsum([len(worded(each.sentences)) for each in self.asked])
        return np.split(logits, ends[:-1])


def _of(scorer: Scorer, pairs: Sequence[tuple[Asked, Pair]]) -> Judged:
    logits = scorer([pair.texts for _, pair in pairs])
    return Judged(
        np.array([row[pair.task] for row, (_, pair) in zip(logits, pairs, strict=True)]),
        np.array([pair.fits for _, pair in pairs]),
        [asked.article for asked, _ in pairs],
    )


def _sentences(asked: Sequence[Asked], by_question: Sequence[NDArray[np.float32]]) -> Judged:
    placed = [(each, at) for each in asked for at in worded(each.sentences)]
    return Judged(
        np.concatenate(by_question),
        np.array([at in each.positives for each, at in placed]),
        [each.article for each, _ in placed],
    )


def _best(asked: Sequence[Asked], by_question: Sequence[NDArray[np.float32]]) -> Judged:
    """The whole paragraphs first, in the order of the questions."""
    whole = [
        (float(logits.max()), each.answerable, each.article) for each, logits in zip(asked, by_question, strict=True)
    ]
    cut = [(best, False, article) for best, article in _best_without(asked, by_question)]
    logits, true, articles = zip(*whole, *cut, strict=True)
    return Judged(np.array(logits), np.array(true), articles)


def _best_without(asked: Sequence[Asked], by_question: Sequence[NDArray[np.float32]]) -> Iterator[tuple[float, str]]:
    for each, logits in zip(asked, by_question, strict=True):
        rest = [logit for at, logit in zip(worded(each.sentences), logits, strict=True) if at not in each.positives]
        if each.answerable and rest:
            yield float(max(rest)), each.article


def _real_auc(asked: Sequence[Asked], answered: Judged) -> float | None:
    """Over the articles that have both answerable and unanswerable questions, as people wrote them."""
    mixed = {each.article for each in asked if not each.answerable}
    among = [
        (logit, each.answerable) for each, logit in zip(asked, answered.logits, strict=False) if each.article in mixed
    ]
    return auc([float(logit) for logit, _ in among], [answerable for _, answerable in among]) if among else None


def _cut_auc(asked: Sequence[Asked], answered: Judged) -> float | None:
    """Over answerable questions, each with its whole paragraph and with the paragraph without the answer."""
    whole = [float(logit) for each, logit in zip(asked, answered.logits, strict=False) if each.answerable]
    cut = [float(logit) for logit in answered.logits[len(asked) :]]
    return auc([*whole, *cut], [True] * len(whole) + [False] * len(cut))


def _mrr(asked: Sequence[Asked], by_question: Sequence[NDArray[np.float32]], source: str) -> float | None:
    """Mean of 1 / the rank of the first sentence that holds the answer, over the answerable questions of a source."""
    ranks = []
    for each, logits in zip(asked, by_question, strict=True):
        if each.source == source and each.answerable:
            order = np.argsort(-logits, kind="stable")
            places = worded(each.sentences)
            ranks.append(next(1 / rank for rank, at in enumerate(order, 1) if places[at] in each.positives))
    return fmean(ranks) if ranks else None
