"""Decide when a message that was not accepted is tried again, and what caused that. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from alert.outcomes import Cause, Failed
from core.records import LONGEST_WAIT

FIRST_WAIT = timedelta(minutes=1)

SUSPICIOUS = 3
"""Tries after which the message itself is blamed, if the answer does not tell."""


def cause_of(failed: Failed, attempts: int) -> Cause:
    """What is taken to have caused a failure, after `attempts` failures of the message before.

    If the answer does not tell, it is the channel at first, which keeps its messages in order.
    After some tries it is the message, so that one that is never taken does not stop the rest.
    """
    if failed.cause is not Cause.UNKNOWN:
        return failed.cause
    return Cause.MESSAGE if attempts + 1 >= SUSPICIOUS else Cause.CHANNEL


def retry_at(attempts: int, now: datetime, requested: timedelta | None = None) -> datetime:
    """When it is tried again after this many failures: later each time, never given up.

    Args:
        attempts: failures before this one.
        now: the time of the failure.
        requested: the wait that the receiver asked for.
    """
    wait: timedelta = FIRST_WAIT * 2 ** min(attempts, 10)
    return now + min(max(wait, requested or wait), LONGEST_WAIT)
