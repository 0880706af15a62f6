"""What somebody says in the whole archive, found by the name before anything is parsed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import lru_cache

from rapidfuzz import fuzz, process

from index.archive import Archive
from index.article import Article, Sentence, Span
from index.scope import Scope
from index.syncing import Progress
from index.vocabulary import key
from rag.checks.places import country
from rag.checks.reading import read
from rag.claims import Claim, claims_of
from rag.named import Wanted, persons_in
from rag.speeches import speeches
from rag.variants import Variants

_MOST_HOLDERS = 3
"""Persons whom an office may mean; where more have held it, it is no name for any of them."""

_SAYING = "said told according announced denied"
_DEPTH = 60
_ALIKE = 72
"""How like a name must be to be offered for one that nobody bears, from 0 to 100; see `rapidfuzz.fuzz.ratio`."""

_OFFERED = 5
_KEPT = 20_000
"""Sentences of which it is kept who speaks there."""


class ClaimantFinder:
    """Finds the claims of a person or an office.

    The lexical index tells in which articles the name stands; of these, those are parsed whole in which a sentence with
    the name has it speak: a "he" is always one who was named in such a sentence before.
    """

    def __init__(self, archive: Archive, variants: Variants) -> None:
        """Takes the archive and the names that it uses for one another."""
        self._archive = archive
        self._variants = variants

    def claims(self, by: str, scope: Scope, progress: Progress | None = None) -> list[Claim]:
        """The claims of somebody, the earliest first, the undated last.

        Where an office is named, what its holder says without it counts too.

        Args:
            by: A name or an office.
            scope: Which articles may be used.
            progress: Told how many of the articles that name them are read.
        """
        found = self._by_name(by, scope, progress)
        for person in self._holders(by, found):
            found += self._by_name(person, scope, progress)
        unique = {(claim.article.id, claim.sentence.start, claim.claimant, claim.stance): claim for claim in found}
        return sorted(unique.values(), key=_in_order)

    def near(self, by: str, scope: Scope) -> list[str]:
        """Whom the archive quotes and whose name is like one that nobody bears; else some of those it quotes most."""
        names = self._archive.vocabulary.names
        alike = process.extract(key(by), list(names), scorer=fuzz.ratio, score_cutoff=_ALIKE, limit=4 * _OFFERED)
        quoted = [
            claimant
            for name, _, _ in alike
            for claimant in self._quoted(Wanted.of(names[name].written, self._variants.of), scope)
        ]
        offered = persons_in(quoted) or list(dict.fromkeys(quoted)) or _by_number(self._any_quoted(scope))
        return offered[:_OFFERED]

    def _by_name(self, name: str, scope: Scope, progress: Progress | None) -> list[Claim]:
        found: list[Claim] = []
        wanted = Wanted.of(name, self._variants.of)
        articles = self._naming(wanted, scope)
        for done, (article, sentences) in enumerate(articles, 1):
            if any(_speaks(wanted, article, sentence) for sentence in sentences):
                found += [claim for claim in claims_of(article) if wanted.is_meant_by(claim)]
            if progress is not None:
                progress(f"Reading who quotes {name}", done, len(articles))
        # What a person owns does not speak for them; "the Kremlin's spokesman" does.
        named = [claim for claim in found if not wanted.only_owns(claim)]
        people = persons_in(sorted({claim.claimant or "" for claim in named}))
        return named if wanted.person or any(map(wanted.touches, people)) else found

    def _holders(self, by: str, found: Sequence[Claim]) -> list[str]:
        """The persons that an office means; none where a person or a country is named."""
        if country(by) or by in persons_in([by]):
            return []
        named = persons_in([by]) or persons_in(sorted({claim.claimant or "" for claim in found}))
        return named if len(named) <= _MOST_HOLDERS else []

    def _naming(self, wanted: Wanted, scope: Scope) -> list[tuple[Article, list[Sentence]]]:
        """The articles that hold the name, each with its sentences that hold a word of it."""
        found = dict.fromkeys(passage.article_id for passage in self._archive.holding(wanted.searched(), scope))
        articles = (self._archive.article(article_id) for article_id in found)
        return [
            (
                article,
                [each for each in article.sentences if not each.heading and wanted.touches(each.of(article.text))],
            )
            for article in articles
        ]

    def _quoted(self, wanted: Wanted, scope: Scope) -> Iterator[str]:
        """The name under which an article has somebody speak, from the first that does."""
        for article, sentences in self._naming(wanted, scope):
            for sentence in sentences:
                for speaker in _speakers(sentence.of(article.text)):
                    if wanted.touches(speaker):
                        yield speaker
                        return

    def _any_quoted(self, scope: Scope) -> list[str]:
        found: list[str] = []
        for passage in self._archive.lexical(_SAYING, _DEPTH, scope):
            article, span = self._archive.article(passage.article_id), Span(passage.start, passage.end)
            for sentence in article.sentences:
                if sentence.overlaps(span) and not sentence.heading:
                    found += persons_in(_speakers(sentence.of(article.text)))
        return found


def _speaks(wanted: Wanted, article: Article, sentence: Sentence) -> bool:
    return any(map(wanted.touches, _speakers(sentence.of(article.text))))


@lru_cache(maxsize=_KEPT)
def _speakers(sentence: str) -> tuple[str, ...]:
    """Who speaks in a sentence, as it names them."""
    reading = read(sentence)
    spoken = [speech.speaker for speech in speeches(reading) if speech.pronoun is None]
    return tuple(reading.doc.text[slice(*speaker)] for speaker in spoken if speaker is not None)


def _by_number(names: Iterable[str]) -> list[str]:
    """Names, those first that come most often, without those that are parts of others."""
    counts = Counter(names)
    fullest = [name for name in counts if not any(f" {name} " in f" {other} " for other in counts if other != name)]
    return sorted(fullest, key=lambda name: -counts[name])


def _in_order(claim: Claim) -> tuple[date, str, int]:
    return claim.day or date.max, claim.article.id, claim.sentence.start
