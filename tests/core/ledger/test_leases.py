"""Leases: which worker holds what work, and when it is free again."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
from datetime import datetime, timedelta

import psutil
import pytest
from factories import NOON
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError

from core.ledger import Ledger, leases, tables

HOLD = """
import sys, time
from core.ledger import Ledger, leases
with leases.take(Ledger(sys.argv[1]), sys.argv[2:], seconds=600) as taken:
    print(*sorted(taken), flush=True)
    sys.stdin.read()
"""


def test_a_second_worker_gets_only_what_is_free(ledger, ledger_url, clock):
    other = Ledger(ledger_url, now=clock)
    with leases.take(ledger, ["a", "b"], seconds=60) as mine:
        assert mine == {"a", "b"}
        with leases.take(other, ["b", "c"], seconds=60) as theirs:
            assert theirs == {"c"}
        with leases.take(other, ["a"], seconds=60) as none:
            assert none == set()
    other.close()


def test_others_at_work_are_those_with_live_leases(ledger_url):
    ledger = Ledger(ledger_url)
    other = subprocess.Popen(
        [sys.executable, "-c", HOLD, ledger_url, "a", "b"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert other.stdout is not None
    other.stdout.readline()
    with leases.take(ledger, ["c"], seconds=60):
        assert leases.others_at_work(ledger) == {f"{socket.gethostname()}/{other.pid}"}
    other.kill()
    other.communicate()
    assert leases.others_at_work(ledger) == set()
    ledger.close()


def test_a_lease_is_free_at_the_end_of_its_block(ledger, ledger_url, clock):
    other = Ledger(ledger_url, now=clock)
    with pytest.raises(KeyboardInterrupt), leases.take(ledger, ["a"], seconds=60):
        raise KeyboardInterrupt
    with leases.take(other, ["a"], seconds=60) as theirs:
        assert theirs == {"a"}
    other.close()


def test_leasing_nothing_takes_nothing(ledger):
    with leases.take(ledger, [], seconds=60) as taken:
        assert taken == set()


def hold_elsewhere(ledger: Ledger, name: str) -> None:
    """Give a lease to a process on another host, where we cannot check whether it is alive."""
    with ledger.write() as tx:
        tx.execute(update(tables.leases).where(tables.leases.c.name == name).values(owner="h/1/1"))


def test_a_lease_held_on_another_host_expires(ledger, clock):
    with leases.take(ledger, ["a"], seconds=60):
        hold_elsewhere(ledger, "a")
    clock.go(seconds=59)
    with leases.take(ledger, ["a"], seconds=60) as early:
        assert early == set()
    assert leases.others_at_work(ledger) == {"h/1"}
    clock.go(seconds=1)
    assert leases.others_at_work(ledger) == set()
    with leases.take(ledger, ["a"], seconds=60) as late:
        assert late == {"a"}


def test_a_lease_of_another_host_with_a_wrong_clock_holds_up_nothing_for_years(ledger, clock):
    with leases.take(ledger, ["a"], seconds=60):
        hold_elsewhere(ledger, "a")
    clock.go(days=-365)
    assert leases.others_at_work(ledger) == set()
    with leases.take(ledger, ["a"], seconds=60) as late:
        assert late == {"a"}


def test_a_lease_taken_over_by_another_is_not_released(ledger):
    with leases.take(ledger, ["a"], seconds=60):
        hold_elsewhere(ledger, "a")
    with ledger.read() as tx:
        assert tx.execute(select(tables.leases.c.owner)).scalars().all() == ["h/1/1"]


def test_a_lease_is_renewed_while_its_block_runs(ledger, ledger_url):
    hour = timedelta(hours=1)
    calls: list[None] = []
    renewed = threading.Event()

    def now() -> datetime:
        if threading.current_thread() is threading.main_thread():
            return NOON
        calls.append(None)
        if len(calls) > 1:  # the first renewal is done
            renewed.set()
        return NOON + hour

    with leases.take(ledger, ["theirs"], seconds=60):
        hold_elsewhere(ledger, "theirs")
    working = Ledger(ledger_url, now=now)
    with leases.take(working, ["ours"], seconds=0.03):
        assert renewed.wait(10)
        with ledger.read() as tx:
            held = tx.execute(select(tables.leases.c.name, tables.leases.c.expires_at)).all()
    working.close()
    assert dict(map(tuple, held)) == {
        "ours": NOON + hour + timedelta(seconds=0.03),
        "theirs": NOON + timedelta(seconds=60),
    }


def test_a_failed_lease_renewal_is_retried(ledger_url, caplog):
    tries: list[None] = []
    renewed = threading.Event()

    def now() -> datetime:
        if threading.current_thread() is not threading.main_thread():
            tries.append(None)
            if len(tries) == 1:
                raise OperationalError("UPDATE leases", {}, Exception("database is locked"))
            renewed.set()
        return NOON

    working = Ledger(ledger_url, now=now)
    with leases.take(working, ["a"], seconds=0.03):
        assert renewed.wait(10)
    working.close()
    assert "not renewed and will be tried again: database is locked" in caplog.text


def test_losing_a_lease_is_logged(ledger, ledger_url, caplog):
    renewing = threading.Event()

    def now() -> datetime:
        if threading.current_thread() is not threading.main_thread():
            renewing.set()
        return NOON

    working = Ledger(ledger_url, now=now)
    with leases.take(working, ["a", "b"], seconds=0.03):
        hold_elsewhere(ledger, "a")
        renewing.clear()
        assert renewing.wait(10)
    working.close()
    assert "another process took over 1 of this one's leases" in caplog.text


@pytest.mark.parametrize("reaped", [True, False])
def test_the_lease_of_a_killed_process_is_free_at_once(ledger_url, reaped):
    ledger = Ledger(ledger_url)
    command = [sys.executable, "-c", HOLD, ledger_url, "a", "b"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as worker:
        assert worker.stdout is not None
        assert worker.stdout.readline() == b"a b\n"
        with leases.take(ledger, ["a"], seconds=60) as held:
            assert held == set()
        os.kill(worker.pid, signal.SIGKILL)
        # Wait until it has ended, reaped or still a zombie.
        os.waitid(os.P_PID, worker.pid, os.WEXITED | (0 if reaped else os.WNOWAIT))
        with leases.take(ledger, ["a"], seconds=60) as free:
            assert free == {"a"}
    ledger.close()


def test_a_clock_set_back_by_a_second_frees_no_lease(ledger, ledger_url, clock):
    other = Ledger(ledger_url, now=clock)
    with leases.take(ledger, ["a"], seconds=60):
        host, pid, started = leases.this_process().rsplit("/", 2)
        owner = f"{host}/{pid}/{float(started) - 1:.2f}"
        with ledger.write() as tx:
            tx.execute(update(tables.leases).values(owner=owner))
        with leases.take(other, ["a"], seconds=60) as theirs:
            assert theirs == set()
    other.close()


@pytest.mark.parametrize("hours", [-1, 1])
def test_a_clock_set_by_an_hour_frees_no_lease(ledger, ledger_url, clock, monkeypatch, hours):
    """On Linux it changes when a process seems to have begun."""
    other = Ledger(ledger_url, now=clock)
    with leases.take(ledger, ["a"], seconds=60):
        booted = psutil.boot_time() + hours * 3_600
        monkeypatch.setattr("psutil._psplatform.boot_time", lambda: booted)
        with leases.take(other, ["a"], seconds=60) as theirs:
            assert theirs == set()
    other.close()


def test_a_reused_process_number_is_another_process(ledger):
    with leases.take(ledger, ["a"], seconds=60):
        host, pid, started = leases.this_process().rsplit("/", 2)
        with ledger.write() as tx:
            owner = f"{host}/{pid}/{float(started) - 100:.2f}"
            tx.execute(update(tables.leases).values(owner=owner))
    with leases.take(ledger, ["a"], seconds=60) as free:
        assert free == {"a"}
