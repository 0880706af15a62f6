from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.article import Article
from index.sentences import split_sentences
from rag import Answer, AnswerEngine
from rag.checks.reading import read
from rag.claims import claims_of
from rag.counting import counts_in
from rag.dating import days_of
from rag.figures import figures_of
from rag.matters import in_context, matter_of

HOW_MANY = "How many North Korean soldiers are in Russia?"


def article(text: str, published: date | None = date(2024, 11, 20)) -> Article:
    """An article of a Wednesday."""
    return Article("one", "one", text, "Title", "given", published=published, sentences=split_sentences(text))


def days(text: str, published: date | None = date(2024, 11, 20)) -> list[tuple[date | None, date | None]]:
    given_article = article(text, published)
    return [(each.first, each.last) for each in days_of(given_article, given_article.sentences[0])]


@pytest.fixture(scope="module")
def now(engine: AnswerEngine) -> Answer:
    return engine.ask(HOW_MANY)


@pytest.fixture(scope="module")
def before(engine: AnswerEngine) -> Answer:
    return engine.ask(HOW_MANY, as_of="2024-10-26")


def test_the_latest_figure_leads(now: Answer) -> None:
    assert "around 10,000" in now.statements[0].text
    assert now.statements[0].claimant == "U.S. and NATO officials"


@pytest.mark.parametrize(
    ("value", "unit", "hedge", "sort", "claimant", "day"),
    [
        (10_000, "troops", "around", "in place", "U.S. and NATO officials", "not before 2024-10-29"),
        (12_000, "troops", "up to", "expected", "Ukraine’s defense intelligence agency", "not before 2024-10-29"),
        (500, "officers", None, "expected", "Ukraine’s defense intelligence agency", "not before 2024-10-29"),
        (3, "generals", None, "expected", "Ukraine’s defense intelligence agency", "not before 2024-10-29"),
        (12_000, "soldiers", "a total of about", "expected", "Seoul", "2024-10-25"),
        (3_000, "soldiers", "at least", "in place", "John Kirby, spokesperson for the National Security Council",
         "2024-10-23"),
        (1_500, "soldiers", "another", "sent", "South Korea's intelligence agency", "2024-10-23"),
        (1_500, "soldiers", None, "sent", "South Korea's intelligence agency", "2024-10-18"),
        (None, "infantrymen", "several thousand", "in place", "Ukrainian sources", "2024-10-12"),
    ],
)  # fmt: skip
def test_the_figures_of_the_example(
    now: Answer, value: float | None, unit: str, hedge: str | None, sort: str, claimant: str, day: str
) -> None:
    found = [
        (each.value, each.unit, each.hedge, each.sort, each.claimant, each.date or f"not before {each.not_before}")
        for each in now.figures
    ]
    assert (value, unit, hedge, sort, claimant, day) in found


def test_the_kremlin_denies_it(now: Answer) -> None:
    assert any(each.stance == "denies" and each.claimant.endswith("Dmitry Peskov") for each in now.disputes)


def test_on_an_earlier_day_the_figure_of_that_day_leads(before: Answer) -> None:
    assert "3,000" in before.statements[0].text
    assert 10_000 not in {each.value for each in before.figures}


@pytest.mark.parametrize("is_chat", [True, False])
def test_whether_putin_denies_it(engine: AnswerEngine, is_chat: bool) -> None:
    if is_chat:
        chat = engine.chat()
        chat.ask(HOW_MANY)
        answer = chat.ask("Does Putin deny it?")
    else:
        answer = engine.ask("Does Putin deny that North Korean troops are in Russia?")
    assert "has not disputed" in answer.statements[0].text
    assert answer.citation(answer.statements[0].citations[0]).date == "2024-10-25"
    assert any("hoax" in statement.text and statement.stance == "denies" for statement in answer.statements)
    told = [(each.claimant, each.stance, each.date) for each in answer.disputes]
    assert told[:2] == [
        ("Russian President Vladimir Putin", "declines", "2024-10-25"),
        ("Russian government spokesperson Dmitry Peskov", "denies", "2024-10-12"),
    ]


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("The two met on Friday.", (2024, 11, 15), (2024, 11, 15)),
        ("The two will meet on Friday.", (2024, 11, 22), (2024, 11, 22)),
        ("The panel was set to decide on Friday.", (2024, 11, 22), (2024, 11, 22)),
        ("The bridge fell in April.", (2024, 4, 1), (2024, 4, 30)),
        ("The bridge will open in April.", (2025, 4, 1), (2025, 4, 30)),
        ("A meeting is planned for next week.", (2024, 11, 25), (2024, 12, 1)),
        ("He spoke before the crowd tonight.", (2024, 11, 20), (2024, 11, 20)),
        ("They signed a pact during the summer.", (2024, 6, 1), (2024, 8, 31)),
        ("The army came between early and mid-October.", (2024, 10, 1), (2024, 10, 20)),
    ],
)
def test_a_day_lies_where_its_verb_has_it(text: str, first: tuple[int, int, int], last: tuple[int, int, int]) -> None:
    assert days(text) == [(date(*first), date(*last))]


@pytest.mark.parametrize("worded", ["on Friday", "last week", "this summer", "on October 8th", "in June"])
def test_without_a_day_of_the_article_a_day_stays_as_worded(worded: str) -> None:
    assert days(f"The mayor spoke {worded}.", published=None) == [(None, None)]


def test_another_makes_the_day_told_before_it_the_earlier_one() -> None:
    told = "On {1}, the agency reported {0} soldiers in Bergen."
    one = article(f"{told.format('900', 'Wednesday')} {told.format('another 900', 'Monday')}")
    assert [claim.said_on for claim in claims_of(one)] == [date(2024, 11, 13), date(2024, 11, 18)]
    plain = article(f"{told.format('900', 'Wednesday')} {told.format('the 900', 'Monday')}")
    assert [claim.said_on for claim in claims_of(plain)] == [date(2024, 11, 20), date(2024, 11, 18)]


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.sampled_from(["met", "will meet"]))
def test_a_weekday_is_within_a_week(published: date, verb: str) -> None:
    ((first, last),) = days(f"The two {verb} on Tuesday.", published)
    assert first is not None
    assert first == last
    assert first.weekday() == 1
    apart = (first - published).days
    assert (1 <= apart <= 7) if verb == "will meet" else (-6 <= apart <= 0)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("About 1,200 troops and one minister came.", [(1200, "troops", "About"), (1, "minister", None)]),
        ("The flood killed 208 people and 1,220 injured were found.", [(208, "people", None), (1220, "people", None)]),
        ("Of the 435 seats, 203 have been won.", [(435, "seats", None), (203, "seats", None)]),
        ("Helene had a death toll of 416.", [(416, "toll", None)]),
        ("Tens of thousands of residents fled.", [(None, "residents", "Tens of thousands of")]),
        ("The three voters asked the two nations.", []),
        ("He waited for 14 days, paid $5,000 and won 45% of the vote, 53-47.", []),
        ("A 2010 book tells of a Category 5 storm.", []),
    ],
)
def test_things_alone_are_counted(text: str, found: list[tuple[float | None, str, str | None]]) -> None:
    assert [(each.value, each.unit.text, each.hedge) for each in counts_in(read(text))] == found


@pytest.mark.parametrize(
    ("text", "claimant", "stance"),
    [
        ("Voters rejected the candidate.", None, "asserts"),
        ("The senate dismissed the case.", None, "asserts"),
        ("The mayor was denied bail.", None, "asserts"),
        ("Ann Berg dismissed the claims as a hoax.", "Ann Berg", "denies"),
        ("The claims were rejected by courts across the country.", "courts", "denies"),
        ("The ministry did not immediately respond to a request for comment.", "The ministry", "declines"),
        ("The minister has made false claims about the flood.", "The minister", "asserts"),
        ("The agency claims intercepted calls reveal the plan.", "The agency", "asserts"),
        ("Ann Berg said the army should leave.", "Ann Berg", "asks"),
        ("There are growing calls for the army to leave.", None, "asks"),
        ("The dam that may break stands in Bergen.", None, "asserts"),
    ],
)
def test_who_says_it_in_other_words(text: str, claimant: str | None, stance: str) -> None:
    found = claims_of(article(text))[0]
    assert found.stance == stance
    assert (found.claimant or "").startswith(claimant or "") and bool(found.claimant) == bool(claimant)


def test_a_quotation_goes_on_being_its_speakers_and_a_post_is_its_authors() -> None:
    one = article(
        "“I can do it,” Ann Berg said on Monday. “I have done it for years.”\n\n"
        "The dam holds and will hold.\n— Olaf Dahl (@olaf) November 18, 2024"
    )
    assert [(claim.claimant, claim.said_on) for claim in claims_of(one)] == [
        ("Ann Berg", date(2024, 11, 18)),
        ("Ann Berg", None),
        ("Olaf Dahl", date(2024, 11, 18)),
    ]


def test_the_figures_of_an_article_are_those_of_its_sentences_in_order() -> None:
    one = article("Ann Berg said that 300 soldiers came. The army may send at least 20 boats, including two ferries.")
    assert [(each.value, each.unit, each.sort, each.is_part, each.claim.claimant) for each in figures_of(one)] == [
        (300, "soldiers", "in place", False, "Ann Berg"),
        (20, "boats", "expected", False, None),
        (2, "ferries", "expected", True, None),
    ]


def test_a_denial_is_of_what_it_points_back_to() -> None:
    one = article("Norway sold rockets to Chile. The ministry denies these allegations.")
    (denied,) = in_context(one, one.sentences[1])
    assert denied == one.text
    assert matter_of("Chile fires rockets of Norway.").is_of(matter_of(denied))
    assert not matter_of("Soldiers of Norway are in Chile.").is_of(matter_of(denied))
    assert not matter_of("Peru has bought rockets.").is_of(matter_of(denied))


def test_who_denies_it_in_the_lead_is_not_said_to_dispute_it(engine: AnswerEngine) -> None:
    answer = engine.ask("What did Dmitry Peskov call the reports of North Korean soldiers?")
    assert answer.statements[0].stance == "denies"
    assert not [each for each in answer.disputes if "Peskov" in each.claimant]


def test_sentences_that_give_other_numbers_are_no_copies_of_one_another() -> None:
    articles = [
        {
            "id": f"day-{day}",
            "date": f"2024-03-0{day}",
            "text": f"The defence ministry said on its channel that {count} soldiers of the army were in central Lviv.",
        }
        for day, count in enumerate(("6,800", "7,200", "6,800", "two hundred"), 1)
    ]
    with AnswerEngine.from_articles(articles) as opened:
        answer = opened.ask("How many soldiers were in Lviv?")
    cited = [[answer.citation(number).article_id for number in each.citations] for each in answer.statements]
    assert ["day-1", "day-3"] in [sorted(each) for each in cited]
    assert sorted(len(each) for each in cited) == [1, 1, 2]
