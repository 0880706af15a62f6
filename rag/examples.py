"""Example questions made from the archive."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from index.article import Article
from rag.language import entities

_PER_ARTICLE = 12
_MOST_ARTICLES = 30


def example_questions(articles: Sequence[Article], most: int = 4) -> list[str]:
    """Asks about the people and places that most articles speak of.

    Args:
        articles: Those of the archive; the newest are read.
        most: How many questions at most.
    """
    newest = sorted(articles, key=lambda article: (str(article.earliest or ""), article.id))[-_MOST_ARTICLES:]
    people: Counter[str] = Counter()
    places: Counter[str] = Counter()
    for article in newest:
        read = [sentence.of(article.text) for sentence in article.sentences[:_PER_ARTICLE]]
        found = {(entity.text, entity.label) for text in read for entity in entities(text)}
        people.update(name for name, label in found if label == "PERSON" and " " in name)
        places.update(name for name, label in found if label == "GPE")
    asked = [f"What did {name} say?" for name, _ in _first(people, 2)]
    asked += [f"What is reported about {name}?" for name, _ in _first(places, 2)]
    return asked[:most]


def _first(counted: Counter[str], number: int) -> list[tuple[str, int]]:
    return sorted(counted.items(), key=lambda item: (-item[1], item[0]))[:number]
