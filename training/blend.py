"""Fits how much the readers weigh beside nearness and words: `python -m training.blend --model DIR --data PATH`.

`--second DIR` adds the second reader. On articles that they have not learnt from. What it prints stands in
`rag/features.py`.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, astuple, fields, replace
from pathlib import Path
from statistics import fmean
from typing import Annotated

import numpy as np
import typer
from numpy.typing import NDArray
from rich.console import Console

from eval.metrics.answerability import auc
from index.analysis import terms
from index.embedding import PassageEmbedding
from index.errors import DatelineError
from index.settings import BUILT_IN_EMBEDDING
from rag.features import WITHOUT_READER, Certainty, Features, Weights, features
from rag.question import read_question
from rag.reader import TextPair, context_of
from rag.reader.built_in import BuiltInJudge
from rag.reader.encoding import Task
from training.calibration import halves
from training.data import Asked, read_questions, split_by_article, worded

Seen = tuple[Features, ...]
"""What was seen of the sentences of a question's paragraph that have a word in them, in order."""

Rows = NDArray[np.float64]
_PENALTY = 10.0

_ANSWERABLE = 0.75
"""Share of the questions that readers of an archive ask which it answers, as the certainty takes it to be."""


def look(asked: Sequence[Asked], judge: BuiltInJudge, second: BuiltInJudge | None = None) -> list[Seen]:
    """Looks at every sentence of every question as the engine does, each paragraph an article of its own."""
    rarity = _rarity({each.sentences for each in asked})
    vectors = _vectors([text for each in asked for text in (each.question, *each.sentences)])
    return [tuple(_seen(each, judge, second, vectors, rarity)) for each in asked]


def fit_weights(asked: Sequence[Asked], seen: Sequence[Seen]) -> Weights:
    """Fits the weights that tell the sentences that answer from the others."""
    rows = np.array([astuple(one) for each in seen for one in each])
    true = np.array([at in each.positives for each in asked for at in worded(each.sentences)])
    return Weights(**_named(*_logistic(rows, true)))


def fit_certainty(asked: Sequence[Asked], seen: Sequence[Seen], weights: Weights) -> Certainty:
    """Fits how likely a question is answered to what its sentences say together."""
    best, true = _best(asked, seen, weights)
    (slope,), bias = _logistic(np.array(best)[:, np.newaxis], true)
    return Certainty(float(slope), bias + math.log(_ANSWERABLE / (1 - _ANSWERABLE)))


def measure(asked: Sequence[Asked], seen: Sequence[Seen]) -> Mapping[str, float | None]:
    """Figures of weights and certainties that were fitted on one half of the articles and used on the other."""
    odd = halves([each.article for each in asked])
    logits: dict[int, list[float]] = {}
    likely, true = [], []
    for half in (True, False):
        here, there = ([at for at, side in enumerate(odd) if (side == half) == same] for same in (True, False))
        weights = fit_weights([asked[at] for at in there], [seen[at] for at in there])
        certainty = fit_certainty([asked[at] for at in there], [seen[at] for at in there], weights)
        logits |= {at: [weights.log_odds(one) for one in seen[at]] for at in here}
        best, answered = _best([asked[at] for at in here], [seen[at] for at in here], weights)
        likely += [certainty.log_odds(each) for each in best]
        true += answered.tolist()
    blended = [logits[at] for at in range(len(asked))]
    return {
        "lead": _lead(asked, blended),
        "lead_of_reader": _lead(asked, [[one.reader for one in each] for each in seen]),
        "lead_of_second": _lead(asked, [[one.second for one in each] for each in seen]),
        "lead_without_reader": _lead(asked, [[WITHOUT_READER.log_odds(one) for one in each] for each in seen]),
        "answered_auc": auc(likely, true),
        "rightly_answered": fmean(p >= 0 for p, answered in zip(likely, true, strict=True) if answered),
        "rightly_abstained": fmean(p < 0 for p, answered in zip(likely, true, strict=True) if not answered),
    }


def _seen(
    asked: Asked,
    judge: BuiltInJudge,
    second: BuiltInJudge | None,
    vectors: Mapping[str, Rows],
    rarity: Callable[[str], float],
) -> Iterator[Features]:
    question, places = read_question(asked.question), worded(asked.sentences)
    weights = {term: rarity(term) for term in question.terms}
    before = {at: asked.sentences[at - 1] if at else "" for at in places}
    title = asked.article.replace("_", " ")
    pairs = [TextPair(question.resolved, asked.sentences[at], context_of(title, before[at])) for at in places]
    said = judge.log_odds(pairs)
    again = np.zeros(len(pairs)) if second is None else second.log_odds(pairs)
    for at, log_odds, more in zip(places, said, again, strict=True):
        cosine = float(vectors[asked.sentences[at]] @ vectors[asked.question])
        whole = " ".join(asked.sentences)
        found = features(question, asked.sentences[at], before[at], title, whole, cosine, weights)
        yield replace(found, reader=float(log_odds), second=float(more))


def _rarity(paragraphs: set[tuple[str, ...]]) -> Callable[[str], float]:
    """Inverse document frequency as in BM25; see `rag.evidence`."""
    counted = Counter(term for paragraph in paragraphs for term in set(terms(" ".join(paragraph))))
    return lambda term: math.log(1 + (len(paragraphs) - counted[term] + 0.5) / (counted[term] + 0.5))


def _vectors(texts: Sequence[str]) -> Mapping[str, Rows]:
    unique = sorted(set(texts))
    embedded = PassageEmbedding.named(BUILT_IN_EMBEDDING).get_text_embedding_batch(unique)
    return {text: np.array(vector) for text, vector in zip(unique, embedded, strict=True)}


def _best(asked: Sequence[Asked], seen: Sequence[Seen], weights: Weights) -> tuple[list[float], NDArray[np.bool_]]:
    """The best log-odds of every question, and of every answerable one with its answering sentences left out."""
    found, true = [], []
    for each, looked in zip(asked, seen, strict=True):
        found.append(max(map(weights.log_odds, looked)))
        true.append(each.answerable)
        rest = [one for at, one in zip(worded(each.sentences), looked, strict=True) if at not in each.positives]
        if each.answerable and rest:
            found.append(max(map(weights.log_odds, rest)))
            true.append(False)
    return found, np.array(true)


def _logistic(rows: Rows, true: NDArray[np.bool_]) -> tuple[Rows, float]:
    """Weights and bias, what is true and what is not counting for as much together."""
    # It takes seconds to import.
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=_PENALTY, class_weight="balanced", max_iter=1000)
    model.fit(rows, true)
    return np.asarray(model.coef_[0]), float(model.intercept_[0])


def _named(weights: Rows, bias: float) -> dict[str, float]:
    names = [field.name for field in fields(Features)]
    return {**dict(zip(names, map(float, weights), strict=True)), "bias": bias}


def _lead(asked: Sequence[Asked], scores: Sequence[Sequence[float]]) -> float:
    """Share of the answerable questions whose best sentence holds the answer."""
    return fmean(
        worded(each.sentences)[int(np.argmax(score))] in each.positives
        for each, score in zip(asked, scores, strict=True)
        if each.answerable
    )


def main(
    model: Annotated[Path, typer.Option(help="Folder of an exported reader.")],
    data: Annotated[Path, typer.Option(help="The questions that it was trained on; those held out are used.")],
    second: Annotated[Path | None, typer.Option(help="Folder of an exported second reader.")] = None,
) -> None:
    """Prints weights fitted on all held-out articles, and figures of such weights on articles not fitted on."""
    console = Console()
    try:
        asked = split_by_article(read_questions(data)).held_out
        again = None if second is None else BuiltInJudge(second, Task.ANSWER)
        seen = look(asked, BuiltInJudge(model, Task.ANSWER), again)
    except DatelineError as error:
        console.print(str(error), style="red", markup=False)
        raise typer.Exit(1) from None
    weights = fit_weights(asked, seen)
    for fitted in (weights, fit_certainty(asked, seen, weights)):
        given = ", ".join(f"{name}={value:.2f}" for name, value in asdict(fitted).items())
        console.print(f"{type(fitted).__name__}({given})", highlight=False)
    for name, value in measure(asked, seen).items():
        console.print(f"{name:<28}" + ("none" if value is None else f"{value:.3f}"), highlight=False)


if __name__ == "__main__":
    typer.run(main)
