from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st
from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast

from index.embedding import PassageEmbedding, built_in_folder
from index.errors import ModelUnavailable
from index.settings import Settings
from rag import AnswerEngine
from rag.reader import TextPair, context_of, judges
from rag.reader.built_in import FOLDER, SECOND, BuiltInJudge
from rag.reader.cross_encoder import CrossEncoderJudge
from rag.reader.encoding import Task
from rag.verification import Verifier

BRIDGE = (
    TextPair("When was the bridge built?", "It was built by David Stone in 1912.", "Elgin: There is an old bridge."),
    TextPair("When was the bridge built?", "It was built by David Stone.", "Elgin: There is an old bridge."),
    TextPair("When was the bridge built?", "The museum has thirty rooms.", "Elgin: There is an old bridge."),
    TextPair("Who built the bridge of Elgin?", "The bridge of Elgin was built by David Stone."),
)


@pytest.fixture(scope="module")
def answers() -> BuiltInJudge:
    return BuiltInJudge.shipped(Task.ANSWER)


@pytest.fixture(scope="module")
def second() -> BuiltInJudge:
    return BuiltInJudge.second()


@pytest.fixture(scope="module")
def supports() -> BuiltInJudge:
    return BuiltInJudge.shipped(Task.SUPPORT)


def cross_encoder(folder: Path, labels: Sequence[str]) -> str:
    """A CrossEncoder with random weights, saved as sentence-transformers and transformers load it."""
    torch.manual_seed(0)
    config = BertConfig(
        hidden_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=64,
        num_labels=len(labels),
        id2label=dict(enumerate(labels)),
        label2id={label: at for at, label in enumerate(labels)},
    )
    BertForSequenceClassification(config).save_pretrained(folder)
    BertTokenizerFast(tokenizer_file=str(built_in_folder() / "tokenizer.json")).save_pretrained(folder)
    return str(folder)


# --- the one that comes with Dateline ---------------------------------------------------------------------------------


def test_a_sentence_that_answers_is_told_from_one_that_does_not(answers: BuiltInJudge) -> None:
    right, cut, other, who = answers.log_odds(BRIDGE)
    assert right > 0 > max(cut, other) and who > 0


def test_the_second_reader_tells_what_is_worded_otherwise(answers: BuiltInJudge, second: BuiltInJudge) -> None:
    right, cut, other, who = second.log_odds(BRIDGE)
    assert right > 0 > max(cut, other) and who > 0
    reworded = TextPair(
        "Which chamber has yet to sign off on the treaty?",
        "The Federation Council still needs to ratify it, which is seen as a formality.",
        "The lower house approved the treaty on Thursday.",
    )
    assert second.log_odds([reworded])[0] > answers.log_odds([reworded])[0]


def test_a_statement_that_is_supported_is_told_from_one_that_is_not(supports: BuiltInJudge) -> None:
    sentence = "The Duma, the lower house, approved the treaty with Pyongyang on Thursday."
    said, turned, more = supports.log_odds(
        [
            TextPair("The Duma approved the treaty with Pyongyang on Thursday.", sentence),
            TextPair("The Duma approved the treaty with Tokyo on Thursday.", sentence),
            TextPair("The museum opened in 1950.", sentence),
        ]
    )
    assert said > 0 > more and said > turned


@given(st.lists(st.sampled_from(BRIDGE), max_size=6))
@examples(max_examples=20)
def test_a_score_does_not_hang_on_what_is_read_beside_it(answers: BuiltInJudge, pairs: list[TextPair]) -> None:
    alone = [float(answers.log_odds([pair])[0]) for pair in pairs]
    assert answers.log_odds(pairs).tolist() == alone


@given(st.text(max_size=400), st.text(max_size=400), st.text(max_size=400))
@examples(max_examples=30)
def test_any_text_can_be_read(answers: BuiltInJudge, left: str, right: str, context: str) -> None:
    assert np.isfinite(answers.log_odds([TextPair(left, right, context)])).all()


def test_the_context_is_title_and_sentence_before() -> None:
    assert context_of("A title", "A sentence.") == "A title: A sentence."
    assert context_of("", "A sentence.") == "A sentence." and context_of("A title", "") == "A title"


def test_other_weights_than_those_measured_are_refused(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(FOLDER, tmp_path / "model"))
    with (folder / "reader.onnx").open("ab") as stream:
        stream.write(b"more")
    with pytest.raises(ModelUnavailable, match=r"has sha256 [0-9a-f]{64}, not [0-9a-f]{64}.*--reader off"):
        BuiltInJudge(folder, Task.ANSWER)


@pytest.mark.parametrize("spoilt", ["missing", "broken", "short"])
def test_a_reader_that_is_not_whole_is_named_on_one_line(tmp_path: Path, spoilt: str) -> None:
    folder = Path(shutil.copytree(FOLDER, tmp_path / "model"))
    said = folder / "calibration.json"
    if spoilt == "missing":
        (folder / "reader.onnx").unlink()
    else:
        said.write_text("{" if spoilt == "broken" else json.dumps({"sha256": "0"}), encoding="utf-8")
    with pytest.raises(ModelUnavailable) as caught:
        BuiltInJudge(folder, Task.ANSWER)
    assert str(folder) in str(caught.value) and "\n" not in str(caught.value)


@pytest.mark.parametrize(("folder", "most"), [(FOLDER, 25_000_000), (SECOND, 115_000_000)])
def test_a_reader_says_what_it_is(folder: Path, most: int) -> None:
    said = json.loads((folder / "calibration.json").read_text(encoding="utf-8"))
    card = (folder / "CARD.md").read_text(encoding="utf-8")
    assert said["sha256"] in card and "CC BY-SA 4.0" in card and "SelQA" in card and "SQuAD" in card
    assert "CC-BY-SA-4.0" in (folder / "LICENSE").read_text(encoding="utf-8")
    sizes = [file.stat().st_size for file in folder.iterdir()]
    assert sum(sizes) < most and max(sizes) < 100_000_000


def test_the_second_reader_does_not_judge_statements() -> None:
    with pytest.raises(ModelUnavailable, match="has not learnt what supports a statement"):
        BuiltInJudge(SECOND, Task.SUPPORT)


# --- which one is used ------------------------------------------------------------------------------------------------


def test_the_settings_name_the_judges(tmp_path: Path) -> None:
    both = judges(Settings())
    assert both.answers and both.supports and both.answers.name == both.supports.name
    assert both.again and both.again.name != both.answers.name
    quick = judges(Settings(reader="quick"))
    assert quick.answers and quick.answers.name == both.answers.name and quick.supports and quick.again is None
    off = judges(Settings(reader="off"))
    assert off.answers is None and off.supports is None and off.again is None
    other = judges(Settings(reader="some/model", nli="off"))
    assert other.answers and other.answers.name == "some/model" and other.supports is None


def test_the_second_reader_finds_what_is_worded_otherwise(corpus: Path) -> None:
    asked = "Did the North Korean soldiers come by plane, by train or by ship?"
    with AnswerEngine.open(corpus, reader="quick") as engine:
        assert engine.ask(asked).status == "abstained"
    with AnswerEngine.open(corpus) as engine:
        assert "traveled by sea" in engine.ask(asked).statements[0].text


def test_without_a_reader_everything_still_works(corpus: Path) -> None:
    with AnswerEngine.open(corpus, reader="off") as engine:
        answer = engine.ask("How did the State Duma vote?")
        assert answer.status == "answered" and "unanimously" in answer.statements[0].text


def test_a_cross_encoder_takes_its_place(corpus: Path, tmp_path: Path, embedding: PassageEmbedding) -> None:
    name = cross_encoder(tmp_path / "reranker", ["LABEL_0"])
    with AnswerEngine.open(corpus, reader=name) as engine:
        answer = engine.ask("How did the State Duma vote?")
        for citation in (*answer.citations, *answer.related):
            assert engine.article(citation.article_id).text[citation.start : citation.end] == citation.quote
    scores = CrossEncoderJudge(name, Task.ANSWER).log_odds(BRIDGE)
    assert scores.shape == (4,) and len(set(scores.tolist())) > 1
    assert CrossEncoderJudge(name, Task.ANSWER).log_odds([]).shape == (0,)
    again = CrossEncoderJudge(name, Task.ANSWER).log_odds([pair._replace(context="") for pair in BRIDGE])
    assert np.allclose(scores, again)


def test_an_nli_model_checks_support(tmp_path: Path, embedding: PassageEmbedding) -> None:
    name = cross_encoder(tmp_path / "nli", ["contradiction", "entailment", "neutral"])
    verdict = Verifier(embedding, CrossEncoderJudge(name, Task.SUPPORT)).verify(
        "The Duma approved the treaty.", ["On Thursday the Duma approved the treaty."]
    )
    assert "support" in verdict.checks


def test_a_model_that_gives_no_one_score_is_refused(tmp_path: Path) -> None:
    name = cross_encoder(tmp_path / "labels", ["bad", "good"])
    for task in Task:
        with pytest.raises(ModelUnavailable, match="has the labels bad, good"):
            CrossEncoderJudge(name, task).log_odds(BRIDGE)


def test_a_model_that_is_not_there_is_named_on_one_line(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable) as caught:
        CrossEncoderJudge(str(tmp_path), Task.ANSWER).log_odds(BRIDGE)
    assert str(tmp_path) in str(caught.value) and "\n" not in str(caught.value)
