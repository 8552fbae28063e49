"""The result of an HTTP request: an answer, or a failure, which is a value with a reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from core.clock import http_date, in_seconds, requested_wait

RETRY_STATUSES = frozenset({408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524, 529})
"""Statuses that may change on a later try (RFC 9110; 52x are those of content networks)."""

REFUSALS = frozenset({401, 402, 403, 451})
"""Statuses by which a site refuses us; 402 is that of content networks that sell to robots."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer. `url`: where redirects led; `moved_to`: how far permanent ones alone led."""

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
    CERTIFICATE = "certificate not accepted"
    TIME_OUT = "timed out"
    TOO_LARGE = "too large"
    REDIRECTS = "too many redirects"
    BAD_ANSWER = "bad answer"
    BUSY = "site asks us to wait"
    DISALLOWED = "robots.txt disallows it"
    UNKNOWN_RULES = "robots.txt cannot be fetched"
    NO_PAGE = "its feed gives it no address of its own"
    FAULT = "failed by a fault, please report it"


_MAY_HEAL = frozenset(
    {
        FailureKind.CONNECTION,
        FailureKind.CERTIFICATE,
        FailureKind.TIME_OUT,
        FailureKind.BUSY,
        FailureKind.UNKNOWN_RULES,
    }
)


@dataclass(frozen=True, slots=True)
class Failure:
    """No answer, or no usable one: the kind, and details for a person to read.

    `wait` is how long a busy site still asks to be let alone. With it, no request was made, so
    this does not count as a failed attempt.
    """

    kind: FailureKind
    detail: str
    wait: timedelta | None = None

    @property
    def may_heal(self) -> bool:
        """Whether trying again later may help."""
        return self.kind in _MAY_HEAL

    def __str__(self) -> str:
        return f"{self.kind}: {self.detail}"


def retry_after(answer: Answer, now: datetime) -> timedelta | None:
    """How long the answer asks to wait, if it does. A moment is one of the server's clock, by which
    the answer is dated."""
    answered_at = http_date(answer.header("date")) or now
    return requested_wait(answer.header("retry-after"), answered_at)


def fresh_for(answer: Answer, now: datetime) -> timedelta | None:
    """How long the answer is still fresh; None if it does not say (RFC 9111, 4.2).

    The longer of `max-age` and `s-maxage`, since a shared cache on the way would only repeat
    itself; else `Expires`, counted from `Date`. `Age` is subtracted. `no-store` and `no-cache` do
    not count: they say nothing about when to ask again.
    """
    # It may be said in several lines: some servers add "public" in one of its own.
    said = ",".join(value for name, value in answer.headers if name.lower() == "cache-control")
    ages = [
        in_seconds(value.strip('"'))
        for name, _, value in (part.strip().partition("=") for part in said.lower().split(","))
        if name in ("max-age", "s-maxage") and value.strip('"').isdecimal()
    ]
    if ages:
        lifetime = max(ages)
    else:
        expires = http_date(answer.header("expires"))
        if expires is None:
            return None
        lifetime = expires - (http_date(answer.header("date")) or now)
    age = answer.header("age").strip()
    return max(lifetime - (in_seconds(age) if age.isdecimal() else timedelta()), timedelta())
