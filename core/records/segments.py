"""Segments: archive files on their way from stage to stage."""

from __future__ import annotations

from typing import Literal

from core.records.base import Record

SegmentKind = Literal["pages", "articles"]


class Segment(Record):
    """One archive file of a few hundred pages or articles. `position` is its place in the recorded
    order of the linked ones."""

    id: str
    kind: SegmentKind
    path: str
    items: int
    position: int | None = None
