from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.language import calendar_words, has_name, names, numbers, same_name


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("10,000 troops and ten thousand shells", {10_000.0}),
        ("1.5 million, 1,500,000 or 3.5 percent", {1_500_000.0, 3.5}),
        ("three generals per 30 soldiers", {3.0, 30.0}),
        ("several thousand, tens of thousands, a few hundred", set()),
        ("on 12.10.2024", {12.0, 10.0, 2024.0}),
        ("no number", set()),
    ],
)
def test_numbers(text: str, values: set[float]) -> None:
    assert numbers(text) == values


@given(st.integers(min_value=2, max_value=10**9))
def test_a_number_is_itself_however_it_is_grouped(value: int) -> None:
    assert numbers(f"about {value} men") == numbers(f"about {value:,} men") == {float(value)}


def test_calendar_words() -> None:
    assert calendar_words("On Wednesday, Oct. 8 and 9 October; it may march on, Dec says") == {"wed", "oct"}


def test_names() -> None:
    assert names("Did John Kirby speak of the State Duma in Moscow?") == ["John Kirby", "the State Duma", "Moscow"]
    assert names("what happened there?") == []


def test_forms_of_a_name() -> None:
    assert same_name("korea", "korean")
    assert not same_name("iran", "iraq")
    assert has_name("North Korean", {"north", "korea"})
    assert not has_name("Kim Yong-hyun", {"kim", "jong", "un"})
