from __future__ import annotations

from collections.abc import Iterator
from typing import Unpack

import pytest

from index.errors import QuestionError
from rag import AnswerEngine, Timeline, who_says_what
from rag.question import Filters

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


HARBOUR = (
    {
        "id": "first",
        "outlet": "Bergen Post",
        "date": "2024-05-10",
        "text": (
            "Astrid Lindholm, spokeswoman for the harbour office, denied that 40 ferries were missing. "
            "She said that 12 ferries are in the harbour. Olaf Berg arrived on Thursday. "
            "Berg said that the harbour was full. The mayor's brother Jonas Berg said that he saw a whale."
        ),
    },
    {
        "id": "second",
        "outlet": "Oslo News",
        "date": "2024-05-20",
        "text": (
            "Lindholm’s deputy said that she was ill. Lindholm said that 15 ferries are in the harbour. "
            "The harbour office’s spokesman expects 20 ferries by June. Jonas Berg, a baker, told of 300 loaves. "
            "Lawyers for Mrs Lindholm said that it rained."
        ),
    },
    {"id": "third", "outlet": "Oslo News", "text": "Olaf Berg said that at least 10 ferries were sent to Bergen."},
)


@pytest.fixture(scope="module")
def harbour() -> Iterator[AnswerEngine]:
    with AnswerEngine.from_articles(HARBOUR) as opened:
        yield opened


def openings(engine: AnswerEngine, by: str, **filters: Unpack[Filters]) -> list[str]:
    return [" ".join(row.claim.split()[:3]) for row in engine.claims(by, **filters).claims]


def test_claims_of_a_person_are_found_under_every_name_of_theirs(engine: AnswerEngine) -> None:
    said = engine.claims("Peskov")
    assert [row.stance for row in said.claims] == ["denies"] * 3
    assert [row.when for row in said.claims] == ["2024-10-12", "undated", "undated"]
    for row in said.claims:
        cited = next(each for each in said.citations if each.number == row.citation)
        assert engine.article(cited.article_id).text[cited.start : cited.end] == row.claim
    for other in ("Dmitry Peskov", "Kremlin spokesman", "spokesperson for the Kremlin"):
        assert engine.claims(other).claims == said.claims
    assert engine.claims("Zelenskyy").claims == engine.claims("Volodymyr Zelensky").claims != ()


def test_claims_keep_two_of_one_family_name_apart(engine: AnswerEngine) -> None:
    leader, minister = engine.claims("Kim Jong Un"), engine.claims("Kim Yong-hyun")
    quotes = [{row.claim for row in said.claims} for said in (leader, minister)]
    assert all(quotes) and quotes[0].isdisjoint(quotes[1])
    assert quotes[0] | quotes[1] <= {row.claim for row in engine.claims("Kim").claims}
    assert any(quote.startswith("Kim emphasized") for quote in quotes[1])


def test_claims_follow_names_pronouns_and_offices(harbour: AnswerEngine) -> None:
    lindholm = ["Astrid Lindholm, spokeswoman", "She said that", "Lindholm said that"]
    assert openings(harbour, "Lindholm") == lindholm
    assert openings(harbour, "Astrid Lindholm") == lindholm
    office = openings(harbour, "spokesperson of the harbour office")
    assert set(office) == {*lindholm, "The harbour office’s"}
    assert openings(harbour, "Olaf Berg") == ["Berg said that", "Olaf Berg said"]
    assert openings(harbour, "Jonas Berg") == ["The mayor's brother"]


def test_claims_keep_to_the_filters(harbour: AnswerEngine) -> None:
    assert openings(harbour, "Lindholm", as_of="2024-05-15") == ["Astrid Lindholm, spokeswoman", "She said that"]
    assert openings(harbour, "Lindholm", since="2024-05-15") == ["Lindholm said that"]
    assert openings(harbour, "Olaf Berg", outlet="oslo news") == ["Olaf Berg said"]
    assert harbour.claims("Lindholm", as_of="2024-05-15").as_of == "2024-05-15"


def test_one_whom_nobody_quotes_is_told_with_those_whose_names_are_near(engine: AnswerEngine) -> None:
    said = engine.claims("Peskow")
    assert (said.claims, said.near) == ((), ("Dmitry Peskov",))
    assert said.missing
    assert said.missing.startswith("No article quotes anybody named “Peskow”; the archive quotes: Dmitry Peskov.")
    other = engine.claims("Angela Merkel")
    assert other.missing
    assert "Vladimir Putin" in other.near
    assert all(engine.claims(name).claims for name in other.near)


def test_the_timeline_of_the_archive_is_that_of_the_question(engine: AnswerEngine) -> None:
    found = engine.timeline("North Korean troops")
    assert sorted(repr(p.model_copy(update={"citation": 0})) for p in found.points) == sorted(
        repr(p.model_copy(update={"citation": 0})) for p in engine.ask(HOW_MANY).figures
    )
    assert [number.number for number in found.citations] == list(range(1, len(found.citations) + 1))
    for point in found.points:
        assert (point.hedge or "") in found.citation(point.citation).quote
    assert engine.timeline(HOW_MANY).subject == HOW_MANY


def test_the_timeline_of_the_archive_keeps_to_the_day_asked_about(engine: AnswerEngine) -> None:
    then = engine.timeline("North Korean troops", as_of="2024-10-26")
    assert then.as_of == "2024-10-26"
    assert 10_000 not in [point.value for point in then.points]
    assert 3_000 in [point.value for point in then.points]


def test_the_timeline_counts_what_is_asked_about_alone(harbour: AnswerEngine) -> None:
    ferries = harbour.timeline("ferries")
    assert {point.value for point in ferries.points} == {40, 12, 15, 20, 10}
    assert {sort: [point.value for point in points] for sort, points in ferries.series().items()} == {
        "in place": [40, 12, 15],
        "sent": [10],
        "expected": [20],
    }
    assert [point.value for point in harbour.timeline("loaves").points] == [300]
    assert [point.value for point in harbour.timeline("ferries", outlet="Bergen Post").points] == [40, 12]
    none = harbour.timeline("submarines")
    assert (none.points, none.missing) == (
        (),
        "No article gives a figure of “submarines”. Searched: 3 articles, 10 to 20 May 2024, 1 undated.",
    )


@pytest.mark.parametrize(("view", "given"), [("claims", ""), ("claims", " .,"), ("timeline", ""), ("timeline", "of")])
def test_what_names_nothing_is_refused(harbour: AnswerEngine, view: str, given: str) -> None:
    with pytest.raises(QuestionError, match=r"for instance|Name it like"):
        getattr(harbour, view)(given)


def test_the_views_tell_how_far_they_are(engine: AnswerEngine) -> None:
    told: list[tuple[str, int, int]] = []
    engine.claims("Peskov", progress=lambda *progress: told.append(progress))
    engine.timeline("North Korean troops", progress=lambda *progress: told.append(progress))
    assert [done == total for _, done, total in told].count(True) == 2
    assert {stage for stage, _, _ in told} == {"Reading who quotes Peskov", "Reading figures"}
