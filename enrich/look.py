"""Score an item for the root topic with a cascade of readers, cheap ones first.

An English item passes up to four stages. A linear model over words and senses (`enrich.features`)
reads it, and `enrich.encoder` glances at it. If they do not rule it out, `enrich.polyglot` reads it
and its likeness to labelled items (`enrich.likeness`) is computed. If that is near enough to
stories, the encoder reads it; and if the item still scores high enough, its likeness is computed
again, from its whole meaning. Other languages are scored by senses and the polyglot alone.

Each stage reads the title with one passage of the text (`enrich.passages`): the lead and, if an
article's lead is not a story, nut grafs. If a passage is not ruled out, words and senses read the
whole article. An English article without any words that count for the topic is not read.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache, partial
from operator import attrgetter
from typing import NamedTuple

import numpy as np

from enrich.corrections import Corrections
from enrich.encoder import Encoded, Encoder, encoder_input
from enrich.features import Columns, Featuriser, Floats, Reading, read
from enrich.likeness import Likenesses, point_of
from enrich.meanings import common_half
from enrich.passages import (
    MIN_NUT_GRAF_WEIGHT,
    MIN_SKIM_WEIGHT,
    Passage,
    is_whole,
    lead_of,
    nut_grafs,
    nut_grafs_by_marks,
    skim,
)
from enrich.senses import Senses
from enrich.weights import Model, Weights, sigmoid
from enrich.words import Words

NUT_GRAF_PENALTY = 1.5
"""Log-odds taken from a nut graf: of several passages one may sound like a story by chance, and
half a sentence in a report on something else is none."""

FOREIGN_NUT_GRAF_PENALTY = 3.5
"""The same in other languages, whose log-odds have a wider range."""


class Seen(NamedTuple):
    """What words and senses find: the reading, its row of features, and what corrections add."""

    reading: Reading
    columns: Columns
    values: Floats
    moved: float


class Look(NamedTuple):
    """What was found about an item on the way to its score.

    `passage` is the part of the text that was read with the title; `glance` is the encoder's
    estimate from their tokens, 0 in languages other than English. `encoded` is None if an English
    item was ruled out before the encoder read it, `likeness` if it was before its whole meaning was
    computed. `moved` is what corrections add; `late`, 0 or less, is added if the passage is not the
    lead.
    """

    english: bool
    passage: Passage
    reading: Reading
    columns: Columns
    values: Floats
    weights: Weights
    glance: float
    encoded: Encoded | None
    likeness: float | None
    moved: float
    late: float
    log_odds: float

    @property
    def score(self) -> float:
        """How sure it is that the item is a story, between 0 and 1."""
        return round(sigmoid(self.log_odds), 6)


class Looker:
    """Runs the cascade on titles and texts: pure, once the encoder has loaded."""

    def __init__(
        self,
        model: Model,
        senses: Senses,
        featuriser: Featuriser,
        encoder: Encoder,
        likenesses: Likenesses,
        corrections: Corrections | None,
    ) -> None:
        self._model = model
        self._senses = senses
        self._featuriser = featuriser
        self._encoder = encoder
        self._likenesses = likenesses
        self._corrections = corrections

    def look(self, title: str, text: str, *, english: bool, ask: bool) -> Look:
        """Skim a long text, read an item as far as needed, and score it.

        `ask` also runs the encoder on items that would be ruled out before it, and reads nut grafs
        whatever the lead says.
        """
        # Read at most once, however many passages of an article are tried.
        whole = cache(lambda: self._seen_in(title, text, english=english))
        look_at = partial(self._look_at, whole, title, text, english=english, ask=ask)
        lead = lead_of(text)
        of_article = not is_whole(lead, text)
        skimmed = skim(title, text, self._encoder.words) if of_article and english else math.inf
        # A headline is also skimmed alone: the text below may be a menu or a paywall notice.
        silent = (
            skimmed < MIN_SKIM_WEIGHT and skim(title, "", self._encoder.words) < MIN_SKIM_WEIGHT
        )
        if silent and not ask and self._corrections is None:
            return self._ruled_out(lead)
        best = look_at(lead, late=0.0)
        told = best.score >= self._model.threshold and not ask
        if not of_article or skimmed < MIN_NUT_GRAF_WEIGHT or told:
            return best
        if english:
            grafs, costs = nut_grafs(text, self._encoder.words), NUT_GRAF_PENALTY
        else:
            grafs, costs = self._foreign_nut_grafs(best, text), FOREIGN_NUT_GRAF_PENALTY
        looks = [look_at(graf, late=-costs) for graf in grafs]
        return max([best, *looks], key=attrgetter("log_odds"))

    def _ruled_out(self, lead: Passage) -> Look:
        """The look at an article without any word that counts for the topic: as if it were
        empty."""
        weights, nothing = self._model.full, np.zeros(0)
        total = weights.slope * weights.bias + weights.intercept + self._model.answers.unread
        reading = Reading(Words(""), Words(""), [], [])
        row = (reading, nothing.astype(np.int32), nothing)
        return Look(True, lead, *row, weights, 0.0, None, None, 0.0, 0.0, total)

    def _seen_in(self, title: str, text: str, *, english: bool) -> Seen:
        """What words and senses find in a title and a text, or a part of it."""
        reading = read(self._senses, title, text)
        columns, values = self._featuriser.row(reading, words=english)
        moved = self._corrections.log_odds(reading) if self._corrections else 0.0
        return Seen(reading, columns, values, moved)

    def _look_at(
        self,
        whole: Callable[[], Seen],
        title: str,
        text: str,
        passage: Passage,
        *,
        english: bool,
        ask: bool,
        late: float,
    ) -> Look:
        """Score an item with one passage of its text; `whole` reads all of it."""
        model, weights = self._model, self._model.full if english else self._model.senses_alone
        part = text[slice(*passage)]
        beginning = encoder_input(title, part)
        reading, columns, values, moved = self._seen_in(title, part, english=english)
        found = weights.log_odds(columns, values)
        ask = ask or moved > 0
        glance = self._encoder.glance(beginning) if english else 0.0
        hinted = model.gate.glance * glance
        may_be = not english or ask or found + hinted >= model.gate.least
        if may_be and not is_whole(passage, text):
            # Corrections were learnt from whole texts, as far as words are read.
            reading, columns, values, moved = whole()
            # The rest of an article can only add: the passage says what it is about.
            found = max(found, weights.log_odds(columns, values))
        total = weights.slope * found + weights.intercept + moved + late
        total += model.answers.glance * glance
        encoded = likeness = None
        if not english:
            (encoded,) = self._encoder.encode_foreign([beginning])
            likeness = self.likened(encoded, reading, english=False)
            total += model.foreign_likeness * likeness
        elif may_be and (ask or self._is_near(found + hinted, beginning)):
            (encoded,) = self._encoder.encode([beginning])
            total += model.answers.told(encoded.log_odds)
            if ask or total >= model.answers.least:
                likeness = self.likened(encoded, reading, english=True)
            liked = model.answers.unlike if likeness is None else likeness
            total += model.answers.likeness * liked
        else:
            total += model.answers.unread
        seen = (reading, columns, values, weights, glance, encoded, likeness)
        return Look(english, passage, *seen, moved, late, total)

    def _is_near(self, seems: float, beginning: str) -> bool:
        """Whether an English item with these log-odds from words, senses and glance is near enough
        to stories with the polyglot's likeness added."""
        gate = self._model.gate
        (read,) = self._encoder.encode_foreign([beginning])
        in_common = self._likenesses.foreign.told(common_half(read.meaning))
        return seems + gate.in_common * in_common >= gate.least_in_common

    def _foreign_nut_grafs(self, look: Look, text: str) -> list[Passage]:
        """The passages of an article in which senses add most."""
        gain = sense_gains(self._featuriser, self._model, look.weights)
        marks = [(one.start, gain(f"lead {one.sense}")) for one in look.reading.text_senses]
        return nut_grafs_by_marks(text, marks)

    def likened(self, encoded: Encoded, reading: Reading, *, english: bool) -> float:
        """The likeness of an item to stories, from its meaning."""
        if not english:
            return self._likenesses.foreign.told(common_half(encoded.meaning))
        senses = self._featuriser.found.row(reading)
        return self._likenesses.english.told(point_of(encoded.meaning, senses))


def sense_gains(featuriser: Featuriser, model: Model, weights: Weights) -> Callable[[str], float]:
    """What a sense column, such as `title spyware`, adds to the log-odds at its full value."""
    scale = model.sense_scale * weights.slope
    columns = featuriser.sense_columns
    return lambda column: float(weights.by_column[columns[column]]) * scale
