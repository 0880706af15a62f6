"""A timeline of figures as a picture: SVG or PNG."""

from __future__ import annotations

import io
import textwrap
import warnings
from collections.abc import Sequence
from datetime import date
from html import escape
from typing import TYPE_CHECKING, Any, Literal

from rag import wording
from rag.answer import Figure
from rag.foreign import on_one_line
from rag.table import day_label
from rag.timeline import Timeline
from ui.scales import DayScale, NumberScale, day_of, is_open, is_range, short

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
_OPEN = 0.06
"""How long the dotted line behind a figure is of which only an earliest day is known, as a share of the time shown."""

_KEY = "A bar is a range. An arrow: at least, or up to. A dotted line: on that day or later."

_PLACES = tuple(
    (dx, dy, side)
    for dy in (0, 12, -12, 24, -24, 38, -38, 54, -54, 72, -72)
    for dx, side in ((9, "left"), (-9, "right"))
)
"""Where a label may stand, the best first: points from its figure, and which of its sides is next to it."""

_NEAR = 12
"""Points up or down by which a label may be off without a line that leads to its figure."""


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
    shown = [point for points in series.values() for point in points]
    days, numbers = DayScale.of(shown), NumberScale.of(shown)
    bare = 0
    for at, (sort, points) in enumerate(series.items()):
        axes = drawn.add_subplot(rows[at])
        _set_up(axes, days, numbers, _HEADS[sort], last=at == len(series) - 1)
        for point in points:
            _mark(axes, days, numbers, point)
        bare += _label(axes, days, numbers, points)
    drawn.text(0.02, 1 - 0.18 / height, _title(timeline), va="top", size=13.5, weight="bold", family="DejaVu Serif")
    drawn.text(0.02, 1 - 0.45 / height, _subtitle(days, numbers), va="top", color=_SOFT)
    notes = [
        _KEY,
        f"{wording.count(bare, 'figure')} without a label for want of room." if bare else "",
        _source(timeline),
    ]
    below = "\n".join([" ".join(filter(None, notes[:2])), notes[2]])
    drawn.text(0.02, 0.12 / height, below, va="bottom", size=7.5, color=_SOFT, linespacing=1.35)
    return drawn


def _set_up(axes: Axes, days: DayScale, numbers: NumberScale, head: str, *, last: bool) -> None:
    axes.set_xlim(-0.03 * days.span, days.end)
    if numbers.powers:
        axes.set_yscale("log")
        axes.minorticks_off()
    else:
        axes.locator_params(axis="y", nbins=4)
    axes.set_ylim(numbers.bottom, numbers.top)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.grid(axis="y", color=_RULE, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.tick_params(length=0)
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:,.12g}")
    axes.set_xticks([at for at, _ in days.ticks()], [words if last else "" for _, words in days.ticks()])
    axes.annotate(head, (0, 1), (0, 4), "axes fraction", "offset points", va="bottom", weight="bold", color=_INK)
    if days.undated:
        axes.axvspan(*days.band, color=_SHADE, linewidth=0, zorder=0)
        if last:
            middle = sum(days.band) / 2
            axes.annotate(
                "undated",
                (middle, numbers.bottom),
                (0, -3.5),
                textcoords="offset points",
                va="top",
                ha="center",
                color=_SOFT,
            )


def _mark(axes: Axes, days: DayScale, numbers: NumberScale, point: Figure) -> None:
    at = days.place(point)
    if is_open(point):
        axes.plot([at, at + _OPEN * days.span], [numbers.middle(point)] * 2, color=_INK, linewidth=1, linestyle=":")
    if is_range(point):
        low, high = numbers.ends(point)
        middle = numbers.middle(point)
        axes.errorbar(
            at, middle, yerr=[[middle - low], [high - middle]], color=_INK, linewidth=1.2, capsize=3.5, fmt="none"
        )
        return
    if point.low is not None or point.high is not None:
        arrow = {"arrowstyle": "-|>", "color": _INK, "linewidth": 1, "mutation_scale": 7, "shrinkA": 0, "shrinkB": 0}
        axes.annotate("", (at, numbers.open_end(point)), (at, numbers.middle(point)), arrowprops=arrow)
    axes.plot(
        [at],
        [numbers.middle(point)],
        marker=_MARKERS[point.sort],
        markersize=6,
        color=_INK,
        markerfacecolor=_FILLED[point.sort],
        linestyle="none",
        clip_on=False,
        zorder=3,
    )


def _label(axes: Axes, days: DayScale, numbers: NumberScale, points: Sequence[Figure]) -> int:
    """Writes beside each figure what it is and who gives it.

    Returns:
        How many bear none, since wherever it could stand something else does.
    """
    dated, undated = _parts(axes, days)
    taken = [_outline(axes, days, numbers, point) for point in points]
    bare = 0
    for point in sorted(points, key=lambda point: (days.place(point), -numbers.middle(point))):
        inside = undated if day_of(point) is None else dated
        for dx, dy, side in _PLACES:
            label = _write(axes, days, numbers, point, dx, dy, side)
            box = label.get_window_extent().padded(2)
            is_inside = inside.x0 <= box.x0 and box.x1 <= inside.x1 and inside.y0 <= box.y0 and box.y1 <= inside.y1
            if is_inside and not any(box.overlaps(other) for other in taken):
                taken.append(box)
                _lead(axes, (days.place(point), numbers.middle(point)), dx, dy)
                break
            label.remove()
        else:
            bare += 1
    return bare


def _write(axes: Axes, days: DayScale, numbers: NumberScale, point: Figure, dx: int, dy: int, side: str) -> Annotation:
    lines = [
        _amount(point),
        *textwrap.wrap(_name(point), _SHORT_LINE if day_of(point) is None else _LINE, max_lines=3, placeholder=" …"),
    ]
    day = day_of(point)
    if day is not None and is_open(point):
        lines.append(f"not before {short(day)}")
    return axes.annotate(
        "\n".join(lines),
        (days.place(point), numbers.middle(point)),
        (dx, dy),
        textcoords="offset points",
        ha=side,
        va="center",
        size=7.8,
        linespacing=1.15,
        annotation_clip=False,
        bbox={"facecolor": _SHADE if day_of(point) is None else _PAPER, "edgecolor": "none", "pad": 0.6, "alpha": 0.9},
    )


def _lead(axes: Axes, at: tuple[float, float], dx: int, dy: int) -> None:
    """Draws a line from a label that stands further off to its figure."""
    if abs(dy) > _NEAR:
        line = {"arrowstyle": "-", "color": _SOFT, "linewidth": 0.6, "shrinkA": 0, "shrinkB": 4}
        axes.annotate("", at, (0.6 * dx, dy), textcoords="offset points", arrowprops=line, zorder=1.5)


def _parts(axes: Axes, days: DayScale) -> tuple[Bbox, Bbox]:
    """The part of the dated and the band of the undated, in pixels."""
    from matplotlib.transforms import Bbox

    whole = axes.get_window_extent()
    begins = float(axes.transData.transform((days.band[0], 0))[0]) if days.undated else whole.x1
    return Bbox.from_extents(whole.x0, whole.y0, begins, whole.y1), Bbox.from_extents(
        begins, whole.y0, whole.x1, whole.y1
    )


def _outline(axes: Axes, days: DayScale, numbers: NumberScale, point: Figure) -> Bbox:
    """What a mark takes with its bar or dotted line, in pixels."""
    from matplotlib.transforms import Bbox

    at, around = days.place(point), 5.0
    low, high = numbers.ends(point)
    (x0, y0), (x1, y1) = axes.transData.transform(
        [(at, low), (at + (_OPEN * days.span if is_open(point) else 0.0), high)]
    )
    return Bbox.from_extents(x0 - around, y0 - around, x1 + around, y1 + around)


def _amount(point: Figure) -> str:
    return on_one_line(wording.figure(point.model_copy(update={"sort": "in place"})))


def _name(point: Figure) -> str:
    return textwrap.shorten(on_one_line(wording.named(point.claimant)), _LONGEST_NAME, placeholder=" …")


def _when(point: Figure) -> str:
    return day_label(point.date, point.not_before)


def _title(timeline: Timeline) -> str:
    subject = on_one_line(timeline.subject)
    return textwrap.shorten(f"{subject[:1].upper()}{subject[1:]}", _LONGEST_TITLE, placeholder=" …")


def _subtitle(days: DayScale, numbers: NumberScale) -> str:
    span = f", {wording.days(days.days[0], days.days[-1])}" if days.days else ""
    return f"By the day on which each figure was given{span}{'; by powers of ten' if numbers.powers else ''}"


def _source(timeline: Timeline) -> str:
    cited = len({citation.article_id for citation in timeline.citations})
    as_of = f", as of {wording.day(date.fromisoformat(timeline.as_of))}" if timeline.as_of else ""
    return f"From {cited} of {wording.coverage(timeline.searched)}{as_of}. Made with Dateline."
