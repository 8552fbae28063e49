"""Reads and changes the rows of many ids, as many in one SQL statement as each database takes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Connection, Delete, Row, Select, Update

_Id = TypeVar("_Id")

CHUNK = 500
"""Ids in one statement; SQLite's oldest limit on parameters is 999."""


def chunks(ids: Iterable[_Id]) -> Iterator[list[_Id]]:
    """The ids in order, `CHUNK` at a time."""
    remaining = iter(ids)
    while some := list(islice(remaining, CHUNK)):
        yield some


def rows_with(
    tx: Connection, query: Select[Any], column: ColumnElement[Any], ids: Iterable[object]
) -> Iterator[Row[Any]]:
    """The rows of a query that have one of some ids in a column; if the query has an order, it is
    kept within each chunk."""
    for some in chunks(ids):
        yield from tx.execute(query.where(column.in_(some)))


def change_with(
    tx: Connection, change: Update | Delete, column: ColumnElement[Any], ids: Iterable[object]
) -> int:
    """Update or delete the rows that have one of some ids in a column; returns how many."""
    return sum(tx.execute(change.where(column.in_(some))).rowcount for some in chunks(ids))
