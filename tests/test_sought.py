from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag import AnswerEngine
from rag.features import features
from rag.question import read_question


def holds(question: str, sentence: str) -> bool | None:
    """Whether a sentence holds what an answer must; None where the question does not tell what that is."""
    asked = read_question(question)
    return None if asked.exactly is None else asked.exactly.held(sentence, asked.all_terms)


@pytest.mark.parametrize(
    ("question", "holding", "lacking"),
    [
        ("On which day of the week did they vote?", "They voted on Friday.", "They voted on May 3."),
        ("On what date did they vote?", "They voted on the 3rd of May.", "They voted in May."),
        ("On what date did they vote?", "On October 10th, they voted.", "On Friday, they voted."),
        ("Since what year has Lind led it?", "Lind has led it since 2011.", "Lind, who leads it, has 1,200 men."),
        ("In which month was it signed?", "It was signed in June.", "It was signed on Friday."),
        ("How old is Astrid Lindholm?", "Astrid Lindholm, 54, leads it.", "Astrid Lindholm leads 54 men."),
        ("How long did they talk?", "They talked for two hours.", "They talked about two ships."),
        ("For how many weeks are they trained?", "They are trained for six weeks.", "There are 10,000 of them."),
        ("How far is it to Oslo?", "It is 300 km to Oslo.", "It has 300 soldiers."),
        ("How much money did they give?", "They gave 30 million euros.", "They gave 30 vehicles."),
        ("What are the soldiers paid?", "Each gets $2,000 a month.", "There are 2,000 soldiers."),
        ("What percentage voted for it?", "Some 60 percent voted for it.", "60 deputies voted for it."),
        ("What is the name of the ambassador?", "It was Astrid Lindholm.", "The ambassador was summoned."),
        ("Which reporter wrote about the officers?", "Astrid Lindholm wrote it.", "It was written on Friday."),
        ("Which politician asked for sanctions?", "The Minister asked for them.", "They were asked for."),
        ("What are the ships called?", "The ships include the Astrid Lindholm.", "The ships are large."),
    ],
)
def test_what_an_answer_must_hold(question: str, holding: str, lacking: str) -> None:
    assert holds(question, holding) is True
    assert holds(question, lacking) is False


def test_a_name_in_the_question_is_no_answer() -> None:
    question = "What is the name of the minister who met Astrid Lindholm?"
    assert holds(question, "Astrid Lindholm met the minister.") is False
    assert holds(question, "Astrid Lindholm met Olaf Berg.") is True


@pytest.mark.parametrize("question", ["Who led the talks?", "When did they vote?", "What happened?", "How many came?"])
def test_other_questions_leave_it_open(question: str) -> None:
    assert holds(question, "They voted.") is None


@given(st.text(max_size=80), st.text(max_size=80))
def test_anything_can_be_asked_and_looked_at(question: str, sentence: str) -> None:
    assert holds(f"{question} what year?", sentence) in (True, False)


def test_an_archive_without_the_year_asked_for_does_not_answer() -> None:
    told = "Astrid Lindholm has been spokeswoman of the ministry of fisheries for a long time."
    question = "Since what year has Astrid Lindholm been spokeswoman of the ministry of fisheries?"
    with AnswerEngine.from_articles([{"id": "one", "text": told}]) as engine:
        assert engine.ask(question).status == "abstained"
    with AnswerEngine.from_articles([{"id": "one", "text": told.replace("for a long time", "since 2011")}]) as engine:
        assert engine.ask(question).status == "answered"


def test_a_sentence_that_asks_is_no_answer() -> None:
    text = (
        "How many ferries sank off Bergen in May? Divers found three of the boats that sank off Bergen in the spring."
    )
    with AnswerEngine.from_articles([{"id": "ferries", "text": text}]) as engine:
        answer = engine.ask("How many ferries sank off Bergen in May?")
    assert not any(statement.text.endswith("?") for statement in answer.statements)
    assert answer.status == "abstained" or answer.statements[0].text.startswith("Divers")


@pytest.mark.parametrize(
    ("question", "holding", "lacking"),
    [
        ("Which Norwegian city hosted the talks?", "The talks were held in Bergen.", "The talks were held in a hall."),
        ("Where did Norway hold the talks?", "Norway held the talks in Bergen.", "Norway held the talks in a hall."),
        ("Who met Astrid Lindholm?", "Astrid Lindholm was met by Olaf Berg.", "Astrid Lindholm was met."),
    ],
)
def test_what_is_asked_about_is_not_the_kind_sought(question: str, holding: str, lacking: str) -> None:
    asked = read_question(question)
    kinds = [features(asked, text, "", "", text, 0.5, {}).kind for text in (holding, lacking)]
    assert kinds == [1, -1]
