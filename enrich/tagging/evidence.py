"""Evidence: reasons as they are shown, with sensible ends."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import replace

from core.records import Evidence, TextField
from enrich.phrases.attributions import only_names, tells
from enrich.phrases.endings import finish, follows, with_others
from enrich.phrases.phrasing import Bounds
from enrich.phrases.quotations import quoted
from enrich.tagging.features import Reading
from enrich.tagging.reasons import Reason

_LEANING = re.compile("(?:d|dell|dall|all|nell|sull|qu)['\u2019](?=\\w\\w)")
"""Small words that lean on the one after them, without which it is shown: "d'[Amnesty]"."""


def evidence(
    reading: Reading, reasons: Sequence[Reason], title: str, text: str, *, english: bool
) -> tuple[Evidence, ...]:
    """Reasons as records, in reading order, each with sensible ends; those that then meet, or
    follow one another in a sentence, are one piece."""
    fields: dict[TextField, str] = {"title": title, "text": text}
    shown = [_finished(reading, one, english=english) for one in reasons]
    in_order = sorted(shown, key=lambda one: (one.field != "title", one.start, one.end))
    pieces: list[list[Reason]] = []
    for reason in in_order:
        if pieces and _goes_on(reading, pieces[-1], reason):
            pieces[-1].append(reason)
        else:
            pieces.append([reason])
    told = [piece for piece in pieces if _tells(reading, piece, english=english)]
    return tuple(_record(reading, piece, fields[piece[0].field]) for piece in told or pieces)


def _tells(reading: Reading, piece: Sequence[Reason], *, english: bool) -> bool:
    """Whether a piece is more than who says so, or of whom; in German all nouns look like names."""
    words = reading.fields[piece[0].field]
    first = bisect_left(words.starts, piece[0].start)
    stop = bisect_right(words.ends, max(one.end for one in piece))
    return tells(words, first, stop) and not (english and only_names(words, first, stop))


def _finished(reading: Reading, reason: Reason, *, english: bool) -> Reason:
    """A reason with sensible ends, and with the other parts of its phrase, if these are near."""
    words = reading.fields[reason.field]
    found = with_others(words, (reason.start, reason.end), reason.beside)
    start, end = finish(words, *found, english=english)
    return replace(reason, start=start, end=end)


def _goes_on(reading: Reading, piece: Sequence[Reason], reason: Reason) -> bool:
    """Whether a reason begins within what a piece shows, or goes on where it ends."""
    if piece[0].field != reason.field:
        return False
    start, end = piece[0].start, max(one.end for one in piece)
    shown = reason.start, reason.end
    return reason.start < end or follows(reading.fields[reason.field], (start, end), shown)


def _record(reading: Reading, piece: Sequence[Reason], whole: str) -> Evidence:
    """Reasons that are shown as one piece as a record, given the whole of their field."""
    words = reading.fields[piece[0].field]
    start, end = quoted(words, piece[0].start, max(one.end for one in piece))
    leaning = _LEANING.match(whole, start)
    if leaning:
        start = leaning.end()
    strongest_first = sorted(piece, key=lambda one: -one.gain)
    return Evidence(
        field=piece[0].field,
        start=start,
        end=end,
        phrase=whole[start:end],
        why="; ".join(dict.fromkeys(_why(one, (start, end), whole) for one in strongest_first)),
    )


def _why(reason: Reason, shown: Bounds, whole: str) -> str:
    """Why a reason is one, with the other parts of its phrase that are not shown with it."""
    others = [
        f'"{whole[start:end]}"'
        for start, end in reason.beside
        if not shown[0] <= start < end <= shown[1]
    ]
    return f"{reason.why}, with {' and '.join(others)}" if others else reason.why
