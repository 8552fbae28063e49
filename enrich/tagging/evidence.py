"""Evidence: reasons as they are shown, with sensible ends."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from core.records import Evidence, TextField
from enrich.phrases.attributions import only_names, tells
from enrich.phrases.endings import finish, follows, with_others
from enrich.phrases.phrasing import Bounds, within
from enrich.phrases.quotations import in_quotation_marks, quoted
from enrich.tagging.features import Reading
from enrich.tagging.reasons import Reason

_LEANING = re.compile("(?:d|dell|dall|all|nell|sull|qu)['\u2019](?=\\w\\w)")
"""Small words that lean on the one after them, without which it is shown: "d'[Amnesty]"."""


def evidence(
    reading: Reading, reasons: Sequence[Reason], title: str, text: str
) -> tuple[Evidence, ...]:
    """Reasons as records, in reading order, each with sensible ends; those that then meet, or
    follow one another in a sentence, are one piece."""
    fields: dict[TextField, str] = {"title": title, "text": text}
    shown = [_finished(reading, one) for one in reasons]
    in_order = sorted(shown, key=lambda one: (one.field != "title", one.start, one.end))
    pieces: list[list[Reason]] = []
    for reason in in_order:
        piece = [reason]
        while pieces and _goes_on(reading, pieces[-1], piece):
            piece = pieces.pop() + piece
        pieces.append(piece)
    told = [piece for piece in pieces if _tells(reading, piece)]
    return tuple(_record(reading, piece, fields[piece[0].field]) for piece in told or pieces)


def _tells(reading: Reading, piece: Sequence[Reason]) -> bool:
    """Whether a piece is more than who says so, or of whom; in German all nouns look like names."""
    words = reading.fields[piece[0].field]
    first, last = within(words, *_bounds(reading, piece))
    if words.english and only_names(words, first, last + 1):
        return False
    return tells(words, first, last + 1)


def _finished(reading: Reading, reason: Reason) -> Reason:
    """A reason with sensible ends, and with the other parts of its phrase, if these are near."""
    words = reading.fields[reason.field]
    found = with_others(words, (reason.start, reason.end), reason.beside)
    start, end = finish(words, *found)
    return replace(reason, start=start, end=end)


def _bounds(reading: Reading, piece: Sequence[Reason]) -> Bounds:
    """The bounds of reasons that are shown as one piece, whose quotation is whole."""
    words = reading.fields[piece[0].field]
    return quoted(words, min(one.start for one in piece), max(one.end for one in piece))


def _goes_on(reading: Reading, piece: Sequence[Reason], other: Sequence[Reason]) -> bool:
    """Whether a piece begins within what the one before shows, or goes on where that ends."""
    if piece[0].field != other[0].field:
        return False
    before, shown = _bounds(reading, piece), _bounds(reading, other)
    return shown[0] < before[1] or follows(reading.fields[piece[0].field], before, shown)


def _record(reading: Reading, piece: Sequence[Reason], whole: str) -> Evidence:
    """Reasons that are shown as one piece as a record, given the whole of their field."""
    start, end = _bounds(reading, piece)
    leaning = _LEANING.match(whole, start)
    if leaning:
        start = leaning.end()
    # Of reasons that read the same but for what they add, only the strongest is given.
    whys: dict[str, str] = {}
    for one in sorted(piece, key=lambda one: -one.gain):
        details = _details(one, (start, end), whole)
        gain = f" ({one.gain:+.1f})" if one.gain else ""
        whys.setdefault(one.why + details, one.why + gain + details)
    return Evidence(
        field=piece[0].field,
        start=start,
        end=end,
        phrase=whole[start:end],
        why="; ".join(whys.values()),
    )


def _details(reason: Reason, shown: Bounds, whole: str) -> str:
    """By which words a reason was found, if much else is shown with them, and with which other
    parts of its phrase, if these are not shown."""
    others = [
        in_quotation_marks(whole[start:end])
        for start, end in reason.beside
        if not shown[0] <= start < end <= shown[1]
    ]
    found = ""
    if reason.core and _is_small_part(reason.core, shown, whole):
        found = f", by {in_quotation_marks(whole[slice(*reason.core)])}"
    return f"{found}, with {' and '.join(others)}" if others else found


def _is_small_part(core: Bounds, shown: Bounds, whole: str) -> bool:
    """Whether what was found is less than half of the words that are shown."""
    found, all_shown = whole[slice(*core)].split(), whole[slice(*shown)].split()
    return 2 * len(found) < len(all_shown)
