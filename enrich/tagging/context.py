"""Sentences in context as reasons, by occlusion: mask parts of an item, read again what is left.

A sentence is a reason if the log-odds drop enough without it. The caller defines those log-odds:
for the root topic by encoder and likeness, for another topic by its linear model of the meaning.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

from core.records import TextField
from enrich.arrays import Floats32
from enrich.meanings import common_half
from enrich.phrases.excerpts import Bounds, sentences
from enrich.tagging.encoder import LEAD_CHARACTERS, Encoded, Encoder, encoder_input
from enrich.tagging.features import Reading
from enrich.tagging.passages import Passage
from enrich.tagging.reasons import Reason, Span, is_free, ranked, without_repeats

MAX_SENTENCES = 10
"""Maximum sentences that are tried, by the polyglot at least."""

MIN_SENTENCE = 3
"""Minimum words of a sentence that is tried, if there are others: "CNET" behind a headline is one
here, too."""

MAX_JOINT = 4
"""Maximum sentences masked together where none matters alone, as where several say the same."""

SAYS_SO = "by what it says here"
"""Why a sentence is shown in which no phrase was found."""

MIN_CONTEXT_GAIN = 0.3
"""Log-odds below which a sentence in context is not worth showing."""

MAX_FULL_READINGS = 3
"""How many spans of an English item are tried with a full reading, one at a time."""

LogOdds = Callable[[Encoded], float]
"""The log-odds for a topic, given a reading."""

CommonScore = Callable[[Floats32], float]
"""The support for a topic in the half of a meaning that is common to languages, in any unit."""


class Context:
    """One item, read whole and with parts masked; each variant is read once.

    Args:
        encoder: reads the item.
        title: the item's title.
        text: the item's text.
        passage: of the text, read with the title.
        whole: the reading of both.
        english: whether the item is in English.
    """

    def __init__(
        self,
        encoder: Encoder,
        title: str,
        text: str,
        passage: Passage,
        whole: Encoded,
        *,
        english: bool,
    ) -> None:
        self.title, self.text, self.english = title, text, english
        self._encoder = encoder
        self._passage = passage
        self._whole = whole
        self._encoded: dict[tuple[Span, ...], Encoded] = {}
        self._halves: dict[Span, Floats32] = {}

    @property
    def meaning(self) -> Floats32:
        """The meaning of the item; in other languages than English, the half of it that is common
        to languages."""
        return self._whole.meaning if self.english else common_half(self._whole.meaning)

    @property
    def bounds(self) -> dict[TextField, Bounds]:
        """The offsets in title and text within which sentences in context are looked for."""
        start, end = self._passage
        return {
            "title": (0, LEAD_CHARACTERS),
            "text": (start, min(end, start + LEAD_CHARACTERS)),
        }

    def reasons(
        self,
        spans: Sequence[Span],
        log_odds: LogOdds,
        common_score: CommonScore,
        min_gain: float,
        chosen: Sequence[Reason] = (),
    ) -> list[Reason]:
        """The spans whose masking costs at least `min_gain` log-odds, as reasons, strongest first.

        If an English item has more spans than `MAX_FULL_READINGS`, only those are read in full that
        matter most to the half common to languages, found at a quarter of the cost. Spans that
        overlap a `chosen` reason are not read in full: they would not be shown beside it.
        """
        if self.english and len(spans) > MAX_FULL_READINGS:
            by_rank = sorted(spans, key=lambda span: common_score(self._half_without(span)))
            spans = by_rank[:MAX_FULL_READINGS]
        spans = self._showable(spans, chosen)
        unmasked = log_odds(self._whole)
        gains = [unmasked - log_odds(self._without([span])) for span in spans]
        return without_repeats(context_reasons(spans, gains, min_gain), self.title, self.text)

    def joint_reasons(self, spans: Sequence[Span], log_odds: LogOdds) -> list[Reason]:
        """Reasons where spans repeat one another, so that none is missed alone: those that say most
        by themselves, as few as are missed together; each gets an equal share of what is lost
        without them. If none are missed, only the first."""

        def by_itself(span: Span) -> float:
            return log_odds(self._without([other for other in spans if other != span]))

        def gain(together: Sequence[Span]) -> float:
            return unmasked - log_odds(self._without(together))

        unmasked = log_odds(self._whole)
        by_rank = sorted(spans, key=by_itself, reverse=True)[:MAX_JOINT]
        most = [by_rank[: number + 1] for number in range(len(by_rank))]
        together = next((one for one in most if gain(one) >= MIN_CONTEXT_GAIN), by_rank[:1])
        shares = [gain(together) / len(together) for _ in together]
        return context_reasons(together, shares, -math.inf)

    def _without(self, spans: Sequence[Span]) -> Encoded:
        """The reading of the item with spans masked."""
        key = tuple(spans)
        if key not in self._encoded:
            self._encoded[key] = self._encoder.encode(self._masked(spans), english=self.english)
        return self._encoded[key]

    def _half_without(self, span: Span) -> Floats32:
        """The half of the item's meaning that is common to languages, with a span masked."""
        if span not in self._halves:
            self._halves[span] = self._encoder.common_half(self._masked([span]))
        return self._halves[span]

    def _masked(self, spans: Sequence[Span]) -> str:
        """What the encoder reads of the item with spans masked."""
        title, text = masked(self.title, self.text, spans)
        return encoder_input(title, text[slice(*self._passage)])

    def _showable(self, spans: Sequence[Span], chosen: Sequence[Reason]) -> list[Span]:
        """The spans that overlap no chosen reason, and those that one of these repeats: of the
        same words only the strongest is a reason."""
        shown = {self._words_of(one) for one in spans if is_free(one[0], one[1:], chosen)}
        return [one for one in spans if self._words_of(one) in shown]

    def _words_of(self, span: Span) -> str:
        field, start, end = span
        return (self.title if field == "title" else self.text)[start:end].casefold()


def sentence_spans(reading: Reading, within: Mapping[TextField, Bounds]) -> list[Span]:
    """The sentences of title and text that begin within bounds, in reading order, without those of
    a word or two."""
    found: list[Span] = []
    long: list[Span] = []
    for field, words in reading.fields.items():
        for start, end in sentences(words, *within[field]):
            found.append((field, start, end))
            if len(words.between(start, end).split()) >= MIN_SENTENCE:
                long.append((field, start, end))
    return (long or found)[:MAX_SENTENCES]


def context_reasons(spans: Sequence[Span], gains: Sequence[float], min_gain: float) -> list[Reason]:
    """Spans as reasons, by the log-odds lost without them, if at least `min_gain`."""
    return ranked(
        Reason(field, start, end, gain, SAYS_SO)
        for (field, start, end), gain in zip(spans, gains, strict=True)
        if gain >= min_gain
    )


def masked(title: str, text: str, spans: Sequence[Span]) -> tuple[str, str]:
    """Title and text with spans blanked out; all offsets stay the same."""
    fields = {"title": title, "text": text}
    for field, start, end in spans:
        whole = fields[field]
        fields[field] = whole[:start] + " " * (end - start) + whole[end:]
    return fields["title"], fields["text"]
