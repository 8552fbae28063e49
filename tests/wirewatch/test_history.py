"""The history of a feed: its older pages are recorded, and no rule alerts on them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from factories import EVERY_SLOT, NOON, add_feed, get_feed
from hourly_outlet import Outlet
from loopback import Loopback, Reply, Request, loopback

from core.errors import WirewatchError
from core.ledger import accounting, entries, feeds, visits
from core.records import Entry
from core.settings import load_settings
from wirewatch.history import GIVEN_UP, LAST_PAGE, NO_PAGES, History, read_history
from wirewatch.house import ALL, House
from wirewatch.stages.poll import poll


def hours(number: float) -> datetime:
    return NOON + timedelta(hours=number)


@contextmanager
def polled(
    tmp_path: Path, outlet: Outlet, name: str = "pages"
) -> Iterator[tuple[House, Loopback, str]]:
    """A house that has polled an outlet's feed once, at noon: ten entries, of hours -9 to 0."""
    settings = load_settings(tmp_path, allow_hosts="*.localhost", pause=0, poll_every=0, poll_min=0)
    with loopback(outlet.answer) as server, House(settings, now=outlet.now) as house:
        url = server.url("/feed", f"{name}.localhost")
        add_feed(house.ledger, url)
        poll(house)
        yield house, server, url


def read(house: House, url: str, since: float, max_pages: int = 100) -> History:
    return read_history(house, get_feed(house.ledger, url), hours(since), max_pages)


def known(house: House) -> dict[int, Entry]:
    """The entries by their hours."""
    with house.ledger.read() as tx:
        return {int(one.url.rpartition("/")[2]): one for one in entries.listed(tx)}


def test_older_pages_are_recorded_back_to_a_date(tmp_path: Path) -> None:
    with polled(tmp_path, Outlet()) as (house, server, url):
        told = read(house, url, -25)
        assert told == History(3, 16, hours(-25), "that is all since 2026-02-28")
        found = known(house)
        assert set(found) == set(range(-25, 1))
        assert {hour for hour, one in found.items() if one.historic} == set(range(-25, -9))
        asked = [one.path for one in server.log if "paged" in one.path]
        assert asked == [f"/feed?paged={number}" for number in (2, 3, 4)]
        with house.ledger.read() as tx:
            assert accounting.account(tx).seen == 26, "and adds up"
        assert read(house, url, -25).found == 0, "what is known is not found again"
        assert {hour for hour, one in known(house).items() if one.historic} == set(range(-25, -9))


def test_what_came_after_the_last_poll_is_left_to_the_next_one(tmp_path: Path) -> None:
    outlet = Outlet()
    with polled(tmp_path, outlet) as (house, _, url):
        outlet.moments.append(hours(15))
        assert read(house, url, -12).found == 3
        assert set(known(house)) == {-12, -11, -10, *range(-9, 1)}
        poll(house)
        fresh = [one.historic for hour, one in known(house).items() if hour > 0]
        assert fresh == [False] * 15


def test_what_failed_polls_missed_is_left_to_the_next_one_too(tmp_path: Path) -> None:
    outlet = Outlet()
    with polled(tmp_path, outlet) as (house, _, url):
        outlet.answers["/feed"] = lambda _: Reply(500)
        outlet.moments.append(hours(24))
        poll(house)
        del outlet.answers["/feed"]
        outlet.moments.append(hours(25))
        assert read(house, url, -12).found == 3
        assert set(known(house)) == set(range(-12, 1))
        poll(house)
        fresh = [one.historic for hour, one in known(house).items() if hour > 0]
        assert fresh == [False] * 25


def test_what_a_poll_is_to_read_once_more_is_left_to_it(tmp_path: Path) -> None:
    outlet = Outlet()
    with polled(tmp_path, outlet) as (house, _, url):
        outlet.answers["/feed?paged=2"] = lambda _: Reply(503)
        outlet.moments.append(hours(25))
        poll(house)
        assert min(hour for hour in known(house) if hour > 0) == 16
        del outlet.answers["/feed?paged=2"]
        outlet.moments.append(hours(25.5))  # the site had asked for a minute
        assert read(house, url, -12).found == 3
        poll(house)
        fresh = [one.historic for hour, one in known(house).items() if hour > 0]
        assert fresh == [False] * 25


def test_a_site_that_a_pass_visits_is_left_to_it(tmp_path: Path) -> None:
    with polled(tmp_path, Outlet()) as (house, server, url):
        asked = len(server.log)
        with house.slots(ALL), pytest.raises(WirewatchError, match="a pass is visiting its site"):
            read(house, url, -25)
        assert len(server.log) == asked


def test_pages_of_new_entries_are_fetched_before_those_of_history(tmp_path: Path) -> None:
    outlet = Outlet()
    with polled(tmp_path, outlet) as (house, _, url):
        read(house, url, -25)
        outlet.moments.append(hours(1))
        poll(house)
        with house.ledger.read() as tx:
            due = visits.due(tx, EVERY_SLOT, house.now(), 12)
        assert [one.historic for one in due] == [False] * 11 + [True]


@pytest.mark.parametrize(
    ("reply", "found", "end"),
    [
        (Reply(404), 10, LAST_PAGE),
        (Reply(500), 10, "/feed?paged=3 answered 500"),
        (Reply(200, b"<html>", (("Content-Type", "text/html"),)), 10, "paged=3 is not a feed: "),
        (None, 10, "page 1 was the last to be read"),
    ],
)
def test_why_it_went_no_further_is_said(
    tmp_path: Path, reply: Reply | None, found: int, end: str
) -> None:
    outlet = Outlet()
    if reply is not None:
        outlet.answers["/feed?paged=3"] = lambda _: reply
    with polled(tmp_path, outlet) as (house, _, url):
        told = read(house, url, -1_000, max_pages=100 if reply else 1)
        assert (told.pages, told.found) == (1, found)
        assert end in told.end


def test_more_pages_are_offered_only_if_more_can_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wirewatch.history.MAX_PAGES", 2)
    with polled(tmp_path, Outlet()) as (house, _, url):
        ends = [read(house, url, -1_000, max_pages=number).end for number in (1, 2)]
    assert ends == [
        "page 1 was the last to be read: --pages reads more",
        "page 2 was the last to be read",
    ]


def test_a_page_that_repeats_another_is_the_last(tmp_path: Path) -> None:
    outlet = Outlet()
    outlet.answers["/feed?paged=3"] = lambda request: Reply(
        200, outlet.listing(request.headers["Host"], -10)
    )
    with polled(tmp_path, outlet) as (house, _, url):
        told = read(house, url, -1_000)
        assert (told.pages, told.found, told.end) == (2, 10, LAST_PAGE)


def test_a_feed_without_older_pages_says_so(tmp_path: Path) -> None:
    with polled(tmp_path, Outlet(), "list") as (house, _, url):
        assert read(house, url, -25) == History(end=NO_PAGES)


def elsewhere(request: Request) -> Reply:
    """A redirect to the same outlet's list on another site."""
    there = f"http://other{request.headers['Host']}/list"
    return Reply(302, b"", (("Location", there),))


def test_a_list_that_comes_from_another_site_has_its_older_pages_there(tmp_path: Path) -> None:
    outlet = Outlet()
    outlet.answers["/feed"] = elsewhere
    with polled(tmp_path, outlet) as (house, _, url):
        assert read(house, url, -25).found == 16


def test_an_older_page_that_leads_to_another_site_is_not_read(tmp_path: Path) -> None:
    outlet = Outlet()
    outlet.answers["/feed?paged=2"] = elsewhere
    with polled(tmp_path, outlet) as (house, _, url):
        told = read(house, url, -25)
        assert (told.found, told.end) == (0, f"{url}?paged=2 leads to another site")


def test_of_a_feed_that_is_gone_nothing_is_said_to_be_all(tmp_path: Path) -> None:
    outlet = Outlet()
    with polled(tmp_path, outlet) as (house, _, url):
        outlet.answers["/feed"] = lambda _: Reply(410)
        assert read(house, url, -25).end == f"{url} answered 410"


@pytest.mark.parametrize("removed", [True, False])
def test_a_feed_that_is_removed_or_paused_meanwhile_is_read_no_further(
    tmp_path: Path, removed: bool
) -> None:
    outlet = Outlet()
    with polled(tmp_path, outlet) as (house, server, url):

        def let_alone(request: Request) -> Reply:
            with house.ledger.write() as tx:
                if removed:
                    feeds.remove(tx, url)
                else:
                    feeds.pause(tx, url, "they asked us", house.now())
            del outlet.answers["/feed?paged=3"]
            return outlet.answer(request)

        outlet.answers["/feed?paged=3"] = let_alone
        told = read(house, url, -1_000)
        assert (told.pages, told.found, told.end) == (2, 10, GIVEN_UP)
        assert set(known(house)) == set(range(-19, 1))
        assert server.log[-1].path == "/feed?paged=3"


def test_robots_txt_holds_for_older_pages(tmp_path: Path) -> None:
    outlet = Outlet()
    outlet.answers["/robots.txt"] = lambda _: Reply(200, b"User-agent: *\nDisallow: /*paged=3")
    with polled(tmp_path, outlet) as (house, server, url):
        told = read(house, url, -1_000)
        assert (told.pages, told.found) == (1, 10)
        assert told.end.startswith("robots.txt disallows it: ")
        assert told.end.endswith("paged=3")
        assert not [one for one in server.log if "paged=3" in one.path]
