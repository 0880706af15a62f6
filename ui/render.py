"""What the command line prints. Everything from articles and questions is printed as plain text, never as markup."""

from __future__ import annotations

import json
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markdown import Markdown
from rich.padding import Padding
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table as Grid
from rich.text import Text

from rag import wording
from rag.table import day_label, who_says_what
from ui import tables

if TYPE_CHECKING:
    from eval.command import Outcome
    from index.syncing import Progress as Tell
    from index.syncing import SyncReport
    from rag import Answer, Citation, Hit, SaidBy, Timeline
    from ui.doctor import Finding

_MANY = 5


def raw(text: str) -> None:
    """Prints text as it is."""
    sys.stdout.write(text + "\n")


def json_lines(hits: Sequence[Hit]) -> None:
    """Prints search hits as a JSON array."""
    raw(json.dumps([hit.model_dump(mode="json") for hit in hits], ensure_ascii=False, indent=2))


def answer(given: Answer, *, table: bool = False) -> None:
    """Prints an answer: statements with their [n], then who published each quote, when and where it stands.

    Args:
        given: The answer.
        table: Print who says what of it as a table too.
    """
    if given.resolved_question != given.question:
        _line(Text(_tidy(given.resolved_question), style="dim italic"))
    if given.status == "abstained":
        _line(Text(_tidy(given.text), style="bold"))
        if given.related:
            _line(Text("\nNearest:", style="dim"))
        for citation in given.related:
            _line(Text(f"“{_tidy(citation.quote)}”"), indent=2)
            _line(_source(citation), indent=2)
        return
    for number, statement in enumerate(given.statements):
        words = Text(_tidy(statement.text), style="bold" if number == 0 else "")
        words.append("".join(f" [{n}]" for n in statement.citations), style="cyan")
        _line(words)
    for note in given.notes:
        _line(Text(f"\n{_tidy(note)}", style="yellow"))
    _beside(given)
    if table:
        _line(Text("\nWho says what:", style="dim"))
        _table(tables.claims(who_says_what(given)))
    _sources(given.citations)
    _line(Text(_searched(given), style="dim"))


def claims(given: SaidBy) -> None:
    """Prints what somebody says, by day."""
    if given.missing:
        _line(Text(_tidy(given.missing), style="bold"))
        return
    _line(Text(f"Quoted as: {_tidy('; '.join(given.claimants))}", style="dim"))
    _table(tables.claims(given.claims))
    _sources(given.citations)
    _line(Text(f"Searched {wording.coverage(given.searched)}", style="dim"))


def timeline(given: Timeline) -> None:
    """Prints figures by day, those of each sort by themselves."""
    if given.missing:
        _line(Text(_tidy(given.missing), style="bold"))
        return
    _table(tables.figures(given))
    _sources(given.citations, quoted=True)
    _line(Text(f"Searched {wording.coverage(given.searched)}", style="dim"))


def notes(lines: Iterable[str]) -> None:
    """Prints, to the error stream, which files were written, so that what is printed can be read by a program."""
    for line in lines:
        print(_tidy(line), file=sys.stderr)


def _table(given: tables.Table) -> None:
    """Prints a table; through a pipe a row on each line, its cells between tabs."""
    rows = [[_tidy(str("" if cell is None else cell)) for cell in row] for row in given.rows]
    console = Console(highlight=False)
    if not console.is_terminal:
        for cells in (given.heads, *rows):
            raw("\t".join(cells))
        return
    grid = Grid(box=SIMPLE_HEAD, pad_edge=False)
    for head in given.heads:
        grid.add_column(Text(head), ratio=3 if head == "Claim" else None, no_wrap=head == "When")
    for at, cells in enumerate(rows):
        if at in given.breaks:
            grid.add_section()
        grid.add_row(*map(Text, cells))
    console.print(grid)


def _sources(citations: Sequence[Citation], *, quoted: bool = False) -> None:
    _line(Text(""))
    for citation in citations:
        line = Text.assemble((f"[{citation.number}] ", "cyan"))
        if quoted:
            _line(line + Text(f"“{_tidy(citation.quote)}”"))
            _line(_source(citation), indent=2)
        else:
            _line(line.append_text(_source(citation)))


def _beside(given: Answer) -> None:
    """Denials, and figures by day, the latest first."""
    denials = [(wording.dispute(each), each) for each in given.disputes]
    figures = [(f"{wording.figure(each)}, {each.claimant or 'nobody named'}", each) for each in given.figures]
    for heading, rows in (("Who disputes it", denials), ("Figures", figures)):
        if rows:
            _line(Text(f"\n{heading}:", style="dim"))
        for words, each in rows:
            line = Text(f"{day_label(each.date, each.not_before):<21}  {_tidy(words)}")
            _line(line.append(f" [{each.citation}]", style="cyan"), indent=2)


def hits(found: Sequence[Hit]) -> None:
    """Prints search hits."""
    if not found:
        _line(Text("Nothing found."))
    for number, hit in enumerate(found, 1):
        line = Text.assemble((f"{number}. ", "cyan"))
        line.append_text(_head(hit.title, hit.outlet, hit.date, hit.not_before))
        line.append(f"  {hit.score:.4f}", style="dim")
        _line(line)
        _line(Text(_tidy(hit.text)), indent=3)


def report(done: SyncReport) -> None:
    """Prints what a sync did."""
    problems(done)
    holds = f"{wording.count(done.articles, 'article')} in {wording.count(done.passages, 'passage')}"
    changes = f"{done.added} new, {done.changed} changed, {done.removed} removed, {done.unchanged} unchanged"
    _line(Text(f"{holds}: {changes}."))
    _line(Text(f"{wording.count(done.embedded, 'passage')} embedded in {done.seconds:.1f} s.", style="dim"))


def problems(done: SyncReport) -> None:
    """Prints, to the error stream, which files were not read and why."""
    for problem in done.problems[:_MANY]:
        print(
            f"dateline: {_tidy(problem.path)} was not read: {problem.reason}. Mend it or take it away.", file=sys.stderr
        )
    if len(done.problems) > _MANY:
        print(f"dateline: {len(done.problems) - _MANY} more files were not read.", file=sys.stderr)
    if done.skipped:
        shown = _tidy(", ".join(done.skipped[:_MANY])) + (", ..." if len(done.skipped) > _MANY else "")
        print(f"dateline: {wording.count(len(done.skipped), 'file')} left alone: {shown}", file=sys.stderr)


def findings(found: Sequence[Finding]) -> None:
    """Prints what the doctor found, a line each."""
    width = max(len(finding.subject) for finding in found)
    for finding in found:
        mark = ("ok    ", "green") if finding.good else ("wrong ", "bold red")
        line = Text.assemble(mark, f"{finding.subject:<{width}}  {finding.text}")
        _line(line)


def outcome(given: Outcome) -> None:
    """Prints the summary of a run of the evals, and where its reports are."""
    Console(highlight=False).print(Markdown(given.summary))
    for file in given.files:
        _line(Text(str(file), style="dim"))


@contextmanager
def progress() -> Iterator[Tell]:
    """A progress bar on the error stream, shown once there is something to wait for and gone when it is done."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bars:
        tasks = {}

        def tell(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage, total=total)
            bars.update(tasks[stage], completed=done, total=total)

        yield tell


def _line(text: Text, indent: int = 0) -> None:
    console = Console(highlight=False)
    # Through a pipe a quote stays on one line, so that it can be found by its words.
    console.print(
        Padding(text, (0, 0, 0, indent)) if console.is_terminal else Text(" " * indent) + text,
        soft_wrap=not console.is_terminal,
    )


def _source(citation: Citation) -> Text:
    line = _head(citation.title, citation.outlet, citation.date, citation.not_before)
    if citation.rests_on:
        line.append(f" {_tidy(wording.resting(citation))}")
    return line.append(f"  {_tidy(citation.path)}:{citation.start}-{citation.end}", style="dim")


def _head(title: str, outlet: str | None, day: str | None, not_before: str | None) -> Text:
    return Text(_tidy(" · ".join(part for part in (title, outlet, day_label(day, not_before)) if part)))


def _searched(given: Answer) -> str:
    written = any(statement.kind == "generated" for statement in given.statements)
    worded = f"; worded by {_tidy(given.synthesizer)}" if written else ""
    return f"{wording.provenance(given)}; searched {wording.coverage(given.searched)}{worded}"


def _tidy(text: str) -> str:
    """On one line, and without control characters, by which a text could command the terminal."""
    return "".join(character for character in " ".join(text.split()) if unicodedata.category(character) != "Cc")
