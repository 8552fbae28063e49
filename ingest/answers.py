"""What a request came to: an answer, or a failure that is a value with a reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum

RETRY_STATUSES = frozenset({408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524, 529})
"""Answers that may be another one later (RFC 9110; 52x are a content network's own)."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer. `url` is where redirects led; `moved_to` where permanent ones alone led."""

    url: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    moved_to: str | None = None

    def header(self, name: str) -> str:
        """The first header of a name, or an empty string."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")


class FailureKind(StrEnum):
    """Why no answer came."""

    REFUSED_ADDRESS = "refused address"
    CONNECTION = "connection failed"
    TIME_OUT = "timed out"
    TOO_LARGE = "too large"
    REDIRECTS = "too many redirects"
    BAD_ANSWER = "bad answer"


@dataclass(frozen=True, slots=True)
class Failure:
    """No answer, or none that may be used: the kind, and the particulars for a person."""

    kind: FailureKind
    detail: str

    @property
    def may_heal(self) -> bool:
        """Whether trying again later may help."""
        return self.kind in (FailureKind.CONNECTION, FailureKind.TIME_OUT)

    def __str__(self) -> str:
        return f"{self.kind}: {self.detail}"


def retry_after(answer: Answer, now: datetime) -> timedelta | None:
    """What `Retry-After` asks for: seconds or a date (RFC 9110, 10.2.3); None if it is silent."""
    value = answer.header("retry-after").strip()
    if not value:
        return None
    if value.isdecimal():
        return _seconds(value)
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(moment - now, timedelta(0))


def max_age(answer: Answer) -> timedelta | None:
    """How long the answer may be taken as fresh: `max-age` (RFC 9111, 5.2.2.1)."""
    for part in answer.header("cache-control").lower().split(","):
        name, _, value = part.strip().partition("=")
        if name == "max-age" and value.strip('"').isdecimal():
            return _seconds(value.strip('"'))
    return None


def _seconds(digits: str) -> timedelta:
    # Nine digits are longer than any limit of ours; many more would overflow.
    return timedelta(seconds=int(digits) if len(digits) < 10 else 10**9)
