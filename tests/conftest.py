"""Shared by all tests: the real models, the real corpus, no network beyond this machine, no state outside tmp."""

from __future__ import annotations

import os
import shutil
import socket
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from browsing import OpenPage, a_browser, opener, served
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser

from index.embedding import PassageEmbedding
from index.settings import BUILT_IN_EMBEDDING, Settings
from rag import AnswerEngine
from ui import cli

ROOT = Path(__file__).parent.parent

settings.register_profile("dateline", deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
settings.load_profile("dateline")


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in os.environ:
        if name.startswith("DATELINE_"):
            monkeypatch.delenv(name)


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    connect = socket.socket.connect

    def only_here(self: socket.socket, address: Any) -> None:
        if self.family != socket.AF_UNIX and isinstance(address, tuple) and address[0] not in ("127.0.0.1", "::1"):
            raise AssertionError(f"a test reached for {address}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", only_here)


@pytest.fixture(scope="session")
def embedding() -> PassageEmbedding:
    return PassageEmbedding.named(BUILT_IN_EMBEDDING)


@pytest.fixture(scope="session")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the articles that come with Dateline."""
    return Path(shutil.copytree(ROOT / "corpus", tmp_path_factory.mktemp("archive") / "corpus"))


@pytest.fixture(scope="session")
def engine(corpus: Path) -> Iterator[AnswerEngine]:
    """An engine over those articles; not to be changed."""
    with AnswerEngine.open(settings=Settings(corpus=corpus)) as opened:
        yield opened


@pytest.fixture(scope="session")
def url(engine: AnswerEngine) -> Iterator[str]:
    """Where the page over those articles is served."""
    with served(engine) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser; the test is skipped where there is none."""
    with a_browser() as started:
        yield started


@pytest.fixture
def open_page(browser: Browser, url: str) -> Iterator[OpenPage]:
    """Opens the page for a visitor; see `browsing.opener`."""
    with opener(browser, url) as opening:
        yield opening


@pytest.fixture
def write_corpus(tmp_path: Path) -> Callable[[Mapping[str, str | bytes]], Path]:
    """Makes a corpus folder of the given files, by path; the files that were there before are gone."""

    def write(files: Mapping[str, str | bytes]) -> Path:
        folder = tmp_path / "corpus"
        if folder.exists():
            shutil.rmtree(folder)
        folder.mkdir()
        for name, content in files.items():
            file = folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content if isinstance(content, bytes) else content.encode())
        return folder

    return write


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Runs `dateline` in this process; returns exit status, output and error output."""

    def command(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["dateline", *map(str, arguments)])
        with pytest.raises(SystemExit) as caught:
            cli.main()
        printed = capsys.readouterr()
        return int(caught.value.code or 0), printed.out, printed.err

    return command
