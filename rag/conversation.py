"""A conversation: a question may refer to those before it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Unpack

from index.analysis import content_terms
from rag.answer import Answer, Event
from rag.events import Events
from rag.language import entities
from rag.question import LONGEST_QUESTION, Filters, Question, read_question

if TYPE_CHECKING:
    from rag.engine import AnswerEngine

_ONE = re.compile(r"\b(?:he|she|him|his|her|hers)\b", re.IGNORECASE)
_MANY = re.compile(r"\b(?:they|them|their|theirs|it|its|these|those)\b", re.IGNORECASE)
_ELLIPSIS = re.compile(r"^(?:and|but|or|also|what about|how about)\b[\s,]*", re.IGNORECASE)
_BEFORE = "Before:"
_POSSESSIVE = frozenset({"his", "hers"})


class Chat:
    """A conversation with the engine; not to be shared between people."""

    def __init__(self, engine: AnswerEngine) -> None:
        """Takes the engine that answers."""
        self._engine = engine
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
        read = resolve(read_question(question), self.turns)
        return self._engine.answer(read, self._engine.scope(**filters)).through(self._keep)

    def _keep(self, event: Event) -> None:
        if event.answer is not None:
            self.turns.append(event.answer)


def resolve(question: Question, turns: list[Answer]) -> Question:
    """Makes a follow-up stand alone.

    "He" and "she" become the person last asked or spoken about; a question without a subject of its own is read
    together with the one before it.

    Args:
        question: As it was asked.
        turns: The answers so far, oldest first.
    """
    if not turns:
        return question
    text = question.text
    if _ONE.search(text) and not _people(text):
        person = next((name for turn in reversed(turns) for name in _spoken_of(turn)), None)
        if person is not None:
            return Question(text, _ONE.sub(lambda match: _form(match[0], person), text))
    if _ELLIPSIS.match(text) or _needs_subject(question):
        asked = _ELLIPSIS.sub("", text)
        alone = f"{asked[:1].upper()}{asked[1:]} ({_BEFORE} {_last_standing(turns)})"
        return Question(text, alone[:LONGEST_QUESTION])
    return question


def _needs_subject(question: Question) -> bool:
    """Whether a question points back ("they", "it") or names nothing at all ("How many?")."""
    if question.names:
        return False
    subjects = len(content_terms(question.text))
    return subjects == 0 or (subjects < 4 and _MANY.search(question.text) is not None)


def _last_standing(turns: list[Answer]) -> str:
    """The last question that stood alone; what follow-ups between hung on as well."""
    return next((t.resolved_question for t in reversed(turns) if _BEFORE not in t.resolved_question), turns[0].question)


def _people(text: str) -> list[str]:
    return [entity.text for entity in entities(text) if entity.label == "PERSON"]


def _spoken_of(turn: Answer) -> list[str]:
    """The people of a turn: those asked about first, then those of the lead."""
    return _people(turn.resolved_question) + [name for part in turn.statements[:1] for name in _people(part.text)]


def _form(pronoun: str, person: str) -> str:
    return f"{person}'s" if pronoun.lower() in _POSSESSIVE else person
