"""What visitors think of answers, kept as cases that `dateline eval` reads; see `eval/cases/README.md`."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from filelock import FileLock, Timeout

from eval.cases import Case, Nugget, Remark
from index.errors import RequestError
from rag.answer import Answer
from ui.document import Exchange

FILE = "feedback.jsonl"
"""Its name within the index folder."""

LONGEST_NOTE = 2_000
_LONGEST_FILE = 10_000_000
_BEFORE = 10
_PATIENCE_S = 10.0


class Feedback:
    """A file of cases, one a line, to which any number of processes may add."""

    def __init__(self, file: Path) -> None:
        """Takes the file; it is made when the first is kept."""
        self._file = file

    def keep(self, exchange: Exchange, *, good: bool, note: str = "", before: Sequence[str] = ()) -> Case:
        """Adds what somebody thinks of an answer.

        Args:
            exchange: The answer, with the filters of its question.
            good: Whether it was found good: it must then stay answered so. Else it waits for somebody to look at it.
            note: Why.
            before: The questions before it in the conversation, oldest first.

        Returns:
            The case that was kept.

        Raises:
            RequestError: The note is too long, or the file is full or cannot be written.
        """
        note = " ".join(note.split())
        if len(note) > LONGEST_NOTE:
            raise RequestError(f"The note has {len(note):,} characters. Shorten it to {LONGEST_NOTE:,}.")
        case = _case(exchange, good, note, before)
        line = json.dumps(case.model_dump(exclude_none=True, exclude_defaults=True), ensure_ascii=False)
        self._append(line.encode("utf-8", "replace") + b"\n")
        return case

    def _append(self, line: bytes) -> None:
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with FileLock(f"{self._file}.lock", timeout=_PATIENCE_S), self._file.open("a+b") as stream:
                size = _whole(stream.fileno(), self._file)
                if size + len(line) > _LONGEST_FILE:
                    raise RequestError(
                        f"No more feedback can be kept: {self._file.name} holds {size:,} bytes. Move it elsewhere."
                    )
                stream.truncate(size)
                stream.write(line)
                stream.flush()
                os.fsync(stream.fileno())
        except (OSError, Timeout) as error:
            reason = getattr(error, "strerror", None) or "another process is writing it"
            raise RequestError(f"The feedback was not kept: {self._file.name} cannot be written ({reason}).") from None


def _whole(descriptor: int, file: Path) -> int:
    """How many bytes of the file are whole lines: one that was being written when a process ended is not."""
    size = os.fstat(descriptor).st_size
    if size == 0:
        return 0
    with file.open("rb") as stream:
        stream.seek(-1, os.SEEK_END)
        if stream.read(1) == b"\n":
            return size
        stream.seek(0)
        return stream.read().rfind(b"\n") + 1


def _case(exchange: Exchange, good: bool, note: str, before: Sequence[str]) -> Case:
    answer = exchange.answer
    hangs_on_others = answer.resolved_question.strip() != answer.question.strip()
    return Case(
        id=f"feedback-{uuid4().hex[:12]}",
        kind="feedback",
        question=answer.question,
        before=tuple(before[-_BEFORE:]) if hangs_on_others else (),
        abstain=good and answer.status == "abstained",
        nuggets=_lead(answer) if good else (),
        remark=Remark(given=datetime.now(UTC).isoformat(timespec="seconds"), good=good, note=note, said=answer.text),
        **exchange.filters,
    )


def _lead(answer: Answer) -> tuple[Nugget, ...]:
    """What the first statement says, with the words that it cites."""
    if not answer.statements:
        return ()
    first = answer.statements[0]
    quotes: dict[str, tuple[str, ...]] = {}
    for citation in answer.citations:
        if citation.number in first.citations:
            quotes[citation.article_id] = (*quotes.get(citation.article_id, ()), citation.quote)
    return (Nugget(vital=first.text, quotes=quotes),) if quotes else ()
