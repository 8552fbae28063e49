"""Work out when a digest is due: at a time of day, on some days of the week, in a time zone.

Each day of the zone's calendar has one due time. If the clocks skip it, it is later by as much as
they are put forward; if they show it twice, the first counts (PEP 495, `fold=0`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

DAYS: dict[str, frozenset[int]] = {
    "day": frozenset(range(7)),
    "weekday": frozenset(range(5)),
    **{name: frozenset({number}) for number, name in enumerate(WEEKDAYS)},
}
"""What `every` may say, and the days of the week that it means; Monday is 0."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """A time of day on days of the week, in a time zone."""

    days: frozenset[int]
    at: time
    zone: ZoneInfo

    def __str__(self) -> str:
        """When it is due, in words."""
        every = next(name for name, days in DAYS.items() if days == self.days)
        day = every.capitalize() if every in WEEKDAYS else every
        return f"every {day} at {self.at:%H:%M} ({self.zone})"


def latest_due(schedule: Schedule, now: datetime) -> datetime:
    """The last time that was due by `now`, in UTC."""
    return max(due for due in _around(schedule, now) if due <= now)


def next_due(schedule: Schedule, now: datetime) -> datetime:
    """The first time that is due after `now`, in UTC."""
    return min(due for due in _around(schedule, now) if due > now)


def _around(schedule: Schedule, now: datetime) -> Iterator[datetime]:
    # A week and two days either way: enough for a weekly time, whatever a zone's clocks do to it.
    today = now.astimezone(schedule.zone).date()
    for shift in range(-9, 10):
        day = today + timedelta(days=shift)
        if day.weekday() in schedule.days:
            yield datetime.combine(day, schedule.at, schedule.zone).astimezone(UTC)
