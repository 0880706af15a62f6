"""Mends the spelling of a question by the archive's own words and names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from index.analysis import folded, is_function_word
from index.english import english
from index.vocabulary import Vocabulary, key

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_TOKEN = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_CONTRACTED = re.compile(r"\b(who|what|when|where|why|how)s\b", re.IGNORECASE)

_SHORTEST = 4
"""Letters below which a word is left as it is: too many others are as near."""

_LONG = 8
"""Letters from which on two mistakes are mended, one in shorter words."""

_LONG_NAME = 7
"""Letters from which on a word that was written as a name is mended: "Iran" is no misspelled "Iraq"."""

_SWAPPED_NAME = 5
"""The same where no more than two neighbouring letters are swapped: "Zeria" is "Zeira"."""

_LONGEST_NAME = 4
_REMEMBERED = 1024


class Speller:
    """Mends words that neither the archive nor English knows, and writes names as the archive writes them."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        """Takes the words and names of the archive."""
        self._vocabulary = vocabulary
        self._nearest = lru_cache(maxsize=_REMEMBERED)(self._find_nearest)
        self._words = list(vocabulary.words)
        self._initials = _initials(vocabulary)

    def mend(self, text: str) -> str:
        """The text with its misspelled words mended, its abbreviated names in full and its names in capitals.

        The more frequent of several words that are equally near is taken. A word that was written as a name, its
        first letter alone being a capital, can only become another name, and only where it is long.
        """
        hasty = text.islower() or text.isupper()
        words = _CONTRACTED.sub(r"\1's", text.lower() if text.isupper() else text)
        words = _WORD.sub(lambda match: self._mended(match[0], named=_is_named(match)), words)
        return self._with_capitals(words, hasty=hasty)

    def knows(self, word: str) -> bool:
        """Whether the archive or English knows a word or what it may be an inflected form of."""
        plain = re.sub(r"['’]s$", "", folded(word))
        words = self._vocabulary.words
        return f"{plain}s" in words or any(base in words or base in english().words for base in english().bases(plain))

    def _mended(self, word: str, *, named: bool) -> str:
        plain = re.sub(r"['’]s$", "", folded(word))
        if is_function_word(plain) or "'" in plain or "’" in plain or self.knows(word):
            return word
        if plain in self._initials:
            return self._initials[plain] + word[len(plain) :]
        if len(plain) < (_SWAPPED_NAME if named else _SHORTEST) or (word[1:] != word[1:].lower()):
            return word
        found = self._nearest(plain, named)
        if found is None:
            return word
        return (found.capitalize() if word[0].isupper() else found) + word[len(plain) :]

    def _find_nearest(self, word: str, named: bool) -> str | None:
        """The archive's word with the fewest mistakes between (a letter more, less or other, or two swapped)."""
        allowed = 1 if named or len(word) < _LONG else 2
        near = process.extract(word, self._words, scorer=OSA.distance, processor=None, score_cutoff=allowed, limit=None)
        ranked = [
            (distance, -self._vocabulary.words[other], other)
            for other, distance, _ in near
            if len(other) >= _SHORTEST
            and (other[0] == word[0] or (distance == 1 and len(word) >= _LONG_NAME and not named))
            and (not named or (other in self._vocabulary.names and _may_be_name(word, other)))
        ]
        return min(ranked)[2] if ranked else None

    def _with_capitals(self, text: str, *, hasty: bool) -> str:
        """Writes names as the archive writes them: all in a text without capitals, else those that are nothing else."""
        tokens = list(_TOKEN.finditer(text))
        parts: list[str] = []
        done = at = 0
        while at < len(tokens):
            size, written = self._name_at(text, tokens[at : at + _LONGEST_NAME], hasty=hasty)
            if written:
                parts += [text[done : tokens[at].start()], written]
                done = tokens[at + size - 1].end()
            at += size
        return "".join([*parts, text[done:]])

    def _name_at(self, text: str, tokens: list[re.Match[str]], *, hasty: bool) -> tuple[int, str]:
        """How many of the tokens are a name, and how it is written; 1 and nothing where none is."""
        for size in range(len(tokens), 0, -1):
            words = text[tokens[0].start() : tokens[size - 1].end()]
            name = self._vocabulary.name(words)
            if name is None or words != words.lower() or (size == 1 and is_function_word(key(words))):
                continue
            if hasty or not any(english().knows(part) for part in key(words).split()):
                possessive = re.search(r"['’]s$", words)
                return size, name.written + (possessive[0] if possessive else "")
        return 1, ""


def _may_be_name(word: str, name: str) -> bool:
    """Whether a word with one mistake can be meant for a name."""
    return len(word) >= _LONG_NAME or (len(word) >= _SWAPPED_NAME and sorted(word) == sorted(name))


def _is_named(match: re.Match[str]) -> bool:
    """Whether a word was written as a name: with a capital where no sentence begins."""
    return match.start() > 0 and match[0][0].isupper()


def _initials(vocabulary: Vocabulary) -> dict[str, str]:
    """The names of two or three words by their initials, where one is met more often than all others together."""
    counts: dict[str, dict[str, int]] = {}
    for found, name in vocabulary.names.items():
        words = found.split()
        if 2 <= len(words) <= 3:
            counts.setdefault("".join(word[0] for word in words), {})[name.written] = name.count
    return {initials: best for initials, names in counts.items() for best in _clear_favourite(names)}


def _clear_favourite(names: dict[str, int]) -> Iterator[str]:
    best = max(names, key=lambda name: (names[name], name))
    if 2 * names[best] > sum(names.values()) and names[best] > 1:
        yield best
