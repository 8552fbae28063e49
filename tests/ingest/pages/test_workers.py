"""Workers: a hostile item costs only itself."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import threading

import psutil
import pytest

from ingest.pages.workers import Done, Lost, Workers

SECONDS = 0.2
ROOM = 300_000_000

TOO_LONG = Lost("took more than 0.2 s", SECONDS)
KILLED, EXITED = Lost("killed its worker: SIGKILL"), Lost("killed its worker: exit code 3")


def behave(item: str) -> str:
    match item:
        case "loop":
            while True:
                pass
        case "loop in C":
            return str(sum(range(10**12)))
        case "wait":
            threading.Event().wait()
        case "wait a little":
            threading.Event().wait(2 * SECONDS)
        case "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        case "exit":
            os._exit(3)
        case "eat":
            return str(len(bytes(2 * ROOM)))
        case "nest":
            return behave_deeper(item)
        case "bug":
            raise KeyError(item)
        case _:
            pass
    return item.upper()


def behave_deeper(item: str) -> str:
    return behave_deeper(item)


@pytest.fixture(scope="module")
def two():
    with Workers(behave, processes=2, seconds=SECONDS, max_bytes=ROOM) as workers:
        yield workers


@pytest.mark.parametrize(
    ("bad", "becomes"),
    [
        ("loop", TOO_LONG),
        ("loop in C", TOO_LONG),
        ("wait", TOO_LONG),
        ("kill", KILLED),
        ("exit", EXITED),
        pytest.param(
            "eat",
            Lost("killed its worker: MemoryError"),
            marks=pytest.mark.skipif(sys.platform != "linux", reason="Linux keeps the limit"),
        ),
    ],
)
def test_a_bad_item_costs_only_itself(two, bad, becomes):
    items = [f"page {number}" for number in range(12)]
    items.insert(5, bad)
    results = list(two.map(items))
    assert results.pop(5) == becomes
    assert results == [Done(f"PAGE {number}") for number in range(12)]


def test_an_item_is_not_blamed_for_a_busy_machine(two):
    assert list(two.map(["wait a little"])) == [Done("WAIT A LITTLE")]


def test_consecutive_bad_items_are_each_reported(two):
    results = list(two.map(["kill", "exit", "a", "kill"]))
    assert results == [KILLED, EXITED, Done("A"), KILLED]


@pytest.mark.parametrize("processes", [0, 1])
def test_too_deep_nesting_fails_the_item_and_a_bug_raises(processes):
    with Workers(behave, processes=processes, seconds=SECONDS) as workers:
        deep, well = workers.map(["nest", "a"])
        assert isinstance(deep, Lost)
        assert "RecursionError" in deep.reason
        assert well == Done("A")
        with pytest.raises(KeyError, match="bug"):
            list(workers.map(["a", "bug", "b"]))
        assert list(workers.map(["c"])) == [Done("C")]


def test_items_are_taken_only_a_few_ahead_and_may_be_abandoned(two):
    taken = []

    def items():
        for number in range(1_000):
            taken.append(number)
            yield str(number)

    results = two.map(items())
    assert next(results) == Done("0")
    assert len(taken) < 20
    results.close()
    assert list(two.map(["after"])) == [Done("AFTER")]


def test_a_bad_item_among_concurrent_ones_costs_only_itself(two):
    async def run():
        return await asyncio.gather(*map(two.do, ["loop", "a", "kill", "b", "c"]))

    assert asyncio.run(run()) == [
        TOO_LONG,
        Done("A"),
        KILLED,
        Done("B"),
        Done("C"),
    ]


@pytest.mark.parametrize("processes", [0, 1])
def test_a_bug_raises_where_it_is_awaited(processes):
    async def run(workers):
        assert await workers.do("a") == Done("A")
        with pytest.raises(KeyError, match="bug"):
            await workers.do("bug")

    with Workers(behave, processes=processes, seconds=SECONDS) as workers:
        asyncio.run(run(workers))


def test_no_items_start_no_workers():
    with Workers(behave, processes=2, seconds=SECONDS) as workers:
        assert list(workers.map([])) == []
        assert workers._pool is None


@pytest.mark.parametrize("processes", [0, 1])
def test_workers_can_be_started_ahead(processes):
    with Workers(behave, processes=processes, seconds=SECONDS) as workers:
        workers.begin()
        assert (workers._pool is not None) == (processes > 0)
        assert list(workers.map(["a"])) == [Done("A")]


PRELOADED = """
from ingest.pages.workers import Done, Workers
with Workers(eval, processes=1, seconds=60, preload="colorsys") as workers:
    (answer,) = workers.map(["'colorsys' in __import__('sys').modules"])
    assert answer == Done(True), answer
"""


def test_modules_are_preloaded_before_the_first_item():
    # In its own process: the workers' server imports what the first workers of a process ask for.
    subprocess.run([sys.executable, "-c", PRELOADED], check=True)


PARENT = """
import operator, sys
from ingest.pages.workers import Workers
with Workers(operator.neg, processes=2, seconds=60) as workers:
    assert len(list(workers.map(range(8)))) == 8
    sys.stdout.write("ready\\n")
    sys.stdout.flush()
    sys.stdin.read()
"""


def test_workers_end_with_a_process_that_is_killed():
    with subprocess.Popen(
        [sys.executable, "-c", PARENT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == "ready\n"
        children = psutil.Process(parent.pid).children(recursive=True)
        assert len(children) >= 3
        parent.kill()
        _, left = psutil.wait_procs(children, timeout=20)
    assert left == []


INTERRUPTED = """
import operator, sys
from ingest.pages.workers import Workers
with Workers(operator.neg, processes=1, seconds=60, preload="slow_to_load") as workers:
    workers.begin()
    sys.stdin.read()
"""


def test_interrupting_a_server_during_imports_prints_nothing(tmp_path):
    slow = "import sys, time; print('imports', flush=True); time.sleep(60)"
    (tmp_path / "slow_to_load.py").write_text(slow)
    paths = os.pathsep.join([str(tmp_path), *sys.path])
    with subprocess.Popen(
        [sys.executable, "-c", INTERRUPTED],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": paths},
        text=True,
    ) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == "imports\n"
        family = psutil.Process(parent.pid).children(recursive=True)
        (server,) = [one for one in family if "forkserver" in " ".join(one.cmdline())]
        server.send_signal(signal.SIGINT)
        server.wait(20)
        _, said = parent.communicate(timeout=20)
    assert "slow_to_load.py" not in said


IN_CELERYS_POOL = """
import operator
import billiard
from ingest.pages.workers import Done, Workers
def work():
    assert billiard.current_process().daemon
    with Workers(operator.neg, processes=1, seconds=60) as workers:
        assert list(workers.map([1])) == [Done(-1)]
    assert billiard.current_process().daemon
process = billiard.Process(target=work)
process.daemon = True
process.start()
process.join()
raise SystemExit(process.exitcode)
"""


def test_workers_run_inside_a_celery_pool_process():
    subprocess.run([sys.executable, "-c", IN_CELERYS_POOL], check=True, timeout=60)
