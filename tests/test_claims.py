from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.article import Article
from rag import Answer, AnswerEngine
from rag.claims import Claim, claims_of

FLOOD = {
    "id": "flood",
    "outlet": "Bergen Post",
    "date": "2024-05-17",  # a Friday
    "text": (
        "Astrid Lindholm, director of the Norwegian water board, said on Wednesday that around 4,000 soldiers are "
        "helping in Bergen. She added that the army may send another 500 soldiers to Bergen. "
        "Mayor Olaf Berg dismissed reports of soldiers helping in Bergen as a hoax. "
        "According to the Red Cross, at least 200 people have lost their homes in Bergen. "
        "The water rose by two metres. "
        "Berg urged the army to send boats. "
        "The ministry declined to comment."
    ),
}
EARLIER = {
    "id": "earlier",
    "outlet": "Bergen Post",
    "date": "2024-05-10",
    "text": "Officials say that several thousand soldiers are helping in Bergen. The Mayor has not disputed it.",
}
OTHER = {
    "id": "other",
    "outlet": "Oslo News",
    "date": "2024-05-20",
    "text": "The bakery in Oslo denies that it sold old bread. Three bakers were questioned on Sunday.",
}


@pytest.fixture(scope="module")
def engine() -> Iterator[AnswerEngine]:
    with AnswerEngine.from_articles([FLOOD, EARLIER, OTHER]) as opened:
        yield opened


def claim(article: Article, opening: str) -> Claim:
    return next(claim for claim in claims_of(article) if claim.text.startswith(opening))


@pytest.mark.parametrize(
    ("opening", "claimant", "stance"),
    [
        ("Astrid", "Astrid Lindholm, director of the Norwegian water board", "asserts"),
        ("She", "Astrid Lindholm, director of the Norwegian water board", "expects"),
        ("Mayor", "Mayor Olaf Berg", "denies"),
        ("According", "the Red Cross", "asserts"),
        ("The water", None, "asserts"),
        ("Berg", "Mayor Olaf Berg", "asks"),
        ("The ministry", "The ministry", "declines"),
    ],
)
def test_who_says_it_and_how(engine: AnswerEngine, opening: str, claimant: str | None, stance: str) -> None:
    found = claim(engine.article("flood"), opening)
    assert (found.claimant, found.stance) == (claimant, stance)


def test_a_claimant_stands_in_the_article(engine: AnswerEngine) -> None:
    for article in engine.articles():
        for each in claims_of(article):
            if each.named_at is not None:
                assert " ".join(article.text[slice(*each.named_at)].split()) == each.claimant


@settings(max_examples=25)
@given(
    st.lists(
        st.sampled_from(
            [*'\n,.“”"', "Ann", "Berg", "said", "on", "Friday", "that", "he", "denies", "it", "according", "to"]
        ),
        max_size=25,
    )
)
def test_any_text_has_claims_whose_claimants_stand_in_it(words: list[str]) -> None:
    with AnswerEngine.from_articles([{"id": "any", "text": "It rains. " + " ".join(words)}]) as opened:
        article = opened.article("any")
        for each in claims_of(article):
            if each.named_at is not None:
                assert " ".join(article.text[slice(*each.named_at)].split()) == each.claimant


def test_a_claimant_in_uneven_white_space_is_found() -> None:
    text = "Astrid  Lindholm,\tthe director,  said that the water rose. She added that it fell."
    with AnswerEngine.from_articles([{"id": "lines", "text": text}]) as opened:
        found = claims_of(opened.article("lines"))
    assert [each.claimant for each in found] == ["Astrid Lindholm, the director"] * 2
    assert [text[slice(*each.named_at)] for each in found if each.named_at] == ["Astrid  Lindholm,\tthe director"] * 2


def test_a_weekday_is_resolved_by_the_day_of_the_article(engine: AnswerEngine) -> None:
    found = claim(engine.article("flood"), "Astrid")
    assert (found.said_on, found.said_when) == (date(2024, 5, 15), "on Wednesday")
    assert claim(engine.article("flood"), "The water").day == date(2024, 5, 17)


def asked(engine: AnswerEngine, question: str) -> Answer:
    answer = engine.ask(question)
    assert answer.status == "answered"
    return answer


def test_figures_of_what_is_asked_about_stand_latest_first(engine: AnswerEngine) -> None:
    answer = asked(engine, "How many soldiers are helping in Bergen?")
    found = [(each.date, each.value, each.low, each.high, each.hedge, each.unit, each.sort) for each in answer.figures]
    assert found == [
        ("2024-05-17", 500, None, None, "another", "soldiers", "expected"),
        ("2024-05-15", 4000, None, None, "around", "soldiers", "in place"),
        ("2024-05-10", None, 2000, 9999, "several thousand", "soldiers", "in place"),
    ]
    assert "around 4,000 soldiers" in answer.statements[0].text
    assert answer.figures[1].claimant == "Astrid Lindholm, director of the Norwegian water board"
    for each in answer.figures:
        assert each.hedge in answer.citation(each.citation).quote


def test_figures_are_given_for_questions_of_how_many_alone(engine: AnswerEngine) -> None:
    assert asked(engine, "Who is helping in Bergen?").figures == ()


def test_who_denies_it_stands_beside_it(engine: AnswerEngine) -> None:
    answer = asked(engine, "How many soldiers are helping in Bergen?")
    (denial,) = [each for each in answer.disputes if each.stance == "denies"]
    assert (denial.claimant, denial.date) == ("Mayor Olaf Berg", "2024-05-17")
    assert "as a hoax" in answer.citation(denial.citation).quote
    assert not any("bakery" in each.claimant for each in answer.disputes)


def test_a_denial_after_the_day_asked_about_is_left_out(engine: AnswerEngine) -> None:
    answer = engine.ask("How many soldiers are helping in Bergen?", as_of="2024-05-12")
    assert "several thousand" in answer.statements[0].text
    assert not any(each.stance == "denies" for each in answer.disputes)


def test_statements_name_their_claimant(engine: AnswerEngine) -> None:
    lead = asked(engine, "How many people have lost their homes in Bergen?").statements[0]
    assert (lead.claimant, lead.stance) == ("the Red Cross", "asserts")
    assert asked(engine, "How far did the water rise?").statements[0].claimant == "Bergen Post"
