from __future__ import annotations

import gzip
import json
from contextlib import ExitStack
from itertools import combinations
from pathlib import Path

import pytest

from eval.measure import Measure
from eval.record import Row
from eval.resting import BUILT_IN, load_pairs, load_resting
from eval.suite import Context
from eval.suites.origins import OriginsSuite, exact_copies
from index.errors import EvalError
from index.settings import Settings
from rag import AnswerEngine
from rag.assembly import cite
from rag.corroboration import count_origins
from rag.evidence import Evidence

MEASURES: dict[str, Measure] = {measure.name: measure for measure in OriginsSuite.measures}
WORDS = [f"word{number}" for number in range(1000)]


def rows(data: Path | None, corpus: Path, work: Path) -> dict[str, Row]:
    with ExitStack() as stack:
        tasks = OriginsSuite().tasks(Context(Settings(corpus=corpus), data, work, lambda *_: None, stack))
        return {task.id: task.run() for task in tasks}


def test_every_pair_of_the_corpus_is_annotated(engine: AnswerEngine) -> None:
    pairs = {frozenset((pair.one.id, pair.other.id)) for pair in load_pairs(BUILT_IN, engine.articles())}
    assert pairs == set(map(frozenset, combinations([article.id for article in engine.articles()], 2)))


def test_three_of_the_five_articles_are_one_origin_where_they_quote_one_paper(engine: AnswerEngine) -> None:
    resting = {each.article.id: each.sentence for each in load_resting(BUILT_IN, engine.articles())}
    evidence = [
        Evidence(each, resting.get(each.id, next(s for s in each.sentences if not s.heading)), 1.0)
        for each in engine.articles()
    ]
    citations = [cite(each, number, engine.archive.outlets()) for number, each in enumerate(evidence, 1)]
    assert len(citations) == 5
    assert count_origins(citations) == 3


@pytest.mark.parametrize(
    ("file", "entry", "message"),
    [
        ("copies", "- {one: a, other: one, copies: yes}", "the archive has no article 'a'"),
        ("copies", "- {one: one, other: one, copies: maybe}", "copies: .*'maybe'"),
        ("resting", "- {article: one, begins: Nobody, on: CNN}", "no sentence of one begins with 'Nobody'"),
    ],
)
def test_an_annotation_that_fits_nothing_is_refused_by_its_line(
    tmp_path: Path, file: str, entry: str, message: str
) -> None:
    (tmp_path / f"{file}.yaml").write_text(f"# A comment\n{entry}\n")
    load = {"copies": load_pairs, "resting": load_resting}[file]
    one = {"id": "one", "text": "Ten men came."}
    with AnswerEngine.from_articles([one]) as opened, pytest.raises(EvalError, match=rf"{file}\.yaml:2: .*{message}"):
        load(tmp_path, opened.articles())


def test_the_articles_that_come_with_dateline_are_told_apart(corpus: Path, tmp_path: Path) -> None:
    found = rows(None, corpus, tmp_path)
    assert {row.kind for row in found.values()} == {"pair", "rests on an outlet"}
    assert [row.id for row in found.values() if row.lost] == []
    assert MEASURES["resting_recall"].of(list(found.values())) == 1


def test_copies_among_many_articles_are_counted_exactly_and_compared(tmp_path: Path) -> None:
    texts = {
        "https://x/1": " ".join(WORDS[:100]),
        "https://x/2": " ".join(WORDS[:120]),
        "https://x/3": " ".join(WORDS[30:150]),
        "https://x/4": " ".join(WORDS[500:600]),
        "https://x/5": " ".join(WORDS[:100]).upper(),
    }
    lines = [{"url": url, "title": "T", "date": None, "text": text} for url, text in texts.items()]
    (tmp_path / "articles.jsonl.gz").write_bytes(gzip.compress("\n".join(map(json.dumps, lines)).encode()))
    one, two, three, _, five = texts
    exact = {(one, two), (one, five), (two, three), (two, five)}
    assert exact_copies(texts) == exact
    found = rows(tmp_path, tmp_path, tmp_path)
    assert found.pop("grouping").context == ("4 of them in 1 group",)
    assert {row_id for row_id, row in found.items() if row.scores["copies"]} == {" | ".join(pair) for pair in exact}
    assert {row_id for row_id, row in found.items() if row.lost} == {f"{one} | {three}", f"{three} | {five}"}
    figures = {name: measure.of(list(found.values())) for name, measure in MEASURES.items()}
    assert figures["pair_precision"] == pytest.approx(4 / 6)
    assert figures["pair_recall"] == figures["confirmed_precision"] == figures["confirmed_recall"] == 1
