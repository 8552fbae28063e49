"""Days as a form or an address has them. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta


class DaysError(ValueError):
    """What was typed is no period of days; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OfDays:
    """What a reader asks for, as far as it is of a period of days (UTC). `first` and `last` are as
    they were typed, in fields called `from` and `to`; both days are part of the period, and an
    empty one leaves its side open."""

    first: str = ""
    last: str = ""

    @property
    def has_days(self) -> bool:
        """Whether it asks for a first day, or for a last one."""
        return bool(self.first or self.last)

    def moments(self) -> tuple[datetime | None, datetime | None]:
        """The first moment of the period, and the one just after it; None for an open side.

        Raises:
            DaysError: one of the days is none, or the first is later than the last.
        """
        first, last = _day("from", self.first), _day("to", self.last)
        if first is not None and last is not None and first > last:
            raise DaysError(f"The first day, {first}, is later than the last one, {last}.")
        return _midnight(first), _midnight(None if last is None else last + timedelta(days=1))


def _day(name: str, typed: str) -> date | None:
    if not typed:
        return None
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", typed, re.ASCII):  # Python takes weeks, too
        raise DaysError(_EXPECTED.format(name))
    try:
        day = date.fromisoformat(typed)
    except ValueError as error:  # 30 February
        raise DaysError(_EXPECTED.format(name)) from error
    if day == date.max:  # the period ends with the day after it
        raise DaysError(f"{name}: expected a day before {day}")
    return day


_EXPECTED = "{}: expected a day such as 2026-03-01"


def _midnight(day: date | None) -> datetime | None:
    """The first moment of a day, in UTC; None for none."""
    return None if day is None else datetime.combine(day, time(), UTC)
