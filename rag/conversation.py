"""A conversation: a question may refer to those before it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

from rag.answer import Answer, Event
from rag.events import Events
from rag.follow_up import Resolver, resolve
from rag.question import Filters

if TYPE_CHECKING:
    from rag.engine import AnswerEngine


class Chat:
    """A conversation with the engine; not to be shared between people."""

    def __init__(self, engine: AnswerEngine, resolver: Resolver = resolve) -> None:
        """Takes the engine that answers, and what makes a follow-up stand alone."""
        self._engine = engine
        self._resolver = resolver
        self.turns: list[Answer] = []

    def ask(self, question: str, **filters: Unpack[Filters]) -> Answer:
        """Answers the next question of the conversation; see `AnswerEngine.ask`.

        Raises:
            QuestionError: The question is empty or too long, or a filter cannot be used.
        """
        *_, last = self.stream(question, **filters)
        assert last.answer is not None
        return last.answer

    def stream(self, question: str, **filters: Unpack[Filters]) -> Events:
        """Answers the next question step by step; see `AnswerEngine.stream`.

        It counts as asked once the whole answer has come.
        """
        read = self._resolver(self._engine.read(question), self.turns)
        return self._engine.answer(read, self._engine.scope(**filters)).through(self._keep)

    def _keep(self, event: Event) -> None:
        if event.answer is not None:
            self.turns.append(event.answer)
