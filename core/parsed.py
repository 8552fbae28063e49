"""Caches parsed queries in a file: a thousand of them parse in a fifth of a second, and load from
here in a hundredth.

The file holds the condition trees that `core.query.parse` made, as JSON, with a hash of the code
that made them. A file that other code wrote, or that is damaged, is ignored.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import unicodedata
from datetime import datetime, timedelta
from functools import cache
from importlib import metadata, resources
from pathlib import Path
from typing import Any

from core import conditions as c
from core.conditions import Ago, Condition, Moment
from core.files import atomic_write
from core.query import Query, parse

_DAMAGE = (ValueError, LookupError, TypeError, AttributeError, RecursionError)
"""What reading a damaged file can raise."""


class ParsedQueries:
    """A file of parsed queries; `parse` looks there first. A missing file counts as empty."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._cached: dict[str, Any] = {}
        self._used: dict[str, Any] = {}
        with contextlib.suppress(OSError, *_DAMAGE):
            document = json.loads(path.read_text("utf-8"))
            if document["code"] == _code():
                self._cached = dict(document["queries"])

    def parse(self, text: str) -> Query:
        """As `core.query.parse`."""
        if text in self._cached:
            # A damaged query is parsed like one that was never kept.
            with contextlib.suppress(*_DAMAGE):
                query = Query(text, unpack(self._cached[text]))
                self._used[text] = self._cached[text]
                return query
        query = parse(text)
        self._used[text] = pack(query.condition)
        return query

    def save(self) -> None:
        """Keep the queries that were asked for, and no others. If the folder cannot be written, the
        next load takes longer, and nothing else is lost."""
        if self._used == self._cached:
            return
        document = json.dumps({"code": _code(), "queries": self._used})
        with contextlib.suppress(OSError), atomic_write(self._path) as file:
            file.write(document.encode("utf-8"))


@cache
def _code() -> str:
    """A hash of all that can decide what a query means: the files in `core`, and its libraries."""
    digest = hashlib.sha256(unicodedata.unidata_version.encode())
    for library in ("luqum", "PyStemmer"):
        digest.update(metadata.version(library).encode())
    for file in sorted(resources.files("core").iterdir(), key=lambda file: file.name):
        if file.is_file():
            digest.update(file.read_bytes())
    return digest.hexdigest()


def pack(condition: Condition) -> list[Any]:
    """A condition in a form that JSON can hold: a list of its name and its parts."""
    match condition:
        case c.Everything():
            return ["everything"]
        case c.All(of):
            return ["all", *map(pack, of)]
        case c.Any(of):
            return ["any", *map(pack, of)]
        case c.Not(inner):
            return ["not", pack(inner)]
        case c.Word(fields, stem):
            return ["word", fields, stem]
        case c.Phrase(fields, words):
            return ["phrase", fields, words]
        case c.Prefix(fields, prefix):
            return ["prefix", fields, prefix]
        case c.Wildcard(fields, pattern):
            return ["wildcard", fields, pattern]
        case c.Keyword(field, value):
            return ["keyword", field, value]
        case c.Exists(field):
            return ["exists", field]
        case c.Numbers(field, low, high, with_low, with_high):
            return ["numbers", field, low, high, with_low, with_high]
        case c.Dates(field, since, until):
            return ["dates", field, _pack_moment(since), _pack_moment(until)]
        case c.Labelled(label):
            return ["labelled", label]


def unpack(packed: list[Any]) -> Condition:
    """The condition that was packed."""
    name, *parts = packed
    match name:
        case "everything":
            return c.Everything()
        case "all":
            return c.All(tuple(map(unpack, parts)))
        case "any":
            return c.Any(tuple(map(unpack, parts)))
        case "not":
            return c.Not(unpack(parts[0]))
        case "word":
            return c.Word(tuple(parts[0]), parts[1])
        case "phrase":
            return c.Phrase(tuple(parts[0]), tuple(parts[1]))
        case "prefix":
            return c.Prefix(tuple(parts[0]), parts[1])
        case "wildcard":
            return c.Wildcard(tuple(parts[0]), parts[1])
        case "keyword":
            return c.Keyword(*parts)
        case "exists":
            return c.Exists(*parts)
        case "numbers":
            return c.Numbers(*parts)
        case "dates":
            return c.Dates(parts[0], _unpack_moment(parts[1]), _unpack_moment(parts[2]))
        case "labelled":
            return c.Labelled(*parts)
        case _:
            raise ValueError(f"no condition is called {name!r}")


def _pack_moment(moment: Moment | None) -> Any:
    if isinstance(moment, Ago):
        return [moment.shift.days, moment.shift.seconds, moment.shift.microseconds]
    return None if moment is None else moment.isoformat()


def _unpack_moment(packed: Any) -> Moment | None:
    if isinstance(packed, list):
        return Ago(timedelta(*packed))
    return None if packed is None else datetime.fromisoformat(packed)
