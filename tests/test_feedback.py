"""What visitors think of answers, and that the evals read it."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from eval.cases import load_cases
from eval.command import evaluate
from index.errors import EvalError, RequestError
from index.settings import Settings
from rag import AnswerEngine
from ui.document import Exchange
from ui.feedback import LONGEST_NOTE, Feedback

QUESTION = "How did the State Duma vote?"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "index" / "feedback.jsonl"


@pytest.fixture(scope="module")
def texts(engine: AnswerEngine) -> dict[str, str]:
    return {article.id: article.text for article in engine.articles()}


@pytest.fixture(scope="module")
def voted(engine: AnswerEngine) -> Exchange:
    return Exchange(engine.ask(QUESTION, as_of="2024-10-30", since="2024-10-20"), since="2024-10-20")


@pytest.fixture(scope="module")
def unknown(engine: AnswerEngine) -> Exchange:
    return Exchange(engine.ask("Who won the 2022 World Cup?"))


def test_what_was_kept_is_run_by_the_evals(
    file: Path, voted: Exchange, unknown: Exchange, engine: AnswerEngine, corpus: Path, tmp_path: Path
) -> None:
    chat = engine.chat()
    first, follow_up = chat.ask("Who is Kim Yong-hyun?"), chat.ask("What did he say about casualties?")
    feedback = Feedback(file)
    good = feedback.keep(voted, good=True)
    abstained = feedback.keep(unknown, good=True, note="Right, it is not in there.")
    follow = feedback.keep(Exchange(follow_up), good=True, before=[first.question])
    bad = feedback.keep(voted, good=False, note="The date is missing: <b>when</b> was it?\nWhen?")
    outcome = evaluate(
        str(file),
        Settings(corpus=corpus),
        data=None,
        gate=None,
        baseline=None,
        out=tmp_path / "out",
        tell=lambda *_: None,
    )
    record = outcome.run.suites["cases"]
    rows = {row.id: row for row in record.rows}
    assert rows.keys() == {good.id, abstained.id, follow.id, bad.id}
    assert rows[good.id].scores["lead_accuracy"] == 1
    assert rows[good.id].context == ("as of 2024-10-30", "since 2024-10-20")
    assert rows[follow.id].scores["lead_accuracy"] == 1
    assert rows[follow.id].context == ("after: Who is Kim Yong-hyun?",)
    assert rows[abstained.id].scores["abstained"] == 1
    assert rows[bad.id].scores == {}
    assert "The date is missing: <b>when</b> was it? When?" in rows[bad.id].gold[0]
    assert voted.answer.text in rows[bad.id].gold[1]
    assert record.figures["lead_accuracy"] == 1
    assert record.figures["abstain_recall"] == 1
    assert "&lt;b&gt;when&lt;/b&gt;" in (tmp_path / "out" / "report.html").read_text()


def test_a_case_says_which_words_the_lead_must_go_on_citing(file: Path, voted: Exchange, texts: dict[str, str]) -> None:
    Feedback(file).keep(voted, good=True)
    (case,) = load_cases(file, texts)
    lead = voted.answer.statements[0]
    (nugget,) = case.nuggets
    assert nugget.vital == lead.text
    assert list(nugget.slices()) == [
        (citation.article_id, citation.quote)
        for citation in voted.answer.citations
        if citation.number in lead.citations
    ]


def test_a_case_is_looked_at_again_where_its_article_is_gone(
    file: Path, voted: Exchange, texts: dict[str, str]
) -> None:
    kept = Feedback(file).keep(voted, good=True, note="Good.")
    article = voted.answer.citations[0].article_id
    left = {name: text for name, text in texts.items() if name != article}
    (case,) = load_cases(file, left)
    assert not kept.is_open
    assert case.is_open
    assert case.remark is not None
    assert case.remark.note == f"{article} has changed or gone since the answer was found good. Good."


def test_lines_from_many_at_once_are_all_kept(file: Path, voted: Exchange, texts: dict[str, str]) -> None:
    with ThreadPoolExecutor(8) as executor:
        kept = list(executor.map(lambda n: Feedback(file).keep(voted, good=n % 2 == 0, note=f"{n}"), range(40)))
    assert {case.id for case in load_cases(file, texts)} == {case.id for case in kept}


def test_a_line_that_was_broken_off_does_not_spoil_the_next(file: Path, voted: Exchange, texts: dict[str, str]) -> None:
    first = Feedback(file).keep(voted, good=True)
    with file.open("ab") as stream:
        stream.write(b'{"id": "feedback-0", "kind": "feed')
    second = Feedback(file).keep(voted, good=False)
    assert [case.id for case in load_cases(file, texts)] == [first.id, second.id]


def test_odd_letters_are_kept(file: Path, voted: Exchange, texts: dict[str, str]) -> None:
    note = '김용현 \x85 \u2028 \ud83d \x1b[31m " \\ {} - é'
    Feedback(file).keep(voted, good=False, note=note)
    assert len(file.read_bytes().splitlines()) == 1
    (case,) = load_cases(file, texts)
    assert case.remark is not None
    assert case.remark.note == " ".join(note.replace("\ud83d", "?").split())


def test_a_note_or_a_file_that_is_too_long_is_refused(file: Path, voted: Exchange) -> None:
    feedback = Feedback(file)
    with pytest.raises(RequestError, match=r"The note has 2,001 characters\. Shorten it to 2,000"):
        feedback.keep(voted, good=True, note="x" * (LONGEST_NOTE + 1))
    assert not file.exists()
    file.parent.mkdir()
    file.write_bytes(b"{}\n" * 3_334_000)
    with pytest.raises(RequestError, match="No more feedback can be kept"):
        feedback.keep(voted, good=True)
    assert file.stat().st_size == 3 * 3_334_000


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path, voted: Exchange) -> None:
    (tmp_path / "index").write_text("a file")
    with pytest.raises(RequestError, match="The feedback was not kept"):
        Feedback(tmp_path / "index" / "feedback.jsonl").keep(voted, good=True)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{", r"feedback.jsonl:2: not JSON"),
        ("[]", r"feedback.jsonl:2: .*dictionary"),
        (json.dumps({"id": "a", "kind": "feedback", "question": "Why?"}), r"feedback.jsonl:2: give at least one vital"),
        ("[" * 100_000, r"feedback.jsonl:2: it is nested too deeply"),
    ],
)
def test_a_line_that_is_no_case_is_named(
    file: Path, voted: Exchange, texts: dict[str, str], line: str, reason: str
) -> None:
    Feedback(file).keep(voted, good=True)
    with file.open("a") as stream:
        stream.write(f"{line}\n")
    with pytest.raises(EvalError, match=reason):
        load_cases(file, texts)


def test_an_empty_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "feedback.jsonl").write_text("\n")
    with pytest.raises(EvalError, match="has at least one case"):
        load_cases(tmp_path / "feedback.jsonl", {})
