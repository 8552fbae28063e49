"""Work on hostile pages, in processes that can be replaced.

A page that takes too long, eats all memory or kills its worker costs only itself: its neighbours
are worked on by others, and a new worker takes the place of the lost one. The processes are
pebble's (LGPL-3.0): the pools of the standard library neither end a task nor outlive a death.

Workers come from a fork server (POSIX): a fork of the caller would copy its threads' locks and
its open database. The server has imported the work's module before it forks, so that a worker
costs 50 ms to start and to replace; the server itself starts with the first item, for the time
of that import (1.2 s with the extractors). A task costs .2 to .5 ms of talk between processes
beside the 10 ms and more of a page, so each page is a task.
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
from types import ModuleType, TracebackType
from typing import Any, Generic, Self, TypeVar

import psutil
from pebble import ProcessExpired, ProcessPool

AHEAD = 4
"""Items a process that wait or are done before their turn: bounds the memory of a pass."""

Item = TypeVar("Item")
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Done(Generic[Value]):
    """What the function made of an item."""

    value: Value


@dataclass(frozen=True, slots=True)
class TooLong:
    """The item took more than `seconds`, and its worker was ended."""

    seconds: float

    @property
    def reason(self) -> str:
        """What happened, in words."""
        return f"took more than {self.seconds:g} s"


@dataclass(frozen=True, slots=True)
class Died:
    """The item was the end of its worker, or of the room that the worker has."""

    detail: str

    @property
    def reason(self) -> str:
        """What happened, in words."""
        return f"its worker died: {self.detail}"


Result = Done[Value] | TooLong | Died


class Workers(Generic[Item, Value]):
    """Processes that work on items; a context manager. Nothing is started before the first item.

    Args:
        function: the work, a function of some module (it is sent by name).
        processes: how many work side by side; 0 works in this process, where nothing bounds
            an item's time and memory: for tests and tiny runs.
        seconds: of the clock, that an item may take.
        max_bytes: of memory that a worker may come to take, beyond what it has at its start.
            Kept on Linux only.
        preload: a module that the server imports as well before it forks them.
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

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._pool is not None:
            self._pool.stop()  # type: ignore[no-untyped-call]  # pebble leaves it unannotated
            self._pool.join()
            self._pool = None

    def begin(self) -> None:
        """Start the processes now, without waiting, so that they are ready for the first item.

        Their server needs the time of its imports; a pass has it while it waits for the network.
        """
        if self._processes:
            self._started().schedule(_work, args=(len, ()))

    def map(self, items: Iterable[Item]) -> Iterator[Result[Value]]:
        """What became of each item, in order; items are taken only some ahead.

        Running out of memory or of stack is the page's doing and a `Died`; whatever else the
        function raises is a bug, and raises here.
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
        future: Future[Result[Value]] = self._started().schedule(
            _work, args=(self._function, item), timeout=self._seconds
        )
        return future

    def _started(self) -> ProcessPool:
        if self._pool is None:
            context = _Context()
            # One server serves all pools of this process; it imports what the first one told.
            modules = ["ingest.interrupt", self._function.__module__, __name__, self._preload]
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
        except TimeoutError:
            return TooLong(self._seconds)
        except ProcessExpired as error:
            return Died(_how(error.exitcode))


def _work(function: Callable[[Item], Value], item: Item) -> Result[Value]:
    try:
        return Done(function(item))
    except (MemoryError, RecursionError) as error:
        return Died(f"{type(error).__name__} {error}".strip())


def _prepare(max_bytes: int | None) -> None:
    """Make a new worker ready."""
    # To be ended at once: pebble's own handler would wait for a C function to return, 3 s long.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if sys.platform == "linux" and max_bytes is not None:
        import resource

        limit = psutil.Process().memory_info().vms + max_bytes
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        if hard != resource.RLIM_INFINITY:
            limit = min(limit, hard)
        resource.setrlimit(resource.RLIMIT_AS, (limit, hard))


class _Process(ForkServerProcess):
    """A process that takes nothing over from ours but its work."""

    def __init__(self, *args: Any, **named: Any) -> None:
        with _as_any_process():
            super().__init__(*args, **named)

    def start(self) -> None:
        """Start it."""
        with _as_any_process():
            super().start()


@contextmanager
def _as_any_process() -> Iterator[None]:
    """Within the block this process looks to `multiprocessing` like one that was just started.

    Without a main script: others run it again at their start, which would cost each worker the
    imports of a whole program. And not as a process of Celery's pool, which is billiard's, its key
    to be sent to no other, and a daemon, which may start none, lest they outlive it: ours end when
    their pipe to us does. Airflow 3 offers no way to run its tasks outside of that pool.
    """
    with _starting:
        main, ours = sys.modules["__main__"], process.current_process()
        anew = process.BaseProcess()
        anew.daemon, anew.authkey = False, bytes(ours.authkey)
        sys.modules["__main__"] = ModuleType("__main__")
        # Nothing public sets it; billiard sets it the same way, which is the trouble.
        process._current_process = anew  # type: ignore[attr-defined]  # noqa: SLF001
        try:
            yield
        finally:
            process._current_process = ours  # type: ignore[attr-defined]  # noqa: SLF001
            sys.modules["__main__"] = main


class _Context(ForkServerContext):
    Process = _Process


_starting = Lock()


def _how(exitcode: int | None) -> str:
    """A process's end, from its exit code: negative ones name signals."""
    if exitcode is None or exitcode >= 0:
        return f"exit code {exitcode}"
    try:
        return signal.Signals(-exitcode).name
    except ValueError:  # a real-time signal has no name
        return f"signal {-exitcode}"
