"""Faults: what nobody foresaw costs only the feed, page, article or rule that met it."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

log = logging.getLogger(__name__)

THE_MACHINES = (MemoryError, OSError, ImportError)
"""What the next one would meet too: no fault of what is worked on."""

IN_MEMORY = (MemoryError, ImportError)
"""The same of work that needs no disk and no network: there, libraries raise an `OSError` for
damaged bytes, as `gzip` does."""

SITES = 5
"""If everything meets a fault, and is of so many sites, none of these is to blame: it is a bug that
the next would meet too."""

MAX_DETAIL = 300
"""The most characters of an exception that are kept; the log has the rest."""

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault that something met: in which work, and what was raised."""

    what: str
    error: Exception

    @property
    def detail(self) -> str:
        """What was raised, in a line that any store takes: it may be a page's own words."""
        message = f"{type(self.error).__name__}: {self.error}"[:MAX_DETAIL]
        return "".join(one if one.isprintable() else repr(one)[1:-1] for one in message)

    @property
    def reason(self) -> str:
        """What happened, in words."""
        return f"{self.what} failed, please report it: {self.detail}"


def tried(
    what: str,
    name: str,
    make: Callable[[], Result],
    passed_on: tuple[type[Exception], ...] = THE_MACHINES,
) -> Result | Fault:
    """The result, or the fault that was met; the log has the traceback.

    Args:
        what: the work, such as "extraction".
        name: what is worked on, for the log.
        make: does the work.
        passed_on: exceptions that are raised all the same.
    """
    try:
        return make()
    except passed_on:
        raise
    except Exception as error:  # what is hostile raises what it likes
        log.exception("%s of %s failed", what, name)
        return Fault(what, error)


async def tried_async(
    what: str,
    name: str,
    make: Callable[[], Awaitable[Result]],
    passed_on: tuple[type[Exception], ...] = THE_MACHINES,
) -> Result | Fault:
    """`tried`, for work that is awaited."""
    try:
        return await make()
    except passed_on:
        raise
    except Exception as error:
        log.exception("%s of %s failed", what, name)
        return Fault(what, error)


def raise_if_common(results: Iterable[tuple[str, object]]) -> None:
    """Raise what the first thing met, if all things met a fault, and are of `SITES` sites or more.

    Args:
        results: the site of each thing, and what the work on it gave.
    """
    pairs = list(results)
    faults = [result for _, result in pairs if isinstance(result, Fault)]
    if len(faults) == len(pairs) and len({site for site, _ in pairs}) >= SITES:
        raise faults[0].error
