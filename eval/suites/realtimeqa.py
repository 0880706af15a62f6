"""RealTime QA: weekly quiz questions about the news, over the articles that a search engine gave for them.

Kasai and others, "RealTime QA: What's the Answer Right Now?", NeurIPS 2023 (https://arxiv.org/abs/2207.13332).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from dateutil.relativedelta import relativedelta
from pydantic import Field

from eval.archives import SetArchive, SetArticle, open_archive
from eval.measure import Measure, mean
from eval.metrics.nuggets import holds
from eval.metrics.retrieval import retrieval_scores
from eval.record import Row
from eval.suite import Context, Task
from eval.suites.abstaining import ABSTENTION
from eval.suites.asking import abstaining, kept, leads_with, says, seconds
from eval.testsets import Record, by_id, check_known, find_set, read_lines

ARTICLES, _QUESTIONS = "articles.jsonl.gz", "questions.jsonl"
_SEARCHED = 50
_MOST_PASSAGES = 10


class NewsArticle(Record):
    """An article of the set."""

    url: str = Field(min_length=1)
    title: str
    date: date | None
    text: str = Field(min_length=1)


class _Question(Record):
    id: str = Field(min_length=1)
    asked_on: date
    question: str = Field(min_length=1)
    answer: str = Field(min_length=1)
    urls: tuple[str, ...]
    answer_in_articles: bool

    @property
    def year_before(self) -> date:
        return self.asked_on - relativedelta(years=1)

    @property
    def known(self) -> str:
        return "answer in its articles" if self.answer_in_articles else "answer not in its articles"


@dataclass(frozen=True)
class _Set:
    articles: Mapping[str, NewsArticle]
    questions: Sequence[_Question]

    def is_older(self, question: _Question) -> bool:
        """Whether articles of the question that could be read a year before already hold the words of its answer."""
        articles = [self.articles[url] for url in question.urls]
        readable = [each for each in articles if each.date is None or each.date <= question.year_before]
        return any(holds(f"{each.title}\n{each.text}", question.answer) for each in readable)


class RealtimeqaSuite:
    """Searches, asks on the day of the quiz, and asks a year too early.

    Search: 50 passages are folded to articles, each where its first passage is; gold is every article of the question.
    Those are what a search engine gave for the question, and not all of them are about it, so the figures are to be
    compared between runs, not to 1.

    On the day: questions whose answer's words stand in one of their articles, asked as of the day of the quiz; none
    of those articles is later than that.

    A year earlier: the same and other questions, asked as of a year before, when what they are about had not happened.
    Left out are questions without articles, and those of which an article readable by then already has the answer's
    words: "In which year did women first compete in the Olympics?" What is left may still hold one that could be
    answered in other words.
    """

    name = "realtimeqa"
    about = "RealTime QA: quiz questions on dated news; search, answers on the day, abstaining a year too early."
    measures: Sequence[Measure] = (
        mean("recall@10", "articles of the question among the first 10"),
        mean("mrr@10", "one over the rank of the first article of the question"),
        mean("answer_in_passages@10", "on the day, one of the first 10 passages holds the answer's words"),
        mean("answer_in_lead", "the first statement holds the answer's words"),
        mean("answer_in_answer", "any statement holds them"),
        mean("abstained_earlier", "abstained a year too early"),
        mean("answered", "answered on the day, rightly or not", better="neither"),
        mean("ndcg@10", "articles of the question among the first 10, by rank"),
        *ABSTENTION,
    )

    def tasks(self, context: Context) -> Sequence[Task]:
        """One search for each question with articles, then what is asked; see `Suite.tasks`."""
        found = _read(context)
        articles = [_set_article(article) for article in found.articles.values()]
        archive = open_archive(context, articles)
        tasks = [
            *(_task("search", _search, archive, question) for question in found.questions if question.urls),
            *(_task("day", _on_the_day, archive, each) for each in found.questions if each.answer_in_articles),
        ]
        for done, question in enumerate(found.questions, 1):
            if question.urls and not found.is_older(question):
                tasks.append(_task("earlier", _a_year_earlier, archive, question))
            context.tell("Looking for answers in older articles", done, len(found.questions))
        return tasks


def _read(context: Context) -> _Set:
    folder = find_set(context.data, RealtimeqaSuite.name, (ARTICLES, _QUESTIONS))
    articles = by_id(read_lines(folder / ARTICLES, NewsArticle), lambda article: article.url)
    questions = read_lines(folder / _QUESTIONS, _Question)
    for question in questions:
        check_known(question, question.record.urls, articles, folder / ARTICLES)
    return _Set(articles, list(by_id(questions, lambda question: question.id).values()))


def _set_article(article: NewsArticle) -> SetArticle:
    outlet = urlsplit(article.url).netloc.removeprefix("www.")
    day = article.date.isoformat() if article.date else ""
    return SetArticle(article.url, article.text, article.title, outlet, day)


def _task(what: str, row: Callable[[str, SetArchive, _Question], Row], archive: SetArchive, about: _Question) -> Task:
    row_id = f"{about.id}/{what}"
    return Task(row_id, lambda: row(row_id, archive, about))


def _search(row_id: str, archive: SetArchive, question: _Question) -> Row:
    ranked = archive.ranked(archive.engine.search(question.question, k=_SEARCHED))
    scores = retrieval_scores(ranked, dict.fromkeys(question.urls, 1))
    return Row(
        id=row_id,
        kind=f"search, {question.known}",
        question=question.question,
        gold=question.urls,
        scores=scores,
        lost=() if scores["recall@10"] else ("none of its articles is among the first 10",),
    )


def _on_the_day(row_id: str, archive: SetArchive, question: _Question) -> Row:
    answer = archive.engine.ask(question.question, as_of=question.asked_on)
    scores, lost = abstaining(answer, should=False)
    in_lead, in_answer = leads_with(answer, [question.answer]), says(answer, [question.answer])
    hits = archive.engine.search(question.question, k=_MOST_PASSAGES, as_of=question.asked_on)
    scores |= {
        "answer_in_passages@10": float(any(holds(hit.text, question.answer) for hit in hits)),
        "answer_in_lead": float(in_lead),
        "answer_in_answer": float(in_answer),
        "answered": float(answer.status == "answered"),
    }
    if answer.status == "answered" and not in_lead:
        lost = ("the answer is not in the lead" if in_answer else "no statement holds the answer",)
    return Row(
        id=row_id,
        kind="on the day",
        question=question.question,
        context=(f"as of {question.asked_on}",),
        gold=(question.answer,),
        answer=kept(answer),
        seconds=seconds(answer),
        scores=scores,
        lost=lost,
    )


def _a_year_earlier(row_id: str, archive: SetArchive, question: _Question) -> Row:
    answer = archive.engine.ask(question.question, as_of=question.year_before)
    scores, lost = abstaining(answer, should=True)
    return Row(
        id=row_id,
        kind=f"a year earlier, {question.known}",
        question=question.question,
        context=(f"as of {question.year_before}, a year before it was asked",),
        gold=("abstain: it had not happened",),
        answer=kept(answer),
        seconds=seconds(answer),
        scores={**scores, "abstained_earlier": scores["abstained"]},
        lost=lost,
    )
