from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag import AnswerEngine
from rag.question import read_question
from rag.renaming import in_names_of
from rag.seats import seats
from rag.understanding import Understanding

NEWS = {
    "id": "tugs",
    "text": (
        "Portugal has sent four tugboats to Madeira. Lisbon said on Monday that it would send more. Oslo is wet. "
        "The United States has lent Portugal a crane. The Pentagon expects it back, and Washington agrees."
    ),
}


@pytest.fixture(scope="module")
def understanding() -> Understanding:
    return Understanding(AnswerEngine.from_articles([NEWS]).archive)


def renamed(understanding: Understanding, question: str, sentence: str) -> str:
    asked = understanding.complete(read_question(question), date(2025, 3, 4))
    return in_names_of(asked, asked.resolved, sentence)


@pytest.mark.parametrize(
    ("question", "sentence", "read"),
    [
        ("What has Lisbon sent?", "Portugal sent tugs.", "What has Portugal sent?"),
        ("What are Lisbon's tugs for?", "They are Portuguese: Portugal has them.", "What are Portugal's tugs for?"),
        ("What does the Pentagon want?", "The United States wants it.", "What does the United States want?"),
        ("Do Washington and Lisbon agree?", "America and Portugal do.", "Do America and Portugal agree?"),
    ],
)
def test_a_seat_of_government_is_read_as_the_country_that_a_sentence_names(
    understanding: Understanding, question: str, sentence: str, read: str
) -> None:
    assert renamed(understanding, question, sentence) == read


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("What has Lisbon sent?", "Lisbon said that Portugal sent tugs."),
        ("What has Lisbon sent?", "Four tugs were sent."),
        ("Who lives in Lisbon?", "Portugal sent tugs."),
        ("What has Oslo sent?", "Norway sent tugs."),
        ("What has Portugal sent?", "Lisbon sent tugs."),
    ],
    ids=["named so there", "not named there", "a place", "no seat in this archive", "a country"],
)
def test_other_names_stay(understanding: Understanding, question: str, sentence: str) -> None:
    assert renamed(understanding, question, sentence) == question


@given(st.sampled_from(sorted(seats())), st.text(max_size=60))
def test_without_variants_nothing_is_renamed(seat: str, sentence: str) -> None:
    question = read_question(f"What does {seat} want?")
    assert in_names_of(question, question.resolved, sentence) == question.resolved


def test_the_readers_are_given_the_names_of_the_sentence(engine: AnswerEngine) -> None:
    answer = engine.ask("When did Kyiv's soldiers enter the Kursk region?")
    assert answer.statements[0].text.startswith("Ukraine launched a ground offensive in Kursk in August")
