"""Evidence: reasons as they are shown, with sensible ends."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from dataclasses import replace

from core.records import Evidence, TextField
from enrich.phrases.endings import finish, finish_english
from enrich.tagging.features import Reading
from enrich.tagging.reasons import Reason

_LEANING = re.compile("(?:d|dell|dall|all|nell|sull|qu)['\u2019](?=\\w\\w)")
"""Small words that lean on the one after them, without which it is shown: "d'[Amnesty]"."""


def evidence(
    reading: Reading, reasons: Sequence[Reason], title: str, text: str, *, english: bool
) -> tuple[Evidence, ...]:
    """Reasons as records, in reading order, each with sensible ends; none overlaps another."""
    fields: dict[TextField, str] = {"title": title, "text": text}
    shown = _finished(reading, reasons, english=english)
    in_order = sorted(shown, key=lambda one: (one.field != "title", one.start, one.end))
    return tuple(_record(one, fields[one.field]) for one in in_order)


def _finished(reading: Reading, reasons: Sequence[Reason], *, english: bool) -> list[Reason]:
    """Reasons with sensible ends. Each grows only into what the others leave."""
    done: list[Reason] = []
    for reason in sorted(reasons, key=lambda one: one.start):
        words = reading.fields[reason.field]
        beside = [one for one in (*reasons, *done) if one.field == reason.field]
        room = (
            max((one.end for one in beside if one.start < reason.start), default=0),
            min((one.start for one in beside if one.start > reason.start), default=sys.maxsize),
        )
        if english:
            start, end = finish_english(words, reason.start, reason.end, room)
        else:
            start, end = finish(words, reason.start, reason.end, room, is_cut=reason.is_cut)
        done.append(replace(reason, start=start, end=end))
    return done


def _record(reason: Reason, whole: str) -> Evidence:
    """A reason as a record, given the whole of its field."""
    leaning = _LEANING.match(whole, reason.start)
    start = leaning.end() if leaning else reason.start
    return Evidence(
        field=reason.field,
        start=start,
        end=reason.end,
        phrase=whole[start : reason.end],
        why=_why(reason, whole),
    )


def _why(reason: Reason, whole: str) -> str:
    """Why a reason is one, with the other parts of its phrase that are not shown with it."""
    others = [
        f'"{whole[start:end]}"'
        for start, end in reason.beside
        if not reason.start <= start < end <= reason.end
    ]
    return f"{reason.why}, with {' and '.join(others)}" if others else reason.why
