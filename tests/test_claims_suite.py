from __future__ import annotations

import gzip
import hashlib
import json
from contextlib import ExitStack
from pathlib import Path

import pytest

from eval.claimed import BUILT_IN, load_claims
from eval.counted import load_days, load_figures
from eval.disputed import load_matters
from eval.passages import load_passages, part_of
from eval.record import Row
from eval.registry import named
from eval.suite import Context
from eval.suites.claims import FURTHER, ClaimsSuite
from index.article import Article, Sentence
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


def test_figures_days_and_disputes_of_the_corpus_are_read(engine: AnswerEngine) -> None:
    articles = engine.articles()
    assert len(load_figures(BUILT_IN / "figures", articles)) > 10
    named = load_days(BUILT_IN / "days", articles)
    assert all(each.worded in each.text for each in named)
    assert {each.is_resolved for each in named} == {True, False}
    matters = load_matters(BUILT_IN / "disputes", articles)
    assert {denial.stance for matter in matters for denial in matter.denials} == {"denies", "declines"}


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ("- {article: one, begins: Ten, unit: men}", "give either `value`, or `low` and `high`"),
        ("- {article: one, begins: Ten, value: 10, low: 1, unit: men}", "give either `value`, or `low` and `high`"),
        ("- {article: one, unit: men, value: 10}", "give either `begins`.* or `at`"),
        ("- {article: one, at: [3, 99], unit: men, value: 10}", "3 to 99 is no stretch of one, which has 13"),
        ("- {article: one, at: [9, 3], unit: men, value: 10}", "9 to 3 is no stretch"),
    ],
)
def test_a_figure_that_fits_nothing_is_refused_by_its_line(tmp_path: Path, entry: str, message: str) -> None:
    (tmp_path / "figures.yaml").write_text(f"# A comment\n{entry}\n")
    one = Article("one", "one", "Ten men came.", "Title", "given", sentences=(Sentence(0, 13),))
    with pytest.raises(EvalError, match=rf"figures\.yaml:2: .*{message}"):
        load_figures(tmp_path, [one])


def test_of_the_further_passages_no_text_is_kept() -> None:
    for file in FURTHER.rglob("*.yaml"):
        text = file.read_text()
        assert "begins:" not in text and 'by: "' not in text
        for line in text.splitlines():
            assert len(line) < 200


def test_a_passage_of_another_set_is_noticed(tmp_path: Path) -> None:
    text = "The mayor said on Friday that ten men came."
    line = json.dumps({"url": "https://example.org/a", "title": "T", "date": "2024-11-20", "text": text})
    with gzip.open(tmp_path / "articles.jsonl.gz", "wt") as stream:
        stream.write(line + "\n")
    digest = hashlib.sha256(text[4:9].encode()).hexdigest()
    entry = f"- {{article: 'https://example.org/a', span: [4, 9], sha256: {digest}, part: held out}}"
    (tmp_path / "passages.yaml").write_text(f"{entry}\n")
    passages, (given,) = load_passages(tmp_path, tmp_path)
    assert part_of(passages, "https://example.org/a", 5) == "held out"
    assert (given["outlet"], given["date"], given["text"]) == ("example.org", "2024-11-20", text)
    (tmp_path / "passages.yaml").write_text(f"{entry.replace('[4, 9]', '[5, 9]')}\n")
    with pytest.raises(EvalError, match=r"passages\.yaml:1: .*does not have this passage of https://example\.org/a"):
        load_passages(tmp_path, tmp_path)


def test_the_suite_may_be_given_a_test_set() -> None:
    (with_set,), data = named("claims", Path("set"))
    (alone,), none = named("claims", None)
    assert (with_set, data, none) == (alone, Path("set"), None)
    with pytest.raises(EvalError, match="needs no test set"):
        named("corpus", Path("set"))
