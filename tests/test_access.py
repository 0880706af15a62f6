"""Who may use the page, how often, and from where."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from browsing import served
from starlette.datastructures import Headers

from index.errors import RequestError, SettingsError
from index.settings import Settings, load_settings
from rag import AnswerEngine
from ui.access import Access, is_local, may_change
from ui.limits import Limit
from ui.users import Users


@pytest.fixture
def users(tmp_path: Path) -> Path:
    file = tmp_path / "users"
    file.write_text("# Who may come in.\nann:open:sesame\n\nbob:geheim \N{LATIN SMALL LETTER A WITH DIAERESIS}\n")
    file.chmod(0o600)
    return file


@pytest.fixture(scope="module")
def guarded(engine: AnswerEngine, corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    file = tmp_path_factory.mktemp("users") / "users"
    file.write_text("ann:open:sesame\n")
    file.chmod(0o600)
    settings = Settings(corpus=corpus, auth=str(file), hosts=("dateline.example",), uploads=False)
    with served(engine, settings) as url:
        yield url


ANN = ("ann", "open:sesame")
ENDPOINTS = [
    ("GET", "/"),
    ("GET", "/web/page.css"),
    ("GET", "/config"),
    ("GET", "/state"),
    ("GET", "/no/such/page"),
    ("POST", "/gradio_api/queue/join"),
    ("POST", "/export"),
    ("DELETE", "/articles?article=a.txt"),
]


@pytest.mark.parametrize(("method", "path"), ENDPOINTS)
def test_every_route_asks_who_is_there(guarded: str, method: str, path: str) -> None:
    for auth in (None, ("ann", "wrong"), ("eve", "open:sesame"), ("ann", "")):
        response = httpx.request(method, guarded + path, auth=auth)
        # What the page does not have is told to strangers too: that says nothing of the archive.
        assert response.status_code in ((404,) if path == "/no/such/page" else (401, 429))
        assert "Content-Security-Policy" in response.headers


def test_a_user_comes_in(guarded: str) -> None:
    assert httpx.get(guarded, auth=ANN).status_code == 200
    assert httpx.get(f"{guarded}/state", auth=ANN).json()["changes"] is False


@pytest.mark.parametrize(
    "header", ["Bearer x", "Basic", "Basic ???", "Basic /////w==", "Basic " + "A" * 9_000, "basic YW5u"]
)
def test_a_header_that_is_no_password_is_refused(guarded: str, header: str) -> None:
    assert httpx.get(guarded, headers={"Authorization": header}).status_code in (401, 429)


def test_passwords_cannot_be_tried_for_long(engine: AnswerEngine, corpus: Path, users: Path) -> None:
    with served(engine, Settings(corpus=corpus, auth=str(users))) as url, httpx.Client(base_url=url) as client:
        tried = [client.get("/", auth=("ann", str(number))).status_code for number in range(25)]
        assert tried == [401] * 20 + [429] * 5
        assert client.get("/", auth=ANN).status_code == 200


@pytest.mark.parametrize("name", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example", "", "[", "a b"])
def test_a_name_that_was_led_here_is_refused(url: str, name: str) -> None:
    assert httpx.get(url, headers={"Host": name}).status_code in (400, 421)


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost:7860", "[::1]:7860", "192.168.0.7"])
def test_the_page_goes_by_its_own_names_and_by_addresses_in_numbers(url: str, name: str) -> None:
    assert httpx.get(url, headers={"Host": name}).status_code == 200


def test_a_name_that_the_operator_allows_is_good(guarded: str, url: str) -> None:
    assert httpx.get(guarded, headers={"Host": "dateline.example"}, auth=ANN).status_code == 200
    assert httpx.get(url, headers={"Host": "dateline.example"}).status_code == 421


@pytest.mark.parametrize("path", ["/export", "/gradio_api/queue/join", "/gradio_api/component_server/", "/remark"])
@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost:1"},
        {"Origin": "http://127.0.0.1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_another_page_can_change_nothing(url: str, path: str, headers: dict[str, str]) -> None:
    response = httpx.post(url + path, json={}, headers=headers)
    assert response.status_code == 403
    assert response.json() == {"error": "This came from another page, so it was not done."}


def test_the_page_itself_can(url: str) -> None:
    headers = {"Origin": url, "Sec-Fetch-Site": "same-origin"}
    assert httpx.post(f"{url}/export", json={}, headers=headers).status_code == 422


def test_behind_a_proxy_the_page_bears_another_name_than_its_requests() -> None:
    access = Access(names=frozenset({"localhost", "dateline.example"}), proxied=frozenset({"dateline.example"}))
    assert access.is_own(Headers({"host": "127.0.0.1:7860", "origin": "https://dateline.example"}))
    assert not access.is_own(Headers({"host": "127.0.0.1:7860", "origin": "http://localhost:3000"}))
    assert not access.is_own(Headers({"host": "127.0.0.1:7860", "origin": "https://dateline.example.evil.example"}))


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "dateline.example"])
def test_other_machines_are_not_let_in_without_users(host: str, users: Path) -> None:
    with pytest.raises(SettingsError, match=f"Other machines can reach {host}"):
        Access.of(Settings(host=host))
    assert Access.of(Settings(host=host, auth=str(users))).users is not None


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1.2.3", "::1", "localhost"])
def test_this_machine_needs_no_users(host: str) -> None:
    assert is_local(host)
    assert Access.of(Settings(host=host)).users is None


def test_users_are_read_from_a_file(users: Path) -> None:
    read = Users.read(str(users))
    assert read.named(_basic("ann", "open:sesame")) == "ann"
    assert read.named(_basic("bob", "geheim ä")) == "bob"
    assert read.named(_basic("bob", "open:sesame")) is None
    assert read.named(_basic("#", "")) is None


def _basic(name: str, password: str) -> str:
    return f"Basic {b64encode(f'{name}:{password}'.encode()).decode()}"


def test_users_are_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATELINE_AUTH", "ann:one\nbob:two")
    access = Access.of(load_settings(host="0.0.0.0"))
    assert access.users is not None
    assert access.users.named(_basic("bob", "two")) == "bob"
    assert "two" not in repr(load_settings())
    assert "two" not in json.dumps(load_settings().model_dump(mode="json"))


def test_a_password_on_the_command_line_is_refused_without_being_told() -> None:
    with pytest.raises(SettingsError, match="A password may not stand on the command line") as error:
        Users.read("ann:swordfish")
    assert "swordfish" not in str(error.value)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "There is no user in"),
        ("# nobody\n", "There is no user in"),
        ("ann:one\nbob\n", "Line 2 of .* is not user:password"),
        ("ann:\n", "Line 1 of .* is not user:password"),
        (":one\n", "Line 1 of .* is not user:password"),
        ("ann:one\nann:two\n", "The user 'ann' is there twice"),
    ],
)
def test_a_file_that_does_not_hold_users_is_refused(users: Path, text: str, reason: str) -> None:
    users.write_text(text)
    with pytest.raises(SettingsError, match=reason):
        Users.read(str(users))


def test_a_file_that_others_can_read_is_refused(users: Path) -> None:
    users.chmod(0o644)
    with pytest.raises(SettingsError, match=r"Others on this machine can read the passwords in .* chmod 600"):
        Users.read(str(users))


def test_a_file_that_is_missing_is_told() -> None:
    with pytest.raises(SettingsError, match="There is no file 'nobody' of users"):
        Users.read("nobody")


def test_articles_may_be_changed_at_this_machine_or_with_a_password(users: Path) -> None:
    assert may_change(Settings())
    assert may_change(Settings(host="0.0.0.0", auth=str(users)))
    assert not may_change(Settings(host="0.0.0.0"))
    assert not may_change(Settings(uploads=False))


def test_names_of_the_page_stand_side_by_side_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATELINE_HOSTS", "one.example, two.example")
    assert load_settings().hosts == ("one.example", "two.example")


def test_a_visitor_may_ask_so_often_and_no_more() -> None:
    now = 0.0
    limit = Limit(3, 60, 10, clock=lambda: now)
    for _ in range(3):
        with limit.admitted("ann"):
            pass
    now = 20.0
    with pytest.raises(RequestError, match=r"3 in 60 seconds\. Try again in 40 seconds"), limit.admitted("ann"):
        pass
    with limit.admitted("bob"):
        pass
    now = 60.0
    with limit.admitted("ann"):
        pass


def test_a_visitor_may_have_so_many_under_way_and_no_more() -> None:
    limit = Limit(100, 60, 2)
    with limit.admitted("ann"), limit.admitted("ann"):
        with pytest.raises(RequestError, match="still being answered"), limit.admitted("ann"):
            pass
        with limit.admitted("bob"):
            pass
    with limit.admitted("ann"):
        pass


def test_many_visitors_take_no_room_for_ever() -> None:
    limit = Limit(1, 60, 1)
    for number in range(10_000):
        with limit.admitted(str(number)):
            pass
    assert len(limit) <= 4_096
