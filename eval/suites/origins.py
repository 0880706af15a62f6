"""Groups copies and compares them with an exact count; reads on which other outlet sentences rest."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import combinations

import numpy as np
from scipy.sparse import coo_array, csr_array, triu

from eval.measure import Measure, mean, ratio
from eval.record import Row
from eval.resting import BUILT_IN, Pair, load_pairs, load_resting
from eval.suite import Context, Task
from eval.suites.realtimeqa import ARTICLES, NewsArticle
from eval.testsets import by_id, find_set, read_lines
from index.article import Article, Sentence
from index.catalogue import Catalogue
from index.origins import group_copies, shingles
from rag import AnswerEngine
from rag.outlets import same_outlet
from rag.resting import rests_on
from rag.wording import count

_Pairs = set[tuple[str, str]]


class OriginsSuite:
    """Without data, the articles that come with Dateline against annotations; with data, thousands of them.

    There gold is every pair that shares more than half of all its 8-word shingles, counted exactly: over all shingles,
    with no sampling and no hashing into bands. A pair is confirmed where Dateline compared it and found it to be one;
    it is grouped where both are of one origin, so that a chain of copies groups its ends as well. How long the grouping
    took is the time of the row "grouping".
    """

    name = "origins"
    about = "Copies of one text, against an exact count; on which other outlet sentences rest, against annotations."
    measures: Sequence[Measure] = (
        ratio("pair_precision", "of the pairs of one origin, the share that are copies", "both", "grouped"),
        ratio("pair_recall", "of the pairs that are copies, the share of one origin", "both", "copies"),
        ratio("resting_precision", "of the outlets found that a sentence rests on, the share right", "right", "found"),
        ratio("resting_recall", "of those annotated, the share found", "right", "annotated"),
        ratio("confirmed_precision", "the same of single pairs, before they are joined", "confirmed_both", "confirmed"),
        ratio("confirmed_recall", "the same of single pairs, before they are joined", "confirmed_both", "copies"),
        mean("groups", "how many groups of copies there are", better="neither"),
    )

    def tasks(self, context: Context) -> Sequence[Task]:
        """One for each pair that is or is found to be one, and for each sentence; see `Suite.tasks`."""
        rows = _annotated(context) if context.data is None else _counted(context)
        return [Task(row.id, _given(row)) for row in rows]


def exact_copies(texts: Mapping[str, str]) -> _Pairs:
    """Every pair of texts that share more than half of all their shingles, from the whole table of who has which.

    Args:
        texts: By id.

    Returns:
        Pairs of ids, each in order.
    """
    ids = sorted(texts)
    sets = [shingles(texts[each]) for each in ids]
    sizes = np.array([len(each) for each in sets])
    rows = np.repeat(np.arange(len(sets)), sizes)
    columns = np.unique(np.concatenate(sets), return_inverse=True)[1]
    table = csr_array((np.ones(len(rows), np.int32), (rows, columns)))
    shared = coo_array(triu(table @ table.T, k=1))
    is_copy = 3 * shared.data > sizes[shared.row] + sizes[shared.col]
    return {(ids[one], ids[other]) for one, other in zip(shared.row[is_copy], shared.col[is_copy], strict=True)}


def _given(row: Row) -> Callable[[], Row]:
    return lambda: row


def _annotated(context: Context) -> list[Row]:
    engine = context.stack.enter_context(AnswerEngine.open(settings=context.settings, progress=context.tell))
    articles = engine.articles()
    return [*map(_pair_row, load_pairs(BUILT_IN, articles)), *_resting_rows(articles, engine.archive.outlets())]


def _pair_row(pair: Pair) -> Row:
    one, other = (pair.one.id, pair.other.id)
    pairs = {(one, other)}
    return _row(
        (one, other), pairs if pair.copies else set(), pairs if pair.one.origin == pair.other.origin else set(), None
    )


def _resting_rows(articles: Sequence[Article], outlets: Sequence[str]) -> list[Row]:
    """One for each sentence that rests on another outlet, by hand or as it is read."""
    annotated = {(each.article.id, each.sentence.start): each.on for each in load_resting(BUILT_IN, articles)}
    rows = []
    for article in articles:
        for sentence in article.sentences:
            wanted, found = annotated.get((article.id, sentence.start)), rests_on(article, sentence, outlets)
            if wanted or found:
                rows.append(_resting_row(article, sentence, wanted, found))
    return rows


def _resting_row(article: Article, sentence: Sentence, wanted: str | None, found: str | None) -> Row:
    right = wanted is not None and found is not None and same_outlet(wanted, found)
    scores = {"right": right, "found": found is not None, "annotated": wanted is not None}
    return Row(
        id=f"{article.id}:{sentence.start}",
        kind="rests on an outlet",
        question=sentence.of(article.text),
        gold=(wanted or "no other outlet",),
        scores={name: float(value) for name, value in scores.items()},
        lost=() if right else (f"read as: {found or 'no other outlet'}",),
    )


def _counted(context: Context) -> list[Row]:
    file = find_set(context.data, OriginsSuite.name, (ARTICLES,)) / ARTICLES
    articles = by_id(read_lines(file, NewsArticle), lambda article: article.url)
    catalogue = Catalogue(None)
    with catalogue.transaction():
        for article in articles.values():
            catalogue.put(_article(article), "", [])
    began = time.perf_counter()
    group_copies(catalogue, context.tell)
    seconds = time.perf_counter() - began
    groups: dict[str, list[str]] = {}
    for article_id, first in catalogue.copies().items():
        groups.setdefault(first, [first]).append(article_id)
    grouped = {pair for group in groups.values() for pair in combinations(sorted(group), 2)}
    confirmed = _confirmed(catalogue)
    catalogue.close()
    context.tell("Counting all pairs", 0, 1)
    exact = exact_copies({article.url: article.text for article in articles.values()})
    context.tell("Counting all pairs", 1, 1)
    size = sum(len(group) for group in groups.values())
    whole = Row(
        id="grouping",
        kind="grouping",
        question=f"{len(articles):,} articles",
        context=(f"{size:,} of them in {count(len(groups), 'group')}",),
        scores={"groups": float(len(groups))},
        seconds=seconds,
    )
    return [whole, *(_row(pair, exact, grouped, confirmed) for pair in sorted(exact | grouped | confirmed))]


def _article(given: NewsArticle) -> Article:
    return Article(given.url, given.url, given.text, given.title, "given", published=given.date)


def _confirmed(catalogue: Catalogue) -> _Pairs:
    """The pairs of articles that were compared and found to be copies; texts with the same shingles need no comparing.

    Returns:
        Pairs of ids, each in order.
    """
    by_digest: dict[str, list[str]] = {}
    for shingled in catalogue.shingled():
        by_digest.setdefault(shingled.digest, []).append(shingled.article_id)
    same: Iterable[tuple[str, str]] = (pair for ids in by_digest.values() for pair in combinations(ids, 2))
    alike = (
        (one, other) for first, second in catalogue.alike() for one in by_digest[first] for other in by_digest[second]
    )
    return {(min(pair), max(pair)) for pair in (*same, *alike)}


def _row(pair: tuple[str, str], exact: _Pairs, grouped: _Pairs, confirmed: _Pairs | None) -> Row:
    is_one, found = pair in exact, pair in grouped
    scores = {"copies": is_one, "grouped": found, "both": is_one and found}
    if confirmed is not None:
        scores |= {"confirmed": pair in confirmed, "confirmed_both": is_one and pair in confirmed}
    return Row(
        id=" | ".join(pair),
        kind="pair",
        question=" and ".join(pair),
        gold=("one origin" if is_one else "two origins",),
        scores={name: float(value) for name, value in scores.items()},
        lost=() if is_one == found else (f"found to be {'one origin' if found else 'two origins'}",),
    )
