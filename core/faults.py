"""Faults: what nobody foresaw costs only the feed, page, article or rule that met it."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from sqlalchemy.exc import InterfaceError, InternalError, InvalidRequestError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from core.errors import WirewatchError

log = logging.getLogger(__name__)

THE_MACHINES = (MemoryError, OSError, ImportError)
"""What the next one would meet too: no fault of what is worked on."""

IN_MEMORY = (MemoryError, ImportError)
"""The same of work that needs no disk and no network: there, libraries raise an `OSError` for
damaged bytes, as `gzip` does."""

UNAVAILABLE = (
    *(InterfaceError, InternalError, InvalidRequestError, OperationalError, PoolTimeoutError),
)
"""What a transaction raises if the database does not answer, or has no room. One that refuses a
value (`DataError`) does not mind the next."""

OF_ALL = (*THE_MACHINES, WirewatchError, *UNAVAILABLE)
"""What work with ledger, archive or index raises that is no fault of what is worked on."""

SITES = 5
"""If everything meets a fault, and is of so many sites, none of these is to blame: it is a bug that
the next would meet too."""

MAX_DETAIL = 300
"""The most characters of an exception that are kept; the log has the rest."""

Item = TypeVar("Item")
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


def tried_apart(
    what: str,
    items: Sequence[Item],
    work: Callable[[Sequence[Item]], Result],
    *,
    name: Callable[[Item], str],
    site: Callable[[Item], str],
    passed_on: tuple[type[Exception], ...] = OF_ALL,
) -> list[tuple[Sequence[Item], Result | Fault]]:
    """Work on several things at once; if that meets a fault, on each by itself.

    Returns what came of it, for all together or for each by itself. Raises what all of several
    sites meet.
    """
    if len(items) > 1:
        at_once = tried(what, f"{len(items)} at once", partial(work, items), passed_on)
        if not isinstance(at_once, Fault):
            return [(items, at_once)]
    results = [tried(what, name(one), partial(work, [one]), passed_on) for one in items]
    raise_if_common(zip(map(site, items), results, strict=True))
    return [([one], result) for one, result in zip(items, results, strict=True)]


def raise_if_common(results: Iterable[tuple[str, object]]) -> None:
    """Raise what the first thing met, if all things met a fault, and are of `SITES` sites or more.

    Args:
        results: the site of each thing, and what the work on it gave.
    """
    pairs = list(results)
    faults = [result for _, result in pairs if isinstance(result, Fault)]
    if len(faults) == len(pairs) and len({site for site, _ in pairs}) >= SITES:
        raise faults[0].error


def each_tried(work: Iterable[Callable[[], Result]]) -> list[Result]:
    """The results of several things, the later ones done even if an earlier one fails. Raises the
    first error at the end; the log has those that differ from it. Without the ledger, nothing can
    be done: that error is raised at once, and the log has all before it.
    """
    results: list[Result] = []
    failed: list[Exception] = []
    try:
        for one in work:
            try:
                results.append(one())
            except UNAVAILABLE:
                raise
            except Exception as error:  # noqa: BLE001 - raised below
                failed.append(error)
    except BaseException:
        _log_besides(failed)
        raise
    if failed:
        first, *others = failed
        # An archive out of reach is met by several.
        _log_besides(one for one in others if str(one) != str(first))
        raise first
    return results


def _log_besides(errors: Iterable[Exception]) -> None:
    """Log what failed besides the error that is raised, with a traceback if nobody foresaw it."""
    for error in errors:
        unforeseen = None if isinstance(error, WirewatchError) else error
        log.error("something else failed as well: %s", error, exc_info=unforeseen)
