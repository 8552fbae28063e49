"""What becomes of an entry that brings no new article: values, each with its reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Rejected:
    """There is no article at this address, and why."""

    reason: str


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A person has to look: there should be an article, but it cannot be had; and why."""

    reason: str


@dataclass(frozen=True, slots=True)
class Retry:
    """Try again, not before `at`, and why. `attempts` is how often it was tried before that."""

    at: datetime
    reason: str
    attempts: int


@dataclass(frozen=True, slots=True)
class Unchanged:
    """Fetching it again brought nothing: the article stays as it is; and why."""

    reason: str
