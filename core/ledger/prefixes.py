"""Looks up ids by their beginnings, as people type them."""

from __future__ import annotations

from sqlalchemy import Column, ColumnElement, and_


def begins(column: Column[str], prefix: str) -> ColumnElement[bool]:
    """Whether an id, in hexadecimal digits, begins with a prefix.

    The range is what an index is searched by: for `LIKE` alone, both databases read all ids.
    """
    prefix = prefix.lower()
    return and_(column.between(prefix, f"{prefix}z"), column.startswith(prefix, autoescape=True))
