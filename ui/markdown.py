"""A document as Markdown. Whatever comes from articles, questions and models stays the text that it is."""

from __future__ import annotations

import re

from ui.document import Document, Part, Source

_MARKUP = re.compile(r"[\\`*_\[\]<>&|~$@#]|!(?=\[)|:(?=//)|(?<=www)\.", re.IGNORECASE)
"""What begins markup anywhere in a line: emphasis, code, links, images, HTML, entities, table cells, formulas,
headings; and what makes an address of its own accord a link, as many readers of Markdown do ("www.", "://", "@")."""

_BLOCK = re.compile(r"^(?:[-+=](?=\s|$|[-+=])|-|\+|=|(\d{1,9})(?=[.)]))")
"""What begins a block at the head of a line: a list, a rule, an underlined heading, a numbered list."""


def markdown(given: Document) -> str:
    """The document as Markdown in CommonMark's form, with tables as pipes."""
    parts = "\n---\n\n".join(map(_part, given.parts))
    return (
        f"{parts}\n---\n\n*Exported by Dateline on {escaped(given.made)} from an archive of {escaped(given.state)}.*\n"
    )


def escaped(text: str) -> str:
    """Text on one line, with which Markdown does nothing but show it."""
    line = _MARKUP.sub(lambda found: f"\\{found[0]}", text)
    return _BLOCK.sub(lambda found: f"{found[1]}\\" if found[1] else f"\\{found[0]}", line)


def _part(part: Part) -> str:
    lines = [f"## {escaped(part.question) or 'No question'}", ""]
    if part.understood:
        lines += [f"*{' · '.join(map(escaped, part.understood))}*", ""]
    if part.missing is not None:
        lines += [f"**{escaped(part.missing)}**", ""]
    for said in part.said:
        numbers = "".join(f"\\[{number}\\]" for number in said.numbers)
        lines += [f"{escaped(said.text)} {numbers}  ", f"*{escaped(said.credit)}*", ""]
    for note in part.notes:
        lines += [f"> {escaped(note)}", ""]
    for heading, rows in part.tables:
        lines += [f"### {heading}", "", "| When | What | Source |", "|---|---|---|"]
        lines += [f"| {escaped(row.when)} | {escaped(row.words)} | \\[{row.number}\\] |" for row in rows] + [""]
    if part.sources:
        lines += [f"### {'Sources' if part.missing is None else 'Nearest passages'}", ""]
        lines += [line for source in part.sources for line in _source(source)]
    if part.removed:
        lines += ["### Removed: not supported by what they cite", ""]
        lines += [f"- {escaped(text)} ({escaped(reason)})" for text, reason in part.removed] + [""]
    return "\n".join([*lines, escaped(part.provenance), ""])


def _source(source: Source) -> list[str]:
    return [
        f"\\[{source.number}\\] **{escaped(source.title)}**  ",
        f"{escaped(source.byline)}  ",
        f"{escaped(source.path)}",
        "",
        f"> “{escaped(source.quote)}”",
        "",
    ]
