"""The outcome of handing a message to a channel: taken, or failed for a reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import TypeAlias


class Cause(StrEnum):
    """What caused a message not to be accepted, as far as the answer tells."""

    CHANNEL = "channel"
    MESSAGE = "message"
    UNKNOWN = "unknown"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Taken:
    """The channel accepted it. `note` is what a person should still know. `later` has the readers
    who are still to get it, each by itself, as others have it: by address, why."""

    note: str | None = None
    later: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Failed:
    """The channel did not accept it. `wait` is how long it asks to be left alone."""

    reason: str
    cause: Cause
    wait: timedelta | None = None


Outcome: TypeAlias = Taken | Failed
