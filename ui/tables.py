"""Tables of claims and figures: for the eye, as Markdown and as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rag import wording
from rag.answer import Citation, Figure
from rag.foreign import in_markdown, printable
from rag.table import Said, day_label
from rag.timeline import Timeline

Cell = str | int | float | None

_SOURCE = ("outlet", "title", "path", "start", "end", "citation")
_CLAIM = ("date", "not_before", "claimant", "stance", "hedge", "channel", "quote", *_SOURCE)
_AMOUNT = ("sort", "value", "low", "high", "hedge", "unit", "is_part")
_FIGURE = ("date", "not_before", *_AMOUNT, "claimant", "quote", *_SOURCE)
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a spreadsheet takes a cell for a formula by."""


@dataclass(frozen=True)
class Table:
    """Rows under their heads.

    Attributes:
        breaks: The rows before which a new part of the table begins.
    """

    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    breaks: tuple[int, ...] = ()


def claims(said: Iterable[Said]) -> Table:
    """Who says what, for the eye."""
    return Table(
        ("When", "Who", "Stance", "Claim", "Outlet", "Cited"),
        tuple(
            (
                row.when,
                wording.named(row.claimant),
                f"{row.stance} (“{row.hedge}”)" if row.hedge else row.stance,
                row.claim,
                row.outlet,
                f"[{row.citation}]",
            )
            for row in said
        ),
    )


def figures(timeline: Timeline) -> Table:
    """Figures by day, for the eye; what is in place, sent and expected one after the other."""
    rows: list[tuple[Cell, ...]] = []
    breaks: list[int] = []
    for points in timeline.series().values():
        breaks.append(len(rows))
        each = (one for point in points for one in (point, *timeline.parts_of(point)))
        rows += (_shown(one, timeline.citation(one.citation)) for one in each)
    return Table(("When", "Figure", "Who", "Outlet", "Cited"), tuple(rows), tuple(breaks[1:]))


def all_of_claims(said: Iterable[Said], citations: Sequence[Citation]) -> Table:
    """Who says what with all that is known of it, for a spreadsheet."""
    return _whole(_CLAIM, [(row.model_dump(), row.citation) for row in said], citations)


def all_of_figures(timeline: Timeline) -> Table:
    """Figures by day with all that is known of them, for a spreadsheet."""
    return _whole(_FIGURE, [(point.model_dump(), point.citation) for point in timeline.points], timeline.citations)


def as_csv(table: Table) -> str:
    r"""A table as RFC 4180 has it, lines ending in "\r\n".

    A spreadsheet runs a cell that begins with "=", "+", "-" or "@", or with a tab or the end of a line, as a formula,
    and these cells come from articles; so a text that does gets an apostrophe in front. Other text is as it was.
    """
    written = io.StringIO(newline="")
    writer = csv.writer(written)
    writer.writerow(table.heads)
    writer.writerows([_harmless(cell) for cell in row] for row in table.rows)
    return written.getvalue()


def as_markdown(table: Table) -> str:
    """A table in GitHub's Markdown; nothing in a cell is read as markup, HTML or a link."""
    rows = [[in_markdown(str("" if cell is None else cell)) for cell in row] for row in table.rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (table.heads, ["---"] * len(table.heads), *rows))


def _shown(point: Figure, cited: Citation) -> tuple[Cell, ...]:
    return (
        day_label(point.date, point.not_before),
        wording.figure(point),
        wording.named(point.claimant),
        cited.outlet,
        f"[{point.citation}]",
    )


def _whole(
    columns: tuple[str, ...], rows: Iterable[tuple[dict[str, Cell], int]], citations: Sequence[Citation]
) -> Table:
    numbered = {citation.number: citation.model_dump() for citation in citations}
    joined = [{**numbered[number], **row} for row, number in rows]
    return Table(columns, tuple(tuple(_number(row[column]) for column in columns) for row in joined))


def _number(cell: Cell) -> Cell:
    return int(cell) if isinstance(cell, float) and cell.is_integer() else cell


def _harmless(cell: Cell) -> Cell:
    if not isinstance(cell, str):
        return cell
    text = printable(cell)
    return f"'{text}" if text.startswith(_FORMULA) else text
