"""Answers that the browser keeps: what comes back is used only if this server made it."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable

from index.article import Article
from rag.answer import Answer


class Seal:
    """Marks answers as made here, and knows them again.

    The key lives as long as the process. After a restart no answer is known any more, and the page asks anew.
    """

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)

    def sealed(self, answer: Answer) -> str:
        """An answer as text, with the seal before it."""
        text = answer.model_dump_json()
        return f"{self._seal(text)} {text}"

    def opened(self, sealed: object) -> Answer | None:
        """The answer within, or None where it was not sealed here or was changed since."""
        if not isinstance(sealed, str):
            return None
        seal, _, text = sealed.partition(" ")
        if not hmac.compare_digest(seal.encode("utf-8", "replace"), self._seal(text).encode()):
            return None
        return Answer.model_validate_json(text)

    def _seal(self, text: str) -> str:
        return hmac.digest(self._key, text.encode("utf-8", "replace"), "sha256").hex()


def still_stands(answer: Answer, read: Callable[[str], Article]) -> bool:
    """Whether every quote of an answer still stands in the archive where it stood.

    Args:
        answer: Made earlier.
        read: Gives the article of an id, or raises KeyError where the archive no longer holds it.
    """
    try:
        return all(
            read(citation.article_id).text[citation.start : citation.end] == citation.quote
            for citation in (*answer.citations, *answer.related)
        )
    except KeyError:
        return False
