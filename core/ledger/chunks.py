"""Splits many ids into lists that are short enough for one SQL statement."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

_Id = TypeVar("_Id")

CHUNK = 500
"""Ids in one statement; SQLite's oldest limit on parameters is 999."""


def chunks(ids: Iterable[_Id]) -> Iterator[list[_Id]]:
    """The ids in order, `CHUNK` at a time."""
    remaining = iter(ids)
    while some := list(islice(remaining, CHUNK)):
        yield some
