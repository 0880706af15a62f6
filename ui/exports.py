"""Views of answers and of the archive as files: CSV, Markdown, SVG and PNG."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from index.errors import ExportError
from rag import Answer, Citation, SaidBy, Timeline, who_says_what, wording
from rag.foreign import in_markdown
from rag.table import day_label
from ui import plot, tables

_HERE = Path("-")
"""Stands for the standard output."""


@dataclass(frozen=True)
class View:
    """What can be written of a view.

    Attributes:
        table: All that is known of its rows.
        markdown: The whole of it for a reader.
        timeline: Its figures; None where it is of none.
    """

    table: tables.Table
    markdown: str
    timeline: Timeline | None = None


@dataclass(frozen=True)
class Files:
    """The files that somebody asks for, each by its path, "-" being the standard output; None: not asked for."""

    csv: Path | None = None
    markdown: Path | None = None
    plot: Path | None = None

    def __post_init__(self) -> None:
        """Looks whether they can be written, before anybody waits for what is to be written.

        Raises:
            ExportError: The folder of one is missing, it is a folder itself, or no picture can be of that kind.
        """
        if self.plot is not None and self._form is None:
            raise ExportError(f"A picture is drawn as .svg or .png, not as {self.plot.name!r}. Name it timeline.svg.")
        for file in filter(None, (self.csv, self.markdown, self.plot)):
            if file != _HERE and (file.is_dir() or not file.parent.is_dir()):
                what = "it is a folder" if file.is_dir() else "its folder does not exist"
                raise ExportError(f"{file} cannot be written: {what}. Name another file.")

    @property
    def printed(self) -> bool:
        """Whether one of them takes the place of what is printed."""
        return _HERE in (self.csv, self.markdown)

    def write(self, view: View) -> list[str]:
        """Writes them.

        Returns:
            A line on each, to be printed.

        Raises:
            ExportError: One cannot be written.
        """
        return list(self._written(view))

    def _written(self, view: View) -> Iterator[str]:
        if self.csv is not None:
            # A spreadsheet knows UTF-8 by the mark in front.
            yield from _put(self.csv, tables.as_csv(view.table), mark="\ufeff")
        if self.markdown is not None:
            yield from _put(self.markdown, view.markdown)
        if self.plot is not None:
            if view.timeline is None or not view.timeline.points:
                yield f"{self.plot} was not written: there are no figures to draw."
            else:
                yield from _put(self.plot, plot.picture(view.timeline, cast("plot.Format", self._form)))

    @property
    def _form(self) -> str | None:
        form = "" if self.plot is None else self.plot.suffix.lower().removeprefix(".")
        return form if form in ("svg", "png") else None


def of_answer(answer: Answer) -> View:
    """An answer: its statements, who says what, and its figures."""
    said, timeline = who_says_what(answer), Timeline.of(answer)
    statements = [
        f"{in_markdown(statement.text)} {''.join(_number(n) for n in statement.citations)}"
        for statement in answer.statements
    ]
    parts = [
        f"# {in_markdown(answer.resolved_question)}",
        *(statements or [in_markdown(answer.text)]),
        *_part("Who says what", tables.claims(said)),
        *_part("Figures", tables.figures(timeline)),
        *_sources(answer.citations, f"Searched {wording.coverage(answer.searched)}."),
    ]
    return View(tables.all_of_claims(said, answer.citations), _joined(parts), timeline)


def of_claims(given: SaidBy) -> View:
    """What somebody says in the whole archive."""
    parts = [
        f"# What {in_markdown(given.by)} says",
        *([in_markdown(given.missing)] if given.missing else [tables.as_markdown(tables.claims(given.claims))]),
        *_sources(given.citations, f"Searched {wording.coverage(given.searched)}."),
    ]
    return View(tables.all_of_claims(given.claims, given.citations), _joined(parts))


def of_timeline(given: Timeline) -> View:
    """The figures of one thing in the whole archive."""
    parts = [
        f"# {in_markdown(given.subject)}",
        *([in_markdown(given.missing)] if given.missing else [tables.as_markdown(tables.figures(given))]),
        *_sources(given.citations, f"Searched {wording.coverage(given.searched)}.", quoted=True),
    ]
    return View(tables.all_of_figures(given), _joined(parts), given)


def _part(head: str, table: tables.Table) -> list[str]:
    return [f"## {head}", tables.as_markdown(table)] if table.rows else []


def _sources(citations: Iterable[Citation], searched: str, *, quoted: bool = False) -> list[str]:
    lines = [f"- {_number(each.number)} {_source(each, quoted=quoted)}" for each in citations]
    return [*(["## Sources", "\n".join(lines)] if lines else []), searched]


def _source(cited: Citation, *, quoted: bool) -> str:
    day = day_label(cited.date, cited.not_before)
    head = ", ".join(filter(None, (cited.title, cited.outlet, day, f"{cited.path}:{cited.start}-{cited.end}")))
    return in_markdown(f"“{cited.quote}” {head}" if quoted else head)


def _number(number: int) -> str:
    return rf"\[{number}\]"


def _joined(parts: Iterable[str]) -> str:
    return "\n\n".join(parts) + "\n"


def _put(file: Path, content: str | bytes, mark: str = "") -> Iterator[str]:
    if file == _HERE and isinstance(content, str):
        print(content, end="")
        return
    try:
        file.write_bytes(content if isinstance(content, bytes) else f"{mark}{content}".encode())
    except OSError as error:
        raise ExportError(f"{file} cannot be written: {error.strerror}. Name another file.") from None
    yield f"Written: {file}"
