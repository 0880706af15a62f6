from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, astuple
from statistics import fmean

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eval.metrics.abstention import Abstention, ClassScores, abstention
from eval.metrics.answerability import auc
from eval.metrics.citations import CitationScores, citation_scores
from eval.metrics.detection import Detection, detection
from eval.metrics.latency import latency
from eval.metrics.lead import lead_is_right
from eval.metrics.length import answer_words
from eval.metrics.nuggets import NuggetScores, Support, holds, nugget_scores, nugget_support
from eval.metrics.numbers import number_fidelity
from eval.metrics.quotes import quote_fidelity
from eval.metrics.refusal import grounded_refusal
from eval.metrics.truthfulness import truthfulness

PAIRS = st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=12)
SUPPORT: st.SearchStrategy[Support] = st.sampled_from(["support", "partial_support", "not_support"])


def says_every_letter(statement: str, texts: Sequence[str]) -> bool:
    """A judge that can be checked by hand: the texts together hold each letter of the statement."""
    assert texts, "asked about no text"
    return set(statement) <= set("".join(texts))


# Citations


@pytest.mark.parametrize(
    ("statement", "cited", "recall", "precision"),
    [
        ("ab", ["ab"], 1.0, (1.0,)),
        ("ab", ["a"], 0.0, (0.0,)),
        ("ab", [], 0.0, ()),
        ("ab", ["a", "b"], 1.0, (1.0, 1.0)),  # Neither is enough, both are needed.
        ("ab", ["ab", "ab!"], 1.0, (1.0, 1.0)),  # Each is enough: redundant, not irrelevant.
        ("ab", ["ab", "x"], 1.0, (1.0, 0.0)),
        ("ab", ["ab", "a"], 1.0, (1.0, 0.0)),
        ("ab", ["x", "y"], 0.0, (0.0, 0.0)),
        ("ab", ["ab", "ab"], 1.0, (1.0, 1.0)),  # Twice the same, enough alone.
        ("ab", ["a", "b", "b"], 1.0, (1.0, 0.0, 0.0)),  # Twice the same: each can go while its copy stays.
    ],
)
def test_citations_of_one_statement(
    statement: str, cited: list[str], recall: float, precision: tuple[float, ...]
) -> None:
    assert citation_scores([(statement, cited)], says_every_letter) == CitationScores((recall,), precision)


def test_citations_of_an_answer() -> None:
    found = citation_scores([("ab", ["ab", "x"]), ("cd", []), ("ef", ["e"])], says_every_letter)
    assert found == CitationScores(recall=(1.0, 0.0, 0.0), precision=(1.0, 0.0, 0.0))
    assert found.mean_recall == found.mean_precision == found.f1 == pytest.approx(1 / 3)
    uneven = CitationScores(recall=(1.0, 1.0), precision=(1.0, 0.0, 0.0, 0.0))
    assert uneven.f1 == pytest.approx(2 * 1 * 0.25 / 1.25)


def test_an_answer_without_statements_or_citations_has_means_of_0() -> None:
    for empty in (citation_scores([], says_every_letter), citation_scores([("ab", [])], says_every_letter)):
        assert (empty.mean_recall, empty.mean_precision, empty.f1) == (0.0, 0.0, 0.0)


@given(st.lists(st.tuples(st.text("abc", min_size=1), st.lists(st.text("abc"), max_size=4)), max_size=4))
def test_citation_scores_keep_to_their_rules(statements: list[tuple[str, list[str]]]) -> None:
    found = citation_scores(statements, says_every_letter)
    assert len(found.recall) == len(statements)
    assert len(found.precision) == sum(len(cited) for _, cited in statements)
    assert all(0 <= mean <= 1 for mean in (found.mean_recall, found.mean_precision, found.f1))
    turned = citation_scores([(said, cited[::-1]) for said, cited in reversed(statements)], says_every_letter)
    assert turned == CitationScores(found.recall[::-1], found.precision[::-1])
    verbatim = citation_scores([(said, [said]) for said, _ in statements], says_every_letter)
    assert set(verbatim.recall + verbatim.precision) <= {1.0}


# Nuggets


def test_nuggets_are_scored_by_hand() -> None:
    vital: list[Support] = ["support", "partial_support", "not_support"]
    okay: list[Support] = ["support", "partial_support"]
    found = [(True, support) for support in vital] + [(False, support) for support in okay]
    assert asdict(nugget_scores(found)) == pytest.approx(
        {
            "all_strict": 2 / 5,
            "all": 3 / 5,
            "vital_strict": 1 / 3,
            "vital": 1.5 / 3,
            "weighted": (1.5 + 0.5 * 1.5) / (3 + 0.5 * 2),
        }
    )


def test_without_a_vital_nugget_there_is_no_vital_score() -> None:
    assert nugget_scores([(False, "partial_support")]) == NuggetScores(0.0, 0.5, None, None, 0.5)


def test_without_nuggets_there_is_no_score() -> None:
    with pytest.raises(ValueError, match="no nuggets"):
        nugget_scores([])


@given(st.lists(st.tuples(st.booleans(), SUPPORT), min_size=1))
def test_nugget_scores_keep_to_their_rules(found: list[tuple[bool, Support]]) -> None:
    scores = nugget_scores(found)
    for strict, lenient in ((scores.all_strict, scores.all), (scores.vital_strict, scores.vital)):
        assert (strict is None) == (lenient is None)
        assert strict is None or lenient is None or 0 <= strict <= lenient <= 1
    assert 0 <= scores.weighted <= 1
    assert nugget_scores(found[::-1]) == scores
    full = nugget_scores([(vital, "support") for vital, _ in found])
    assert {full.all_strict, full.all, full.weighted, full.vital or 1.0, full.vital_strict or 1.0} == {1.0}


TROOPS = "U.S. and NATO officials confirmed that around 10,000 North Korean troops are training in eastern Russia."


@pytest.mark.parametrize(
    ("words", "held"),
    [
        ("around 10,000 North Korean troops", True),
        ("AROUND  10,000\nnorth korean", True),
        ("U.S.", True),
        ("Russia.", True),
        ("0,000", False),
        ("10", False),
        ("000", False),
        ("rain", False),  # Within "training",
        ("North Korea", False),  # and within "Korean".
        ("troops North Korean", False),
        ("", False),
        (" ", False),
    ],
)
def test_words_are_held_as_whole_words_in_their_order(words: str, held: bool) -> None:
    assert holds(TROOPS, words) is held


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("He called it “another hoax.”", '"another hoax."'),
        ("Peskov said: ‘a hoax’", '"a hoax"'),
        ("South Korea’s minister", "South Korea's minister"),
        ("a long–planned visit", "a long-planned visit"),
        ("it is — he said -- over", "it is - he said — over"),
        ("3\u00a0000 troops", "3 000 troops"),
        ("about 3,000, he said", "3,000"),
        ("Iran", "IRAN"),
    ],
)
def test_signs_of_one_kind_are_one(text: str, words: str) -> None:
    assert holds(text, words)


@pytest.mark.parametrize("text", ["13,000 men", "3,000,000 men", "3,000.5 tons", "23,000", "1,3,000"])
def test_a_number_is_not_found_within_another(text: str) -> None:
    assert not holds(text, "3,000")


@given(st.text(max_size=30), st.text(max_size=20), st.text(max_size=20))
def test_words_between_blanks_are_held(words: str, before: str, after: str) -> None:
    assert holds(f"{before} {words} {after}", words) == bool(words.strip())


QUOTES = ["around 10,000 North Korean troops are currently training"]


@pytest.mark.parametrize(
    ("statements", "support"),
    [
        (["“Officials said Around 10,000 North Korean  troops are currently training.”"], "support"),
        (["Something else.", "Some 10,000 North Korean troops are there."], "partial_support"),
        (["Some ten thousand North Korean troops are training."], "partial_support"),
        (["Some 12,000 North Korean troops are currently training."], "not_support"),  # Another number.
        (["North Korean troops are currently training."], "not_support"),  # No number.
        (["The 10,000 spectators."], "not_support"),  # Too few of the words.
        (["About 10,000 men.", "North Korean troops are currently training."], "not_support"),  # Not in one statement.
        ([], "not_support"),
    ],
)
def test_how_far_statements_say_a_nugget(statements: list[str], support: Support) -> None:
    assert nugget_support("10,000 troops train there.", QUOTES, statements, None) == support


def test_exactly_half_of_the_words_is_in_part() -> None:
    assert nugget_support("-", ["Moscow denies"], ["Moscow agrees."], None) == "partial_support"
    assert nugget_support("-", ["Moscow denies reports"], ["Moscow agrees."], None) == "not_support"
    assert nugget_support("-", ["it was"], ["He ran."], None) == "not_support"  # No content term at all.


def test_any_one_quote_is_enough() -> None:
    quotes = ["landed in Vladivostok", "arrived at the Pacific port"]
    assert nugget_support("-", quotes, ["They arrived at the Pacific port."], None) == "support"


def test_a_judge_of_meaning_is_asked_for_each_statement_alone() -> None:
    assert nugget_support("abc", ["no such words"], ["x", "cba"], says_every_letter) == "support"
    assert nugget_support("abc", ["no such words"], ["ab", "c"], says_every_letter) == "not_support"
    assert nugget_support("abc", ["no such words"], ["x", "cba"], None) == "not_support"


@pytest.mark.parametrize(
    ("lead", "right"),
    [("The Duma voted unanimously.", True), ("On Thursday it met.", True), ("The Duma voted.", False), (None, False)],
)
def test_a_lead_is_right_where_it_says_one_vital_nugget_in_full(lead: str | None, right: bool) -> None:
    vital = [("The vote was unanimous.", ["voted unanimously"]), ("It was on Thursday.", ["On Thursday"])]
    assert lead_is_right(lead, vital, None) is right
    assert lead_is_right(lead, [], None) is False


def test_a_judge_of_meaning_is_asked_about_the_lead() -> None:
    assert lead_is_right("abc", [("ab", ["no such words"])], says_every_letter)
    assert not lead_is_right("abc", [("xy", ["no such words"])], says_every_letter)


# Quotes and numbers


@pytest.mark.parametrize(
    ("start", "end", "quote", "exact"),
    [
        (0, 5, "Kirby", True),
        (0, 18, "Kirby spoke “now”.", True),
        (0, 5, "kirby", False),
        (1, 6, "Kirby", False),
        (0, 0, "", False),
        (-5, -1, "now”", False),  # Python would slice from the end.
        (5, 0, "Kirby", False),
        (13, 99, "now”.", False),  # Python would stop at the end.
    ],
)
def test_a_quote_is_a_slice_of_its_article(start: int, end: int, quote: str, exact: bool) -> None:
    citation = {"article_id": "a", "start": start, "end": end, "quote": quote}
    texts = {"a": "Kirby spoke “now”."}
    assert quote_fidelity([citation], texts.get) == [exact]
    assert quote_fidelity([citation, {**citation, "article_id": "b"}], texts.get) == [exact, False]
    assert quote_fidelity([], texts.get) == []


@given(st.text(min_size=1), st.data())
def test_every_slice_is_faithful_and_no_other_text(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    citation = {"article_id": "a", "start": start, "end": end, "quote": text[start:end]}
    other = {**citation, "quote": text[start:end] + "!"}
    assert quote_fidelity([citation, other], {"a": text}.get) == [True, False]


@pytest.mark.parametrize(
    ("statement", "cited", "faithful"),
    [
        ("Some 10,000 troops.", ["about ten thousand troops"], True),
        ("Some 10,000 troops.", ["about 12,000 troops"], False),
        ("Some 10,000 troops.", [], False),
        ("Troops are there.", [], True),
        ("Between 3,000 and 12,000.", ["at least 3,000", "up to 12,000"], True),
        ("Between 3,000 and 12,000.", ["at least 3,000"], False),
        ("Some 10,000 troops.", ["there were 10", "thousand islands"], False),  # No number runs over two texts.
    ],
)
def test_numbers_must_be_cited(statement: str, cited: list[str], faithful: bool) -> None:
    assert number_fidelity([(statement, cited), ("No number.", [])]) == [faithful, True]


def test_without_statements_there_is_nothing_to_judge() -> None:
    assert number_fidelity([]) == []


# Abstaining and truth


def test_abstention_is_scored_by_hand() -> None:
    # Abstained on 3, rightly on 2; should on 4. Answered 5, rightly 3; should 4.
    should = [True, True, True, True, False, False, False, False]
    did = [True, True, False, False, True, False, False, False]
    found = abstention(should, did)
    assert astuple(found.abstaining) == pytest.approx((2 / 3, 2 / 4, 4 / 7))
    assert astuple(found.answering) == pytest.approx((3 / 5, 3 / 4, 6 / 9))
    assert found.macro_f1 == pytest.approx((4 / 7 + 6 / 9) / 2)
    assert grounded_refusal([not wanted for wanted in should], [not given for given in did]) == found.macro_f1


NONE, ALL = ClassScores(0.0, 0.0, 0.0), ClassScores(1.0, 1.0, 1.0)


def test_a_class_that_is_absent_scores_0() -> None:
    assert abstention([False, False], [False, False]) == Abstention(abstaining=NONE, answering=ALL)
    assert abstention([True, True], [True, True]) == Abstention(abstaining=ALL, answering=NONE)
    assert abstention([True], [False]) == Abstention(abstaining=NONE, answering=NONE)


def test_abstaining_always_finds_all_there_is_to_abstain_on() -> None:
    found = abstention([True, False, False, False], [True] * 4)
    assert astuple(found.abstaining) == pytest.approx((0.25, 1.0, 0.4))
    assert found.answering == NONE
    assert grounded_refusal([False, True, True, True], [False] * 4) == pytest.approx(0.2)


@pytest.mark.parametrize("compare", [abstention, grounded_refusal])
def test_questions_that_do_not_match_are_refused(compare: Callable[[list[bool], list[bool]], object]) -> None:
    with pytest.raises(ValueError, match="2 questions and did has 1"):
        compare([True, False], [True])
    with pytest.raises(ValueError, match="no questions"):
        compare([], [])


@settings(max_examples=40)
@given(PAIRS)
def test_abstention_keeps_to_its_rules(pairs: list[tuple[bool, bool]]) -> None:
    should, did = [one for one, _ in pairs], [other for _, other in pairs]
    found = abstention(should, did)
    assert 0 <= found.macro_f1 <= 1
    assert abstention(should[::-1], did[::-1]) == found
    assert abstention([not one for one in should], [not one for one in did]) == Abstention(
        found.answering, found.abstaining
    )
    assert abstention(should, should).macro_f1 == (1.0 if len(set(should)) == 2 else 0.5)


def test_truthfulness_rewards_right_and_punishes_wrong() -> None:
    assert (truthfulness(True, True), truthfulness(True, False), truthfulness(False, False)) == (1.0, -1.0, 0.0)
    with pytest.raises(ValueError, match="nothing was answered"):
        truthfulness(False, True)


# Length, time, scores


@pytest.mark.parametrize(
    ("statements", "words"),
    [
        ([], 0),
        ([""], 0),
        (["At least 3,000 soldiers [1][12]."], 4),
        (["Troops[1] left — he said [2].", "Yes."], 5),
        (["“We saw [2024] a well-known case”"], 6),
    ],
)
def test_words_are_counted_without_markers(statements: list[str], words: int) -> None:
    assert answer_words(statements) == words


def test_latency_is_summed_up() -> None:
    assert latency([4.0, 1.0, 2.0, 3.0]) == pytest.approx({"median": 2.5, "p95": 3.85, "max": 4.0})
    assert latency([0.2]) == {"median": 0.2, "p95": 0.2, "max": 0.2}
    assert latency(list(range(101))) == pytest.approx({"median": 50, "p95": 95, "max": 100})
    with pytest.raises(ValueError, match="no times"):
        latency([])


@pytest.mark.parametrize(
    ("scores", "positive", "area"),
    [
        ([0.9, 0.8, 0.2, 0.1], [True, True, False, False], 1.0),
        ([0.1, 0.2, 0.8, 0.9], [True, True, False, False], 0.0),
        ([0.9, 0.5, 0.7, 0.1], [True, True, False, False], 0.75),
        ([0.5, 0.5], [True, False], 0.5),
        ([0.5, 0.9], [True, True], None),
        ([0.5], [False], None),
        ([], [], None),
    ],
)
def test_area_under_the_roc_curve(scores: list[float], positive: list[bool], area: float | None) -> None:
    assert auc(scores, positive) == (None if area is None else pytest.approx(area))


def test_scores_that_do_not_match_are_refused() -> None:
    with pytest.raises(ValueError, match="2 scores for 1"):
        auc([0.1, 0.2], [True])


@settings(max_examples=40)
@given(st.lists(st.tuples(st.integers(-9, 9), st.booleans()), max_size=12))
def test_the_area_is_the_share_of_pairs_in_order(scored: list[tuple[int, bool]]) -> None:
    high, low = [s for s, positive in scored if positive], [s for s, positive in scored if not positive]
    pairs = [1.0 if one > other else 0.5 if one == other else 0.0 for one in high for other in low]
    found = auc([s for s, _ in scored], [positive for _, positive in scored])
    assert found == (pytest.approx(fmean(pairs)) if pairs else None)


def test_detection_counts_both_kinds_of_mistake() -> None:
    faithful = [True, True, True, True, False, False]
    assert detection(faithful, [True, True, True, False, True, False]) == Detection(detected=0.5, false_alarms=0.25)
    assert detection(faithful, [False] * 6) == Detection(detected=1.0, false_alarms=1.0)
    assert detection(faithful, faithful) == Detection(detected=1.0, false_alarms=0.0)
    assert detection([True], [True]) == Detection(detected=None, false_alarms=0.0)
    assert detection([False], [True]) == Detection(detected=0.0, false_alarms=None)
    assert detection([], []) == Detection(detected=None, false_alarms=None)
    with pytest.raises(ValueError, match="2 are labelled and 1"):
        detection([True, False], [True])
