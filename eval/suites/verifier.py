"""Gives the verifier statements of which it is known whether their sources say them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from eval.changes.making import Change, changes, quotable
from eval.changes.reading import Source, evenly
from eval.measure import Measure, mean, values
from eval.metrics.detection import Detection, detection
from eval.record import Row
from eval.rewordings import BUILT_IN, Rewording, load_rewordings
from eval.suite import Context, Task
from index.article import Article
from index.embedding import PassageEmbedding
from rag import AnswerEngine
from rag.answer import Verdict
from rag.reader import support_judge
from rag.verification import Verifier

_MOST_OF_A_KIND = 30
_VERBATIM = "verbatim"
_MOST_VERBATIM = 60


@dataclass(frozen=True)
class _Trial:
    """A statement to be verified against the sentences that it cites, which do or do not say it."""

    id: str
    kind: str
    says: str
    cited: tuple[Source, ...]
    faithful: bool


def _detection(figure: Callable[[Detection], float | None]) -> Callable[[Sequence[Row]], float | None]:
    def of(rows: Sequence[Row]) -> float | None:
        faithful, accepted = values(rows, "faithful"), values(rows, "accepted")
        return figure(detection(list(map(bool, faithful)), list(map(bool, accepted))))

    return of


def _balanced(found: Detection) -> float | None:
    if found.detected is None or found.false_alarms is None:
        return None
    return (found.detected + 1 - found.false_alarms) / 2


MEASURES: tuple[Measure, ...] = (
    Measure("detected", "false statements that are not accepted", _detection(lambda found: found.detected)),
    Measure(
        "false_alarms",
        "faithful rewordings that are not accepted",
        _detection(lambda found: found.false_alarms),
        "less",
    ),
    mean("verbatim_accepted", "sentences as they stand in the article that are accepted"),
    Measure("balanced_accuracy", "mean of the false detected and the faithful accepted", _detection(_balanced)),
)


class VerifierSuite:
    """Tries sentences of the archive, faithful rewordings of them, and false statements made of them by rule.

    Each is checked against the whole sentences that it is made of, as the engine cites them; its neighbours would only
    lend the false ones more words. A kind of row is either faithful ("verbatim", "reworded_...") or false.
    """

    name = "verifier"
    about = "Statements made false by rule, and faithful ones: which of them the verifier accepts."
    measures: Sequence[Measure] = MEASURES

    def tasks(self, context: Context) -> Sequence[Task]:
        """One for each statement; see `Suite.tasks`."""
        engine = context.stack.enter_context(AnswerEngine.open(settings=context.settings, progress=context.tell))
        articles = engine.articles()
        read = quotable(articles)
        trials = [
            *map(_verbatim, evenly([source for article in read for source in article], _MOST_VERBATIM)),
            *_reworded(load_rewordings(BUILT_IN, articles), articles),
            *map(_changed, changes(read, _MOST_OF_A_KIND)),
        ]
        settings = context.settings
        verifier = Verifier(PassageEmbedding.named(settings.embedding), support_judge(settings))

        def task(trial: _Trial) -> Callable[[], Row]:
            return lambda: _row(trial, verifier.verify(trial.says, [source.quote for source in trial.cited]))

        return [Task(trial.id, task(trial)) for trial in trials]


def _verbatim(source: Source) -> _Trial:
    return _Trial(f"{source.article}:{source.number}:{_VERBATIM}", _VERBATIM, source.text, (source,), faithful=True)


def _reworded(rewordings: Sequence[Rewording], articles: Sequence[Article]) -> Iterator[_Trial]:
    """With ids that count the rewordings of one kind of one sentence, so that a new one moves few others."""
    known = {article.id: article for article in articles}
    counted: dict[str, int] = {}
    for rewording in rewordings:
        article = known[rewording.article]
        cited = [Source(article.id, article.sentences.index(one), one.of(article.text)) for one in rewording.cited]
        kind = f"reworded_{rewording.kind}"
        stem = f"{article.id}:{cited[0].number}:{kind}"
        counted[stem] = counted.get(stem, 0) + 1
        yield _Trial(f"{stem}:{counted[stem]}", kind, rewording.says, tuple(cited), faithful=True)


def _changed(change: Change) -> _Trial:
    source = change.cited[0]
    stem = f"{source.article}:{source.number}:{change.kind}"
    return _Trial(f"{stem}:{change.number}", change.kind, change.says, change.cited, faithful=False)


def _row(trial: _Trial, verdict: Verdict) -> Row:
    accepted = verdict.label == "supported"
    failed = ", ".join(name for name, held in verdict.checks.items() if not held)
    outcome = f"{verdict.label}, score {verdict.score:.2f}" + (f", failed: {failed}" if failed else "")
    right = accepted == trial.faithful
    return Row(
        id=trial.id,
        kind=trial.kind,
        question=trial.says,
        context=(f"verdict: {outcome}",),
        gold=(
            "supported" if trial.faithful else "not supported",
            *(f"“{source.text}” ({source.article})" for source in trial.cited),
        ),
        # Sentences as they stand are accepted by their letters alone, and would thin out the false alarms.
        scores={"verbatim_accepted": float(accepted)}
        if trial.kind == _VERBATIM
        else {"faithful": float(trial.faithful), "accepted": float(accepted), "right": float(right)},
        lost=() if right else (f"{'refused' if trial.faithful else 'accepted'}: {outcome}",),
    )
