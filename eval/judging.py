"""Scores one answer against the gold of its case."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import TypeVar

from eval.cases import Case, Nugget
from eval.metrics.citations import Supports, citation_scores
from eval.metrics.lead import lead_is_right
from eval.metrics.length import answer_words
from eval.metrics.nuggets import Support, holds, nugget_scores, nugget_support
from eval.metrics.numbers import number_fidelity
from eval.metrics.quotes import quote_fidelity
from eval.metrics.retrieval import all_gold, retrieval_scores
from eval.metrics.truthfulness import truthfulness
from index.article import Article
from rag import Answer, Citation, Hit, Statement
from rag.answer import source_of
from rag.verification import Verifier

ArticleOf = Callable[[str], Article | None]
"""The article of an id; None where there is none, or the question's filters leave it out."""

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


def judge(case: Case, answer: Answer, retrieved: Retrieved, article_of: ArticleOf, supports: Supports) -> Judgement:
    """Scores an answer.

    Nothing that the answer says of itself is believed: quotes and what stands beside them are compared with the
    articles, verdicts are made anew, and it is answered where there are statements.

    Args:
        case: What was asked, and its gold.
        answer: What came.
        retrieved: What it was made from.
        article_of: The articles.
        supports: The judge of meaning; see `supports_with`.
    """
    exact = [is_true(citation, article_of) for citation in answer.citations]
    cited = _cited(answer, exact)
    answered = bool(answer.statements)
    parts = [
        _of_abstaining(case, answer),
        _of_quotes(answer, article_of),
        _of_text(answer),
        _of_forbidden(case, answer),
    ]
    if cited:
        parts.append(_of_statements(cited, supports))
    if not case.abstain:
        parts += [_of_citations(cited, supports), _of_nuggets(case, answer, supports), _of_retrieval(retrieved)]
    scores = {name: score for part in parts for name, score in part.scores.items()}
    right = scores.get("lead_accuracy") == 1 and not scores.get("forbidden_said")
    scores["truthfulness"] = truthfulness(answered, answered and right)
    scores["answerable"] = float(any(vital and _is_found(ids, retrieved) for vital, ids in retrieved.gold))
    if answered:
        scores["answer_words"] = answer_words([said.text for said in answer.statements])
    return Judgement(
        {name: round(score, 4) for name, score in sorted(scores.items())},
        tuple(line for part in parts for line in part.lost),
    )


def is_true(citation: Citation, article_of: ArticleOf) -> bool:
    """Whether a quote is a slice of its article, and title, outlet and date are those of the article."""
    article = article_of(citation.article_id)
    if article is None:
        return False
    (verbatim,) = quote_fidelity([citation.model_dump()], lambda _: article.text)
    return verbatim and all(getattr(citation, name) == value for name, value in source_of(article).items())


def _cited(answer: Answer, exact: Sequence[bool]) -> list[tuple[str, list[str]]]:
    """Each statement with the quotes that it cites; a number that leads nowhere, or to no true quote, cites nothing."""
    quotes = {citation.number: citation.quote for citation, held in zip(answer.citations, exact, strict=True) if held}
    return [
        (said.text, [quotes[number] for number in said.citations if number in quotes]) for said in answer.statements
    ]


def _of_abstaining(case: Case, answer: Answer) -> Judgement:
    abstained = not answer.statements
    scores = {"should_abstain": float(case.abstain), "abstained": float(abstained)}
    if abstained == case.abstain:
        return Judgement(scores, ())
    said = "was not answered" if abstained else f"was answered, though the archive does not say: {answer.text}"
    return Judgement(scores, (said,))


def _of_quotes(answer: Answer, article_of: ArticleOf) -> Judgement:
    """Of the citations and of the related passages that are shown where it abstains."""
    shown = [*answer.citations, *answer.related]
    false = [citation for citation in shown if not is_true(citation, article_of)]
    lost = tuple(
        f"[{each.number}] is not what {each.article_id} says, or not within the filters: “{each.quote}”"
        for each in false
    )
    return Judgement({"quotes_true": float(len(shown) - len(false)), "quotes": float(len(shown))}, lost)


def _of_text(answer: Answer) -> Judgement:
    """Whether what is shown is the statements, or that and why there are none."""
    meant = " ".join(said.text for said in answer.statements) or answer.missing or ""
    same = _bare(answer.text) == _bare(meant)
    return Judgement({"text_fidelity": float(same)}, () if same else (f"shows something else: {answer.text}",))


def _of_statements(cited: Sequence[tuple[str, list[str]]], supports: Supports) -> Judgement:
    supported = [bool(quotes) and supports(text, quotes) for text, quotes in cited]
    numbers = number_fidelity(cited)
    scores = {
        "statements": float(len(cited)),
        "statements_supported": float(sum(supported)),
        "statements_with_cited_numbers": float(sum(numbers)),
    }
    lost = [
        *(f"is not supported by what it cites: {text}" for (text, _), held in _pairs(cited, supported) if not held),
        *(f"holds a number that it does not cite: {text}" for (text, _), held in _pairs(cited, numbers) if not held),
    ]
    return Judgement(scores, tuple(lost))


def _of_citations(cited: Sequence[tuple[str, list[str]]], supports: Supports) -> Judgement:
    """Of a question that has an answer; one that is wrongly left unanswered scores 0."""
    found = citation_scores(cited, supports)
    scores = {
        "citation_recall": found.mean_recall,
        "citation_precision": found.mean_precision,
        "citation_f1": found.f1,
    }
    return Judgement(scores, ())


def _of_nuggets(case: Case, answer: Answer, supports: Supports) -> Judgement:
    support = [_support(nugget, answer.statements, supports) for nugget in case.nuggets]
    found = nugget_scores([(nugget.is_vital, how) for nugget, how in _pairs(case.nuggets, support)])
    scores = {f"nuggets_{name}": score for name, score in asdict(found).items() if score is not None}
    vital = [(nugget.says, [quote for _, quote in nugget.slices()]) for nugget in case.nuggets if nugget.is_vital]
    lead = answer.statements[0] if answer.statements else None
    right = lead_is_right(lead.text if lead else None, vital, supports if lead and lead.kind == "generated" else None)
    lost = [f"does not lead with the answer but with: {lead.text}"] if lead and not right else []
    lost += [
        f"does not say: {nugget.says}"
        for nugget, how in _pairs(case.nuggets, support)
        if nugget.is_vital and how != "support"
    ]
    return Judgement({**scores, "lead_accuracy": float(right)}, tuple(lost))


def _of_retrieval(retrieved: Retrieved) -> Judgement:
    ranked = [hit.passage_id for hit in retrieved.hits]
    relevance: dict[str, int] = {}
    for is_vital, ids in retrieved.gold:
        relevance |= {passage: max(relevance.get(passage, 0), 2 if is_vital else 1) for passage in ids}
    vital = [ids for is_vital, ids in retrieved.gold if is_vital]
    scores = retrieval_scores(ranked, relevance, _RETRIEVED)
    return Judgement({**scores, f"all_gold@{_RETRIEVED}": all_gold(ranked, vital, _RETRIEVED)}, ())


def _of_forbidden(case: Case, answer: Answer) -> Judgement:
    if not case.never:
        return Judgement({}, ())
    said = [words for words in case.never if any(holds(each.text, words) for each in answer.statements)]
    lost = tuple(f"says what must not be said: “{words}”" for words in said)
    return Judgement({"forbidden_said": float(bool(said))}, lost)


def _support(nugget: Nugget, statements: Sequence[Statement], supports: Supports) -> Support:
    """How far statements say a nugget. A quote says what its words say; only what was reworded needs a judge."""
    quotes = [quote for _, quote in nugget.slices()]
    reworded = [said.text for said in statements if said.kind == "generated"]
    if nugget_support(nugget.says, quotes, reworded, supports) == "support":
        return "support"
    return nugget_support(nugget.says, quotes, [said.text for said in statements], None)


def _is_found(ids: frozenset[str], retrieved: Retrieved) -> bool:
    return any(hit.passage_id in ids for hit in retrieved.hits[: retrieved.read])


def _bare(text: str) -> str:
    """A text without [n] and with single blanks."""
    return " ".join(re.sub(r"\[\d+\]", " ", text).split())


_One = TypeVar("_One")
_Other = TypeVar("_Other")


def _pairs(ones: Sequence[_One], others: Sequence[_Other]) -> Iterator[tuple[_One, _Other]]:
    return zip(ones, others, strict=True)
