"""Caches parsed queries in a file: a thousand of them parse in a fifth of a second, and load from
here in a hundredth.

The file holds the condition trees that `core.query.parse` made, as JSON, below a hash of these and
of the code that made them. A file that other code wrote, or that is damaged, is ignored.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import datetime, timedelta
from functools import cache
from importlib import metadata, resources
from pathlib import Path
from typing import Any, get_args

from core.conditions import Ago, Condition
from core.files import atomic_write
from core.query import Query, parse

_MAKERS: Mapping[str, Callable[..., Any]] = {
    "datetime": datetime.fromisoformat,
    "timedelta": timedelta,
    **{kind.__name__: kind for kind in (Ago, *get_args(Condition))},
}
"""What makes an object of its parts as they are packed, by the name of its class."""


class ParsedQueries:
    """A file of parsed queries; `parse` looks there first. A missing file counts as empty."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._cached: dict[str, Condition] = {}
        self._used: dict[str, Condition] = {}
        with contextlib.suppress(OSError):
            seal, _, packed = path.read_bytes().partition(b"\n")
            if seal == _seal(packed):
                self._cached = unpack(packed)

    def parse(self, text: str) -> Query:
        """As `core.query.parse`."""
        cached = self._cached.get(text)
        query = parse(text) if cached is None else Query(text, cached)
        self._used[text] = query.condition
        return query

    def save(self) -> None:
        """Keep the queries that were asked for, and no others. If the folder cannot be written, the
        next load takes longer, and nothing else is lost."""
        if self._used == self._cached:
            return
        packed = pack(self._used)
        with contextlib.suppress(OSError), atomic_write(self._path) as file:
            file.write(_seal(packed) + b"\n" + packed)


def _seal(packed: bytes) -> bytes:
    """What stands above packed conditions if this code wrote them."""
    return hashlib.sha256(_code() + packed).hexdigest().encode()


@cache
def _code() -> bytes:
    """A hash of all that can decide what a query means: the files in `core`, and its libraries."""
    digest = hashlib.sha256(unicodedata.unidata_version.encode())
    for library in ("luqum", "PyStemmer"):
        digest.update(metadata.version(library).encode())
    for file in sorted(resources.files("core").iterdir(), key=lambda file: file.name):
        if file.is_file():
            digest.update(file.read_bytes())
    return digest.digest()


def pack(conditions: Mapping[str, Condition]) -> bytes:
    """Conditions by the texts of their queries, as JSON: an object is the name of its class and its
    parts."""
    return json.dumps(list(conditions.items()), default=_packed).encode()


def unpack(packed: bytes) -> dict[str, Condition]:
    """What was packed."""
    return dict(json.loads(packed, object_hook=_unpacked))


def _packed(value: Any) -> dict[str, list[Any]]:
    match value:
        case datetime():
            parts: list[Any] = [value.isoformat()]
        case timedelta():
            parts = [value.days, value.seconds, value.microseconds]
        case _:
            parts = [getattr(value, field.name) for field in fields(value)]
    return {type(value).__name__: parts}


def _unpacked(packed: dict[str, list[Any]]) -> Any:
    [(name, parts)] = packed.items()
    # JSON has no tuples; there are no lists in conditions.
    return _MAKERS[name](*[tuple(part) if isinstance(part, list) else part for part in parts])
