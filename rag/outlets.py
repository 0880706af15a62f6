"""Which outlets a question names, and what it says of each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.english import english

_BEFORE_SECTION = re.compile(r" [-–|] |: ")


@dataclass(frozen=True)
class Mention:
    """An outlet that a question names.

    Attributes:
        outlet: As the archive spells it.
        clause: The question from there to where it names the next outlet.
    """

    outlet: str
    clause: str


def outlets_named(question: str, outlets: Sequence[str]) -> list[Mention]:
    """The outlets that a question names, in order, as often as it does.

    What stands before a section counts as well, for every section ("BBC News" for "BBC News - Arts"). A name that is an
    English word counts only where it is written as the archive writes it: "Wired", not "a wired house".
    """
    found: set[tuple[int, str]] = set()
    for outlet in outlets:
        for name in _names(outlet):
            for match in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", question, re.IGNORECASE):
                if match[0] == name or not english().knows(name.lower()):
                    found.add((match.start(), outlet))
    starts = sorted({start for start, _ in found})
    ends = dict(zip(starts, [*starts[1:], len(question)], strict=False))
    return [Mention(outlet, question[start : ends[start]]) for start, outlet in sorted(found)]


def _names(outlet: str) -> Iterator[str]:
    yield outlet
    section = _BEFORE_SECTION.search(outlet)
    if section:
        yield outlet[: section.start()]
