"""The gate catches an engine that is broken on purpose, each by the metric that is meant for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from conftest import ROOT

from eval.cases import BUILT_IN, load_cases
from eval.gate import load_gate
from eval.judging import supports_with
from eval.metrics.citations import Supports
from eval.record import Run
from eval.running import record
from eval.suites.corpus import CorpusSuite, case_tasks
from index.embedding import PassageEmbedding
from index.settings import Settings
from rag import Answer, AnswerEngine, Citation, Filters, Hit, Statement, Verdict
from rag.verification import Verifier

Change = Callable[[AnswerEngine, Answer, Filters], Answer]
SUPPORTED = Verdict(label="supported", score=1.0, checks={"verbatim": True})


class Recorder:
    """The real engine, asked each question but once however many mutants want its answer."""

    def __init__(self, engine: AnswerEngine) -> None:
        self.engine = engine
        self.answers: dict[Any, Answer] = {}
        self.hits: dict[Any, list[Hit]] = {}

    def ask(self, asked: tuple[str, ...], filters: Mapping[str, Any]) -> Answer:
        key = (asked, *sorted(filters.items()))
        if key not in self.answers:
            chat = self.engine.chat()
            for question in asked:
                self.answers[key] = chat.ask(question, **filters)
        return self.answers[key]

    def search(self, query: str, k: int, filters: Mapping[str, Any]) -> list[Hit]:
        key = (query, k, *sorted(filters.items()))
        if key not in self.hits:
            self.hits[key] = self.engine.search(query, k, **filters)
        return self.hits[key]


class Mutant:
    """An engine that changes every answer of the real one."""

    def __init__(self, recorder: Recorder, change: Change) -> None:
        self._recorder = recorder
        self._change = change
        self.archive = recorder.engine.archive
        self.articles = recorder.engine.articles
        self.scope = recorder.engine.scope

    def chat(self) -> MutantChat:
        return MutantChat(self._recorder, self._change)

    def search(self, query: str, k: int, **filters: Any) -> list[Hit]:
        return self._recorder.search(query, k, filters)


class MutantChat:
    def __init__(self, recorder: Recorder, change: Change) -> None:
        self._recorder = recorder
        self._change = change
        self._asked: tuple[str, ...] = ()

    def ask(self, question: str, **filters: Any) -> Answer:
        self._asked = (*self._asked, question)
        return self._change(self._recorder.engine, self._recorder.ask(self._asked, filters), Filters(**filters))


@pytest.fixture(scope="module")
def recorder(engine: AnswerEngine) -> Recorder:
    return Recorder(engine)


@pytest.fixture(scope="module")
def supports(embedding: PassageEmbedding) -> Supports:
    return supports_with(Verifier(embedding))


@pytest.fixture(scope="module")
def breaches(recorder: Recorder, supports: Supports) -> Callable[[Change], dict[str, str]]:
    """Runs the built-in cases on a changed engine; the thresholds that it misses, by measure."""
    texts = {article.id: article.text for article in recorder.engine.articles()}
    cases = load_cases(BUILT_IN, texts)
    gate = load_gate(ROOT / "eval" / "gate.toml")

    def run(change: Change) -> dict[str, str]:
        # A mutant has of an engine what the cases use.
        tasks = case_tasks(Mutant(recorder, change), cases, supports, Settings().passages)  # type: ignore[arg-type]
        suite = record(CorpusSuite(), [task.run() for task in tasks])
        outcome = Run(dateline="0", commit=None, settings={}, suites={"corpus": suite}, timings={})
        return {breach.measure: breach.side for breach in gate.check(outcome) if breach.suite == "corpus"}

    return run


def as_it_is(engine: AnswerEngine, answer: Answer, filters: Filters) -> Answer:
    return answer


def quotes_the_wrong_article(engine: AnswerEngine, answer: Answer, filters: Filters) -> Answer:
    articles = [article.id for article in engine.articles()]
    citations = tuple(
        cited.model_copy(update={"article_id": articles[articles.index(cited.article_id) - 1]})
        for cited in answer.citations
    )
    return answer.model_copy(update={"citations": citations})


def drops_citations(engine: AnswerEngine, answer: Answer, filters: Filters) -> Answer:
    statements = tuple(said.model_copy(update={"citations": ()}) for said in answer.statements)
    return answer.model_copy(update={"statements": statements, "citations": ()})


def invents_a_figure(engine: AnswerEngine, answer: Answer, filters: Filters) -> Answer:
    if not answer.statements:
        return answer
    lead, *others = answer.statements
    invented = lead.model_copy(update={"text": f"{lead.text.rstrip('.')}, 48,250 in all.", "kind": "generated"})
    return answer.model_copy(update={"statements": (invented, *others)})


def never_abstains(engine: AnswerEngine, answer: Answer, filters: Filters) -> Answer:
    if answer.status == "answered" or not answer.related:
        return answer
    nearest = answer.related[0]
    said = Statement(text=nearest.quote, kind="quote", citations=(nearest.number,), verdict=SUPPORTED)
    return answer.model_copy(update={"status": "answered", "statements": (said,), "citations": (nearest,)})


def answers_while_abstaining(engine: AnswerEngine, answer: Answer, filters: Filters) -> Answer:
    return never_abstains(engine, answer, filters).model_copy(update={"status": answer.status})


def lies_about_its_sources(engine: AnswerEngine, answer: Answer, filters: Filters) -> Answer:
    citations = tuple(cited.model_copy(update={"date": "1999-01-01"}) for cited in answer.citations)
    return answer.model_copy(update={"citations": citations})


def shows_what_it_does_not_state(engine: AnswerEngine, answer: Answer, filters: Filters) -> Answer:
    return answer.model_copy(update={"text": f"{answer.text} Moscow has surrendered."})


def always_abstains(engine: AnswerEngine, answer: Answer, filters: Filters) -> Answer:
    return answer.model_copy(update={"status": "abstained", "statements": (), "citations": ()})


def echoes_whole_passages(engine: AnswerEngine, answer: Answer, filters: Filters) -> Answer:
    if answer.status == "abstained":
        return answer
    hits = engine.search(answer.resolved_question, 6, **filters)
    citations = tuple(
        Citation(**hit.model_dump(exclude={"passage_id", "text", "score"}), number=n, quote=hit.text, origin="any")
        for n, hit in enumerate(hits, 1)
    )
    statements = tuple(
        Statement(text=cited.quote, kind="quote", citations=(cited.number,), verdict=SUPPORTED) for cited in citations
    )
    return answer.model_copy(update={"statements": statements, "citations": citations})


def test_the_engine_as_it_is_passes(breaches: Callable[[Change], dict[str, str]]) -> None:
    assert breaches(as_it_is) == {}


@pytest.mark.parametrize(
    ("change", "measure", "side", "untouched"),
    [
        (quotes_the_wrong_article, "quote_fidelity", "below", "lead_accuracy"),
        (drops_citations, "statement_support", "below", "lead_accuracy"),
        (invents_a_figure, "number_fidelity", "below", "quote_fidelity"),
        (never_abstains, "abstain_recall", "below", "quote_fidelity"),
        (answers_while_abstaining, "abstain_recall", "below", "quote_fidelity"),
        (lies_about_its_sources, "quote_fidelity", "below", "answer_recall"),
        (shows_what_it_does_not_state, "text_fidelity", "below", "statement_support"),
        (always_abstains, "answer_recall", "below", "abstain_recall"),
        (echoes_whole_passages, "answer_words", "above", "citation_recall"),
    ],
)
def test_a_mutant_fails_for_the_right_metric(
    breaches: Callable[[Change], dict[str, str]], change: Change, measure: str, side: str, untouched: str
) -> None:
    missed = breaches(change)
    assert missed.get(measure) == side
    assert untouched not in missed
