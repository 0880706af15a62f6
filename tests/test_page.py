"""The page over HTTP: a real server, a real engine, Gradio's own client."""

from __future__ import annotations

import re
import signal
import socket
import threading
import time
from collections.abc import Iterator
from functools import partial

import httpx
import pytest
import uvicorn
from gradio_client import Client

from index.errors import SettingsError
from rag import AnswerEngine
from ui import markup, page
from ui.ports import check_port

QUESTION = "How many North Korean soldiers are in Russia?"


@pytest.fixture(scope="module")
def url(engine: AnswerEngine) -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        built = partial(page.build_app, engine)
        server = uvicorn.Server(uvicorn.Config(built, factory=True, log_level="error", timeout_graceful_shutdown=1))
        thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
        thread.start()
        while not server.started:
            assert thread.is_alive()
            time.sleep(0.01)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        thread.join()


@pytest.fixture(scope="module")
def client(url: str) -> Iterator[Client]:
    client = Client(url, verbose=False)
    yield client
    client.close()


@pytest.fixture
def visitor(client: Client) -> Client:
    """Someone who has just opened the page."""
    client.reset_session()
    return client


def ask(client: Client, question: str, as_of: str = "") -> list[tuple[str, str, str]]:
    """Asks as the page does, and collects everything that it shows: conversation, sources, question box."""
    job = client.submit(question, as_of, api_name="/ask")
    job.result()
    return [tuple(shown) for shown in job.outputs()]


def policy(response: httpx.Response) -> dict[str, list[str]]:
    directives = (directive.split() for directive in response.headers["Content-Security-Policy"].split(";"))
    return {name: sources for name, *sources in directives}


def test_the_page_answers(url: str) -> None:
    response = httpx.get(url)
    assert response.status_code == 200
    assert response.headers["Content-Type"].startswith("text/html")
    assert '<html\n\tlang="en"' in response.text
    assert "Dateline" in response.text


@pytest.mark.parametrize("path", ["/", "/page.css", "/config", "/theme.css", "/no/such/page", "/gradio_api/upload"])
def test_every_response_carries_the_security_headers(url: str, path: str) -> None:
    response = httpx.get(url + path)
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Referrer-Policy"] == "no-referrer"
    sent = policy(response)
    allowed = {source for sources in sent.values() for source in sources}
    named = {source for source in allowed if not source.startswith("'nonce-")}
    assert named <= {"'none'", "'self'", "'unsafe-eval'", "'unsafe-inline'", "data:"}
    assert sent["default-src"] == ["'none'"]
    assert "'unsafe-inline'" not in sent["script-src"]


def test_the_policy_knows_the_scripts_of_the_page_by_a_nonce_used_once(url: str) -> None:
    nonces = []
    for _ in range(2):
        response = httpx.get(url)
        (nonce,) = re.findall(r"'nonce-([^']+)'", response.headers["Content-Security-Policy"])
        scripts = re.findall(r"<script[^>]*>", response.text)
        assert scripts
        assert all(f'nonce="{nonce}"' in script for script in scripts)
        nonces.append(nonce)
    assert nonces[0] != nonces[1]


def test_the_page_loads_nothing_from_another_host(url: str) -> None:
    text = re.sub(r'"data:[^"]*"', '""', httpx.get(url).text)
    head = re.sub(r"<script.*?</script>", "", text, flags=re.DOTALL)
    assert not re.findall(r"(?:https?:)?//[\w.-]+", head)
    loaded = re.findall(r'(?:src|href)="([^"]*)"', text)
    assert loaded
    assert not [address for address in loaded if "//" in address]
    for sheet in ("page.css", "theme.css"):
        assert not re.findall(r"""(?:@import|url\()\s*["']?(?:https?:)?//""", httpx.get(f"{url}/{sheet}").text)


def test_the_page_survives_a_reader_that_takes_no_compression_and_one_that_asks_for_the_head(url: str) -> None:
    assert "page.css" in httpx.get(url, headers={"Accept-Encoding": "br, gzip"}).text
    response = httpx.head(url)
    assert response.status_code == 200
    assert response.content == b""


@pytest.mark.parametrize(
    "path", ["/docs", "/openapi.json", "/gradio_api/file=/etc/hosts", "/gradio_api/deep_link", "/monitoring/summary"]
)
def test_what_the_page_does_not_need_is_shut(url: str, path: str) -> None:
    assert httpx.get(url + path).status_code in {403, 404}


def test_nothing_can_be_uploaded(url: str) -> None:
    assert httpx.post(f"{url}/gradio_api/upload", files={"files": ("a.txt", b"text")}).status_code == 404


def test_a_request_too_large_to_be_a_question_is_refused(url: str) -> None:
    response = httpx.post(f"{url}/gradio_api/call/ask", json={"data": ["x" * 2_000_000, ""]})
    assert response.status_code == 413


def test_a_question_is_answered_as_the_engine_answers_it(visitor: Client, engine: AnswerEngine) -> None:
    shown = ask(visitor, QUESTION)
    answer = engine.ask(QUESTION)
    assert answer.status == "answered"
    first, last = shown[0], shown[-1]
    assert "working" in first[0]
    assert "working" not in last[0]
    assert first[2] == ""
    for statement in answer.statements:
        assert markup.escaped(statement.text) in last[0]
    for citation in answer.citations:
        assert f"<mark>{markup.escaped(citation.quote)}</mark>" in last[1]


def test_statements_come_one_by_one(visitor: Client) -> None:
    counts = [conversation.count('class="statement') for conversation, _, _ in ask(visitor, QUESTION)]
    assert counts == sorted(counts)
    assert len(set(counts)) > 2


def test_a_follow_up_is_read_with_the_conversation(visitor: Client) -> None:
    ask(visitor, "Who is Kim Yong-hyun?")
    conversation = ask(visitor, "What did he say about casualties?")[-1][0]
    assert "Read as: What did Kim Yong-hyun say about casualties?" in conversation
    assert 'id="turn-1"' in conversation
    assert 'id="turn-2"' in conversation


def test_visitors_do_not_see_each_other(visitor: Client) -> None:
    ask(visitor, "Who is Kim Yong-hyun?")
    mine, visitor.session_hash = visitor.session_hash, "another"
    conversation, sources, _ = ask(visitor, "What did Peskov say?")[-1]
    assert "Yong-hyun" not in conversation + sources
    assert 'id="turn-1"' in conversation
    assert 'id="turn-2"' not in conversation
    visitor.session_hash = mine
    conversation, sources, _ = ask(visitor, "What did he say about casualties?")[-1]
    assert "What did Peskov say?" not in conversation + sources
    assert "What did Kim Yong-hyun say about casualties?" in conversation


def test_an_answer_as_of_a_day_says_so(visitor: Client) -> None:
    assert "As of 20 October 2024" in ask(visitor, QUESTION, "2024-10-20")[-1][0]


@pytest.mark.parametrize(("question", "as_of"), [("  ", ""), ("x" * 100_000, ""), (QUESTION, "yesterday")])
def test_what_cannot_be_asked_is_refused_in_one_line(visitor: Client, question: str, as_of: str) -> None:
    conversation, _, box = ask(visitor, question, as_of)[-1]
    assert 'class="problem"' in conversation
    assert "working" not in conversation
    assert box == question.strip()


def test_an_unforeseen_error_is_logged_and_not_shown(
    visitor: Client, engine: AnswerEngine, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    class Broken:
        def stream(self, question: str, as_of: str | None) -> Iterator[None]:
            raise RuntimeError("the password is swordfish")

    monkeypatch.setattr(engine, "chat", Broken)
    conversation, sources, _ = ask(visitor, QUESTION)[-1]
    assert "Something went wrong" in conversation
    assert "swordfish" not in conversation + sources
    assert "swordfish" in caplog.text


def test_hostile_words_stay_words(visitor: Client) -> None:
    hostile = '<img src=x onerror="alert(1)"> What did Peskov say? ![x](http://evil.example/x.png)'
    conversation, sources, _ = ask(visitor, hostile)[-1]
    assert "<img" not in conversation + sources
    assert "&lt;img" in conversation


def test_a_port_in_use_is_named_with_the_next_that_is_free() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SettingsError, match=f"Port {port} on 127.0.0.1 is in use") as error:
            check_port("127.0.0.1", port)
    found = re.search(r"--port (\d+)\.$", str(error.value))
    assert found is not None
    check_port("127.0.0.1", int(found[1]))


def test_an_address_of_another_machine_is_refused() -> None:
    with pytest.raises(SettingsError, match=r"192\.0\.2\.1 cannot be opened"):
        check_port("192.0.2.1", 7860)


def test_checking_a_port_leaves_it_free() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    check_port("127.0.0.1", port)
    check_port("127.0.0.1", port)


def test_serve_says_where_once_it_listens_and_ends_quietly(
    engine: AnswerEngine, capfd: pytest.CaptureFixture[str]
) -> None:
    told = []

    def ready(url: str) -> None:
        address = httpx.URL(url)
        socket.create_connection((address.host, address.port or 0)).close()
        told.append(url)
        signal.raise_signal(signal.SIGINT)  # As Ctrl-C does.

    page.serve(engine, "127.0.0.1", 0, ready=ready)
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+", "".join(told))
    assert capfd.readouterr() == ("", "")


def test_serve_refuses_a_port_in_use(engine: AnswerEngine) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(SettingsError, match="is in use"):
        page.serve(engine, "127.0.0.1", taken.getsockname()[1])
