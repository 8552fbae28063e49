"""Assign topics to stories about surveillance, each with evidence.

Runs only on tagged items. What counts for a topic are senses and phrases of topics (the **signs**),
and the story's meaning. A newsroom's own topic applies where one of its phrases is found.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from core.records import Tag, TextField
from enrich.arrays import Floats, Floats32
from enrich.senses import Match, Senses
from enrich.tagging.evidence import (
    Reason,
    evidence,
    finished,
    is_no_reason,
    ranked,
    reason_of,
    sense_reasons,
    strongest,
    telling,
    without_repeats,
)
from enrich.tagging.features import Featuriser, Reading, clean
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

    def __init__(self, featuriser: Featuriser, senses: Senses, own: OwnTopics | None) -> None:
        self._featuriser = featuriser
        self._topics = shipped()
        self._finder = finder_of(self._topics, senses)
        self._own = own

    def signs(self, reading: Reading) -> NDArray[np.float64]:
        """The signs of a story, a column each: senses, then each topic's phrases in the title and
        in the part of the text that was read."""
        return self._signs(reading, self._phrases(reading))

    def _phrases(self, reading: Reading) -> Phrases:
        return {field: self._finder.find(words) for field, words in reading.fields.items()}

    def _signs(self, reading: Reading, phrases: Phrases) -> NDArray[np.float64]:
        senses = self._featuriser.sense_block.row(reading)
        row = np.concatenate([senses, np.zeros(2 * len(self._topics))])
        for place, matches in enumerate(phrases.values()):
            found = {match.sense for match in matches}
            for number, topic in enumerate(self._topics):
                row[len(senses) + 2 * number + place] = topic.name in found
        return row

    def tags(
        self,
        topics: Sequence[TopicWeights],
        reading: Reading,
        meaning: Floats32,
        in_context: Callable[[TopicWeights], Sequence[Reason]],
        otherwise: Sequence[Reason],
        title: str,
        text: str,
        *,
        english: bool,
    ) -> list[Tag]:
        """The topics of a story, the surest first, then the newsroom's own.

        `in_context` gives the reasons for a topic that has no signs, or only words and names;
        `otherwise` are those where it gives none. If the story is not in English, `meaning` is the
        half that is common to languages.
        """
        phrases = self._phrases(reading)
        signs = self._signs(reading, phrases)
        tags = []
        for topic in topics:
            line = topic.english if english else topic.foreign
            score = round(line.score(signs, meaning), 6)
            if score >= TOPIC_THRESHOLD:
                signed = self._reasons(topic.name, line.by_sign, reading, phrases, english=english)
                told = telling(reading, signed) if english else signed
                found = told or in_context(topic) or signed or otherwise
                pieces = strongest(
                    _worth_showing(without_repeats(found, title, text)), [], MAX_EVIDENCE
                )
                shown = evidence(finished(reading, pieces, english=english), title, text)
                tags.append(Tag(topic=topic.name, score=score, evidence=shown))
        return sorted(tags, key=lambda tag: -tag.score) + self._own_tags(
            title, text, english=english
        )

    def _reasons(
        self, name: str, weights: Floats, reading: Reading, phrases: Phrases, *, english: bool
    ) -> list[Reason]:
        """The senses and the topic's phrases that count for it, strongest first."""
        columns = self._featuriser.sense_columns
        senses = dict(zip(columns, weights.tolist(), strict=False))
        reasons = sense_reasons(reading, self._featuriser, senses.__getitem__, english=english)
        number = next(n for n, topic in enumerate(self._topics) if topic.name == name)
        for place, (field, matches) in enumerate(phrases.items()):
            gain = float(weights[len(columns) + 2 * number + place])
            if gain >= MIN_PHRASE_GAIN:
                words = reading.fields[field]
                reasons += [
                    reason_of(f"phrase of {name}", field, words, match, gain, english=english)
                    for match in matches
                    if match.sense == name and not is_no_reason(words, match)
                ]
        return ranked(reasons)

    def _own_tags(self, title: str, text: str, *, english: bool) -> list[Tag]:
        if self._own is None:
            return []
        reading = Reading(Words(clean(title)), Words(clean(text)), [], [])
        found: dict[str, list[Reason]] = {}
        for field, words in reading.fields.items():
            for match in self._own.finder.find(words):
                reason = reason_of("", field, words, match, 0.0, english=english)
                # It adds to no score.
                reason = replace(reason, why="phrase of the newsroom's topic")
                found.setdefault(match.sense, []).append(reason)
        return [
            Tag(
                topic=name,
                score=OWN_SCORE,
                evidence=evidence(
                    finished(reading, strongest(reasons, [], MAX_EVIDENCE), english=english),
                    title,
                    text,
                ),
            )
            for name, reasons in found.items()
        ]


def _worth_showing(reasons: Sequence[Reason]) -> list[Reason]:
    """The reasons, given strongest first, that say much; the first in any case."""
    return [reason for reason in reasons if reason.gain >= MIN_SHOWN_GAIN] or list(reasons[:1])
