"""The fields of articles that can be searched, and what each holds."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Kind(StrEnum):
    """What a field holds, and so how it can be searched."""

    TEXT = "text"
    KEYWORD = "keyword"
    NUMBER = "number"
    DATE = "date"
    LABEL = "label"
    """No value of articles, but of the feeds that list them."""


FIELDS: Mapping[str, Kind] = MappingProxyType(
    {
        "title": Kind.TEXT,
        "text": Kind.TEXT,
        "authors": Kind.TEXT,
        "outlet": Kind.KEYWORD,
        "site": Kind.KEYWORD,
        "url": Kind.KEYWORD,
        "id": Kind.KEYWORD,
        "feeds": Kind.KEYWORD,
        "label": Kind.LABEL,
        "language": Kind.KEYWORD,
        "extraction": Kind.KEYWORD,
        "caveat": Kind.KEYWORD,
        "topic": Kind.KEYWORD,
        "mention": Kind.KEYWORD,
        "agency": Kind.KEYWORD,
        "vendor": Kind.KEYWORD,
        "programme": Kind.KEYWORD,
        "technology": Kind.KEYWORD,
        "law": Kind.KEYWORD,
        "court": Kind.KEYWORD,
        "person": Kind.KEYWORD,
        "place": Kind.KEYWORD,
        "country": Kind.KEYWORD,
        "statement": Kind.KEYWORD,
        "story": Kind.KEYWORD,
        "duplicate_of": Kind.KEYWORD,
        "score": Kind.NUMBER,
        "revision": Kind.NUMBER,
        "published": Kind.DATE,
        "first_seen": Kind.DATE,
    }
)
"""Every field that can be searched."""

DEFAULT_FIELDS = ("title", "text")
"""Where a word without a field is looked for."""
