"""A turn of the conversation: the question, its statements, what stands beside them, and what the panel shows of it."""

from __future__ import annotations

from datetime import date

from rag import wording
from rag.answer import Answer, Citation, Removed, Statement
from rag.assembly import searched_in
from ui.markup.claims import claims_table
from ui.markup.plain import plain_text
from ui.markup.timeline import timeline
from ui.markup.words import byline, chip, chips, dated, escaped, short
from ui.turns import Turn

_STANCES = {"denies": "Denied", "declines": "Neither confirmed nor denied", "expects": "Expected"}
_LONGEST_QUESTION = 400
_LONGEST_QUOTE = 240
_LONGEST_CREDIT = 36
_VERIFIED = {"quote": "Verified quote", "generated": "Verified rewording"}
_EXPORTS = (
    '<details class="menu"><summary>Export</summary><div><button type="button" data-save="md">Markdown</button>'
    '<button type="button" data-save="pdf">PDF</button><button type="button" data-save="json">JSON</button>'
    "</div></details>"
)
_REMARKS = (
    '<button type="button" data-good="true" aria-pressed="false">Good</button>'
    '<button type="button" data-good="false" aria-pressed="false">Not good</button>'
)


def turn_html(turn: Turn) -> str:
    """One question with its answer so far."""
    words = short(turn.asked.question.strip() or "…", _LONGEST_QUESTION)
    state = " working" * turn.working + " stopped" * turn.stopped
    return (
        f'<section class="turn{state}" id="turn-{turn.number}" tabindex="-1" aria-labelledby="question-{turn.number}">'
        f'<h2 class="question" id="question-{turn.number}" dir="auto">{escaped(words)}</h2>'
        f"{_filters(turn)}{_understood(turn.answer)}"
        f"{''.join(_statement(turn, statement) for statement in turn.statements)}{_end(turn)}</section>"
    )


def _filters(turn: Turn) -> str:
    """Within which limits the answer was looked for, those told by the question's own words among them."""
    limits = []
    as_of = turn.answer.as_of if turn.answer is not None else turn.asked.as_of
    if as_of:
        inferred = "" if turn.asked.as_of.strip() else ", as the question says"
        limits.append(f"As of {_day(as_of)}{inferred}")
    if turn.asked.since.strip():
        limits.append(f"From {_day(turn.asked.since)} on")
    if turn.asked.outlet.strip():
        limits.append(f"{short(turn.asked.outlet)} only")
    if not limits:
        return ""
    return f'<p class="limits" dir="auto" data-as-of="{escaped(as_of or "")}">{escaped(" · ".join(limits))}</p>'


def _day(written: str) -> str:
    try:
        return wording.day(date.fromisoformat(written.strip()))
    except ValueError:
        return short(written.strip())


def _understood(answer: Answer | None) -> str:
    if answer is None or answer.resolved_question.strip() == answer.question.strip():
        return ""
    read = f"Read as: {short(answer.resolved_question, _LONGEST_QUESTION)}"
    return f'<p class="understood" dir="auto">{escaped(read)}</p>'


def _statement(turn: Turn, statement: Statement) -> str:
    cited = [citation for citation in turn.citations if citation.number in statement.citations]
    stance = _STANCES.get(statement.stance or "", "")
    credit = [
        f'<span class="verdict {escaped(statement.verdict.label)}">{_VERIFIED[statement.kind]}</span>',
        *([f'<span class="stance">{stance}</span>'] if stance else []),
        *(
            [f'<span class="claimant">{escaped(wording.named(statement.claimant))}</span>']
            if statement.claimant
            else []
        ),
        "; ".join(dict.fromkeys(_source(citation) for citation in cited)),
    ]
    kind = "blockquote" if statement.kind == "quote" else "div"
    return (
        f'<{kind} class="statement {statement.kind}">'
        f'<p dir="auto"><span class="said">{escaped(statement.text)}</span>{chips(cited)}</p>'
        f'<p class="credit">{" · ".join(credit)}</p></{kind}>'
    )


def _claimant(name: str | None) -> list[str]:
    return [f'<span class="claimant">{escaped(wording.named(name))}</span>'] if name else []


def _source(citation: Citation) -> str:
    return (
        f"{dated(citation.date, citation.not_before)} · "
        f'<cite class="{"outlet" if citation.outlet else "title"}" dir="auto">'
        f"{escaped(short(citation.outlet or citation.title, _LONGEST_CREDIT))}</cite>"
        f"{escaped(wording.resting(citation))}"
    )


def _end(turn: Turn) -> str:
    if turn.problem is not None:
        return f'<p class="problem" role="alert">{escaped(turn.problem)}</p>'
    if turn.stopped:
        return '<p class="halted">Stopped.</p>'
    if turn.answer is None:
        return _steps(turn.steps or ["Waiting"])
    answer = turn.answer
    notes = "".join(f'<p class="remark" dir="auto">{escaped(note)}</p>' for note in answer.notes)
    said = _abstained(answer) if answer.status == "abstained" else notes + _disputes(answer)
    return said + _removed(answer.removed) + _provenance(answer) + _kept(answer)


def _steps(steps: list[str]) -> str:
    *done, current = steps
    rows = "".join(f'<li class="done">{escaped(step)}</li>' for step in done)
    return f'<ol class="steps" aria-label="Progress">{rows}<li class="current">{escaped(current)}…</li></ol>'


def _abstained(answer: Answer) -> str:
    """What is missing, and the passages that come near."""
    near = "".join(
        f'<li><p dir="auto"><span class="said">{escaped(short(citation.quote, _LONGEST_QUOTE))}</span>'
        f"{chips([citation])}</p>"
        f'<p class="credit">{_source(citation)}</p></li>'
        for citation in answer.related
    )
    related = f'<div class="related"><h3>What comes nearest</h3><ul>{near}</ul></div>' if near else ""
    return (
        '<div class="missing"><p class="label">Not in the archive</p>'
        f'<p dir="auto">{escaped(answer.missing or answer.text)}</p></div>{related}'
    )


def _disputes(answer: Answer) -> str:
    """Who denies what is said."""
    rows = "".join(
        f'<li dir="auto">{escaped(wording.dispute(each))} · {dated(each.date, each.not_before)}'
        f"&nbsp;{chip(answer.citation(each.citation))}</li>"
        for each in answer.disputes
    )
    return f'<div class="beside"><h3>Who disputes it</h3><ul>{rows}</ul></div>' if rows else ""


def _removed(removed: tuple[Removed, ...]) -> str:
    if not removed:
        return ""
    rows = "".join(
        f'<li dir="auto"><span class="said">{escaped(each.text)}</span>'
        f' <span class="reason">{escaped(each.reason)}</span></li>'
        for each in removed
    )
    heading = f"{wording.count(len(removed), 'sentence')} removed: not supported"
    return f'<details class="removed"><summary>{heading}</summary><ul>{rows}</ul></details>'


def _provenance(answer: Answer) -> str:
    if answer.status == "abstained":
        return f'<p class="provenance">Searched in {_seconds(answer)}.</p>'  # What was searched is told above.
    searched = f"Searched {wording.coverage(answer.searched)}, in {_seconds(answer)}."
    worded = any(statement.kind == "generated" for statement in answer.statements)
    by = f" Worded by {short(answer.synthesizer)}, each sentence verified." if worded else ""
    return f'<p class="provenance">{escaped(f"{_answered_from(answer)}{searched}{by}")}</p>'


def _answered_from(answer: Answer) -> str:
    """How much stands behind the answer: "Answered from 5 articles, 3 origins, 12 to 29 October 2024, 2 undated."."""
    if not answer.citations:
        return ""
    cited = {citation.article_id: citation for citation in answer.citations}.values()
    days = [date.fromisoformat(day) if day else None for each in cited for day in (each.date or each.not_before,)]
    articles, *spans = wording.coverage(searched_in(days)).split(", ")
    return f"Answered from {', '.join((articles, wording.count(answer.origins, 'origin'), *spans))}. "


def _seconds(answer: Answer) -> str:
    spent = sum(answer.timings_ms.values())
    return f"{spent} ms" if spent < 1000 else f"{spent / 1000:.1f} s"


def _kept(answer: Answer) -> str:
    """What can be done with the answer, and what the panel shows of it, out of sight until it is asked for."""
    parts = {
        "cited": _cited(answer),
        "claims": claims_table(answer),
        "timeline": timeline(answer),
        "plain": escaped(plain_text(answer)),
    }
    kept = "".join(f'<template class="{name}">{part}</template>' for name, part in parts.items())
    acts = "".join(
        f'<button type="button" data-act="{act}">{label}</button>'
        for act, label in (("copy", "Copy"), ("link", "Copy link"), ("edit", "Edit question"))
    )
    return f'<div class="acts" role="group" aria-label="This answer">{acts}{_EXPORTS}{_REMARKS}</div>{kept}'


def _cited(answer: Answer) -> str:
    """The articles that are cited, or come near, each with the numbers of its quotes."""
    citations = answer.citations or answer.related
    by_article: dict[str, list[Citation]] = {}
    for citation in citations:
        by_article.setdefault(citation.article_id, []).append(citation)
    rows = "".join(
        f'<li data-article="{escaped(article_id)}"><span class="numbers">{" ".join(map(chip, its))}</span>'
        f'<span class="title" dir="auto">{escaped(short(its[0].title))}</span>'
        f'<span class="byline">{byline(its[0].outlet, its[0].date, its[0].not_before)}</span></li>'
        for article_id, its in by_article.items()
    )
    return f'<ol class="cited-articles">{rows}</ol>' if rows else ""
