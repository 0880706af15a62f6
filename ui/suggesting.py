"""Questions to go on with, each of which the archive answers."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from threading import BoundedSemaphore, Lock

from index.analysis import content_terms
from index.article import Article
from index.errors import DatelineError
from rag import AnswerEngine
from rag.examples import candidate_questions
from rag.question import Filters
from ui.listing import state_of

_MOST = 3
_TRIED = 6
"""Candidates that are asked for one suggestion, at most; each takes as long as an answer."""

_ALIKE = 0.5
_QUEUE = 4  # Visitors who wait for suggestions at a time; more get only what is known already.
_PATIENCE = 30.0  # Seconds.
_REMEMBERED = 2_000


class Suggestions:
    """Makes questions out of the articles of an answer and keeps those that the archive answers."""

    def __init__(self, engine: AnswerEngine) -> None:
        """Takes what answers; its language model is not used, since that would take minutes."""
        self._engine = engine.quoting()
        self._busy = Lock()
        self._waiting = BoundedSemaphore(_QUEUE)
        self._examples: tuple[object, list[str]] | None = None
        self._known: OrderedDict[tuple[object, ...], bool] = OrderedDict()

    def from_articles(self, article_ids: Iterable[str], asked: Sequence[str], filters: Filters) -> list[str]:
        """Up to three questions.

        Where many wait for theirs only what is known already is offered, so that answers come before suggestions.

        Args:
            article_ids: Of an answer, or of what comes near; ids that are not known are passed over.
            asked: Questions that are not to be asked again.
            filters: Within which the questions are to be answered.
        """
        articles = [article for article in map(self._article, dict.fromkeys(article_ids)) if article is not None]
        before = [frozenset(content_terms(question)) for question in asked]
        candidates = (
            (question, word) for question, word in candidate_questions(articles) if not _asks_like(question, before)
        )
        try:
            with self._turn() as is_mine:
                return list(islice(self._answered(islice(candidates, _TRIED), filters, ask=is_mine), _MOST))
        except DatelineError:
            return []  # A filter that cannot be used was told of with the answer.

    def to_begin_with(self) -> list[str]:
        """Questions for the whole archive; made when first asked for, and anew when the archive has changed."""
        with self._turn() as is_mine:
            state = state_of(self._engine)
            if is_mine and (self._examples is None or self._examples[0] != state):
                self._examples = state, self._engine.examples()
            return self._examples[1] if self._examples is not None else []

    @contextmanager
    def _turn(self) -> Iterator[bool]:
        """Waits until no other is at work; gives False where too many wait already, or for too long."""
        if not self._waiting.acquire(blocking=False):
            yield False
            return
        try:
            is_mine = self._busy.acquire(timeout=_PATIENCE)
        finally:
            self._waiting.release()
        try:
            yield is_mine
        finally:
            if is_mine:
                self._busy.release()

    def _answered(self, candidates: Iterable[tuple[str, str]], filters: Filters, *, ask: bool) -> Iterator[str]:
        state = state_of(self._engine)
        for question, word in candidates:
            key = (state, question, *filters.values())
            if key not in self._known and ask:
                answer = self._engine.ask(question, **filters)
                self._known[key] = bool(answer.statements) and word in answer.statements[0].text
                while len(self._known) > _REMEMBERED:
                    self._known.popitem(last=False)
            if self._known.get(key):
                yield question

    def _article(self, article_id: str) -> Article | None:
        try:
            return self._engine.article(article_id)
        except KeyError:
            return None


def _asks_like(question: str, before: Sequence[frozenset[str]]) -> bool:
    """Whether a question shares most of its words with one that was asked (Jaccard index)."""
    own = frozenset(content_terms(question))
    return any(len(own & other) > _ALIKE * len(own | other) for other in before)
