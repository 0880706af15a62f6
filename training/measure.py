"""Measures an exported reader on SQuAD 2.0: `python -m training.measure --model DIR --squad2 DIR --data PATH`.

Nothing is chosen here: the threshold is the one that held-out articles of the training data gave.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from statistics import fmean, median
from typing import Annotated

import numpy as np
import typer
from numpy.typing import NDArray
from pydantic import Field
from rich.console import Console

from eval.metrics.answerability import auc
from eval.metrics.nuggets import holds
from eval.testsets import Record, by_id, find_set, read_lines, read_list
from index.embedding import PassageEmbedding
from index.errors import DatelineError
from index.sentences import split_sentences
from index.settings import BUILT_IN_EMBEDDING
from rag.reader.built_in import read_calibration
from rag.reader.curve import Curve
from rag.reader.encoding import Scorer, Task, TextPair
from rag.reader.session import onnx_scorer

_POOL = 20
"""Sentences of the pool that are read for a question, the nearest by cosine."""

_TIMED, _TIMES = 20, 15


class _Context(Record):
    id: str = Field(min_length=1)
    text: str = Field(min_length=1)


class _Question(Record):
    id: str
    question: str = Field(min_length=1)
    context: str
    answers: tuple[str, ...]
    answerable: bool


@dataclass(frozen=True)
class Bench:
    """The questions, and the paragraphs by id as sentences."""

    questions: Sequence[_Question]
    sentences: Mapping[str, Sequence[str]]

    @classmethod
    def read(cls, folder: Path) -> Bench:
        """Reads the test set.

        Raises:
            EvalError: It is missing or not of its format.
        """
        found = find_set(folder, "squad2", ("contexts.json", "questions.jsonl"))
        contexts = by_id(read_list(found / "contexts.json", _Context), lambda context: context.id)
        sentences = {name: _sentences(context.text) for name, context in contexts.items()}
        return cls([each.record for each in read_lines(found / "questions.jsonl", _Question)], sentences)


def in_paragraph(bench: Bench, score: Scorer, likely: Curve, threshold: float) -> Mapping[str, float | None]:
    """How the reader does when it reads the sentences of the question's own paragraph."""
    leads, best, answerable, right, whole, cut = [], [], [], [], [], []
    for asked in bench.questions:
        sentences = bench.sentences[asked.context]
        logits = score(_pairs(asked.question, sentences))[:, Task.ANSWER]
        lead = int(np.argmax(logits))
        answers = bool(likely(logits[lead : lead + 1])[0] >= threshold)
        holding = _holding(asked, sentences)
        best.append(float(logits[lead]))
        answerable.append(asked.answerable)
        right.append(answers and holding[lead] if asked.answerable else not answers)
        if asked.answerable:
            leads.append(holding[lead])
            if any(holding) and not all(holding):
                whole.append(float(logits.max()))
                cut.append(float(logits[~np.array(holding)].max()))
    return {
        "lead": fmean(leads),
        "answerability_auc": auc(best, answerable),
        "right_or_abstained": fmean(right),
        "answered": fmean(likely(np.array(best)) >= threshold),
        "cut_auc": auc([*whole, *cut], [True] * len(whole) + [False] * len(cut)),
    }


def in_pool(bench: Bench, score: Scorer) -> Mapping[str, float | None]:
    """How it does on the nearest sentences of all paragraphs, with those of the own that answer and without them."""
    pool = [
        (name, sentence, before)
        for name, sentences in bench.sentences.items()
        for before, sentence in pairwise(("", *sentences))
    ]
    asked = [each for each in bench.questions if each.answerable]
    cosines = _cosines([each.question for each in asked], [sentence for _, sentence, _ in pool])
    leads, whole, cut = [], [], []
    for each, near in zip(asked, cosines, strict=True):
        order = [int(at) for at in np.argsort(-near, kind="stable")[: 2 * _POOL]]
        logits = score([TextPair(each.question, pool[at][1], pool[at][2]) for at in order])[:, Task.ANSWER]
        held = np.array([_holds(each, pool[at][1]) and pool[at][0] == each.context for at in order])
        leads.append(_holds(each, pool[order[int(np.argmax(logits[:_POOL]))]][1]))
        whole.append(float(logits[:_POOL].max()))
        cut.append(float(logits[~held][:_POOL].max()))
    return {"lead": fmean(leads), "cut_auc": auc([*whole, *cut], [True] * len(whole) + [False] * len(cut))}


def timing(bench: Bench, folder: Path) -> Mapping[str, float]:
    """Milliseconds for 20 pairs of one question, on one thread and on two, and for embedding the same texts once."""
    import torch

    question = bench.questions[0].question
    everything = [pair for sentences in bench.sentences.values() for pair in _pairs(question, sentences)]
    pairs = everything[:: len(everything) // _TIMED][:_TIMED]
    texts = [pair.right for pair in pairs]
    torch.set_num_threads(1)
    embedding = PassageEmbedding.named(BUILT_IN_EMBEDDING)
    one, two = onnx_scorer(folder, 1), onnx_scorer(folder, 2)
    embed = _milliseconds(lambda: embedding.get_text_embedding_batch([question, *texts]))
    single, double = _milliseconds(lambda: one(pairs)), _milliseconds(lambda: two(pairs))
    return {
        "pairs_1_thread_ms": single,
        "pairs_2_threads_ms": double,
        "embedding_1_thread_ms": embed,
        "ratio_1_thread": single / embed,
    }


def _milliseconds(work: Callable[[], object]) -> float:
    work()
    return median(_timed(work) for _ in range(_TIMES))


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - began)


def _cosines(questions: Sequence[str], sentences: Sequence[str]) -> NDArray[np.float64]:
    embedding = PassageEmbedding.named(BUILT_IN_EMBEDDING)
    asked, there = (np.array(embedding.get_text_embedding_batch(list(texts))) for texts in (questions, sentences))
    return np.asarray(asked @ there.T)


def _sentences(text: str) -> list[str]:
    tidy = " ".join(text.split())
    return [sentence.of(tidy) for sentence in split_sentences(tidy)]


def _pairs(question: str, sentences: Sequence[str]) -> list[TextPair]:
    """The sentences of a paragraph, each with the one before it."""
    return [TextPair(question, sentence, before) for before, sentence in pairwise(("", *sentences))]


def _holding(asked: _Question, sentences: Sequence[str]) -> list[bool]:
    return [_holds(asked, sentence) for sentence in sentences]


def _holds(asked: _Question, sentence: str) -> bool:
    return any(holds(sentence, answer) for answer in asked.answers)


def _lines(parts: Mapping[str, Mapping[str, float | None]]) -> Iterator[str]:
    for part, figures in parts.items():
        for name, value in figures.items():
            yield f"{part:<12}{name:<22}" + ("none" if value is None else f"{value:.3f}")


def main(
    model: Annotated[Path, typer.Option(help="Folder of an exported reader.")],
    squad2: Annotated[Path, typer.Option(help="Folder with contexts.json and questions.jsonl.")],
    threads: Annotated[int, typer.Option(min=1, help="How many to measure with.")] = 1,
) -> None:
    """Measures an exported reader."""
    console = Console()
    try:
        bench = Bench.read(squad2)
        said = read_calibration(model)
        scorer = onnx_scorer(model, threads)
        parts = {
            "paragraph": in_paragraph(bench, scorer, said.curves.answered, said.threshold),
            "pool": in_pool(bench, scorer),
            "time": timing(bench, model),
        }
    except DatelineError as error:
        console.print(str(error), style="red", markup=False)
        raise typer.Exit(1) from None
    for line in _lines(parts):
        console.print(line, highlight=False)


if __name__ == "__main__":
    typer.run(main)
