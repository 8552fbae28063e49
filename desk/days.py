"""Days as a form or an address has them. Pure."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time


class DaysError(ValueError):
    """What was typed is no period of days; the text says why."""


def read_days(first: str, last: str) -> tuple[date | None, date | None]:
    """The first and the last day of a period, typed as `from` and `to`; None for an empty one,
    which leaves its side open.

    Raises:
        DaysError: one of them is no day, or the first is later than the last.
    """
    begin, end = read_day("from", first), read_day("to", last)
    if begin is not None and end is not None and begin > end:
        raise DaysError(f"The first day, {begin}, is later than the last one, {end}.")
    return begin, end


def read_day(name: str, typed: str) -> date | None:
    """A day as it was typed; None for an empty one.

    Raises:
        DaysError: it is no day.
    """
    if not typed:
        return None
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", typed, re.ASCII):  # Python takes weeks, too
        raise DaysError(_EXPECTED.format(name))
    try:
        day = date.fromisoformat(typed)
    except ValueError as error:  # 30 February
        raise DaysError(_EXPECTED.format(name)) from error
    if day == date.max:  # a search ends with the day after it
        raise DaysError(f"{name}: expected a day before {day}")
    return day


_EXPECTED = "{}: expected a day such as 2026-03-01"


def midnight(day: date | None) -> datetime | None:
    """The first moment of a day, in UTC; None for none."""
    return None if day is None else datetime.combine(day, time(), UTC)
