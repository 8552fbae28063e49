"""Read what a feed says about when to poll it: `ttl`, `skipHours`, `skipDays`, update periods."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from core.records import Hints

SHORTEST, LONGEST = 60.0, 366 * 86_400.0
"""Seconds between two polls that a feed may ask for; anything else is a mistake."""

_PERIODS = {
    "hourly": 3_600.0,
    "daily": 86_400.0,
    "weekly": 7 * 86_400.0,
    "monthly": 30 * 86_400.0,
    "yearly": 365 * 86_400.0,
}
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def read_hints(channel: Mapping[str, Any], hours: Iterable[str], days: Iterable[str]) -> Hints:
    """The hints of an RSS, RDF or Atom feed; unreasonable ones are left out.

    Args:
        channel: what feedparser read of the feed itself.
        hours: the hours in its `skipHours`.
        days: the days in its `skipDays`.
    """
    # RSS 0.91 counts hours from 1 to 24, all later ones from 0 to 23.
    numbers = {int(n) % 24 for n in map(_number, hours) if n is not None and n <= 24}
    names = {day.strip().lower() for day in days}
    weekdays = {number for number, name in enumerate(_DAYS) if name in names}
    return Hints(
        every=max(filter(None, (_ttl(channel), _period(channel))), default=None),
        # A feed that may never be asked has made a mistake.
        skip_hours=frozenset(numbers if len(numbers) < 24 else ()),
        skip_days=frozenset(weekdays if len(weekdays) < 7 else ()),
    )


def _ttl(channel: Mapping[str, Any]) -> float | None:
    """RSS 2.0's `ttl`, which is in minutes."""
    minutes = _number(channel.get("ttl"))
    return _sane(minutes * 60) if minutes else None


def _period(channel: Mapping[str, Any]) -> float | None:
    """What the syndication module says: how often per period, once if it does not say."""
    period = _PERIODS.get(str(channel.get("sy_updateperiod", "")).strip().lower())
    frequency = channel.get("sy_updatefrequency")
    times = 1.0 if frequency is None else _number(frequency)
    return _sane(period / times) if period and times else None


def _sane(seconds: float) -> float | None:
    return seconds if SHORTEST <= seconds <= LONGEST else None


def _number(text: object) -> float | None:
    digits = re.fullmatch(r"\s*(\d{1,9})(?:\.\d{0,9})?\s*", str(text))
    return float(digits[1]) if digits else None
