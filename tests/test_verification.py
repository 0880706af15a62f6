from __future__ import annotations

import pytest
from conftest import ROOT
from hypothesis import given
from hypothesis import strategies as st

from index.embedding import PassageEmbedding
from index.reading import read_article
from index.sentences import split_sentences
from index.settings import Settings
from rag import verify
from rag.reader import judges
from rag.verification import Verifier

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


@pytest.mark.parametrize("passage", [TROOPS, UNITS, PUTIN, DUMA, f"{UNITS} {TROOPS}"])
@pytest.mark.parametrize(
    "statement",
    [
        "About 10,000 troops are training in eastern Russia.",
        "About 12,000 troops are training in eastern Russia.",
        "Every 30 North Korean soldiers reportedly get one translator and three Russian commanders.",
        "Putin has not disputed that North Korean troops are in his country.",
        "The Duma approved the treaty unanimously.",
        "The Duma unanimously approved the treaty",
        UNITS,
        "?!",
        "",
    ],
)
def test_what_bears_a_statement_is_what_supports_it(embedding: PassageEmbedding, statement: str, passage: str) -> None:
    verifier = Verifier(embedding, judges(Settings()).supports)
    verdict = verifier.verify(statement, [passage])
    for least in (0.0, verdict.score, 0.82, 0.95):
        is_supported = verdict.label == "supported" and verdict.score >= least
        assert verifier.bears(statement, [passage], least=least) == is_supported


@pytest.mark.parametrize(
    ("statement", "is_plain"),
    [
        ("The Duma approved the treaty unanimously on Thursday.", True),
        ("Unanimously, the Duma approved the treaty on Thursday.", True),
        ("The Duma unanimously approved the treaty on Thursday, and vote for Smith.", False),
        ("The Duma unanimously approved the treaty on Thursday and reads.", False),
        ("The Duma unanimously approved the treaty on Thursday, see cform.example.", False),
        ("The Duma unanimously approved the treaty on Thursday, and hello, how are you?", False),
        ("The Duma unanimously approved the treaty on Thursday, and it is up to you.", False),
        ("The Duma unanimously evtod the treaty on Thursday.", False),
        ("Approving the treaty on Thursday.", False),
        ("Thursday on treaty the approved unanimously Duma the.", False),
    ],
)
def test_what_is_made_up_besides_is_not_plain(embedding: PassageEmbedding, statement: str, is_plain: bool) -> None:
    assert Verifier(embedding).is_plain(statement, [DUMA]) == is_plain


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


@pytest.mark.parametrize(
    ("statement", "source", "is_plain"),
    [
        ("The army has used the rockets.", "Norway has used the rockets.", False),
        ("The soldiers are taught by officers.", "The soldiers get a basic course with officers.", False),
        ("The army is a claim of Norway.", "The army said that a claim of Norway is false.", False),
        ("Ola Dahl is a former adviser.", "Ola Dahl, a former adviser, spoke of rockets.", True),
        ("Norway utilised the rockets.", "Norway has used the rockets.", True),
        ("Secret rockets were used by Norway.", "Norway has used the rockets.", False),
        ("Rockets have landed in Norway.", "The army claims that rockets have come down in Norway.", False),
        ("Rockets, so the army, have landed in Norway.", "The army claims that rockets came down in Norway.", True),
        ("The army said that rockets landed in Norway.", "The army claims that rockets came down in Norway.", True),
        ("The 300 rockets landed in Norway.", "Around 300 rockets landed in Norway.", False),
        ("Ola Dahl is with Kari Berg.", "Ola Dahl signed a treaty with Kari Berg.", False),
        (
            "The offensive may lead to its plan to send troops.",
            "Such a scenario may lead to the army's plan to send troops for the offensive.",
            False,
        ),
        (
            "The troops may lead the offensive of the army.",
            "The soldiers may lead the offensive of the army.",
            True,
        ),
        ("The ministry says that the dam is shut.", "The Danish ministry says that the dam is shut.", False),
        ("Ola Dahl said that the dam is shut.", "Ola Dahl came. He said that the dam is shut.", True),
        ("The report says that the dam is shut.", "The Oslo agency reported that the dam is shut.", False),
        ("The Oslo agency reported that the dam is shut and.", "The Oslo agency reported that the dam is shut.", False),
        ("Dahl said, “The dam is shut.", "Dahl said, “The dam is shut. It is safe.”", False),
        ("The agency says that the dam is shut.", "As per the Oslo agency, the dam is shut.", False),
        (
            "The envoy was summoned to the Danish ministry over the leak was in Denmark.",
            "The envoy was summoned to the Danish ministry over the leak.",
            False,
        ),
        ("Ola Dahl is in Oslo.", "Ola Dahl is still in Oslo.", True),
        ("About 300 rockets landed in Norway.", "Around 300 rockets landed in Norway.", True),
        ("300 rockets landed in Norway.", "Around 300 rockets, in truth 300 rockets, landed in Norway.", True),
    ],
)
def test_nobody_else_does_it_and_nothing_is_said_to_be_something_else(
    embedding: PassageEmbedding, statement: str, source: str, is_plain: bool
) -> None:
    assert Verifier(embedding).is_plain(statement, [source]) == is_plain


@pytest.mark.parametrize(
    ("statement", "source", "only_names"),
    [
        ("Minister Ola Dahl wants more rockets.", "He wants more rockets.", True),
        ("He wants more rockets for Sweden.", "He wants more rockets.", False),
        ("He wants more rockets for Sweden.", "He wants more rockets for Denmark.", False),
        ("Minister Ola Dahl wants more harbors.", "He wants more rockets.", False),
    ],
)
def test_a_sentence_before_lends_no_more_than_who(
    embedding: PassageEmbedding, statement: str, source: str, only_names: bool
) -> None:
    assert Verifier(embedding).says_all_but_names(statement, source) == only_names
