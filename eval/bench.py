"""Times what a user waits for: opening the archive and asking. `python -m eval.bench`, or `make bench`."""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path

from eval.cases import BUILT_IN, load_cases
from index.settings import load_settings
from rag import AnswerEngine

_SAMPLE = 4
"""One in so many questions is asked."""


def main() -> None:
    """Indexes the configured corpus into a temporary folder and asks built-in questions twice."""
    settings = load_settings()
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        with AnswerEngine.open(settings.corpus, index=Path(folder)) as engine:
            assert engine.report is not None
            _show(f"index anew, {engine.report.passages} passages", time.perf_counter() - began)
        began = time.perf_counter()
        with AnswerEngine.open(settings.corpus, index=Path(folder)) as engine:
            _show("open, nothing changed", time.perf_counter() - began)
            cases = load_cases(BUILT_IN, {article.id: article.text for article in engine.articles()})
            questions = [case.question for case in cases if not case.before][::_SAMPLE]
            for what in ("ask for the first time, median", "ask again, median"):
                _show(what, statistics.median(_seconds(engine, question) for question in questions))


def _show(what: str, seconds: float) -> None:
    print(f"{what:<32}{seconds:8.3f} s")


def _seconds(engine: AnswerEngine, question: str) -> float:
    began = time.perf_counter()
    engine.ask(question)
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
