"""Where an article matches a search: the words found and some text around them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from core.records import Evidence, TextField
from desk.marks import Mark, MarkKind, Piece, pieces

AROUND = 90
"""Characters shown on either side of a match. Words are not cut, unless half of these characters
have no space among them, as in scripts without spaces."""

MAX_PLACES = 2
"""Most places of a text that are shown."""


def snippets(
    text: str, matched: Iterable[Evidence], evidence: Iterable[Evidence]
) -> list[list[Piece]]:
    """The places of a text that match a search, in order, each in pieces, with the evidence in
    them marked, too.

    Places close together are joined. Evidence of which a part is shown is shown whole.
    """
    marks, reasons = marked(matched, "text", "hit"), marked(evidence, "text", "evidence")
    shown: list[tuple[int, int]] = []
    for mark in sorted(marks):
        start, end = _start(text, mark.start), _end(text, mark.end)
        begun = [one for one in reasons if one.start < end and start < one.end]
        start = min([start, *(one.start for one in begun)])
        end = max([end, *(one.end for one in begun)])
        if shown and start <= shown[-1][1]:
            shown[-1] = shown[-1][0], max(end, shown[-1][1])
        else:
            shown.append((start, end))
    marks += reasons
    return [pieces(text[start:end], marks, start) for start, end in shown[:MAX_PLACES]]


def unseen(evidence: Iterable[Evidence], shown: Iterable[Sequence[Piece]]) -> list[Evidence]:
    """The pieces of evidence that none of the places shown has in full."""
    texts = ["".join(piece.text for piece in place) for place in shown]
    return [one for one in evidence if not any(one.phrase in text for text in texts)]


def marked(found: Iterable[Evidence], field: TextField, kind: MarkKind) -> list[Mark]:
    """The marks on what was found in a title or a text."""
    return [Mark(one.start, one.end, kind, one.why) for one in found if one.field == field]


def _start(text: str, place: int) -> int:
    """Where the words shown before a place begin, within its paragraph."""
    line = text.rfind("\n", 0, place) + 1
    if place - line <= AROUND:
        return line
    space = text.find(" ", place - AROUND, place - AROUND // 2)
    return place - AROUND if space < 0 else space + 1


def _end(text: str, place: int) -> int:
    """Where the words shown after a place end, within its paragraph."""
    line = text.find("\n", place)
    line = len(text) if line < 0 else line
    if line - place <= AROUND:
        return line
    space = text.rfind(" ", place + AROUND // 2, place + AROUND)
    return place + AROUND if space < 0 else space
