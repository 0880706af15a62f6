"""The built-in cases, or a user's own, asked of the archive that they are about."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence

from eval.cases import BUILT_IN, Case, Nugget, load_cases
from eval.judging import Judgement, Retrieved, judge, supports_with
from eval.measure import Measure, mean, ratio, values
from eval.metrics.citations import Supports
from eval.metrics.refusal import grounded_refusal
from eval.record import Row
from eval.suite import Context, Task
from eval.suites.abstaining import ABSTENTION
from eval.suites.asking import kept
from index.catalogue import Passage
from index.embedding import PassageEmbedding
from index.errors import EvalError, QuestionError
from rag import Answer, AnswerEngine
from rag.question import read_question
from rag.verification import Verifier


def _grounded_refusal(rows: Sequence[Row]) -> float | None:
    rows = [row for row in rows if "answerable" in row.scores]
    if not rows:
        return None
    answered = [not abstained for abstained in values(rows, "abstained")]
    return grounded_refusal([bool(held) for held in values(rows, "answerable")], answered)


_ABSTENTION = {measure.name: measure for measure in ABSTENTION}
_FIRST = ("abstain_recall", "answer_recall")

MEASURES: tuple[Measure, ...] = (
    mean("lead_accuracy", "the first statement holds the answer"),
    mean("nuggets_vital_strict", "vital nuggets said in full"),
    *(_ABSTENTION[name] for name in _FIRST),
    ratio(
        "statement_support",
        "statements that their citations support, of all statements",
        "statements_supported",
        "statements",
    ),
    mean("answer_words", "words in an answer", better="less"),
    mean("nuggets_vital", "vital nuggets said, in part counts half"),
    mean("nuggets_all_strict", "all nuggets said in full"),
    mean("nuggets_all", "all nuggets said, in part counts half"),
    mean("nuggets_weighted", "all nuggets said, okay ones count half"),
    *(measure for measure in ABSTENTION if measure.name not in _FIRST),
    Measure(
        "grounded_refusal",
        "answers where what was retrieved holds the answer, refuses where not (F1)",
        _grounded_refusal,
    ),
    mean("truthfulness", "+1 right, 0 abstained, -1 wrong"),
    mean("citation_recall", "statements that their citations support, mean over questions with an answer"),
    mean("citation_precision", "citations that are needed, mean over questions with an answer"),
    mean("citation_f1", "of the two, mean over questions with an answer"),
    ratio(
        "number_fidelity",
        "statements whose numbers all stand in what they cite",
        "statements_with_cited_numbers",
        "statements",
    ),
    ratio(
        "quote_fidelity",
        "quotes shown that are slices of their article, under its title, outlet and date, within the filters",
        "quotes_true",
        "quotes",
    ),
    mean("text_fidelity", "answers whose text is their statements and nothing else"),
    mean("forbidden_said", "answers that say what they must not", better="less"),
    mean("recall@10", "passages with gold among the first 10"),
    mean("ndcg@10", "the same, by rank"),
    mean("mrr@10", "one over the rank of the first passage with gold"),
    mean("all_gold@10", "questions with a passage for every vital nugget among the first 10"),
)
"""Those that are read together come first: citations are perfect in an answer that copies whole passages."""


class CorpusSuite:
    """Asks the cases that come with Dateline and scores the answers."""

    name = "corpus"
    about = "Questions on the articles that come with Dateline."
    measures: Sequence[Measure] = MEASURES

    def tasks(self, context: Context) -> Sequence[Task]:
        """One for each case; see `Suite.tasks`.

        Raises:
            EvalError: A case is not of the format, its gold not in the articles, or its question cannot be asked.
        """
        engine = context.stack.enter_context(AnswerEngine.open(settings=context.settings, progress=context.tell))
        engine.warm_up()
        texts = {article.id: article.text for article in engine.articles()}
        cases = load_cases(context.data or BUILT_IN, texts)
        for case in cases:
            _check_askable(engine, case)
        verifier = Verifier(PassageEmbedding.named(context.settings.embedding))
        return case_tasks(engine, cases, supports_with(verifier), context.settings.passages)


class CasesSuite(CorpusSuite):
    """The same with a user's own cases."""

    name = "cases"
    about = "Cases of one's own, on the archive that they are about."


def case_tasks(engine: AnswerEngine, cases: Sequence[Case], supports: Supports, read: int) -> list[Task]:
    """One task for each case.

    Args:
        engine: Over the articles that the cases are about, and judged as it is: nothing it answers is believed.
        cases: What to ask.
        supports: The judge of meaning.
        read: How many passages the engine reads for an answer.
    """
    texts = {article.id: article.text for article in engine.articles()}
    passages = {article: engine.archive.passages_in(article) for article in texts}

    def task(case: Case) -> Callable[[], Row]:
        return lambda: _row(engine, case, texts, passages, supports, read)

    return [Task(case.id, task(case)) for case in cases]


def _check_askable(engine: AnswerEngine, case: Case) -> None:
    try:
        engine.scope(**case.filters)
        for question in (*case.before, case.question):
            read_question(question)
    except QuestionError as error:
        raise EvalError(f"The case {case.id!r} cannot be asked: {error}") from None
    visible = set(engine.archive.article_ids(engine.scope(**case.filters)))
    for nugget in case.nuggets:
        if visible.isdisjoint(nugget.quotes):
            raise EvalError(
                f"The case {case.id!r} expects {nugget.says!r}, which only {' and '.join(nugget.quotes)} says, but its "
                "filters leave that out. Correct the filters or the nugget."
            )


def _row(
    engine: AnswerEngine,
    case: Case,
    texts: Mapping[str, str],
    passages: Mapping[str, Sequence[Passage]],
    supports: Supports,
    read: int,
) -> Row:
    answer, seconds = _ask(engine, case)
    if case.is_open:
        return _of(case, answer, seconds, Judgement({}, ("nobody has said yet what the answer must hold",)))
    hits = engine.search(answer.resolved_question, max(read, 10), **case.filters)
    visible = {article.id: article for article in engine.archive.articles(engine.scope(**case.filters))}
    gold = [(nugget.is_vital, _passages_with(nugget, texts, passages)) for nugget in case.nuggets]
    retrieved = Retrieved(hits, read, gold)
    return _of(case, answer, seconds, judge(case, answer, retrieved, visible.get, supports))


def _of(case: Case, answer: Answer, seconds: float, judgement: Judgement) -> Row:
    return Row(
        id=case.id,
        kind=case.kind,
        question=case.question,
        context=(
            *(f"after: {question}" for question in case.before),
            *(f"{name.replace('_', ' ')} {value}" for name, value in case.filters.items()),
        ),
        gold=_gold(case),
        answer=kept(answer),
        scores=judgement.scores,
        lost=judgement.lost,
        seconds=seconds,
    )


def _ask(engine: AnswerEngine, case: Case) -> tuple[Answer, float]:
    """The answer, and the seconds that it took."""
    chat = engine.chat()
    for question in case.before:
        chat.ask(question, **case.filters)
    began = time.perf_counter()
    return chat.ask(case.question, **case.filters), time.perf_counter() - began


def _passages_with(
    nugget: Nugget, texts: Mapping[str, str], passages: Mapping[str, Sequence[Passage]]
) -> frozenset[str]:
    """The ids of the passages that hold one of a nugget's quotes; where a cut goes through it, of those around it."""
    found: set[str] = set()
    for article, quote in nugget.slices():
        start = texts[article].find(quote)
        end = start + len(quote)
        found.update(
            [p.id for p in passages[article] if quote in p.text]
            or [p.id for p in passages[article] if p.start < end and start < p.end]
        )
    return frozenset(found)


def _gold(case: Case) -> tuple[str, ...]:
    if case.is_open and case.remark is not None:
        found = "good" if case.remark.good else "not good"
        note = f": {case.remark.note}" if case.remark.note else ""
        return (f"found {found} by a reader on {case.remark.given[:10]}{note}", f"was: {case.remark.said}")
    if case.abstain:
        return ("abstain: the archive does not say", *_never(case))
    lines = []
    for nugget in case.nuggets:
        quotes = "; ".join(f"“{quote}” ({article})" for article, quote in nugget.slices())
        lines.append(f"{'vital' if nugget.is_vital else 'okay'}: {nugget.says} {quotes}")
    return (*lines, *_never(case))


def _never(case: Case) -> tuple[str, ...]:
    return tuple(f"must not say: “{words}”" for words in case.never)
