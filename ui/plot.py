"""A timeline of figures as a picture: SVG or PNG."""

from __future__ import annotations

import io
import textwrap
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from typing import TYPE_CHECKING, Any, Literal

from rag import wording
from rag.answer import Figure
from rag.foreign import on_one_line
from rag.table import day_label
from rag.timeline import Timeline

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Picture
    from matplotlib.text import Annotation
    from matplotlib.transforms import Bbox
    from matplotlib.typing import RcKeyType

Format = Literal["svg", "png"]

_INK, _SOFT, _RULE, _SHADE, _PAPER = "#1c1b19", "#5c5850", "#dad5c9", "#f1eee5", "#ffffff"
_HEADS = {"in place": "In place", "sent": "Sent", "expected": "Expected"}
_FILLED = {"in place": _INK, "sent": "#8c877c", "expected": _PAPER}
_MARKERS = {"in place": "o", "sent": "s", "expected": "o"}
_STYLE: dict[RcKeyType, Any] = {
    "font.family": "DejaVu Sans",
    "font.size": 8.5,
    "text.parse_math": False,  # A dollar sign in an article is a dollar sign.
    "text.color": _INK,
    "axes.edgecolor": _RULE,
    "axes.labelcolor": _SOFT,
    "xtick.color": _SOFT,
    "ytick.color": _SOFT,
    "svg.fonttype": "none",  # Words stay words: they can be read out, searched and copied.
    "svg.hashsalt": "dateline",  # The same timeline gives the same file.
}
_WIDTH = 9.0
_ROOM = 0.42
"""Inches of height for each point of a series."""

_LEAST_ROOM, _MOST_ROOM = 1.35, 6.0
_ABOVE, _BELOW = 0.88, 0.78
_LONGEST_NAME = 64
_LONGEST_TITLE = 90
_LINE, _SHORT_LINE = 34, 22
_BESIDE = 0.26
"""Room for labels behind the last day, as a share of the time that is shown."""

_BAND = 0.36
"""How wide the band of the undated is, likewise."""

_OPEN = 0.06
"""How long the dotted line behind a figure of which only an earliest day is known is, likewise."""

_ARROW = 0.16
"""How long an arrow is, as a share of the height."""

_APART = 0.08
"""How far apart two days must be, likewise, for both to be named below the axis."""

_KEY = "A bar is a range. An arrow: at least, or up to. A dotted line: on that day or later."

_PLACES = tuple(
    (dx, dy, side)
    for dy in (0, 12, -12, 24, -24, 38, -38, 54, -54, 72, -72)
    for dx, side in ((9, "left"), (-9, "right"))
)
"""Where a label may stand, the best first: points from its figure, and which of its sides is next to it."""

_NEAR = 12
"""Points up or down by which a label may be off without a line that leads to its figure."""


@dataclass(frozen=True)
class _Scale:
    """Where days stand: as days since the first one, the undated in a band behind the last one."""

    days: tuple[date, ...]
    undated: bool

    @classmethod
    def of(cls, points: Sequence[Figure]) -> _Scale:
        days = sorted({day for point in points if (day := _day(point))})
        return cls(tuple(days), any(_day(point) is None for point in points))

    @property
    def span(self) -> float:
        return max(1.0, self.after(self.days[-1])) if self.days else 0.0

    @property
    def band(self) -> tuple[float, float]:
        """Where the band of the undated begins and ends."""
        begins = (1 + _BESIDE) * self.span
        return begins, begins + _BAND * (self.span or 1.0)

    @property
    def end(self) -> float:
        return self.band[1] if self.undated else self.band[0]

    def after(self, day: date) -> float:
        return float((day - self.days[0]).days)

    def place(self, point: Figure) -> float:
        day = _day(point)
        return self.after(day) if day is not None else self.band[0] + 0.1 * (self.band[1] - self.band[0])

    def ticks(self) -> list[tuple[float, str]]:
        """The days on which there are figures, the first and the last among them, those between where there is room."""
        named = list(self.days[:1])
        for day in self.days[1:]:
            if day == self.days[-1] and not self._apart(named[-1], day) and len(named) > 1:
                named.pop()
            if self._apart(named[-1], day):
                named.append(day)
        years = len({day.year for day in self.days}) > 1
        return [(self.after(day), f"{_short(day)} {day.year}" if years else _short(day)) for day in named]

    def _apart(self, one: date, other: date) -> bool:
        return self.after(other) - self.after(one) >= _APART * self.span


def picture(timeline: Timeline, form: Format) -> bytes:
    """Draws a timeline, each sort of figure in a part of its own, so that they make no line together.

    A figure is a mark, a range a bar, "at least" and "up to" an arrow to where it is open; one of which only an
    earliest day is known has a dotted line behind it; the undated stand in a band of their own. It can be read without
    colours. An SVG tells in its `desc` all that it shows. The same timeline gives the same bytes.

    Args:
        timeline: With at least one point.
        form: Of the file.
    """
    import matplotlib as mpl

    with mpl.rc_context(_STYLE), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing from")  # A box stands for a letter that the font lacks.
        drawn = _drawn(timeline)
        about = {"Title": _title(timeline), "Description": description(timeline)}
        written = io.BytesIO()
        if form == "png":
            drawn.savefig(written, format="png", dpi=160, metadata={**about, "Software": None})
            return written.getvalue()
        drawn.savefig(written, format="svg", metadata={**about, "Date": None, "Creator": "Dateline"})
    told = f"</title>\n <desc>{escape(description(timeline))}</desc>"
    return written.getvalue().decode().replace("</title>", told, 1).encode()


def description(timeline: Timeline) -> str:
    """What a picture of a timeline shows, in words."""
    parts = [
        f"{_HEADS[sort]}: " + "; ".join(f"{_when(point)}, {_amount(point)}, {_name(point)}" for point in points)
        for sort, points in timeline.series().items()
    ]
    return on_one_line(". ".join([_title(timeline), *parts]) + ".")


def _drawn(timeline: Timeline) -> Picture:
    from matplotlib.figure import Figure as Picture

    series = timeline.series()
    room = [min(_MOST_ROOM, max(_LEAST_ROOM, _ROOM * len(points) + 0.5)) for points in series.values()]
    height = sum(room) + _ABOVE + _BELOW
    drawn = Picture(figsize=(_WIDTH, height), facecolor=_PAPER)
    rows = drawn.add_gridspec(
        len(series),
        height_ratios=room,
        hspace=0.25,
        left=0.09,
        right=0.985,
        top=1 - _ABOVE / height,
        bottom=_BELOW / height,
    )
    scale, top = _Scale.of(timeline.points), 1.22 * max(_highest(point) for point in timeline.points)
    bare = 0
    for at, (sort, points) in enumerate(series.items()):
        axes = drawn.add_subplot(rows[at])
        _set_up(axes, scale, top, _HEADS[sort], last=at == len(series) - 1)
        for point in points:
            _mark(axes, scale, point, top)
        bare += _label(axes, scale, points)
    drawn.text(0.02, 1 - 0.18 / height, _title(timeline), va="top", size=13.5, weight="bold", family="DejaVu Serif")
    drawn.text(0.02, 1 - 0.45 / height, _subtitle(scale), va="top", color=_SOFT)
    notes = [
        _KEY,
        f"{wording.count(bare, 'figure')} without a label for want of room." if bare else "",
        _source(timeline),
    ]
    below = "\n".join([" ".join(filter(None, notes[:2])), notes[2]])
    drawn.text(0.02, 0.12 / height, below, va="bottom", size=7.5, color=_SOFT, linespacing=1.35)
    return drawn


def _set_up(axes: Axes, scale: _Scale, top: float, head: str, *, last: bool) -> None:
    axes.set_xlim(-0.03 * scale.span, scale.end)
    axes.set_ylim(0, top)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.grid(axis="y", color=_RULE, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.tick_params(length=0)
    axes.locator_params(axis="y", nbins=4)
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:,.12g}")
    axes.set_xticks([at for at, _ in scale.ticks()], [words if last else "" for _, words in scale.ticks()])
    axes.annotate(head, (0, 1), (0, 4), "axes fraction", "offset points", va="bottom", weight="bold", color=_INK)
    if scale.undated:
        axes.axvspan(*scale.band, color=_SHADE, linewidth=0, zorder=0)
        if last:
            middle = sum(scale.band) / 2
            axes.annotate(
                "undated", (middle, 0), (0, -3.5), textcoords="offset points", va="top", ha="center", color=_SOFT
            )


def _mark(axes: Axes, scale: _Scale, point: Figure, top: float) -> None:
    at = scale.place(point)
    if _is_open(point):
        axes.plot([at, at + _OPEN * scale.span], [_middle(point)] * 2, color=_INK, linewidth=1, linestyle=":")
    if _is_range(point):
        low, high = _ends(point, top)
        axes.errorbar(at, (low + high) / 2, yerr=(high - low) / 2, color=_INK, linewidth=1.2, capsize=3.5, fmt="none")
        return
    if point.low is not None or point.high is not None:
        arrow = {"arrowstyle": "-|>", "color": _INK, "linewidth": 1, "mutation_scale": 7, "shrinkA": 0, "shrinkB": 0}
        axes.annotate("", (at, _open_end(point, top)), (at, _middle(point)), arrowprops=arrow)
    axes.plot(
        [at],
        [_middle(point)],
        marker=_MARKERS[point.sort],
        markersize=6,
        color=_INK,
        markerfacecolor=_FILLED[point.sort],
        linestyle="none",
        clip_on=False,
        zorder=3,
    )


def _label(axes: Axes, scale: _Scale, points: Sequence[Figure]) -> int:
    """Writes beside each figure what it is and who gives it.

    Returns:
        How many bear none, since wherever it could stand something else does.
    """
    dated, undated = _parts(axes, scale)
    taken = [_outline(axes, scale, point) for point in points]
    bare = 0
    for point in sorted(points, key=lambda point: (scale.place(point), -_middle(point))):
        inside = undated if _day(point) is None else dated
        for dx, dy, side in _PLACES:
            label = _write(axes, scale, point, dx, dy, side)
            box = label.get_window_extent().padded(2)
            is_inside = inside.x0 <= box.x0 and box.x1 <= inside.x1 and inside.y0 <= box.y0 and box.y1 <= inside.y1
            if is_inside and not any(box.overlaps(other) for other in taken):
                taken.append(box)
                _lead(axes, (scale.place(point), _middle(point)), dx, dy)
                break
            label.remove()
        else:
            bare += 1
    return bare


def _write(axes: Axes, scale: _Scale, point: Figure, dx: int, dy: int, side: str) -> Annotation:
    lines = [
        _amount(point),
        *textwrap.wrap(_name(point), _SHORT_LINE if _day(point) is None else _LINE, max_lines=3, placeholder=" …"),
    ]
    day = _day(point)
    if day is not None and _is_open(point):
        lines.append(f"not before {_short(day)}")
    return axes.annotate(
        "\n".join(lines),
        (scale.place(point), _middle(point)),
        (dx, dy),
        textcoords="offset points",
        ha=side,
        va="center",
        size=7.8,
        linespacing=1.15,
        annotation_clip=False,
        bbox={"facecolor": _SHADE if _day(point) is None else _PAPER, "edgecolor": "none", "pad": 0.6, "alpha": 0.9},
    )


def _lead(axes: Axes, at: tuple[float, float], dx: int, dy: int) -> None:
    """Draws a line from a label that stands further off to its figure."""
    if abs(dy) > _NEAR:
        line = {"arrowstyle": "-", "color": _SOFT, "linewidth": 0.6, "shrinkA": 0, "shrinkB": 4}
        axes.annotate("", at, (0.6 * dx, dy), textcoords="offset points", arrowprops=line, zorder=1.5)


def _parts(axes: Axes, scale: _Scale) -> tuple[Bbox, Bbox]:
    """The part of the dated and the band of the undated, in pixels."""
    from matplotlib.transforms import Bbox

    whole = axes.get_window_extent()
    begins = float(axes.transData.transform((scale.band[0], 0))[0]) if scale.undated else whole.x1
    return Bbox.from_extents(whole.x0, whole.y0, begins, whole.y1), Bbox.from_extents(
        begins, whole.y0, whole.x1, whole.y1
    )


def _outline(axes: Axes, scale: _Scale, point: Figure) -> Bbox:
    """What a mark takes with its bar or dotted line, in pixels."""
    from matplotlib.transforms import Bbox

    at, around = scale.place(point), 5.0
    low, high = _ends(point, axes.get_ylim()[1])
    (x0, y0), (x1, y1) = axes.transData.transform(
        [(at, low), (at + (_OPEN * scale.span if _is_open(point) else 0.0), high)]
    )
    return Bbox.from_extents(x0 - around, y0 - around, x1 + around, y1 + around)


def _is_range(point: Figure) -> bool:
    return point.value is None and point.low is not None and point.high is not None


def _ends(point: Figure, top: float) -> tuple[float, float]:
    """How far down and up a mark goes with its bar or arrow."""
    if point.value is None and point.low is not None and point.high is not None:
        return point.low, point.high
    low, high = sorted((_middle(point), _open_end(point, top)))
    return low, high


def _open_end(point: Figure, top: float) -> float:
    """How far the arrow of a figure that is open to one side goes; the figure itself where it is open to none."""
    if point.low is not None:
        return _middle(point) + _ARROW * top
    return max(0.0, _middle(point) - _ARROW * top) if point.high is not None else _middle(point)


def _is_open(point: Figure) -> bool:
    """Whether only a day is known before which it was not given."""
    return point.date is None and point.not_before is not None


def _day(point: Figure) -> date | None:
    day = point.date or point.not_before
    return None if day is None else date.fromisoformat(day)


def _middle(point: Figure) -> float:
    known = [each for each in (point.low, point.high) if each is not None]
    return point.value if point.value is not None else sum(known) / max(1, len(known))


def _highest(point: Figure) -> float:
    return max(each for each in (point.value, point.low, point.high, 1.0) if each is not None)


def _amount(point: Figure) -> str:
    return on_one_line(wording.figure(point.model_copy(update={"sort": "in place"})))


def _name(point: Figure) -> str:
    return textwrap.shorten(on_one_line(wording.named(point.claimant)), _LONGEST_NAME, placeholder=" …")


def _short(day: date) -> str:
    return f"{day.day} {day:%b}"


def _when(point: Figure) -> str:
    return day_label(point.date, point.not_before)


def _title(timeline: Timeline) -> str:
    subject = on_one_line(timeline.subject)
    return textwrap.shorten(f"{subject[:1].upper()}{subject[1:]}", _LONGEST_TITLE, placeholder=" …")


def _subtitle(scale: _Scale) -> str:
    days = f", {wording.days(scale.days[0], scale.days[-1])}" if scale.days else ""
    return f"By the day on which each figure was given{days}"


def _source(timeline: Timeline) -> str:
    cited = len({citation.article_id for citation in timeline.citations})
    as_of = f", as of {wording.day(date.fromisoformat(timeline.as_of))}" if timeline.as_of else ""
    return f"From {cited} of {wording.coverage(timeline.searched)}{as_of}. Made with Dateline."
