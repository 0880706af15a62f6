"""Times the page under load: a long conversation, and many visitors at once. `python -m eval.load`, part of `make bench`.

Every request goes over HTTP to a server in a process of its own, as those of browsers do.
"""

from __future__ import annotations

import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import httpx

from eval.cases import BUILT_IN, load_cases
from index.settings import Settings, load_settings
from rag import AnswerEngine

_TURNS = 100
_VISITORS, _EACH = 20, 10
_PATIENCE_S = 600.0


@dataclass
class Visitor:
    """Asks the page as a browser does: an event into the queue, what comes of it from a stream.

    Attributes:
        url: The address of the page.
        session: By which the page knows the visitor.
    """

    url: str
    session: str = field(default_factory=lambda: uuid4().hex)

    def __post_init__(self) -> None:
        """Learns which event asks."""
        self._client = httpx.Client(base_url=self.url, timeout=_PATIENCE_S)
        config = self._client.get("/config").json()
        self._ask = next(each["id"] for each in config["dependencies"] if each["api_name"] == "ask")

    def ask(self, question: str, number: int) -> Turn:
        """Asks a question under a number, and waits for the whole answer."""
        began = time.perf_counter()
        asked = {"question": question, "number": number}
        event = {"data": [asked, None], "fn_index": self._ask, "session_hash": self.session}
        self._client.post("/gradio_api/queue/join", json=event).raise_for_status()
        shown, first = "", None
        for value in self._values():
            shown = value.get("html", shown)
            if first is None and 'class="statement' in shown:
                first = time.perf_counter() - began
            if not value.get("working", True):
                break
        return Turn(shown, first, time.perf_counter() - began)

    def close(self) -> None:
        """Leaves the page."""
        self._client.close()

    def _values(self) -> Iterator[dict[str, object]]:
        """What the page shows, one after the other; after the first Gradio sends changes alone."""
        value: object = None
        with self._client.stream("GET", "/gradio_api/queue/data", params={"session_hash": self.session}) as stream:
            for line in stream.iter_lines():
                if not line.startswith("data:"):
                    continue
                message = json.loads(line[5:])
                kind = message.get("msg")
                if kind in ("process_generating", "process_completed") and message.get("success", True):
                    data = message["output"]["data"]
                    value = _changed(value, data[0]) if data else value
                    if isinstance(value, dict):
                        yield value
                elif kind in ("process_completed", "unexpected_error", "queue_full"):
                    raise RuntimeError(f"the page did not answer: {message}")
                if kind == "process_completed":
                    return


@dataclass(frozen=True)
class Turn:
    """What came of a question: the last that was shown, and the seconds to the first statement and to the end."""

    html: str
    first: float | None
    whole: float


def main() -> None:
    """Prints how a long conversation and many visitors are borne."""
    settings = load_settings()
    with tempfile.TemporaryDirectory() as folder:
        with AnswerEngine.open(settings.corpus, index=Path(folder)) as engine:
            questions = _questions(engine)
        with _server(settings, Path(folder)) as (url, process):
            _long_conversation(url, process, questions)
            _many_visitors(url, process, questions)


def _questions(engine: AnswerEngine) -> list[str]:
    """Those of the built-in cases that the archive answers."""
    cases = load_cases(BUILT_IN, {article.id: article.text for article in engine.articles()})
    return [case.question for case in cases if not case.before and not case.abstain and not case.filters]


def _long_conversation(url: str, process: int, questions: Sequence[str]) -> None:
    visitor = Visitor(url)
    turns, memory = [], []
    for number in range(1, _TURNS + 1):
        turns.append(visitor.ask(questions[number % len(questions)], number))
        memory.append(_megabytes(process))
    visitor.close()
    early, late = _first(turns[1:11]), _first(turns[-10:])
    print(f"conversation of {_TURNS} turns: first statement, median of turns 2 to 11      {early:8.3f} s")
    print(f"                                                   of the last 10          {late:8.3f} s")
    print(f"                           memory after turn 10                            {memory[9]:8.0f} MB")
    print(f"                                  after turn {_TURNS}                           {memory[-1]:8.0f} MB")


def _many_visitors(url: str, process: int, questions: Sequence[str]) -> None:
    before, began = _megabytes(process), time.perf_counter()
    with ThreadPoolExecutor(_VISITORS) as executor:
        rows = list(executor.map(lambda visitor: _asking(url, visitor, questions), range(_VISITORS)))
    seconds = time.perf_counter() - began
    turns = [turn for row in rows for turn in row]
    answered = sum(turn.first is not None or "missing" in turn.html for turn in turns)
    print(f"{_VISITORS} visitors at once, {_EACH} questions each: answered   {answered:8d} of {len(turns)}")
    print(f"                                       seconds in all      {seconds:8.1f} s")
    print(f"                                       median answer       {statistics.median(t.whole for t in turns):8.3f} s")
    print(f"                                       memory before       {before:8.0f} MB")
    print(f"                                              after        {_megabytes(process):8.0f} MB")


def _asking(url: str, number: int, questions: Sequence[str]) -> list[Turn]:
    visitor = Visitor(url)
    try:
        return [
            visitor.ask(questions[(number * _EACH + turn) % len(questions)], turn + 1) for turn in range(_EACH)
        ]
    finally:
        visitor.close()


def _first(turns: Sequence[Turn]) -> float:
    return statistics.median(turn.first if turn.first is not None else turn.whole for turn in turns)


@contextmanager
def _server(settings: Settings, index: Path) -> Iterator[tuple[str, int]]:
    """A server in a process of its own; gives its address and its process id."""
    command = [sys.executable, "-m", "ui.cli", "serve", "--corpus", str(settings.corpus), "--index", str(index)]
    with subprocess.Popen([*command, "--port", str(_free_port())], stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            told = process.stdout.readline()
            found = re.search(r"http://\S+", told)
            assert found is not None, told
            yield found[0], process.pid
        finally:
            process.terminate()


def _free_port() -> int:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def _megabytes(process: int) -> float:
    """The memory that a process holds, by /proc."""
    pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def _changed(value: object, given: object) -> object:
    """What is shown after a message: the value itself, or the changes to the one before (Gradio's `diff_stream`)."""
    from gradio_client.utils import apply_diff

    return apply_diff(value, given) if isinstance(given, list) else given


if __name__ == "__main__":
    main()
