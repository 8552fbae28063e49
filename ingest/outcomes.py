"""What becomes of an entry whose article is not to be had: values, each with its reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Rejected:
    """There is no article to be had at this address, and why."""

    reason: str


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A person has to look: it should be an article, and is not to be had; and why."""

    reason: str


@dataclass(frozen=True, slots=True)
class Retry:
    """Not now; not before `at`; and why. `attempts` is how often it was tried by then."""

    at: datetime
    reason: str
    attempts: int


@dataclass(frozen=True, slots=True)
class Unchanged:
    """It was fetched again in vain: the article stays as it is; and why."""

    reason: str
