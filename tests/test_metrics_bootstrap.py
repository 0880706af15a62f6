from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eval.metrics.bootstrap import difference_interval


def known_mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return fmean(known) if known else None


def test_an_interval_by_hand() -> None:
    # Of two questions one is now right: a draw holds it 0, 1 or 2 times, with chances 1/4, 1/2, 1/4.
    assert difference_interval([0.0, 0.0], [1.0, 0.0], fmean) == (0.0, 1.0)
    assert difference_interval([1.0, 0.0], [0.0, 0.0], fmean) == (-1.0, 0.0)


def test_an_interval_is_near_that_of_the_normal_distribution() -> None:
    change = [float(value) for value in np.random.default_rng(1).normal(0.3, 1.0, 400)]
    found = difference_interval([0.0] * 400, change, fmean, resamples=2000)
    assert found == pytest.approx((fmean(change) - 1.96 / 20, fmean(change) + 1.96 / 20), abs=0.02)


def test_questions_are_drawn_in_pairs() -> None:
    before = [0.1, 5.0, 90.0, 0.7, 33.3]
    assert difference_interval(before, [value + 0.1 for value in before], fmean) == (0.1, 0.1)
    assert difference_interval(before, before, fmean) == (0.0, 0.0)
    rounded = difference_interval([0.1 + 0.2] * 3, [0.3] * 3, fmean)
    assert str(rounded) == "(0.0, 0.0)"  # Neither -5.5e-17 nor -0.0.


def test_the_same_seed_gives_the_same_interval() -> None:
    before, after = list(np.linspace(0, 1, 30)), list(np.linspace(0, 2, 30) ** 2)
    first, again, other = (difference_interval(before, after, fmean, seed=seed) for seed in (0, 0, 1))
    assert first == again != other


def test_no_interval_without_two_questions_or_a_figure() -> None:
    assert difference_interval([], [], known_mean) is None
    assert difference_interval([0.0], [1.0], known_mean) is None
    assert difference_interval([None, None], [1.0, 2.0], known_mean) is None
    assert difference_interval([1.0, 2.0], [None, None], known_mean) is None
    with pytest.raises(ValueError, match="2 questions and after has 1"):
        difference_interval([1.0, 2.0], [1.0], known_mean)


def test_draws_without_a_figure_are_left_out() -> None:
    # Of six questions one has a value; two draws of three hold it.
    assert difference_interval([*[None] * 5, 1.0], [*[None] * 5, 3.0], known_mean) == (2.0, 2.0)

    def of_all(values: Sequence[float]) -> float | None:
        return fmean(values) if len(set(values)) == 5 else None

    def of_some(values: Sequence[float]) -> float | None:
        return fmean(values) if len(set(values)) < 5 else None

    # Only one draw of 26 holds all five questions.
    before, after = [1.0, 2.0, 3.0, 4.0, 5.0], [2.0, 3.0, 4.0, 5.0, 6.0]
    assert difference_interval(before, after, of_all) is None
    assert difference_interval(before, after, of_some) is None  # The questions themselves have no figure.


@settings(max_examples=15)
@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=2, max_size=8))
def test_an_interval_is_in_order_and_turns_with_its_sides(pairs: list[tuple[int, int]]) -> None:
    before, after = [float(one) for one, _ in pairs], [float(other) for _, other in pairs]
    found = difference_interval(before, after, fmean, resamples=99)
    turned = difference_interval(after, before, fmean, resamples=99)
    assert found is not None and turned is not None
    changes = [new - old for old, new in zip(before, after, strict=True)]
    assert min(changes) - 1e-9 <= found[0] <= found[1] <= max(changes) + 1e-9
    assert turned == pytest.approx((-found[1], -found[0]))
