"""MultiHop-RAG: questions that take two to four articles, and some that no article answers.

Tang and Yang, "MultiHop-RAG: Benchmarking Retrieval-Augmented Generation for Multi-Hop Queries", COLM 2024
(https://arxiv.org/abs/2401.15391).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Literal

from pydantic import Field

from eval.archives import SetArchive, SetArticle, open_archive
from eval.measure import Measure, mean
from eval.metrics.retrieval import all_gold, retrieval_scores
from eval.record import Row
from eval.suite import Context, Task
from eval.suites.abstaining import ABSTENTION
from eval.suites.asking import abstaining, kept, leads_with, says, seconds
from eval.testsets import Record, by_id, check_known, find_set, read_lines
from index.errors import EvalError

_FACTS, _QUESTIONS = "facts.jsonl", "questions.jsonl"
_K = 10


class _Fact(Record):
    id: str = Field(min_length=1)
    text: str = Field(min_length=1)
    title: str
    outlet: str
    date: date | None


class _Question(Record):
    id: str = Field(min_length=1)
    question: str = Field(min_length=1)
    type: Literal["inference_query", "comparison_query", "temporal_query", "null_query"]
    answer: str = Field(min_length=1)
    facts: tuple[str, ...]


class MultihopRagSuite:
    """Searches and asks, each fact an article of its own.

    Whether the answer stands in the answer is scored for inference questions alone: that to the others is a yes, a no
    or a word of comparison, which quotes do not hold.
    """

    name = "multihop-rag"
    about = "MultiHop-RAG: questions that several articles answer together, or none; search, answers, abstaining."
    measures: Sequence[Measure] = (
        mean("all_gold@10", "questions all of whose facts are among the first 10"),
        mean("recall@10", "facts of the question among the first 10"),
        mean("mrr@10", "one over the rank of the first fact of the question"),
        mean("answer_in_lead", "the first statement holds the answer's words"),
        mean("answer_in_answer", "any statement holds them"),
        *ABSTENTION,
    )

    def tasks(self, context: Context) -> Sequence[Task]:
        """One for each question; see `Suite.tasks`."""
        folder = find_set(context.data, self.name, (_FACTS, _QUESTIONS))
        facts = by_id(read_lines(folder / _FACTS, _Fact), lambda fact: fact.id)
        questions = read_lines(folder / _QUESTIONS, _Question)
        for question in questions:
            check_known(question, question.record.facts, facts, folder / _FACTS)
            if (question.record.type == "null_query") != (not question.record.facts):
                raise EvalError(
                    f"{question.where}: a {question.record.type} names {len(question.record.facts)} facts; only a "
                    "null_query names none. Correct the type or the facts."
                )
        archive = open_archive(context, [_set_article(fact) for fact in facts.values()])
        return [_task(archive, each) for each in by_id(questions, lambda question: question.id).values()]


def _set_article(fact: _Fact) -> SetArticle:
    return SetArticle(fact.id, fact.text, fact.title, fact.outlet, fact.date.isoformat() if fact.date else "")


def _task(archive: SetArchive, question: _Question) -> Task:
    return Task(question.id, lambda: _row(archive, question))


def _row(archive: SetArchive, question: _Question) -> Row:
    answer = archive.engine.ask(question.question)
    scores, lost = abstaining(answer, should=not question.facts)
    if question.facts:
        ranked = archive.ranked(archive.engine.search(question.question, k=_K))
        found = retrieval_scores(ranked, dict.fromkeys(question.facts, 1), _K)
        scores |= {name: found[name] for name in ("recall@10", "mrr@10")}
        scores["all_gold@10"] = all_gold(ranked, [{fact} for fact in question.facts], _K)
        lost += tuple(f"not among the first 10: {fact}" for fact in question.facts if fact not in ranked)
    if question.type == "inference_query":
        scores["answer_in_lead"] = float(leads_with(answer, [question.answer]))
        scores["answer_in_answer"] = float(says(answer, [question.answer]))
        lost += () if scores["answer_in_answer"] else ("no statement holds the answer",)
    return Row(
        id=question.id,
        kind=question.type.removesuffix("_query"),
        question=question.question,
        gold=(question.answer, *question.facts) if question.facts else ("abstain: no fact answers it",),
        answer=kept(answer),
        seconds=seconds(answer),
        scores=scores,
        lost=lost,
    )
