"""What the answer to a request means, whatever is met in finding that out."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from core.faults import Fault, tried
from ingest.web.answers import Failure, FailureKind

Answered = TypeVar("Answered")
Judged = TypeVar("Judged")


def judged(
    what: str, url: str, judge: Callable[[Answered | Failure], Judged], answer: Answered | Failure
) -> Judged:
    """What an answer means; if finding that out meets a fault, what no answer for it means. The log
    names the work, such as "polling", and the address."""
    result = tried(what, url, lambda: judge(answer))
    if isinstance(result, Fault):
        return judge(Failure(FailureKind.FAULT, result.detail))
    return result
