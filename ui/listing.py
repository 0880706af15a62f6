"""The articles of the archive, found by words in their title, outlet, day or path."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date
from threading import Lock

from index.article import Article
from rag import AnswerEngine, wording
from rag.assembly import searched_in
from ui.markup.archive import Listed, archive_list
from ui.markup.words import day_in_words, iso

_ROWS = 40


@dataclass(frozen=True)
class _Entry:
    """An article without its text, its origin, and the words by which it is found."""

    article: Article
    origin: str
    words: str

    @classmethod
    def of(cls, article: Article) -> _Entry:
        day = day_in_words(iso(article.published), iso(article.not_before))
        words = " ".join((article.title, article.outlet or "", day, article.date_label, article.path)).casefold()
        return cls(replace(article, text="", sentences=()), article.origin, words)


class Listing:
    """Lists the articles of an archive. They are read once, and anew when the archive has changed."""

    def __init__(self, engine: AnswerEngine) -> None:
        """Takes the engine whose archive it is."""
        self._engine = engine
        self._lock = Lock()
        self._state: object = None
        self._entries: list[_Entry] = []
        self._sharing: Counter[str] = Counter()

    def rows(self, words: str, begin: int = 0) -> str:
        """The articles that hold all the words in their title, outlet, day or path, the latest first, as HTML.

        Args:
            words: In any letter case; none: all articles.
            begin: How many are passed over, since they are shown already.
        """
        wanted = words.casefold().split()
        with self._lock:
            self._refresh()
            found = [entry for entry in self._entries if all(word in entry.words for word in wanted)]
            sharing = self._sharing
        last = begin + _ROWS
        passages = self._engine.archive.passages_in
        shown = [
            Listed(entry.article, len(passages(entry.article.id)), sharing[entry.origin] - 1)
            for entry in found[begin:last]
        ]
        return archive_list(shown, len(found), last if last < len(found) else None)

    def _refresh(self) -> None:
        state = state_of(self._engine)
        if state == self._state:
            return
        entries = [_Entry.of(article) for article in self._engine.articles()]
        entries.sort(key=lambda entry: (entry.article.earliest or date.min, entry.article.title), reverse=True)
        self._state, self._entries = state, entries
        self._sharing = Counter(entry.origin for entry in entries)


def state_of(engine: AnswerEngine) -> tuple[object, int]:
    """Tells one state of the archive from another."""
    return engine.archive.indexed, engine.archive.passages


def coverage(engine: AnswerEngine) -> str:
    """What the archive covers, as plain text: "5 articles, 12 to 29 October 2024, 2 undated"."""
    return wording.coverage(searched_in([day for _, day in engine.archive.dated()]))


def holdings(engine: AnswerEngine) -> str:
    """How much the index holds, as plain text: "5 articles in 28 passages"."""
    articles = len(engine.archive.article_ids())
    return f"{wording.count(articles, 'article')} in {wording.count(engine.archive.passages, 'passage')}"
