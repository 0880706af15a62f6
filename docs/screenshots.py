"""Takes the pictures of the page in this folder, from the running page over the articles that come with Dateline.

Run it as `make screenshots`; it needs the browser of Debian's package chromium.
"""

from __future__ import annotations

import shutil
import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import uvicorn
from playwright.sync_api import Browser, Page, sync_playwright

from index.settings import Settings
from rag import AnswerEngine
from ui.page import build_app

_HERE = Path(__file__).parent
_DESKTOP = {"viewport": {"width": 1280, "height": 820}}
_PHONE = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2, "has_touch": True, "is_mobile": True}
_HOW_MANY = "How many North Korean soldiers are in Russia?"
_NOT_THERE = "How many penguins live in Pyongyang?"
_PATIENCE = 120_000  # Milliseconds.


def main() -> None:
    """Takes all of them."""
    program = shutil.which("chromium")
    if program is None:
        sys.exit("There is no browser. Install Debian's package chromium.")
    with TemporaryDirectory() as folder, _served(Path(folder)) as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program)
        _desktop(browser, url)
        _timeline(browser, url)
        _dark(browser, url)
        _abstaining(browser, url)
        _phone(browser, url)
        browser.close()


def _desktop(browser: Browser, url: str) -> None:
    page = _asked(browser, url, _HOW_MANY, **_DESKTOP)
    page.locator('.chip[data-number="4"]').first.click()
    _take(page, "page.png")


def _timeline(browser: Browser, url: str) -> None:
    page = _asked(browser, url, _HOW_MANY, **_DESKTOP)
    page.locator("#tab-timeline").click()
    _take(page, "page-timeline.png")


def _dark(browser: Browser, url: str) -> None:
    page = _asked(browser, url, _HOW_MANY, **_DESKTOP, color_scheme="dark")
    page.locator("#tab-claims").click()
    _take(page, "page-dark.png")


def _abstaining(browser: Browser, url: str) -> None:
    page = _asked(browser, url, _NOT_THERE, **_DESKTOP)
    _take(page, "page-abstaining.png")


def _phone(browser: Browser, url: str) -> None:
    page = _asked(browser, url, _HOW_MANY, **_PHONE)
    page.locator(".chip").first.tap()
    _take(page, "page-phone.png")


def _asked(browser: Browser, url: str, question: str, **options: Any) -> Page:
    """A page on which a question was asked and answered, and on which nothing moves any more."""
    page = browser.new_context(reduced_motion="reduce", **options).new_page()
    page.set_default_timeout(_PATIENCE)
    page.goto(url)
    page.locator("#welcome").wait_for()
    page.locator("#question").fill(question)
    page.keyboard.press("Enter")
    page.locator(".provenance").wait_for()
    page.locator("#suggestions button").first.wait_for(state="attached")
    return page


def _take(page: Page, name: str) -> None:
    page.wait_for_timeout(1000)  # For what is fetched to be drawn.
    page.mouse.move(640, 4)
    page.screenshot(path=_HERE / name)
    page.context.close()
    print(_HERE / name)


@contextmanager
def _served(folder: Path) -> Iterator[str]:
    """The page on a free port of this machine, its index in a folder; gives its address."""
    settings = Settings(corpus=_HERE.parent / "corpus", index=folder / "index")
    with AnswerEngine.open(settings=settings) as engine, socket.create_server(("127.0.0.1", 0)) as listener:
        built = partial(build_app, engine)
        server = uvicorn.Server(uvicorn.Config(built, factory=True, log_level="error", timeout_graceful_shutdown=1))
        thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.05)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        thread.join()


if __name__ == "__main__":
    main()
