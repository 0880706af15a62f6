"""Runs the exported network: ONNX Runtime and a tokenizer, no torch."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from rag.reader.encoding import Encoded, PairEncoder, Scorer, TextPair, arrays

MODEL, WORDS, TOKENIZER = "reader.onnx", "words.bin", "tokenizer.json"


def onnx_scorer(folder: Path, threads: int = 1) -> Scorer:
    """Opens an exported reader.

    Each pair is read by itself: int8 activations share one scale a batch, so that in a batch the score of a pair would
    hang on the others. Several threads each read a pair of their own.

    Args:
        folder: Holds `reader.onnx`, where that is parted `words.bin`, and `tokenizer.json`.
        threads: How many pairs are read at once.
    """
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = 1, 1
    session = onnxruntime.InferenceSession(str(folder / MODEL), options, providers=["CPUExecutionProvider"])
    names = [each.name for each in session.get_inputs()]
    encoder = PairEncoder(folder / TOKENIZER)
    executor = ThreadPoolExecutor(threads, thread_name_prefix="reader")

    def logits(pair: Encoded) -> NDArray[np.float32]:
        inputs = arrays([pair])
        return np.asarray(session.run(None, {name: inputs[name] for name in names})[0], dtype=np.float32)

    def score(pairs: Sequence[TextPair]) -> NDArray[np.float32]:
        return np.concatenate(list(executor.map(logits, encoder.encode(pairs))))

    return score
