"""Times as both indexes compare them: whole milliseconds since 1970."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from core.conditions import Moment, require_absolute

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def milliseconds(moment: datetime) -> int:
    """Milliseconds since 1970, rounded down, as Elasticsearch counts a date."""
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def bound_milliseconds(moment: Moment) -> int:
    """A bound in milliseconds, rounded up: dates are before it exactly if their milliseconds
    are."""
    return -((_EPOCH - require_absolute(moment)) // timedelta(milliseconds=1))
