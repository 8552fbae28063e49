"""The tagger's model file: the vocabularies, weights, gate and threshold that training learns."""

from __future__ import annotations

import gzip
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass
from typing import Any

import numpy as np

from core.files import gzipped
from enrich.arrays import Floats, Floats32
from enrich.tagging.features import Block, Columns

MODEL_FILE = "tagger.json.gz"
MODEL_VERSION = 10


class ModelError(ValueError):
    """The model file does not fit this code or these senses; train again."""


@dataclass(frozen=True, slots=True)
class Weights:
    """The weights of one linear model.

    It adds `slope * (bias + by_column . row) + intercept` to the score's log-odds. `by_column` is
    as wide as the featuriser; a model of senses alone has zeros for all words.
    """

    by_column: Floats
    bias: float
    slope: float
    intercept: float

    def log_odds(self, columns: Columns, values: Floats) -> float:
        """The log-odds of a row, before calibration."""
        return self.bias + float(self.by_column[columns] @ values)


@dataclass(frozen=True, slots=True)
class Gate:
    """Decides which English items are read further, in two steps, the cheaper first.

    The polyglot reads items whose log-odds by words and senses, plus `glance_weight` times the
    encoder's glance, reach `polyglot_threshold`. The encoder reads those that, with
    `likeness_weight` times their likeness by the polyglot added, reach `encoder_threshold`.
    """

    glance_weight: float
    polyglot_threshold: float
    likeness_weight: float
    encoder_threshold: float


@dataclass(frozen=True, slots=True)
class EncoderWeights:
    """The weights of the encoder's results in an English item's log-odds.

    The glance has the weight `glance`, which is negative: words that sound like a story have
    counted before, and mislead the encoder as well. The encoder's log-odds, capped at
    `encoder_cap`, have the weight `encoder`, and the likeness of the meaning `likeness`. Items that
    were not read get `unread`, what the mean of both would add for them. Items below
    `likeness_threshold` without their likeness would not be stories with it either: their meaning
    is not computed, and the likeness is taken to be `default_likeness`, the mean of such items.
    """

    glance: float
    encoder: float
    encoder_cap: float
    likeness: float
    unread: float
    likeness_threshold: float
    default_likeness: float

    def encoder_gain(self, log_odds: float) -> float:
        """What the encoder's log-odds add for an item that was read."""
        return self.encoder * min(log_odds, self.encoder_cap)


@dataclass(frozen=True, slots=True)
class TopicLine:
    """A linear model of a topic's log-odds: the signs (see `enrich.tagging.kinds`), the meaning, a
    bias."""

    by_sign: Floats
    by_meaning: Floats
    bias: float

    def score(self, signs: Floats, meaning: Floats32) -> float:
        """How sure it is that a story about surveillance has the topic, between 0 and 1."""
        return sigmoid(float(self.by_sign @ signs) + float(self.by_meaning @ meaning) + self.bias)


@dataclass(frozen=True, slots=True)
class TopicWeights:
    """The weights of one topic of a story about surveillance: for English over the whole meaning,
    for other languages over the half that is common."""

    name: str
    english: TopicLine
    foreign: TopicLine


@dataclass(frozen=True, slots=True)
class Model:
    """Everything that training learns, except the encoder and the likenesses in their own files.

    English is scored by `full`, `gate` and `answers`; other languages by `senses_alone` and, with
    the weight `foreign_likeness`, their likeness.
    """

    blocks: tuple[Block, Block]
    full: Weights
    senses_alone: Weights
    gate: Gate
    answers: EncoderWeights
    foreign_likeness: float
    topics: tuple[TopicWeights, ...]
    threshold: float
    sense_scale: float
    senses: tuple[str, ...]

    def dump(self) -> bytes:
        """The model as a file's bytes; equal models give equal bytes."""
        offset = 0
        blocks = []
        for block in self.blocks:
            size = len(block.columns)
            weights = self.full.by_column[offset : offset + size]
            blocks.append(
                {
                    "unknown_idf": block.unknown_idf,
                    "terms": list(block.columns),
                    "idf": block.idf.tolist(),
                    "weights": weights.tolist(),
                }
            )
            offset += size
        data = {
            "version": MODEL_VERSION,
            "threshold": self.threshold,
            "sense_scale": self.sense_scale,
            "senses": list(self.senses),
            "full": _dump_weights(self.full, offset),
            "senses_alone": _dump_weights(self.senses_alone, offset),
            "gate": list(astuple(self.gate)),
            "answers": list(astuple(self.answers)),
            "foreign_likeness": self.foreign_likeness,
            "topics": [
                {
                    "name": topic.name,
                    "english": _dump_line(topic.english),
                    "foreign": _dump_line(topic.foreign),
                }
                for topic in self.topics
            ],
            "blocks": blocks,
        }
        return gzipped(json.dumps(data, ensure_ascii=False, separators=(",", ":")))

    @classmethod
    def parse(cls, content: bytes) -> Model:
        """Read a model file's bytes. Raises `ModelError` if it is of another version."""
        data: Mapping[str, Any] = json.loads(gzip.decompress(content))
        if data["version"] != MODEL_VERSION:
            raise ModelError(f"model version {data['version']}, this code reads {MODEL_VERSION}")
        words: list[float] = []
        blocks = []
        for block in data["blocks"]:
            first = len(words)
            columns = {term: first + place for place, term in enumerate(block["terms"])}
            blocks.append(Block(columns, np.array(block["idf"]), block["unknown_idf"], first))
            words += block["weights"]
        in_words, in_title = blocks
        topics = [
            TopicWeights(
                topic["name"], _parse_line(topic["english"]), _parse_line(topic["foreign"])
            )
            for topic in data["topics"]
        ]
        return cls(
            (in_words, in_title),
            _parse_weights(data["full"], words),
            _parse_weights(data["senses_alone"], [0.0] * len(words)),
            Gate(*data["gate"]),
            EncoderWeights(*data["answers"]),
            data["foreign_likeness"],
            tuple(topics),
            data["threshold"],
            data["sense_scale"],
            tuple(data["senses"]),
        )


def sigmoid(value: float) -> float:
    """Convert log-odds to a probability, without overflow."""
    if value < 0:
        return math.exp(value) / (1 + math.exp(value))
    return 1 / (1 + math.exp(-value))


def _dump_weights(weights: Weights, first_sense: int) -> dict[str, Any]:
    return {
        "bias": weights.bias,
        "slope": weights.slope,
        "intercept": weights.intercept,
        "senses": weights.by_column[first_sense:].tolist(),
    }


def _dump_line(line: TopicLine) -> dict[str, Any]:
    return {
        "by_sign": line.by_sign.tolist(),
        "by_meaning": line.by_meaning.tolist(),
        "bias": line.bias,
    }


def _parse_line(data: Mapping[str, Any]) -> TopicLine:
    return TopicLine(np.array(data["by_sign"]), np.array(data["by_meaning"]), data["bias"])


def _parse_weights(data: Mapping[str, Any], words: Sequence[float]) -> Weights:
    by_column = np.array([*words, *data["senses"]])
    return Weights(by_column, data["bias"], data["slope"], data["intercept"])
