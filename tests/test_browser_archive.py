"""The page in a real browser: adding articles and deleting them, exports, and what readers think."""

from __future__ import annotations

import io
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import pytest
from browsing import PATIENCE, OpenPage, ask, opener, served
from conftest import ROOT
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader

from eval.cases import load_cases
from index.settings import Settings
from rag import AnswerEngine
from ui.library import LARGEST

HARBOR = "title: Harbor reopens\ndate: 2024-11-02\n\nThe mayor, Ana Prado, reopened the old harbor of Lisbon.\n"
WHO = "Who reopened the old harbor of Lisbon?"
VOTE = "How did the State Duma vote?"


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(corpus=Path(shutil.copytree(ROOT / "corpus", tmp_path_factory.mktemp("changed") / "corpus")))


@pytest.fixture(scope="module")
def archive(settings: Settings) -> Iterator[AnswerEngine]:
    with AnswerEngine.open(settings=settings) as opened:
        yield opened


@pytest.fixture(scope="module")
def changed_url(archive: AnswerEngine, settings: Settings) -> Iterator[str]:
    with served(archive, settings) as address:
        yield address


@pytest.fixture
def open_changed(browser: Browser, changed_url: str) -> Iterator[OpenPage]:
    with opener(browser, changed_url, refused=True) as opening:
        yield opening


def text(name: str, content: str | bytes) -> dict[str, object]:
    data = content if isinstance(content, bytes) else content.encode()
    return {"name": name, "mimeType": "text/plain", "buffer": data}


def archive_tab(page: Page) -> None:
    page.get_by_role("tab", name="Archive").click()
    page.locator("#entries .entry").first.wait_for()


def told(page: Page, words: str) -> None:
    expect(page.locator("#outcome")).to_contain_text(words, timeout=PATIENCE)


def test_an_article_is_added_asked_about_deleted_and_asked_about_again(open_changed: OpenPage) -> None:
    page = open_changed()
    assert ask(page, WHO).locator(".missing").count() == 1
    archive_tab(page)
    page.get_by_label("Add articles").set_input_files([text("harbor.txt", HARBOR)])
    told(page, "1 article added. The archive holds 6 articles")
    expect(page.locator("#holds")).to_contain_text("6 articles")
    expect(page.locator("#entries .title").first).to_have_text("Harbor reopens")
    turn = ask(page, WHO)
    expect(turn.locator(".said").first).to_contain_text("Ana Prado, reopened the old harbor")
    archive_tab(page)
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Delete Harbor reopens").click()
    told(page, "1 article deleted. The archive holds 5 articles")
    assert ask(page, WHO).locator(".missing").count() == 1


def test_deleting_can_be_thought_better_of(open_changed: OpenPage) -> None:
    page = open_changed()
    archive_tab(page)
    page.once("dialog", lambda dialog: dialog.dismiss())
    page.locator("#entries .remove").first.click()
    expect(page.locator("#entries .entry")).to_have_count(5)
    expect(page.locator("#outcome")).to_be_empty()


def test_what_is_no_article_is_refused_in_one_line_and_the_rest_is_added(
    open_changed: OpenPage, settings: Settings
) -> None:
    packed = io.BytesIO()
    with ZipFile(packed, "w") as files:
        files.writestr("a.txt", HARBOR)
    page = open_changed()
    archive_tab(page)
    page.get_by_label("Add articles").set_input_files(
        [
            text("harbor.pdf", HARBOR),
            text("packed.txt", packed.getvalue()),
            text("large.txt", "x" * (LARGEST + 1)),
            text("empty.txt", ""),
            text("harbor.txt", HARBOR),
        ]
    )
    told(page, "1 article added.")
    lines = page.locator("#outcome li").all_inner_texts()
    assert [line.partition("”")[0] for line in lines[:4]] == ["“harbor.pdf", "“packed.txt", "“large.txt", "“empty.txt"]
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Delete Harbor reopens").click()
    told(page, "1 article deleted.")
    assert len(list(settings.corpus.glob("*.txt"))) == 5


def test_no_more_files_than_twenty_are_added_at_a_time(open_changed: OpenPage, settings: Settings) -> None:
    page = open_changed()
    archive_tab(page)
    page.get_by_label("Add articles").set_input_files([text(f"{number}.pdf", "x") for number in range(22)])
    told(page, "20 files are added at a time. 2 were left out.")
    assert len(list(settings.corpus.glob("*"))) == 6


def test_an_answer_and_a_conversation_are_exported(open_changed: OpenPage) -> None:
    page = open_changed()
    page.get_by_label("From").fill("2024-10-01")
    ask(page, "Who is Kim Yong-hyun?")
    turn = ask(page, VOTE)
    said = turn.locator(".said").first.inner_text()
    for form in ("Markdown", "PDF", "JSON"):
        turn.locator("summary").get_by_text("Export").click()
        with page.expect_download() as download:
            turn.get_by_role("button", name=form).click()
        name = download.value.suggested_filename
        assert re.fullmatch(r"dateline-\d{4}-\d\d-\d\d-\d{4}\.(md|pdf|json)", name)
        data = Path(download.value.path()).read_bytes()
        if form == "PDF":
            words = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages)
            assert "unanimously approved" in " ".join(words.split())
        elif form == "JSON":
            (kept,) = json.loads(data)["turns"]
            assert kept["answer"]["statements"][0]["text"] == said
            assert kept["filters"] == {"since": "2024-10-01"}
        else:
            assert data.startswith(b"## How did the State Duma vote?")
    page.locator("#export-all summary").click()
    with page.expect_download() as download:
        page.locator("#export-all").get_by_role("button", name="JSON").click()
    turns = json.loads(Path(download.value.path()).read_bytes())["turns"]
    assert [each["answer"]["question"] for each in turns] == ["Who is Kim Yong-hyun?", VOTE]


def test_what_readers_think_is_kept_as_cases(open_changed: OpenPage, settings: Settings, archive: AnswerEngine) -> None:
    page = open_changed()
    turn = ask(page, VOTE)
    turn.get_by_role("button", name="Good", exact=True).click()
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("Thank you")).to_be_visible()
    turn.get_by_role("button", name="Not good").click()
    page.keyboard.type("<b>When</b> was it?")
    page.get_by_role("button", name="Send").click()
    expect(turn.locator(".remark-form")).to_have_count(0)
    texts = {article.id: article.text for article in archive.articles()}
    good, bad = load_cases(settings.index_dir / "feedback.jsonl", texts)
    assert good.question == bad.question == VOTE
    assert "unanimously" in good.nuggets[0].says
    assert bad.is_open and bad.remark is not None
    assert bad.remark.note == "<b>When</b> was it?"


def test_where_visitors_may_not_change_the_archive_nothing_offers_it(open_page: OpenPage) -> None:
    page = open_page()
    archive_tab(page)
    expect(page.locator("#upload")).to_have_count(0)
    expect(page.locator("#entries .remove").first).to_be_hidden()
