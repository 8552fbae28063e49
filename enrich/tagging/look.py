"""Score an item for the root topic with a cascade of readers, cheap ones first.

An English item passes up to four stages. A linear model over words and senses
(`enrich.tagging.features`) reads it, and `enrich.tagging.encoder` glances at it. If they do not
rule it out, `enrich.tagging.polyglot` reads it and its likeness to labelled items
(`enrich.tagging.likeness`) is computed. If that is near enough to stories, the encoder reads it;
and if the item still scores high enough, its likeness is computed again, from its whole meaning.
Other languages are scored by senses and the polyglot alone.

Each stage reads the title with one passage of the text (`enrich.tagging.passages`): the lead and,
if an article's lead is not a story, nut grafs. If a passage is not ruled out, words and senses read
the whole article. An English article without any words that count for the topic is not read.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache, cached_property, partial
from operator import attrgetter
from typing import NamedTuple

from enrich.arrays import Floats, Floats32
from enrich.meanings import common_half
from enrich.tagging.corrections import Corrections
from enrich.tagging.encoder import Encoded, Encoder, encoder_input
from enrich.tagging.features import Columns, Featuriser, Reading, read
from enrich.tagging.likeness import Likenesses, point_of
from enrich.tagging.passages import (
    MIN_NUT_GRAF_WEIGHT,
    MIN_SKIM_WEIGHT,
    Passage,
    is_whole,
    lead_of,
    nut_grafs,
    nut_grafs_by_marks,
    skim,
)
from enrich.tagging.weights import Model, Weights, sigmoid

NUT_GRAF_PENALTY = 1.5
"""Log-odds taken from a nut graf: of several passages one may sound like a story by chance, and
half a sentence in a report on something else is none."""

FOREIGN_NUT_GRAF_PENALTY = 3.5
"""The same in other languages, whose log-odds have a wider range."""


class Features(NamedTuple):
    """What words and senses find: the reading, its row of features, and what corrections add."""

    reading: Reading
    columns: Columns
    values: Floats
    correction: float


class Look(NamedTuple):
    """What was found about an item on the way to its score.

    `passage` is the part of the text that was read with the title; `features` are found in it, or
    in the whole text if it was not ruled out. `glance` is the encoder's estimate from the tokens of
    title and passage, 0 in languages other than English. `encoded` is None if an English item was
    ruled out before the encoder read it, `likeness` if it was before its whole meaning was
    computed. `passage_gain`, 0 or less, is added if the passage is not the lead.
    """

    passage: Passage
    features: Features
    weights: Weights
    glance: float
    encoded: Encoded | None
    likeness: float | None
    passage_gain: float
    log_odds: float

    @property
    def reading(self) -> Reading:
        """The words that were read, and the senses found among them."""
        return self.features.reading

    @property
    def english(self) -> bool:
        """Whether the item was read as English."""
        return self.reading.english

    @property
    def score(self) -> float:
        """How sure it is that the item is a story, between 0 and 1."""
        return round(sigmoid(self.log_odds), 6)


class Cascade:
    """Runs the cascade on titles and texts: pure, once the encoder has loaded."""

    def __init__(
        self,
        model: Model,
        featuriser: Featuriser,
        encoder: Encoder,
        likenesses: Likenesses,
        corrections: Corrections | None,
    ) -> None:
        self._model = model
        self._featuriser = featuriser
        self._encoder = encoder
        self._likenesses = likenesses
        self._corrections = corrections

    def run(self, title: str, text: str, *, english: bool, exhaustive: bool) -> Look:
        """Skim a long text, read an item as far as needed, and score it.

        `exhaustive` also runs the encoder on items that would be ruled out before it, and reads nut
        grafs whatever the lead says.
        """
        # Read at most once, however many passages of an article are tried.
        whole = cache(lambda: self._features_of(title, text, english=english))
        score_passage = partial(
            self._score_passage, whole, title, text, english=english, exhaustive=exhaustive
        )
        lead = lead_of(text)
        is_article = not is_whole(lead, text)
        skim_weight = (
            skim(title, text, self._encoder.word_weights) if is_article and english else math.inf
        )
        # A headline is also skimmed alone: the text below may be a menu or a paywall notice.
        is_off_topic = (
            skim_weight < MIN_SKIM_WEIGHT
            and skim(title, "", self._encoder.word_weights) < MIN_SKIM_WEIGHT
        )
        if is_off_topic and not exhaustive and self._corrections is None:
            return self._empty
        best = score_passage(lead, passage_gain=0.0)
        is_story = best.score >= self._model.threshold and not exhaustive
        if not is_article or skim_weight < MIN_NUT_GRAF_WEIGHT or is_story:
            return best
        if english:
            grafs, penalty = nut_grafs(text, self._encoder.word_weights), NUT_GRAF_PENALTY
        else:
            grafs, penalty = self._foreign_nut_grafs(best, text), FOREIGN_NUT_GRAF_PENALTY
        looks = [score_passage(graf, passage_gain=-penalty) for graf in grafs]
        return max([best, *looks], key=attrgetter("log_odds"))

    @cached_property
    def _empty(self) -> Look:
        """The look at an empty item, and at an article without any word that counts for the
        topic."""
        return self.run("", "", english=True, exhaustive=False)

    def _features_of(self, title: str, text: str, *, english: bool) -> Features:
        """What words and senses find in a title and a text, or a part of it."""
        reading = read(self._featuriser.senses, title, text, english=english)
        columns, values = self._featuriser.row(reading)
        correction = self._corrections.log_odds(reading) if self._corrections else 0.0
        return Features(reading, columns, values, correction)

    def _score_passage(
        self,
        whole: Callable[[], Features],
        title: str,
        text: str,
        passage: Passage,
        *,
        english: bool,
        exhaustive: bool,
        passage_gain: float,
    ) -> Look:
        """Score an item with one passage of its text; `whole` reads all of it."""
        model, weights = self._model, self._model.full if english else self._model.senses_alone
        part = text[slice(*passage)]
        beginning = encoder_input(title, part)
        features = self._features_of(title, part, english=english)
        log_odds = weights.log_odds(features.columns, features.values)
        exhaustive = exhaustive or features.correction > 0
        glance = self._encoder.glance(beginning) if english else 0.0
        glance_gain = model.gate.glance_weight * glance
        passes_gate = (
            not english or exhaustive or log_odds + glance_gain >= model.gate.polyglot_threshold
        )
        if passes_gate and not is_whole(passage, text):
            # Corrections were learnt from whole texts, as far as words are read.
            features = whole()
            # The rest of an article can only add: the passage says what it is about.
            log_odds = max(log_odds, weights.log_odds(features.columns, features.values))
        total = weights.slope * log_odds + weights.intercept + features.correction + passage_gain
        total += model.answers.glance * glance
        encoded = likeness = None
        if not english:
            encoded = self._encoder.encode(beginning, english=False)
            likeness = self.likeness_of(encoded, features.reading)
            total += model.foreign_likeness * likeness
        elif passes_gate and (
            exhaustive or self._passes_encoder_gate(log_odds + glance_gain, beginning)
        ):
            encoded = self._encoder.encode(beginning, english=True)
            total += model.answers.encoder_gain(encoded.log_odds)
            if exhaustive or total >= model.answers.likeness_threshold:
                likeness = self.likeness_of(encoded, features.reading)
            used_likeness = model.answers.default_likeness if likeness is None else likeness
            total += model.answers.likeness * used_likeness
        else:
            total += model.answers.unread
        return Look(
            passage, features, weights, glance, encoded, likeness, passage_gain, log_odds=total
        )

    def _passes_encoder_gate(self, log_odds: float, beginning: str) -> bool:
        """Whether an English item with these log-odds from words, senses and glance is near enough
        to stories with the polyglot's likeness added."""
        gate = self._model.gate
        likeness = self.common_likeness(self._encoder.common_half(beginning))
        return log_odds + gate.likeness_weight * likeness >= gate.encoder_threshold

    def _foreign_nut_grafs(self, look: Look, text: str) -> list[Passage]:
        """The passages of an article in which senses add most."""
        gain = sense_gains(self._featuriser, look.weights)
        marks = [(one.start, gain(f"lead {one.sense}")) for one in look.reading.text_senses]
        return nut_grafs_by_marks(text, marks)

    def context_log_odds(self, look: Look, encoded: Encoded) -> float:
        """What encoder and likeness add to the log-odds of an item when parts of it are masked,
        uncapped and with all senses that were found in the item."""
        likeness = self.likeness_of(encoded, look.reading)
        if not look.english:
            return self._model.foreign_likeness * likeness
        answers = self._model.answers
        return answers.encoder * encoded.log_odds + answers.likeness * likeness

    def common_likeness(self, half: Floats32) -> float:
        """The likeness of an item to stories, from the half of its meaning that is common to
        languages."""
        return self._likenesses.foreign.score(half)

    def likeness_of(self, encoded: Encoded, reading: Reading) -> float:
        """The likeness of an item to stories, from its meaning."""
        if not reading.english:
            return self.common_likeness(common_half(encoded.meaning))
        senses = self._featuriser.sense_block.row(reading)
        return self._likenesses.english.score(point_of(encoded.meaning, senses))


def sense_gains(featuriser: Featuriser, weights: Weights) -> Callable[[str], float]:
    """What a sense column, such as `title spyware`, adds to the log-odds at its full value."""
    scale = featuriser.sense_scale * weights.slope
    columns = featuriser.sense_columns
    return lambda column: float(weights.by_column[columns[column]]) * scale
