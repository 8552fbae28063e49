"""Outliers: the few numbers of a text's states that are tens of times as large as the others.

Whole numbers of eight bits are scaled by the largest of all that a layer reads of a text. In the
feed-forward halves of MPNet's layers the same few places hold it for whatever text, and all others
are left a handful of steps. So these places are multiplied by their weights as they are, and the
rest in whole numbers (Dettmers et al., "LLM.int8()", 2022; there the places are found anew for
each text).
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
"""Places of a layer that are kept as they are: five in the worst one. Four or sixteen lose as
much."""

FEED_FORWARD = ("intermediate.dense", "output.dense")
"""The layers that are parted, by the ends of their names; others read no such numbers, and gain
less than it costs."""


class Parted(nn.Module):  # type: ignore[misc]  # torch has no types here
    """A linear layer that multiplies the places where its inputs are largest apart."""

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
        """What the whole layer would give."""
        return self.rest(inputs * self.kept) + self.few(inputs[..., self.places])


def part(network: Any, read: Iterable[tuple[Any, ...]]) -> None:
    """Part the feed-forward layers of a network, in place.

    `read` are arguments of the network, a text each, that show where its inputs are large.
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
        for arguments in read:
            network(*arguments)
    for hook in hooks:
        hook.remove()
    for name, layer in layers.items():
        above, _, last = name.rpartition(".")
        setattr(network.get_submodule(above), last, Parted(layer, largest[name]))


def quantise(plain: Path, path: Path) -> None:
    """Write a network that was exported, parted, in whole numbers of eight bits.

    But for what was parted and for the last layer, which costs nothing.
    """
    exact = []
    for node in onnx.load(plain, load_external_data=False).graph.node:
        if "/few/" in node.name:
            exact.append(node.name)
        elif node.op_type == "Gemm":
            # It is called so by the time that it would be quantised.
            exact.append(f"{node.name}_MatMul")
    # A scale a channel: one a matrix costs .017 average precision.
    quantize_dynamic(
        plain, path, per_channel=True, weight_type=QuantType.QInt8, nodes_to_exclude=exact
    )
