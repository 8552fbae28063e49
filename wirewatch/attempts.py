"""Work on several things with ledger, archive and index: what one of them meets costs no other."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import TypeVar

from sqlalchemy.exc import InterfaceError, InternalError, InvalidRequestError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from core.errors import WirewatchError
from core.faults import THE_MACHINES, Fault, raise_if_common, tried

log = logging.getLogger(__name__)

UNAVAILABLE = (
    *(InterfaceError, InternalError, InvalidRequestError, OperationalError, PoolTimeoutError),
)
"""What a transaction raises if the database does not answer, or has no room. One that refuses a
value (`DataError`) does not mind the next."""

OF_ALL = (*THE_MACHINES, WirewatchError, *UNAVAILABLE)
"""What work with ledger, archive or index raises that is no fault of what is worked on."""

Item = TypeVar("Item")
Result = TypeVar("Result")


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
