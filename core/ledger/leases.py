"""Leases: which process is doing which work, and until when.

A lease ends with its block. If its process is lost, other processes on the same host can take it at
once, and those elsewhere once it has run out.
"""

from __future__ import annotations

import logging
import os
import socket
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import psutil
from sqlalchemy import and_, delete, select, update
from sqlalchemy.exc import SQLAlchemyError

from core.ledger.ledger import LEASING, Ledger, one_at_a_time, upsert
from core.ledger.tables import leases
from core.ledger.utc import is_valid

log = logging.getLogger(__name__)

_SAME_START = 5.0
"""Seconds that two readings of a process's start may differ, as the clock is adjusted now and then.
A process id is not reused so soon."""


@contextmanager
def take(ledger: Ledger, names: Iterable[str], *, seconds: float) -> Iterator[set[str]]:
    """Lease whichever of some named pieces of work are free, for as long as the block runs.

    Yields the names that were taken; the others are being worked on elsewhere. The leases are
    renewed in the background, and run out `seconds` after their process is lost.
    """
    owner = this_process()
    acquired = _acquire(ledger, owner, set(names), seconds)
    if not acquired:
        yield acquired
        return
    stop = threading.Event()
    renewer = threading.Thread(
        target=_renew, args=(ledger, owner, acquired, seconds, stop), daemon=True
    )
    renewer.start()
    try:
        yield acquired
    finally:
        stop.set()
        renewer.join()
        with ledger.write() as tx:
            # Not those that another process took over while this one was paused for too long.
            tx.execute(delete(leases).where(leases.c.name.in_(acquired), leases.c.owner == owner))


def others_at_work(ledger: Ledger) -> set[str]:
    """The other processes that hold leases, as `host/process`."""
    valid = select(leases.c.owner).where(is_valid(leases.c.expires_at, ledger.now()))
    with ledger.read() as tx:
        held = set(tx.execute(valid).scalars())
    processes = {_process(owner) for owner in held if not _is_lost(owner)}
    return processes - {_process(this_process())}


def this_process() -> str:
    """This process's name as an owner of leases: host, process id and start."""
    return f"{socket.gethostname()}/{os.getpid()}/{_start(psutil.Process()):.2f}"


def _process(owner: str) -> str:
    return owner.rpartition("/")[0]


def _start(process: psutil.Process) -> float:
    """When a process started, in seconds: a number that no change of the clock changes.

    Linux counts from the boot, and `create_time` adds when that was by the present clock.
    """
    created = process.create_time()
    return created - psutil.boot_time() if psutil.LINUX else created


def _is_lost(owner: str) -> bool:
    """Whether the owner was a process of this host that no longer runs."""
    host, pid, created = owner.rsplit("/", 2)
    if host != socket.gethostname():
        return False
    try:
        process = psutil.Process(int(pid))
        started, status = _start(process), process.status()
    except psutil.NoSuchProcess:
        return True
    # A zombie is dead, though nobody has asked for its exit code yet.
    return abs(started - float(created)) > _SAME_START or status == psutil.STATUS_ZOMBIE


def _acquire(ledger: Ledger, owner: str, names: set[str], seconds: float) -> set[str]:
    now = ledger.now()
    with ledger.write() as tx:
        one_at_a_time(tx, LEASING)
        valid = select(leases).where(leases.c.name.in_(names), is_valid(leases.c.expires_at, now))
        held = {row.name for row in tx.execute(valid) if not _is_lost(row.owner)}
        free = names - held
        if free:
            values = {"owner": owner, "expires_at": now + timedelta(seconds=seconds)}
            new = upsert(tx, leases).values([{"name": name} | values for name in sorted(free)])
            tx.execute(new.on_conflict_do_update(index_elements=["name"], set_=values))
    return free


def _renew(
    ledger: Ledger, owner: str, names: set[str], seconds: float, stop: threading.Event
) -> None:
    ours = and_(leases.c.name.in_(names), leases.c.owner == owner)
    while not stop.wait(seconds / 3):
        try:
            with ledger.write() as tx:
                until = ledger.now() + timedelta(seconds=seconds)
                kept = tx.execute(update(leases).where(ours).values(expires_at=until)).rowcount
        except SQLAlchemyError as error:
            # Two more tries fit in before the leases run out.
            why = getattr(error, "orig", None) or type(error).__name__
            log.warning("leases were not renewed and will be tried again: %s", why)
            continue
        if kept < len(names):
            log.error(
                "another process took over %d of this one's leases, since it did nothing for %g s",
                len(names) - kept,
                seconds,
            )
