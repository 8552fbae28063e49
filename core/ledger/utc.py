"""Times in the ledger: the column type, comparisons that survive a wrong clock, and hours."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from sqlalchemy import Column, ColumnElement, DateTime, TypeDecorator, and_, or_
from sqlalchemy.engine import Dialect

MAX_DELAY = timedelta(days=31)
"""The longest that anything is put off: a month, for a feed that is gone."""


def has_come(
    moment: Column[datetime], now: datetime, longest: timedelta = MAX_DELAY
) -> ColumnElement[bool]:
    """Whether a moment that something waits for has come.

    A moment farther off than the longest wait was set while the clock was wrong, and counts as
    come: otherwise the work would wait for years, and nobody would know.
    """
    return or_(*ways_to_come(moment, now, longest))


def ways_to_come(
    moment: Column[datetime], now: datetime, longest: timedelta = MAX_DELAY
) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """The two ways in which `has_come` may hold, one by one."""
    return moment <= now, moment > now + longest


def is_valid(until: Column[datetime], now: datetime) -> ColumnElement[bool]:
    """Whether what was kept until a moment still holds: the opposite of `has_come`."""
    return and_(until > now, until <= now + MAX_DELAY)


def within(
    moment: Column[datetime], since: datetime | None, until: datetime | None
) -> Iterator[ColumnElement[bool]]:
    """What a moment has to meet to be in a period: not before `since`, and before `until`. None
    leaves a side open."""
    if since is not None:
        yield moment >= since
    if until is not None:
        yield moment < until


def hour_of(moment: datetime) -> datetime:
    """The hour of a moment. What one pass finds comes mostly within one; in which order it comes
    there is chance."""
    return moment.replace(minute=0, second=0, microsecond=0)


class Utc(TypeDecorator[datetime]):
    """A moment in UTC, aware on the way in and out; SQLite keeps no zone of its own."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a time without a zone: it could silently mean another moment."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a time without a zone reached the ledger: {value!r}")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(
        self,
        value: datetime | None,
        dialect: Dialect,  # noqa: ARG002 - SQLAlchemy's signature
    ) -> datetime | None:
        """Give SQLite's value its zone back; PostgreSQL's comes in the zone of its server."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
