"""A pass that is killed with `kill -9`, in a separate process that is cheap to start."""

from __future__ import annotations

import multiprocessing
import signal
from pathlib import Path

from deaths import die_at

from core.settings import load_settings
from wirewatch.house import House
from wirewatch.pipeline import run_pass

_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(["dying", "wirewatch.readers"])


def run_and_die(home: Path, at: int, *, committed: bool) -> bool:
    """Run a pass that dies at its n-th transaction, before or after the commit; returns whether it
    got that far."""
    process = _context.Process(target=_run, args=(home, at, committed))
    process.start()
    process.join()
    if process.exitcode not in (0, -signal.SIGKILL):
        raise AssertionError(f"a pass ended with {process.exitcode}")
    return process.exitcode != 0


def _run(home: Path, at: int, committed: bool) -> None:
    die_at(at, committed=committed)
    with House(load_settings(home)) as house:
        run_pass(house)
