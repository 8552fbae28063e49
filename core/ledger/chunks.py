"""Splits many ids into lists short enough for one SQL statement, and reads rows by many ids."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Connection, Row, Select

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
