"""The page over HTTP: a real server, a real engine, Gradio's own client."""

from __future__ import annotations

import re
import signal
import socket
from collections.abc import Iterator, Mapping
from typing import Any

import httpx
import pytest
from gradio_client import Client

from index.errors import SettingsError
from rag import AnswerEngine
from ui import markup, serving
from ui.ports import check_port

QUESTION = "How many North Korean soldiers are in Russia?"


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


def ask(client: Client, question: str, **more: object) -> list[dict[str, Any]]:
    """Asks as the page's script does, and collects everything that it is told to show."""
    job = client.submit({"question": question, **more}, api_name="/ask")
    job.result()
    return list(job.outputs())


def call(url: str, name: str, given: object) -> Any:
    """Calls one of the server's functions as the page's script does."""
    config = httpx.get(f"{url}/config").json()
    (paper,) = [each["id"] for each in config["components"] if each["props"].get("elem_id") == "paper"]
    body = {"data": given, "fn_name": name, "component_id": paper, "session_hash": "visitor"}
    return httpx.post(f"{url}/gradio_api/component_server", json=body, timeout=60).json()


def policy(response: httpx.Response) -> dict[str, list[str]]:
    directives = (directive.split() for directive in response.headers["Content-Security-Policy"].split(";"))
    return {name: sources for name, *sources in directives}


def test_the_page_answers(url: str) -> None:
    response = httpx.get(url)
    assert response.status_code == 200
    assert response.headers["Content-Type"].startswith("text/html")
    assert '<html\n\tlang="en"' in response.text
    assert "Dateline" in response.text


@pytest.mark.parametrize(
    "path", ["/", "/web/page.css", "/web/desk.js", "/config", "/theme.css", "/no/such/page", "/gradio_api/upload"]
)
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
    for sheet in ("web/page.css", "theme.css"):
        assert not re.findall(r"""(?:@import|url\()\s*["']?(?:https?:)?//""", httpx.get(f"{url}/{sheet}").text)


def test_the_page_survives_a_reader_that_takes_no_compression_and_one_that_asks_for_the_head(url: str) -> None:
    assert "web/page.css" in httpx.get(url, headers={"Accept-Encoding": "br, gzip"}).text
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
    response = httpx.post(f"{url}/gradio_api/call/ask", json={"data": ["x" * 2_000_000]})
    assert response.status_code == 413


def test_a_question_is_answered_as_the_engine_answers_it(visitor: Client, engine: AnswerEngine) -> None:
    first, *_, last = ask(visitor, QUESTION)
    answer = engine.ask(QUESTION)
    assert answer.status == "answered"
    assert first["working"] and "working" in first["html"]
    assert not last["working"]
    for statement in answer.statements:
        assert markup.escaped(statement.text) in last["html"]
    assert last["articles"] == list(dict.fromkeys(citation.article_id for citation in answer.citations))


def test_statements_come_one_by_one(visitor: Client) -> None:
    counts = [shown["html"].count('class="statement') for shown in ask(visitor, QUESTION)]
    assert counts == sorted(counts)
    assert len(set(counts)) > 2


def test_what_is_sent_does_not_grow_with_the_conversation(visitor: Client) -> None:
    sizes = [len(str(ask(visitor, QUESTION, number=number)[-1])) for number in (1, 2, 3, 4)]
    assert max(sizes) - min(sizes) < 100


def test_a_follow_up_is_read_with_the_conversation(visitor: Client) -> None:
    ask(visitor, "Who is Kim Yong-hyun?")
    shown = ask(visitor, "What did he say about casualties?")[-1]
    assert "Read as: What did Kim Yong-hyun say about casualties?" in shown["html"]
    assert shown["number"] == 2


def test_what_takes_the_place_of_an_earlier_question_knows_only_those_before_it(visitor: Client) -> None:
    ask(visitor, "Who is Kim Yong-hyun?", number=1)
    ask(visitor, "What did Peskov say?", number=2)
    shown = ask(visitor, "What did he say about casualties?", number=2)[-1]
    assert shown["resolved"] == "What did Kim Yong-hyun say about casualties?"


def test_visitors_do_not_see_each_other(visitor: Client) -> None:
    ask(visitor, "Who is Kim Yong-hyun?")
    mine, visitor.session_hash = visitor.session_hash, "another"
    shown = ask(visitor, "What did Peskov say?")[-1]
    assert "Yong-hyun" not in shown["html"]
    assert shown["number"] == 1
    visitor.session_hash = mine
    shown = ask(visitor, "What did he say about casualties?")[-1]
    assert shown["resolved"] == "What did Kim Yong-hyun say about casualties?"
    assert shown["number"] == 2


def test_an_answer_as_of_a_day_says_so(visitor: Client) -> None:
    assert "As of 20 October 2024" in ask(visitor, QUESTION, as_of="2024-10-20")[-1]["html"]


@pytest.mark.parametrize(
    ("question", "more"),
    [
        ("  ", {}),
        ("x" * 100_000, {}),
        (QUESTION, {"as_of": "yesterday"}),
        (QUESTION, {"as_of": "2024-10-20", "since": "2024-10-28"}),
        (QUESTION, {"outlet": "<b>Nobody</b>"}),
    ],
)
def test_what_cannot_be_asked_is_refused_in_one_line(
    visitor: Client, question: str, more: Mapping[str, object]
) -> None:
    shown = ask(visitor, question, **more)[-1]
    assert 'class="problem"' in shown["html"]
    assert "<b>" not in shown["html"]
    assert not shown["working"]
    assert "sealed" not in shown


@pytest.mark.parametrize("given", [None, 3, "text", [1], {"question": 7}, {"question": QUESTION, "number": "x"}])
def test_what_is_no_question_at_all_does_no_harm(visitor: Client, given: object) -> None:
    job = visitor.submit(given, api_name="/ask")
    assert not job.result()["working"]


def test_an_unforeseen_error_is_logged_and_not_shown(
    visitor: Client, engine: AnswerEngine, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("the password is swordfish")

    monkeypatch.setattr(engine, "answer", broken)
    shown = ask(visitor, QUESTION)[-1]
    assert "Something went wrong" in shown["html"]
    assert "swordfish" not in shown["html"]
    assert "swordfish" in caplog.text


def test_hostile_words_stay_words(visitor: Client) -> None:
    hostile = '<img src=x onerror="alert(1)"> What did Peskov say? ![x](http://evil.example/x.png)'
    shown = ask(visitor, hostile)[-1]
    assert "<img" not in shown["html"]
    assert "&lt;img" in shown["html"]


def test_an_article_comes_in_full_with_its_quotes_marked(url: str, engine: AnswerEngine) -> None:
    citation = engine.ask(QUESTION).citation(1)
    mark = [1, citation.start, citation.end, citation.quote]
    shown = call(url, "article", {"article": citation.article_id, "marks": [mark]})
    assert f"{markup.escaped(citation.quote)}</mark>" in shown
    assert "no longer holds" in call(url, "article", {"article": "../../etc/passwd", "marks": []})


@pytest.mark.parametrize("given", [None, 3, "text", [], {"marks": 3}, {"marks": [[1, -5, 2, "x"], [1], ["a"] * 4]}])
@pytest.mark.parametrize("name", ["opening", "examples", "article", "articles", "suggestions"])
def test_what_a_function_of_the_server_cannot_use_it_passes_over(url: str, name: str, given: object) -> None:
    assert "Internal Server Error" not in str(call(url, name, given))


def test_no_other_function_can_be_called(url: str) -> None:
    assert "not found" in str(call(url, "preprocess", "x"))


def test_what_is_suggested_is_answered_by_the_archive(url: str, engine: AnswerEngine) -> None:
    cited = [citation.article_id for citation in engine.ask(QUESTION).citations]
    suggested = call(url, "suggestions", {"articles": cited, "asked": [QUESTION]})
    assert suggested
    assert all(engine.ask(question).status == "answered" for question in suggested)
    assert not any("how many" in question.casefold() for question in suggested)
    assert call(url, "suggestions", {"articles": ["no/such.txt"], "asked": []}) == []
    assert call(url, "suggestions", {"articles": cited, "asked": [], "as_of": "yesterday"}) == []


def test_the_articles_are_listed_and_found_by_words(url: str, engine: AnswerEngine) -> None:
    listed = call(url, "articles", {"words": "", "begin": 0})
    assert listed.count('class="entry"') == len(engine.articles())
    assert call(url, "articles", {"words": "KURSK region", "begin": 0}).count('class="entry"') == 1


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

    serving.serve(engine, "127.0.0.1", 0, ready=ready)
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+", "".join(told))
    assert capfd.readouterr() == ("", "")


def test_serve_refuses_a_port_in_use(engine: AnswerEngine) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(SettingsError, match="is in use"):
        serving.serve(engine, "127.0.0.1", taken.getsockname()[1])
