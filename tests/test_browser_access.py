"""The page for everybody: axe-core finds nothing serious, on any tab, light or dark, wide or narrow."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import pytest
from browsing import OpenPage, ask
from playwright.sync_api import Page

AXE = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
HOW_MANY = "How many North Korean soldiers are in Russia?"
LOOKS = [
    ({"width": 1280, "height": 820}, "light"),
    ({"width": 1280, "height": 820}, "dark"),
    ({"width": 390, "height": 844}, "light"),
    ({"width": 390, "height": 844}, "dark"),
]


def serious(page: Page) -> list[str]:
    """What axe-core finds that is serious or critical, with the element where it is."""
    # Evaluated by the debugger, which the page's policy does not bind; nothing is loaded.
    page.evaluate(AXE)
    found: dict[str, Any] = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{rule['id']} ({rule['impact']}): {node['html'][:160]} {node['failureSummary'][:300]}"
        for rule in found["violations"]
        if rule["impact"] in ("serious", "critical")
        for node in rule["nodes"]
    ]


@pytest.mark.parametrize(("size", "scheme"), LOOKS)
def test_nothing_serious_stands_in_anybodys_way(open_page: OpenPage, size: dict[str, int], scheme: str) -> None:
    page = open_page(viewport=size, color_scheme=scheme)
    assert serious(page) == []
    turn = ask(page, HOW_MANY)
    assert serious(page) == []
    turn.locator("details.menu summary").click()
    assert serious(page) == []
    page.keyboard.press("Escape")
    turn.get_by_role("button", name="Not good").click()
    assert serious(page) == []
    page.keyboard.press("Escape")
    turn.locator(".chip").first.click()
    page.locator("#article mark").first.wait_for()
    assert serious(page) == []
    for name in ("Who says what", "Timeline", "Archive"):
        page.get_by_role("tab", name=name).click()
        if name == "Archive":
            page.locator("#entries .entry").first.wait_for()
        assert serious(page) == [], name


def test_an_abstaining_answer_and_an_error_are_as_open(open_page: OpenPage) -> None:
    page = open_page()
    ask(page, "Who won the 2022 World Cup?")
    assert serious(page) == []
    page.get_by_label("From").fill("2024-12-01")
    page.get_by_label("As of").fill("2024-10-01")
    assert ask(page, HOW_MANY).locator(".problem").count() == 1
    assert serious(page) == []


def test_axe_would_find_something(open_page: OpenPage) -> None:
    page = open_page()
    page.evaluate("document.getElementById('fresh').outerHTML = '<button><img src=\"data:,\"></button>'")
    assert any("button-name" in found for found in serious(page))
