"""Every kind of change, and as many false statements of each as are asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import zip_longest

from eval.changes import dates, details, names, negating, numbers, speakers, subjects, wording
from eval.changes.names import Names
from eval.changes.reading import Source, evenly, sources
from index.analysis import content_terms, terms
from index.article import Article

_ARTICLES = 20
_SENTENCES = 40
_SAID_ALREADY = 0.8
"""Share of a statement's words in one true sentence from which on it may say no more than that one."""


@dataclass(frozen=True)
class Change:
    """A false statement.

    Attributes:
        kind: The rule that made it.
        says: The statement.
        cited: The true sentences that it is made of and is to be checked against; the first is the one changed.
        number: Counts what the rule made of that sentence, from 1.
    """

    kind: str
    says: str
    cited: tuple[Source, ...]
    number: int


def quotable(articles: Sequence[Article]) -> list[list[Source]]:
    """The first 40 sentences of each of 20 articles at even distances, or of all where there are fewer."""
    return [sources(article, _SENTENCES) for article in evenly(articles, _ARTICLES)]


def changes(read: Sequence[Sequence[Source]], most: int) -> list[Change]:
    """Makes false statements; the same of the same articles every time.

    Args:
        read: The sentences of each article.
        most: Of each kind at most so many, spread evenly over articles and sentences.

    Returns:
        By kind, article and sentence; no statement is there twice.
    """
    whole = [[source for source in article if source.is_whole] for article in read]
    known = Names([source for article in whole for source in article])
    made: dict[str, Change] = {}
    for kind, make in _kinds(known).items():
        of_kind = [[change for source in article for change in _made(kind, make, source, article)] for article in whole]
        new = [[change for change in of_article if change.says not in made] for of_article in of_kind]
        made |= {change.says: change for change in _spread(new, most)}
    return list(made.values())


_Rule = Callable[[Source], Iterator[str]]
_PairRule = Callable[[Source, Source], Iterator[str]]
_Making = Callable[[Source, Sequence[Source]], Iterator[tuple[str, tuple[Source, ...]]]]


def _kinds(known: Names) -> dict[str, _Making]:
    """How each kind is made of a sentence and the others of its article."""
    return {
        "number": _alone(numbers.number),
        "date": _alone(dates.date),
        "attribution_dropped": _alone(speakers.attribution_dropped),
        "attribution_changed": _alone(partial(speakers.attribution_changed, names=known)),
        "person": _alone(partial(names.person, names=known)),
        "place": _alone(partial(names.place, names=known)),
        "people": _alone(partial(names.people, names=known)),
        "organisation": _alone(partial(names.organisation, names=known)),
        "negation_added": _alone(negating.negation_added),
        "negation_dropped": _alone(wording.negation_dropped),
        "opposite": _alone(wording.opposite),
        "doubt_dropped": _alone(wording.doubt_dropped),
        "amount_widened": _alone(wording.amount_widened),
        "detail_added": _alone(details.detail_added),
        "names_swapped": _alone(partial(names.names_exchanged, names=known)),
        "numbers_swapped": _both(_alone(numbers.numbers_exchanged), _paired(numbers.number_of_other)),
        "dates_swapped": _paired(dates.date_of_other),
        "speakers_swapped": _paired(partial(speakers.speaker_of_other, names=known)),
        "subjects_swapped": _paired(partial(subjects.subject_of_other, names=known)),
    }


def _alone(rule: _Rule) -> _Making:
    def make(source: Source, _: Sequence[Source]) -> Iterator[tuple[str, tuple[Source, ...]]]:
        return ((says, (source,)) for says in rule(source))

    return make


def _paired(rule: _PairRule) -> _Making:
    def make(source: Source, article: Sequence[Source]) -> Iterator[tuple[str, tuple[Source, ...]]]:
        for other in article:
            if other is not source:
                yield from (
                    (says, (source, other)) for says in rule(source, other) if not _is_said(says, source, article)
                )

    return make


def _both(*ways: _Making) -> _Making:
    def make(source: Source, article: Sequence[Source]) -> Iterator[tuple[str, tuple[Source, ...]]]:
        return (made for way in ways for made in way(source, article))

    return make


def _made(kind: str, make: _Making, source: Source, article: Sequence[Source]) -> Iterator[Change]:
    found: dict[str, tuple[Source, ...]] = {}
    for says, cited in make(source, article):
        if all(says != true.text for true in article):
            found.setdefault(says, cited)
    for number, (says, cited) in enumerate(found.items(), 1):
        yield Change(kind, says, cited, number)


def _spread(by_article: Iterable[Sequence[Change]], most: int) -> list[Change]:
    """So many of them, the articles in turn, and in each article the first of every sentence before any second."""
    in_turn = zip_longest(*(sorted(of_article, key=lambda change: change.number) for of_article in by_article))
    chosen = [change for turn in in_turn for change in turn if change is not None][:most]
    return sorted(chosen, key=lambda change: (change.cited[0].article, change.cited[0].number, change.number))


def _is_said(statement: str, source: Source, article: Sequence[Source]) -> bool:
    """Whether the article may say it elsewhere than in the sentence of which it is made."""
    wanted = set(content_terms(statement))
    return any(
        len(wanted & set(terms(other.text))) >= _SAID_ALREADY * len(wanted) for other in article if other is not source
    )
