"""Who says what: the statements, denials and figures of an answer as a table."""

from __future__ import annotations

from rag import wording
from rag.answer import Answer
from rag.stances import Stance
from rag.table import Said, who_says_what
from ui.markup.words import chips, dated, escaped, short

_LONGEST_OUTLET = 40
_STANCES: dict[Stance, str] = {
    "asserts": "says",
    "denies": "denies",
    "declines": "neither confirms nor denies",
    "expects": "expects",
    "asks": "asks",
}


def claims_table(answer: Answer) -> str:
    """The table, or nothing where the answer claims nothing."""
    rows = "".join(_row(said, answer) for said in who_says_what(answer))
    if not rows:
        return ""
    head = "".join(f'<th scope="col">{name}</th>' for name in ("Who", "What", "When"))
    return (
        '<div class="wide" tabindex="0" role="region" aria-label="Who says what"><table class="who">'
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _row(said: Said, answer: Answer) -> str:
    outlet = escaped(short(said.outlet, _LONGEST_OUTLET)) if said.outlet else "outlet not named"
    hedge = f", “{escaped(said.hedge)}”" if said.hedge else ""
    return (
        f'<tr><th scope="row" dir="auto">{escaped(short(wording.named(said.claimant)))}'
        f'<span class="stance {said.stance}">{_STANCES[said.stance]}{hedge}</span></th>'
        f'<td class="words" dir="auto">{escaped(said.claim)}{chips([answer.citation(said.citation)])}</td>'
        f'<td>{dated(said.date, said.not_before)}<span class="outlet" dir="auto">{outlet}</span></td></tr>'
    )
