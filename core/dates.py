"""Dates as they are written in queries."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from core.conditions import Ago, Moment

A_DATE = "a date such as 2026-03-01, 2026-03-01T08:00 or now-7d"
"""What `beginning` reads, for those who wrote something else."""

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_MILLISECOND = timedelta(milliseconds=1)
_TIME = re.compile(r"[\d-]+[Tt ]\d\d(:?\d\d)?(:?\d\d)?([.,]\d+)?(?:[Zz+-].*)?", re.ASCII)
"""A date and a time, with its minutes, its seconds and their fraction, if they are written."""


def period(value: str) -> tuple[Moment, Moment]:
    """The time that a date stands for, from its first moment to just after its last.

    A year, a month, a day, an hour, a minute or a second stands for all of it; a fraction of a
    second, or a moment relative as `now-7d`, for its millisecond. Times are in ISO 8601; without a
    zone they are UTC. A week (`2026-W05`), `20260131-20260202` and `2026-01-31+02:00` are refused,
    though Python reads them as moments. Raises `ValueError` or `OverflowError`.
    """
    if relative := re.fullmatch(r"now(?:([+-])(\d{1,5})([smhdw]))?", value, re.ASCII):
        sign, amount, unit = relative.groups()
        shift = timedelta(**{_UNITS[unit]: int(f"{sign}{amount}")}) if unit else timedelta()
        return Ago(shift), Ago(shift + _MILLISECOND)
    if day := re.fullmatch(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?|(\d\d)(\d\d))?", value, re.ASCII):
        return _calendar_period([int(part) for part in day.groups() if part])
    written = _TIME.fullmatch(value)
    if not written:  # Python takes any character as the T
        raise ValueError(f"{value} is no moment")
    moment = datetime.fromisoformat(value)
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    start = moment.replace(microsecond=moment.microsecond // 1000 * 1000)
    return start, start + _length(*written.groups())


def beginning(value: str, now: datetime) -> datetime:
    """The first moment of the time that a date stands for; raises as `period`."""
    begin, _ = period(value.strip())
    return now + begin.shift if isinstance(begin, Ago) else begin


def _length(minutes: str | None, seconds: str | None, fraction: str | None) -> timedelta:
    """How long a time is, by the smallest part of it that is written."""
    if fraction:
        return _MILLISECOND
    if seconds:
        return timedelta(seconds=1)
    return timedelta(minutes=1) if minutes else timedelta(hours=1)


def _calendar_period(parts: list[int]) -> tuple[datetime, datetime]:
    """A year, a month or a day, as one, two or three numbers, from its first moment to just after
    its last."""
    year, month, day = (*parts, 1, 1)[:3]
    start = datetime(year, month, day, tzinfo=UTC)
    match len(parts):
        case 3:
            return start, start + timedelta(days=1)
        case 2:
            return start, (start + timedelta(days=31)).replace(day=1)
        case _:
            return start, start.replace(year=year + 1)
