"""Who "he", "the agency" or "Kirby" is: the speakers that an article names before a sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator

from index.article import Article, Sentence
from rag.checks.reading import read
from rag.speeches import speeches

Name = tuple[str, tuple[int, int]]
"""A speaker as the article names them, white space tidied, and where in `Article.text` that stands."""

_LATEST = 8
_FIRST = 4
"""Sentences that are looked at for a fuller name, among those that hold the name: the latest, and the first in the
article, where whoever speaks is introduced."""


def own_name(article: Article, sentence: Sentence, speaker: tuple[int, int]) -> Name:
    """A speaker as the sentence itself names them.

    Args:
        article: Where it stands.
        sentence: There.
        speaker: Offsets in the sentence, read with its white space tidied.
    """
    places: list[int] = []
    for word in re.finditer(r"\S+", sentence.of(article.text)):
        places += [*range(word.start(), word.end() + 1)]  # One more, for the blank behind it.
    start, end = sentence.start + places[speaker[0]], sentence.start + places[speaker[1] - 1] + 1
    return " ".join(article.text[start:end].split()), (start, end)


def named_before(article: Article, sentence: Sentence, holding: str = "") -> Iterator[Name]:
    """The speakers that are named before a sentence, the latest first, each as fully as there or before.

    Args:
        article: Where it stands.
        sentence: There.
        holding: Only those of sentences that hold this, capitals aside.
    """
    for earlier in _before(article, sentence, holding):
        for name in _names(article, earlier):
            yield fuller_name(article, earlier, name)


def fuller_name(article: Article, sentence: Sentence, own: Name) -> Name:
    """The name with office under which a speaker was named before, for one who is called by a single name alone."""
    if " " in own[0]:
        return own
    holding = list(_before(article, sentence, own[0]))
    looked_at = [*holding[:_LATEST], *holding[_LATEST:][-_FIRST:]]
    return next(
        (name for earlier in looked_at for name in _names(article, earlier) if _is_short_for(own[0], name[0])), own
    )


def _before(article: Article, sentence: Sentence, holding: str) -> Iterator[Sentence]:
    wanted = holding.casefold()
    for earlier in reversed(article.sentences):
        if earlier.start < sentence.start and not earlier.heading and wanted in earlier.of(article.text).casefold():
            yield earlier


def _names(article: Article, sentence: Sentence) -> list[Name]:
    """The speakers whom a sentence names itself, the last first."""
    spoken = reversed(speeches(read(sentence.of(article.text))))
    return [own_name(article, sentence, each.speaker) for each in spoken if each.speaker and each.pronoun is None]


def _is_short_for(name: str, fuller: str) -> bool:
    """Whether a single name is the last one of a fuller: "Kirby" of "John Kirby, spokesperson for ..."."""
    if name == fuller or " and " in fuller:
        return False
    if re.search(rf", {re.escape(name)}(?: [A-Z][\w-]+){{1,2}}$", fuller):
        return True  # As Korean names have it: "Kim" of "the minister, Kim Yong-hyun".
    return re.search(rf"^(?:(?!\b(?:of|for|by|with|to|in|from)\b)[^,])*\b{re.escape(name)}(?:,|$)", fuller) is not None
