"""A summary that fits a comment on a pull request."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set

from eval.comparison import Comparison, FigureChange, Outcome, RowChange, SuiteComparison
from eval.gate import Breach
from eval.measure import Measure
from eval.record import Run, SuiteRecord
from eval.report.wording import (
    OUTCOMES,
    duration,
    facts,
    figure,
    interval,
    plain,
    score_change,
    set_otherwise,
    short,
    signed,
    suite_timings,
)
from rag.foreign import in_markdown, on_one_line, printable
from rag.wording import count

LONGEST = 30_000
"""Characters of a summary at most; GitHub takes 65,536."""

_PAGE = "report.html"
_MOST_BREACHES = 20
_MOST_WORSE = 10
_MOST_BETTER = 5
_MOST_KINDS = 20
_MOST_SETTINGS = 30
_MOST_SCORES = 3
_MAIN_FIGURES = 6
_FIGURES_BY_KIND = 3
_CLEAR: tuple[Outcome, ...] = ("worse", "better", "changed")
_TOLD: tuple[Outcome, ...] = (*_CLEAR, "unclear", "same")
_LONGEST_QUESTION = 120
_LONGEST_NAME = 60


def markdown(
    run: Run,
    *,
    measures: Mapping[str, Sequence[Measure]],
    comparison: Comparison | None,
    breaches: Sequence[Breach] | None,
) -> str:
    """The summary of a run, of `LONGEST` characters at most, with the outcome of the gate first.

    Args:
        run: What to sum up.
        measures: Those of each of its suites, by name.
        comparison: With an earlier run, if there is one.
        breaches: What the gate found; None where no gate was named.
    """
    blocks = [_gate(breaches)]
    if comparison is not None:
        blocks.append(_against(comparison))
    for name in run.suites:
        blocks += _suite(run, name, measures[name], comparison.suites.get(name) if comparison else None, breaches or ())
    return _within(blocks, _about(run))


def safe(text: str, longest: int) -> str:
    """The opening of a foreign text, with nothing in it alive; see `rag.foreign.in_markdown`."""
    return in_markdown(short(on_one_line(text), longest))


def _code(text: str) -> str:
    """A name from our own files: in a span of code nothing is read as markup, and it can be copied as it stands."""
    return f"`{' '.join(printable(text).replace('`', ' ').replace('|', ' ').split()) or '-'}`"


def _gate(breaches: Sequence[Breach] | None) -> str:
    if breaches is None:
        return "## Evals: no gate was named"
    if not breaches:
        return "## Evals: the gate is met"
    lines = [f"- {_code(short(str(breach), 2 * _LONGEST_QUESTION))}" for breach in breaches]
    return "\n".join(["## Evals: the gate is not met", "", *_cut(lines, _MOST_BREACHES)])


def _against(comparison: Comparison) -> str:
    outcomes = Counter(change.outcome for suite in comparison.suites.values() for change in suite.figures)
    told = ", ".join(f"{outcomes[each]} {OUTCOMES[each]}" for each in _TOLD if outcomes[each]) or "nothing to compare"
    lines = [f"Figures against {_commit(comparison.commit)}, on the cases that both runs have: {told}."]
    if comparison.settings:
        lines.append(f"Set otherwise: {safe('; '.join(set_otherwise(comparison)), 5 * _LONGEST_NAME)}.")
    for names, what in ((comparison.added, "Only in this run"), (comparison.gone, "Only in the earlier run")):
        if names:
            lines.append(f"{what}: {safe(', '.join(names), 5 * _LONGEST_NAME)}.")
    return "\n".join(lines)


def _suite(
    run: Run,
    name: str,
    measures: Sequence[Measure],
    comparison: SuiteComparison | None,
    breaches: Sequence[Breach],
) -> list[str]:
    record = run.suites[name]
    shown = _shown(measures, comparison, {breach.measure for breach in breaches if breach.suite == name})
    rest = [measure for measure in measures if measure not in shown]
    return [
        f"### {safe(name, _LONGEST_NAME)}",
        _opening(run, name, record),
        _unpaired(comparison) if comparison else "",
        _figures(record, shown, comparison),
        _folded(count(len(rest), "more figure"), _figures(record, rest, comparison)) if rest else "",
        _kinds(record, measures),
        *([_changes("worse", comparison.worse, _MOST_WORSE)] if comparison else []),
        *([_changes("better", comparison.better, _MOST_BETTER)] if comparison else []),
    ]


def _shown(measures: Sequence[Measure], comparison: SuiteComparison | None, missed: Set[str]) -> list[Measure]:
    """The main figures, those that miss the gate, and those of which a change is clear."""
    moved = {change.measure.name for change in comparison.figures if change.outcome in _CLEAR} if comparison else set()
    wanted = {measure.name for measure in measures[:_MAIN_FIGURES]} | missed | moved
    return [measure for measure in measures if measure.name in wanted]


def _opening(run: Run, name: str, record: SuiteRecord) -> str:
    lost = sum(bool(row.lost) for row in record.rows)
    timings = suite_timings(run, name)
    took = f", in {duration(timings['seconds'])}" if "seconds" in timings else ""
    if "median" in timings and "p95" in timings:
        took += (
            f" ({duration(timings['median'])} a case in the median, {duration(timings['p95'])} at the 95th percentile)"
        )
    about = safe(record.about, 2 * _LONGEST_QUESTION)
    return f"**{count(len(record.rows), 'case')}**, {lost:,} of which lost points{took}. {about}"


def _figures(record: SuiteRecord, measures: Sequence[Measure], comparison: SuiteComparison | None) -> str:
    if comparison is None:
        rows = [(_code(each.name), _says(each), figure(record.figures.get(each.name))) for each in measures]
        return _table(("figure", "", "value"), "llr", rows)
    compared = [_compared(comparison.figure(each.name), record.figures.get(each.name)) for each in measures]
    return _table(("figure", "", "value", "before", "difference", "95 % interval", ""), "llrrrrl", compared)


def _compared(change: FigureChange, value: float | None) -> tuple[str, ...]:
    outcome = OUTCOMES[change.outcome]
    return (
        _code(change.measure.name),
        _says(change.measure),
        figure(value),
        figure(change.before),
        signed(change.difference, change.after),
        interval(change),
        f"**{outcome}**" if change.outcome in _CLEAR else outcome,
    )


def _says(measure: Measure) -> str:
    return safe(measure.says, _LONGEST_QUESTION) + (" (less is better)" if measure.better == "less" else "")


def _unpaired(comparison: SuiteComparison) -> str:
    parts = [
        f"{count(len(ids), 'case')} {what} ({safe(', '.join(ids), _LONGEST_QUESTION)})"
        for ids, what in (
            (comparison.added, "only in this run"),
            (comparison.gone, "only in the earlier one"),
            (comparison.reworded, "asked or judged otherwise"),
        )
        if ids
    ]
    if not parts:
        return ""
    return f"Before and difference are over the {count(comparison.paired, 'case')} that both have; {'; '.join(parts)}."


def _kinds(record: SuiteRecord, measures: Sequence[Measure]) -> str:
    if len(record.by_kind) < 2:
        return ""
    main = measures[:_FIGURES_BY_KIND]
    sizes = Counter(row.kind for row in record.rows)
    rows = [
        (safe(kind, _LONGEST_NAME), f"{sizes[kind]:,}", *(figure(figures.get(each.name)) for each in main))
        for kind, figures in record.by_kind.items()
    ]
    table = _table(("kind", "cases", *(_code(each.name) for each in main)), "lr" + "r" * len(main), rows[:_MOST_KINDS])
    return _folded("By kind", "\n".join([table, *_left_out(rows, _MOST_KINDS)]))


def _changes(outcome: str, changes: Sequence[RowChange], most: int) -> str:
    title = f"{count(len(changes), 'case')} got {outcome}"
    return _folded(title, "\n".join(_cut([_change(change) for change in changes], most))) if changes else ""


def _change(change: RowChange) -> str:
    told = "; ".join(score_change(score) for score in change.scores[:_MOST_SCORES])
    more = len(change.scores) - _MOST_SCORES
    row = change.row
    return (
        f"- **{safe(row.id, _LONGEST_NAME)}** ({safe(row.kind, _LONGEST_NAME)}): "
        f"{safe(row.question, _LONGEST_QUESTION)}<br>{_code(told)}{f' and {more} more' if more > 0 else ''}"
    )


def _about(run: Run) -> str:
    lines = [f"- {name}: {safe(value, _LONGEST_QUESTION)}" for name, value in facts(run).items()]
    settings = [
        f"- {safe(name, _LONGEST_NAME)}: {safe(plain(value), _LONGEST_QUESTION)}"
        for name, value in run.settings.items()
    ]
    return _folded("Commit, machine, settings", "\n".join([*lines, *_cut(settings, _MOST_SETTINGS)]))


def _commit(commit: str | None) -> str:
    return f"commit {_code(short(commit, _LONGEST_NAME))}" if commit else "an earlier run"


def _table(heads: Sequence[str], aligned: str, rows: Iterable[Sequence[str]]) -> str:
    """A table; `aligned` has an "l" or an "r" for each column."""
    rules = ["---" if side == "l" else "--:" for side in aligned]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (heads, rules, *rows))


def _folded(title: str, inner: str) -> str:
    """A part that opens at a click. The empty lines make what is inside Markdown again."""
    return f"<details><summary>{title}</summary>\n\n{inner}\n\n</details>"


def _cut(lines: Sequence[str], most: int) -> list[str]:
    return [*lines[:most], *_left_out(lines, most)]


def _left_out(lines: Sequence[object], most: int) -> list[str]:
    return ["", f"{len(lines) - most:,} more in `{_PAGE}`."] if len(lines) > most else []


def _within(blocks: Iterable[str], last: str) -> str:
    """The blocks, as many as there is room for, and the last one."""
    kept: list[str] = []
    given = [block for block in blocks if block]
    room = LONGEST - len(last) - len(f"\n\n{len(given):,} more parts in `{_PAGE}`.\n\n\n")
    for block in given:
        room -= len(block) + 2
        if room < 0:
            kept.append(f"{count(len(given) - len(kept), 'more part')} in `{_PAGE}`.")
            break
        kept.append(block)
    return "\n\n".join([*kept, last]) + "\n"
