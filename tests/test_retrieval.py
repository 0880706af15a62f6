from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag import AnswerEngine
from rag.outlets import outlets_named

OUTLETS = ["The Wire", "Wired", "BBC News - Arts", "BBC News - Sports"]


@pytest.mark.parametrize(
    ("question", "outlets"),
    [
        ("What did the wire say?", ["The Wire"]),
        ("What did Wired report on the wired house?", ["Wired"]),
        ("Is a wired house safe?", []),
        ("What did BBC News write?", ["BBC News - Arts", "BBC News - Sports"]),
        ("What did BBC News - Arts write?", ["BBC News - Arts", "BBC News - Sports"]),
    ],
)
def test_outlets_named(question: str, outlets: list[str]) -> None:
    assert [mention.outlet for mention in outlets_named(question, OUTLETS)] == outlets


def test_a_clause_ends_where_the_next_outlet_is_named() -> None:
    first, second = outlets_named("Does Wired say yes, while The Wire says no?", OUTLETS)
    assert (first.clause, second.clause) == ("Wired say yes, while ", "The Wire says no?")


@given(st.text(max_size=60), st.lists(st.text(min_size=1, max_size=12), max_size=4))
def test_every_clause_is_a_slice_of_the_question(question: str, outlets: list[str]) -> None:
    assert all(mention.clause in question for mention in outlets_named(question, outlets))


@pytest.fixture(scope="module")
def ports() -> Iterator[AnswerEngine]:
    towns = ["Bergen", "Odessa", "Tallinn", "Lisbon", "Hamburg", "Trieste", "Gdansk", "Riga"]
    articles = [
        {"id": f"{town}-{number}", "outlet": f"{town} Post", "date": f"2024-10-{10 + number:02}", "text": text}
        for town in towns
        for number, text in enumerate(
            [
                f"The harbour of {town} was closed after a fire in a warehouse.",
                f"Officials in {town} say that the harbour will stay closed for a week.",
                f"A bakery in {town} has won a prize.",
            ]
        )
    ]
    with AnswerEngine.from_articles(articles) as opened:
        yield opened


def test_what_an_outlet_that_is_named_has_comes_first(ports: AnswerEngine) -> None:
    hits = ports.search("What do the Riga Post and the Lisbon Post write about the harbour?", k=4)
    assert {hit.outlet for hit in hits} == {"Riga Post", "Lisbon Post"}


def test_what_was_published_on_a_day_that_is_named_comes_first(ports: AnswerEngine) -> None:
    hits = ports.search("What was reported about the harbour on 2024-10-11?", k=4)
    assert {hit.date for hit in hits} == {"2024-10-11"}


def test_scores_fall_from_hit_to_hit(ports: AnswerEngine) -> None:
    hits = ports.search("fire in the harbour of Tallinn", k=20)
    assert len({hit.passage_id for hit in hits}) == len(hits) == 20
    assert all(one.score >= other.score for one, other in pairwise(hits))
    assert all(0 <= hit.score <= 2 for hit in hits)


def test_what_was_said_before_adds_less() -> None:
    fires = [{"id": f"fire-{n}", "text": "A fire closed the harbour of Bergen."} for n in range(2)]
    with AnswerEngine.from_articles([*fires, {"id": "prize", "text": "A bakery won a prize for bread."}]) as opened:
        first, second = opened.search("fire in the harbour of Bergen", k=2)
    assert first.score - second.score > 0.4  # Half of the words' share, and a little for the rank.
