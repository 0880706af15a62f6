from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from index.settings import Settings
from rag import AnswerEngine

FLOODS = [
    {
        "id": f"flood-{day}",
        "date": day,
        "text": f"A flood has destroyed the bridge of {town}. Mayor {mayor} said that {dead} people had died.",
    }
    for day, town, mayor, dead in (
        ("2021-05-04", "Corvo", "Lena Marsh", "eleven"),
        ("2024-11-08", "Tolmar", "Ivo Brand", "three"),
    )
]
PLAN = {
    "id": "plan",
    "date": "2024-10-02",
    "text": "The new harbor of Tolmar will be opened on 5 November 2024, the port said. The old harbor is shut.",
}
NO_DAY = {"id": "no-day", "text": "The theatre of Corvo was sold to a brewer, the council said."}
QUICK = Settings(reader="quick", caution=0.3)


@pytest.fixture(scope="module")
def news() -> Iterator[AnswerEngine]:
    with AnswerEngine.from_articles([*FLOODS, PLAN, NO_DAY], settings=QUICK) as engine:
        yield engine


def cited(engine: AnswerEngine, question: str, as_of: str | None = None) -> set[str]:
    return {citation.article_id for citation in engine.ask(question, as_of=as_of).citations}


@pytest.mark.parametrize("when", ["this week", "last week", "this month", "since 1 November 2024", "in 2024"])
def test_nothing_published_before_the_days_asked_of_answers(news: AnswerEngine, when: str) -> None:
    question = f"Which bridge has a flood destroyed {when}?"
    assert cited(news, question, "2024-11-09") == {"flood-2024-11-08"}
    assert "flood-2021-05-04" in cited(news, "Which bridge has a flood destroyed?", "2024-11-08")


def test_what_was_published_later_may_answer(news: AnswerEngine) -> None:
    assert "flood-2021-05-04" in cited(news, "Which bridge did a flood destroy in April 2021?", "2021-06-01")


def test_abstaining_names_the_days(news: AnswerEngine) -> None:
    answer = news.ask("Which bridge has a flood destroyed this month?", as_of="2023-02-10")
    assert answer.status == "abstained"
    assert "does not give anything from 1 to 28 February 2023." in answer.text
    assert answer.related[0].article_id == "flood-2021-05-04"


def test_an_announcement_that_names_the_day_is_not_too_early(news: AnswerEngine) -> None:
    assert "plan" in cited(news, "Which harbor was opened on 5 November 2024?")
    assert "plan" not in cited(news, "Which harbor was opened on 7 November 2024?")


def test_what_bears_no_date_may_be_of_those_days_but_not_of_this_week(news: AnswerEngine) -> None:
    assert "no-day" in cited(news, "To whom was the theatre of Corvo sold in 2024?", "2024-11-08")
    assert "no-day" not in cited(news, "To whom was the theatre of Corvo sold this week?", "2024-11-08")


@pytest.mark.parametrize(
    "question",
    [
        "Which harbor will be opened in 2030?",  # Of days to come all that is known was published before.
        "Which harbor will be opened on Tuesday?",  # A weekday is the story's.
        "Which harbor will be opened by 7 November 2024?",
    ],
)
def test_days_that_exclude_nothing(news: AnswerEngine, question: str) -> None:
    assert "plan" in cited(news, question, "2024-11-08")


def test_a_month_or_weekday_that_the_archive_never_names_is_no_unknown_name(news: AnswerEngine) -> None:
    for when in ("on Tuesday", "in April", "in May 2024"):
        assert "does not mention" not in news.ask(f"Which theatre of Corvo was sold {when}?").text


def test_this_week_reaches_back_a_few_days(news: AnswerEngine) -> None:
    asked = "Which bridge has a flood destroyed this week?"
    assert date(2024, 11, 11).weekday() == date(2024, 11, 18).weekday() == 0
    assert cited(news, asked, "2024-11-11") == {"flood-2024-11-08"}
    assert cited(news, asked, "2024-11-18") == set()
