"""What the page does besides asking, over HTTP; and what it does not do for anybody."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from browsing import served
from conftest import ROOT
from gradio_client import Client

from index.settings import Settings
from rag import AnswerEngine
from ui.library import LARGEST

VOTE = "How did the State Duma vote?"
BRIDGE = b"title: Bridge shut\n\nThe bridge of Porto was shut after a storm, said Rui Costa.\n"


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(corpus=Path(shutil.copytree(ROOT / "corpus", tmp_path_factory.mktemp("routes") / "corpus")))


@pytest.fixture(scope="module")
def page(settings: Settings) -> Iterator[str]:
    with AnswerEngine.open(settings=settings) as engine, served(engine, settings) as address:
        yield address


@pytest.fixture(scope="module")
def sealed(page: str) -> str:
    client = Client(page, verbose=False)
    shown = client.predict({"question": VOTE}, api_name="/ask")
    client.close()
    return str(shown["sealed"])


def error(response: httpx.Response) -> str:
    assert response.status_code >= 400
    return str(response.json()["error"])


def test_the_state_of_the_index_is_told(page: str) -> None:
    state = httpx.get(f"{page}/state").json()
    assert state["words"].startswith("5 articles in 28 passages, 12 to 29 October 2024, 2 undated; indexed ")
    assert state["changes"] and state["remarks"]


@pytest.mark.parametrize(("form", "begins"), [("md", b"## How did"), ("pdf", b"%PDF-"), ("json", b"{\n")])
def test_a_sealed_answer_is_exported(page: str, sealed: str, form: str, begins: bytes) -> None:
    response = httpx.post(f"{page}/export", json={"form": form, "turns": [{"sealed": sealed}]})
    assert response.status_code == 200
    assert response.content.startswith(begins)
    assert response.headers["Content-Disposition"].startswith('attachment; filename="dateline-')
    assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_an_answer_that_this_server_did_not_give_is_not_exported_or_kept(page: str, sealed: str) -> None:
    forged = sealed.replace("unanimously", "reluctantly")
    assert forged != sealed
    turn = {"sealed": forged}
    assert "was not given by this server" in error(httpx.post(f"{page}/export", json={"form": "md", "turns": [turn]}))
    assert "was not given by this server" in error(httpx.post(f"{page}/remark", json={"turn": turn, "good": True}))


@pytest.mark.parametrize(
    "body",
    ["", "[]", "{", '{"form": "exe", "turns": []}', '{"form": "md", "turns": [{"sealed": 1}]}', "[" * 50_000, "\ud83d"],
)
def test_what_cannot_be_understood_is_refused_without_a_word_about_the_inside(page: str, body: str) -> None:
    data = body.encode("utf-8", "surrogatepass")
    response = httpx.post(f"{page}/export", content=data, headers={"Content-Type": "application/json"})
    assert 400 <= response.status_code < 500
    assert set(response.json()) <= {"error", "detail"}
    assert not [word for word in ("Traceback", "pydantic", "/", "File") if word in response.text]


def test_a_remark_is_kept(page: str, sealed: str, settings: Settings) -> None:
    turn = {"sealed": sealed, "outlet": "", "since": "2024-10-01"}
    response = httpx.post(f"{page}/remark", json={"turn": turn, "good": False, "note": "Vague.", "before": ["Who?"]})
    assert response.status_code == 201
    line = json.loads((settings.index_dir / "feedback.jsonl").read_text().splitlines()[-1])
    assert (line["id"], line["question"], line["since"]) == (response.json()["id"], VOTE, "2024-10-01")
    assert line["remark"]["note"] == "Vague."
    long = httpx.post(f"{page}/remark", json={"turn": turn, "good": False, "note": "x" * 3_000})
    assert error(long) == "The note has 3,000 characters. Shorten it to 2,000."


def test_an_article_is_added_indexed_and_taken_away(page: str, settings: Settings) -> None:
    added = httpx.post(f"{page}/articles", params={"name": "../bridge.txt"}, content=BRIDGE)
    assert (added.status_code, added.json()) == (201, {"article": "bridge.txt"})
    lines = [json.loads(line) for line in httpx.post(f"{page}/sync", timeout=60).text.splitlines()]
    assert {"stage": "Embedding", "done": 1, "total": 1} in lines
    assert lines[-1] == {"done": True, "words": "6 articles in 29 passages", "problems": []}
    assert httpx.delete(f"{page}/articles", params={"article": "bridge.txt"}).status_code == 200
    assert json.loads(httpx.post(f"{page}/sync", timeout=60).text.splitlines()[-1])["words"].startswith("5 articles")
    assert "There is no article" in error(httpx.delete(f"{page}/articles", params={"article": "../../etc/passwd"}))
    assert len(list(settings.corpus.iterdir())) == 6


def test_a_file_that_is_too_large_is_refused_however_it_is_sent(page: str) -> None:
    def pieces() -> Iterator[bytes]:
        for _ in range(20):
            yield b"x" * 100_000

    for content in (b"x" * (LARGEST + 2), pieces()):
        response = httpx.post(f"{page}/articles", params={"name": "a.txt"}, content=content)
        assert response.status_code == 413


@pytest.mark.parametrize(
    ("method", "path"), [("POST", "/articles?name=a.txt"), ("DELETE", "/articles?article=a.txt"), ("POST", "/sync")]
)
def test_where_the_archive_may_not_be_changed_it_is_not(url: str, corpus: Path, method: str, path: str) -> None:
    before = sorted(corpus.iterdir())
    assert "turned it off" in error(httpx.request(method, url + path, content=BRIDGE if "name" in path else None))
    assert sorted(corpus.iterdir()) == before


@pytest.mark.parametrize(
    "path",
    [
        "/gradio_api/file=/etc/hosts",
        "/gradio_api/file=../../../../etc/hosts",
        "/gradio_api/file=http://127.0.0.1/",
        "/gradio_api/file/etc/hosts",
        "/file=/etc/hosts",
        "/gradio_api/proxy=http://127.0.0.1/",
        "/gradio_api/stream/x/y/z/playlist.m3u8",
        "/gradio_api/custom_component/1/client/component/../../../etc/hosts",
        "/web/../page.py",
        "/web/%2e%2e/page.py",
        "/web/..%2fpage.py",
        "/web/..%5cpage.py",
        "/web//etc/hosts",
        "/static/../../../etc/hosts",
        "/static/%2e%2e/%2e%2e/%2e%2e/etc/hosts",
        "/assets/..%2f..%2f..%2fetc/hosts",
        "/svelte/..%2f..%2f..%2fetc/hosts",
        "/svelte//etc/hosts",
        "/assets//etc/hosts",
        "/static//etc/hosts",
        "/gradio_api/upload_progress",
        "/gradio_api/vibe-code/",
        "/gradio_api/run-history/records",
        "/gradio_api/token",
        "/monitoring",
        "/manifest.json",
        "/pwa_icon",
        "/login",
        "/docs",
        "/openapi.json",
        "/gradio_api/openapi.json",
        "/dev/reload",
        "/%00",
        "/gradio_api/call/ask%0a",
    ],
)
def test_no_file_of_the_machine_is_read_and_no_route_but_the_pages_own_is_open(page: str, path: str) -> None:
    response = httpx.get(page + path)
    assert response.status_code in (400, 403, 404, 405, 422)
    assert "localhost" not in response.text
    assert "def build_app" not in response.text


@pytest.mark.parametrize(
    "given", [{"path": "/etc/hosts"}, {"path": "/etc/hosts", "meta": {"_type": "gradio.FileData"}}]
)
def test_a_file_that_a_visitor_names_is_not_opened(page: str, given: dict[str, object]) -> None:
    config = httpx.get(f"{page}/config").json()
    ask = next(each["id"] for each in config["dependencies"] if each["api_name"] == "ask")
    for value in (given, {"question": given}, [given]):
        event = {"data": [value, None], "fn_index": ask, "session_hash": "mallory"}
        assert httpx.post(f"{page}/gradio_api/queue/join", json=event).status_code in (200, 400, 403)
        told = httpx.get(f"{page}/gradio_api/queue/data", params={"session_hash": "mallory"}, timeout=60).text
        assert "localhost" not in told
        assert "Traceback" not in told


def test_an_error_inside_is_not_told(
    page: str, sealed: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("the password is swordfish")

    monkeypatch.setattr("ui.library.sync", broken)
    told = httpx.post(f"{page}/sync").text
    assert json.loads(told) == {"error": "Something went wrong. Try again; the server's log says more."}
    assert "swordfish" in caplog.text
    monkeypatch.setattr("ui.routes.export", broken)
    response = httpx.post(f"{page}/export", json={"form": "md", "turns": [{"sealed": sealed}]})
    assert response.status_code == 500
    assert "swordfish" not in response.text
