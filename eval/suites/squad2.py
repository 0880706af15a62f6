"""SQuAD 2.0: questions on paragraphs of Wikipedia, some of which the paragraph only comes near to answering.

Rajpurkar, Jia and Liang, "Know What You Don't Know: Unanswerable Questions for SQuAD", ACL 2018
(https://arxiv.org/abs/1806.03822).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import fmean

from pydantic import Field

from eval.archives import SetArchive, SetArticle, open_archive
from eval.measure import Measure, mean, values
from eval.metrics.answerability import auc
from eval.metrics.nuggets import holds
from eval.record import Row
from eval.suite import Context, Task
from eval.suites.abstaining import ABSTENTION
from eval.suites.asking import abstaining, best_sentence, kept, leads_with, seconds
from eval.testsets import Record, by_id, check_known, find_set, read_lines, read_list
from index.errors import EvalError
from index.sentences import split_sentences

_CONTEXTS, _QUESTIONS = "contexts.json", "questions.jsonl"


class _Context(Record):
    id: str = Field(min_length=1)
    text: str = Field(min_length=1)

    @property
    def paragraph(self) -> str:
        """The text on one line: the digit of a formula stands on a line of its own, and what is above it is no head."""
        return " ".join(self.text.split())


class _Question(Record):
    id: str = Field(min_length=1)
    question: str = Field(min_length=1)
    context: str
    answers: tuple[str, ...]
    answerable: bool


@dataclass(frozen=True)
class _Set:
    contexts: Mapping[str, _Context]
    questions: Sequence[_Question]

    def cut(self, question: _Question) -> str:
        """The paragraph of a question without the sentences that hold an answer; maybe empty, maybe all of it."""
        return _without(self.contexts[question.context].paragraph, question.answers)

    def cut_everywhere(self) -> Sequence[tuple[str, str]]:
        """Each paragraph, by id, without the sentences that answer any question on it; none that is empty."""
        answers: defaultdict[str, list[str]] = defaultdict(list)
        for question in self.questions:
            if question.answerable:
                answers[question.context] += question.answers
        cut = [(each.id, _without(each.paragraph, answers[each.id])) for each in self.contexts.values()]
        return [(name, text) for name, text in cut if text]


def _without(text: str, answers: Sequence[str]) -> str:
    sentences = [sentence.of(text) for sentence in split_sentences(text)]
    return " ".join(each for each in sentences if not any(holds(each, answer) for answer in answers))


def _answerability_auc(rows: Sequence[Row]) -> float | None:
    asked = [row.scores for row in rows if "confidence" in row.scores]
    return auc([scores["confidence"] for scores in asked], [not scores["should_abstain"] for scores in asked])


def _cut_auc(rows: Sequence[Row]) -> float | None:
    return _auc_between(values(rows, "confidence_whole"), values(rows, "confidence_cut"))


def _pool_cut_auc(rows: Sequence[Row]) -> float | None:
    return _auc_between(values(rows, "confidence_pool"), values(rows, "confidence_pool_cut"))


def _auc_between(higher: Sequence[float], lower: Sequence[float]) -> float | None:
    return auc([*higher, *lower], [True] * len(higher) + [False] * len(lower))


def _right_tuned(rows: Sequence[Row]) -> float | None:
    """Half of the questions choose the caution for the other half, so that none is judged by one it chose itself."""
    asked = [row.scores for row in rows if "confidence" in row.scores]
    if len({scores["should_abstain"] for scores in asked}) < 2:
        return None
    halves = asked[::2], asked[1::2]
    right = [
        _is_right(scores, _best_caution(chosen_on)) for chosen_on, judged in (halves, halves[::-1]) for scores in judged
    ]
    return fmean(right)


def _best_caution(asked: Sequence[Mapping[str, float]]) -> float:
    """The confidence from which on answering makes most of the questions come out right; of equals the least."""
    return max(
        sorted({scores["confidence"] for scores in asked}),
        key=lambda caution: sum(_is_right(scores, caution) for scores in asked),
    )


def _is_right(scores: Mapping[str, float], caution: float) -> bool:
    if scores["should_abstain"]:
        return scores["confidence"] < caution
    return scores["confidence"] >= caution and scores["lead_in_paragraph"] > 0


class Squad2Suite:
    """Asks each question of its own paragraph, and those with an answer of all paragraphs and of paragraphs cut short.

    A paragraph is an article whose outlet is its id, so that the filter by outlet searches it alone. It is cut short by
    leaving out every sentence that holds an answer: the near miss that readers meet, an article about the very matter
    that does not say. That is done in a second archive, where the paragraphs that are asked stand whole as well, so
    that both scores come from the same counts of words.
    """

    name = "squad2"
    about = "SQuAD 2.0: answering or abstaining on a paragraph alone, cut short, and among all paragraphs."
    measures: Sequence[Measure] = (
        mean("right", "answered with the answer in the lead, or rightly abstained"),
        Measure("right_tuned", "the same at the caution that suits the other half of the questions best", _right_tuned),
        mean("lead_in_paragraph", "the best sentence of the paragraph, said or not, holds the answer"),
        Measure("answerability_auc", "the confidence tells answerable from unanswerable", _answerability_auc),
        mean("lead_in_pool", "asked of all paragraphs, the best sentence, said or not, holds the answer"),
        Measure("cut_auc", "the confidence tells a paragraph from the same without the answer", _cut_auc),
        Measure("pool_cut_auc", "the confidence tells all paragraphs from the same without answers", _pool_cut_auc),
        *ABSTENTION,
    )

    def tasks(self, context: Context) -> Sequence[Task]:
        """For each question the paragraph, then the pool, then the paragraph cut short; see `Suite.tasks`."""
        found = _read(context)
        paragraphs = [SetArticle(each.id, each.paragraph, outlet=each.id) for each in found.contexts.values()]
        pool = open_archive(context, paragraphs)
        answerable = [question for question in found.questions if question.answerable]
        pairs = _pairs(found, answerable)
        short = [SetArticle(name, text, outlet=name) for name, text in found.cut_everywhere()]
        pool_cut = open_archive(replace(context, work=context.work / "pool-cut"), short)
        tasks = [
            *(_paragraph_task(pool, question) for question in found.questions),
            *(_pool_task(pool, pool_cut, question) for question in answerable),
        ]
        if pairs:
            asked = {question.context for question, _ in pairs}
            articles = [*(each for each in paragraphs if each.id in asked), *(short for _, short in pairs)]
            both = open_archive(replace(context, work=context.work / "cut"), articles)
            tasks += [_cut_task(both, question, short) for question, short in pairs]
        return tasks


def _read(context: Context) -> _Set:
    folder = find_set(context.data, Squad2Suite.name, (_CONTEXTS, _QUESTIONS))
    contexts = by_id(read_list(folder / _CONTEXTS, _Context), lambda each: each.id)
    questions = read_lines(folder / _QUESTIONS, _Question)
    for question in questions:
        check_known(question, [question.record.context], contexts, folder / _CONTEXTS)
        if question.record.answerable and not any(answer.strip() for answer in question.record.answers):
            raise EvalError(
                f"{question.where}: the question is answerable, but its answers are {question.record.answers!r}. "
                "Give one, or make it unanswerable."
            )
    return _Set(contexts, list(by_id(questions, lambda question: question.id).values()))


def _pairs(found: _Set, questions: Sequence[_Question]) -> list[tuple[_Question, SetArticle]]:
    """The questions with their paragraph cut short, where that leaves less than before and more than nothing."""
    cuts = [(question, found.cut(question)) for question in questions]
    return [
        (question, SetArticle(f"cut-{question.id}", text, outlet=f"cut-{question.id}"))
        for question, text in cuts
        if text and text != found.contexts[question.context].paragraph
    ]


def _paragraph_task(pool: SetArchive, question: _Question) -> Task:
    return Task(question.id, lambda: _paragraph_row(pool, question))


def _pool_task(pool: SetArchive, cut: SetArchive, question: _Question) -> Task:
    return Task(f"{question.id}/pool", lambda: _pool_row(pool, cut, question))


def _cut_task(both: SetArchive, question: _Question, short: SetArticle) -> Task:
    return Task(f"{question.id}/cut", lambda: _cut_row(both, question, short))


def _paragraph_row(pool: SetArchive, question: _Question) -> Row:
    answer = pool.engine.ask(question.question, outlet=question.context)
    scores, lost = abstaining(answer, should=not question.answerable)
    right = leads_with(answer, question.answers) if question.answerable else answer.status == "abstained"
    scores |= {"confidence": answer.confidence, "right": float(right)}
    if question.answerable:
        in_best = _has_answer(best_sentence(answer), question)
        scores["lead_in_paragraph"] = float(in_best)
        lost += () if in_best else ("the best sentence does not hold the answer",)
    return Row(
        id=question.id,
        kind="answerable" if question.answerable else "unanswerable",
        question=question.question,
        context=(f"of {question.context} alone",),
        gold=_gold(question),
        answer=kept(answer),
        seconds=seconds(answer),
        scores=scores,
        lost=lost,
    )


def _pool_row(pool: SetArchive, cut: SetArchive, question: _Question) -> Row:
    answer = pool.engine.ask(question.question)
    without = cut.engine.ask(question.question).confidence
    in_best = _has_answer(best_sentence(answer), question)
    return Row(
        id=f"{question.id}/pool",
        kind="all paragraphs",
        question=question.question,
        gold=_gold(question),
        answer=kept(answer),
        seconds=seconds(answer),
        scores={
            "lead_in_pool": float(in_best),
            "confidence_pool": answer.confidence,
            "confidence_pool_cut": without,
        },
        lost=() if in_best else ("the best sentence does not hold the answer",),
    )


def _cut_row(both: SetArchive, question: _Question, short: SetArticle) -> Row:
    whole = both.engine.ask(question.question, outlet=question.context).confidence
    answer = both.engine.ask(question.question, outlet=short.outlet)
    return Row(
        id=f"{question.id}/cut",
        kind="cut short",
        question=question.question,
        context=(f"of {question.context} without the sentences that hold {' or '.join(_gold(question))}",),
        gold=(f"confidence below {whole}, that of the whole paragraph",),
        answer=kept(answer),
        seconds=seconds(answer),
        scores={"confidence_whole": whole, "confidence_cut": answer.confidence},
        lost=() if answer.confidence < whole else (f"confidence {answer.confidence}, no less than {whole}",),
    )


def _has_answer(text: str, question: _Question) -> bool:
    return any(holds(text, answer) for answer in question.answers)


def _gold(question: _Question) -> tuple[str, ...]:
    return tuple(dict.fromkeys(question.answers)) if question.answerable else ("abstain: the paragraph does not say",)
