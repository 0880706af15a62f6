"""Asks questions and checks the answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from eval.cases import Case
from rag import Answer, AnswerEngine


@dataclass(frozen=True)
class Result:
    """An answer with the judgement on it; `reason` says what is wrong, and is empty where nothing is."""

    case: Case
    answer: Answer
    reason: str

    @property
    def good(self) -> bool:
        """Whether nothing is wrong."""
        return not self.reason


def run(engine: AnswerEngine, cases: Sequence[Case], tell: Callable[[str, int, int], None]) -> list[Result]:
    """Asks every question.

    Args:
        engine: Over the articles that the cases are about.
        cases: What to ask.
        tell: Told how far it is.
    """
    results = []
    for done, case in enumerate(cases, 1):
        chat = engine.chat()
        if case.after is not None:
            chat.ask(case.after)
        answer = chat.ask(case.question, as_of=case.as_of)
        results.append(Result(case, answer, judge(case, answer)))
        tell("Asking", done, len(cases))
    return results


def judge(case: Case, answer: Answer) -> str:
    """What is wrong with an answer; empty where nothing is."""
    if case.abstain:
        return "" if answer.status == "abstained" else f"was answered: {answer.statements[0].text}"
    if answer.status == "abstained":
        return "was not answered"
    lead = answer.statements[0].text
    return "" if any(words in lead for words in case.lead) else f"was answered with: {lead}"
