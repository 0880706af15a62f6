"""Whether quotes are verbatim slices of their articles.

    faithful = article.text[start:end] == quote, with 0 <= start < end <= length of the text

Source: the contract of Dateline's `Citation`. That a quote be checked by code and not by a model is the idea of Menick
et al., "Teaching language models to support answers with verified quotes", arXiv:2203.11147, 2022.

Range: true or false for each citation; their share should be 1, and anything less is a bug.

Traps: a verbatim quote may still have nothing to do with the statement that cites it (see `citations`), and may be cut
so that it says something else. With no citation there is nothing to be wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any


def quote_fidelity(citations: Sequence[Mapping[str, Any]], text_of: Callable[[str], str | None]) -> list[bool]:
    """Compares each quote with its article.

    Args:
        citations: Each with "article_id", "start", "end" and "quote", as in the JSON of an answer; offsets count
            characters from 0.
        text_of: The text of an article by its id; None where there is none.

    Returns:
        Of each citation whether its quote is that slice; False where the quote is empty or the article unknown.
    """
    return [_is_slice(citation, text_of(citation["article_id"])) for citation in citations]


def _is_slice(citation: Mapping[str, Any], text: str | None) -> bool:
    start, end = citation["start"], citation["end"]
    return text is not None and 0 <= start < end <= len(text) and text[start:end] == citation["quote"]
