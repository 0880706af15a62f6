"""Articles that visitors add and take away."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import RequestError
from index.settings import Settings
from rag import AnswerEngine
from ui.library import LARGEST, Library, file_stem

HARBOR = (
    "title: Harbor reopens\ndate: 2024-11-02\n\nThe mayor, Ana Prado, reopened the old harbor of Lisbon on Saturday.\n"
)
BRIDGE = "title: Bridge shut\ndate: 2024-11-03\n\nThe bridge of Porto was shut on Sunday after a storm.\n"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "harbor.txt").write_text(HARBOR)
    return Settings(corpus=tmp_path / "corpus")


@pytest.fixture
def engine_of(settings: Settings) -> Iterator[AnswerEngine]:
    with AnswerEngine.open(settings=settings) as opened:
        yield opened


@pytest.fixture
def library(settings: Settings, engine_of: AnswerEngine) -> Library:
    return Library(settings, engine_of.embedding)


def names(settings: Settings) -> list[str]:
    return sorted(file.name for file in settings.corpus.iterdir())


def test_an_article_is_added_found_taken_away_and_gone(
    library: Library, engine_of: AnswerEngine, settings: Settings
) -> None:
    question = "What was shut after a storm?"
    assert engine_of.ask(question).status == "abstained"
    added = library.add("bridge.txt", BRIDGE.encode())
    told: list[tuple[str, int, int]] = []
    report = library.sync(lambda *step: told.append(step))
    assert (added, report.added, report.articles) == ("bridge.txt", 1, 2)
    assert ("Embedding", 1, 1) in told
    answer = engine_of.ask(question)
    assert answer.citations[0].article_id == "bridge.txt"
    trashed = library.remove("bridge.txt")
    assert library.sync(lambda *_: None).removed == 1
    assert engine_of.ask(question).status == "abstained"
    assert names(settings) == ["harbor.txt"]
    assert trashed.read_text() == BRIDGE
    assert trashed.is_relative_to(library.trash)
    assert library.trash.parent == settings.index_dir.parent


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_any_common_encoding_is_read(library: Library, engine_of: AnswerEngine, encoding: str) -> None:
    library.add("café.txt", "title: Café reopens\n\nThe café of Évora was reopened by José Gonçalves.".encode(encoding))
    library.sync(lambda *_: None)
    assert engine_of.article("café.txt").title == "Café reopens"
    assert "José Gonçalves" in engine_of.article("café.txt").text


@pytest.mark.parametrize(
    ("given_name", "stored"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("..\\..\\windows\\win.ini.txt", "win.ini.txt"),
        ("/etc/cron.d/job.txt", "job.txt"),
        (".hidden.txt", "hidden.txt"),
        ("...txt", "article.txt"),
        ("<img src=x onerror=alert(1)>.txt", "img src-x onerror-alert(1).txt"),
        ("a\0b\nc.TXT", "a-b-c.txt"),
        ("CON?*|:.text", "CON.txt"),
        ("김용현 Зеленський.txt", "김용현 Зеленський.txt"),
        ("x" * 5_000 + ".txt", "x" * 80 + ".txt"),
        ("한" * 5_000 + ".txt", "한" * 53 + ".txt"),
    ],
)
def test_a_name_becomes_one_that_stays_in_the_folder(
    library: Library, settings: Settings, given_name: str, stored: str
) -> None:
    assert library.add(given_name, BRIDGE.encode()) == stored
    assert names(settings) == sorted(["harbor.txt", stored])


def test_nothing_is_overwritten(library: Library, settings: Settings) -> None:
    assert library.add("harbor.txt", BRIDGE.encode()) == "harbor-2.txt"
    assert library.add("HARBOR/../harbor.txt", BRIDGE.encode()) == "harbor-3.txt"
    assert (settings.corpus / "harbor.txt").read_text() == HARBOR


@given(st.text())
def test_every_name_stays_in_the_folder_or_is_refused(name: str) -> None:
    stem = file_stem(f"{name}.txt")
    assert stem is not None
    assert stem.strip() == stem != ""
    assert not stem.startswith(".")
    assert not set(stem) & set('/\\:\0\n<>"|?*')
    assert len(f"{stem}-20000.txt".encode()) < 255


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("page.html", BRIDGE.encode(), "“page.html” is not a text file. Add articles as plain text"),
        ("txt", BRIDGE.encode(), "is not a text file"),
        ("a.txt", b"x" * (LARGEST + 1), "“a.txt” has 1,000,001 bytes. Add articles of at most 1,000,000"),
        ("a.txt", b"", "“a.txt” was not added: it is empty"),
        ("a.txt", b"\x7fELF\0\0\0\1\2\3", "it holds control characters"),
        ("a.txt", b"title: Head alone\n", "it has a head but no text below it"),
    ],
)
def test_what_is_no_article_is_refused(
    library: Library, settings: Settings, name: str, data: bytes, reason: str
) -> None:
    with pytest.raises(RequestError, match=reason):
        library.add(name, data)
    assert names(settings) == ["harbor.txt"]


@pytest.mark.parametrize("article", ["../secret.txt", "/etc/hosts", "..", "", "harbor.txt\0", "README.md", "link.txt"])
def test_only_articles_of_the_folder_can_be_taken_away(
    library: Library, settings: Settings, tmp_path: Path, article: str
) -> None:
    (tmp_path / "secret.txt").write_text("Not in the folder.")
    (settings.corpus / "README.md").write_text("About the folder.")
    (settings.corpus / "bridge.txt").write_text(BRIDGE)
    (settings.corpus / "link.txt").symlink_to(tmp_path / "secret.txt")
    with pytest.raises(RequestError, match="There is no article"):
        library.remove(article)
    assert (tmp_path / "secret.txt").exists()
    assert names(settings) == ["README.md", "bridge.txt", "harbor.txt", "link.txt"]


def test_the_last_article_stays(library: Library, settings: Settings) -> None:
    with pytest.raises(RequestError, match="This is the last article"):
        library.remove("harbor.txt")
    assert names(settings) == ["harbor.txt"]


def test_an_article_in_a_folder_is_taken_away_with_its_path(library: Library, settings: Settings) -> None:
    (settings.corpus / "2024").mkdir()
    (settings.corpus / "2024" / "bridge.txt").write_text(BRIDGE)
    assert library.remove("2024/bridge.txt").parts[-2:] == ("2024", "bridge.txt")
    assert not (settings.corpus / "2024" / "bridge.txt").exists()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_told(library: Library, settings: Settings) -> None:
    settings.corpus.chmod(0o500)
    with pytest.raises(RequestError, match="was not added: Permission denied"):
        library.add("bridge.txt", BRIDGE.encode())
    settings.corpus.chmod(0o700)


def test_an_article_that_repeats_itself_for_pages_spoils_no_search(library: Library, engine_of: AnswerEngine) -> None:
    library.add("noise.txt", f"title: Noise\n\n{'x ' * 50_000}\n\n{'W' * 100_000}\n".encode())
    library.add("bridge.txt", BRIDGE.encode())
    assert library.sync(lambda *_: None).articles == 3
    assert engine_of.ask("What was shut after a storm?").citations[0].article_id == "bridge.txt"
