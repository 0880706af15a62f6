"""The network as an ONNX graph, made of the operators into which ONNX Runtime fuses a BERT."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

_FUSED = "com.microsoft"
_OPSET = 17
_IR = 9
HEADS = "heads"
"""Name of the last multiplication, which makes the logits."""

Weights = Mapping[str, NDArray[np.float32]]


class Graph:
    """Nodes and constants as they are added; every node is named like its one output."""

    def __init__(self) -> None:
        """Begins empty."""
        self._nodes: list[onnx.NodeProto] = []
        self._constants: list[onnx.TensorProto] = []

    def constant(self, name: str, value: NDArray[Any]) -> str:
        """Adds a constant and gives its name."""
        self._constants.append(numpy_helper.from_array(np.array(value, order="C"), name))
        return name

    def node(self, kind: str, inputs: list[str], name: str, domain: str = "", **attributes: Any) -> str:
        """Adds a node and gives its name."""
        self._nodes.append(helper.make_node(kind, inputs, [name], name, domain=domain, **attributes))
        return name

    def model(self, inputs: list[str], output: str, width: int) -> onnx.ModelProto:
        """The whole: inputs are pairs by tokens, the output is pairs by `width`."""
        graph = helper.make_graph(
            self._nodes,
            "reader",
            [helper.make_tensor_value_info(name, TensorProto.INT64, ["pairs", "tokens"]) for name in inputs],
            [helper.make_tensor_value_info(output, TensorProto.FLOAT, ["pairs", width])],
            self._constants,
        )
        opsets = [helper.make_opsetid("", _OPSET), helper.make_opsetid(_FUSED, 1)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=_IR)


def build(weights: Weights, attention_heads: int, longest: int) -> onnx.ModelProto:
    """Makes the graph of a network; its word embeddings are already int8, one scale a word, all else is float32.

    Args:
        weights: As `training.network.Network` names them.
        attention_heads: Of every layer.
        longest: Most tokens of a pair.
    """
    graph = Graph()
    states = _embedded(graph, weights, longest)
    graph.node("Cast", ["attention_mask"], "mask", to=TensorProto.INT32)
    layer = 0
    while f"encoder.encoder.layer.{layer}.output.dense.bias" in weights:
        states = _layer(graph, weights, f"encoder.encoder.layer.{layer}.", states, attention_heads)
        layer += 1
    pooled = graph.node("Tanh", [_linear(graph, weights, "pooler", _pooled(graph, states))], "pooled")
    logits = _linear(graph, weights, HEADS, pooled)
    names = ["input_ids", "attention_mask", "token_type_ids"]
    return graph.model(names, graph.node("Identity", [logits], "logits"), len(weights[f"{HEADS}.bias"]))


def _embedded(graph: Graph, weights: Weights, longest: int) -> str:
    prefix = "encoder.embeddings."
    words = weights[f"{prefix}word_embeddings.weight"]
    scales = np.maximum(np.abs(words).max(axis=1, keepdims=True), 1e-12) / 127
    graph.constant("words", np.round(words / scales).astype(np.int8))
    graph.constant("word_scales", scales.astype(np.float32))
    graph.node(
        "Cast", [graph.node("Gather", ["words", "input_ids"], "word_steps")], "word_floats", to=TensorProto.FLOAT
    )
    graph.node("Mul", ["word_floats", graph.node("Gather", ["word_scales", "input_ids"], "scales")], "word_states")
    graph.constant("types", weights[f"{prefix}token_type_embeddings.weight"])
    graph.node("Add", ["word_states", graph.node("Gather", ["types", "token_type_ids"], "type_states")], "typed")
    graph.constant("places", weights[f"{prefix}position_embeddings.weight"][:longest])
    graph.constant("first", np.array([0], dtype=np.int64))
    graph.node("Shape", ["input_ids"], "length", start=1, end=2)
    graph.node("Add", ["typed", graph.node("Slice", ["places", "first", "length", "first"], "place_states")], "placed")
    norm = [graph.constant(f"{prefix}{part}", weights[f"{prefix}LayerNorm.{part}"]) for part in ("weight", "bias")]
    return graph.node("LayerNormalization", ["placed", *norm], "embedded", axis=-1, epsilon=1e-12)


def _layer(graph: Graph, weights: Weights, prefix: str, states: str, attention_heads: int) -> str:
    parts = [f"{prefix}attention.self.{part}" for part in ("query", "key", "value")]
    packed = graph.constant(f"{prefix}qkv", np.concatenate([weights[f"{part}.weight"].T for part in parts], axis=1))
    bias = graph.constant(f"{prefix}qkv.bias", np.concatenate([weights[f"{part}.bias"] for part in parts]))
    seen = graph.node(
        "Attention", [states, packed, bias, "mask"], f"{prefix}attention", _FUSED, num_heads=attention_heads
    )
    states = _added(graph, weights, f"{prefix}attention.output.", seen, states)
    name = f"{prefix}intermediate.dense"
    wide = graph.node(
        "MatMul", [states, graph.constant(f"{name}.weight", weights[f"{name}.weight"].T)], f"{name}.product"
    )
    wide = graph.node("BiasGelu", [wide, graph.constant(f"{name}.bias", weights[f"{name}.bias"])], name, _FUSED)
    return _added(graph, weights, f"{prefix}output.", wide, states)


def _added(graph: Graph, weights: Weights, prefix: str, states: str, before: str) -> str:
    """A dense layer whose outcome is added to what went into the block, normalised."""
    product = graph.node(
        "MatMul",
        [states, graph.constant(f"{prefix}weight", weights[f"{prefix}dense.weight"].T)],
        f"{prefix}product",
    )
    names = ("LayerNorm.weight", "LayerNorm.bias", "dense.bias")
    constants = [graph.constant(f"{prefix}{name}", weights[f"{prefix}{name}"]) for name in names]
    return graph.node("SkipLayerNormalization", [product, before, *constants], f"{prefix}states", _FUSED, epsilon=1e-12)


def _pooled(graph: Graph, states: str) -> str:
    """The state of the first token beside the mean of all that are no padding."""
    graph.constant("zero", np.array(0, dtype=np.int64))
    graph.constant("tokens_axis", np.array([1], dtype=np.int64))
    graph.constant("last_axis", np.array([2], dtype=np.int64))
    graph.node("Gather", [states, "zero"], "first_state", axis=1)
    graph.node("Cast", ["attention_mask"], "mask_floats", to=TensorProto.FLOAT)
    graph.node("Unsqueeze", ["mask_floats", "last_axis"], "mask_columns")
    graph.node("Mul", [states, "mask_columns"], "masked")
    graph.node("ReduceSum", ["masked", "tokens_axis"], "sum_of_states", keepdims=0)
    graph.node("ReduceSum", ["mask_floats", "tokens_axis"], "count", keepdims=1)
    return graph.node("Concat", ["first_state", graph.node("Div", ["sum_of_states", "count"], "mean")], "both", axis=1)


def _linear(graph: Graph, weights: Weights, name: str, states: str) -> str:
    product = graph.node("MatMul", [states, graph.constant(f"{name}.weight", weights[f"{name}.weight"].T)], name)
    return graph.node("Add", [product, graph.constant(f"{name}.bias", weights[f"{name}.bias"])], f"{name}.biased")
