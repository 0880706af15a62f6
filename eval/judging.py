"""Scores one answer against the gold of its case."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from eval.cases import Case, Nugget
from eval.metrics.citations import Supports, citation_scores
from eval.metrics.lead import lead_is_right
from eval.metrics.length import answer_words
from eval.metrics.nuggets import Support, holds, nugget_scores, nugget_support
from eval.metrics.numbers import number_fidelity
from eval.metrics.quotes import quote_fidelity
from eval.metrics.retrieval import all_gold, retrieval_scores
from eval.metrics.truthfulness import truthfulness
from rag import Answer, Hit
from rag.answer import Statement
from rag.verification import Verifier

TextOf = Callable[[str], str | None]
"""The text of an article by its id; None where there is none."""

_RETRIEVED = 10


@dataclass(frozen=True)
class Retrieved:
    """What was retrieved for a question beside what should have been.

    Attributes:
        hits: The passages as ranked, as many as are read for an answer or more.
        read: How many of them are read for an answer.
        gold: Of each nugget, whether it is vital and the ids of the passages that hold one of its quotes.
    """

    hits: Sequence[Hit]
    read: int
    gold: Sequence[tuple[bool, frozenset[str]]]


@dataclass(frozen=True)
class Judgement:
    """The scores of an answer, and why points were lost, a line each."""

    scores: dict[str, float]
    lost: tuple[str, ...]


def supports_with(verifier: Verifier) -> Supports:
    """Support as the verifier sees it, each pair looked at once."""

    @lru_cache(maxsize=10_000)
    def supported(statement: str, texts: tuple[str, ...]) -> bool:
        return verifier.verify(statement, texts).label == "supported"

    return lambda statement, texts: supported(statement, tuple(texts))


def judge(case: Case, answer: Answer, retrieved: Retrieved, text_of: TextOf, supports: Supports) -> Judgement:
    """Scores an answer.

    Nothing that the answer says of itself is believed: quotes are compared with the articles, and verdicts are made
    anew.

    Args:
        case: What was asked, and its gold.
        answer: What came.
        retrieved: What it was made from.
        text_of: The articles.
        supports: The judge of meaning; see `supports_with`.
    """
    cited = [(said.text, _quotes(answer, said)) for said in answer.statements]
    scores: dict[str, float] = {
        "should_abstain": float(case.abstain),
        "abstained": float(answer.status == "abstained"),
    }
    lost: list[str] = []
    _judge_citations(case, answer, cited, text_of, supports, scores, lost)
    right = False if case.abstain else _judge_nuggets(case, answer, retrieved, supports, scores, lost)
    forbidden = [words for words in case.never if any(holds(text, words) for text, _ in cited)]
    if case.never:
        scores["forbidden_said"] = float(bool(forbidden))
    lost += [f"says what must not be said: “{words}”" for words in forbidden]
    answered = answer.status == "answered"
    scores["truthfulness"] = truthfulness(answered, answered and right and not forbidden)
    scores["answerable"] = float(any(vital and _is_found(ids, retrieved) for vital, ids in retrieved.gold))
    if answered:
        scores["answer_words"] = answer_words([text for text, _ in cited])
        if case.abstain:
            lost.append(f"was answered, though the archive does not say: {cited[0][0] if cited else 'with nothing'}")
    elif not case.abstain:
        lost.append("was not answered")
    return Judgement({name: round(score, 4) for name, score in sorted(scores.items())}, tuple(lost))


def _judge_citations(
    case: Case,
    answer: Answer,
    cited: Sequence[tuple[str, list[str]]],
    text_of: TextOf,
    supports: Supports,
    scores: dict[str, float],
    lost: list[str],
) -> None:
    """Adds how well statements rest on what they cite; an answer that is rightly empty has nothing to cite."""
    faithful = quote_fidelity([citation.model_dump() for citation in answer.citations], text_of)
    if faithful:
        scores["quotes_verbatim"], scores["quotes"] = float(sum(faithful)), float(len(faithful))
    lost += [
        f"[{citation.number}] is no slice of {citation.article_id}"
        for citation, exact in zip(answer.citations, faithful, strict=True)
        if not exact
    ]
    if case.abstain and not cited:
        return
    found = citation_scores(cited, supports)
    scores["citation_recall"] = found.mean_recall
    scores["citation_precision"] = found.mean_precision
    scores["citation_f1"] = found.f1
    scores["statements_supported"], scores["statements"] = float(sum(found.recall)), float(len(found.recall))
    lost += [
        f"is not supported by what it cites: {text}"
        for (text, _), recall in zip(cited, found.recall, strict=True)
        if not recall
    ]
    exact = number_fidelity(cited)
    scores["statements_with_cited_numbers"] = float(sum(exact))
    lost += [
        f"holds a number that it does not cite: {text}"
        for (text, _), held in zip(cited, exact, strict=True)
        if not held
    ]


def _judge_nuggets(
    case: Case,
    answer: Answer,
    retrieved: Retrieved,
    supports: Supports,
    scores: dict[str, float],
    lost: list[str],
) -> bool:
    """Adds what of the gold was said and retrieved; whether the lead is right."""
    support = [_support(nugget, answer.statements, supports) for nugget in case.nuggets]
    found = nugget_scores([(nugget.is_vital, how) for nugget, how in zip(case.nuggets, support, strict=True)])
    for name in ("all_strict", "all", "vital_strict", "vital", "weighted"):
        score = getattr(found, name)
        if score is not None:
            scores[f"nuggets_{name}"] = score
    lost += [
        f"does not say: {nugget.says}"
        for nugget, how in zip(case.nuggets, support, strict=True)
        if nugget.is_vital and how != "support"
    ]
    vital = [(nugget.says, [quote for _, quote in nugget.slices()]) for nugget in case.nuggets if nugget.is_vital]
    lead = answer.statements[0] if answer.statements else None
    right = lead_is_right(lead.text if lead else None, vital, supports if lead and lead.kind == "generated" else None)
    scores["lead_accuracy"] = float(right)
    if lead and not right:
        lost.insert(0, f"does not lead with the answer but with: {lead.text}")
    ranked = [hit.passage_id for hit in retrieved.hits]
    relevance: dict[str, int] = {}
    for is_vital, ids in retrieved.gold:
        relevance |= {passage: max(relevance.get(passage, 0), 2 if is_vital else 1) for passage in ids}
    scores |= retrieval_scores(ranked, relevance, _RETRIEVED)
    scores[f"all_gold@{_RETRIEVED}"] = all_gold(
        ranked, [ids for is_vital, ids in retrieved.gold if is_vital], _RETRIEVED
    )
    return right


def _support(nugget: Nugget, statements: Sequence[Statement], supports: Supports) -> Support:
    """How far statements say a nugget. A quote says what its words say; only what was reworded needs a judge."""
    quotes = [quote for _, quote in nugget.slices()]
    reworded = [said.text for said in statements if said.kind == "generated"]
    judged = nugget_support(nugget.says, quotes, reworded, supports)
    return (
        judged if judged == "support" else nugget_support(nugget.says, quotes, [said.text for said in statements], None)
    )


def _quotes(answer: Answer, statement: Statement) -> list[str]:
    """What a statement cites; a number that leads nowhere cites nothing."""
    known = {citation.number: citation.quote for citation in answer.citations}
    return [known[number] for number in statement.citations if number in known]


def _is_found(ids: frozenset[str], retrieved: Retrieved) -> bool:
    return any(hit.passage_id in ids for hit in retrieved.hits[: retrieved.read])
