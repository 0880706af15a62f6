from __future__ import annotations

from collections.abc import Iterator

import pytest

from index.article import Article, Sentence
from index.settings import Settings
from rag import AnswerEngine
from rag.asked_of import Speaker
from rag.question import read_question

FERRY = {
    "id": "ferry",
    "date": "2025-03-04",
    "text": (
        "Minister Elena Prado met the ferry workers on Monday. The ambassador of Norvia was summoned to the ministry "
        "over the ferry. Union leader Jonas Brandt said that the talks about the ferry had failed. Prado said on "
        "Tuesday that the ferry would sail again."
    ),
}
FUEL = {
    "id": "fuel",
    "date": "2025-03-06",
    "text": (
        "According to Spanish intelligence, Portugal has sold fuel to smugglers. Portugal has denied that it sold the "
        "fuel. Spain disputed that its officers had bought fuel. Witnesses contradicted the smugglers."
    ),
}
SOLD = "According to Spanish intelligence, Portugal has sold fuel to smugglers."


@pytest.fixture(scope="module")
def news() -> Iterator[AnswerEngine]:
    with AnswerEngine.from_articles([FERRY, FUEL]) as engine:
        yield engine


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("What did Elena Prado say about the ferry?", "Elena Prado"),
        ("And what does the union leader think of it?", "the union leader"),
        ("What's Brandt saying?", "Brandt"),
        ("What did Brandt originally tell them?", "Brandt"),
        ("How did Ursula von der Leyen sum up the talks?", "Ursula von der Leyen"),
        ("What has Portugal said about the fuel?", None),
        ("What do many sailors believe?", None),
        ("What was the song called?", None),
        ("How is the ferry described by Brandt?", None),
        ("What did the minister do?", None),
        ("Who said that the talks had failed?", None),
    ],
)
def test_whose_words_are_asked_for(question: str, name: str | None) -> None:
    speaker = Speaker.of(read_question(question))
    assert (speaker and speaker.name) == name


@pytest.mark.parametrize(
    ("question", "sentence", "silent"),
    [
        ("What did Elena Prado say?", "Prado met the ferry workers.", True),
        ("What did Elena Prado say?", "Elena Prado told them to wait.", False),
        ("What did Elena Prado say?", "It was too late, according to Elena Prado.", False),
        ("What did Elena Prado say?", "Jonas Brandt said that it was too late.", True),
        ("What did Elena Prado say?", 'And so it was."', False),
        ("What did the ambassador reply?", "The ambassador was summoned.", True),
        ("What did the ambassador reply?", "The ambassador added nothing.", False),
        ("What did the ambassador reply?", "The envoy shrugged.", True),
        ("What did the ambassador reply?", "The envoy said no.", False),
    ],
)  # fmt: skip
def test_a_sentence_is_in_the_words_of_whom_it_has_speak(question: str, sentence: str, silent: bool) -> None:
    article = Article("a", "a", sentence, "Ferry", "given", sentences=(Sentence(0, len(sentence)),))
    speaker = Speaker.of(read_question(question))
    assert speaker is not None
    assert speaker.is_silent(article, article.sentences[0], "") is silent


@pytest.mark.parametrize("reader", ["built-in", "quick", "off"])
def test_what_somebody_said_is_answered_in_their_words(reader: str) -> None:
    with AnswerEngine.from_articles([FERRY, FUEL], settings=Settings(reader=reader)) as engine:
        answer = engine.ask("What did Elena Prado say about the ferry?")
        assert answer.statements[0].text == "Prado said on Tuesday that the ferry would sail again."


def test_what_nobody_has_somebody_say_is_not_answered() -> None:
    question = "What did the ambassador of Norvia reply in Lisbon?"
    text = "The ambassador of Norvia was summoned to the ministry in Lisbon. Minister Prado met him there."
    with AnswerEngine.from_articles([{"id": "ferry", "text": text}]) as engine:
        answer = engine.ask(question)
    assert answer.status == "abstained"
    assert answer.missing is not None and "does not give what the ambassador of Norvia said" in answer.missing


@pytest.mark.parametrize(
    ("question", "lead"),
    [
        ("Does Portugal admit that it sold fuel to smugglers?", "Portugal has denied that it sold the fuel."),
        ("Has Portugal sold fuel to smugglers?", SOLD),
    ],
)
def test_whether_something_is_admitted_is_answered_by_its_denial(news: AnswerEngine, question: str, lead: str) -> None:
    said = [statement.text for statement in news.ask(question).statements]
    assert said[0] == lead
    assert SOLD in said


@pytest.mark.parametrize(
    ("question", "lead"),
    [
        ("Does North Korea admit that it has exported ammunition to Russia?", "However, both countries deny"),
        ("Who contradicts Zelensky's account of North Koreans in the Russian army?", "On October 10th, Dmitry Peskov"),
        ("Do Moscow and Pyongyang own up to the transfer of weapons and military aid?", "Both North Korea and Russia"),
    ],
    ids=["what others say of it is no answer", "a person", "a denial that names both"],
)
def test_what_is_denied_leads_where_it_is_asked_for(engine: AnswerEngine, question: str, lead: str) -> None:
    assert engine.ask(question).statements[0].text.startswith(lead)
