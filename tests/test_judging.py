"""What an answer scores against the gold of its case."""

from __future__ import annotations

from typing import Any

import pytest

from eval.cases import Case
from eval.judging import Judgement, Retrieved, judge, supports_with
from index.embedding import PassageEmbedding
from rag import Answer, AnswerEngine
from rag.verification import Verifier

VOTE = "The State Duma unanimously approved the treaty on Thursday."
CASE = Case.model_validate(
    {
        "id": "vote",
        "kind": "fact",
        "question": "How did the State Duma vote on the treaty?",
        "nuggets": [
            {"vital": "The Duma approved the treaty.", "quotes": {"vote": ["unanimously approved the treaty"]}},
            {"okay": "The Federation Council is next.", "quotes": {"vote": ["has yet to ratify it"]}},
        ],
        "never": ["rejected"],
    }
)
UNANSWERED = Case(id="pope", kind="near_miss", question="What did the Pope say?", abstain=True)


@pytest.fixture(scope="module")
def small() -> AnswerEngine:
    text = f"{VOTE} The Federation Council has yet to ratify it."
    return AnswerEngine.from_articles([{"id": "vote", "text": text}, {"id": "rain", "text": "It rained in Kyiv."}])


@pytest.fixture(scope="module")
def given(small: AnswerEngine) -> Answer:
    """The real answer, cut down to the statement that answers."""
    answer = small.ask(CASE.question)
    assert answer.statements[0].text == VOTE
    number = answer.statements[0].citations[0]
    cited = tuple(citation for citation in answer.citations if citation.number == number)
    shown = f"{VOTE} [{number}]"
    return answer.model_copy(update={"statements": answer.statements[:1], "citations": cited, "text": shown})


@pytest.fixture(scope="module")
def scored(small: AnswerEngine, embedding: PassageEmbedding) -> Any:
    supports = supports_with(Verifier(embedding))
    articles = {article.id: article for article in small.articles()}
    (passage,) = small.archive.passages_in("vote")
    hits = small.search(CASE.question)

    def score(case: Case, answer: Answer) -> Judgement:
        gold = [(nugget.is_vital, frozenset([passage.id])) for nugget in case.nuggets]
        return judge(case, answer, Retrieved(hits, 12, gold), articles.get, supports)

    return score


def nothing_but(answer: Answer, missing: str) -> Answer:
    nothing = {"status": "abstained", "statements": (), "citations": (), "missing": missing, "text": missing}
    return answer.model_copy(update=nothing)


def test_a_right_answer(scored: Any, given: Answer) -> None:
    found = scored(CASE, given)
    assert found.lost == ()
    assert found.scores == {
        "should_abstain": 0, "abstained": 0, "answerable": 1, "truthfulness": 1, "answer_words": 9,
        "lead_accuracy": 1, "nuggets_vital_strict": 1, "nuggets_vital": 1, "nuggets_all_strict": 0.5,
        "nuggets_all": 0.5, "nuggets_weighted": 0.6667, "forbidden_said": 0, "quotes": 1, "quotes_true": 1,
        "text_fidelity": 1,
        "citation_recall": 1, "citation_precision": 1, "citation_f1": 1, "statements": 1, "statements_supported": 1,
        "statements_with_cited_numbers": 1, "recall@10": 1, "ndcg@10": 1, "mrr@10": 1, "all_gold@10": 1,
    }  # fmt: skip


def test_a_rewording_is_judged_by_its_meaning(scored: Any, given: Answer) -> None:
    reworded = given.statements[0].model_copy(
        update={"text": "On Thursday the treaty was unanimously approved by the State Duma.", "kind": "generated"}
    )
    found = scored(CASE, given.model_copy(update={"statements": (reworded,)})).scores
    assert (found["lead_accuracy"], found["citation_recall"], found["nuggets_vital_strict"]) == (1, 1, 1)


def test_a_quote_that_no_article_holds_supports_nothing(scored: Any, given: Answer) -> None:
    forged = given.citations[0].model_copy(update={"start": 1, "end": len(VOTE) + 1})
    found = scored(CASE, given.model_copy(update={"citations": (forged,)}))
    assert (found.scores["quotes_true"], found.scores["statements_supported"]) == (0, 0)
    assert [line.split(":")[0] for line in found.lost] == [
        "[1] is not what vote says, or not within the filters",
        "is not supported by what it cites",
    ]


@pytest.mark.parametrize("change", [{"date": "1999-01-01"}, {"outlet": "The Onion"}, {"title": "Other"}])
def test_a_source_that_is_told_wrongly_supports_nothing(scored: Any, given: Answer, change: dict[str, str]) -> None:
    forged = given.citations[0].model_copy(update=change)
    found = scored(CASE, given.model_copy(update={"citations": (forged,)}))
    assert (found.scores["quotes_true"], found.scores["statements_supported"]) == (0, 0)


def test_what_is_offered_when_abstaining_is_compared_as_well(scored: Any, given: Answer) -> None:
    forged = given.citations[0].model_copy(update={"quote": "The Duma rejected it."})
    found = scored(UNANSWERED, nothing_but(given, "No.").model_copy(update={"related": (forged,)}))
    assert (found.scores["quotes"], found.scores["quotes_true"]) == (1, 0)


def test_statements_are_an_answer_whatever_the_status_says(scored: Any, given: Answer) -> None:
    found = scored(UNANSWERED, given.model_copy(update={"status": "abstained"}))
    assert (found.scores["abstained"], found.scores["truthfulness"]) == (0, -1)


def test_a_text_that_says_more_than_the_statements(scored: Any, given: Answer) -> None:
    found = scored(CASE, given.model_copy(update={"text": f"{given.text} Moscow has surrendered."}))
    assert found.scores["text_fidelity"] == 0
    assert found.lost[0].startswith("shows something else")


def test_an_answer_that_is_wrongly_empty_scores_nothing(scored: Any, given: Answer) -> None:
    empty = nothing_but(given, "The archive does not answer that.")
    found = scored(CASE, empty)
    assert all(found.scores[name] == 0 for name in ("lead_accuracy", "citation_recall", "nuggets_all", "truthfulness"))
    assert found.lost == ("was not answered", "does not say: The Duma approved the treaty.")
    assert "answer_words" not in found.scores


def test_an_answer_that_is_rightly_empty_has_nothing_to_cite(scored: Any, given: Answer) -> None:
    empty = nothing_but(given, "The archive does not answer that.")
    found = scored(UNANSWERED, empty)
    assert found.lost == ()
    assert found.scores == {
        "should_abstain": 1, "abstained": 1, "answerable": 0, "truthfulness": 0, "quotes": 0, "quotes_true": 0,
        "text_fidelity": 1,
    }  # fmt: skip


def test_an_answer_where_there_is_none_is_wrong_however_well_it_cites(scored: Any, given: Answer) -> None:
    found = scored(UNANSWERED, given)
    assert (found.scores["truthfulness"], found.scores["statements_supported"]) == (-1, 1)
    assert "citation_recall" not in found.scores
    assert "though the archive does not say" in found.lost[0]


def test_what_must_not_be_said_makes_a_right_lead_wrong(scored: Any, given: Answer) -> None:
    more = given.statements[0].model_copy(update={"text": "Others say that it rejected it.", "kind": "generated"})
    found = scored(CASE, given.model_copy(update={"statements": (*given.statements, more)}))
    assert (found.scores["lead_accuracy"], found.scores["forbidden_said"], found.scores["truthfulness"]) == (1, 1, -1)
    assert "says what must not be said: “rejected”" in found.lost


def test_a_number_that_is_not_cited(scored: Any, given: Answer) -> None:
    invented = given.statements[0].model_copy(update={"text": f"{VOTE[:-1]} by 397 votes.", "kind": "generated"})
    found = scored(CASE, given.model_copy(update={"statements": (invented,)}))
    assert found.scores["statements_with_cited_numbers"] == 0
    assert any(line.startswith("holds a number that it does not cite") for line in found.lost)
