"""A real browser on the real page; where there is none the tests are skipped with a line that says so."""

from __future__ import annotations

import os
import re
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import pytest
import uvicorn
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from index.settings import Settings
from rag import AnswerEngine
from ui.page import build_app

REQUIRED = os.environ.get("DATELINE_BROWSER_TESTS") == "required"
"""Whether it is a failure, not a reason to skip, that there is no browser."""

PATIENCE = 60_000  # Milliseconds; for a machine that does other things at the same time.

expect.set_options(timeout=PATIENCE)

OpenPage = Callable[..., Page]


@contextmanager
def served(engine: AnswerEngine, settings: Settings | None = None) -> Iterator[str]:
    """The page over an engine, on a free port of loopback; gives its address."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        built = partial(build_app, engine, settings)
        server = uvicorn.Server(uvicorn.Config(built, factory=True, log_level="error", timeout_graceful_shutdown=1))
        thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
        thread.start()
        while not server.started:
            assert thread.is_alive()
            time.sleep(0.01)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        thread.join()


@contextmanager
def a_browser() -> Iterator[Browser]:
    """Debian's Chromium, without a window."""
    program = shutil.which("chromium")
    if program is None:
        missing = "there is no browser: install Debian's package chromium to run the tests of the page in one"
        if REQUIRED:
            pytest.fail(missing)
        pytest.skip(missing)
    # Its event loop counts as running until it is stopped, so no other test may run meanwhile.
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program)
        yield browser
        browser.close()


@contextmanager
def opener(browser: Browser, url: str, *, refused: bool = False) -> Iterator[OpenPage]:
    """Opens pages, each for a visitor of its own; at the end no page may have had an error or reached elsewhere.

    Args:
        browser: In which they are opened.
        url: The address of the server.
        refused: Whether the server refuses something, which Chromium tells among the errors.
    """
    errors: list[str] = []
    hosts: set[str] = set()
    contexts = []

    def open_page(address: str = "/", **options: Any) -> Page:
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 820}} | options)
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda said: errors.append(said.text) if said.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: errors.append(str(error)))
        context.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
        page.goto(url + address)
        page.locator("#promise:not(:empty)").wait_for(state="attached")
        return page

    yield open_page
    for context in contexts:
        context.close()
    unforeseen = [error for error in errors if not (refused and "the server responded with a status of 4" in error)]
    assert unforeseen == [], unforeseen
    assert hosts <= {urlsplit(url).netloc, ""}, "a page reached for another host"


def ask(page: Page, question: str) -> Locator:
    """Asks as a visitor does, and waits for the end of the answer; gives its turn."""
    page.get_by_label("Question", exact=True).fill(question)
    page.keyboard.press("Enter")
    return answered(page)


def answered(page: Page) -> Locator:
    """The last turn, once it is done."""
    turn = page.locator(".turn").last
    expect(turn).not_to_have_class(re.compile("working"))
    return turn
