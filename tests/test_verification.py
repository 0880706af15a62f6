from __future__ import annotations

import pytest
from conftest import ROOT
from hypothesis import given
from hypothesis import strategies as st

from index.reading import read_article
from index.sentences import split_sentences
from rag import verify

TROOPS = (
    "U.S. and NATO officials have confirmed that around 10,000 North Korean troops are currently training in eastern "
    "Russia, with more expected to be sent to Ukraine’s border areas in the coming weeks."
)
UNITS = "Each North Korean unit reportedly receives one translator and three Russian commanders per 30 soldiers."
PUTIN = "Russian President Vladimir Putin has not disputed the presence of North Korean troops within his country."
DUMA = "The Duma unanimously approved the treaty on Thursday. The Federation Council still needs to ratify it."


@pytest.mark.parametrize(
    ("statement", "passage"),
    [
        ("About 10,000 troops are training in eastern Russia.", TROOPS),
        ("Ten thousand North Korean troops are training in the east of Russia.", TROOPS),
        ("Every 30 North Korean soldiers reportedly get one translator and three Russian commanders.", UNITS),
        ("Putin has not disputed that North Korean troops are in his country.", PUTIN),
        ("The Duma approved the treaty unanimously.", DUMA),
    ],
)
def test_faithful_rewording_is_supported(statement: str, passage: str) -> None:
    verdict = verify(statement, [passage])
    assert verdict.label == "supported"
    assert 0.6 <= verdict.score <= 1
    assert set(verdict.checks) == {
        "numbers", "bounds", "dates", "names", "roles", "negation", "speaker", "hedge", "opposites", "amounts",
        "details", "meaning", "support",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("statement", "passage", "check", "label"),
    [
        ("About 12,000 troops are training in eastern Russia.", TROOPS, "numbers", "contradicted"),
        ("Each North Korean unit receives two translators per 40 soldiers.", UNITS, "numbers", "contradicted"),
        ("Putin has disputed the presence of North Korean troops.", PUTIN, "negation", "contradicted"),
        ("The Duma rejected the treaty on Thursday.", DUMA, "opposites", "contradicted"),
        ("The Duma unanimously approved the treaty on Wednesday.", DUMA, "dates", "contradicted"),
        ("About 10,000 Chinese troops are training in eastern Russia.", TROOPS, "names", "unsupported"),
        ("Macron said the Duma approved the treaty.", DUMA, "names", "unsupported"),
        ("The treaty raised the price of bread.", DUMA, "meaning", "unsupported"),
    ],
)
def test_what_the_passage_does_not_say_is_caught(statement: str, passage: str, check: str, label: str) -> None:
    verdict = verify(statement, [passage])
    assert verdict.checks[check] is False
    assert verdict.label == label


def test_every_sentence_of_the_corpus_is_supported_by_itself() -> None:
    for file in sorted((ROOT / "corpus").glob("*.txt")):
        text = read_article(file, file.name).text
        for sentence in split_sentences(text):
            verdict = verify(" ".join(sentence.of(text).split()), [text])
            assert (verdict.label, verdict.score, verdict.checks) == ("supported", 1.0, {"verbatim": True})


def test_a_part_of_a_word_is_no_quote() -> None:
    passage = "North Korean soldiers are being trained."
    assert verify("Korean soldiers are being trained", [passage]).checks == {"verbatim": True}
    assert "verbatim" not in verify("orean soldiers are being train", [passage]).checks
    assert verify("an", [passage]).label == "unsupported"


@given(st.text(max_size=80), st.lists(st.text(max_size=80), max_size=2))
def test_any_text_gets_a_verdict(statement: str, passages: list[str]) -> None:
    verdict = verify(statement, passages)
    assert 0 <= verdict.score <= 1
    assert (verdict.label == "supported") == all(verdict.checks.values())


@pytest.mark.parametrize(
    ("statement", "passages"), [("", [DUMA]), ("?!", [DUMA]), ("The Duma voted.", []), ("The Duma voted.", [""])]
)
def test_nothing_supports_nothing(statement: str, passages: list[str]) -> None:
    assert verify(statement, passages).label == "unsupported"
