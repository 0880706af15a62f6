"""Grounding checks for one's own tests: `assert_grounded(answer)` and `assert_abstains(engine, question)`."""

from __future__ import annotations

from typing import Unpack

from eval.judging import is_true
from rag import Answer, AnswerEngine, verify
from rag.question import Filters


def assert_grounded(answer: Answer, engine: AnswerEngine | None = None) -> None:
    """Fails where an answer says anything that its citations do not.

    What the answer says of itself is not believed: every statement is verified anew against the quotes it cites, with
    the configured embedding model.

    Args:
        answer: What the engine gave. One that abstains fails, as there is nothing in it to be grounded.
        engine: Where given, every quote, with its title, outlet and date, is compared with its article as well.

    Raises:
        AssertionError: The answer abstains, a statement cites nothing or what is not there, its citations do not
            support it, or a quote is not what its article says. The message names each such statement.
    """
    assert answer.status == "answered", f"nothing to check, for the answer abstains: {answer.text}"
    wrong = [
        line for statement in answer.statements for line in _unsupported(answer, statement.text, statement.citations)
    ]
    if engine is not None:
        wrong += _untrue(answer, engine)
    assert not wrong, f"“{answer.question}” has an answer that is not grounded:\n" + "\n".join(
        f"- {line}" for line in wrong
    )


def assert_abstains(engine: AnswerEngine, question: str, **filters: Unpack[Filters]) -> None:
    """Fails where a question is answered.

    Args:
        engine: What is asked.
        question: To which the archive holds no answer.
        **filters: `as_of`, `since` and `outlet`; see `rag.question.Filters`.

    Raises:
        AssertionError: It was answered; the message holds the answer.
    """
    answer = engine.ask(question, **filters)
    assert answer.status == "abstained", f"“{question}” should not be answered, but was: {answer.text}"


def _unsupported(answer: Answer, statement: str, numbers: tuple[int, ...]) -> list[str]:
    quotes = {citation.number: citation.quote for citation in answer.citations}
    lost = [number for number in numbers if number not in quotes]
    if lost or not numbers:
        return [f"cites {lost or 'nothing'}{', which is not there' if lost else ''}: {statement}"]
    verdict = verify(statement, [quotes[number] for number in numbers])
    if verdict.label == "supported":
        return []
    failed = ", ".join(name for name, held in verdict.checks.items() if not held)
    return [f"is {verdict.label} by what it cites ({failed}): {statement}"]


def _untrue(answer: Answer, engine: AnswerEngine) -> list[str]:
    articles = {article.id: article for article in engine.articles()}
    return [
        f"[{citation.number}] is not what {citation.article_id} says: “{citation.quote}”"
        for citation in answer.citations
        if not is_true(citation, articles.get)
    ]
