"""Work on hostile pages, in processes that can be replaced.

A page that takes too long, uses up all memory or kills its worker costs only itself: other workers
go on with the other pages, and a new worker replaces the lost one. The processes are pebble's
(LGPL-3.0): the standard library's pools can neither end a task nor survive a worker's death.

Workers come from a fork server (POSIX): a fork of the caller would copy its threads' locks and
its open database. The server imports the work's module before it forks, so a worker takes 50 ms to
start and to replace. The server itself starts with the first item, and takes as long as that
import (1.2 s with the extractors). A task costs .2 to .5 ms of talk between processes, against
10 ms and more for a page, so each page is a task.
"""

from __future__ import annotations

import asyncio
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import process
from multiprocessing.context import ForkServerContext, ForkServerProcess
from threading import Lock
from types import ModuleType
from typing import Any, Generic, Self, TypeVar

import psutil
from pebble import ProcessExpired, ProcessPool

PATIENCE = 10
"""How many times its processor time an item may take by the clock: for one that only waits."""

AHEAD = 4
"""Items per process that wait, or are done before their turn: bounds the memory of a pass."""

Item = TypeVar("Item")
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Done(Generic[Value]):
    """What the function made of an item."""

    value: Value


@dataclass(frozen=True, slots=True)
class Lost:
    """The item took more than `seconds` of a processor's time, or many times that by the clock; or
    it killed its worker, or used up the worker's memory or stack. `reason` says so in words."""

    reason: str
    seconds: float = 0.0


Result = Done[Value] | Lost


class Workers(Generic[Item, Value]):
    """Processes that work on items; a context manager. Nothing is started before the first item.

    Args:
        function: the work, a function of some module (it is sent by name).
        processes: how many work in parallel; 0 works in this process, where nothing bounds an
            item's time and memory: for tests and tiny runs.
        seconds: the most time of a processor that an item may take, and a tenth of the most time by
            the clock. The clock alone would blame items for a busy or suspended machine.
        max_bytes: the most memory that a worker may take, beyond what it has at its start.
            Enforced on Linux only.
        preload: another module that the server imports before it forks.
    """

    def __init__(
        self,
        function: Callable[[Item], Value],
        *,
        processes: int,
        seconds: float,
        max_bytes: int | None = None,
        preload: str | None = None,
    ) -> None:
        self._preload = preload
        self._function = function
        self._processes = processes
        self._seconds = seconds
        self._max_bytes = max_bytes
        self._pool: ProcessPool | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            self._pool.stop()  # type: ignore[no-untyped-call]  # pebble leaves it unannotated
            self._pool.join()
            self._pool = None

    def begin(self) -> None:
        """Start the processes now, without waiting, so that they are ready for the first item.

        Their server's imports take time, which a pass has while it waits for the network.
        """
        if self._processes:
            self._running_pool().schedule(_work, args=(len, ()))

    def map(self, items: Iterable[Item]) -> Iterator[Result[Value]]:
        """What became of each item, in order; only a few items are taken ahead.

        Running out of memory or stack is the page's fault, and a `Lost`; anything else that the
        function raises is a bug, and is raised here.
        """
        if not self._processes:
            yield from (_work(self._function, item) for item in items)
            return
        waiting: deque[Future[Result[Value]]] = deque()
        try:
            for item in items:
                waiting.append(self._schedule(item))
                if len(waiting) >= AHEAD * self._processes:
                    yield self._result(waiting.popleft())
            while waiting:
                yield self._result(waiting.popleft())
        finally:
            for future in waiting:
                future.cancel()

    async def do(self, item: Item) -> Result[Value]:
        """What became of one item, while others are worked on as well; raises as `map` does."""
        if not self._processes:
            return _work(self._function, item)
        done = asyncio.wrap_future(self._schedule(item))
        await asyncio.wait([done])
        return self._result(done)

    def _schedule(self, item: Item) -> Future[Result[Value]]:
        future: Future[Result[Value]] = self._running_pool().schedule(
            _work_in_time, args=(self._function, item, self._seconds)
        )
        return future

    def _running_pool(self) -> ProcessPool:
        if self._pool is None:
            context = _Context()
            # One server serves all pools of this process; it imports what the first pool names.
            modules = ["ingest.pages.interrupt", self._function.__module__, __name__, self._preload]
            context.set_forkserver_preload([module for module in modules if module])
            self._pool = ProcessPool(
                max_workers=self._processes,
                initializer=_prepare,
                initargs=(self._max_bytes,),
                context=context,
            )
        return self._pool

    def _result(
        self, future: Future[Result[Value]] | asyncio.Future[Result[Value]]
    ) -> Result[Value]:
        try:
            return future.result()
        except ProcessExpired as error:
            if error.exitcode in (-signal.SIGPROF, -signal.SIGALRM):
                return Lost(f"took more than {self._seconds:g} s", self._seconds)
            return _killed(_exit_reason(error.exitcode))


def _work(function: Callable[[Item], Value], item: Item) -> Result[Value]:
    try:
        return Done(function(item))
    except (MemoryError, RecursionError) as error:
        return _killed(f"{type(error).__name__} {error}".strip())


def _killed(how: str) -> Lost:
    return Lost(f"killed its worker: {how}")


def _work_in_time(function: Callable[[Item], Value], item: Item, seconds: float) -> Result[Value]:
    # Their signals end this process, whatever it is doing. Pebble's own timeout reads the time of
    # day, which goes on while a laptop sleeps and jumps when it is set.
    signal.setitimer(signal.ITIMER_PROF, seconds)
    signal.setitimer(signal.ITIMER_REAL, PATIENCE * seconds)
    try:
        return _work(function, item)
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)


def _prepare(max_bytes: int | None) -> None:
    """Set up a new worker."""
    # So that it ends at once: pebble's own handler would wait 3 s for a C function to return.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if sys.platform == "linux" and max_bytes is not None:
        import resource

        limit = psutil.Process().memory_info().vms + max_bytes
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        if hard != resource.RLIM_INFINITY:
            limit = min(limit, hard)
        resource.setrlimit(resource.RLIMIT_AS, (limit, hard))


class _Process(ForkServerProcess):
    """A process that inherits nothing from ours but its work."""

    def __init__(self, *args: Any, **named: Any) -> None:
        with _as_any_process():
            super().__init__(*args, **named)

    def start(self) -> None:
        """Start it."""
        with _as_any_process():
            super().start()


@contextmanager
def _as_any_process() -> Iterator[None]:
    """Within the block, this process looks to `multiprocessing` like one that was just started.

    It has no main script: new processes run that again at their start, which would cost each worker
    the imports of a whole program. Nor is it a process of Celery's pool (billiard's), which may not
    send its key to others and, being a daemon, may not start processes, as they could outlive it;
    ours end when their pipe to us does. Airflow 3 cannot run tasks outside that pool.
    """
    with _starting:
        main, ours = sys.modules["__main__"], process.current_process()
        blank = process.BaseProcess()
        blank.daemon, blank.authkey = False, bytes(ours.authkey)
        sys.modules["__main__"] = ModuleType("__main__")
        # Nothing public sets it; billiard does the same, which is the trouble.
        process._current_process = blank  # type: ignore[attr-defined]  # noqa: SLF001
        try:
            yield
        finally:
            process._current_process = ours  # type: ignore[attr-defined]  # noqa: SLF001
            sys.modules["__main__"] = main


class _Context(ForkServerContext):
    Process = _Process


_starting = Lock()


def _exit_reason(exitcode: int | None) -> str:
    """A process's end, from its exit code: negative ones name signals."""
    if exitcode is None or exitcode >= 0:
        return f"exit code {exitcode}"
    try:
        return signal.Signals(-exitcode).name
    except ValueError:  # a real-time signal has no name
        return f"signal {-exitcode}"
