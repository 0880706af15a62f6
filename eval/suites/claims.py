"""Compares who says what, figures, days and disputes with what was annotated by hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import TypeVar

from eval.claimed import BUILT_IN, load_claims
from eval.counted import load_days, load_figures
from eval.disputed import load_matters
from eval.marks import Marked
from eval.measure import Measure, ratio, values
from eval.passages import ARTICLES, Passage, load_passages, part_of
from eval.record import Row
from eval.suite import Context, Task
from eval.suites.disputing import Asked, matter_row
from eval.suites.reading import Annotated, sentence_row
from eval.testsets import find_set
from index.embedding import PassageEmbedding
from rag import AnswerEngine
from rag.disputes import DisputeFinder

M = TypeVar("M", bound=Marked)

FURTHER = BUILT_IN / "further"
"""The folder of the annotations of passages of RealTime QA's articles."""


def _f1(name: str) -> Callable[[Sequence[Row]], float | None]:
    """Harmonic mean of precision and recall, both over all that was annotated: 2 tp / (found + annotated)."""

    def of(rows: Sequence[Row]) -> float | None:
        total = sum(values(rows, f"{name}_found")) + sum(values(rows, f"{name}_annotated"))
        return 2 * sum(values(rows, f"{name}_right")) / total if total else None

    return of


class ClaimsSuite:
    """Reads every sentence that was annotated, and asks about what is in dispute.

    A claimant is right where it holds all telling words of the annotated one or the other way about: "Kim" and "Kim
    Yong-hyun, South Korea's Defense Minister" name one. Sentences that nobody is named for count for stances alone.
    What an annotated sentence is not annotated for, a figure say, is wrong when it is found there.

    Without a test set the articles that come with Dateline are read; with RealTime QA's, passages of its articles.
    """

    name = "claims"
    about = "Who says what, and how; figures, days and disputes: read by rule, against annotations of every sentence."
    measures: Sequence[Measure] = (
        Measure("claimant_f1", "who says it, F1 over the sentences that name somebody", _f1("claimant")),
        ratio(
            "claimant_precision", "of the claimants found, the share that is right", "claimant_right", "claimant_found"
        ),
        ratio("claimant_recall", "of those annotated, the share found", "claimant_right", "claimant_annotated"),
        Measure("stance_f1", "asserts, denies, declines, expects or asks, F1", _f1("stance")),
        Measure("claim_f1", "who says it and the stance both, F1", _f1("claim")),
        ratio(
            "said_on_accuracy",
            "days on which something was said that are resolved rightly",
            "said_on_right",
            "said_on_annotated",
        ),
        Measure("figures_f1", "number or range, what it counts and how sure, F1", _f1("figure")),
        ratio("figures_precision", "of the figures found, the share that is right", "figure_right", "figure_found"),
        ratio("figures_recall", "of those annotated, the share found", "figure_right", "figure_annotated"),
        ratio("figures_sort", "of those right, in place, sent or expected rightly", "sort_right", "sort_judged"),
        ratio("figures_claimant", "of those right, given to whom they belong", "whose_right", "figure_right"),
        ratio("days_accuracy", "days named that can be resolved and are, rightly", "day_right", "day_annotated"),
        ratio("days_left_open", "days that cannot be resolved and are left as worded", "open_right", "open_annotated"),
        ratio("disputes_recall", "denials that stand beside what they deny", "dispute_right", "dispute_annotated"),
        ratio("disputes_precision", "of what stands there, the share that belongs", "dispute_belongs", "dispute_found"),
    )

    def tasks(self, context: Context) -> Sequence[Task]:
        """One for each sentence, and one for each question about a dispute and each claim; see `Suite.tasks`."""
        passages: list[Passage] = []
        if context.data is None:
            folder = BUILT_IN
            opened = AnswerEngine.open(settings=context.settings, progress=context.tell)
        else:
            folder = FURTHER
            passages, articles = load_passages(folder / "passages", find_set(context.data, self.name, (ARTICLES,)))
            context.tell("Indexing the articles of the passages", 0, len(articles))
            opened = AnswerEngine.from_articles(articles, settings=context.settings)
            context.tell("Indexing the articles of the passages", len(articles), len(articles))
        engine = context.stack.enter_context(opened)
        engine.warm_up()
        read = _sentences(folder, engine)
        tasks = [_reading(each, passages) for each in read]
        finder = DisputeFinder(engine.archive, PassageEmbedding.named(context.settings.embedding))
        judged = frozenset(each.place for each in read)
        for matter in load_matters(folder / "disputes", engine.articles()):
            tasks += [_disputing(Asked(matter, question, engine, finder, judged)) for question in matter.questions]
            tasks += [_disputing(Asked(matter, claim, engine, finder, judged)) for claim in matter.claims]
        return tasks


def _sentences(folder: Path, engine: AnswerEngine) -> list[Annotated]:
    articles = engine.articles()
    figures = _by_place(load_figures(folder / "figures", articles))
    days = _by_place(load_days(folder / "days", articles))
    return [
        Annotated(claims, figures.get(place, []), days.get(place, []))
        for place, group in groupby(load_claims(folder, articles), key=lambda each: each.place)
        for claims in (list(group),)
    ]


def _by_place(marked: Sequence[M]) -> Mapping[tuple[str, int], list[M]]:
    found: dict[tuple[str, int], list[M]] = {}
    for each in marked:
        found.setdefault(each.place, []).append(each)
    return found


def _reading(annotated: Annotated, passages: Sequence[Passage]) -> Task:
    article_id, start = annotated.place
    kind = part_of(passages, article_id, start) if passages else annotated.claims[0].stance
    row_id = f"{article_id}:{start}"
    return Task(row_id, lambda: sentence_row(row_id, kind, annotated))


def _disputing(asked: Asked) -> Task:
    return Task(asked.id, lambda: matter_row(asked))
