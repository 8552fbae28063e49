"""What an item says in context: parts of it are masked, and what is left is read anew.

A clause is a reason if much less is said without it. What is said is for whoever asks to tell: of
the root topic by encoder and likeness, of another topic by its line over the meaning.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from core.records import TextField
from enrich.encoder import LEAD_CHARACTERS, Encoded, Encoder, encoder_input
from enrich.evidence import MOST_EVIDENCE, Reason, Span, context_reasons, masked, said_once
from enrich.meanings import Floats32, common_half
from enrich.passages import Passage
from enrich.phrasing import Bounds

MOST_READ = 3
"""Parts of an English item that are read out whole to see what is lost without each."""

Told = Callable[[Encoded], float]
"""What a reading says for a topic: log-odds."""

InCommon = Callable[[Floats32], float]
"""What the half of a meaning that is common to languages says for it, in whatever unit."""


class Context:
    """One item, whole and without parts of it, each of which is read once.

    Args:
        encoder: reads it.
        title: of the item.
        text: of the item.
        passage: of the text that is read with the title.
        whole: what was made of both.
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
        self._encoder = encoder
        self._title, self._text, self._passage = title, text, passage
        self._whole = whole
        self._english = english
        self._read: dict[tuple[Span, ...], Encoded] = {}
        self._halves: dict[Span, Floats32] = {}

    @property
    def bounds(self) -> dict[TextField, Bounds]:
        """Of title and text the offsets between which what is said in context is read."""
        start, end = self._passage
        return {
            "title": (0, LEAD_CHARACTERS),
            "text": (start, min(end, start + LEAD_CHARACTERS)),
        }

    def missed(
        self,
        spans: Sequence[Span],
        told: Told,
        in_common: InCommon,
        least: float,
        most_read: int = MOST_READ,
    ) -> list[Reason]:
        """Of some spans those without which so much less is told at least, as reasons, the
        strongest first.

        Of many in English only those are read out that are missed most in common, which takes a
        quarter of a whole reading to see.
        """
        if self._english and len(spans) > most_read:
            spans = self._missed_in_common(spans, in_common)[:most_read]
        of_all = told(self._whole)
        lost = [of_all - told(self._without([span])) for span in spans]
        return said_once(context_reasons(spans, lost, least), self._title, self._text)

    def missed_together(self, spans: Sequence[Span], told: Told) -> list[Reason]:
        """The first of some spans that say the same, so that none alone is missed: each with its
        part of what is lost without all of them."""
        spans = spans[:MOST_EVIDENCE]
        lost = told(self._whole) - told(self._without(spans))
        return context_reasons(spans, [lost / len(spans)] * len(spans), -math.inf)

    def _without(self, spans: Sequence[Span]) -> Encoded:
        known = self._read.get(tuple(spans))
        if known is None:
            encode = self._encoder.encode if self._english else self._encoder.encode_foreign
            (known,) = encode([self._input_without(spans)])
            self._read[tuple(spans)] = known
        return known

    def _missed_in_common(self, spans: Sequence[Span], in_common: InCommon) -> list[Span]:
        left = [in_common(self._half_without(span)) for span in spans]
        least = sorted(range(len(spans)), key=left.__getitem__)
        return [spans[place] for place in least]

    def _half_without(self, span: Span) -> Floats32:
        known = self._halves.get(span)
        if known is None:
            (read,) = self._encoder.encode_foreign([self._input_without([span])])
            known = self._halves[span] = common_half(read.meaning)
        return known

    def _input_without(self, spans: Sequence[Span]) -> str:
        title, text = masked(self._title, self._text, spans)
        return encoder_input(title, text[slice(*self._passage)])
