"""Assign topics to stories about surveillance, each with evidence.

Runs only on tagged items. What counts for a topic are senses and phrases of topics (the **signs**),
and the story's meaning. A newsroom's own topic applies where one of its phrases is found.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from core.records import Evidence, Tag, TextField
from enrich.arrays import Floats, Floats32
from enrich.meanings import common_half
from enrich.senses import Match
from enrich.tagging.context import MIN_CONTEXT_GAIN, Context, sentence_spans
from enrich.tagging.encoder import Encoded
from enrich.tagging.evidence import evidence
from enrich.tagging.features import Featuriser, Reading, clean
from enrich.tagging.phrase_reasons import is_no_reason, reason_of, sense_reasons
from enrich.tagging.reasons import (
    Reason,
    ranked,
    strongest,
    without_repeats,
)
from enrich.tagging.taxonomy import OwnTopics, finder_of, shipped
from enrich.tagging.weights import TopicWeights
from enrich.words import Words

TOPIC_THRESHOLD = 0.5
"""A story has a topic from this score on."""

OWN_SCORE = 1.0
"""The score of a newsroom's own topic: its phrase is there, or it is not."""

MAX_EVIDENCE = 3
"""Maximum pieces of evidence per topic; the root topic shows the others."""

MIN_PHRASE_GAIN = 0.1
"""Log-odds below which a topic's phrase is not worth showing."""

MIN_SHOWN_GAIN = 0.5
"""Log-odds below which evidence for a topic is not shown beside stronger evidence: most of it is a
sense of another topic that happens to go with this one."""

Phrases = Mapping[TextField, Sequence[Match]]
"""The phrases of topics found in the title and in the text, in this order."""


class Kinds:
    """Assigns topics to stories. Pure once made."""

    def __init__(
        self, featuriser: Featuriser, weights: Sequence[TopicWeights], own: OwnTopics | None
    ) -> None:
        self._featuriser = featuriser
        self._weights = weights
        self._topics = shipped()
        self._finder = finder_of(self._topics, featuriser.senses)
        self._own = own

    def signs(self, reading: Reading) -> Floats:
        """The signs of a story, a column each: senses, then each topic's phrases in the title and
        in the part of the text that was read."""
        return self._signs(reading, self._phrases(reading))

    def _phrases(self, reading: Reading) -> Phrases:
        return {field: self._finder.find(words) for field, words in reading.fields.items()}

    def _signs(self, reading: Reading, phrases: Phrases) -> Floats:
        senses = self._featuriser.sense_block.row(reading)
        row = np.concatenate([senses, np.zeros(2 * len(self._topics))])
        for place, matches in enumerate(phrases.values()):
            found = {match.sense for match in matches}
            for number, topic in enumerate(self._topics):
                row[len(senses) + 2 * number + place] = topic.name in found
        return row

    def tags(self, reading: Reading, context: Context, otherwise: Sequence[Reason]) -> list[Tag]:
        """The topics of a story, the surest first, then the newsroom's own.

        A topic that has no signs, or weak ones, is explained by its sentences in `context` that say
        more; if they say nothing either, by the reasons `otherwise`.
        """
        phrases = self._phrases(reading)
        signs = self._signs(reading, phrases)
        tags = []
        for topic in self._weights:
            line = topic.english if context.english else topic.foreign
            score = round(line.score(signs, context.meaning), 6)
            if score >= TOPIC_THRESHOLD:
                signed = self._reasons(topic.name, line.by_sign, reading, phrases)
                if not signed or signed[0].gain < MIN_SHOWN_GAIN:
                    signed = _stronger(_in_context(topic, reading, context), signed)
                found = signed or otherwise
                worth = _worth_showing(without_repeats(found, context.title, context.text))
                pieces = strongest(reading, worth, [], MAX_EVIDENCE)
                shown = _evidence(reading, pieces, context)
                tags.append(Tag(topic=topic.name, score=score, evidence=shown))
        return sorted(tags, key=lambda tag: -tag.score) + self._own_tags(context)

    def _reasons(
        self, name: str, weights: Floats, reading: Reading, phrases: Phrases
    ) -> list[Reason]:
        """The senses and the topic's phrases that count for it, strongest first."""
        columns = self._featuriser.sense_columns
        senses = dict(zip(columns, weights.tolist(), strict=False))
        reasons = sense_reasons(reading, self._featuriser, senses.__getitem__)
        number = next(n for n, topic in enumerate(self._topics) if topic.name == name)
        for place, (field, matches) in enumerate(phrases.items()):
            gain = float(weights[len(columns) + 2 * number + place])
            if gain >= MIN_PHRASE_GAIN:
                words = reading.fields[field]
                reasons += [
                    reason_of(field, match, gain, f"phrase of {name}")
                    for match in matches
                    if match.sense == name and not is_no_reason(words, match)
                ]
        return ranked(reasons)

    def _own_tags(self, context: Context) -> list[Tag]:
        if self._own is None:
            return []
        title, text = Words(clean(context.title)), Words(clean(context.text))
        reading = Reading(title, text, [], [])
        found: dict[str, list[tuple[TextField, Match]]] = {}
        for field, words in reading.fields.items():
            for match in self._own.finder.find(words):
                found.setdefault(match.sense, []).append((field, match))
        return [_own_tag(name, reading, matches, context) for name, matches in found.items()]


def _own_tag(
    name: str, reading: Reading, matches: Sequence[tuple[TextField, Match]], context: Context
) -> Tag:
    """The tag of a newsroom's own topic whose phrases were found. They add to no score."""
    # One at a time: a long text may have thousands, and few are shown.
    reasons = (
        reason_of(field, match, 0.0, "phrase of the newsroom's topic") for field, match in matches
    )
    pieces = strongest(reading, reasons, [], MAX_EVIDENCE)
    return Tag(topic=name, score=OWN_SCORE, evidence=_evidence(reading, pieces, context))


def _in_context(topic: TopicWeights, reading: Reading, context: Context) -> list[Reason]:
    """The sentences without which the meaning counts less for a topic. Only the strongest: a second
    one is mostly about something else."""

    def log_odds(encoded: Encoded) -> float:
        if context.english:
            return float(topic.english.by_meaning @ encoded.meaning)
        return common_log_odds(common_half(encoded.meaning))

    def common_log_odds(half: Floats32) -> float:
        return float(topic.foreign.by_meaning @ half)

    spans = sentence_spans(reading, context.bounds)
    found = context.reasons(spans, log_odds, common_log_odds, MIN_CONTEXT_GAIN)
    return found[:1]


def _stronger(sentences: list[Reason], signs: list[Reason]) -> list[Reason]:
    """Of two lists of reasons the one whose first counts for more; the second if they are alike."""
    return max(signs, sentences, key=lambda reasons: reasons[0].gain if reasons else 0.0)


def _evidence(
    reading: Reading, reasons: Sequence[Reason], context: Context
) -> tuple[Evidence, ...]:
    return evidence(reading, reasons, context.title, context.text)


def _worth_showing(reasons: Sequence[Reason]) -> list[Reason]:
    """The reasons, given strongest first, that say much; the first in any case."""
    return [reason for reason in reasons if reason.gain >= MIN_SHOWN_GAIN] or list(reasons[:1])
