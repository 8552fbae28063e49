"""The poll stage after a break: older pages are read, and what is missing is reported once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from factories import NOON, add_feed
from hourly_outlet import Outlet
from loopback import Loopback, Reply, Request, loopback
from sqlalchemy.exc import OperationalError

from core.ledger import gaps
from core.settings import load_settings
from wirewatch.house import House
from wirewatch.stages.poll import LONGEST_READING, poll


@pytest.fixture
def outlet() -> Outlet:
    return Outlet()


@contextmanager
def polled(
    tmp_path: Path,
    outlet: Outlet,
    *names: str,
    hours: tuple[int, ...] = (0, 1, 2, 50),
    concurrency: int = 64,
) -> Iterator[tuple[House, Loopback]]:
    """A house that has polled the outlet's feeds on some hosts at some hours."""
    settings = load_settings(
        tmp_path,
        allow_hosts="*.localhost",
        pause=0,
        poll_every=0,
        poll_min=0,
        concurrency=concurrency,
    )
    with loopback(outlet.answer) as server, House(settings, now=outlet.now) as house:
        for name in names:
            add_feed(house.ledger, server.url("/feed", f"{name}.localhost"))
        for hour in hours:
            outlet.moments.append(NOON + timedelta(hours=hour))
            assert poll(house) == len(names)
        yield house, server


def known_hours(house: House, name: str) -> set[int]:
    """The hours of the entries that are known of a host."""
    with house.ledger.read() as tx:
        known = {url for (url,) in tx.exec_driver_sql("select url from entries")}
    return {int(url.rpartition("/")[2]) for url in known if f"//{name}." in url}


def missed(house: House) -> list[int]:
    with house.ledger.read() as tx:
        return [one.missed for one in gaps.listed(tx, NOON)]


def notices(house: House) -> list[tuple[str, ...]]:
    with house.ledger.read() as tx:
        told = tx.exec_driver_sql("select before, state, reason from notices order by id").all()
    return [tuple(row) for row in told]


def test_what_a_list_no_longer_has_is_read_from_older_pages_or_reported(tmp_path, outlet):
    """After two days away: one feed has pages of older entries, the other lists ten and no more."""
    with polled(tmp_path, outlet, "pages", "list") as (house, server):
        with house.ledger.read() as tx:
            (gap,) = gaps.listed(tx, NOON)
        assert known_hours(house, "pages") == set(range(-9, 51))
        assert known_hours(house, "list") == {*range(-9, 3), *range(41, 51)}
        assert (gap.url, gap.missed) == (server.url("/feed", "list.localhost"), 38)
        assert [request.path for request in server.log if "paged" in request.path] == [
            f"/feed?paged={number}" for number in (2, 3, 4, 5)
        ]
        ((*states, reason),) = notices(house)
        assert states == ["ok", "ok"]
        assert reason.startswith("some 38 entries may be missing between 2026-03-01 14:00 and ")


def test_operators_are_told_once_of_gaps_that_follow_each_other(tmp_path, outlet):
    """A short list of a busy outlet may show one at each poll."""
    with polled(tmp_path, outlet, "list", hours=(0, 1, 50, 100, 150, 400)) as (house, _):
        assert len(missed(house)) == 4
        told = notices(house)
        assert len(told) == 2
        assert "2026-03-01 13:00" in told[0][2]
        assert "2026-03-07 18:00" in told[1][2]


def test_older_pages_that_robots_txt_disallows_are_not_asked_for(tmp_path, outlet):
    rules = b"User-agent: *\nDisallow: /*?paged="
    outlet.answers["/robots.txt"] = lambda _: Reply(200, rules)
    with polled(tmp_path, outlet, "pages") as (house, server):
        assert missed(house) == [38]
        assert not [request.path for request in server.log if "paged" in request.path]


def test_an_older_page_that_leads_to_another_site_is_not_read(tmp_path, outlet):
    def led_away(request: Request) -> Reply:
        return Reply(302, headers=(("Location", f"http://other.localhost:{port}/theirs"),))

    outlet.answers["/feed?paged=2"] = led_away
    outlet.answers["/theirs"] = lambda _: Reply(200, outlet.listing("other.localhost", 40))
    with polled(tmp_path, outlet, "pages", hours=(0, 1, 2)) as (house, server):
        port = server.port
        outlet.moments.append(NOON + timedelta(hours=50))
        poll(house)
        assert "/theirs" in [request.path for request in server.log]
        assert missed(house) == [38]
        assert known_hours(house, "other") == set()


def test_what_was_read_of_few_feeds_at_once_waits_for_their_older_pages(
    tmp_path, outlet, monkeypatch
):
    """After an outage, there may be thousands of them."""
    monkeypatch.setattr("wirewatch.stages.poll.WAITING", 1)
    names = "pages", "morepages", "yetmorepages"
    with polled(tmp_path, outlet, *names, hours=(0, 1, 2, 14), concurrency=1) as (house, server):
        asked = [one for one in server.log if one.path != "/robots.txt"][-6:]
        hosts = [one.headers["Host"].partition(".")[0] for one in asked]
        # The first one waits; the worker stays with the second one.
        assert [one.path for one in asked[:3]] == ["/feed", "/feed", "/feed?paged=2"]
        assert hosts[1] == hosts[2] != hosts[0]
        assert all(known_hours(house, name) == set(range(-9, 15)) for name in names)


def test_older_pages_are_read_at_the_next_poll_if_one_does_not_come(tmp_path, outlet):
    def down(_: Request) -> Reply:
        del outlet.answers["/feed?paged=3"]
        return Reply(500)

    outlet.answers["/feed?paged=3"] = down
    with polled(tmp_path, outlet, "pages") as (house, server):
        assert known_hours(house, "pages") == {*range(-9, 3), *range(31, 51)}
        assert missed(house) == []
        poll(house)
        assert known_hours(house, "pages") == set(range(-9, 51))
        assert missed(house) == []
        assert notices(house) == []
        poll(house)
        older = [request.path[-1] for request in server.log if "paged" in request.path]
        assert older == ["2", "3", "2", "3", "4", "5"]


def test_a_fault_at_an_older_page_costs_that_page_alone(tmp_path, outlet, monkeypatch):
    async def faulty(*_: object) -> None:
        raise ValueError("odd")

    monkeypatch.setattr("wirewatch.stages.poll.ask_older", faulty)
    with polled(tmp_path, outlet, "pages", hours=(0, 1, 2, 50, 50)) as (house, _):
        assert known_hours(house, "pages") == {*range(-9, 3), *range(41, 51)}
        assert missed(house) == [38]


def test_a_ledger_that_does_not_answer_at_an_older_page_ends_the_pass(
    tmp_path, outlet, monkeypatch
):
    """No feed is to blame for it, and what is missing of none is known."""

    def away(house: House, urls: Iterable[str] = ()) -> None:
        if urls:
            raise OperationalError("SELECT", {}, Exception("away"))

    monkeypatch.setattr("wirewatch.stages.poll.recall", away)
    with pytest.raises(OperationalError), polled(tmp_path, outlet, "pages"):
        pass


def test_older_pages_are_asked_for_no_longer_than_for_a_while(tmp_path, outlet):
    """All articles wait until the poll stage has ended, and a site may want long pauses."""

    def late(request: Request) -> Reply:
        outlet.moments.append(outlet.now() + LONGEST_READING)
        return Reply(200, outlet.listing(request.headers["Host"], 40))

    outlet.answers["/feed?paged=2"] = late
    with polled(tmp_path, outlet, "pages") as (house, server):
        assert known_hours(house, "pages") == {*range(-9, 3), *range(31, 51)}
        assert [request.path for request in server.log if "paged" in request.path] == [
            "/feed?paged=2"
        ]
        poll(house)
        assert missed(house) == [28]
