"""How long an answer is.

    words = pieces between blanks that hold a letter or a digit; "[n]" is no word

Source: as ALCE reports it beside its scores (Gao, Yen, Yu and Chen, "Enabling Large Language Models to Generate Text
with Citations", EMNLP 2023).

Range: 0 and up. Neither more nor less is better as such.

Traps: it says nothing alone. It is there because nugget recall, lead accuracy and citation scores can all be had by
copying more: of two answers with the same scores the shorter is better. "10,000" is one word, and so is "well-known".
"""

from __future__ import annotations

import re
from collections.abc import Sequence

# At most three digits: an editor's "[2024]" is a word of the quote.
_MARKER = re.compile(r"\[\d{1,3}\]")


def answer_words(text_of_statements: Sequence[str]) -> int:
    """Counts the words of all statements of an answer, citation markers aside."""
    pieces = (piece for text in text_of_statements for piece in _MARKER.sub(" ", text).split())
    return sum(any(character.isalnum() for character in piece) for piece in pieces)
