"""Reasons: candidates for evidence, and the choice between them.

A reason says where something stands that a score rests on, and what it adds to the log-odds. There
are three kinds, strongest first: a phrase of a positive **sense** (`phrase_reasons`); a clause read
**in context** by the encoder, found by how far the score drops without it (`context`); and a single
**learnt** word (`word_reasons`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from core.records import TextField
from enrich.phrases.content import is_content_form, is_name
from enrich.phrases.phrasing import Bounds, within
from enrich.tagging.features import Reading

Span = tuple[TextField, int, int]
"""A field, and the start and end of a part of it."""

MAX_EVIDENCE = 6
"""Maximum pieces of evidence on a tag: what a reader takes in at a glance."""

ENOUGH_EVIDENCE = 2
"""If senses give fewer pieces than this, context and learnt words make up the number."""

MIN_FURTHER_GAIN = 1.0
"""Log-odds below which a clause in context is not shown beside other evidence that says enough:
many clauses below this say little about the topic."""


@dataclass(frozen=True, slots=True)
class Reason:
    """A candidate for evidence: a span of a field, why it is one, and what it adds to the
    log-odds (0 if nothing).

    `core` is the part of it that was found. Where the whole overlaps something stronger, the first
    of `shorter` that does not is shown. `beside` are other spans of the field, too far away to be
    shown with it, without which it would be no reason.
    """

    field: TextField
    start: int
    end: int
    gain: float
    why: str
    beside: tuple[Bounds, ...] = ()
    core: Bounds | None = None
    shorter: tuple[Bounds, ...] = ()


def ranked(reasons: Iterable[Reason]) -> list[Reason]:
    """Reasons, the strongest first; of equal ones that of the title, then the earlier."""
    return sorted(reasons, key=lambda one: (-one.gain, one.field != "title", one.start))


def strongest(candidates: Iterable[Reason], chosen: Sequence[Reason], limit: int) -> list[Reason]:
    """`chosen` and the first candidates that overlap nothing chosen, `limit` in all."""
    kept = list(chosen)
    for reason in candidates:
        if len(kept) >= limit:
            break
        bounds = ((reason.start, reason.end), *reason.shorter)
        free = next((one for one in bounds if is_free(reason.field, one, kept)), None)
        if free:
            kept.append(replace(reason, start=free[0], end=free[1]))
    return kept


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
        start, end = reason.core or (reason.start, reason.end)
        if any(_are_of_one_phrase(reason, other) for other in first.values()):
            continue
        first.setdefault(whole[reason.field][start:end].casefold(), reason)
    return list(first.values())


def _are_of_one_phrase(one: Reason, other: Reason) -> bool:
    """Whether two reasons are parts of a phrase, each beside the other."""
    return one.field == other.field and _is_beside(one, other) and _is_beside(other, one)


def _is_beside(one: Reason, other: Reason) -> bool:
    start, end = one.core or (one.start, one.end)
    return any(first < end and start < last for first, last in other.beside)


def says_enough(reading: Reading, chosen: Sequence[Reason]) -> bool:
    """Whether reasons tell what a story is about: not so if they weigh little, or are only names of
    those who object or watch over it, as in many other stories."""
    if sum(reason.gain for reason in chosen) < MIN_FURTHER_GAIN:
        return False
    return any(not _only_names(reading, one) for one in chosen)


def telling(reading: Reading, reasons: Sequence[Reason]) -> list[Reason]:
    """The reasons that are more than a word or a name, which many other stories have."""
    return [
        one for one in reasons if not _only_names(reading, one) and not _is_one_word(reading, one)
    ]


def _only_names(reading: Reading, reason: Reason) -> bool:
    words = reading.fields[reason.field]
    return is_name(words, *within(words, reason.start, reason.end))


def _is_one_word(reading: Reading, reason: Reason) -> bool:
    """Whether a reason has at most one word that can be a reason for a reader."""
    words = reading.fields[reason.field]
    first, last = within(words, reason.start, reason.end)
    return sum(map(is_content_form, words.forms[first : last + 1])) <= 1
