"""Sketches: what is kept of an article's text to recognise copies of it."""

from __future__ import annotations

from core.records.base import Record, UtcTime


class Sketched(Record):
    """An article's sketch, packed (`enrich.copies.sketch`), and the article that it is a copy of,
    if any."""

    article: str
    site: str
    first_seen: UtcTime
    duplicate_of: str | None = None
    sketch: bytes
