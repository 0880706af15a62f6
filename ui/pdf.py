"""A document as PDF: set in one serif, to be read on paper as well as on a screen."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from fontTools.ttLib import TTFont
from fpdf import FPDF
from fpdf.enums import Align, WrapMode, XPos, YPos

from index.errors import ModelUnavailable
from ui.document import Document, Part, Row, Said, Source

_FONT = "serif"
_FACES = {"": "IBMPlexSerif-Regular.ttf", "B": "IBMPlexSerif-SemiBold.ttf", "I": "IBMPlexSerif-Italic.ttf"}
_MISSING = "\N{LOZENGE}"
_INK, _SOFT, _RULE, _ACCENT = (28, 26, 23), (107, 101, 92), (206, 199, 187), (138, 28, 18)
_MARGIN = 24.0
_LEADING = 1.42
_INDENT, _DAYS = 9.0, 48.0
_POINT = 25.4 / 72
_LONGEST = 4_000
"""Characters of one paragraph that are set, which is about a page."""


def pdf(given: Document) -> bytes:
    """The document as PDF. Letters that the typeface lacks are shown as lozenges, and a line says so."""
    sheet = _Sheet(given.made)
    for number, part in enumerate(given.parts):
        if number:
            sheet.rule(before=7, after=6)
        _part(sheet, part)
    sheet.rule(before=7, after=3)
    sheet.words(f"Exported by Dateline on {given.made} from an archive of {given.state}.", 8.5, colour=_SOFT, style="I")
    if sheet.lacking:
        sheet.words(
            f"{_MISSING} stands for a letter that the typeface of this file lacks; the exports as Markdown and JSON "
            "have them all.",
            8.5,
            colour=_SOFT,
            style="I",
        )
    return bytes(sheet.output())


def _part(sheet: _Sheet, part: Part) -> None:
    sheet.make_room(60)
    sheet.words(part.question, 17, style="B", after=1.6)
    if part.understood:
        sheet.words(" · ".join(part.understood), 9, colour=_SOFT, style="I", after=1)
    sheet.gap(2)
    if part.missing is not None:
        sheet.words(part.missing, 11.5, after=2)
    for said in part.said:
        _said(sheet, said)
    for note in part.notes:
        sheet.words(note, 9.5, style="I", after=2)
    for heading, rows in part.tables:
        _table(sheet, heading, rows)
    if part.sources:
        sheet.heading("Sources" if part.missing is None else "Nearest passages")
        for source in part.sources:
            _source(sheet, source)
    if part.removed:
        sheet.heading("Removed: not supported by what they cite")
        for text, reason in part.removed:
            sheet.words(f"{text} ({reason})", 9, colour=_SOFT, after=1)
    sheet.gap(1)
    sheet.words(part.provenance, 8.5, colour=_SOFT)


def _said(sheet: _Sheet, said: Said) -> None:
    sheet.make_room(sheet.height(said.text, 11.5) + sheet.height(said.credit, 8.5) + 2)
    sheet.words(said.text, 11.5, numbers=said.numbers, after=0.4)
    sheet.words(said.credit, 8.5, colour=_SOFT, style="I", after=2.8)


def _table(sheet: _Sheet, heading: str, rows: tuple[Row, ...]) -> None:
    sheet.heading(heading)
    for row in rows:
        sheet.row(row.when, row.words, row.number)
    sheet.gap(1.5)


def _source(sheet: _Sheet, source: Source) -> None:
    quote = f"“{source.quote}”"
    sheet.make_room(sheet.height(source.title, 9.5) + sheet.height(quote, 10) + 10)
    sheet.numbered(source.number, source.title)
    with sheet.indented():
        sheet.words(source.byline, 8.5, colour=_SOFT)
        sheet.words(quote, 10, after=0.4)
        sheet.words(source.path, 7.5, colour=_SOFT, after=2.6)


class _Sheet(FPDF):
    """A4 with a running foot, on which paragraphs are set one under the other.

    Attributes:
        lacking: Whether a letter was met that the typeface lacks.
    """

    def __init__(self, made: str) -> None:
        super().__init__(format="A4")
        self._made = made
        self.lacking = False
        for style, name in _FACES.items():
            self.add_font(_FONT, style, _faces() / name)
        self.set_margins(_MARGIN, 20, _MARGIN)
        self.set_auto_page_break(auto=True, margin=22)
        self.set_title("Dateline")
        self.set_creator("Dateline")
        self.set_lang("en")
        self.add_page()

    def header(self) -> None:
        """The name, on the first page alone."""
        if self.page_no() == 1:
            self.set_font(_FONT, "B", 10)
            self.set_text_color(*_ACCENT)
            self.cell(0, 5, "Dateline", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
            self.rule(before=1.5, after=6)

    def footer(self) -> None:
        """The page's number, and when the file was made."""
        self.set_xy(_MARGIN, -14)
        self.set_font(_FONT, "", 8)
        self.set_text_color(*_SOFT)
        self.cell(0, 5, f"Dateline · {self._made}")
        self.set_x(_MARGIN)
        self.cell(0, 5, f"{self.page_no()} / {{nb}}", align=Align.R)

    def words(
        self,
        words: str,
        size: float,
        *,
        colour: tuple[int, int, int] = _INK,
        style: str = "",
        numbers: tuple[int, ...] = (),
        after: float = 0,
    ) -> None:
        """Sets a paragraph, with the numbers of citations behind it."""
        self.set_font(_FONT, style, size)
        self.set_text_color(*colour)
        marks = "".join(f" [{number}]" for number in numbers)
        self.multi_cell(
            0,
            size * _POINT * _LEADING,
            self._settable(words, style) + marks,
            align=Align.L,
            wrapmode=WrapMode.WORD,
            new_x=XPos.LMARGIN,
            new_y=YPos.NEXT,
        )
        self.gap(after)

    def heading(self, words: str) -> None:
        """Sets a small heading, never alone at the foot of a page."""
        self.make_room(24)
        self.gap(2.5)
        self.words(words.upper(), 8, colour=_ACCENT, style="B", after=1.4)

    def row(self, when: str, words: str, number: int) -> None:
        """Sets a day, and beside it what there is of that day."""
        self.make_room(12)
        top = self.get_y()
        self.set_font(_FONT, "", 9)
        self.set_text_color(*_SOFT)
        self.cell(_DAYS, 9.5 * _POINT * _LEADING, self._settable(when, ""))
        self.set_xy(_MARGIN + _DAYS, top)
        with self.indented(_DAYS):
            self.words(words, 9.5, numbers=(number,), after=0.8)

    def numbered(self, number: int, title: str) -> None:
        """Sets a title with its number before it."""
        top = self.get_y()
        self.set_font(_FONT, "B", 9.5)
        self.set_text_color(*_ACCENT)
        self.cell(_INDENT, 9.5 * _POINT * _LEADING, f"[{number}]")
        self.set_xy(_MARGIN + _INDENT, top)
        with self.indented():
            self.words(title, 9.5, style="B")

    def rule(self, *, before: float, after: float) -> None:
        """Draws a line across."""
        self.gap(before)
        self.set_draw_color(*_RULE)
        self.set_line_width(0.2)
        self.line(_MARGIN, self.get_y(), self.w - _MARGIN, self.get_y())
        self.gap(after)

    def gap(self, height: float) -> None:
        """Leaves some millimetres empty."""
        if height:
            self.ln(height)

    @contextmanager
    def indented(self, width: float = _INDENT) -> Iterator[None]:
        """Sets what is in the block further to the right."""
        self.set_left_margin(_MARGIN + width)
        try:
            yield
        finally:
            self.set_left_margin(_MARGIN)
            self.set_x(_MARGIN)

    def height(self, words: str, size: float) -> float:
        """About how many millimetres a paragraph takes."""
        self.set_font(_FONT, "", size)
        lines = self.get_string_width(self._settable(words, "")) / (self.epw - _INDENT)
        return (int(lines) + 1) * size * _POINT * _LEADING

    def make_room(self, height: float) -> None:
        """Begins a page where something of this height would be torn in two, unless it fills most of one."""
        if self.will_page_break(height if height < self.eph / 2 else 20):
            self.add_page()

    def _settable(self, words: str, style: str) -> str:
        known = _letters(_FACES[style])
        shown = words if len(words) <= _LONGEST else f"{words[:_LONGEST]}…"
        settable = "".join(letter if ord(letter) in known else _MISSING for letter in shown)
        self.lacking = self.lacking or settable != shown
        return settable


def _faces() -> Path:
    """The folder of the typeface.

    Raises:
        ModelUnavailable: It is not installed.
    """
    found = find_spec("fontpkg_ibm_plex_serif")
    if found is None or found.origin is None:
        raise ModelUnavailable(
            "The typeface of PDF files is not installed. Install it: pip install fontpkg-ibm-plex-serif."
        )
    logging.getLogger("fontTools").setLevel(logging.ERROR)  # It tells of every table that it leaves out of the file.
    return Path(found.origin).parent / "files"


@cache
def _letters(name: str) -> frozenset[int]:
    """The code points that a face of the typeface has."""
    with TTFont(_faces() / name) as face:
        return frozenset(face.getBestCmap())
