"""Evidence: reasons as they are shown, each in its sentence."""

from __future__ import annotations

from collections.abc import Sequence

from core.records import Evidence, TextField
from enrich.phrases.excerpts import Bounds, excerpt
from enrich.phrases.quotations import in_quotation_marks
from enrich.tagging.features import Reading
from enrich.tagging.reasons import Reason


def evidence(
    reading: Reading, reasons: Sequence[Reason], title: str, text: str
) -> tuple[Evidence, ...]:
    """Reasons as records, in reading order, each in its sentence or a part of it; those that are
    shown in one piece are one record."""
    fields: dict[TextField, str] = {"title": title, "text": text}
    in_order = sorted(reasons, key=lambda one: (one.field != "title", one.start, one.end))
    pieces: list[tuple[Bounds, list[Reason]]] = []
    for reason in in_order:
        bounds, piece = excerpt(reading.fields[reason.field], reason.start, reason.end), [reason]
        while pieces and pieces[-1][1][0].field == reason.field and bounds[0] < pieces[-1][0][1]:
            before, others = pieces.pop()
            bounds, piece = (min(before[0], bounds[0]), max(before[1], bounds[1])), others + piece
        pieces.append((bounds, piece))
    return tuple(_record(bounds, piece, fields[piece[0].field]) for bounds, piece in pieces)


def _record(bounds: Bounds, piece: Sequence[Reason], whole: str) -> Evidence:
    """Reasons that are shown in one piece as a record, given the whole of their field."""
    # Of reasons that read the same but for what they add, only the strongest is given.
    whys: dict[str, str] = {}
    named: set[Bounds] = set()
    for one in sorted(piece, key=lambda one: -one.gain):
        parts = _named(one, bounds, whole)
        # Where nothing is missed alone, the one sentence there is may even be missed by less.
        gain = f" ({one.gain:+.1f})" if round(one.gain, 1) > 0 else ""
        by = ", ".join(in_quotation_marks(whole[start:end]) for start, end in parts)
        by = f", by {by}" if by else ""
        whys.setdefault(one.why + by, one.why + gain + by)
        named.update(parts)
    start, end = bounds
    return Evidence(
        field=piece[0].field,
        start=start,
        end=end,
        phrase=whole[start:end],
        why="; ".join(whys.values()),
        found=tuple(sorted(one for one in named if _is_within(one, bounds))),
    )


def _named(reason: Reason, shown: Bounds, whole: str) -> list[Bounds]:
    """The words by which a reason was found, if these are less than half of those that are shown,
    or not all among them: then the reason names them."""
    parts = sorted(((reason.start, reason.end), *reason.beside))
    found = " ".join(whole[start:end] for start, end in parts)
    are_shown = all(_is_within(one, shown) for one in parts)
    is_most = 2 * len(found.split()) >= len(whole[slice(*shown)].split())
    return [] if are_shown and is_most else parts


def _is_within(part: Bounds, shown: Bounds) -> bool:
    return shown[0] <= part[0] and part[1] <= shown[1]
