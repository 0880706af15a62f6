from __future__ import annotations

from math import log2

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.metrics.retrieval import all_gold, retrieval_scores

IDS = st.sampled_from([f"passage-{number}" for number in range(20)])
GOLD = st.dictionaries(IDS, st.integers(1, 3), min_size=1, max_size=6)


def scores(recall: float, ndcg: float, mrr: float, k: int = 10) -> object:
    return pytest.approx({f"recall@{k}": recall, f"ndcg@{k}": ndcg, f"mrr@{k}": mrr}, abs=1e-6)


def test_a_ranking_is_scored_by_hand() -> None:
    # Gold at ranks 2 (relevance 1) and 4 (relevance 2) of 4; one more is not found.
    dcg = 1 / log2(3) + 2 / log2(5)
    best = 2 / log2(2) + 1 / log2(3) + 1 / log2(4)
    assert retrieval_scores(["x", "a", "y", "b"], {"a": 1, "b": 2, "c": 1}) == scores(2 / 3, dcg / best, 1 / 2)


def test_only_the_first_k_count() -> None:
    ranked = ["x", "y", "a", "b"]
    assert retrieval_scores(ranked, {"a": 1, "b": 1}, k=2) == scores(0, 0, 0, k=2)
    dcg, best = 1 / log2(4), 1 / log2(2) + 1 / log2(3)
    assert retrieval_scores(ranked, {"a": 1, "b": 1}, k=3) == scores(1 / 2, dcg / best, 1 / 3, k=3)


def test_recall_is_of_all_gold_even_where_k_is_smaller() -> None:
    assert retrieval_scores(["a"], {"a": 1, "b": 1, "c": 1, "d": 1}, k=1) == scores(1 / 4, 1, 1, k=1)


def test_of_an_id_that_is_there_twice_the_first_counts() -> None:
    gold = {"b": 1}
    assert retrieval_scores(["a", "a", "b", "b"], gold, k=2) == scores(1, 1 / log2(3), 1 / 2, k=2)
    assert retrieval_scores(["b", "a", "b"], gold) == scores(1, 1, 1)


def test_an_empty_ranking_gets_nothing() -> None:
    assert retrieval_scores([], {"a": 1}) == scores(0, 0, 0)


def test_no_relevant_id_gets_nothing() -> None:
    assert retrieval_scores(["x", "y"], {"a": 1}) == scores(0, 0, 0)


@pytest.mark.parametrize(
    ("gold", "k", "message"),
    [
        ({}, 10, "gold is empty"),
        ({"a": 0}, 10, "not above 0: {'a': 0}"),
        ({"a": -1}, 10, "-1"),
        ({"a": 1}, 0, "k is 0"),
    ],
)
def test_gold_that_cannot_be_scored_is_refused(gold: dict[str, int], k: int, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        retrieval_scores(["a"], gold, k)


@given(GOLD, st.lists(IDS, max_size=20), st.integers(1, 12))
def test_scores_are_from_0_to_1_and_blind_to_what_stands_behind_k(
    gold: dict[str, int], ranked: list[str], k: int
) -> None:
    found = retrieval_scores(ranked, gold, k)
    assert all(0 <= score <= 1 + 1e-9 for score in found.values())
    distinct = list(dict.fromkeys(ranked))
    assert retrieval_scores([*distinct[:k], "unknown"], gold, k) == found
    assert (found[f"mrr@{k}"] > 0) == (found[f"recall@{k}"] > 0) == (found[f"ndcg@{k}"] > 0)


@given(GOLD, st.lists(IDS, max_size=10))
def test_the_best_ranking_gets_1(gold: dict[str, int], others: list[str]) -> None:
    best = sorted(gold, key=gold.__getitem__, reverse=True)
    assert retrieval_scores([*best, *others], gold) == scores(1, 1, 1)


@given(GOLD, st.lists(IDS, unique=True))
def test_recall_within_k_does_not_hang_on_the_order(gold: dict[str, int], ranked: list[str]) -> None:
    turned = [*reversed(ranked[:10]), *ranked[10:]]
    assert retrieval_scores(turned, gold)["recall@10"] == retrieval_scores(ranked, gold)["recall@10"]
    assert retrieval_scores(ranked, dict(reversed(gold.items()))) == retrieval_scores(ranked, gold)


@pytest.mark.parametrize(
    ("ranked", "groups", "k", "found"),
    [
        (["a", "b"], [{"a"}, {"b"}], 2, 1.0),
        (["a", "x", "b"], [{"a"}, {"b"}], 2, 0.0),
        (["a", "a", "b"], [{"a"}, {"b"}], 2, 1.0),  # The second "a" takes no place.
        (["x", "b"], [{"a", "b"}], 2, 1.0),  # Any one of a group is enough,
        (["a"], [{"a", "b"}, {"a"}], 10, 1.0),  # and may stand for two.
        (["a"], [{"a"}, {"b"}], 10, 0.0),
        ([], [{"a"}], 10, 0.0),
    ],
)
def test_all_gold_asks_for_one_of_every_group(ranked: list[str], groups: list[set[str]], k: int, found: float) -> None:
    assert all_gold(ranked, groups, k) == found
    assert all_gold(ranked, [frozenset(group) for group in reversed(groups)], k) == found


@pytest.mark.parametrize(
    ("groups", "k", "message"), [([], 10, "no groups"), ([{"a"}, set()], 10, "group is empty"), ([{"a"}], 0, "k is 0")]
)
def test_groups_that_cannot_be_scored_are_refused(groups: list[set[str]], k: int, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        all_gold(["a"], groups, k)


@given(GOLD, st.lists(IDS, max_size=20), st.integers(1, 12))
def test_all_gold_of_groups_of_one_is_full_recall(gold: dict[str, int], ranked: list[str], k: int) -> None:
    recall = retrieval_scores(ranked, gold, k)[f"recall@{k}"]
    assert (all_gold(ranked, [{name} for name in gold], k) == 1) == (recall == pytest.approx(1))
