"""Trains the reader: `python -m training.reader --data selection.jsonl.gz --out DIR`.

A training that was stopped goes on from its last checkpoint when it is called again in the same way.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from random import Random
from typing import Annotated, Any, Literal

import torch
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from index.checksum import sha256
from index.embedding import built_in_folder
from index.errors import DatelineError, EvalError
from rag.reader.encoding import PairEncoder
from training.checkpoint import Checkpoint
from training.course import Course
from training.data import Split, read_questions, split_by_article
from training.held_out import HeldOut
from training.learning import Learner
from training.network import Network
from training.pairs import Material
from training.parsing import parse
from training.recipe import Recipe
from training.scoring import network_scorer

_LOG = "run.jsonl"
_SAMPLE = 160
"""Held-out questions that are measured on while training; all of them are at its end."""


def train(
    data: Path, out: Path, recipe: Recipe, device: torch.device, progress: Progress, encoder: Path | None = None
) -> Mapping[str, float | None]:
    """Trains a reader and writes it into a folder, with a log of what was measured on the way.

    Args:
        data: Questions; see `training.data`.
        out: Made where it is missing; a checkpoint in it is gone on from.
        recipe: The settings.
        device: Where to compute.
        progress: To be told how far it is.
        encoder: Folder of the BERT or MPNet to begin with, its `tokenizer.json` included; that which is installed if
            None.

    Returns:
        The figures on all held-out articles.

    Raises:
        EvalError: The data, or the checkpoint found, cannot be used.
        ModelUnavailable: A model that it needs is not there.
    """
    _make_repeatable(recipe.seed)
    encoder = encoder or built_in_folder()
    recipe = replace(recipe, encoder=sha256(encoder / "model.safetensors"))
    split = _split(data)
    pair_encoder = PairEncoder(encoder / "tokenizer.json")
    learner = Learner(Network.begun(encoder), pair_encoder, recipe, device)
    checkpoint = Checkpoint(out, _made_from(data, recipe))
    done = checkpoint.restore(learner.network, learner.optimizer)
    course, held_out = _materials(split, recipe, progress)
    scorer = network_scorer(learner.network, pair_encoder, device)
    drawn = Random(recipe.seed).sample(split.held_out, min(_SAMPLE, len(split.held_out)))
    sample = HeldOut(drawn, held_out, supports=recipe.supports)
    began, losses = time.monotonic(), []
    bar = progress.add_task("steps", total=recipe.steps, completed=done)
    for step in range(done, recipe.steps):
        losses.append(learner.learn(step, course.step(step)))
        progress.update(bar, completed=step + 1)
        if (step + 1) % recipe.every == 0 and step + 1 < recipe.steps:
            checkpoint.save(step + 1, learner.network, learner.optimizer)
            _log(out, progress, step + 1, time.monotonic() - began, losses, sample.score(scorer).figures)
            losses = []
    learner.network.save(out, encoder / "tokenizer.json")
    recipe.save(out)
    checkpoint.save(recipe.steps, learner.network, learner.optimizer)
    figures = HeldOut(split.held_out, held_out, supports=recipe.supports).score(scorer).figures
    _log(out, progress, recipe.steps, time.monotonic() - began, losses, figures)
    return figures


def _make_repeatable(seed: int) -> None:
    torch.use_deterministic_algorithms(True)
    # It would fill all memory before it is written to, which only finds bugs. torch does not export the module's name.
    torch.utils.deterministic.fill_uninitialized_memory = False  # type: ignore[attr-defined]
    torch.manual_seed(seed)


def _split(data: Path) -> Split:
    split = split_by_article(read_questions(data))
    if not split.train or not split.held_out:
        raise EvalError(
            f"The training data {data} have {len(split.train)} questions to learn from and {len(split.held_out)} to "
            "measure on. Both are needed, of different articles: give more articles."
        )
    return split


def _materials(split: Split, recipe: Recipe, progress: Progress) -> tuple[Course, Material]:
    """What is learnt, and what makes the pairs that are measured on."""
    texts = {text for each in (*split.train, *split.held_out) for text in (each.question, *each.sentences)}
    bar = progress.add_task("texts parsed", total=len(texts))
    docs = parse(sorted(texts), lambda read: progress.update(bar, completed=read))
    progress.remove_task(bar)
    course = Course(Material(split.train, docs), split.train, recipe.seed, recipe.supports)
    return course, Material(split.held_out, docs)


def _made_from(data: Path, recipe: Recipe) -> str:
    parts = {"data": sha256(data), "recipe": asdict(recipe)}
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def _log(
    out: Path, progress: Progress, step: int, seconds: float, losses: list[float], figures: Mapping[str, float | None]
) -> None:
    line: dict[str, Any] = {
        "step": step,
        "seconds": round(seconds, 1),
        "loss": round(sum(losses) / len(losses), 4) if losses else None,
        **{name: None if value is None else round(value, 4) for name, value in figures.items()},
    }
    with (out / _LOG).open("a", encoding="utf-8") as stream:
        stream.write(json.dumps(line) + "\n")
    progress.console.print("  ".join(f"{name} {value}" for name, value in line.items()))


def _device(name: Literal["auto", "cpu", "cuda"]) -> torch.device:
    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    return torch.device(name)


def main(
    data: Annotated[Path, typer.Option(help="Questions, as JSON lines; see training/README.md.")],
    out: Annotated[Path, typer.Option(help="Folder for the reader, its checkpoint and its log.")],
    steps: Annotated[int, typer.Option(min=1, help="How many times the weights are changed.")] = Recipe.steps,
    seed: Annotated[int, typer.Option(help="Of everything that is random.")] = Recipe.seed,
    rate: Annotated[float, typer.Option(min=0, help="The highest learning rate.")] = Recipe.rate,
    every: Annotated[int, typer.Option(min=1, help="Steps between two checkpoints.")] = Recipe.every,
    frozen: Annotated[int, typer.Option(min=0, help="Lowest layers that are left as they are.")] = Recipe.frozen,
    supports: Annotated[bool, typer.Option(help="Learn of statements too.")] = Recipe.supports,
    encoder: Annotated[
        Path | None, typer.Option(help="Folder of a BERT or MPNet to begin with. [default: the one installed]")
    ] = None,
    device: Annotated[Literal["auto", "cpu", "cuda"], typer.Option(help="Where to compute.")] = "auto",
) -> None:
    """Trains the reader, or goes on with a training that was stopped."""
    # What cuBLAS needs to compute the same twice.
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    console = Console()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    try:
        with Progress(*columns, console=console) as progress:
            recipe = Recipe(steps=steps, seed=seed, rate=rate, every=every, frozen=frozen, supports=supports)
            train(data, out, recipe, _device(device), progress, encoder)
    except DatelineError as error:
        console.print(str(error), style="red", markup=False)
        raise typer.Exit(1) from None


if __name__ == "__main__":
    typer.run(main)
