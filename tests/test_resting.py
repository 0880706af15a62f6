from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.article import Article
from index.sentences import split_sentences
from rag import AnswerEngine, Citation, wording
from rag.corroboration import count_origins
from rag.outlets import same_outlet
from rag.resting import rests_on


def article(text: str, outlet: str | None = None) -> Article:
    return Article("a", "a", text, "Title", "given", outlet=outlet, sentences=split_sentences(text))


def resting(text: str, outlet: str | None = None, known: tuple[str, ...] = ()) -> str | None:
    """On which outlet the last sentence of a text rests."""
    read = article(text, outlet)
    return rests_on(read, read.sentences[-1], known)


@pytest.mark.parametrize(
    ("sentence", "outlet"),
    [
        ("Talks have begun in Oslo, as first reported by the Financial Times.", "Financial Times"),
        ("According to a report in The Wall Street Journal, the talks have begun.", "Wall Street Journal"),
        ("The minister told Reuters that the talks have begun.", "Reuters"),
        ("Norway's minister told the German magazine Der Spiegel that talks have begun.", "Der Spiegel"),
        ("The talks have begun, the Bergen Tribune reported on Monday, citing two officials.", "Bergen Tribune"),
        ("In an interview with CNN the minister said that the talks have begun.", "CNN"),
        ("A Washington Post investigation found that the talks had begun in May.", "Washington Post"),
        ("The minister spoke in a video published by the “Kyiv Independent” on Friday.", "Kyiv Independent"),
        ("A review of the papers by the Bergen Tribune shows that the talks have begun.", "Bergen Tribune"),
        ("Yonhap says that the talks have begun.", "Yonhap"),
    ],
)
def test_a_sentence_that_rests_on_an_outlet_says_so(sentence: str, outlet: str) -> None:
    assert resting(sentence) == outlet


@pytest.mark.parametrize(
    "sentence",
    [
        "The minister told parliament that the talks have begun.",
        "According to the intelligence agency, the talks have begun.",
        "The Washington Post was sold in 2013 to Jeff Bezos.",
        "A reporter of the Bergen Tribune was arrested on Monday.",
        "Matthew Childs/Reuters",
        "NBC will broadcast the talks.",
        "Megan Fox said that the talks have begun.",
        "The agency said that the talks have begun.",
        "The story has been circulating on Telegram and in the Ukrainian media.",
    ],
)
def test_other_sentences_rest_on_none(sentence: str) -> None:
    assert resting(sentence) is None


def test_what_an_outlet_was_told_rests_on_nobody_else() -> None:
    sentence = "The minister told USA TODAY that the talks have begun."
    assert resting(sentence, "www.usatoday.com") is None
    assert resting(sentence, "Bergen Tribune") == "USA TODAY"


def test_outlets_of_the_archive_are_recognised() -> None:
    sentence = "As reported by Valletta Today Online, the talks have begun."
    assert resting("The talks have begun, according to ZN.UA.") is None
    assert resting("The talks have begun, according to ZN.UA.", None, ("ZN.UA",)) == "ZN.UA"
    assert resting(sentence, None, ("The Valletta Today Online - World",)) == "Valletta Today Online"


def test_the_newspaper_is_the_one_named_before() -> None:
    text = "The Bergen Tribune wrote of talks. They have begun, the newspaper reported."
    assert resting(text) == "Bergen Tribune"
    assert resting("They have begun, the newspaper reported.") is None


def test_an_article_with_the_dateline_of_an_agency_rests_on_it() -> None:
    text = "KYIV, Ukraine (AP) — Talks have begun. The minister told CNN so. Rain fell."
    read = article(text, "Bergen Tribune")
    assert [rests_on(read, sentence) for sentence in read.sentences] == ["AP", "CNN", "AP"]
    own = article(text, "The Associated Press")
    assert rests_on(own, own.sentences[0]) is None


@given(st.text(st.sampled_from("The the Post News (AP) — told , . “").map(str), max_size=60))
def test_any_text_can_be_read(text: str) -> None:
    read = replace(article("x"), text=text, sentences=split_sentences(text))
    for sentence in read.sentences:
        assert (found := rests_on(read, sentence)) is None or found in " ".join(text.split())


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("The Washington Post", "washingtonpost.com", True),
        ("BBC", "BBC News - Arts", True),
        ("AP", "The Associated Press", True),
        ("www.bbc.co.uk", "BBC News", True),
        ("The New York Times", "New York Post", False),
        ("The Times", "The New York Times", False),
    ],
)
def test_names_of_one_outlet(one: str, other: str, expected: bool) -> None:
    assert same_outlet(one, other) is expected
    assert same_outlet(other, one) is expected


def cited(name: str, rests: str | None = None, outlet: str | None = None, quote: str = "") -> Citation:
    return Citation(
        number=1,
        article_id=name,
        path=name,
        title=name,
        outlet=outlet,
        date=None,
        not_before=None,
        start=0,
        end=1,
        quote=quote or f"What {name} says of it.",
        origin=name,
        rests_on=rests,
    )


SAME = "Around 4,000 soldiers are helping in Bergen, officials said on Monday."


@pytest.mark.parametrize(
    ("citations", "expected"),
    [
        ([], 0),
        ([cited("a"), cited("b")], 2),
        ([cited("a"), cited("a")], 1),
        ([cited("a", "Reuters"), cited("b", "Reuters")], 1),
        ([cited("a", "The Washington Post"), cited("b", "Washington Post"), cited("c", "CNN")], 2),
        ([cited("a", "Reuters"), cited("r", outlet="reuters.com")], 1),
        ([cited("a", "Reuters"), cited("r", outlet="Reuters"), cited("s", outlet="Reuters")], 2),
        ([cited("a", "Reuters"), cited("a"), cited("b", "Reuters")], 2),
        ([cited("a", "Reuters"), cited("a", "CNN")], 1),
        ([cited("a", quote=SAME), cited("b", quote=SAME.upper())], 1),
        ([cited("a", quote=SAME), cited("b", quote=SAME), cited("b", quote=f"{SAME}!2"), cited("c")], 2),
        ([cited("a", quote="He denied it."), cited("b", quote="He denied it.")], 2),
    ],
)
def test_origins_are_counted(citations: list[Citation], expected: int) -> None:
    assert count_origins(citations) == expected


_citations = st.builds(
    cited, st.sampled_from("abcd"), st.sampled_from([None, "CNN", "BBC"]), st.sampled_from([None, "BBC News"]),
    st.sampled_from(["", SAME]),
)  # fmt: skip


@given(st.lists(_citations, max_size=8))
def test_there_are_never_more_origins_than_articles(citations: list[Citation]) -> None:
    found = count_origins(citations)
    assert bool(citations) <= found <= len({each.article_id for each in citations})
    assert count_origins(citations[::-1]) == found


def test_an_answer_counts_what_rests_on_one_outlet_once() -> None:
    told = "Mayor Olaf Berg told the Oslo Herald that around 4,000 soldiers are helping in Bergen."
    again = "As reported by The Oslo Herald, around 4,000 soldiers are helping in Bergen, said the mayor."
    articles = [
        {"id": "one", "text": told, "outlet": "Bergen Post"},
        {"id": "two", "text": again, "outlet": "Molde Radio"},
    ]
    question = "How many soldiers are helping in Bergen?"
    with AnswerEngine.from_articles(articles) as engine:
        answer = engine.ask(question)
        assert {each.article_id: each.rests_on for each in answer.citations} == {
            "one": "Oslo Herald", "two": "Oslo Herald",
        }  # fmt: skip
        assert answer.origins == 1
        assert wording.provenance(answer) == "From 2 articles, 1 origin"
        assert [wording.resting(each) for each in answer.citations] == [" · rests on Oslo Herald"] * 2
    own = {"id": "own", "outlet": "Oslo Herald", "text": "In Bergen around 4,000 soldiers are helping, the mayor says."}
    with AnswerEngine.from_articles([*articles, own]) as engine:
        answer = engine.ask(question)
        assert {each.article_id for each in answer.citations} == {"one", "two", "own"}
        assert answer.origins == 1
