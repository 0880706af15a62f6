"""Hostile articles, titles, file names, questions and model output in a real browser: shown, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from browsing import PATIENCE, OpenPage, ask, opener, served
from playwright.sync_api import Browser, Page, expect
from scripted_server import ScriptedServer, says, scripted_server

from index.settings import Settings
from rag import AnswerEngine

MARKUP = (
    "<script>document.title='ran'</script>",
    "<img src=x onerror=\"document.title='ran'\">",
    "<svg onload=\"document.title='ran'\">",
    "<a href=\"javascript:document.title='ran'\">link</a>",
    "[link](javascript:document.title='ran')",
    "![picture](http://evil.example/a.png)",
    "<iframe src='http://evil.example/b'></iframe>",
    "<link rel=stylesheet href='//evil.example/c.css'><style>*{background:url(//evil.example/d)}</style>",
    "<video src='http://evil.example/e' autoplay></video><object data='http://evil.example/f'></object>",
    "</p></blockquote></section></div></template></textarea></title></style><b><i>unclosed <table><tr",
    "{{constructor.constructor('document.title=1')()}} ${document.title='ran'} <%= 1 %>",
    "\"'><img src=x onerror=document.title='ran'>",
    "https://evil.example/g www.evil.example",
)
ALL = " ".join(MARKUP)
PARTS = [" ".join(MARKUP[start::4]) for start in range(4)]
HOSTILE = f"""title: {MARKUP[1]} {MARKUP[4]} {MARKUP[9]}
outlet: {MARKUP[0]} Herald
date: 2024-11-02

The mayor of Lisbon, Ana Prado {MARKUP[1]}, said {MARKUP[5]} that 500 soldiers {MARKUP[0]} had reached the harbor.

Mayor Prado denied that {ALL} the harbor of Lisbon was shut.

{"The harbor of Lisbon was closed for a storm " + "W" * 100_000}

{"x " * 50_000}
"""
PLAIN = "title: Bridge shut\ndate: 2024-11-03\n\nThe bridge of Porto was shut after a storm, Rui Costa said.\n"
QUESTIONS = ("How many soldiers reached the harbor?", "What did Prado deny?", "Who closed the harbor of Lisbon?")


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile") / "corpus"
    folder.mkdir()
    (folder / "<img src=x onerror=document.title='ran'>.txt").write_text(HOSTILE)
    (folder / "[a](javascript:alert(1)) ![b](http:evil).txt").write_text(PLAIN)
    return folder


@pytest.fixture(scope="module")
def model() -> Iterator[ScriptedServer]:
    with scripted_server() as server:
        yield server


@pytest.fixture
def hostile_url(archive: Path) -> Iterator[str]:
    settings = Settings(corpus=archive)
    with AnswerEngine.open(settings=settings) as engine, served(engine, settings) as url:
        yield url


@pytest.fixture
def worded_url(archive: Path, model: ScriptedServer) -> Iterator[str]:
    settings = Settings(corpus=archive, llm="openai:evil <b>model</b>", llm_url=model.url)
    with AnswerEngine.open(settings=settings) as engine, served(engine, settings) as url:
        yield url


@pytest.fixture
def open_hostile(browser: Browser, hostile_url: str) -> Iterator[OpenPage]:
    with opener(browser, hostile_url, refused=True) as opening:
        yield opening


@pytest.fixture
def open_worded(browser: Browser, worded_url: str) -> Iterator[OpenPage]:
    with opener(browser, worded_url) as opening:
        yield opening


def unharmed(page: Page) -> None:
    """Nothing ran, nothing hostile became an element, and the page is as wide as the window."""
    assert page.title() == "Dateline"
    made = page.evaluate("""() => [...document.querySelectorAll(
        ".paper :is(script, img, iframe, object, embed, video, audio, link, style, base, meta, form[action])," +
        ".paper :is([onerror], [onload], [src], [href]:not([href='#article']))")].map((each) => each.outerHTML)""")
    assert made == []
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    wide = page.evaluate("""() => [...document.querySelectorAll(".scroll, .tab:not([hidden]), .panel, .composer")]
        .filter((each) => each.scrollWidth > each.clientWidth + 1).map((each) => each.className || each.id)""")
    assert wide == []


def every_tab(page: Page) -> Iterator[str]:
    for name in ("Sources", "Who says what", "Timeline", "Archive"):
        page.get_by_role("tab", name=name).click()
        if name == "Archive":
            page.locator("#entries .entry").first.wait_for()
        yield name


@pytest.mark.parametrize("size", [{"width": 1280, "height": 820}, {"width": 390, "height": 844}])
def test_hostile_articles_are_shown_as_words(open_hostile: OpenPage, size: dict[str, int]) -> None:
    page = open_hostile(viewport=size)
    shown = ""
    for question in QUESTIONS:
        turn = ask(page, question)
        shown += turn.inner_text()
        unharmed(page)
        if turn.locator(".chip").count():
            turn.locator(".chip").first.hover()
            unharmed(page)
            turn.locator(".chip").first.click()
            page.locator("#article mark").first.wait_for()
            unharmed(page)
            if size["width"] < 600:
                page.get_by_role("button", name="Close the panel").click()
    assert "<img src=x onerror=" in shown
    if size["width"] > 600:
        for _ in every_tab(page):
            unharmed(page)
        page.locator("#entries .entry").first.click()
        page.locator("#article .full").wait_for()
        unharmed(page)


def test_hostile_questions_are_shown_as_words(open_hostile: OpenPage) -> None:
    page = open_hostile()
    for question in (*PARTS, "y" * 100_000, f"What did Prado say? {ALL}"):
        turn = ask(page, question)
        expect(turn.locator(".question")).to_contain_text(question[:20].strip())
        unharmed(page)
    page.reload()
    page.locator(".turn .acts").last.wait_for()
    unharmed(page)


@pytest.mark.parametrize(
    "link", [f"/?q={MARKUP[1]}", f"/?q=Who&outlet={MARKUP[0]}&as_of={MARKUP[1]}&since=x", "/?q=" + "z" * 5_000]
)
def test_hostile_links_do_nothing(open_hostile: OpenPage, link: str) -> None:
    page = open_hostile(link)
    page.locator(".turn:not(.working)").wait_for()
    unharmed(page)


def test_what_a_model_says_is_shown_as_words(open_worded: OpenPage, model: ScriptedServer) -> None:
    page = open_worded()
    worded = (*PARTS, "w" * 100_000, "<" * 5_000)
    for words in worded:
        model.enqueue(says(f"500 soldiers reached the harbor {words}, Ana Prado said. [KEY] {words} [KEY]\n"))
    for _ in worded:
        turn = ask(page, QUESTIONS[0])
        removed = turn.locator(".removed summary")
        if removed.count():
            removed.click()
        unharmed(page)


def test_hostile_names_of_files_are_shown_as_words(open_hostile: OpenPage, archive: Path) -> None:
    page = open_hostile()
    page.get_by_role("tab", name="Archive").click()
    files = [
        {"name": f"{each[:150]}.txt".replace("/", "-"), "mimeType": "text/plain", "buffer": PLAIN.encode()}
        for each in MARKUP
    ]
    before = len(list(archive.iterdir()))
    page.locator("#upload").set_input_files([*files, {"name": f"{MARKUP[1]}.exe", "mimeType": "x", "buffer": b"MZ"}])
    expect(page.locator("#outcome li").last).to_contain_text("The archive holds", timeout=PATIENCE)
    assert len(list(archive.iterdir())) == before + len(MARKUP)
    unharmed(page)
    for file in archive.glob("*.txt"):
        if file.read_text() == PLAIN and not file.name.startswith("["):
            file.unlink()


def test_a_page_kept_in_the_browser_cannot_bring_markup_back(open_hostile: OpenPage) -> None:
    page = open_hostile()
    ask(page, QUESTIONS[1])
    kept = json.dumps({"at": 1, "turns": [
        {"number": 1, "asked": {"question": ALL, "as_of": MARKUP[0]}, "sealed": ALL, "resolved": ALL},
        {"number": "<img>", "asked": {"question": ALL}},
        {"number": 2, "asked": {"question": ["x"]}, "sealed": {"a": 1}},
    ]})  # fmt: skip
    page.evaluate("(kept) => { for (const key of Object.keys(localStorage)) localStorage.setItem(key, kept) }", kept)
    page.reload()
    page.locator(".turn:not(.working)").first.wait_for()
    unharmed(page)
