"""Every command and code block of the README is run."""

from __future__ import annotations

import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import tomllib
from pathlib import Path

import httpx
import pytest
import yaml
from conftest import ROOT

from eval.gate import load_gate
from eval.registry import MEASURES
from index.settings import load_settings

README = (ROOT / "README.md").read_text(encoding="utf-8")
OF_EVAL = (ROOT / "eval" / "README.md").read_text(encoding="utf-8")


def blocks(text: str) -> list[tuple[str, str]]:
    """The language and the content of each code block."""
    return re.findall(r"^```(\w+)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


BLOCKS = blocks(README)
COMMANDS = [line for kind, block in BLOCKS if kind == "sh" for line in block.splitlines()]
BIN = Path(sys.executable).parent


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout as the user has it, with this Python environment in the place of its own."""
    for path in ROOT.iterdir():
        if path.name not in (".git", ".venv", ".dateline", "eval-report"):
            (tmp_path / path.name).symlink_to(path)
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv" / "bin").symlink_to(BIN)
    for stamp in ("ready", "ready-dev"):
        (tmp_path / ".venv" / stamp).touch()
    return tmp_path


def environment(checkout: Path) -> dict[str, str]:
    """That of a user, who does not call make from within make."""
    outside = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    return {**outside, "DATELINE_INDEX": str(checkout / ".dateline" / "corpus")}


def test_the_kinds_of_blocks_are_those_that_are_run() -> None:
    assert {kind for kind, _ in BLOCKS} == {"sh", "python", "toml", "yaml"}


@pytest.mark.parametrize("command", [c for c in COMMANDS if not re.search(r"\bchat\b|make test|make eval", c)])
def test_commands(checkout: Path, command: str) -> None:
    done = subprocess.run(command, shell=True, cwd=checkout, env=environment(checkout), capture_output=True, text=True)
    if "doctor" in command:
        assert done.returncode == 1  # there is no index yet in this checkout
        assert "none yet" in done.stdout
        return
    assert done.returncode == 0
    assert [line for line in done.stderr.splitlines() if not line.startswith("Written: ")] == []
    assert done.stdout


@pytest.mark.parametrize("command", ["make test", "make eval"])
def test_commands_that_are_run_elsewhere_exist(checkout: Path, command: str) -> None:
    assert command in COMMANDS
    planned = subprocess.run(
        [*command.split(), "--dry-run"],
        cwd=checkout,
        env=environment(checkout),
        capture_output=True,
        text=True,
        check=True,
    )
    assert "pytest" in planned.stdout or "dateline eval" in planned.stdout


@pytest.mark.parametrize("command", [c for c in COMMANDS if re.search(r"\bchat\b", c)])
def test_chat_serves_the_page_and_prints_its_address(checkout: Path, command: str) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        shlex.split(command),
        cwd=checkout,
        env={**environment(checkout), "DATELINE_PORT": str(port), "DISPLAY": "", "WAYLAND_DISPLAY": ""},
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        assert process.stdout is not None
        assert f"http://127.0.0.1:{port}" in process.stdout.readline()
        page = httpx.get(f"http://127.0.0.1:{port}/", timeout=60)
        assert page.status_code == 200
        assert "Dateline" in page.text
    finally:
        os.killpg(process.pid, signal.SIGINT)
        process.communicate(timeout=60)


@pytest.mark.parametrize("code", [block for kind, block in BLOCKS if kind == "python" and "def test_" not in block])
def test_python(checkout: Path, code: str) -> None:
    assert len(code.strip().splitlines()) <= 12
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=checkout,
        env=environment(checkout),
        capture_output=True,
        text=True,
        check=True,
    )
    assert "3,000" in done.stdout.splitlines()[0]
    assert "military casualties" in done.stdout
    assert done.stdout.splitlines()[-1] == "contradicted"


@pytest.mark.parametrize(
    "code", [block for kind, block in BLOCKS + blocks(OF_EVAL) if kind == "python" and "def test_" in block]
)
def test_checks_of_ones_own(checkout: Path, tmp_path: Path, code: str) -> None:
    (tmp_path / "test_own.py").write_text(code, encoding="utf-8")
    done = subprocess.run(
        [BIN / "pytest", "-q", "--rootdir", tmp_path, "-c", os.devnull, "--dateline-corpus", "corpus", "test_own.py"],
        cwd=checkout,
        env=environment(checkout),
        capture_output=True,
        text=True,
    )
    assert "2 passed" in done.stdout, done.stdout


def test_the_gate_of_the_example_is_one(tmp_path: Path) -> None:
    (example,) = [block for kind, block in blocks(OF_EVAL) if kind == "toml"]
    (tmp_path / "gate.toml").write_text(example, encoding="utf-8")
    gate = load_gate(tmp_path / "gate.toml")
    for table, wanted in tomllib.loads(example).items():
        assert wanted.keys() <= {measure.name for measure in MEASURES[table]}
    assert gate


def test_the_ci_example_names_commands_and_options_that_exist() -> None:
    (example,) = [block for kind, block in BLOCKS if kind == "yaml"]
    steps = yaml.safe_load(example)["jobs"]["grounding"]["steps"]
    commands = [step["run"] for step in steps if "run" in step]
    (evaluate,) = [shlex.split(command) for command in commands if "dateline eval" in command]
    told = subprocess.run([BIN / "dateline", "eval", "--help"], capture_output=True, text=True, check=True).stdout
    assert all(option in told for option in evaluate if option.startswith("--"))
    assert "make -C dateline setup" in commands
    assert any("pytest --dateline-corpus" in command for command in commands)


@pytest.mark.parametrize("content", [block for kind, block in BLOCKS if kind == "toml"])
def test_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str) -> None:
    (tmp_path / "dateline.toml").write_text(content, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert load_settings() == load_settings(corpus="corpus", embedding="all-MiniLM-L6-v2", passages=16, port=7860)


@pytest.mark.parametrize("file", ["README.md", "eval/README.md", "eval/cases/README.md", "corpus/README.md"])
def test_links_and_pictures_exist(file: str) -> None:
    text = (ROOT / file).read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#:]+)\)", text):
        assert ((ROOT / file).parent / target).exists(), target


def test_make_alone_lists_the_targets() -> None:
    listed = subprocess.run(
        ["make"], cwd=ROOT, env=environment(ROOT), capture_output=True, text=True, check=True
    ).stdout
    for target in ("chat", "test", "ask", "eval", "bench", "setup", "lint"):
        assert f"make {target}" in listed
