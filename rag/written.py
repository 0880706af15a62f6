"""From what a language model writes, piece by piece, to sentences and the keys behind them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from index.sentences import split_sentences
from rag.plain import plain

_LONGEST = 2_000
"""Characters without a key or a line's end after which what was written counts as a line."""

_LONGEST_KEYS = 80
_KEYS = re.compile(rf"(?:[^\S\n]*\[[^\[\]\n]{{1,{_LONGEST_KEYS}}}\])+[^\S\n]*[.!?]?")
_WORD = re.compile(r"\w+")
_ENDS = ".!?…”\"’'"
_THOUGHT = re.compile(r"<think(?:ing)?>.*?(?:</think(?:ing)?>|\Z)", re.DOTALL | re.IGNORECASE)


@dataclass(frozen=True)
class Written:
    """A sentence as a model wrote it, in plain words.

    Attributes:
        keys: What stands in square brackets behind it, word by word.
    """

    text: str
    keys: tuple[str, ...]


class Reader:
    """Takes pieces of text and gives the sentences that are complete.

    A sentence is complete at the end of its line, or once something follows its key. What a model thinks aloud before
    it answers is left out.
    """

    def __init__(self) -> None:
        self._text = ""

    def take(self, piece: str) -> Iterator[Written]:
        """Takes the next piece."""
        self._text += piece
        if _is_thinking(self._text):
            return
        self._text = _THOUGHT.sub("", self._text)
        while (end := self._end()) is not None:
            done, self._text = self._text[:end], self._text[end:]
            yield from _sentences(done)

    def finish(self) -> Iterator[Written]:
        """Takes what is left as complete."""
        done, self._text = _THOUGHT.sub("", self._text), ""
        yield from _sentences(done)

    def _end(self) -> int | None:
        """Where the first line, or the first sentence with a key, ends; None while it may go on."""
        line = self._text.find("\n")
        keys = _KEYS.search(self._text)
        if keys is not None and (line < 0 or keys.start() < line):
            return keys.end() if self._goes_on(keys.end()) else None
        if line >= 0:
            return line + 1
        return len(self._text) if len(self._text) > _LONGEST else None

    def _goes_on(self, end: int) -> bool:
        """Whether something stands behind a key that is not, and cannot become, another key of the same sentence."""
        rest = self._text[end:].strip(" ")
        return bool(rest) and not (rest[0] == "[" and len(rest) <= _LONGEST_KEYS and not set("]\n") & set(rest))


def _is_thinking(text: str) -> bool:
    opened = text.lstrip().lower()
    return opened.startswith("<think") and "</think" not in opened and len(text) < 100_000


def _sentences(done: str) -> Iterator[Written]:
    """The sentences of a line; the keys at its end are those of the last one."""
    found = _KEYS.search(done)
    words, keys = (done[: found.start()], found[0]) if found else (done, "")
    text = plain(words)
    if not _WORD.search(text):
        return
    if text[-1] not in _ENDS:
        text += "."  # As a whole sentence it is verified as one, never as a piece cut out of another.
    *others, last = [sentence.of(text) for sentence in split_sentences(text)]
    for sentence in others:
        yield Written(sentence, ())
    yield Written(last, tuple(word.lower() for word in _WORD.findall(keys)))
