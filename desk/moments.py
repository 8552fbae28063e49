"""Moments in words for readers: how long ago, and when exactly. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

_WEEK = timedelta(days=7)


def ago(moment: datetime, now: datetime) -> str:
    """How long ago a moment was or how far ahead it is, in one unit; a date beyond a week."""
    passed = now - moment
    if abs(passed) >= _WEEK:
        return f"{moment.day} {moment:%B}" + ("" if moment.year == now.year else f" {moment.year}")
    length = _length(abs(passed))
    if not length:
        return "just now" if passed >= timedelta() else "now"
    return f"{length} ago" if passed > timedelta() else f"in {length}"


def exactly(moment: datetime) -> str:
    """A moment to the minute, in UTC."""
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def _length(passed: timedelta) -> str:
    """A length of time in one unit, rounded down; empty under a minute."""
    minutes = passed // timedelta(minutes=1)
    if minutes < 60:
        return f"{minutes} min" if minutes else ""
    if minutes < 24 * 60:
        return f"{minutes // 60} h"
    days = passed.days
    return f"{days} day" if days == 1 else f"{days} days"
