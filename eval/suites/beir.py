"""Retrieval over any test set in the format of BEIR.

Thakur, Reimers, Rücklé, Srivastava and Gurevych, "BEIR: A Heterogeneous Benchmark for Zero-shot Evaluation of
Information Retrieval Models", NeurIPS 2021 (https://arxiv.org/abs/2104.08663).
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

from pydantic import Field

from eval.archives import SetArchive, SetArticle, open_archive
from eval.measure import Measure, mean
from eval.metrics.retrieval import retrieval_scores
from eval.record import Row
from eval.suite import Context, Task
from eval.testsets import Record, by_id, find_set, read_lines
from index.errors import EvalError
from rag.question import LONGEST_QUESTION

_CORPUS, _QUERIES = "corpus.jsonl", "queries.jsonl"
_COLUMNS = ["query-id", "corpus-id", "score"]
_K = 100


class _Document(Record):
    id: str = Field(alias="_id", min_length=1)
    title: str = ""
    text: str


class _Query(Record):
    id: str = Field(alias="_id", min_length=1)
    text: str = Field(min_length=1)


class BeirSuite:
    """Searches for each query that has a relevant document.

    100 passages, the most that a search gives, are folded to documents, each where its first passage is; so where
    documents are long there are fewer than 100 of them, and recall@100 is lower than BEIR's, which ranks 100 documents.
    Grades of relevance count in nDCG. A query longer than a question may be is cut; a document with a title alone is
    searched by its title, and one without a word is left out.
    """

    name = "beir"
    about = "A test set in BEIR's format: search alone."
    measures: Sequence[Measure] = (
        mean("recall@10", "relevant documents among the first 10"),
        mean("recall@100", "relevant documents among those of the first 100 passages"),
        mean("ndcg@10", "the same, by rank and grade"),
        mean("mrr@10", "one over the rank of the first relevant document"),
    )

    def tasks(self, context: Context) -> Sequence[Task]:
        """One for each query with a relevant document; see `Suite.tasks`."""
        folder = find_set(context.data, self.name, (_CORPUS, _QUERIES))
        documents = by_id(read_lines(folder / _CORPUS, _Document), lambda document: document.id)
        queries = by_id(read_lines(folder / _QUERIES, _Query), lambda query: query.id)
        judged = _read_qrels(_qrels_file(folder), documents, queries)
        articles = [
            SetArticle(document.id, document.text if document.text.strip() else document.title, document.title)
            for document in documents.values()
            if document.text.strip() or document.title.strip()
        ]
        archive = open_archive(context, articles)
        return [_task(archive, query, judged[query.id]) for query in queries.values() if query.id in judged]


def _qrels_file(folder: Path) -> Path:
    """The judgements: those of the test split, else the only ones that there are."""
    if (folder / "qrels" / "test.tsv").is_file():
        return folder / "qrels" / "test.tsv"
    found = [*sorted((folder / "qrels").glob("*.tsv")), *folder.glob("qrels.tsv")]
    if len(found) != 1:
        names = ", ".join(file.name for file in found) or "none"
        raise EvalError(
            f"{str(folder)!r} should have one file of judgements, qrels/test.tsv, another qrels/*.tsv or qrels.tsv; "
            f"it has {names}. Put it there, or take the others away."
        )
    return found[0]


def _read_qrels(
    file: Path, documents: Mapping[str, _Document], queries: Mapping[str, _Query]
) -> dict[str, dict[str, int]]:
    """The relevance of documents by query, where it is above 0."""
    try:
        rows = list(csv.reader(file.read_text(encoding="utf-8-sig").splitlines(), "excel-tab", quoting=csv.QUOTE_NONE))
    except (OSError, UnicodeDecodeError) as error:
        raise EvalError(f"{file}:1: it cannot be read ({error}). Fetch the file anew.") from None
    if not rows or rows[0] != _COLUMNS:
        raise EvalError(
            f"{file}:1: the columns are {rows[:1]}, not {', '.join(_COLUMNS)}, a tab between. Add the line."
        )
    judged: dict[str, dict[str, int]] = {}
    for number, row in enumerate(rows[1:], 2):
        if not row:
            continue
        if len(row) != len(_COLUMNS) or not row[2].lstrip("-").isdecimal():
            raise EvalError(f"{file}:{number}: {row!r} is not a query, a document and a whole number. Correct it.")
        query, document, score = row
        for name, known, source in ((query, queries, _QUERIES), (document, documents, _CORPUS)):
            if name not in known:
                raise EvalError(f"{file}:{number}: {name!r} is not in {source}. Take both files from the same set.")
        if int(score) > 0:
            judged.setdefault(query, {})[document] = int(score)
    if not judged:
        raise EvalError(f"{file}:2: no document is relevant to any query: every score is 0. Fetch the file anew.")
    return judged


def _task(archive: SetArchive, query: _Query, gold: Mapping[str, int]) -> Task:
    return Task(query.id, lambda: _row(archive, query, gold))


def _row(archive: SetArchive, query: _Query, gold: Mapping[str, int]) -> Row:
    words = " ".join(query.text.split())[:LONGEST_QUESTION]
    ranked = archive.ranked(archive.engine.search(words, k=_K))
    ten, hundred = retrieval_scores(ranked, gold, 10), retrieval_scores(ranked, gold, _K)
    return Row(
        id=query.id,
        kind="query",
        question=words,
        gold=tuple(f"{document} ({score})" for document, score in gold.items()),
        scores={**ten, "recall@100": hundred["recall@100"]},
        lost=tuple(f"not among the first 10: {document}" for document in gold if document not in ranked[:10]),
    )
