"""What is kept of a text to know its copies by."""

from __future__ import annotations

from core.records.base import Record, UtcTime


class Sketched(Record):
    """An article's sketch, packed (`enrich.sketch`), and the article that it is a copy of."""

    article: str
    site: str
    first_seen: UtcTime
    duplicate_of: str | None = None
    sketch: bytes
