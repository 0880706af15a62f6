"""Answers and conversations as files."""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from pypdf import PdfReader

from index.errors import SettingsError
from rag import AnswerEngine
from rag.answer import Removed
from ui.document import Exchange, IndexState
from ui.exporting import FORMS, Form, export, write
from ui.markdown import escaped

QUESTION = "How many North Korean soldiers are in Russia?"
MADE = datetime(2024, 11, 5, 9, 30, tzinfo=UTC)
HOSTILE = (
    "<script>alert(1)</script> <img src=x onerror=alert(1)> ![x](http://evil.example/x.png) [y](javascript:alert(1)) "
    "www.evil.example https://evil.example a@evil.example <b> | *z* `code` # &lt; $x$ 김용현 "
    "Зеленський \x1b[31m \x00\ud83d"
)


@pytest.fixture(scope="module")
def exchanges(engine: AnswerEngine) -> list[Exchange]:
    chat = engine.chat()
    asked = chat.ask(QUESTION, as_of="2024-10-30", since="2024-10-12")
    return [Exchange(asked, since="2024-10-12"), Exchange(chat.ask("Who won the 2022 World Cup?"))]


@pytest.fixture(scope="module")
def state(engine: AnswerEngine) -> IndexState:
    return IndexState.of(engine.archive)


def hostile(exchange: Exchange) -> Exchange:
    answer = exchange.answer
    statement = answer.statements[0].model_copy(update={"text": HOSTILE, "claimant": HOSTILE})
    citation = answer.citations[0].model_copy(
        update={"title": HOSTILE, "outlet": HOSTILE, "path": HOSTILE, "quote": "x" * 100_000}
    )
    update = {
        "question": HOSTILE,
        "statements": (statement, *answer.statements[1:]),
        "citations": (citation, *answer.citations[1:]),
        "removed": (Removed(text=HOSTILE, reason=HOSTILE),),
        "notes": (HOSTILE,),
    }
    return replace(exchange, answer=answer.model_copy(update=update), outlet=HOSTILE)


def words_of(data: bytes) -> str:
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages)
    return " ".join(text.split())


def readable(form: Form, data: bytes) -> str:
    """What somebody who opens the file reads, without line ends."""
    if form == "pdf":
        return words_of(data)
    text = data.decode()
    return " ".join(
        (re.sub(r"\\([^a-zA-Z0-9\s])", r"\1", text) if form == "md" else json.dumps(json.loads(text))).split()
    )


@pytest.mark.parametrize("form", ["md", "pdf"])
def test_a_file_holds_the_whole_answer(exchanges: list[Exchange], state: IndexState, form: Form) -> None:
    made = export(exchanges, state, form, MADE)
    shown = readable(form, made.data)
    answer, other = (exchange.answer for exchange in exchanges)
    assert made.name == f"dateline-2024-11-05-0930.{form}"
    for statement in answer.statements:
        assert " ".join(statement.text.split()) in shown
    for citation in (*answer.citations, *other.related):
        assert citation.path in shown
        assert " ".join(citation.quote.split()) in shown
    assert "As of 30 October 2024" in shown
    assert "Articles since 12 October 2024" in shown
    assert "verified quote" in shown
    assert "Denied by" in shown
    assert "not before 29 October 2024" in shown
    assert " ".join((other.missing or "").split()) in shown
    assert "Nearest passages".casefold() in shown.casefold()
    assert "5 articles in 28 passages, 12 to 29 October 2024, 2 undated" in shown
    assert "5 November 2024, 09:30 UTC" in shown


def test_the_json_holds_the_answers_as_they_are_with_filters_and_index(
    exchanges: list[Exchange], state: IndexState
) -> None:
    whole = json.loads(export(exchanges, state, "json", MADE).data)
    assert [turn["answer"] for turn in whole["turns"]] == [exchange.answer.to_dict() for exchange in exchanges]
    assert whole["turns"][0]["filters"] == {"as_of": "2024-10-30", "since": "2024-10-12"}
    assert whole["turns"][1]["filters"] == {}
    assert whole["exported"] == "2024-11-05T09:30:00+00:00"
    assert {"articles": 5, "undated": 2, "to": "2024-10-29"}.items() <= whole["index"].items()
    assert datetime.fromisoformat(whole["index"]["indexed"]) > MADE


def test_an_archive_in_memory_has_no_day_of_indexing() -> None:
    with AnswerEngine.from_articles(
        [{"id": "a", "text": "The mayor opened the bridge.", "date": "2024-05-03"}]
    ) as made:
        state = IndexState.of(made.archive)
    assert state.words == "1 article in 1 passage, 3 May 2024"


@pytest.mark.parametrize("form", FORMS)
def test_hostile_words_are_kept_as_words(exchanges: list[Exchange], state: IndexState, form: Form) -> None:
    data = export([hostile(exchanges[0])], state, form, MADE).data
    shown = readable(form, data)
    assert "<script>alert(1)</script>" in shown
    if form == "pdf":
        assert not any("/Annots" in page for page in PdfReader(io.BytesIO(data)).pages)
        assert "Зеленський" in shown
        assert "lacks" in shown  # The letters of 김용현.
    if form == "md":
        tokens = MarkdownIt("commonmark").enable("table").parse(data.decode())
        inner = [child.type for token in tokens for child in token.children or ()]
        assert not {"html_inline", "image", "link_open", "code_inline"} & set(inner)
        assert not {"html_block", "fence", "code_block"} & {token.type for token in tokens}


@given(
    st.text(), st.sampled_from(["", "1. ", "- ", "+", "===", "---", "[a]: b", "    ", "<!--", "~~~", "www.", "a://"])
)
def test_escaped_markdown_shows_the_text_and_does_nothing_else(text: str, head: str) -> None:
    line = " ".join((head + text).split())
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(escaped(line))
    if not line:
        assert not tokens
        return
    assert [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]
    children = tokens[1].children or []
    assert {child.type for child in children} <= {"text", "text_special"}
    assert "".join(child.content for child in children) == line.replace("\0", "\ufffd")


@settings(max_examples=30)
@given(text=st.text())
def test_no_text_stops_a_pdf_from_being_made(exchanges: list[Exchange], state: IndexState, text: str) -> None:
    answer = exchanges[1].answer.model_copy(update={"question": text, "notes": (text,), "related": ()})
    assert export([Exchange(answer)], state, "pdf", MADE).data.startswith(b"%PDF-")


def test_a_name_without_a_known_end_is_refused(tmp_path: Path, exchanges: list[Exchange], state: IndexState) -> None:
    with pytest.raises(SettingsError, match=r"answer.docx'. Name a file that ends in .md, .json or .pdf"):
        write(tmp_path / "answer.docx", exchanges, state)
    with pytest.raises(SettingsError, match="cannot be written"):
        write(tmp_path / "missing" / "answer.md", exchanges, state)
    write(tmp_path / "answer.MD", exchanges, state)
    assert (tmp_path / "answer.MD").read_text().startswith("## How many")
