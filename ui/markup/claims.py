"""Who says what: the statements, denials and figures of an answer as a table."""

from __future__ import annotations

from rag import wording
from rag.answer import Answer, Citation
from ui.markup.words import chip, dated, escaped, short

_STANCES = {
    "asserts": "says so",
    "denies": "denies it",
    "declines": "neither confirms nor denies",
    "expects": "expects it",
    "asks": "asks",
}


def claims_table(answer: Answer) -> str:
    """The table, or nothing where the answer states nothing."""
    rows = [
        _row(each.claimant, each.text, each.stance, answer.citation(each.citations[0]))
        for each in answer.statements
        if each.citations
    ]
    for dispute in answer.disputes:
        citation = answer.citation(dispute.citation)
        rows.append(_row(dispute.claimant, citation.quote, dispute.stance, citation))
    if not rows:
        return ""
    names = ("Who", "What", "Stance", "Outlet", "Day", "Source")
    head = "".join(f'<th scope="col">{name}</th>' for name in names)
    return (
        '<div class="wide" tabindex="0" role="region" aria-label="Who says what"><table class="claims">'
        f"<thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
    )


def _row(claimant: str | None, words: str, stance: str | None, citation: Citation) -> str:
    return (
        f'<tr><th scope="row" dir="auto">{escaped(short(wording.named(claimant)))}</th>'
        f'<td dir="auto">{escaped(words)}</td><td>{_STANCES.get(stance or "", "")}</td>'
        f'<td dir="auto">{escaped(short(citation.outlet or "not named"))}</td>'
        f"<td>{dated(citation.date, citation.not_before)}</td><td>{chip(citation)}</td></tr>"
    )
