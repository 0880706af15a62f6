"""The network as an ONNX graph, made of the operators into which ONNX Runtime fuses a BERT or an MPNet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

Weights = Mapping[str, NDArray[np.float32]]

_FUSED = "com.microsoft"
_OPSET = 17
_IR = 9
_EMBEDDINGS = "encoder.embeddings."
_TYPES = f"{_EMBEDDINGS}token_type_embeddings.weight"
_BIAS = "position_bias"
HEADS, WORDS = "heads", "words"
"""Names of the last layer, which makes the logits, and of the embeddings of words."""

_MOVED, _LEAST = 0.7, 1e-5
"""How much of what is large in inputs is moved to weights, from 0 to 1, and what counts as nothing."""


@dataclass(frozen=True)
class Layout:
    """What the weights do not tell.

    Attributes:
        attention_heads: Of every layer.
        longest: Most tokens of a pair.
        tasks: How many heads are kept, from the first.
        epsilon: Of the layer norms.
        first_place: Which position embedding the first token has.
        position_bias: What is added to the attention by place, shape (1, heads, longest, longest); None for BERT.
        largest: The largest absolute inputs of linear layers, by name and dimension, where rounding is to be smoothed.
    """

    attention_heads: int
    longest: int
    tasks: int
    epsilon: float = 1e-12
    first_place: int = 0
    position_bias: NDArray[np.float32] | None = None
    largest: Weights = field(default_factory=dict)


@dataclass(frozen=True)
class _Names:
    """What a network calls the parts of its attention."""

    query: str
    key: str
    value: str
    projection: str
    norm: str


_OF_BERT = _Names(
    "attention.self.query",
    "attention.self.key",
    "attention.self.value",
    "attention.output.dense",
    "attention.output.LayerNorm",
)
_OF_MPNET = _Names(
    "attention.attn.q", "attention.attn.k", "attention.attn.v", "attention.attn.o", "attention.LayerNorm"
)


class Graph:
    """Nodes and constants as they are added; a node with one output is named like it."""

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

    def split(self, states: str, names: list[str]) -> list[str]:
        """Adds a node that parts the last axis evenly, and gives the names of the parts."""
        node = helper.make_node("Split", [states], names, f"{states}.split", axis=-1)
        self._nodes.append(node)
        return names

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


def build(weights: Weights, layout: Layout) -> onnx.ModelProto:
    """Makes the graph of a network; its word embeddings are already int8, one scale a word, all else is float32.

    Args:
        weights: As `training.network.Network` names them.
        layout: What they do not tell.
    """
    graph = Graph()
    states = _embedded(graph, weights, layout)
    graph.node("Cast", ["attention_mask"], "mask", to=TensorProto.INT32)
    if layout.position_bias is not None:
        _position_bias(graph, layout.position_bias)
    layer = 0
    while f"encoder.encoder.layer.{layer}.output.dense.bias" in weights:
        states = _layer(graph, weights, f"encoder.encoder.layer.{layer}.", states, layout)
        layer += 1
    pooled = graph.node("Tanh", [_linear(graph, weights, "pooler", _pooled(graph, states), layout)], "pooled")
    heads = {f"{HEADS}.{part}": weights[f"{HEADS}.{part}"][: layout.tasks] for part in ("weight", "bias")}
    logits = _linear(graph, heads, HEADS, pooled, layout)
    types = ["token_type_ids"] if _TYPES in weights else []
    return graph.model(
        ["input_ids", "attention_mask", *types], graph.node("Identity", [logits], "logits"), layout.tasks
    )


def _embedded(graph: Graph, weights: Weights, layout: Layout) -> str:
    words = weights[f"{_EMBEDDINGS}word_embeddings.weight"]
    scales = np.maximum(np.abs(words).max(axis=1, keepdims=True), 1e-12) / 127
    graph.constant(WORDS, np.round(words / scales).astype(np.int8))
    graph.constant("word_scales", scales.astype(np.float32))
    graph.node("Cast", [graph.node("Gather", [WORDS, "input_ids"], "word_steps")], "word_floats", to=TensorProto.FLOAT)
    graph.node("Mul", ["word_floats", graph.node("Gather", ["word_scales", "input_ids"], "scales")], "word_states")
    states = "word_states"
    if _TYPES in weights:
        graph.constant("types", weights[_TYPES])
        states = graph.node("Add", [states, graph.node("Gather", ["types", "token_type_ids"], "type_states")], "typed")
    places = weights[f"{_EMBEDDINGS}position_embeddings.weight"][layout.first_place :]
    graph.constant("places", places[: layout.longest])
    graph.constant("first", np.array([0], dtype=np.int64))
    graph.node("Shape", ["input_ids"], "length", start=1, end=2)
    graph.node("Add", [states, graph.node("Slice", ["places", "first", "length", "first"], "place_states")], "placed")
    norm = [
        graph.constant(f"{_EMBEDDINGS}{part}", weights[f"{_EMBEDDINGS}LayerNorm.{part}"]) for part in ("weight", "bias")
    ]
    return graph.node("LayerNormalization", ["placed", *norm], "embedded", axis=-1, epsilon=layout.epsilon)


def _position_bias(graph: Graph, bias: NDArray[np.float32]) -> None:
    graph.constant("position_biases", bias)
    graph.constant("both_first", np.array([0, 0], dtype=np.int64))
    graph.constant("both_axes", np.array([2, 3], dtype=np.int64))
    graph.node("Concat", ["length", "length"], "both_lengths", axis=0)
    graph.node("Slice", ["position_biases", "both_first", "both_lengths", "both_axes"], _BIAS)


def _layer(graph: Graph, weights: Weights, prefix: str, states: str, layout: Layout) -> str:
    names = _OF_BERT if layout.position_bias is None else _OF_MPNET
    parts = [f"{prefix}{part}" for part in (names.query, names.key, names.value)]
    packed = np.concatenate([weights[f"{part}.weight"].T for part in parts], axis=1)
    bias = graph.constant(f"{prefix}qkv.bias", np.concatenate([weights[f"{part}.bias"] for part in parts]))
    heads = layout.attention_heads
    if layout.position_bias is None:
        into = [states, graph.constant(f"{prefix}qkv", packed), bias, "mask"]
        seen = graph.node("Attention", into, f"{prefix}attention", _FUSED, num_heads=heads)
    else:
        product = _product(graph, f"{prefix}qkv", packed, states, layout.largest.get(parts[0]))
        split = graph.split(product, [f"{prefix}{part}" for part in ("query", "key", "value")])
        seen = graph.node(
            "MultiHeadAttention", [*split, bias, "mask", _BIAS], f"{prefix}attention", _FUSED, num_heads=heads
        )
    states = _added(graph, weights, f"{prefix}{names.projection}", f"{prefix}{names.norm}", seen, states, layout)
    name = f"{prefix}intermediate.dense"
    wide = _product(graph, name, weights[f"{name}.weight"].T, states, layout.largest.get(name))
    wide = graph.node("BiasGelu", [wide, graph.constant(f"{name}.bias", weights[f"{name}.bias"])], name, _FUSED)
    return _added(graph, weights, f"{prefix}output.dense", f"{prefix}output.LayerNorm", wide, states, layout)


def _added(graph: Graph, weights: Weights, dense: str, norm: str, states: str, before: str, layout: Layout) -> str:
    """A dense layer whose outcome is added to what went into the block, normalised."""
    product = _product(graph, dense, weights[f"{dense}.weight"].T, states, layout.largest.get(dense))
    names = (f"{norm}.weight", f"{norm}.bias", f"{dense}.bias")
    constants = [graph.constant(name, weights[name]) for name in names]
    return graph.node(
        "SkipLayerNormalization", [product, before, *constants], f"{norm}.states", _FUSED, epsilon=layout.epsilon
    )


def _product(
    graph: Graph, name: str, weight: NDArray[np.float32], states: str, largest: NDArray[np.float32] | None
) -> str:
    """States multiplied by weights, of inputs by outputs.

    Where the largest inputs are known, part of what is large in them is moved to the weights: all inputs are rounded on
    one scale, which a few large dimensions would take for themselves (Xiao et al., "SmoothQuant", ICML 2023, equation
    4). A factor for all dimensions together, which changes nothing, is taken out.
    """
    if largest is not None:
        weighed = np.maximum(np.abs(weight).max(axis=1), _LEAST)
        scales = np.maximum(largest, _LEAST) ** _MOVED / weighed ** (1 - _MOVED)
        scales /= np.exp(np.log(scales).mean())
        weight = weight * scales[:, np.newaxis]
        scale = graph.constant(f"{name}.scale", (1 / scales).astype(np.float32))
        states = graph.node("Mul", [states, scale], f"{name}.smoothed")
    return graph.node("MatMul", [states, graph.constant(f"{name}.weight", weight)], f"{name}.product")


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


def _linear(graph: Graph, weights: Weights, name: str, states: str, layout: Layout) -> str:
    product = _product(graph, name, weights[f"{name}.weight"].T, states, layout.largest.get(name))
    return graph.node("Add", [product, graph.constant(f"{name}.bias", weights[f"{name}.bias"])], f"{name}.biased")
