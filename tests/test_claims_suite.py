from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import pytest

from eval.claimed import BUILT_IN, load_claims
from eval.record import Row
from eval.suite import Context
from eval.suites.claims import ClaimsSuite
from index.errors import EvalError
from index.settings import Settings
from rag import AnswerEngine


def test_every_sentence_of_the_corpus_is_annotated(engine: AnswerEngine) -> None:
    annotated = {(each.article.id, each.sentence.start) for each in load_claims(BUILT_IN, engine.articles())}
    for article in engine.articles():
        sentences = {(article.id, each.start) for each in article.sentences if not each.heading}
        assert len(sentences - annotated) <= 1, article.id  # What an article's foot leaves behind is none.


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ("- {article: a.txt, begins: Ten, stance: asserts}", "the archive has no article 'a.txt'"),
        ("- {article: one, begins: Nobody, stance: asserts}", "no sentence of one begins with 'Nobody'"),
        ("- {article: one, begins: Ten, stance: shouts}", "stance: .*asserts"),
    ],
)
def test_an_annotation_that_fits_nothing_is_refused_by_its_line(tmp_path: Path, entry: str, message: str) -> None:
    (tmp_path / "claims.yaml").write_text(f"# A comment\n{entry}\n")
    one = {"id": "one", "text": "Ten men came."}
    with AnswerEngine.from_articles([one]) as opened, pytest.raises(EvalError, match=rf"claims\.yaml:2: .*{message}"):
        load_claims(tmp_path, opened.articles())


def test_figures_are_of_what_was_found_and_annotated() -> None:
    def row(right: int, found: int, annotated: int) -> Row:
        scores = {"claimant_right": right, "claimant_found": found, "claimant_annotated": annotated}
        return Row(
            id=f"{right}{found}{annotated}",
            kind="asserts",
            question="Q",
            scores={k: float(v) for k, v in scores.items()},
        )

    measures = {measure.name: measure for measure in ClaimsSuite.measures}
    rows = [row(1, 1, 1), row(0, 1, 0), row(0, 0, 2)]
    assert measures["claimant_precision"].of(rows) == pytest.approx(1 / 2)
    assert measures["claimant_recall"].of(rows) == pytest.approx(1 / 3)
    assert measures["claimant_f1"].of(rows) == pytest.approx(2 / 5)
    assert measures["claimant_f1"].of([]) is None


def test_the_suite_tells_what_was_read_otherwise(corpus: Path, tmp_path: Path) -> None:
    with ExitStack() as stack:
        context = Context(Settings(corpus=corpus), None, tmp_path, lambda *_: None, stack)
        rows = [task.run() for task in ClaimsSuite().tasks(context)]
    assert any(row.lost for row in rows) and not all(row.lost for row in rows)
    assert all(row.lost == () or row.lost[0].startswith("read as: ") for row in rows)
