"""Example questions made from the archive."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from index.article import Article
from rag.language import entities

_NEWEST = 30
_SENTENCES = 12
_PEOPLE = 8
_COUNTED = re.compile(r"\b\d{1,3}(?:,\d{3})+ ((?:[A-Z][\w-]+ ){0,3}[a-z]+s)\b")


def candidate_questions(articles: Sequence[Article]) -> Iterator[tuple[str, str]]:
    """Asks about what most articles count and about the people whom most speak of.

    Args:
        articles: Those of the archive; the newest are read.

    Yields:
        A question, and a word that its answer should hold; whether the archive answers it is not known here.
    """
    newest = sorted(articles, key=lambda article: (str(article.earliest or ""), article.id))[-_NEWEST:]
    spoken_of: Counter[str] = Counter()
    counted: Counter[str] = Counter()
    for article in newest:
        read = (sentence.of(article.text) for sentence in article.sentences[:_SENTENCES])
        found = {entity.text for text in read for entity in entities(text) if entity.label == "PERSON"}
        spoken_of.update(name for name in found if " " in name)
        counted.update(set(_COUNTED.findall(article.text)))
    for things, _ in _first(counted, 1):
        yield f"How many {things} are reported?", things.split()[-1]
    for number, (name, _) in enumerate(_first(spoken_of, _PEOPLE)):
        yield (f"Who is {name}?" if number % 2 else f"What did {name} say?"), name.split()[-1]


def _first(found: Counter[str], most: int) -> list[tuple[str, int]]:
    return sorted(found.items(), key=lambda item: (-item[1], item[0]))[:most]
