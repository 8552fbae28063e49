"""Workers: a hostile item costs only itself."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys

import psutil
import pytest

from ingest.workers import Died, Done, TooLong, Workers

SECONDS = 0.6
ROOM = 300_000_000


def behave(item: str) -> str:
    match item:
        case "loop":
            while True:
                pass
        case "loop in C":
            return str(sum(range(10**12)))
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
        ("loop", TooLong(SECONDS)),
        ("loop in C", TooLong(SECONDS)),
        ("kill", Died("SIGKILL")),
        ("exit", Died("exit code 3")),
        pytest.param(
            "eat",
            Died("MemoryError"),
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


def test_bad_items_in_a_row_are_each_told(two):
    results = list(two.map(["kill", "exit", "a", "kill"]))
    assert results == [Died("SIGKILL"), Died("exit code 3"), Done("A"), Died("SIGKILL")]


@pytest.mark.parametrize("processes", [0, 1])
def test_nesting_beyond_the_stack_is_the_items_doing_and_a_bug_is_not(processes):
    with Workers(behave, processes=processes, seconds=SECONDS) as workers:
        deep, well = workers.map(["nest", "a"])
        assert isinstance(deep, Died)
        assert "RecursionError" in deep.reason
        assert well == Done("A")
        with pytest.raises(KeyError, match="bug"):
            list(workers.map(["a", "bug", "b"]))
        assert list(workers.map(["c"])) == [Done("C")]


def test_items_are_taken_only_some_ahead_and_need_not_all_be_heard(two):
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


def test_items_are_awaited_side_by_side_and_a_bad_one_costs_only_itself(two):
    async def run():
        return await asyncio.gather(*map(two.do, ["loop", "a", "kill", "b", "c"]))

    assert asyncio.run(run()) == [
        TooLong(SECONDS),
        Done("A"),
        Died("SIGKILL"),
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


def test_nothing_is_started_for_nothing():
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
from ingest.workers import Done, Workers
with Workers(eval, processes=1, seconds=60, preload="colorsys") as workers:
    (answer,) = workers.map(["'colorsys' in __import__('sys').modules"])
    assert answer == Done(True), answer
"""


def test_what_is_to_be_loaded_is_loaded_before_the_first_item():
    # In a process of its own: its workers' server imports what the first of all workers asks for.
    subprocess.run([sys.executable, "-c", PRELOADED], check=True)


PARENT = """
import operator, sys
from ingest.workers import Workers
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
from ingest.workers import Workers
with Workers(operator.neg, processes=1, seconds=60, preload="slow_to_load") as workers:
    workers.begin()
    sys.stdin.read()
"""


def test_a_server_that_still_imports_is_interrupted_in_silence(tmp_path):
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
from ingest.workers import Done, Workers
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


def test_a_process_of_celerys_pool_has_workers_too():
    subprocess.run([sys.executable, "-c", IN_CELERYS_POOL], check=True, timeout=60)


def test_the_reasons_are_words():
    assert TooLong(2.0).reason == "took more than 2 s"
    assert Died("SIGSEGV").reason == "its worker died: SIGSEGV"
