"""The present moment, and moments and waits as HTTP tells them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime


def utc_now() -> datetime:
    """The present moment, in UTC."""
    return datetime.now(UTC)


def http_date(value: str) -> datetime | None:
    """An HTTP date; None if it is not one, such as the `0` and `-1` that mean "expired"."""
    try:
        moment = parsedate_to_datetime(value.strip())
    except (ValueError, OverflowError):
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def requested_wait(retry_after: str, now: datetime) -> timedelta | None:
    """What a `Retry-After` asks for: seconds or a date (RFC 9110, 10.2.3); None if nothing."""
    value = retry_after.strip()
    if value.isdecimal():
        return in_seconds(value)
    moment = http_date(value)
    return None if moment is None else max(moment - now, timedelta())


def in_seconds(digits: str) -> timedelta:
    """A number of seconds in a header. Nine digits exceed any limit of ours; many more would
    overflow."""
    return timedelta(seconds=int(digits) if len(digits) < 10 else 10**9)
