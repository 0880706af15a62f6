"""Exports a trained reader: `python -m training.export --model DIR --data selection.jsonl.gz --out DIR`.

Writes `reader.onnx` (int8, runs with ONNX Runtime alone), `tokenizer.json`, `calibration.json` and a model card. Needs
the package `onnx`.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from random import Random
from typing import Annotated, Any

import numpy as np
import onnx
import torch
import typer
from numpy.typing import NDArray
from onnx import TensorProto
from onnx.external_data_helper import set_external_data
from onnxruntime.quantization import QuantType, quantize_dynamic
from rich.console import Console
from safetensors.numpy import load_file

from index.checksum import sha256
from index.errors import DatelineError
from rag.reader.built_in import CALIBRATION
from rag.reader.encoding import LONGEST, PairEncoder, Scorer, Task, TextPair, arrays, context_of
from rag.reader.session import MODEL, TOKENIZER, WORDS, onnx_scorer
from training.calibration import Calibration, calibrate
from training.card import Card, WeightsFile, network_said
from training.data import Asked, read_questions, split_by_article
from training.graph import HEADS, Layout, Weights, build
from training.graph import WORDS as EMBEDDED_WORDS
from training.held_out import READ_BESIDE, Figures, HeldOut, Scored
from training.network import WEIGHTS, Network
from training.pairs import Context, Material
from training.parsing import parse
from training.recipe import Recipe

CARD = "CARD.md"
_LARGEST = 100_000_000
_SEEN = 64


def export(model: Path, out: Path, seen: Sequence[TextPair]) -> None:
    """Writes the network as an int8 ONNX graph, with its tokenizer.

    Weights keep 7 bits: with 8, processors without VNNI overflow when they add two products in 16 bits, and give other
    scores than those with it.

    Args:
        model: Folder of a trained reader.
        out: Made where it is missing.
        seen: Pairs to see by which inputs of a layer are large.
    """
    out.mkdir(parents=True, exist_ok=True)
    network = build(load_file(model / WEIGHTS), layout_of(model, seen))
    with tempfile.TemporaryDirectory() as folder:
        floats = Path(folder) / MODEL
        onnx.save(network, floats)
        quantize_dynamic(
            floats,
            out / MODEL,
            op_types_to_quantize=["MatMul", "Attention"],
            nodes_to_exclude=[f"{HEADS}.product"],
            weight_type=QuantType.QInt8,
            per_channel=True,
            reduce_range=True,
            extra_options={"MatMulConstBOnly": True, "DefaultTensorType": TensorProto.FLOAT},
        )
    _part(out)
    if model != out:
        shutil.copyfile(model / TOKENIZER, out / TOKENIZER)


def _part(out: Path) -> None:
    """Puts the embeddings of words into a file of their own where one would be too large for many hosts of code."""
    (out / WORDS).unlink(missing_ok=True)
    if (out / MODEL).stat().st_size <= _LARGEST:
        return
    network = onnx.load(out / MODEL)
    words = next(each for each in network.graph.initializer if each.name == EMBEDDED_WORDS)
    set_external_data(words, location=WORDS)
    onnx.save(network, out / MODEL)


def layout_of(model: Path, seen: Sequence[TextPair]) -> Layout:
    """What the weights of a trained reader do not tell; see `export`."""
    network = Network.load(model)
    encoder: Any = network.encoder
    config = encoder.config
    bias, first = None, 0
    largest: Weights = {}
    if hasattr(encoder.encoder, "compute_position_bias"):
        with torch.inference_mode():
            bias = encoder.encoder.compute_position_bias(torch.zeros(1, LONGEST, 1)).numpy()
        first = config.pad_token_id + 1
        largest = largest_inputs(network, PairEncoder(model / TOKENIZER), seen)
    tasks = len(Task) if Recipe.load(model).supports else 1
    return Layout(config.num_attention_heads, LONGEST, tasks, config.layer_norm_eps, first, bias, largest)


def largest_inputs(network: Network, encoder: PairEncoder, pairs: Sequence[TextPair]) -> Weights:
    """The largest absolute inputs of a network's linear layers while it reads pairs, by name and dimension."""
    found: dict[str, NDArray[np.float32]] = {}

    def watch(name: str, layer: torch.nn.Module) -> None:
        def keep(_: torch.nn.Module, given: tuple[torch.Tensor, ...]) -> None:
            here = given[0].abs().flatten(0, -2).amax(0).numpy()
            found[name] = np.maximum(found.get(name, here), here)

        layer.register_forward_pre_hook(keep)

    for name, layer in network.named_modules():
        if isinstance(layer, torch.nn.Linear):
            watch(name, layer)
    with torch.inference_mode():
        for each in encoder.encode(pairs):
            network(**{name: torch.from_numpy(values) for name, values in arrays([each]).items()})
    return found


def _some(asked: Sequence[Asked]) -> list[TextPair]:
    """Pairs of what was learnt, with context."""
    drawn = Random(0).sample(asked, min(_SEEN, len(asked)))
    return [
        TextPair(each.question, text, context_of(each.article.replace("_", " "), each.before(text)))
        for each in drawn
        for text in each.sentences[:1]
    ]


def calibrated(scored: Scored) -> Mapping[str, Calibration]:
    """The curves from logits to probabilities, by what they are the probability of."""
    judged = {"answer": scored.answer, "answered": scored.answered, "support": scored.support}
    return {name: calibrate(each) for name, each in judged.items() if each is not None}


def threshold(scored: Scored, calibration: Calibration) -> float:
    """The probability of being answered from which on answering is right most often.

    As if half of the questions could not be answered: those that people wrote to be unanswerable, and the paragraphs
    from which the answer was left out, count for as much together as the questions that can be answered.
    """
    likely, true = calibration.curve(scored.answered.logits), scored.answered.true
    tried = np.unique(np.round(likely, 3))
    right = [(likely[true] >= each).mean() + (likely[~true] < each).mean() for each in tried]
    return float(tried[int(np.argmax(right))])


def write(
    network: str,
    out: Path,
    data: Path,
    recipe: Recipe,
    asked: Sequence[Asked],
    material: Material,
    scorer: Scorer,
) -> Mapping[str, Figures]:
    """Measures and calibrates the exported reader and writes what it says of itself.

    Args:
        network: What the card says of it.
        out: Its folder.
        data: What it was trained on.
        recipe: How.
        asked: Questions on held-out articles.
        material: Makes pairs of them.
        scorer: The exported reader.

    Returns:
        The figures by what is read beside a sentence.
    """
    by_context = {context: HeldOut(asked, material, context, recipe.supports).score(scorer) for context in Context}
    scored = by_context[READ_BESIDE]
    curves = calibrated(scored)
    limit = threshold(scored, curves["answered"])
    said = {
        "sha256": sha256(out / MODEL),
        "words_sha256": sha256(out / WORDS) if (out / WORDS).exists() else None,
        "curves": {name: asdict(each.curve) for name, each in curves.items()},
        "threshold": limit,
    }
    (out / CALIBRATION).write_text(json.dumps(said, indent=1) + "\n", encoding="utf-8")
    figures = {context.value: each.figures for context, each in by_context.items()}
    card = Card(network, sha256(data), _weights_in(out), figures, curves, limit, recipe)
    (out / CARD).write_text(card.text(), encoding="utf-8")
    return figures


def _weights_in(out: Path) -> list[WeightsFile]:
    there = [file for file in (out / MODEL, out / WORDS) if file.exists()]
    return [WeightsFile(file.name, file.stat().st_size, sha256(file)) for file in there]


def main(
    model: Annotated[Path, typer.Option(help="Folder of a trained reader.")],
    data: Annotated[Path, typer.Option(help="The questions that it was trained on; those held out calibrate it.")],
    out: Annotated[Path, typer.Option(help="Folder for what is shipped.")],
    threads: Annotated[int, typer.Option(min=1, help="How many to measure with.")] = 1,
) -> None:
    """Exports a trained reader, calibrates it and writes its model card."""
    console = Console()
    try:
        split = split_by_article(read_questions(data))
        held_out = split.held_out
        docs = parse(text for each in held_out for text in (each.question, *each.sentences))
        export(model, out, _some(split.train))
        material = Material(held_out, docs)
        network = network_said(Network.load(model).encoder.config)
        figures = write(network, out, data, Recipe.load(model), held_out, material, onnx_scorer(out, threads))
    except DatelineError as error:
        console.print(str(error), style="red", markup=False)
        raise typer.Exit(1) from None
    for context, each in figures.items():
        for name, value in each.items():
            console.print(f"{context:<26}{name:<20}{value if value is None else round(value, 4)}")


if __name__ == "__main__":
    typer.run(main)
