"""The checks that users write into their own tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from eval.asserting import assert_abstains, assert_grounded
from rag import AnswerEngine

pytest_plugins = ["pytester"]


def test_a_grounded_answer_passes(engine: AnswerEngine) -> None:
    answer = engine.ask("How did the State Duma vote?")
    assert_grounded(answer)
    assert_grounded(answer, engine)


def test_what_the_answer_says_of_itself_is_not_believed(engine: AnswerEngine) -> None:
    answer = engine.ask("How did the State Duma vote?")
    lead, *others = answer.statements
    turned = lead.model_copy(update={"text": lead.text.replace("unanimously approved", "narrowly rejected")})
    assert turned.text != lead.text
    assert turned.verdict.label == "supported"
    with pytest.raises(AssertionError, match=r"by what it cites .*narrowly rejected"):
        assert_grounded(answer.model_copy(update={"statements": (turned, *others)}))


@pytest.mark.parametrize(
    ("numbers", "message"), [((), "cites nothing:"), ((99,), r"cites \[99\], which is not there:")]
)
def test_a_statement_without_a_citation(engine: AnswerEngine, numbers: tuple[int, ...], message: str) -> None:
    answer = engine.ask("How did the State Duma vote?")
    bare = answer.statements[0].model_copy(update={"citations": numbers})
    with pytest.raises(AssertionError, match=message):
        assert_grounded(answer.model_copy(update={"statements": (bare,)}))


@pytest.mark.parametrize("change", [{"start": 1}, {"date": "1999-01-01"}, {"article_id": "gone.txt"}])
def test_quotes_are_compared_with_their_articles_where_the_engine_is_given(
    engine: AnswerEngine, change: dict[str, object]
) -> None:
    answer = engine.ask("How did the State Duma vote?")
    moved = answer.citations[0].model_copy(update=change)
    moved_answer = answer.model_copy(update={"citations": (moved, *answer.citations[1:])})
    assert_grounded(moved_answer)
    with pytest.raises(AssertionError, match=r"\[1\] is not what .* says"):
        assert_grounded(moved_answer, engine)


def test_an_answer_that_abstains_is_not_grounded_but_abstains(engine: AnswerEngine) -> None:
    with pytest.raises(AssertionError, match="the answer abstains"):
        assert_grounded(engine.ask("Who won the 2022 World Cup?"))
    assert_abstains(engine, "Who won the 2022 World Cup?")
    with pytest.raises(AssertionError, match=r"should not be answered, but was: .*unanimously"):
        assert_abstains(engine, "How did the State Duma vote?")


def test_the_fixture_answers_from_the_archive_that_is_named(
    pytester: pytest.Pytester, corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytester.makeini(f"[pytest]\ndateline_corpus = {corpus}")
    pytester.makepyfile("""
        from eval.asserting import assert_abstains, assert_grounded

        def test_vote(dateline_engine):
            answer = dateline_engine.ask("How did the State Duma vote?")
            assert_grounded(answer, dateline_engine)
            assert "unanimously" in answer.statements[0].text

        def test_wrong(dateline_engine):
            assert_abstains(dateline_engine, "How did the State Duma vote?")
    """)
    outcome = pytester.runpytest("-q")
    outcome.assert_outcomes(passed=1, failed=1)
    outcome.stdout.fnmatch_lines(["*should not be answered, but was: *unanimously*"])


def test_an_archive_that_is_not_there_gives_one_clear_line(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_any(dateline_engine): pass")
    outcome = pytester.runpytest("-q", "--dateline-corpus", "nowhere")
    outcome.assert_outcomes(errors=1)
    outcome.stdout.fnmatch_lines(["*CorpusError: *nowhere*"])
