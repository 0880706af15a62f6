"""A language model's server that misbehaves: every time there is an answer, with the reason, or one clear line."""

from __future__ import annotations

import json
import logging
import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scripted_server import (
    Behaviour,
    Exchange,
    ScriptedServer,
    breaks_off,
    drips,
    hangs,
    hangs_after,
    never_ends,
    says,
    scripted_server,
    sends,
    status,
)

from index.errors import DatelineError, LLMError
from index.settings import Settings
from rag import Answer, AnswerEngine
from rag.answer import Event
from rag.llms import language_model
from rag.llms.address import read_address
from rag.llms.patience import retry_after
from ui.doctor import examine

QUESTION = "How did the State Duma vote?"
VOTE = {
    "id": "vote",
    "text": "The State Duma voted unanimously to ratify the treaty on Thursday. Nobody spoke.",
    "date": "2024-10-25",
}
KEY = "sk-test-abcdef123456"


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with scripted_server() as running:
        yield running


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)


def engine(url: str, seconds: float = 30.0, **settings: object) -> AnswerEngine:
    chosen = Settings.model_validate({"llm": "openai:scripted", "llm_url": url, "llm_timeout": seconds, **settings})
    return AnswerEngine.from_articles([VOTE], settings=chosen)


def quotes_stand_in(answer: Answer, reason: str) -> None:
    assert answer.status == "answered"
    assert answer.synthesizer == "quote"
    assert {statement.kind for statement in answer.statements} == {"quote"}
    assert len(answer.notes) == 1
    assert reason in answer.notes[0]
    assert "quotes instead" in answer.notes[0]
    assert KEY not in answer.to_json()


def test_a_supported_statement_is_shown_with_what_it_cites(server: ScriptedServer) -> None:
    server.enqueue(says("The State Duma voted unani", "mously to ratify the treaty [", "KEY", "].\n"))
    with engine(server.url) as asked:
        answer = asked.ask(QUESTION)
    assert answer.synthesizer == "scripted"
    assert [(statement.kind, statement.text) for statement in answer.statements] == [
        ("generated", "The State Duma voted unanimously to ratify the treaty.")
    ]
    assert answer.citations[0].quote == "The State Duma voted unanimously to ratify the treaty on Thursday."
    assert answer.notes == ()
    request = server.history[-1]
    assert request.headers["Authorization"] == f"Bearer {KEY}"
    assert not [name for name in request.headers if name.lower().startswith("x-stainless")]
    assert request.body["max_tokens"] > 0
    assert "25 October 2024" in request.prompt


@pytest.mark.parametrize(
    ("behaviour", "reason"),
    [
        (status(401), "refused the key (401)"),
        (status(404), "knows no such model or path (404)"),
        (status(400), "refused the request (400)"),
        (status(429), "is asked too often"),
        (status(429, Retry_After="3600"), "is asked too often"),
        (status(500), "failed (500)"),
        (status(307, Location="http://127.0.0.1:1/v1"), "another address (307), which is not followed"),
        (hangs, "was not done within 3 seconds"),
        (hangs_after("The State Duma "), "was not done within 3 seconds"),
        (drips, "was not done within 3 seconds"),
        (breaks_off("The State Duma "), "broke off"),
        (sends(b'data: {"choices": [{"delta": {"content": "The"}}]}\n\n'), "broke off"),
        (sends(b"data: {not json\n\n"), "no chat completion"),
        (sends(b'data: {"error": {"message": "overloaded"}}\n\n'), "reported an error"),
        (sends(b"<html>Sign in</html>", "text/html; charset=utf-8"), "sent text/html in place of a stream"),
        (sends(b"{}", "application/json"), "sent application/json in place"),
        (sends(b"data: " + b"x" * 9_000_000), "sent more than any answer has"),
        (says(), "wrote nothing"),
        (says("", " ", "\n"), "wrote nothing"),
        (says("NOT STATED"), "found no answer in the passages"),
        (never_ends("word "), "Nothing that the language model scripted wrote could be verified"),
        (never_ends("\n"), "wrote nothing"),
        (never_ends("Nobody knows it at all [q9q9]\n"), "Nothing that the language model scripted wrote"),
    ],
)  # fmt: skip
def test_quotes_stand_in_and_the_answer_says_why(
    server: ScriptedServer, behaviour: Behaviour, reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    server.enqueue(behaviour)
    with engine(server.url, seconds=3 if "3 seconds" in reason else 30) as asked:
        quotes_stand_in(asked.ask(QUESTION), reason)
    assert KEY not in caplog.text


def test_nobody_is_there() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with engine(f"http://127.0.0.1:{port}/v1") as asked:
        quotes_stand_in(asked.ask(QUESTION), "the connection was refused")


@pytest.mark.parametrize("first", [status(429), status(429, Retry_After="0"), status(500), status(503)])
def test_asks_again_where_that_may_help(server: ScriptedServer, first: Behaviour) -> None:
    server.enqueue(first, says("The State Duma voted unanimously to ratify the treaty [KEY]"))
    with engine(server.url, seconds=20) as asked:
        answer = asked.ask(QUESTION)
    assert (answer.synthesizer, answer.notes) == ("scripted", ())
    assert len(server.history) == 2


def test_what_was_verified_before_it_broke_off_stays(server: ScriptedServer) -> None:
    def behave(exchange: Exchange) -> None:
        key = exchange.keys()[0]
        breaks_off(f"Nobody spoke when the State Duma voted unanimously to ratify the treaty [{key}]\n")(exchange)

    server.enqueue(behave)
    with engine(server.url) as asked:
        answer = asked.ask(QUESTION)
    assert "broke off" in answer.notes[0]
    assert answer.statements


@pytest.mark.parametrize("left", ["closed", "closed elsewhere"])
def test_leaving_stops_the_model_at_once(server: ScriptedServer, left: str) -> None:
    server.enqueue(hangs_after("The State Duma voted unanimously to ratify the treaty [KEY]\nAnd then it "))
    with engine(server.url, seconds=60) as asked:
        events = asked.stream(QUESTION)
        while (event := next(events)).type != "statement":
            pass
        assert event.statement is not None
        if left == "closed":
            events.close()
        else:
            came: list[Event] = []
            waiting = threading.Thread(target=lambda: came.extend(events))
            waiting.start()
            events.close()
            waiting.join(20)
            assert not waiting.is_alive()
            assert came == []
        assert server.history[0].gone.wait(20)
        assert list(events) == []


def test_leaving_before_the_first_word(server: ScriptedServer) -> None:
    server.enqueue(hangs)
    with engine(server.url, seconds=60) as asked:
        events = asked.stream(QUESTION)
        came: list[Event] = []
        waiting = threading.Thread(target=lambda: came.extend(events))
        waiting.start()
        while not server.history:
            waiting.join(0.05)
        events.close()
        waiting.join(20)
        assert not waiting.is_alive()
        assert server.history[0].gone.wait(20)
        assert all(event.answer is None for event in came)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"llm": "gpt"}, "'gpt' cannot be used. Name one as quote, llamacpp:"),
        ({"llm": "nonesuch:x"}, "'nonesuch:x' cannot be used"),
        ({"llm": "openai:"}, "'openai:' cannot be used"),
        ({"llm": "llamacpp:/nowhere.gguf"}, "'/nowhere.gguf' cannot be read: No such file"),
        ({"llm": "llamacpp:hf:nothing"}, "Write it as llamacpp:hf:ORG/REPO"),
        ({"llm": "llamacpp:x", "llm_url": "http://127.0.0.1"}, "takes no --llm-url"),
        ({"llm": "openai:m", "llm_url": "ftp://host/v1"}, "Name an http or https address"),
        ({"llm": "openai:m", "llm_url": "host:8000"}, "Name an http or https address"),
        ({"llm": "openai:m", "llm_url": "http://host:port/v1"}, "Name an http or https address"),
        ({"llm": "openai:m", "llm_url": "http://host/v1?key=secret"}, "holds a query"),
        ({"llm": "openai:m", "llm_url": "http://me:secret@host/v1"}, "holds a user name or password"),
    ],
)
def test_models_that_cannot_be_named(settings: dict[str, str], message: str) -> None:
    with pytest.raises(LLMError) as raised:
        language_model(Settings.model_validate(settings))
    assert message in str(raised.value)
    assert "secret" not in str(raised.value)


def test_a_file_that_is_no_model(tmp_path: Path) -> None:
    file = tmp_path / "model.gguf"
    file.write_bytes(b"text")
    with pytest.raises(LLMError, match="is no GGUF file"):
        language_model(Settings(llm=f"llamacpp:{file}"))


def test_openai_itself_needs_a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY")
    with pytest.raises(LLMError, match=r"needs a key\. Set OPENAI_API_KEY"):
        language_model(Settings(llm="openai:gpt-4o-mini"))
    monkeypatch.setenv("OPENAI_API_KEY", "sk-\u00e9")
    with pytest.raises(LLMError, match="characters that no key has") as raised:
        language_model(Settings(llm="openai:gpt-4o-mini"))
    assert "sk-" not in str(raised.value)


def test_the_key_goes_to_no_ollama(server: ScriptedServer) -> None:
    server.enqueue(says("NOT STATED"))
    chosen = Settings(llm="ollama:smol", llm_url=server.url.removesuffix("/v1"))
    with AnswerEngine.from_articles([VOTE], settings=chosen) as asked:
        asked.ask(QUESTION)
    assert "Authorization" not in server.history[0].headers


def test_no_proxy_is_used_that_nobody_named(server: ScriptedServer, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    monkeypatch.setenv("OPENAI_ORG_ID", "org")
    server.enqueue(says("The State Duma voted unanimously to ratify the treaty [KEY]"))
    with engine(server.url) as asked:
        assert asked.ask(QUESTION).synthesizer == "scripted"
    assert "OpenAI-Organization" not in server.history[0].headers


@given(st.text(max_size=30))
def test_retry_after_is_read_or_not(value: str) -> None:
    read = retry_after(value, datetime.now(UTC))
    assert read is None or read >= 0


def test_retry_after_may_be_a_moment() -> None:
    now = datetime(2024, 10, 25, tzinfo=UTC)
    assert retry_after(format_datetime(now + timedelta(seconds=30), usegmt=True), now) == 30
    assert retry_after("2.5", now) == 2.5
    assert retry_after("-3", now) == 0
    assert retry_after("inf", now) is None


@given(st.text(max_size=40))
def test_an_address_is_http_or_refused(text: str) -> None:
    try:
        read = read_address(text)
    except DatelineError:
        return
    assert read.url.startswith(("http://", "https://"))


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({}, "made of quotes; no text leaves this machine"),
        ({"llm": "ollama:smol"}, "go to http://127.0.0.1:11434/v1, a server on this machine"),
        (
            {"llm": "openai:m", "llm_url": "http://10.0.0.5:8000/v1"},
            "10.0.0.5:8000/v1, another machine, and not encrypt",
        ),
        ({"llm": "openai:gpt-4o-mini"}, "go to https://api.openai.com/v1, another machine"),
    ],
)
def test_the_doctor_says_where_text_goes(settings: dict[str, str], words: str, corpus: Path) -> None:
    chosen = Settings.model_validate({"corpus": corpus, **settings})
    (found,) = [each for each in examine(chosen) if each.subject == "Answers"]
    assert words in found.text
    assert ("no text leaves" in found.text) == (not settings)
    assert KEY not in json.dumps(found.text)
