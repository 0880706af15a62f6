"""The page in a real browser: what is kept, what is shared, and every way of looking at it."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

from browsing import OpenPage, answered, ask
from playwright.sync_api import Page, expect

HOW_MANY = "How many North Korean soldiers are in Russia?"
WHO = "Who is Kim Yong-hyun?"


def test_a_conversation_survives_a_reload(open_page: OpenPage) -> None:
    page = open_page()
    ask(page, WHO)
    turn = ask(page, HOW_MANY)
    said = turn.locator(".said").all_inner_texts()
    page.reload()
    expect(page.locator(".question")).to_have_text([WHO, HOW_MANY])
    turn = answered(page)
    assert turn.locator(".said").all_inner_texts() == said
    turn.locator('.chip[data-number="2"]').first.click()
    expect(page.locator("#article mark[aria-current]")).to_be_in_viewport()
    turn = ask(page, "And on 25 October?")
    expect(turn.locator(".understood")).to_contain_text("soldiers")


def test_an_answer_that_was_changed_in_the_browser_is_asked_anew(open_page: OpenPage) -> None:
    page = open_page()
    said = ask(page, WHO).locator(".said").all_inner_texts()
    page.evaluate("""() => {
      const [key, kept] = Object.entries(localStorage).find(([key]) => key.startsWith("dateline:"));
      localStorage.setItem(key, kept.replaceAll("Kim", "<b>Mallory</b>"));
    }""")
    page.evaluate("""() => {
      const [key, kept] = Object.entries(localStorage).find(([key]) => key.startsWith("dateline:"));
      const changed = JSON.parse(kept);
      changed.turns[0].asked.question = changed.turns[0].resolved = "Who is Kim Yong-hyun?";
      localStorage.setItem(key, JSON.stringify(changed));
    }""")
    page.reload()
    page.locator(".statement").first.wait_for()
    assert answered(page).locator(".said").all_inner_texts() == said
    expect(page.locator("body")).not_to_contain_text("Mallory")


def test_a_new_conversation_begins_empty(open_page: OpenPage) -> None:
    page = open_page()
    ask(page, WHO)
    page.get_by_role("button", name="New conversation").click()
    expect(page.locator(".turn")).to_have_count(0)
    expect(page.locator("#welcome")).to_be_visible()
    page.reload()
    expect(page.locator("#welcome")).to_be_visible()
    expect(page.locator(".turn")).to_have_count(0)


def test_a_link_opens_a_question_with_its_filters(open_page: OpenPage) -> None:
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    page.get_by_label("As of").fill("2024-10-20")
    said = ask(page, HOW_MANY)
    said.get_by_role("button", name="Copy link").click()
    expect(page.get_by_text("Link copied")).to_be_visible()
    link = urlsplit(page.evaluate("navigator.clipboard.readText()"))
    assert parse_qs(link.query) == {"q": [HOW_MANY], "as_of": ["2024-10-20"]}
    other = open_page(f"/?{link.query}")
    turn = answered(other)
    expect(turn.locator(".question")).to_have_text(HOW_MANY)
    expect(turn.locator(".limits")).to_have_text("As of 20 October 2024")
    assert turn.locator(".said").all_inner_texts() == said.locator(".said").all_inner_texts()
    expect(other.get_by_label("As of")).to_have_value("2024-10-20")
    assert not urlsplit(other.url).query


def test_a_link_with_a_filter_that_is_none_says_so(open_page: OpenPage) -> None:
    page = open_page("/?q=What+did+Peskov+say%3F&outlet=%3Cscript%3E")
    expect(answered(page).get_by_role("alert")).to_contain_text("No article is from '<script>'")


def test_an_answer_is_copied_with_its_sources(open_page: OpenPage) -> None:
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    turn = ask(page, HOW_MANY)
    turn.get_by_role("button", name="Copy", exact=True).click()
    expect(page.get_by_text("Answer copied")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith(HOW_MANY)
    for words in turn.locator(".said").all_inner_texts():
        assert copied.count(words) >= 2  # Once as it is said, once as it is quoted.


def test_two_visitors_do_not_see_each_other(open_page: OpenPage) -> None:
    one, other = open_page(), open_page()
    for page, question in ((one, WHO), (other, "What did Peskov say?")):
        page.get_by_label("Question", exact=True).fill(question)
        page.keyboard.press("Enter")
    expect(answered(one)).to_contain_text("Kim Yong-hyun")
    expect(answered(other)).to_contain_text("Peskov")
    expect(one.locator(".turn")).to_have_count(1)
    expect(other.locator(".turn")).to_have_count(1)
    expect(ask(one, "What did he say about casualties?").locator(".understood")).to_contain_text("Kim Yong-hyun")


def test_on_a_phone_the_panel_opens_when_a_citation_is_tapped(open_page: OpenPage) -> None:
    page = open_page(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    turn = ask(page, HOW_MANY)
    expect(page.get_by_role("tabpanel")).to_have_count(0)
    turn.locator(".chip").first.tap()
    mark = page.locator("#article mark[aria-current]")
    expect(mark).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("button", name="Close the panel").tap()
    expect(mark).to_be_hidden()


def test_the_page_follows_the_colours_of_the_system(open_page: OpenPage) -> None:
    def brightness(page: Page) -> int:
        colour = page.locator(".paper").evaluate("(paper) => getComputedStyle(paper).backgroundColor")
        return sum(map(int, re.findall(r"\d+", colour)[:3]))

    assert brightness(open_page(color_scheme="dark")) < 150
    assert brightness(open_page(color_scheme="light")) > 600


def test_everything_is_within_reach_of_the_keyboard(open_page: OpenPage) -> None:
    page = open_page()
    expect(page.get_by_label("Question", exact=True)).to_be_focused()
    page.keyboard.type(HOW_MANY)
    page.keyboard.press("Enter")
    turn = answered(page)
    chip = turn.locator(".chip").first
    for _ in range(40):
        page.keyboard.press("Shift+Tab")
        if chip.evaluate("(chip) => chip === document.activeElement"):
            break
    expect(chip).to_be_focused()
    expect(page.get_by_role("tooltip")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("tooltip")).to_be_hidden()
    page.keyboard.press("Enter")
    expect(page.locator("#article mark[aria-current]")).to_be_focused()
    page.keyboard.press("Escape")
    expect(chip).to_be_focused()
    page.get_by_role("tab", name="Sources").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="Who says what")).to_be_focused()
    expect(page.get_by_role("tab", name="Who says what")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("End")
    expect(page.get_by_role("tabpanel", name="Archive")).to_be_visible()


def test_focus_is_seen(open_page: OpenPage) -> None:
    page = open_page()
    page.keyboard.press("Tab")
    assert page.evaluate("getComputedStyle(document.activeElement).outline").endswith("solid 2px")
    assert page.evaluate("document.documentElement.lang") == "en"
