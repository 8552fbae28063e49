"""Reasons: candidates for evidence, and the choice between them.

A reason says where something stands that a score rests on, and what it adds to the log-odds. There
are three kinds, strongest first: a phrase of a positive **sense** (`phrase_reasons`); a sentence
read **in context** by the encoder, found by how far the score drops without it (`context`); and a
single **learnt** word (`word_reasons`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from core.records import TextField
from enrich.phrases.excerpts import Bounds, excerpt
from enrich.tagging.features import Reading

Span = tuple[TextField, int, int]
"""A field, and the start and end of a part of it."""

MAX_EVIDENCE = 6
"""Maximum pieces of evidence on a tag: what a reader takes in at a glance."""

ENOUGH_EVIDENCE = 2
"""If senses give fewer pieces than this, context and learnt words make up the number."""

MIN_FURTHER_GAIN = 1.0
"""Log-odds from which evidence says enough, and from which a sentence in context is shown beside
such evidence: many say little about the topic."""


@dataclass(frozen=True, slots=True)
class Reason:
    """A candidate for evidence: a span of a field, why it is one, and what it adds to the
    log-odds (0 if nothing).

    It is shown in its sentence (`enrich.tagging.evidence`). `beside` are other spans of the field,
    without which it would be no reason.
    """

    field: TextField
    start: int
    end: int
    gain: float
    why: str
    beside: tuple[Bounds, ...] = ()


def ranked(reasons: Iterable[Reason]) -> list[Reason]:
    """Reasons, the strongest first; of equal ones that of the title, then the earlier."""
    return sorted(reasons, key=lambda one: (-one.gain, one.field != "title", one.start))


def strongest(
    reading: Reading, candidates: Iterable[Reason], chosen: Sequence[Reason], limit: int
) -> list[Reason]:
    """`chosen` and the first candidates that overlap nothing chosen, `limit` in all; of those that
    say the same in one sentence only the first."""
    kept = list(chosen)
    for reason in candidates:
        if len(kept) >= limit:
            break
        alike = [one for one in kept if one.why == reason.why]
        is_new = is_elsewhere(reading, reason, alike)
        if is_new and is_free(reason.field, (reason.start, reason.end), kept):
            kept.append(reason)
    return kept


def is_elsewhere(reading: Reading, reason: Reason, kept: Sequence[Reason]) -> bool:
    """Whether a reason is shown in another sentence than all of the reasons kept."""
    shown = excerpt(reading.fields[reason.field], reason.start, reason.end)
    return is_free(reason.field, shown, kept)


def is_free(field: TextField, bounds: Bounds, kept: Sequence[Reason]) -> bool:
    """Whether a part of a field overlaps none of the reasons kept."""
    start, end = bounds
    return all(field != one.field or end <= one.start or start >= one.end for one in kept)


def without_repeats(reasons: Sequence[Reason], title: str, text: str) -> list[Reason]:
    """Of reasons found by the same words, such as a name in title and text, only the first; of the
    parts of one phrase, too, since the reason for one names the others."""
    whole = {"title": title, "text": text}
    first: dict[str, Reason] = {}
    for reason in reasons:
        if any(_are_of_one_phrase(reason, other) for other in first.values()):
            continue
        first.setdefault(whole[reason.field][reason.start : reason.end].casefold(), reason)
    return list(first.values())


def _are_of_one_phrase(one: Reason, other: Reason) -> bool:
    """Whether two reasons are parts of a phrase, each beside the other."""
    return one.field == other.field and _is_beside(one, other) and _is_beside(other, one)


def _is_beside(one: Reason, other: Reason) -> bool:
    return any(first < one.end and one.start < last for first, last in other.beside)


def says_enough(chosen: Sequence[Reason]) -> bool:
    """Whether reasons tell what a story is about: not so if they weigh little."""
    return total_gain(chosen) >= MIN_FURTHER_GAIN


def total_gain(reasons: Iterable[Reason]) -> float:
    """What reasons add to the log-odds together."""
    return sum(reason.gain for reason in reasons)
