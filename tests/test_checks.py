"""Each check of the verifier on sentences of news that no eval case is made of."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from index.embedding import PassageEmbedding
from rag.checks.names import same_person
from rag.checks.numbers import Bound, quantities
from rag.checks.opposites import are_opposite
from rag.checks.places import country
from rag.checks.reading import read
from rag.checks.speakers import attributions
from rag.checks.words import derived
from rag.verification import Verifier

NEWS: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "news_statements.yaml").read_text())


@pytest.fixture(scope="module")
def verifier(embedding: PassageEmbedding) -> Verifier:
    return Verifier(embedding)


def false_statements() -> Iterator[tuple[str, str, str]]:
    for entry in NEWS:
        for untrue in entry["untrue"]:
            yield entry["passage"], untrue["says"], untrue["kind"]


def test_every_sentence_of_the_news_is_supported_by_itself(verifier: Verifier) -> None:
    for entry in NEWS:
        assert verifier.verify(entry["passage"], [entry["passage"]]).checks == {"verbatim": True}


def test_most_false_statements_of_the_news_are_refused(verifier: Verifier) -> None:
    refused = [verifier.verify(says, [passage]).label != "supported" for passage, says, _ in false_statements()]
    assert sum(refused) >= 0.85 * len(refused)


@pytest.mark.parametrize(
    ("statement", "passage", "check"),
    [
        ("King Mateo signed it in Lisbon.", "King Mateo of Portugal signed it.", "names"),
        ("Both firms admit that they dumped oil.", "Three ports accuse both firms of dumping oil.", "hedge"),
        ("The merger follows a dispute.", "The merger, if approved, follows a dispute.", "hedge"),
        ("The ministry denied the presence of mercury.", "The presence of mercury was confirmed.", "opposites"),
    ],
)
def test_what_a_check_is_there_for(verifier: Verifier, statement: str, passage: str, check: str) -> None:
    assert verifier.verify(statement, [passage]).checks[check] is False


def test_faithful_statements_of_the_news_are_supported(verifier: Verifier) -> None:
    for entry in NEWS:
        for says in entry["faithful"]:
            assert verifier.verify(says, [entry["passage"]]).label == "supported", says


@pytest.mark.parametrize(
    ("text", "value", "bound", "unit"),
    [
        ("Up to 12,000 soldiers came.", 12_000, Bound.MOST, "soldier"),
        ("At least forty miners died.", 40, Bound.LEAST, "miner"),
        ("About ten thousand people fled.", 10_000, Bound.ABOUT, "peopl"),
        ("Exactly 15 ships left.", 15, Bound.EXACT, "ship"),
        ("It sent 200 doctors.", 200, Bound.BARE, "doctor"),
    ],
)
def test_a_number_has_a_bound_and_a_unit(text: str, value: float, bound: Bound, unit: str) -> None:
    (found,) = quantities(read(text))
    assert (found.value, found.bound, found.unit) == (value, bound, unit)


def test_years_and_days_of_a_month_are_no_quantities() -> None:
    assert quantities(read("They met on 14 June 2023 and on October 29, 2024.")) == []


def test_decades_are_years() -> None:
    (decades,) = quantities(read("It was the first visit in over two decades."))
    (years,) = quantities(read("It was the first visit in over 20 years."))
    assert decades.amount == years.amount == (20.0, "year")


@given(st.integers(2, 999_999_999))
def test_a_number_is_read_as_it_is_written(number: int) -> None:
    (found,) = quantities(read(f"It sent {number:,} soldiers there."))
    assert found.value == number


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Zelensky", "Volodymyr Zelenskyy", True),
        ("Kim Jong Un", "Kim Jong-un", True),
        ("President Macron", "Emmanuel Macron", True),
        ("Seoul", "South Korea", True),
        ("Kyiv", "Ukrainian", True),
        ("the Kremlin", "Moscow", True),
        ("North Korean", "South Korea", False),
        ("Kim Jong Un", "Kim Yong-hyun", False),
        ("Macron", "Scholz", False),
    ],
)
def test_names_of_one(one: str, other: str, same: bool) -> None:
    assert same_person(one, other) == same_person(other, one) == same


@pytest.mark.parametrize(
    ("one", "other", "opposite"),
    [
        ("approve", "reject", True),
        ("likely", "unlikely", True),
        ("east", "western", True),
        ("strengthen", "weaken", True),
        ("approve", "endorse", False),
        ("reject", "refuse", False),
    ],
)
def test_opposites(one: str, other: str, opposite: bool) -> None:
    assert are_opposite(one, other) == are_opposite(other, one) == opposite


@given(st.text(max_size=30), st.text(max_size=30))
def test_relations_of_words_hold_both_ways(one: str, other: str) -> None:
    assert derived(one, other) == derived(other, one)
    assert are_opposite(one, other) == are_opposite(other, one)
    assert country(one) is None or same_person(one, one)


def test_a_claim_with_no_verb_is_somebodys_too() -> None:
    (claim,) = attributions(read("Another hoax, according to the Kremlin."))
    assert [token.text for token in claim.speaker] == ["the", "Kremlin"]
    assert 1 in claim.scope  # The hoax.
