"""A question of a conversation and what is known of its answer so far."""

from __future__ import annotations

from dataclasses import dataclass, field

from rag.answer import Answer, Citation, Event, Statement


@dataclass(frozen=True)
class Asked:
    """What a visitor asks: the question and its filters, as they were typed.

    Attributes:
        quotes: Whether the answer is to be made of quotes alone, also where a language model could word it.
    """

    question: str
    as_of: str = ""
    since: str = ""
    outlet: str = ""
    quotes: bool = False


@dataclass
class Turn:
    """A question and what is known of its answer so far.

    Attributes:
        number: Counts the questions of a conversation from 1.
        steps: What the engine has done and, last, what it is doing.
        problem: Why there is no answer, in one line; None where nothing failed.
        stopped: The visitor did not wait for the end.
        seal: By which the server knows the answer for its own, when the browser brings it back.
    """

    number: int
    asked: Asked
    steps: list[str] = field(default_factory=list)
    statements: list[Statement] = field(default_factory=list)
    citations: list[Citation] = field(default_factory=list)
    answer: Answer | None = None
    problem: str | None = None
    stopped: bool = False
    seal: str | None = None

    @classmethod
    def of(cls, number: int, asked: Asked, answer: Answer) -> Turn:
        """A turn that was answered before."""
        turn = cls(number, asked)
        turn.add(Event(type="answer", answer=answer))
        return turn

    @property
    def working(self) -> bool:
        """Whether more is to come."""
        return self.answer is None and self.problem is None and not self.stopped

    def add(self, event: Event) -> None:
        """Takes in what an event brings."""
        if event.answer is not None:
            self.answer = event.answer
            self.statements = list(event.answer.statements)
            self.citations = list(event.answer.citations)
            return
        if event.step is not None:
            self.steps.append(event.step)
        self.citations.extend(event.citations)
        if event.statement is not None:
            self.statements.append(event.statement)
