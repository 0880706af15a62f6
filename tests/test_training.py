from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import onnx
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.progress import Progress, TaskID
from safetensors.numpy import load_file as load_weights
from safetensors.torch import load_file
from tokenizers import Tokenizer
from transformers import BertConfig, BertModel, MPNetConfig, MPNetModel

from index.checksum import sha256
from index.embedding import built_in_folder
from index.errors import EvalError, ModelUnavailable
from rag.question import read_question
from rag.reader.built_in import read_calibration
from rag.reader.encoding import Arrays, Encoded, PairEncoder, Task, TextPair, in_groups
from rag.reader.session import onnx_scorer
from training import export
from training.calibration import Judged, calibrate, expected_error, reliability
from training.cutting import answer_cut, other_cut
from training.data import Asked, read_questions, split_by_article
from training.editing import Edit, edited
from training.graph import build
from training.network import Network
from training.pairs import Context, Material
from training.parsing import parse
from training.reader import train
from training.recipe import Recipe
from training.scoring import network_scorer
from training.statements import RULES as WORDINGS
from training.statements import declared, reworded, the_answer
from training.supplies import Supplies
from training.swaps import Surroundings, changed, names_exchanged, negated, opposite, other_date, other_name

PLACES = ("Arden", "Belmont", "Corwen", "Dunmore", "Elgin", "Farley", "Galway", "Harlech", "Ilkley", "Jedburgh",
          "Kelso", "Lanark", "Malton", "Nairn", "Oakham", "Penrith", "Quorn", "Ripon", "Selby", "Thirsk")  # fmt: skip
PEOPLE = ("Anna Keller", "Boris Lang", "Clara Weiss", "David Stone", "Emma Hall")
CPU = torch.device("cpu")
SMALL: dict[str, Any] = {
    "hidden_size": 48,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 96,
    # With less the words of a network, which are not learnt, are hardly told apart.
    "initializer_range": 0.1,
}


def invented(place: str, at: int) -> list[dict[str, Any]]:
    year, person, other = 1900 + 3 * at, PEOPLE[at % 5], PEOPLE[(at + 2) % 5]
    sentences = [
        f"{place} is a market town in Scotland.",
        f"The bridge of {place} was built by {person} in {year}.",
        f"{other} opened the museum of {place} in {year + 20}, and it has {at + 30} rooms.",
        "It rains there on many days.",
    ]
    asked = [
        (f"Who built the bridge of {place}?", [1]),
        (f"When was the bridge of {place} built?", [1]),
        (f"How many rooms does the museum of {place} have?", [2]),
        (f"Who destroyed the bridge of {place}?", []),
    ]
    return [
        {"source": "invented", "article": place, "question": question, "sentences": sentences, "positives": positives}
        for question, positives in asked
    ]


LINES = [line for at, place in enumerate(PLACES) for line in invented(place, at)]
ASKED = [Asked.model_validate(line) for line in LINES]
DOCS = parse(text for each in ASKED for text in (each.question, *each.sentences))
MATERIAL = Material(ASKED, DOCS)
HELD_OUT = split_by_article(ASKED).held_out
PAIR_ENCODER = PairEncoder(built_in_folder() / "tokenizer.json")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("data") / "selection.jsonl"
    file.write_text("".join(json.dumps(line) + "\n" for line in LINES), encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small BERT with random weights and the real tokenizer."""
    folder = tmp_path_factory.mktemp("tiny")
    torch.manual_seed(0)
    config = BertConfig(max_position_embeddings=128, **SMALL)
    BertModel(config, add_pooling_layer=False).save_pretrained(folder)
    shutil.copyfile(built_in_folder() / "tokenizer.json", folder / "tokenizer.json")
    return folder


@pytest.fixture(scope="module")
def tiny_mpnet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small MPNet with random weights, and the real tokenizer with MPNet's marks."""
    folder = tmp_path_factory.mktemp("tiny_mpnet")
    tokenizer = Tokenizer.from_file(str(built_in_folder() / "tokenizer.json"))
    tokenizer.add_special_tokens(["<s>", "</s>"])
    tokenizer.save(str(folder / "tokenizer.json"))
    torch.manual_seed(0)
    config = MPNetConfig(vocab_size=tokenizer.get_vocab_size(), max_position_embeddings=132, **SMALL)
    network = MPNetModel(config, add_pooling_layer=False)
    torch.nn.init.normal_(network.encoder.relative_attention_bias.weight, std=2.0)
    network.save_pretrained(folder)
    return folder


RECIPE = Recipe(steps=45, every=15, rate=3e-3)


@pytest.fixture(scope="module")
def trained(data: Path, tiny: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("trained")
    train(data, out, RECIPE, CPU, Progress(disable=True), tiny)
    return out


def log(folder: Path) -> list[Mapping[str, float]]:
    return [json.loads(line) for line in (folder / "run.jsonl").read_text(encoding="utf-8").splitlines()]


# --- the data ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("{", "JSON"),
        (json.dumps({"source": "s", "article": "a", "question": "q?", "sentences": ["One."]}), "positives"),
        (json.dumps({**LINES[0], "positives": [4]}), "positives [4]"),
        (json.dumps({**LINES[0], "positives": [-1]}), "positives [-1]"),
        (json.dumps({**LINES[0], "question": "?!"}), "question"),
        (json.dumps({**LINES[0], "sentences": ["..."], "positives": []}), "word"),
        (json.dumps({**LINES[0], "positives": ["1"]}), "positives"),
    ],
)
def test_a_wrong_line_is_named_on_one_line(tmp_path: Path, wrong: str, said: str) -> None:
    file = tmp_path / "data.jsonl"
    file.write_text(json.dumps(LINES[0]) + "\n" + wrong + "\n", encoding="utf-8")
    with pytest.raises(EvalError) as caught:
        read_questions(file)
    message = str(caught.value)
    assert message.startswith(f"{file}:2: ") and said in message and "\n" not in message


def test_data_with_one_article_are_refused(tmp_path: Path, tiny: Path) -> None:
    file = tmp_path / "data.jsonl"
    file.write_text(json.dumps(LINES[0]) + "\n", encoding="utf-8")
    with pytest.raises(EvalError, match="different articles"):
        train(file, tmp_path / "out", RECIPE, CPU, Progress(disable=True), tiny)


@given(st.lists(st.sampled_from(ASKED), max_size=30), st.lists(st.sampled_from(ASKED), max_size=30))
def test_an_article_is_always_on_the_same_side(some: list[Asked], others: list[Asked]) -> None:
    alone, together = split_by_article(some), split_by_article(some + others)
    assert {each.article for each in together.train}.isdisjoint(each.article for each in together.held_out)
    assert set(alone.train) <= set(together.train) and set(alone.held_out) <= set(together.held_out)
    assert len(together.train) + len(together.held_out) == len(some + others)


def test_both_sides_of_the_invented_data_hold_something() -> None:
    split = split_by_article(ASKED)
    assert len(split.train) > len(split.held_out) > 0


# --- the pairs --------------------------------------------------------------------------------------------------------


@given(st.sampled_from(ASKED), st.integers(0, 10_000))
def test_only_right_pairs_fit(asked: Asked, seed: int) -> None:
    bundle = MATERIAL.answer_bundle(asked, Random(seed))
    right = [asked.sentences[at] for at in asked.positives]
    for pair in bundle:
        assert pair.task is Task.ANSWER and pair.left.strip() and pair.right.strip()
        if pair.kind == "answer":
            assert pair.fits and pair.left == asked.question and pair.right in right
        elif pair.kind == "question changed":
            assert not pair.fits and pair.left != asked.question and pair.right in right
        elif pair.kind == "other words cut out":
            assert pair.fits and pair.left == asked.question and pair.right not in asked.sentences
        else:
            assert not pair.fits and pair.left == asked.question and pair.right not in right
    assert any(pair.fits for pair in bundle) == asked.answerable


@given(st.sampled_from(ASKED), st.integers(0, 10_000))
def test_statements_are_told_from_false_ones(asked: Asked, seed: int) -> None:
    bundle = MATERIAL.support_bundle(asked, Random(seed))
    assert all(pair.task is Task.SUPPORT and pair.left.strip() and pair.right.strip() for pair in bundle)
    assert all(pair.left != pair.right for pair in bundle if not pair.fits)
    fitting = {(pair.left, pair.right) for pair in bundle if pair.fits}
    assert fitting and fitting.isdisjoint((pair.left, pair.right) for pair in bundle if not pair.fits)


@given(st.sampled_from(ASKED), st.integers(0, 10_000))
def test_beside_a_sentence_stands_what_precedes_it(asked: Asked, seed: int) -> None:
    for make in (MATERIAL.answer_bundle, MATERIAL.support_bundle):
        assert all(pair.context == "" for pair in make(asked, Random(seed), Context.NOTHING))
        for pair in make(asked, Random(seed), Context.ALL):
            whole = next((one for one in asked.sentences if one == pair.right), None)
            if whole is not None and asked.sentences.index(whole) > 0:
                before = asked.sentences[asked.sentences.index(whole) - 1]
                assert pair.context == f"{asked.article}: {before}"


@given(st.sampled_from(ASKED), st.integers(0, 10_000))
def test_the_same_random_numbers_make_the_same_pairs(asked: Asked, seed: int) -> None:
    again = Material(ASKED, DOCS)
    for make in ("answer_bundle", "support_bundle"):
        assert getattr(MATERIAL, make)(asked, Random(seed)) == getattr(again, make)(asked, Random(seed))


def around(*texts: str, avoid: frozenset[str] = frozenset()) -> Surroundings:
    return Surroundings((Supplies(parse(texts).values()),), avoid)


def rule(made: Any, text: str, *texts: str, seed: int = 0) -> str | None:
    result: str | None = made(parse([text])[text], around(*texts), Random(seed))
    return result


NEARBY = around(*ASKED[0].sentences)


def test_a_name_becomes_another_one_of_its_kind() -> None:
    found = rule(other_name, "Who visited Germany?", "Angela Merkel went to France on 3 May 2001.")
    assert found == "Who visited France?"


def test_a_name_is_left_alone_where_there_is_no_other() -> None:
    assert rule(other_name, "Who visited Germany?", "The German government met in Germany.") is None


def test_a_year_becomes_another_one() -> None:
    years = {rule(other_date, "What happened in 1950?", seed=seed) for seed in range(6)} - {None}
    assert years and all(found != "What happened in 1950?" for found in years)


def test_names_change_places() -> None:
    assert rule(names_exchanged, "France defeated Germany.") == "Germany defeated France."


def test_a_word_becomes_its_opposite() -> None:
    assert rule(opposite, "What is the largest lake?") == "What is the smallest lake?"


def test_a_question_is_negated() -> None:
    assert rule(negated, "Who was elected in 1990?") in (
        "Who was not elected in 1990?",
        "Who was never elected in 1990?",
    )


@given(st.sampled_from([each.question for each in ASKED]), st.integers(0, 1000))
def test_a_change_never_leaves_the_question_as_it_was(question: str, seed: int) -> None:
    other = changed(DOCS[question], NEARBY, Random(seed))
    assert other is None or other.lower() != question.lower()


def test_the_answer_is_cut_out_and_the_rest_stays_a_sentence() -> None:
    sentence = "The bridge of Elgin was built by David Stone in 1912."
    doc = parse([sentence])[sentence]
    assert answer_cut(read_question("When was the bridge built?"), doc, Random(0)) == (
        "The bridge of Elgin was built by David Stone."
    )
    assert answer_cut(read_question("Who built the bridge of Elgin?"), doc, Random(0)) == (
        "The bridge of Elgin was built in 1912."
    )


def test_what_is_not_the_answer_can_be_cut_out_too() -> None:
    sentence = "The bridge of Elgin was built by David Stone in 1912."
    doc = parse([sentence])[sentence]
    kept = {other_cut(read_question("When was the bridge of Elgin built?"), doc, Random(seed)) for seed in range(5)}
    assert kept == {"The bridge of Elgin was built in 1912."}


def test_a_question_with_its_answer_is_a_statement() -> None:
    sentence = "The bridge of Elgin was built by David Stone in 1912."
    question = "When was the bridge of Elgin built?"
    docs = parse([sentence, question])
    answer = the_answer(read_question(question), docs[sentence])
    assert answer is not None and answer.text == "1912"
    assert declared(docs[question], read_question(question), answer) == "The bridge of Elgin was built in 1912."
    assert declared(docs[question], read_question(question), answer, "1950") == "The bridge of Elgin was built in 1950."


@pytest.mark.parametrize(
    ("sentence", "shorter"),
    [
        ("The museum (a former mill) has thirty rooms today.", "The museum has thirty rooms today."),
        ("The museum, which was a mill, has thirty rooms.", "The museum has thirty rooms."),
        ("The mayor opened the new museum in June.", "In June, the mayor opened the new museum."),
    ],
)
def test_statements_are_worded_otherwise(sentence: str, shorter: str) -> None:
    doc = parse([sentence])[sentence]
    assert shorter in {reworded(doc, Random(seed)) for seed in range(10)}
    assert len(WORDINGS) == len(set(WORDINGS))


@given(st.text("ab ,.()", max_size=30), st.data())
def test_leaving_out_keeps_everything_else(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    left = edited(text, [Edit(start, end)])
    assert [c for c in left.lower() if c in "ab"] == [c for c in text[:start] + text[end:] if c in "ab"]


# --- reading in groups ------------------------------------------------------------------------------------------------


@given(st.lists(st.text("abc ", min_size=1, max_size=40), min_size=1, max_size=20), st.integers(1, 7))
@settings(max_examples=40)
def test_groups_do_not_change_the_order(texts: list[str], most: int) -> None:
    def total(inputs: Arrays) -> np.ndarray[Any, np.dtype[np.float32]]:
        assert inputs["input_ids"].shape == inputs["attention_mask"].shape == inputs["token_type_ids"].shape
        return np.asarray((inputs["input_ids"] * inputs["attention_mask"]).sum(axis=1, keepdims=True), dtype=np.float32)

    encoded: list[Encoded] = PAIR_ENCODER.encode([TextPair(text, "b") for text in texts])
    assert in_groups(encoded, most, total)[:, 0].tolist() == [float(sum(each.ids)) for each in encoded]


@given(*[st.integers(0, 200)] * 3)
def test_a_long_pair_is_cut_to_what_the_network_reads(left: int, right: int, context: int) -> None:
    (encoded,) = PAIR_ENCODER.encode([TextPair("who " * left, "word " * right, "before " * context)])
    begin, end = PAIR_ENCODER.encode([TextPair("", "")])[0].ids[:2]
    assert len(encoded.ids) == len(encoded.types) <= 128
    assert encoded.ids[0] == begin and encoded.ids[-1] == end
    parts = "".join("|" if token == end else "x" for token in encoded.ids[1:]).split("|")
    asked, said, *about, last = map(len, parts)
    assert (asked, said) == (left, right) or asked + said == 125
    room = max(0, min(context, 40, 124 - asked - said))
    assert not last and about == ([room] if room else [])


def test_the_marks_of_the_network_are_plain_words_in_a_text() -> None:
    (encoded,) = PAIR_ENCODER.encode([TextPair("who [SEP] said", "that")])
    assert encoded.types.count(1) == 2


# --- training ---------------------------------------------------------------------------------------------------------


def test_the_loss_falls(trained: Path) -> None:
    measured = log(trained)
    assert [line["step"] for line in measured] == [15, 30, 45]
    assert measured[-1]["loss"] < measured[0]["loss"] - 0.1


def test_what_is_saved_is_what_is_loaded(trained: Path, tmp_path: Path) -> None:
    Network.load(trained).save(tmp_path, trained / "tokenizer.json")
    assert sha256(tmp_path / "reader.safetensors") == sha256(trained / "reader.safetensors")
    assert (tmp_path / "config.json").read_text() == (trained / "config.json").read_text()


class Stopped(Progress):
    """Is interrupted, as with Ctrl-C, once so many steps are made; of texts it is told by the hundred."""

    at = 20

    def update(self, task_id: TaskID, **fields: Any) -> None:
        super().update(task_id, **fields)
        if fields.get("completed") == self.at:
            raise KeyboardInterrupt


def test_a_training_that_was_stopped_ends_with_the_same_weights(
    data: Path, tiny: Path, trained: Path, tmp_path: Path
) -> None:
    with pytest.raises(KeyboardInterrupt):
        train(data, tmp_path, RECIPE, CPU, Stopped(disable=True), tiny)
    assert not (tmp_path / "reader.safetensors").exists()
    train(data, tmp_path, RECIPE, CPU, Progress(disable=True), tiny)
    assert [line["step"] for line in log(tmp_path)] == [15, 30, 45]
    assert sha256(tmp_path / "reader.safetensors") == sha256(trained / "reader.safetensors")


def test_a_training_does_not_go_on_with_other_settings(data: Path, tiny: Path, trained: Path) -> None:
    with pytest.raises(EvalError, match="other settings"):
        train(data, trained, Recipe(steps=45, every=15, rate=1e-3), CPU, Progress(disable=True), tiny)


def test_frozen_layers_are_left_as_they_are(data: Path, tiny_mpnet: Path, tmp_path: Path) -> None:
    train(data, tmp_path, Recipe(steps=2, every=2, frozen=1, supports=False), CPU, Progress(disable=True), tiny_mpnet)
    begun, learnt = (
        dict(load_file(folder / name))
        for folder, name in ((tiny_mpnet, "model.safetensors"), (tmp_path, "reader.safetensors"))
    )
    same = {name for name, weights in begun.items() if torch.equal(weights, learnt[f"encoder.{name}"])}
    assert {name for name in begun if name.startswith(("embeddings.", "encoder.layer.0."))} <= same
    assert "encoder.relative_attention_bias.weight" in same
    assert not [name for name in same if name.startswith("encoder.layer.1.") and name.endswith(".weight")]


# --- what is shipped --------------------------------------------------------------------------------------------------


def test_the_export_scores_like_the_network_and_needs_no_torch(data: Path, trained: Path, tmp_path: Path) -> None:
    pairs = [TextPair(each.question, sentence, "Before.") for each in ASKED[:8] for sentence in each.sentences]
    export.export(trained, tmp_path, pairs)
    floats = network_scorer(Network.load(trained), PairEncoder(trained / "tokenizer.json"), CPU)(pairs)
    shipped = onnx_scorer(tmp_path)(pairs)
    assert shipped.shape == floats.shape == (32, len(Task))
    assert np.corrcoef(shipped[:, 0], floats[:, 0])[0, 1] > 0.99
    export.write("tiny", tmp_path, data, Recipe.load(trained), HELD_OUT, MATERIAL, onnx_scorer(tmp_path))
    said = json.loads((tmp_path / "calibration.json").read_text(encoding="utf-8"))
    assert said["sha256"] == sha256(tmp_path / "reader.onnx") and set(said["curves"]) == {
        "answer",
        "answered",
        "support",
    }
    card = (tmp_path / "CARD.md").read_text(encoding="utf-8")
    assert said["sha256"] in card and sha256(data) in card and "| steps | 45 |" in card
    check = "import sys, rag.reader.session; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", check], cwd=Path(__file__).parent.parent).returncode == 0


def test_the_graph_of_an_mpnet_computes_what_the_network_does(tiny_mpnet: Path, tmp_path: Path) -> None:
    torch.manual_seed(0)
    network = Network.begun(tiny_mpnet).eval()
    network.save(tmp_path, tiny_mpnet / "tokenizer.json")
    RECIPE.save(tmp_path)
    pairs = [TextPair(each.question, sentence, "Before.") for each in ASKED[:8] for sentence in each.sentences]
    layout = export.layout_of(tmp_path, pairs)
    assert layout.largest
    onnx.save(build(load_weights(tmp_path / "reader.safetensors"), layout), tmp_path / "reader.onnx")

    def run(inputs: Arrays) -> np.ndarray[Any, np.dtype[np.float32]]:
        with torch.inference_mode():
            return network(**{name: torch.from_numpy(values) for name, values in inputs.items()}).numpy()

    floats = in_groups(PairEncoder(tmp_path / "tokenizer.json").encode(pairs), 1, run)
    # The embeddings of words are int8 in the graph.
    assert np.abs(onnx_scorer(tmp_path)(pairs) - floats).max() < 0.02 * floats.std()


def test_the_export_of_an_mpnet_that_learnt_what_answers_has_one_head(
    data: Path, tiny_mpnet: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trained, out = tmp_path / "trained", tmp_path / "out"
    recipe = Recipe(steps=45, every=45, rate=3e-3, supports=False)
    train(data, trained, recipe, CPU, Progress(disable=True), tiny_mpnet)
    pairs = [TextPair(each.question, sentence, "Before.") for each in ASKED[:8] for sentence in each.sentences]
    monkeypatch.setattr(export, "_LARGEST", 1_000_000)
    export.export(trained, out, pairs)
    floats = network_scorer(Network.load(trained), PairEncoder(trained / "tokenizer.json"), CPU)(pairs)
    shipped = onnx_scorer(out)(pairs)
    assert shipped.shape == (32, 1) and np.corrcoef(shipped[:, 0], floats[:, 0])[0, 1] > 0.99
    export.write("tiny", out, data, Recipe.load(trained), HELD_OUT, MATERIAL, onnx_scorer(out))
    said = read_calibration(out)
    assert said.curves.support is None and said.words_sha256 == sha256(out / "words.bin")
    card = (out / "CARD.md").read_text(encoding="utf-8")
    assert said.sha256 in card and said.words_sha256 in card and "a sentence supports" not in card
    spoilt = Path(shutil.copytree(out, tmp_path / "spoilt"))
    with (spoilt / "words.bin").open("r+b") as stream:
        stream.write(b"other")
    with pytest.raises(ModelUnavailable, match=r"words\.bin has sha256"):
        read_calibration(spoilt)


@given(st.integers(0, 1000), st.floats(0.3, 3.0), st.floats(-2.0, 2.0))
@settings(max_examples=8)
def test_calibration_undoes_what_was_done_to_the_logits(seed: int, scale: float, shift: float) -> None:
    random = np.random.default_rng(seed)
    logits = random.normal(0, 2, 2000)
    true = random.random(2000) < 1 / (1 + np.exp(-logits))
    done = calibrate(Judged(scale * logits + shift, true, [str(at % 10) for at in range(2000)]))
    assert done.error < 0.06
    assert done.curve.scale * scale == pytest.approx(1, abs=0.25)
    assert sum(each.count for each in done.bins) == 2000


def test_the_calibration_error_is_the_mean_distance() -> None:
    predicted, true = np.array([0.95, 0.95, 0.15, 0.15]), np.array([True, False, False, False])
    assert expected_error(reliability(predicted, true)) == pytest.approx((0.45 + 0.15) / 2)
