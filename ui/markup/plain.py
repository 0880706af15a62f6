"""An answer as plain text, to be copied into a letter or a draft."""

from __future__ import annotations

from rag import wording
from rag.answer import Answer, Citation
from ui.markup.words import day_in_words


def plain_text(answer: Answer) -> str:
    """The question, the statements with their [n], who denies them, and the quotes that stand behind them."""
    lines = [answer.resolved_question, ""]
    if answer.as_of is not None:
        lines += [f"As of {day_in_words(answer.as_of, None)}", ""]
    lines += [answer.text]
    lines += [f"{wording.dispute(each)} [{each.citation}]" for each in answer.disputes]
    sources = [_source(citation) for citation in answer.citations]
    return "\n".join([*lines, *(["", "Sources", *sources] if sources else [])])


def _source(citation: Citation) -> str:
    where = (citation.title, citation.outlet, day_in_words(citation.date, citation.not_before), citation.path)
    return f"[{citation.number}] “{citation.quote}” ({', '.join(part for part in where if part)})"
