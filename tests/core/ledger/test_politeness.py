"""What sites ask of us is kept for as long as it holds, and no longer."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from factories import NOON

from core.ledger import Ledger, politeness
from core.records import RobotsRecord, SiteRecord


def robots(name: str, *, verdict: str = "READ", hours: float = 24) -> RobotsRecord:
    address = f"https://{name}.example/robots.txt"
    return RobotsRecord(
        address=address,
        verdict=verdict,
        body=name.encode(),
        until=NOON + timedelta(hours=hours),
    )


def site(name: str, *, minutes: float, pause: float | None = None) -> SiteRecord:
    until = NOON + timedelta(minutes=minutes)
    return SiteRecord(name=name, asked_at=NOON, pause=pause, held_until=until, until=until)


def test_records_come_back_unchanged(ledger):
    with ledger.write() as tx:
        politeness.save(tx, [robots("a"), robots("b", verdict="ALLOWED")], [], NOON)
        politeness.save(tx, [], [site("slow.example", minutes=1, pause=30.0)], NOON)
    with ledger.read() as tx:
        requested = [robots(name).address for name in "abc"]
        assert politeness.robots_of(tx, requested, NOON) == [
            robots("a"),
            robots("b", verdict="ALLOWED"),
        ]
        assert politeness.robots_of(tx, [], NOON) == []
        assert politeness.sites_on_record(tx, NOON) == [site("slow.example", minutes=1, pause=30.0)]


def test_newer_records_replace_older_ones(ledger):
    for hours in (1, 2):
        with ledger.write() as tx:
            politeness.save(tx, [robots("a", hours=hours)], [site("a", minutes=hours)], NOON)
    with ledger.read() as tx:
        assert politeness.robots_of(tx, [robots("a").address], NOON) == [robots("a", hours=2)]
        assert politeness.sites_on_record(tx, NOON) == [site("a", minutes=2)]


@pytest.mark.parametrize("minutes", [None, 1])
def test_a_site_stays_alone_as_long_as_it_asked_any_process(ledger, minutes):
    """A process to which redirects led there knew nothing of what another was told."""
    told = site("busy.example", minutes=60, pause=30.0)
    later = NOON + timedelta(seconds=5)
    brief = SiteRecord(
        name="busy.example",
        asked_at=later,
        pause=None,
        held_until=minutes and NOON + timedelta(minutes=minutes),
        until=NOON + timedelta(minutes=1),
    )
    with ledger.write() as tx:
        politeness.save(tx, [], [told], NOON)
        politeness.save(tx, [], [brief], later)
    with ledger.read() as tx:
        (kept,) = politeness.sites_on_record(tx, later)
    assert kept == told.model_copy(update={"asked_at": later})


def test_a_pause_is_kept_for_its_length_after_another_processs_request(ledger):
    """That process had not read the site's robots.txt, and thought the site's pause a second."""
    slow = {"name": "slow.example", "held_until": None}
    asked, again = NOON, NOON + timedelta(seconds=20)
    end = again + timedelta(seconds=30)
    read = SiteRecord(asked_at=asked, pause=30.0, until=asked + timedelta(seconds=30), **slow)
    unread = SiteRecord(asked_at=again, pause=None, until=again + timedelta(seconds=1), **slow)
    with ledger.write() as tx:
        politeness.save(tx, [], [read], asked)
        politeness.save(tx, [], [unread], again)
    with ledger.read() as tx:
        (kept,) = politeness.sites_on_record(tx, end - timedelta(seconds=1))
        assert (kept.asked_at, kept.pause, kept.until) == (again, 30.0, end)


@pytest.mark.parametrize("number", [1, 1_100])
def test_expired_records_are_forgotten(ledger, number):
    many = [robots(f"s{one}", hours=1) for one in range(number)]
    with ledger.write() as tx:
        politeness.save(tx, many, [site("a", minutes=60)], NOON)
    addresses = [one.address for one in many]
    hour, later = NOON + timedelta(hours=1), NOON + timedelta(hours=2)
    with ledger.read() as tx:
        assert len(politeness.robots_of(tx, addresses, NOON)) == number
        assert politeness.robots_of(tx, addresses, hour) == []
        assert politeness.sites_on_record(tx, hour) == []
    with ledger.write() as tx:
        politeness.save(tx, [robots("b")], [site("b", minutes=600)], later)
        assert tx.exec_driver_sql("select count(*) from robots").scalar() == 1
        assert tx.exec_driver_sql("select count(*) from sites").scalar() == 1


def test_records_dated_years_ahead_by_a_wrong_clock_are_ignored(ledger):
    year = 365 * 24
    with ledger.write() as tx:
        owed = [site("slow.example", minutes=60 * year)]
        politeness.save(tx, [robots("a", hours=year)], owed, NOON)
        assert politeness.robots_of(tx, [robots("a").address], NOON) == []
        assert politeness.sites_on_record(tx, NOON) == []


@pytest.mark.parametrize("ledger_url", ["postgresql"], indirect=True)  # SQLite has one writer
def test_workers_that_keep_the_same_records_do_not_deadlock(ledger, ledger_url):
    """Each wrote a row that the other one was to write or forget: PostgreSQL ended one of them."""
    late = Ledger(ledger_url, now=ledger.now)

    def save_both() -> None:
        with late.write() as tx:
            politeness.save(tx, [robots("b"), robots("a")], [], NOON)

    with ThreadPoolExecutor(1) as pool:
        with ledger.write() as tx:
            politeness.save(tx, [robots("a")], [], NOON)
            second = pool.submit(save_both)
            with pytest.raises(TimeoutError):
                second.result(timeout=1)
            politeness.save(tx, [robots("b")], [], NOON)
        second.result()
    late.close()
