"""What training learns of the tagger, as a file: vocabularies, weights, gate and threshold."""

from __future__ import annotations

import gzip
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass
from typing import Any

import numpy as np

from enrich.features import Block, Columns, Floats
from enrich.meanings import Floats32

MODEL_FILE = "tagger.json.gz"
MODEL_VERSION = 7


class ModelError(ValueError):
    """The model file does not fit this code or these senses; train again."""


@dataclass(frozen=True, slots=True)
class Weights:
    """What one linear model learnt.

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
    """When the encoder is asked, and what its answer counts.

    It is asked from `least` log-odds on, of words and senses and, counted `glance`, of its glance.
    Its own log-odds, `most` of them at most, count `slope` in the score's; what it was not asked of
    counts as if it had said `unasked`, the mean of its answers there.
    """

    least: float
    glance: float
    slope: float
    most: float
    unasked: float

    def counted(self, told: float | None) -> float:
        """What the encoder's log-odds count in the score's; None where it was not asked."""
        return self.slope * (self.unasked if told is None else min(told, self.most))


@dataclass(frozen=True, slots=True)
class Likening:
    """When an item's meaning is worked out, and what its likeness to stories counts.

    It is where the encoder was asked and the score's log-odds so far are `least` or more. The
    likeness counts `slope`; what has none counts as if it were `unasked`, the mean there.
    """

    least: float
    slope: float
    unasked: float

    def counted(self, likeness: float | None) -> float:
        """What a likeness counts in the score's log-odds; None where it was not asked for."""
        return self.slope * (self.unasked if likeness is None else likeness)


@dataclass(frozen=True, slots=True)
class TopicLine:
    """What adds to the log-odds of a topic: the signs (see `enrich.kinds`), the meaning, a bias."""

    by_sign: Floats
    by_meaning: Floats
    bias: float

    def score(self, signs: Floats, meaning: Floats32) -> float:
        """How surely a story about surveillance is of the topic, between 0 and 1."""
        return sigmoid(float(self.by_sign @ signs) + float(self.by_meaning @ meaning) + self.bias)


@dataclass(frozen=True, slots=True)
class TopicWeights:
    """What speaks for one topic of a story that is about surveillance, in English by its whole
    meaning, in other languages by the half that is common."""

    name: str
    english: TopicLine
    foreign: TopicLine


@dataclass(frozen=True, slots=True)
class Model:
    """All that training learns but the encoder and the likenesses, whose files lie beside.

    English is scored by `full`, `gate` and `likening`, other languages by `senses_alone` and what
    their likeness counts, `foreign_likeness`.
    """

    blocks: tuple[Block, Block]
    full: Weights
    senses_alone: Weights
    gate: Gate
    likening: Likening
    foreign_likeness: float
    topics: tuple[TopicWeights, ...]
    threshold: float
    sense_scale: float
    senses: tuple[str, ...]

    def dump(self) -> bytes:
        """The model as a file's bytes: the same model gives the same bytes."""
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
            "likening": list(astuple(self.likening)),
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
        text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
        return gzip.compress(text.encode(), compresslevel=9, mtime=0)

    @classmethod
    def parse(cls, content: bytes) -> Model:
        """Read a model file's bytes. Raises `ModelError` where its version is another."""
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
            Likening(*data["likening"]),
            data["foreign_likeness"],
            tuple(topics),
            data["threshold"],
            data["sense_scale"],
            tuple(data["senses"]),
        )


def sigmoid(value: float) -> float:
    """Log-odds as a probability, without overflow."""
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
