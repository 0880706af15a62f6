from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag import AnswerEngine
from rag.answer import Answer
from rag.in_time import InTime, Wants, in_time


@pytest.mark.parametrize(
    ("question", "wants", "asked"),
    [
        ("How many soldiers are there now?", Wants.LATEST, "How many soldiers are there?"),
        ("What is the latest number of soldiers in Russia?", Wants.LATEST, "How many soldiers in Russia?"),
        ("What is the latest on the troops?", Wants.LATEST, "What is the latest on the troops?"),
        ("What has he said most recently?", Wants.LATEST, "What has he said?"),
        ("How many soldiers were reported at first?", Wants.EARLIEST, "How many soldiers were reported?"),
        ("What did Lloyd Austin say first?", Wants.EARLIEST, "What did Lloyd Austin say?"),
        ("How has the number of troops changed over time?", Wants.CHANGE, "How many troops?"),
        ("How many soldiers are there, and how has that changed?", Wants.CHANGE, "How many soldiers are there?"),
        ("Which figures for the soldiers in Russia have been given?", Wants.FIGURES, "How many soldiers in Russia?"),
        ("What estimates are there of the number of deaths, and whose?", Wants.FIGURES, "How many deaths?"),
        ("What numbers have been given of the size of the Danish force?", Wants.FIGURES, "How many Danish troops?"),
        ("What is the highest estimate of the dead soldiers?", Wants.HIGHEST, "How many dead soldiers?"),
        ("What is the smallest number of troops named?", Wants.LOWEST, "How many troops named?"),
        ("How has the treaty evolved since June?", Wants.CHANGE, "What is the treaty since June?"),
    ],
)
def test_what_a_question_wants_of_a_story(question: str, wants: Wants, asked: str) -> None:
    assert in_time(question) == InTime(wants, asked)


@pytest.mark.parametrize(
    ("question", "asked", "whose"),
    [
        ("How did Russia's position on the troops change?", "What is Russia's position on the troops?", "Russia"),
        ("How has Putin changed his stance?", "What is Putin's stance?", "Putin"),
        ("How have the allies' views shifted?", "What is the allies' views?", "the allies"),
    ],
)
def test_whose_position_changes(question: str, asked: str, whose: str) -> None:
    assert in_time(question) == InTime(Wants.CHANGE, asked, whose)


@pytest.mark.parametrize(
    "question",
    [
        "Who was the first to report it?",
        "How many rockets has the first brigade fired?",
        "How did the children grow up?",
        "Why did it happen?",
        "What is the highest mountain?",
        "What is the highest estimate of the damage?",
        "Which figures does Seoul give?",
    ],
)
def test_questions_that_want_nothing_of_the_kind(question: str) -> None:
    assert in_time(question) is None


@given(st.text(max_size=200))
def test_any_text_can_be_read(text: str) -> None:
    told = in_time(text)
    assert told is None or told.wants in Wants


def days(answer: Answer) -> list[str]:
    """The days that the statements bear, in their order."""
    cited = [answer.citation(statement.citations[0]) for statement in answer.statements]
    return [day for each in cited if (day := each.date or each.not_before)]


def test_how_a_figure_has_changed_is_told_from_the_first_day_to_the_last(engine: AnswerEngine) -> None:
    answer = engine.ask("How has the number of North Korean soldiers in Russia changed?")
    assert all(before <= after for before, after in pairwise(days(answer)))
    text = " ".join(statement.text for statement in answer.statements)
    assert text.index("several thousand") < text.index("at least 3,000") < text.index("around 10,000")
    assert "12,000" not in text  # That is only expected, and stands among the figures.
    assert any(figure.sort == "expected" for figure in answer.figures)


def test_all_figures_given_are_said_the_latest_first(engine: AnswerEngine) -> None:
    answer = engine.ask("Which estimates of the size of the North Korean contingent have been given?")
    text = " ".join(statement.text for statement in answer.statements)
    assert text.index("around 10,000") < text.index("total of about 12,000") < text.index("at least 3,000")


@pytest.mark.parametrize(("which", "leading"), [("largest", "12,000"), ("lowest", "1,500")])
def test_the_highest_or_lowest_figure_leads(engine: AnswerEngine, which: str, leading: str) -> None:
    answer = engine.ask(f"What is the {which} number of North Korean soldiers?", as_of="2024-10-26")
    assert leading in answer.statements[0].text
    assert {figure.value for figure in answer.figures} > {3000.0}


def test_a_change_of_position_is_told_by_day(engine: AnswerEngine) -> None:
    answer = engine.ask("How did Russia's position on the North Korean troops change?")
    first, second, *_ = answer.statements
    assert (first.stance, second.stance) == ("denies", "declines")
    assert "hoax" in first.text and "has not disputed" in second.text
    assert days(answer) == sorted(days(answer))


def test_at_first_is_the_oldest_and_now_the_newest(engine: AnswerEngine) -> None:
    at_first = engine.ask("How many North Korean troops were said to be in Russia at first?")
    assert "several thousand" in at_first.statements[0].text
    now = engine.ask("What is the latest number of North Korean soldiers in Russia?")
    assert "around 10,000" in now.statements[0].text
    assert (
        engine.ask("What did Lloyd Austin say first?").statements[0].text.startswith("NATO and U.S. Defense Secretary")
    )
    assert "serious issue" in engine.ask("What has Lloyd Austin said most recently?").statements[0].text


def test_a_follow_up_asks_how_the_figure_before_has_changed(engine: AnswerEngine) -> None:
    chat = engine.chat()
    chat.ask("How many North Korean soldiers are in Russia?")
    answer = chat.ask("And how has that changed?")
    assert answer.status == "answered"
    assert "several thousand" in answer.statements[0].text
    assert days(answer) == sorted(days(answer))


def test_an_answer_names_the_day_of_the_newest_article() -> None:
    articles = [
        {"id": "old", "text": "The bridge over the Lek was closed on Monday.", "date": "2024-03-04"},
        {"id": "new", "text": "The bridge over the Lek was opened again.", "date": "2024-03-09"},
        {"id": "undated", "text": "The bridge over the Lek is painted green."},
    ]
    with AnswerEngine.from_articles(articles) as opened:
        assert opened.ask("Which bridge was closed?").searched.newest == "2024-03-09"
        assert opened.ask("Which bridge was closed?", as_of="2024-03-05").searched.newest == "2024-03-04"
        assert opened.ask("Which bridge was closed?", as_of="2024-03-01").searched.newest is None
