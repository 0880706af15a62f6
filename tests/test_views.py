from __future__ import annotations

import pytest

from rag import AnswerEngine, Timeline, who_says_what

HOW_MANY = "How many North Korean soldiers are in Russia?"


def test_the_table_has_a_row_for_each_citation_and_claimant_by_day(engine: AnswerEngine) -> None:
    answer = engine.ask(HOW_MANY)
    table = who_says_what(answer)
    assert {row.citation for row in table} == {citation.number for citation in answer.citations}
    assert len({(row.citation, row.claimant) for row in table}) == len(table)
    for row in table:
        cited = answer.citation(row.citation)
        assert (row.claim, row.outlet, row.title) == (cited.quote, cited.outlet, cited.title)
    days = [row.date or row.not_before or "9999" for row in table]
    assert days == sorted(days)
    assert (table[-1].when, table[-1].claimant) == ("undated", "An anonymous Ukrainian military intelligence officer")


def test_the_table_tells_stance_hedge_channel_and_the_day_of_the_saying(engine: AnswerEngine) -> None:
    by = {row.claimant: row for row in who_says_what(engine.ask(HOW_MANY))}
    kirby = by["John Kirby, spokesperson for the National Security Council"]
    assert (kirby.stance, kirby.hedge, kirby.date) == ("asserts", "suspect", "2024-10-23")
    assert by["Russian government spokesperson Dmitry Peskov"].stance == "denies"
    assert by["Russian President Vladimir Putin"].stance == "declines"
    assert by["Seoul"].stance == "expects"
    assert by["U.S. and NATO officials"].when == "not before 2024-10-29"
    asked = engine.ask("What did Andriy Kovalenko say in a Telegram post?")
    (told,) = [row for row in who_says_what(asked) if "Kovalenko" in str(row.claimant)]
    assert told.channel == "in a Telegram post"


def test_an_answer_that_abstains_has_no_table(engine: AnswerEngine) -> None:
    assert who_says_what(engine.ask("Who won the 2022 World Cup?")) == ()


def test_a_timeline_holds_every_figure_of_its_answer_and_keeps_the_sorts_apart(engine: AnswerEngine) -> None:
    answer = engine.ask(HOW_MANY)
    timeline = Timeline.of(answer)
    assert sorted(map(repr, timeline.points)) == sorted(map(repr, answer.figures))
    series = timeline.series()
    assert list(series) == ["in place", "sent", "expected"]
    assert [point.value for point in series["sent"]] == [1500, 1500]
    assert {point.value for point in series["expected"]} == {12_000}
    assert all(point.sort == sort for sort, points in series.items() for point in points)
    for point in timeline.points:
        assert timeline.citation(point.citation) == answer.citation(point.citation)
    with pytest.raises(KeyError):
        timeline.citation(999)


def test_an_answer_without_figures_has_an_empty_timeline(engine: AnswerEngine) -> None:
    timeline = Timeline.of(engine.ask("How did the State Duma vote?"))
    assert (timeline.points, timeline.citations) == ((), ())
    assert timeline.missing
