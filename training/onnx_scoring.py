"""Scores pairs with the exported reader: ONNX Runtime and a tokenizer, no torch."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from training.encoding import Arrays, PairEncoder, Scorer, scorer

MODEL, TOKENIZER = "reader.onnx", "tokenizer.json"
_TOGETHER = 8


def onnx_scorer(folder: Path, threads: int = 1) -> Scorer:
    """Opens an exported reader.

    Args:
        folder: Holds `reader.onnx` and `tokenizer.json`.
        threads: How many it computes with.
    """
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
    session = onnxruntime.InferenceSession(str(folder / MODEL), options, providers=["CPUExecutionProvider"])

    def run(inputs: Arrays) -> NDArray[np.float32]:
        return np.asarray(session.run(None, inputs)[0], dtype=np.float32)

    return scorer(PairEncoder(folder / TOKENIZER), _TOGETHER, run)
