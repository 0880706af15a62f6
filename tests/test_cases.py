from __future__ import annotations

import json
from pathlib import Path

import pytest

from eval.cases import BUILT_IN, load_cases, schema
from index.errors import EvalError
from rag import AnswerEngine

TEXTS = {"a.txt": "The Duma approved the treaty on Thursday. Ten men voted."}
GOOD = """\
- id: vote
  kind: fact
  question: How did the Duma vote?
  nuggets:
    - vital: It approved the treaty.
      quotes:
        a.txt: [approved the treaty]
"""


@pytest.fixture(scope="module")
def texts(engine: AnswerEngine) -> dict[str, str]:
    return {article.id: article.text for article in engine.articles()}


def written(folder: Path, text: str) -> Path:
    file = folder / "cases.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def test_built_in_cases_have_gold_that_stands_in_the_articles(texts: dict[str, str]) -> None:
    cases = load_cases(BUILT_IN, texts)
    assert len(cases) >= 150
    assert sum(case.kind == "near_miss" for case in cases) >= 40
    assert all(case.abstain for case in cases if case.kind in ("near_miss", "far"))
    assert {case.kind for case in cases} == {
        "fact", "speaker", "denial", "figure", "as_of", "several", "follow_up", "spelling", "false_premise",
        "near_miss", "far",
    }  # fmt: skip
    for case in cases:
        assert all(quote in texts[article] for nugget in case.nuggets for article, quote in nugget.slices())


def test_every_gold_quote_stands_within_one_sentence(engine: AnswerEngine, texts: dict[str, str]) -> None:
    sentences = {
        article.id: [sentence.of(article.text) for sentence in article.sentences if not sentence.heading]
        for article in engine.articles()
    }
    for case in load_cases(BUILT_IN, texts):
        for nugget in case.nuggets:
            for article, quote in nugget.slices():
                assert any(quote in sentence for sentence in sentences[article]), (case.id, quote)


def test_the_same_question_at_two_days_has_two_answers(texts: dict[str, str]) -> None:
    dated = [case for case in load_cases(BUILT_IN, texts) if case.kind == "as_of"]
    days: dict[str, set[str | None]] = {}
    for case in dated:
        days.setdefault(case.question, set()).add(case.as_of)
    assert sum(len(found) > 1 for found in days.values()) >= 5


def test_follow_ups_have_a_question_before_them(texts: dict[str, str]) -> None:
    assert all(case.before for case in load_cases(BUILT_IN, texts) if case.kind == "follow_up")


def test_the_schema_for_editors_is_that_of_the_format() -> None:
    assert json.loads((BUILT_IN / "schema.json").read_text(encoding="utf-8")) == schema()


def test_a_case_is_read(tmp_path: Path) -> None:
    (case,) = load_cases(written(tmp_path, GOOD), TEXTS)
    assert (case.id, case.kind, case.articles, case.filters) == ("vote", "fact", ("a.txt",), {})
    (nugget,) = case.nuggets
    assert (nugget.says, nugget.is_vital) == ("It approved the treaty.", True)


def test_a_day_stays_as_it_is_written(tmp_path: Path) -> None:
    (case,) = load_cases(written(tmp_path, GOOD.replace("kind: fact", "kind: as_of\n  as_of: 2024-10-26")), TEXTS)
    assert case.filters == {"as_of": "2024-10-26"}


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("- id: vote", "  id: vote", "cases.yaml:1: a file of cases is a list"),
        (GOOD, "", "cases.yaml:1: a file of cases is a list"),
        ("kind: fact", "kind: [fact", "cases.yaml:3: not YAML"),
        ("kind: fact", "kind: gossip", "cases.yaml:2: kind: Input should be 'fact'.*met 'gossip'"),
        ("  question: How did the Duma vote?\n", "", "cases.yaml:1: question: Field required"),
        ("kind: fact", "kind: fact\n  lead: x", "cases.yaml:3: lead: Extra inputs.*met 'x'"),
        ("vital: It", "abstain: yes\n      okay: It", "cases.yaml:5: nuggets.0.abstain: Extra inputs"),
        ("vital:", "okay:", "cases.yaml:1: give at least one vital nugget"),
        ("vital: It approved the treaty.", "vital: It did.\n      okay: So.", "cases.yaml:5: nuggets.0: a nugget says"),
        ("kind: fact", "kind: far\n  abstain: true", "cases.yaml:1: a question on which to abstain has no nuggets"),
        ("[approved the treaty]", "[rejected the treaty]", "cases.yaml:7: 'rejected the treaty' is no slice of a.txt"),
        ("a.txt:", "b.txt:", "cases.yaml:7: the archive has no article 'b.txt'.*--corpus"),
        ("id: vote", "id: Vote!", "cases.yaml:1: id: String should match pattern.*met 'Vote!'"),
        ("kind: fact", "kind: \x07", "cases.yaml:2: not YAML: the character"),
        ("kind: fact", "kind: fact\n  kind: far", "cases.yaml:3: the key 'kind' is there twice"),
        ("kind: fact", f"kind: {'[' * 5000}", "cases.yaml:1: it is nested too deeply"),
    ],
)
def test_a_bad_file_names_its_line(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert old in GOOD
    with pytest.raises(EvalError, match=message) as caught:
        load_cases(written(tmp_path, GOOD.replace(old, new)), TEXTS)
    assert "\n" not in str(caught.value)


def test_an_id_that_is_there_twice(tmp_path: Path) -> None:
    with pytest.raises(EvalError, match=r"cases.yaml:8: the id 'vote' is there twice"):
        load_cases(written(tmp_path, GOOD + GOOD), TEXTS)


def test_files_that_are_not_there(tmp_path: Path) -> None:
    with pytest.raises(EvalError, match=r"holds no .yaml file"):
        load_cases(tmp_path, TEXTS)
    with pytest.raises(EvalError, match=r"gone.yaml cannot be read"):
        load_cases(tmp_path / "gone.yaml", TEXTS)
    (tmp_path / "latin.yaml").write_bytes("- id: Zürich".encode("latin-1"))
    with pytest.raises(EvalError, match=r"latin.yaml cannot be read"):
        load_cases(tmp_path / "latin.yaml", TEXTS)
