"""Keep outliers out of quantisation: the few activations tens of times as large as the others.

Eight-bit quantisation scales a layer's inputs by the largest of them. In the feed-forward halves of
MPNet's layers the same few dimensions hold it for every text, which leaves only a handful of steps
for all others. So these dimensions are multiplied by their weights in full precision, and the rest
in eight bits (Dettmers et al., "LLM.int8()", 2022, which finds the dimensions anew for each text).
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import nn

OUTLIERS = 8
"""Dimensions of a layer that stay in full precision: the worst layer needs five. Four or sixteen
lose as much."""

FEED_FORWARD = ("intermediate.dense", "output.dense")
"""The layers that are split, by the ends of their names; others have no such inputs, and gain less
than it costs."""


class SplitLinear(nn.Module):  # type: ignore[misc]  # torch has no types here
    """A linear layer that multiplies the dimensions with the largest inputs separately."""

    def __init__(self, linear: Any, largest: Any) -> None:
        super().__init__()
        places = largest.topk(OUTLIERS).indices.sort().values
        rest = torch.ones_like(largest).index_fill(0, places, 0.0)
        self.register_buffer("places", places)
        self.register_buffer("kept", rest)
        self.few = nn.Linear(OUTLIERS, linear.out_features, bias=False)
        self.rest = nn.Linear(linear.in_features, linear.out_features)
        with torch.no_grad():
            self.few.weight.copy_(linear.weight[:, places])
            self.rest.weight.copy_(linear.weight * rest)
            self.rest.bias.copy_(linear.bias)

    def forward(self, inputs: Any) -> Any:
        """The same output as the original layer."""
        return self.rest(inputs * self.kept) + self.few(inputs[..., self.places])


def split_outliers(network: Any, examples: Iterable[tuple[Any, ...]]) -> None:
    """Split the feed-forward layers of a network, in place.

    `examples` holds arguments for the network, one text each, used to find its outliers.
    """
    layers = {name: layer for name, layer in network.named_modules() if name.endswith(FEED_FORWARD)}
    largest: dict[str, Any] = {}

    def noting(name: str) -> Any:
        def note(_: Any, inputs: tuple[Any, ...]) -> None:
            here = inputs[0].abs().flatten(0, -2).amax(0)
            largest[name] = torch.maximum(largest[name], here) if name in largest else here

        return note

    hooks = [layer.register_forward_pre_hook(noting(name)) for name, layer in layers.items()]
    with torch.no_grad():
        for arguments in examples:
            network(*arguments)
    for hook in hooks:
        hook.remove()
    for name, layer in layers.items():
        above, _, last = name.rpartition(".")
        setattr(network.get_submodule(above), last, SplitLinear(layer, largest[name]))


def quantise(plain: Path, path: Path) -> None:
    """Write an exported network, already split, quantised to eight bits.

    The outliers and the last layer stay in full precision, which costs nothing for the latter.
    """
    exact = []
    for node in onnx.load(plain, load_external_data=False).graph.node:
        if "/few/" in node.name:
            exact.append(node.name)
        elif node.op_type == "Gemm":
            # The node has this name by the time it would be quantised.
            exact.append(f"{node.name}_MatMul")
    # One scale per channel: one per matrix costs .017 average precision.
    quantize_dynamic(
        plain, path, per_channel=True, weight_type=QuantType.QInt8, nodes_to_exclude=exact
    )
