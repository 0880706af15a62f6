from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.settings import Settings
from rag import AnswerEngine
from rag.premises import SAYS_OTHERWISE, taken_for_granted

VOTE = {
    "id": "vote",
    "text": (
        "The council of Bergen approved the new harbor on Friday. Mayor Astrid Lind has not left her office. "
        "Work on the harbor begins in May because the ice is gone by then."
    ),
}


@pytest.mark.parametrize(
    ("question", "granted"),
    [
        ("Why did the council reject the harbor?", "the council reject the harbor"),
        ("And when exactly was the harbor closed?", "the harbor closed"),
        ("How come the mayor resigned?", "the mayor resigned"),
        ("Why did the council not vote?", None),
        ("Why didn't the council vote?", None),
        ("Did the council reject the harbor?", None),
        ("Who rejected the harbor?", None),
    ],
)
def test_what_a_question_takes_for_granted(question: str, granted: str | None) -> None:
    assert taken_for_granted(question) == granted


@given(st.text(max_size=80))
def test_what_is_taken_for_granted_stands_in_the_question(question: str) -> None:
    granted = taken_for_granted(question)
    assert granted is None or granted in question


@pytest.mark.parametrize(
    ("question", "lead", "otherwise"),
    [
        ("Why did the council of Bergen reject the new harbor?", "The council of Bergen approved", True),
        ("Why has Mayor Astrid Lind left her office?", "Mayor Astrid Lind has not left", True),
        ("When did the council of Bergen approve the new harbor?", "The council of Bergen approved", False),
        ("Why does work on the harbor begin in May?", "Work on the harbor begins in May", False),
    ],
)
def test_a_false_premise_gets_what_the_archive_says(question: str, lead: str, otherwise: bool) -> None:
    with AnswerEngine.from_articles([VOTE]) as engine:
        answer = engine.ask(question)
    assert answer.statements[0].text.startswith(lead)
    assert (SAYS_OTHERWISE in answer.notes) is otherwise


def test_what_contradicts_is_said_where_nothing_else_would_be(corpus: Path) -> None:
    with AnswerEngine.open(settings=Settings(corpus=corpus, caution=0.9)) as engine:
        answer = engine.ask("Why does Kim Jong Un refuse to support Putin?")
    assert answer.confidence < 0.9
    assert "unwavering support" in answer.statements[0].text
    assert SAYS_OTHERWISE in answer.notes
