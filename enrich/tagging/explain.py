"""Explain a verdict: what counts for it, what against it, and which look-alike it resembles."""

from __future__ import annotations

import math
from heapq import nlargest
from typing import NamedTuple

import numpy as np

from core.records import TextField
from enrich.own_words import Item, items
from enrich.tagging.features import LANGUAGES, LEAD, is_read_as_english, place_of, word_terms
from enrich.tagging.look import Look, sense_gains
from enrich.tagging.phrase_reasons import MIN_SENSE_GAIN
from enrich.tagging.tagger import Tagger, Verdict
from enrich.tagging.weights import EncoderWeights
from enrich.words import Words

CANDIDATES = 24
"""How many look-alikes, those with the most similar words, are compared by meaning: reading one
takes ten milliseconds."""

MIN_LIKENESS = 0.3
"""Likeness below which even the nearest look-alike is about something else altogether."""


class Part(NamedTuple):
    """What one part of the tagger adds to the log-odds, where 0 is the threshold."""

    name: str
    log_odds: float


class Against(NamedTuple):
    """A phrase of a look-alike: where it stands, its sense, and what it takes away."""

    field: TextField
    start: int
    end: int
    sense: str
    log_odds: float


class Example(NamedTuple):
    """One of our own look-alikes, what it is instead, and its likeness (cosine of meanings)."""

    title: str
    why: str
    likeness: float


class Explanation(NamedTuple):
    """A verdict with everything it is made of; `parts` is empty for a language that is not
    tagged, and `nearest` is None where no example is near."""

    verdict: Verdict
    parts: tuple[Part, ...] = ()
    against: tuple[Against, ...] = ()
    nearest: Example | None = None


def explain(tagger: Tagger, title: str, text: str) -> Explanation:
    """The verdict on an item, and why."""
    verdict = tagger.tag(title, text)
    if verdict.language not in LANGUAGES:
        return Explanation(verdict)
    english = is_read_as_english(verdict.language)
    look = tagger.look(title, text, english=english)
    nearest = _nearest(tagger, title, text) if english else None
    return Explanation(verdict, _parts(tagger, look), _against(tagger, look), nearest)


def _parts(tagger: Tagger, look: Look) -> tuple[Part, ...]:
    model, weights, features = tagger.model, look.weights, look.features
    senses = features.columns >= tagger.featuriser.sense_block.first_column
    gains = weights.by_column[features.columns] * features.values * weights.slope
    parts = [Part("senses", float(gains[senses].sum()))]
    if look.english:
        parts.append(Part("words", float(gains[~senses].sum())))
        parts.append(Part("overlap of words and encoder", model.answers.glance * look.glance))
        parts += _read_parts(model.answers, look)
    elif look.likeness is not None:
        parts.append(Part("its likeness to stories", model.foreign_likeness * look.likeness))
    if features.correction:
        parts.append(Part("the newsroom's corrections", features.correction))
    if look.passage_gain:
        parts.append(Part("found further down, not in the lead", look.passage_gain))
    start = Part("starting point", weights.slope * weights.bias + weights.intercept)
    # A passage's words and senses count alone where the whole text would score lower.
    rest = look.log_odds - start.log_odds - sum(part.log_odds for part in parts)
    if not math.isclose(rest, 0, abs_tol=1e-6):
        parts.append(Part("the rest of the text, left out", rest))
    return (*parts, start)


def _read_parts(answers: EncoderWeights, look: Look) -> list[Part]:
    """What the encoder and the likeness add for an English item."""
    if look.encoded is None:
        return [Part("the encoder, not needed", answers.unread)]
    encoder = Part("the encoder, in context", answers.encoder_gain(look.encoded.log_odds))
    if look.likeness is None:
        return [
            encoder,
            Part(
                "its likeness to stories, not needed", answers.likeness * answers.default_likeness
            ),
        ]
    return [encoder, Part("its likeness to stories", answers.likeness * look.likeness)]


def _against(tagger: Tagger, look: Look) -> tuple[Against, ...]:
    """The look-alikes that count against an item, the weightiest first."""
    kinds, gain = tagger.featuriser.senses.kind, sense_gains(tagger.featuriser, look.weights)
    found: list[Against] = []
    for field, matches in look.reading.senses.items():
        for match in matches:
            if kinds[match.sense] == "lookalike":
                adds = gain(f"{place_of(field, match)} {match.sense}")
                if adds <= -MIN_SENSE_GAIN:
                    found.append(Against(field, match.start, match.end, match.sense, adds))
    return tuple(sorted(found, key=lambda one: (one.log_odds, one.field != "title", one.start)))


def _nearest(tagger: Tagger, title: str, text: str) -> Example | None:
    """The look-alike among our own examples that is nearest in meaning; None if none is near."""
    wanted = _words(tagger, title, text)

    def common_words(other: Item) -> float:
        weights = _words(tagger, other.title, other.text)
        return sum(value * weights.get(term, 0.0) for term, value in wanted.items())

    examples = (item for item in items("examples", "en") if item.label == "hard_negative")
    alike = nlargest(CANDIDATES, examples, key=common_words)
    meanings = tagger.common_meanings([(title, text), *((one.title, one.text) for one in alike)])
    likeness = meanings[1:] @ meanings[0]
    best = int(np.argmax(likeness))
    if likeness[best] < MIN_LIKENESS:
        return None
    return Example(alike[best].title, alike[best].why, float(likeness[best]))


def _words(tagger: Tagger, title: str, text: str) -> dict[str, float]:
    """An item's words and pairs, weighted by IDF, as a vector of length 1."""
    block = tagger.featuriser.words
    terms = sorted({*word_terms(Words(title)), *word_terms(Words(text[:LEAD]))})
    known = [term for term in terms if term in block.columns]
    weights = np.array([block.idf[block.columns[term] - block.first_column] for term in known])
    length = float(np.linalg.norm(weights)) or 1.0
    return {term: float(weight / length) for term, weight in zip(known, weights, strict=True)}
