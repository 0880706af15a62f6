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
from typing import Annotated

import numpy as np
import onnx
import typer
from onnx import TensorProto
from onnxruntime.quantization import QuantType, quantize_dynamic
from rich.console import Console
from safetensors.numpy import load_file

from index.checksum import sha256
from index.errors import DatelineError
from rag.reader.built_in import CALIBRATION
from rag.reader.encoding import LONGEST, Scorer
from rag.reader.session import MODEL, TOKENIZER, onnx_scorer
from training.calibration import Calibration, calibrate
from training.card import Card
from training.data import Asked, read_questions, split_by_article
from training.graph import HEADS, build
from training.held_out import READ_BESIDE, Figures, HeldOut, Scored
from training.network import CONFIG, WEIGHTS
from training.pairs import Context, Material
from training.parsing import parse
from training.recipe import Recipe

CARD = "CARD.md"


def export(model: Path, out: Path) -> None:
    """Writes the network as an int8 ONNX graph, with its tokenizer.

    Weights keep 7 bits: with 8, processors without VNNI overflow when they add two products in 16 bits, and give other
    scores than those with it.

    Args:
        model: Folder of a trained reader.
        out: Made where it is missing.
    """
    out.mkdir(parents=True, exist_ok=True)
    heads = int(json.loads((model / CONFIG).read_text(encoding="utf-8"))["num_attention_heads"])
    with tempfile.TemporaryDirectory() as folder:
        floats = Path(folder) / MODEL
        onnx.save(build(load_file(model / WEIGHTS), heads, LONGEST), floats)
        quantize_dynamic(
            floats,
            out / MODEL,
            op_types_to_quantize=["MatMul", "Attention"],
            nodes_to_exclude=[HEADS],
            weight_type=QuantType.QInt8,
            per_channel=True,
            reduce_range=True,
            extra_options={"MatMulConstBOnly": True, "DefaultTensorType": TensorProto.FLOAT},
        )
    if model != out:
        shutil.copyfile(model / TOKENIZER, out / TOKENIZER)


def calibrated(scored: Scored) -> Mapping[str, Calibration]:
    """The curves from logits to probabilities, by what they are the probability of."""
    return {name: calibrate(getattr(scored, name)) for name in ("answer", "answered", "support")}


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
    out: Path, data: Path, recipe: Recipe, asked: Sequence[Asked], material: Material, scorer: Scorer
) -> Mapping[str, Figures]:
    """Measures and calibrates the exported reader and writes what it says of itself.

    Args:
        out: Its folder.
        data: What it was trained on.
        recipe: How.
        asked: Questions on held-out articles.
        material: Makes pairs of them.
        scorer: The exported reader.

    Returns:
        The figures by what is read beside a sentence.
    """
    by_context = {context: HeldOut(asked, material, context).score(scorer) for context in Context}
    scored = by_context[READ_BESIDE]
    curves = calibrated(scored)
    limit = threshold(scored, curves["answered"])
    said = {
        "sha256": sha256(out / MODEL),
        "curves": {name: asdict(each.curve) for name, each in curves.items()},
        "threshold": limit,
    }
    (out / CALIBRATION).write_text(json.dumps(said, indent=1) + "\n", encoding="utf-8")
    figures = {context.value: each.figures for context, each in by_context.items()}
    card = Card(sha256(data), (out / MODEL).stat().st_size, sha256(out / MODEL), figures, curves, limit, recipe)
    (out / CARD).write_text(card.text(), encoding="utf-8")
    return figures


def main(
    model: Annotated[Path, typer.Option(help="Folder of a trained reader.")],
    data: Annotated[Path, typer.Option(help="The questions that it was trained on; those held out calibrate it.")],
    out: Annotated[Path, typer.Option(help="Folder for what is shipped.")],
    threads: Annotated[int, typer.Option(min=1, help="How many to measure with.")] = 1,
) -> None:
    """Exports a trained reader, calibrates it and writes its model card."""
    console = Console()
    try:
        held_out = split_by_article(read_questions(data)).held_out
        docs = parse(text for each in held_out for text in (each.question, *each.sentences))
        export(model, out)
        material = Material(held_out, docs)
        figures = write(out, data, Recipe.load(model), held_out, material, onnx_scorer(out, threads))
    except DatelineError as error:
        console.print(str(error), style="red", markup=False)
        raise typer.Exit(1) from None
    for context, each in figures.items():
        for name, value in each.items():
            console.print(f"{context:<26}{name:<20}{value if value is None else round(value, 4)}")


if __name__ == "__main__":
    typer.run(main)
