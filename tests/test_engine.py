from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st
from test_sentences import TEXTS

from index.errors import CorpusError, IndexMismatch, LLMError, ModelUnavailable, QuestionError, SettingsError
from index.settings import Settings, load_settings
from rag import Answer, AnswerEngine

VOTE = {
    "id": "vote",
    "text": "The parliament approved the treaty on Thursday. Nobody voted against it.",
    "date": "2024-10-25",
}
SHIP = {"id": "ship", "text": "The ferry Aurora sank near Gotland with 40 people aboard.", "outlet": "Harbour News"}


def check(answer: Answer, engine: AnswerEngine) -> Answer:
    """What holds for every answer."""
    assert len(answer.statements) <= 6
    assert (answer.status == "answered") == bool(answer.statements) == (answer.missing is None)
    for citation in (*answer.citations, *answer.related):
        assert engine.article(citation.article_id).text[citation.start : citation.end] == citation.quote
    assert [citation.number for citation in answer.citations] == list(range(1, len(answer.citations) + 1))
    for statement in answer.statements:
        assert statement.verdict.label == "supported"
        assert any(answer.citation(number).quote == statement.text for number in statement.citations)
        assert statement.text in answer.text
    return answer


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("How many translators does each North Korean unit get?", "one translator and three Russian commanders per 30"),
        ("Where did the troops land after travelling by sea?", "Vladivostok"),
        ("How did the State Duma vote?", "unanimously"),
    ],
)  # fmt: skip
def test_the_first_statement_holds_the_answer(engine: AnswerEngine, question: str, words: str) -> None:
    answer = check(engine.ask(question), engine)
    assert answer.status == "answered"
    assert words in answer.statements[0].text


@pytest.mark.parametrize(
    "question", ["Who won the 2022 World Cup?", "What did Macron say about the troops?", "How do I bake bread?"]
)
def test_abstains_and_says_what_is_missing(engine: AnswerEngine, question: str) -> None:
    answer = check(engine.ask(question), engine)
    assert answer.status == "abstained"
    assert answer.text == answer.missing
    assert answer.citations == ()
    assert len(answer.related) == 3
    assert "5 articles, 12 to 29 October 2024, 2 undated" in answer.text


def test_an_unknown_name_is_named(engine: AnswerEngine) -> None:
    assert str(engine.ask("What did Macron tell Peskov?").missing).startswith("The archive does not mention “Macron”.")


def test_as_of_uses_what_could_be_read_by_then(engine: AnswerEngine) -> None:
    question = "How many North Korean soldiers are in Russia?"
    later = check(engine.ask(question), engine)
    earlier = check(engine.ask(question, as_of="2024-10-26"), engine)
    assert earlier.as_of == "2024-10-26"
    assert "3,000" in earlier.statements[0].text
    assert "undated-ukrainian-intelligence-intercepts.txt" not in {c.article_id for c in earlier.citations}
    assert (earlier.searched.articles, later.searched.articles) == (4, 5)
    assert (earlier.searched.to, later.searched.to) == ("2024-10-25", "2024-10-29")
    assert engine.ask(question, as_of=date(2024, 10, 26)).statements == earlier.statements
    assert engine.ask(question, as_of=datetime(2024, 10, 26, 9)).statements == earlier.statements


def test_since_and_outlet(engine: AnswerEngine) -> None:
    since = engine.ask("How did the State Duma vote?", since="2024-10-20")
    assert (since.searched.articles, since.searched.from_, since.searched.undated) == (2, "2024-10-25", 0)
    outlet = check(engine.ask("What did Peskov call the claims?", outlet="yes-hope news"), engine)
    assert {citation.outlet for citation in outlet.citations} == {"Yes-Hope News"}


def test_nothing_within_the_filters(engine: AnswerEngine) -> None:
    answer = check(engine.ask("How did the State Duma vote?", since="2025-01-01"), engine)
    assert answer.missing == "The archive holds no article within these dates and this outlet."
    assert answer.searched.articles == 0


@pytest.mark.parametrize(
    ("question", "filters", "message"),
    [
        ("", {}, "is empty"),
        (" \n?", {}, "is empty"),
        ("why " * 25_000, {}, "99,999 characters; at most 2,000"),
        ("who \udcff?", {}, "bytes that are no text"),
        (None, {}, "None, which is not a text"),
        ("Who?", {"as_of": 20241026}, "as_of is 20241026, which is not a day"),
        ("Who?", {"as_of": "yesterday"}, "as_of is 'yesterday', which is not a day"),
        ("Who?", {"since": "2024-10-26", "as_of": "2024-10-25"}, "since \\(2024-10-26\\) is after"),
        ("Who?", {"outlet": "The Moon"}, "No article is from 'The Moon'. Outlets known: Yes-Hope News"),
    ],
)
def test_questions_that_cannot_be_asked(
    engine: AnswerEngine, question: Any, filters: dict[str, Any], message: str
) -> None:
    with pytest.raises(QuestionError, match=message):
        engine.ask(question, **filters)
    with pytest.raises(QuestionError, match=message):
        engine.stream(question, **filters)


def test_json_has_the_keys_that_programs_rely_on(engine: AnswerEngine) -> None:
    given = json.loads(engine.ask("How did the State Duma vote?").to_json())
    assert given.keys() >= {
        "question", "resolved_question", "status", "as_of", "text", "statements", "citations", "figures", "disputes",
        "removed", "missing", "confidence", "origins", "searched", "synthesizer", "timings_ms",
    }  # fmt: skip
    assert given["statements"][0].keys() >= {"text", "kind", "claimant", "stance", "citations", "verdict"}
    assert given["statements"][0]["verdict"].keys() == {"label", "score", "checks"}
    assert given["citations"][0].keys() >= {
        "number", "article_id", "path", "title", "outlet", "date", "start", "end", "quote", "origin", "rests_on",
    }  # fmt: skip
    assert given["searched"].keys() == {"articles", "from", "to", "undated", "newest"}
    assert given["timings_ms"].keys() == {"retrieve", "answer"}
    assert (given["status"], given["synthesizer"], given["missing"]) == ("answered", "quote", None)


def test_two_processes_give_the_same_json(corpus: Path) -> None:
    script = (
        "import json, sys\nfrom rag import AnswerEngine\nengine = AnswerEngine.open(sys.argv[1])\n"
        "for question in sys.argv[2:]:\n    answer = engine.ask(question).to_dict()\n"
        "    del answer['timings_ms']\n    print(json.dumps(answer))\n"
    )
    questions = ["How many North Korean soldiers are in Russia?", "What did Peskov say?", "Who won the 2022 World Cup?"]
    command = [sys.executable, "-c", script, str(corpus), *questions]
    runs = [subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout for _ in range(2)]
    assert runs[0] == runs[1]
    assert len(runs[0].splitlines()) == 3


def test_stream_brings_each_verified_statement_and_then_the_answer(engine: AnswerEngine) -> None:
    events = list(engine.stream("How many North Korean soldiers are in Russia?"))
    assert [event.type for event in events[:2]] == ["step", "step"]
    *_, last = events
    assert last.answer is not None
    streamed = [event for event in events if event.type == "statement"]
    assert tuple(event.statement for event in streamed) == last.answer.statements
    cited = tuple(citation for event in streamed for citation in event.citations)
    assert last.answer.citations[: len(cited)] == cited
    beside = {each.citation for each in (*last.answer.figures, *last.answer.disputes)}
    assert {citation.number for citation in last.answer.citations[len(cited) :]} <= beside


def test_chat_keeps_the_conversation(engine: AnswerEngine) -> None:
    chat = engine.chat()
    chat.ask("Who is Kim Yong-hyun?")
    answer = check(chat.ask("What did he say about casualties?"), engine)
    assert answer.question == "What did he say about casualties?"
    assert answer.resolved_question == "What did Kim Yong-hyun say about casualties?"
    assert "likelihood of North Korean military casualties" in answer.statements[0].text
    chat.ask("How many officers could be among the North Korean troops?")
    assert "generals" in chat.ask("And how many generals?").statements[0].text
    assert len(chat.turns) == 4
    assert (
        engine.chat().ask("What did he say about casualties?").resolved_question == "What did he say about casualties?"
    )


def test_a_question_that_stands_alone_is_left_alone_in_a_chat(engine: AnswerEngine) -> None:
    chat = engine.chat()
    chat.ask("Who is Kim Yong-hyun?")
    for question in (
        "How did the State Duma vote?",
        "What is Telegram?",
        "Who is Putin?",
        "Does Russia deny its losses?",
    ):
        answer = chat.ask(question)
        assert answer.resolved_question == answer.question


def test_a_follow_up_is_answered_by_what_it_asks_itself(engine: AnswerEngine) -> None:
    chat = engine.chat()
    chat.ask("Which treaty did the Duma approve?")
    assert "Federation Council" in chat.ask("Who still has to ratify it?").statements[0].text


def test_follow_ups_hang_on_the_last_question_that_stood_alone(engine: AnswerEngine) -> None:
    chat = engine.chat()
    chat.ask("How did the State Duma vote?")
    chat.ask("And when?")
    assert chat.ask("And why?").resolved_question == "Why did the State Duma vote?"


def test_capitals_and_numbered_ids() -> None:
    with AnswerEngine.from_articles([{**VOTE, "id": 0}, {**SHIP, "id": 1}]) as engine:
        assert check(engine.ask("WHEN DID THE PARLIAMENT APPROVE THE TREATY?"), engine).citations[0].article_id == "0"


def test_search(engine: AnswerEngine) -> None:
    hits = engine.search("translators per unit", k=3)
    assert len(hits) == 3
    assert "one translator" in hits[0].text
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    for hit in hits:
        assert engine.article(hit.article_id).text[hit.start : hit.end] == hit.text
    for k in (0, 101, "3", 2.5):
        with pytest.raises(QuestionError, match=f"k is {k!r}; ask for 1 to 100"):
            engine.search("translators", k=k)


def test_from_articles() -> None:
    with AnswerEngine.from_articles([VOTE, SHIP]) as engine:
        answer = check(engine.ask("How many people were aboard the Aurora?"), engine)
        assert answer.statements[0].text == SHIP["text"]
        citation = answer.citations[0]
        assert (citation.article_id, citation.outlet, citation.date) == ("ship", "Harbour News", None)
        assert (
            check(engine.ask("When did the parliament approve the treaty?"), engine).citations[0].date == "2024-10-25"
        )
        assert engine.ask("Who is the king of Norway?").status == "abstained"


def test_from_articles_twice_at_once() -> None:
    with AnswerEngine.from_articles([VOTE]) as one, AnswerEngine.from_articles([SHIP]) as other:
        assert [article.id for article in one.articles()] == ["vote"]
        assert {hit.article_id for hit in one.search("ferry Aurora")} == {"vote"}
        assert {hit.article_id for hit in other.search("ferry Aurora")} == {"ship"}


def test_copies_are_one_origin() -> None:
    copy = {"id": "copy", "text": VOTE["text"].replace(" ", "\n", 1), "outlet": "Other"}
    with AnswerEngine.from_articles([VOTE, copy]) as engine:
        answer = check(engine.ask("When did the parliament approve the treaty?"), engine)
        assert answer.statements[0].citations == (1, 2)
        assert answer.origins == 1


@pytest.mark.parametrize(
    ("articles", "message"),
    [
        ([], "no article"),
        ([{"text": "A text."}], "has no id"),
        ([{"id": "a", "text": " "}], "'a' has no text"),
        ([{"id": "a"}], "'a' has no text"),
        ([VOTE, VOTE], "Two articles have the id 'vote'"),
        ([{**VOTE, "date": "soon"}], "date 'soon'"),
        ([{**VOTE, "date": 20241025}], "date 20241025"),
        ([{"id": "a", "text": "half \ud800"}], "surrogate"),
        ([{"id": "a", "text": "Text.", "title": "\ud800"}], "surrogate"),
        (["abc"], "Give it as a mapping"),
    ],
)
def test_articles_that_cannot_be_used(articles: list[dict[str, str]], message: str) -> None:
    with pytest.raises(CorpusError, match=message):
        AnswerEngine.from_articles(articles)


@given(st.lists(TEXTS.filter(lambda text: text.strip() != ""), min_size=1, max_size=3))
@settings(max_examples=25)
def test_every_quote_is_a_slice_of_the_text_as_it_was_given(texts: list[str]) -> None:
    articles = [{"id": f"a{number}", "text": text} for number, text in enumerate(texts)]
    with AnswerEngine.from_articles(articles) as engine:
        for question in ("Did the vote pass?", "Who said no?", texts[0][:200]):
            try:
                answer = check(engine.ask(question), engine)
            except QuestionError:
                continue
            for citation in (*answer.citations, *answer.related):
                given_text = texts[int(citation.article_id[1:])]
                assert given_text[citation.start : citation.end] == citation.quote


@given(TEXTS)
@settings(max_examples=25)
def test_every_quote_from_a_file_is_a_slice_of_it(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    from index.reading import NotText, decode, parse_article
    from index.sentences import split_sentences

    data = text.encode()
    try:
        article = parse_article(decode(data), "a.txt")
    except NotText:
        return
    for sentence in split_sentences(article.text):
        assert sentence.of(article.text).encode() in data


def test_open_without_sync_reads_the_index_as_it_is(write_corpus: Callable[..., Path]) -> None:
    corpus = write_corpus({"a.txt": str(SHIP["text"])})
    with pytest.raises(IndexMismatch, match=r"There is no index.*dateline index"):
        AnswerEngine.open(corpus, sync=False)
    AnswerEngine.open(corpus).close()
    (corpus / "b.txt").write_text(str(VOTE["text"]))
    with AnswerEngine.open(corpus, sync=False) as engine:
        assert [article.id for article in engine.articles()] == ["a.txt"]
    with AnswerEngine.open(corpus) as engine:
        assert engine.report is not None
        assert engine.report.added == 1
    assert (corpus.parent / ".dateline" / "corpus" / "CURRENT").is_file()


def test_settings_come_from_arguments_then_the_environment_then_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "dateline.toml").write_text('corpus = "from-file"\nport = 1111\nstatements = 2\n')
    monkeypatch.setenv("DATELINE_PORT", "2222")
    monkeypatch.setenv("DATELINE_STATEMENTS", "3")
    read = load_settings(statements=4)
    assert (read.corpus, read.port, read.statements) == (Path("from-file"), 2222, 4)
    monkeypatch.setenv("DATELINE_INDEX", "/somewhere")
    assert load_settings().index_dir == Path("/somewhere")
    assert len(Settings.model_fields) < 20


@pytest.mark.parametrize(
    ("content", "message"),
    [("port = 'high'", "'port' is 'high'"), ("ports = 1", "'ports' is 1"), ("port =", "dateline.toml cannot be read")],
)
def test_settings_that_cannot_be_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str, message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "dateline.toml").write_text(content)
    with pytest.raises(SettingsError, match=message):
        load_settings()


def test_models_that_cannot_be_used(corpus: Path, tmp_path: Path) -> None:
    with pytest.raises(LLMError, match="'nonesuch:gpt'"):
        AnswerEngine.open(corpus, llm="nonesuch:gpt")
    (tmp_path / "empty").mkdir()
    with pytest.raises(ModelUnavailable, match="cannot be loaded"):
        AnswerEngine.open(settings=Settings(corpus=corpus, index=tmp_path / "index", embedding=str(tmp_path / "empty")))


def test_weights_that_fail_the_check_are_not_used(tmp_path: Path) -> None:
    from index.embedding import BUILT_IN_SHA256, check_weights

    file = tmp_path / "model.safetensors"
    with pytest.raises(ModelUnavailable, match="missing"):
        check_weights(file, BUILT_IN_SHA256)
    file.write_bytes(b"other weights")
    with pytest.raises(ModelUnavailable, match=f"not {BUILT_IN_SHA256}, and are not used"):
        check_weights(file, BUILT_IN_SHA256)


def test_a_local_model_can_be_configured(write_corpus: Callable[..., Path]) -> None:
    from index.embedding import built_in_folder

    corpus = write_corpus({"a.txt": str(SHIP["text"])})
    with AnswerEngine.open(settings=Settings(corpus=corpus, embedding=str(built_in_folder()))) as engine:
        assert engine.ask("How many people were aboard the Aurora?").status == "answered"
    with pytest.raises(IndexMismatch, match="made with the embedding model 'model@53aa51172d14'"):
        AnswerEngine.open(corpus)
