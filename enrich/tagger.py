"""The topic tagger: how surely a title and a text are about surveillance, and what says so.

Two linear models over `enrich.features`: one of words and senses, for English, and one of senses
alone, for every other language, since senses hold phrases of several languages but words are
learnt from English. Training lives in `enrich.train`, the weights and the card in `enrich/model`.
Evidence is what the score is made of: phrases of senses first, then, in English, single words with
a learnt weight, each with its offsets in the title or the text as given.
"""

from __future__ import annotations

import gzip
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from itertools import pairwise
from typing import Any, Literal

import numpy as np

from core.records import SURVEILLANCE, Evidence, Record, Tag
from enrich.features import (
    LEAD,
    Block,
    Columns,
    Featuriser,
    Floats,
    Reading,
    character_terms,
    read,
)
from enrich.senses import Match, Senses
from enrich.words import Token

Field = Literal["title", "text"]

MODEL_FILE = "tagger.json.gz"
MODEL_VERSION = 2

MOST_EVIDENCE = 6
"""Pieces of evidence a tag carries at most: what a reader takes in at a glance."""

ENOUGH_EVIDENCE = 3
"""Where senses give fewer pieces than this, learnt words fill up to it: they say less."""

LEAST_SENSE = 0.1
LEAST_LEARNT = 0.4
"""Log-odds below which a sense, or a learnt word, is no reason worth showing."""

_STOP_WORDS = """
a about above after again against all also am an and any are as at back be because been before
being below between both but by can could did do does doing down during each even ever every few
for from further get gets getting go goes going got had has have having he her here hers him his
how i if in into is it its itself just last let like made make makes making many may me might
more most much must my new no nor not now of off on once one only or other our out over own per
put said same say says see set she should so some still such take than that the their them then
there these they this those though three through to too two under until up upon us use used
using very via want was way we were what when where which while who whom whose why will with
within without won't would year years yet you your don't it's i'm can't
"""
STOP_WORDS = frozenset(_STOP_WORDS.split())
"""Words that carry weight in a sum but are no reason to a reader."""


class ModelError(ValueError):
    """The model file does not fit this code or these senses; train again."""


class Verdict(Record):
    """The root topic's score, and the tags that passed the threshold."""

    score: float
    tags: tuple[Tag, ...] = ()


@dataclass(frozen=True, slots=True)
class Weights:
    """What one linear model learnt.

    `score = sigmoid(slope * (bias + by_column . row) + intercept)`. `by_column` is as wide as the
    featuriser; a model of senses alone has zeros for all words.
    """

    by_column: Floats
    bias: float
    slope: float
    intercept: float

    def log_odds(self, columns: Columns, values: Floats) -> float:
        """The log-odds of a row, before calibration."""
        return self.bias + float(self.by_column[columns] @ values)

    def score(self, columns: Columns, values: Floats) -> float:
        """The calibrated score of a row, between 0 and 1."""
        return _sigmoid(self.slope * self.log_odds(columns, values) + self.intercept)


@dataclass(frozen=True, slots=True)
class Model:
    """All that training learns: vocabularies, the two sets of weights, and the threshold."""

    blocks: tuple[Block, Block, Block]
    full: Weights
    senses_alone: Weights
    threshold: float
    sense_scale: float
    senses: tuple[str, ...]

    def weights(self, reading: Reading) -> Weights:
        """The weights that hold for a reading, by its language."""
        return self.full if reading.english else self.senses_alone

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
        in_words, in_characters, in_title = blocks
        return cls(
            (in_words, in_characters, in_title),
            _parse_weights(data["full"], words),
            _parse_weights(data["senses_alone"], [0.0] * len(words)),
            data["threshold"],
            data["sense_scale"],
            tuple(data["senses"]),
        )


def _dump_weights(weights: Weights, first_sense: int) -> dict[str, Any]:
    return {
        "bias": weights.bias,
        "slope": weights.slope,
        "intercept": weights.intercept,
        "senses": weights.by_column[first_sense:].tolist(),
    }


def _parse_weights(data: Mapping[str, Any], words: list[float]) -> Weights:
    by_column = np.array(words + data["senses"])
    return Weights(by_column, data["bias"], data["slope"], data["intercept"])


@dataclass(frozen=True, slots=True)
class _Reason:
    """A candidate for evidence: a span of a field and what it adds to the log-odds."""

    field: Field
    start: int
    end: int
    gain: float
    why: str


class Tagger:
    """Scores titles and texts. Loading takes a moment; tagging is pure and needs no network."""

    def __init__(self, model: Model, senses: Senses) -> None:
        if model.senses != tuple(sense.name for sense in senses.senses):
            raise ModelError("the model was trained with other senses")
        self.threshold = model.threshold
        self._model = model
        self._senses = senses
        self._featuriser = Featuriser(senses, model.blocks, model.sense_scale)
        if self._featuriser.width != len(model.full.by_column):
            raise ModelError("the model's weights do not fit its vocabularies")

    @classmethod
    def load(cls) -> Tagger:
        """The tagger with the model and the senses that come with the package."""
        content = files("enrich.model").joinpath(MODEL_FILE).read_bytes()
        return cls(Model.parse(content), Senses.load())

    def tag(self, title: str, text: str) -> Verdict:
        """The verdict on an article, or on a feed item's title and summary."""
        reading = read(self._senses, title, text)
        weights = self._model.weights(reading)
        columns, values = self._featuriser.row(reading)
        score = round(weights.score(columns, values), 6)
        if score < self.threshold:
            return Verdict(score=score)
        row = dict(zip(columns.tolist(), values.tolist(), strict=True))
        evidence = self._evidence(reading, row, title, text)
        return Verdict(score=score, tags=(Tag(topic=SURVEILLANCE, score=score, evidence=evidence),))

    def _evidence(
        self, reading: Reading, row: Mapping[int, float], title: str, text: str
    ) -> tuple[Evidence, ...]:
        """The strongest reasons, in reading order."""
        reasons = self._sense_reasons(reading)
        chosen = _strongest(reasons, [], MOST_EVIDENCE)
        if len(chosen) < ENOUGH_EVIDENCE:
            learnt = self._learnt_reasons(reading, row)
            strong = [reason for reason in learnt if reason.gain >= LEAST_LEARNT]
            # Whatever passed the threshold shows at least its best word.
            chosen = _strongest(strong if chosen or strong else learnt[:1], chosen, ENOUGH_EVIDENCE)
        fields = {"title": title, "text": text}
        return tuple(
            Evidence(
                field=reason.field,
                start=reason.start,
                end=reason.end,
                phrase=fields[reason.field][reason.start : reason.end],
                why=reason.why,
            )
            for reason in sorted(chosen, key=lambda r: (r.field != "title", r.start, r.end))
        )

    def _sense_reasons(self, reading: Reading) -> list[_Reason]:
        """The positive senses found, once a sense and place, by what they add."""
        weights = self._model.weights(reading)
        reasons: dict[tuple[str, str], _Reason] = {}
        field: Field
        for field, matches in (("title", reading.title_senses), ("text", reading.text_senses)):
            for match in matches:
                if self._senses.kind[match.sense] != "positive":
                    continue
                place = "title" if field == "title" else "lead" if match.start < LEAD else "rest"
                gain = self._sense_gain(match, place, weights)
                key = (match.sense, field)
                known = reasons.get(key)
                longer = known and match.end - match.start > known.end - known.start
                if gain >= LEAST_SENSE and (known is None or (longer and gain >= known.gain)):
                    why = f"sense: {match.sense} ({gain:+.1f})"
                    reasons[key] = _Reason(field, match.start, match.end, gain, why)
        return sorted(reasons.values(), key=lambda r: (-r.gain, r.field != "title", r.start))

    def _sense_gain(self, match: Match, place: str, weights: Weights) -> float:
        """Log-odds that a sense adds, with its part in "some positive sense is here"."""
        by_column, columns = weights.by_column, self._featuriser.sense_columns
        own = float(by_column[columns[f"{place} {match.sense}"]])
        shared = float(by_column[columns[f"{place} positive senses"]]) / 2
        return (own + shared) * self._model.sense_scale * weights.slope

    def _learnt_reasons(self, reading: Reading, row: Mapping[int, float]) -> list[_Reason]:
        """Content words by the weight that training gave them and their parts, best first."""
        gains = self._word_gains(reading, row)
        best: dict[str, _Reason] = {}
        found: list[tuple[Field, Token]] = [("title", token) for token in reading.title]
        found += [("text", token) for token in reading.text]
        # A text of nothing but short and common words still has to give a reason.
        for field, token in [pair for pair in found if _is_content(pair[1])] or found:
            gain = gains[token.form]
            why = f"weight {gain:+.1f} (learnt)"
            best.setdefault(token.form, _Reason(field, token.start, token.end, gain, why))
        return sorted(best.values(), key=lambda r: (-r.gain, r.field != "title", r.start))

    def _word_gains(self, reading: Reading, row: Mapping[int, float]) -> dict[str, float]:
        """What each word of a reading adds: itself, its characters, half of each pair with it."""
        weights, slope = self._model.full.by_column, self._model.full.slope
        blocks = self._featuriser

        def part(block: Block, term: str) -> float:
            column = block.columns.get(term)
            return 0.0 if column is None else float(weights[column]) * row.get(column, 0.0) * slope

        gains: dict[str, float] = {}
        for token in (*reading.title, *reading.text):
            if token.form not in gains:
                gains[token.form] = (
                    part(blocks.words, token.form)
                    + part(blocks.title, token.form)
                    + sum(part(blocks.characters, term) for term in character_terms(token.form))
                )
        for first, second in {
            (a.form, b.form) for words in (reading.title, reading.text) for a, b in pairwise(words)
        }:
            pair = f"{first} {second}"
            half = (part(blocks.words, pair) + part(blocks.title, pair)) / 2
            gains[first] += half
            gains[second] += half
        return gains


def _is_content(token: Token) -> bool:
    form = token.form
    return form not in STOP_WORDS and len(form) >= 3 and not form.isdigit()


def _strongest(candidates: Sequence[_Reason], chosen: list[_Reason], most: int) -> list[_Reason]:
    """`chosen` and the first candidates that overlap nothing chosen, `most` in all."""
    kept = list(chosen)
    for reason in candidates:
        if len(kept) == most:
            break
        if all(
            reason.field != other.field or reason.end <= other.start or reason.start >= other.end
            for other in kept
        ):
            kept.append(reason)
    return kept


def _sigmoid(value: float) -> float:
    if value < 0:
        return math.exp(value) / (1 + math.exp(value))
    return 1 / (1 + math.exp(-value))
