"""Times the page under load: a long conversation, many visitors at once. `python -m eval.load`, or `make bench`.

Every question goes over HTTP to a server in a process of its own, as those of browsers do.
"""

from __future__ import annotations

import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gradio_client import Client

from eval.cases import BUILT_IN, load_cases
from index.settings import Settings, load_settings
from rag import AnswerEngine

_TURNS = 100
_VISITORS, _EACH = 20, 10
_REPEATED = 10
"""Different questions of the long conversation, so that its beginning and its end are asked the same."""

_PAUSE_S = 1.05
"""Between the turns of the long conversation: the page takes 60 questions of one visitor in a minute."""


@dataclass(frozen=True)
class Turn:
    """What came of a question: what was shown at last, and the seconds until the first statement and until the end."""

    html: str
    first: float | None
    whole: float


def main() -> None:
    """Prints how a long conversation and many visitors are borne."""
    settings = load_settings()
    with tempfile.TemporaryDirectory() as folder:
        with AnswerEngine.open(settings.corpus, index=Path(folder)) as engine:
            cases = load_cases(BUILT_IN, {article.id: article.text for article in engine.articles()})
        questions = [case.question for case in cases if not case.before and not case.abstain and not case.filters]
        with _server(settings, Path(folder)) as (url, process):
            _long_conversation(url, questions, lambda: _megabytes(process))
            _many_visitors(url, questions, lambda: _megabytes(process))


def ask(client: Client, question: str, number: int) -> Turn:
    """Asks as the page's script does, and waits for the whole answer.

    Args:
        client: A visitor.
        question: What is asked.
        number: Counts the turns of the conversation from 1.
    """
    began, first = time.perf_counter(), None
    shown: dict[str, Any] = {}
    for shown in client.submit({"question": question, "number": number}, api_name="/ask"):
        if first is None and 'class="statement' in shown["html"]:
            first = time.perf_counter() - began
    return Turn(shown["html"], first, time.perf_counter() - began)


def many(url: str, questions: Sequence[str], visitors: int, each: int) -> list[list[Turn]]:
    """Has visitors ask at once, each some questions one after the other.

    Args:
        url: The address of the page.
        questions: Of which they take turns.
        visitors: How many there are.
        each: How many questions each of them asks.

    Returns:
        The turns of each visitor.
    """

    def asking(visitor: int) -> list[Turn]:
        client = Client(url, verbose=False)
        try:
            asked = [questions[(visitor * each + turn) % len(questions)] for turn in range(each)]
            return [ask(client, question, number) for number, question in enumerate(asked, 1)]
        finally:
            client.close()

    with ThreadPoolExecutor(visitors) as executor:
        return list(executor.map(asking, range(visitors)))


def _long_conversation(url: str, questions: Sequence[str], memory: Callable[[], float]) -> None:
    many(url, questions[:_REPEATED], 1, _REPEATED)  # Or the first turns alone would wait for what is kept of them.
    client = Client(url, verbose=False)
    held = []
    for number in range(1, _TURNS + 1):
        turn = ask(client, questions[number % _REPEATED], number)
        held.append(memory())
        time.sleep(max(0.0, _PAUSE_S - turn.whole))
    # By turns, so that whatever else the machine does weighs on both alike.
    early, late = [], []
    for number, question in enumerate(questions[:_REPEATED], 1):
        (row,) = many(url, [questions[-1], question], 1, 2)
        early.append(row[1])
        late.append(ask(client, question, _TURNS + number))
    client.close()
    _show("conversation: first statement of turn 2", _first(early), "s")
    _show(f"conversation: first statement of turns after {_TURNS}", _first(late), "s")
    for number in (1, 10, 20, 50, _TURNS):
        _show(f"conversation: memory after turn {number}", held[number - 1], "MB")


def _many_visitors(url: str, questions: Sequence[str], memory: Callable[[], float]) -> None:
    before, began = memory(), time.perf_counter()
    turns = [turn for row in many(url, questions, _VISITORS, _EACH) for turn in row]
    seconds = time.perf_counter() - began
    answered = sum(turn.first is not None or 'class="missing"' in turn.html for turn in turns)
    _show(f"{_VISITORS} visitors at once, {_EACH} questions each: answered of {len(turns)}", answered, "")
    _show(f"{_VISITORS} visitors: all done in", seconds, "s")
    _show(f"{_VISITORS} visitors: one answer, median", statistics.median(turn.whole for turn in turns), "s")
    _show(f"{_VISITORS} visitors: memory before", before, "MB")
    _show(f"{_VISITORS} visitors: memory after", memory(), "MB")


def _first(turns: Sequence[Turn]) -> float:
    return statistics.median(turn.whole if turn.first is None else turn.first for turn in turns)


def _show(what: str, figure: float, unit: str) -> None:
    print(f"{what:<56}{figure:10.3f} {unit}", flush=True)


@contextmanager
def _server(settings: Settings, index: Path) -> Iterator[tuple[str, int]]:
    """A server in a process of its own; gives its address and its process."""
    command = [sys.executable, "-m", "ui.cli", "serve", "--corpus", str(settings.corpus), "--index", str(index)]
    with subprocess.Popen([*command, "--port", str(_free_port())], stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            told = process.stdout.readline()
            found = re.search(r"http://\S+", told)
            if found is None:
                raise SystemExit("The page could not be served; see above.")
            yield found[0], process.pid
        finally:
            process.terminate()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def _megabytes(process: int) -> float:
    """The memory that a process holds, as Linux tells."""
    pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


if __name__ == "__main__":
    main()
