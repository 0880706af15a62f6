"""Which articles go back to one text: copies and close rewrites, found by MinHash and confirmed word for word.

A text is taken as the set of its 8-word shingles: every run of eight words, without case, punctuation and layout. Two
texts are copies where they share more than half of their shingles: more than half of all that stand in the one or the
other (Jaccard). A text of fewer than eight words is one shingle, so that it is a copy of what has the same words alone.

That a short text stands whole in a longer one does not make the two copies: a page of news in brief holds a piece of
many stories, and would make one origin of all. Among 4,526 news articles 42 pairs share more than half of all their
shingles; in 45 further ones the longer holds more than half of the shorter, three times nearly all of it.

Candidates are texts of which a band of two among 64 hash values is equal, so that a pair which shares just half of its
shingles is missed once in 10,000 times. Of the 42 pairs above none was missed under 20 seeds, and 746 of ten million
pairs were candidates; with bands of three one in 400 of the 42 was missed, with bands of four one in 24. Each candidate
is then compared exactly, so that none is found that is none. Groups are the connected components of the copies.

Broder, "On the resemblance and containment of documents", 1997; Leskovec, Rajaraman and Ullman, "Mining of Massive
Datasets", chapter 3, on bands.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from index.catalogue import Catalogue, Shingled

Shingles = NDArray[np.uint64]
"""The hashes of the shingles of a text: shape (n,), at least one, sorted, none twice."""

_LENGTH = 8
_BANDS, _ROWS = 32, 2
_SEED, _SCHEME = 1, "affine32"
_METHOD = f"{_LENGTH} words, {_BANDS}x{_ROWS} hashes of {_SCHEME}, seed {_SEED}"
_BATCH = 500
_AT_HAND = 512
_POWERS = np.cumprod(np.full(_LENGTH, 0x9E3779B97F4A7C15, np.uint64))
_WORD = re.compile(r"\w+")


def shingles(text: str) -> Shingles:
    """The shingles of a text."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    words = _WORD.findall(plain) or [" ".join(plain.split())]
    hashes = np.fromiter(map(_hash, words), np.uint64, len(words))
    count = max(1, len(words) - _LENGTH + 1)
    # Each word's hash times a power for its place; sums wrap around, which 64 bits take as modulo.
    runs = sum(hashes[at : at + count] * _POWERS[at] for at in range(min(_LENGTH, len(words))))
    return np.unique(np.asarray(runs, np.uint64))


def are_copies(one: Shingles, other: Shingles) -> bool:
    """Whether two texts share more than half of all their shingles."""
    shared = len(np.intersect1d(one, other, assume_unique=True))
    return 3 * shared > len(one) + len(other)


def group_copies(catalogue: Catalogue, tell: Callable[[str, int, int], None] = lambda *_: None) -> None:
    """Brings up to date which articles of a catalogue are copies; what was compared before is not compared again.

    Comes to the same however the articles came in, went and changed.

    Args:
        catalogue: Whose articles `Catalogue.put` has written; it is written to where anything changed.
        tell: Told how far the comparing is.

    Raises:
        IndexMismatch: The catalogue is damaged.
    """
    if catalogue.meta("shingles") != _METHOD:
        with catalogue.transaction():
            catalogue.forget_shingles()
            catalogue.set_meta("shingles", _METHOD)
    new = catalogue.without_shingles()
    finder = _Finder(catalogue) if new else None
    for start in range(0, len(new), _BATCH):
        assert finder is not None
        read = [finder.read(article_id) for article_id in new[start : start + _BATCH]]
        with catalogue.transaction():
            for shingled, copies in read:
                catalogue.put_shingles(shingled, copies)
        tell("Looking for copies", min(start + _BATCH, len(new)), len(new))
    groups = _groups(catalogue)
    if groups != catalogue.copies():
        with catalogue.transaction():
            catalogue.set_copies(groups)


class _Finder:
    """Finds which of the texts of a catalogue are copies of one that comes in."""

    def __init__(self, catalogue: Catalogue) -> None:
        from datasketch import MinHash, MinHashLSH  # Takes long to load, and most runs need none of it.

        self._catalogue = catalogue
        self._like = MinHashLSH(num_perm=_BANDS * _ROWS, params=(_BANDS, _ROWS))
        self._empty = MinHash(_BANDS * _ROWS, _SEED, hashfunc=int, scheme=_SCHEME)
        self._articles: dict[str, str] = {}
        self._shingles = lru_cache(maxsize=_AT_HAND)(self._read_shingles)
        for shingled in catalogue.shingled():
            self._add(shingled)

    def read(self, article_id: str) -> tuple[Shingled, list[str]]:
        """Reads one more article.

        Returns:
            What is kept of it, and the digests of the other texts that are copies of its.
        """
        found = self._read_shingles(article_id)
        digest = hashlib.blake2b(found.tobytes(), digest_size=16).hexdigest()
        hashes = self._empty.copy()
        hashes.update_batch((found >> np.uint64(32)).tolist())
        shingled = Shingled(article_id, digest, hashes.hashvalues.astype("<u4").tobytes())
        if digest in self._articles:
            return shingled, []
        near = sorted(self._like.query(hashes))
        copies = [other for other in near if are_copies(found, self._shingles(self._articles[other]))]
        self._add(shingled)
        return shingled, copies

    def _add(self, shingled: Shingled) -> None:
        from datasketch import LeanMinHash

        if shingled.digest not in self._articles:
            values = np.frombuffer(shingled.signature, "<u4")
            self._like.insert(shingled.digest, LeanMinHash(seed=_SEED, hashvalues=values, scheme=_SCHEME))
            self._articles[shingled.digest] = shingled.article_id

    def _read_shingles(self, article_id: str) -> Shingles:
        article = self._catalogue.article(article_id)
        assert article is not None
        return shingles(article.text)


def first_of(groups: Iterable[Iterable[str]], days: Mapping[str, date | None]) -> dict[str, str]:
    """Names each group after the article that could be read first; by its id where several could, or no day is known.

    Args:
        groups: Ids of articles.
        days: `Article.earliest` of each.

    Returns:
        The id of the first, by that of every other one.
    """
    found: dict[str, str] = {}
    for group in groups:
        first, *others = sorted(group, key=lambda each: (days[each] is None, days[each] or date.min, each))
        found |= dict.fromkeys(others, first)
    return found


def _groups(catalogue: Catalogue) -> dict[str, str]:
    by_digest: dict[str, list[str]] = {}
    for shingled in catalogue.shingled():
        by_digest.setdefault(shingled.digest, []).append(shingled.article_id)
    places = {digest: place for place, digest in enumerate(by_digest)}
    pairs = [(places[one], places[other]) for one, other in catalogue.alike() if one in places and other in places]
    edges = np.array(pairs, np.int64).reshape(-1, 2).T
    graph = coo_array((np.ones(edges.shape[1], np.int8), (edges[0], edges[1])), shape=(len(places), len(places)))
    groups: dict[int, list[str]] = {}
    for label, articles in zip(connected_components(graph, directed=False)[1], by_digest.values(), strict=True):
        groups.setdefault(int(label), []).extend(articles)
    days = {article_id: max(filter(None, known), default=None) for article_id, _, *known in catalogue.dates()}
    return first_of(groups.values(), days)


@lru_cache(maxsize=200_000)
def _hash(word: str) -> int:
    return int.from_bytes(hashlib.blake2b(word.encode(), digest_size=8).digest(), "little")
