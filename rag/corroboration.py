"""How many origins an answer goes back to: different texts, or the outlets behind them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.answer import Citation
from rag.outlets import same_outlet

_TELLING_WORDS = 8


def count_origins(citations: Sequence[Citation]) -> int:
    """How many places citations go back to: different texts, or outlets that others rest on; never more than articles.

    Copies of a text are one. An article of which all that is cited rests on another outlet counts as that outlet: one
    with others that rest on it, and with what that outlet published itself. Texts of which the same sentence is cited
    are one as well, since a short one may stand whole in a longer one.

    Args:
        citations: Those of one answer.
    """
    texts: dict[str, list[Citation]] = {}
    for citation in citations:
        texts.setdefault(citation.origin, []).append(citation)
    own = [[each for each in cited if each.rests_on is None] for cited in texts.values()]
    known = [each.outlet for cited in own for each in cited if each.outlet]
    behind: list[str] = []
    for cited in texts.values():
        outlets = sorted(each.rests_on for each in cited if each.rests_on is not None)
        if len(outlets) == len(cited) and not any(same_outlet(outlets[0], other) for other in (*known, *behind)):
            behind.append(outlets[0])
    return len(behind) + _apart([{_words(each) for each in cited} - {""} for cited in own if cited])


def _words(citation: Citation) -> str:
    """The words of a quote, by which it is known in another text; none where so few can be the same by chance."""
    words = re.findall(r"\w+", citation.quote.casefold())
    return " ".join(words) if len(words) >= _TELLING_WORDS else ""


def _apart(sets: list[set[str]]) -> int:
    """How many groups there are of sets that have nothing in common with one another."""
    groups: list[set[str]] = []
    for each in sets:
        joined = [group for group in groups if group & each]
        groups = [*(group for group in groups if not group & each), each.union(*joined)]
    return len(groups)
