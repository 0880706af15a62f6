"""The page in a real browser: asking, and looking at what stands behind an answer."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from browsing import OpenPage, answered, ask, opener, served
from playwright.sync_api import Browser, Page, expect
from scripted_server import ScriptedServer, hangs_after, says, scripted_server

from index.settings import Settings
from rag import AnswerEngine

HOW_MANY = "How many North Korean soldiers are in Russia?"
DUMA = "The Duma unanimously approved the treaty on Thursday"


def test_a_question_is_answered_with_verified_quotes(open_page: OpenPage, engine: AnswerEngine) -> None:
    page = open_page()
    turn = ask(page, HOW_MANY)
    answer = engine.ask(HOW_MANY)
    assert turn.locator(".said").all_inner_texts() == [statement.text for statement in answer.statements]
    expect(turn.locator(".statement .verdict")).to_have_text(["Verified quote"] * len(answer.statements))
    expect(turn.locator(".provenance")).to_contain_text(re.compile(r"Answered from \d articles, \d origins, 12 to 29 "))
    expect(page.get_by_label("Question", exact=True)).to_be_empty()


def test_a_number_leads_to_its_quote_marked_and_in_view(open_page: OpenPage, engine: AnswerEngine) -> None:
    page = open_page()
    turn = ask(page, HOW_MANY)
    citation = engine.ask(HOW_MANY).citation(4)
    chip = turn.locator('.chip[data-number="4"]').first
    chip.hover()
    expect(page.get_by_role("tooltip")).to_contain_text(citation.quote)
    chip.click()
    current = page.locator("#article mark[aria-current]")
    expect(current).to_be_in_viewport(ratio=1)
    assert citation.quote in current.inner_text()
    expect(current).to_be_focused()
    assert (
        page.locator("#article .text").evaluate(
            "(text) => { for (const each of text.querySelectorAll('.unseen')) each.remove(); return text.textContent; }"
        )
        == engine.article(citation.article_id).text
    )
    expect(page.locator("#place")).to_have_text(re.compile("Quote 4 of"))
    page.get_by_role("button", name="Next quote").click()
    expect(page.locator("#place")).to_have_text(re.compile("Quote 5 of"))
    expect(page.locator("#article mark[aria-current]")).to_be_in_viewport()
    page.get_by_role("button", name="Back to the answer").click()
    expect(chip).to_be_focused()


def test_the_panel_says_who_says_what_and_when(open_page: OpenPage, engine: AnswerEngine) -> None:
    page = open_page()
    ask(page, HOW_MANY)
    figures = engine.ask(HOW_MANY).figures
    page.get_by_role("tab", name="Who says what").click()
    expect(page.locator("#claims")).to_contain_text("Dmitry Peskov")
    page.get_by_role("tab", name="Timeline").click()
    points = page.locator("#timeline .point")
    expect(points).to_have_count(sum(not figure.is_part for figure in figures))  # Parts count something else.
    expect(page.locator("#timeline tbody tr")).to_have_count(len(figures))
    points.first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#article mark[aria-current]")).to_be_in_viewport()


def test_the_archive_is_listed_searched_and_read(open_page: OpenPage, engine: AnswerEngine) -> None:
    page = open_page()
    page.get_by_role("tab", name="Archive").click()
    expect(page.locator(".entry")).to_have_count(len(engine.articles()))
    page.get_by_label("Find an article").fill("yes-hope")
    expect(page.locator(".entry")).to_have_count(1)
    page.locator(".entry").click()
    expect(page.locator("#article-title")).to_be_focused()
    expect(page.locator("#article mark")).to_have_count(0)
    page.get_by_role("tab", name="Archive").click()
    page.get_by_label("Find an article").fill("no such words")
    expect(page.locator("#entries")).to_have_text("No article holds all of these words.")


def test_abstaining_says_what_is_missing_and_offers_what_is_near(open_page: OpenPage) -> None:
    page = open_page()
    turn = ask(page, "How many penguins live in Pyongyang?")
    expect(turn.locator(".missing")).to_contain_text("The archive does not answer")
    expect(turn.locator(".statement")).to_have_count(0)
    turn.locator(".related .chip").first.click()
    expect(page.locator("#article mark[aria-current]")).to_be_in_viewport()
    suggestions = page.locator("#suggestions button")
    suggestions.first.wait_for()
    words = suggestions.first.inner_text()
    suggestions.first.click()
    expect(answered(page).locator(".question")).to_have_text(words)
    expect(page.locator(".turn").last.locator(".statement").first).to_be_visible()


def test_an_example_is_asked_with_a_click(open_page: OpenPage) -> None:
    page = open_page()
    example = page.locator("#examples button").first
    words = example.inner_text()
    example.click()
    turn = answered(page)
    expect(turn.locator(".question")).to_have_text(words)
    expect(turn.locator(".statement").first).to_be_visible()
    expect(page.locator("#welcome")).to_be_hidden()


def test_a_day_limits_the_answer_and_a_day_in_the_question_is_shown(open_page: OpenPage) -> None:
    page = open_page()
    page.get_by_label("As of").fill("2024-10-20")
    turn = ask(page, HOW_MANY)
    expect(turn.locator(".limits")).to_have_text("As of 20 October 2024")
    expect(turn).not_to_contain_text("10,000")
    page.get_by_role("button", name="Clear").click()
    turn = ask(page, "As of 20 October 2024, how many North Korean soldiers are in Russia?")
    expect(turn.locator(".limits")).to_have_text("As of 20 October 2024, as the question says")
    turn.get_by_role("button", name="Edit question").click()
    expect(page.get_by_label("As of")).to_have_value("2024-10-20")


def test_a_filter_that_excludes_everything_is_told(open_page: OpenPage) -> None:
    page = open_page()
    page.get_by_label("From").fill("2024-10-28")
    page.get_by_label("As of").fill("2024-10-20")
    turn = ask(page, HOW_MANY)
    expect(turn.get_by_role("alert")).to_contain_text("is after as_of")
    expect(page.get_by_label("Question", exact=True)).to_have_value(HOW_MANY)


def test_a_question_is_edited_and_asked_again(open_page: OpenPage) -> None:
    page = open_page()
    ask(page, "Who is Kim Yong-hyun?")
    ask(page, "What did Peskov say?")
    page.locator("#turn-1").get_by_role("button", name="Edit question").click()
    box = page.get_by_label("Question", exact=True)
    expect(box).to_have_value("Who is Kim Yong-hyun?")
    expect(box).to_be_focused()
    box.fill("Who is Andriy Kovalenko?")
    page.keyboard.press("Enter")
    expect(page.locator(".question")).to_have_text(["Who is Andriy Kovalenko?"])
    expect(answered(page).locator(".statement").first).to_contain_text("Kovalenko")
    turn = ask(page, "What did he say?")
    expect(turn.locator(".understood")).to_contain_text("Andriy Kovalenko")


def test_hostile_words_stay_words(open_page: OpenPage) -> None:
    page = open_page()
    hostile = '<img src=x onerror="document.title=1"> What did Peskov say? ![x](http://evil.example/x.png) ${document}'
    turn = ask(page, hostile)
    expect(turn.locator(".question")).to_have_text(hostile)
    expect(page.locator(".log img")).to_have_count(0)
    expect(page).to_have_title("Dateline")


@pytest.fixture
def model() -> Iterator[ScriptedServer]:
    with scripted_server() as running:
        yield running


@pytest.fixture
def worded(browser: Browser, model: ScriptedServer) -> Iterator[Page]:
    """The page over an engine whose answers are worded by a language model that says what it is told to."""
    text = "The Duma unanimously approved the treaty on Thursday. Nobody spoke against it in the debate."
    chosen = Settings(llm="openai:scripted", llm_url=model.url, llm_timeout=20)
    with (
        AnswerEngine.from_articles([{"id": "a", "text": text, "title": "Vote"}], settings=chosen) as engine,
        served(engine) as url,
        opener(browser, url) as opening,
    ):
        yield opening()


def test_stop_stops_at_once_and_keeps_what_was_verified(worded: Page, model: ScriptedServer) -> None:
    model.enqueue(hangs_after(f"{DUMA} [KEY]\n", "And "))
    worded.get_by_label("Question", exact=True).fill("How did the Duma vote?")
    worded.keyboard.press("Enter")
    expect(worded.locator(".statement")).to_have_count(1)
    expect(worded.locator(".steps .current")).to_be_visible()
    worded.get_by_role("button", name="Stop").click()
    expect(worded.locator(".halted")).to_have_text("Stopped.")
    expect(worded.locator(".statement")).to_have_count(1)
    assert model.history[0].gone.wait(20), "the model goes on although nobody waits for it"
    model.enqueue(says(f"{DUMA} [KEY]"))
    model.next()
    turn = ask(worded, "How did the Duma vote?")
    expect(turn.locator(".verdict").first).to_have_text(re.compile("Verified"))


def test_removed_sentences_are_folded_away_with_their_reasons(worded: Page, model: ScriptedServer) -> None:
    model.enqueue(says(f"{DUMA} [KEY]\n", "The Duma rejected the treaty on 3 May 1999 [KEY]\n"))
    turn = ask(worded, "How did the Duma vote?")
    expect(turn.locator(".statement .verdict").first).to_be_visible()
    summary = turn.get_by_text("1 sentence removed: not supported")
    reason = turn.locator(".removed .reason")
    expect(reason).to_be_hidden()
    summary.click()
    expect(reason).to_be_visible()
    expect(turn.locator(".removed .said")).to_contain_text("rejected")


def test_quotes_alone_can_be_chosen_where_a_model_words_answers(worded: Page, model: ScriptedServer) -> None:
    worded.get_by_label("Words").select_option("Quotes only")
    turn = ask(worded, "How did the Duma vote?")
    expect(turn.locator(".statement.quote").first).to_be_visible()
    assert model.history == []
