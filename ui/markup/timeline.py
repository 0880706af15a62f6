"""The figures of an answer: a plot of points that lead to their sources, and the same as a table."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from rag import wording
from rag.answer import Answer, Figure
from ui.markup.words import chips, dated, day_in_words, escaped, leads_to, short

_WIDTH, _HEIGHT = 440, 300
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 14, 14, 46
_UNDATED = 74
"""Width of the strip for figures of which no day is known."""

_RADIUS = 10
_APART = 2 * _RADIUS + 3
_LETTER = 6.2
"""Width of a digit of the labels, about."""

_SORTS = {"in place": "in place", "sent": "sent", "expected": "expected"}
_STEPS = (1, 2, 2.5, 5, 10)


@dataclass
class _Point:
    """A figure and where it is drawn."""

    figure: Figure
    x: float
    y: float
    least: float
    most: float


def timeline(answer: Answer) -> str:
    """The plot and the table, or nothing where the answer has no figures."""
    if not answer.figures:
        return ""
    return f'<figure class="plot">{_plot(answer)}{_legend(answer.figures)}</figure>{_table(answer)}'


def _table(answer: Answer) -> str:
    rows = "".join(
        f'<tr><td>{dated(each.date, each.not_before)}</td><td dir="auto">{escaped(wording.figure(each))}</td>'
        f'<td dir="auto">{escaped(short(wording.named(each.claimant)))}'
        f"{chips([answer.citation(each.citation)])}</td></tr>"
        for each in answer.figures
    )
    head = "".join(f'<th scope="col">{name}</th>' for name in ("Day", "Figure", "According to"))
    return (
        '<div class="wide" tabindex="0" role="region" aria-label="Figures as a table"><table>'
        f"<caption>Figures, the latest first</caption><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _legend(figures: Sequence[Figure]) -> str:
    there = {figure.sort for figure in figures}
    keys = [
        f'<li><svg viewBox="0 0 24 24" aria-hidden="true">{_glyph(sort, 12, 12, 8)}</svg>{words}</li>'
        for sort, words in _SORTS.items()
        if sort in there
    ]
    return f'<figcaption><ul class="legend">{"".join(keys)}</ul></figcaption>'


def _plot(answer: Answer) -> str:
    figures = [figure for figure in answer.figures if not figure.is_part]
    most = max(_bounds(figure)[1] for figure in figures)
    step = _step(most)
    lines = max(1, math.ceil(1.04 * most / step))
    top = lines * step
    days = sorted({_day(figure) for figure in figures} - {None}, key=str)
    has_undated = any(_day(figure) is None for figure in figures)
    right = _WIDTH - _RIGHT - (_UNDATED if has_undated and days else 0)
    points = _spread([_placed(figure, days, right, top) for figure in figures])
    strip = _strip(right) if has_undated and days else ""
    drawn = "".join(_point(answer, point) for point in points)
    return (
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="group" aria-label="Figures by day">'
        f"{_grid(step, lines)}{_days(days, right)}{strip}{drawn}{_labels(points, right)}</svg>"
    )


def _placed(figure: Figure, days: Sequence[date | None], right: float, top: float) -> _Point:
    day = _day(figure)
    low, high = _bounds(figure)
    middle = figure.value if figure.value is not None else (low + high) / 2
    across = _across(day, days, right)
    return _Point(figure, across, _up(middle, top), _up(low, top), _up(high, top))


def _across(day: date | None, days: Sequence[date | None], right: float) -> float:
    first, last = (days[0], days[-1]) if days else (None, None)
    begin, end = _LEFT + 2.2 * _APART, right - 2.2 * _APART
    if first is None or last is None:
        return (_LEFT + right) / 2
    if day is None:
        return right + _UNDATED / 2
    if first == last:
        return (begin + end) / 2
    return begin + (end - begin) * (day - first).days / (last - first).days


def _up(value: float, top: float) -> float:
    return _HEIGHT - _BOTTOM - (_HEIGHT - _BOTTOM - _TOP) * min(max(value, 0.0), top) / top


def _bounds(figure: Figure) -> tuple[float, float]:
    """From the least to the most that a figure tells of; its value alone where it bounds nothing."""
    known = [number for number in (figure.low, figure.value, figure.high) if number is not None] or [0.0]
    return min(known), max(known)


def _day(figure: Figure) -> date | None:
    known = figure.date or figure.not_before
    return None if known is None else date.fromisoformat(known)


def _step(most: float) -> float:
    """A round number of which at most five reach a little above the largest."""
    least = 1.04 * most / 5 if most > 0 else 1.0
    power = 10.0 ** math.floor(math.log10(least))
    return next(step * power for step in _STEPS if step * power >= least)


def _spread(points: list[_Point]) -> list[_Point]:
    """Moves points apart that would lie on one another: to the right and to the left of their day, in turns."""
    placed: list[_Point] = []
    for point in points:
        day = point.x
        for step in range(2 * len(points) + 1):
            point.x = day + (step + 1) // 2 * _APART * (1 if step % 2 else -1)
            if all(abs(point.x - it.x) >= _APART or abs(point.y - it.y) >= _APART for it in placed):
                break
        point.x = min(max(point.x, _LEFT + _RADIUS), _WIDTH - _RADIUS - 2)
        placed.append(point)
    return placed


def _grid(step: float, lines: int) -> str:
    """Lines across, each with the number it stands for."""
    return "".join(
        f'<line class="grid" x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
        f'<text class="tick" x="{_LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{value:,.12g}</text>'
        for value in (step * line for line in range(lines + 1))
        for y in (_up(value, step * lines),)
    )


def _days(days: Sequence[date | None], right: float) -> str:
    """The days below the plot, in two rows, as many as there is room for."""
    known = [day for day in days if day is not None]
    years = len({day.year for day in known}) > 1
    rows = {_HEIGHT - 26: float("-inf"), _HEIGHT - 11: float("-inf")}
    shown: list[str] = []
    for day in known:
        x = _across(day, days, right)
        shown.append(f'<line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="{_TOP}" y2="{_HEIGHT - _BOTTOM + 4}"/>')
        row = next((y for y, end in rows.items() if x - end >= (74 if years else 44)), None)
        if row is not None:
            name = f"{day.day} {day:%b %Y}" if years else f"{day.day} {day:%b}"
            shown.append(f'<text class="tick" x="{x:.1f}" y="{row}" text-anchor="middle">{name}</text>')
            rows[row] = x
    return "".join(shown)


def _strip(right: float) -> str:
    x = right + _UNDATED / 2
    return (
        f'<line class="edge" x1="{right}" x2="{right}" y1="{_TOP}" y2="{_HEIGHT - _BOTTOM}"/>'
        f'<text class="tick" x="{x}" y="{_HEIGHT - 26}" text-anchor="middle">undated</text>'
    )


def _point(answer: Answer, point: _Point) -> str:
    """A point with the span that its figure leaves open, and a button for what it says."""
    figure = point.figure
    words = f"{wording.figure(figure)}, according to {figure.claimant or 'nobody named'}"
    said = f"{words}, {day_in_words(figure.date, figure.not_before)}. Source {figure.citation}"
    x, y = point.x, point.y
    span = (
        f'<line class="span" x1="{x:.1f}" x2="{x:.1f}" y1="{point.least:.1f}" y2="{point.most:.1f}"/>'
        f'<path class="span" d="M{x - 5:.1f} {point.least:.1f}h10M{x - 5:.1f} {point.most:.1f}h10"/>'
        if point.least - point.most > 1
        else ""
    )
    return (
        f'<g class="point {figure.sort.replace(" ", "-")}" tabindex="0" role="button" aria-label="{escaped(said)}"'
        f' data-says="{escaped(words)}" {leads_to(answer.citation(figure.citation))}>'
        f"{span}{_open_end(figure, x, y)}{_glyph(figure.sort, x, y, _RADIUS)}"
        f'<text x="{x:.1f}" y="{y + 4:.1f}" text-anchor="middle">{figure.citation}</text></g>'
    )


def _glyph(sort: str, x: float, y: float, radius: float) -> str:
    name = sort.replace(" ", "-")
    if sort == "sent":
        side = 1.7 * radius
        return (
            f'<rect class="glyph {name}" x="{x - side / 2:.1f}" y="{y - side / 2:.1f}" width="{side:.1f}"'
            f' height="{side:.1f}" rx="2"/>'
        )
    return f'<circle class="glyph {name}" cx="{x:.1f}" cy="{y:.1f}" r="{radius}"/>'


def _open_end(figure: Figure, x: float, y: float) -> str:
    """An arrow up for "at least", one down for "up to"; one to the right for "not before" that day."""
    arrows = []
    if figure.value is not None and figure.low is not None and figure.high is None:
        arrows.append(f"M{x:.1f} {y - 11:.1f}v-12m-4 4l4 -4l4 4")
    if figure.value is not None and figure.high is not None and figure.low is None:
        arrows.append(f"M{x:.1f} {y + 11:.1f}v12m-4 -4l4 4l4 -4")
    if figure.date is None and figure.not_before is not None:
        arrows.append(f"M{x + 11:.1f} {y:.1f}h10m-4 -4l4 4l-4 4")
    return f'<path class="arrow" d="{"".join(arrows)}"/>' if arrows else ""


def _labels(points: Sequence[_Point], edge: float) -> str:
    """The values beside the points, where there is room for them."""
    taken = [(point.x - _RADIUS, point.x + _RADIUS, point.y) for point in points]
    shown = []
    for point in points:
        if point.figure.value is None:
            continue
        words = f"{point.figure.value:,.12g}"
        width = len(words) * _LETTER
        for begin in (point.x - _RADIUS - 4 - width, point.x + _RADIUS + (14 if point.figure.date is None else 4)):
            end = begin + width
            is_free = all(end < left or begin > right or abs(point.y - y) > 15 for left, right, y in taken)
            if is_free and begin > _LEFT and end < (edge if begin < edge else _WIDTH - 2):
                taken.append((begin, end, point.y))
                shown.append(f'<text class="value" x="{begin:.1f}" y="{point.y + 4:.1f}">{words}</text>')
                break
    return f'<g aria-hidden="true">{"".join(shown)}</g>'
