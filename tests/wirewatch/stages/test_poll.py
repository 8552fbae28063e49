"""The poll stage: every due feed is polled once, whatever the batch size."""

from __future__ import annotations

import asyncio
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from factories import NOON, Clock, add_feed, item, record
from loopback import Reply, Request, loopback
from polls import read_of
from postgres_server import own_schema
from sqlalchemy.exc import DataError

import ingest.feeds.ask
import ingest.feeds.poll
from core.ledger import entries, feeds
from core.records import FeedState
from core.settings import load_settings
from ingest.feeds.ask import LIGHT
from ingest.pages.workers import Workers
from ingest.web.answers import Answer
from wirewatch.house import House
from wirewatch.passes.manners import Learnt
from wirewatch.stages.fetch import fetch
from wirewatch.stages.poll import _record, poll

FEED = (
    b"<rss version='2.0'><channel><title>Well</title><item><title>News</title>"
    b"<link>http://well.localhost/1</link></item></channel></rss>"
)

ONE_HOUR = timedelta(hours=1)


@pytest.mark.parametrize("batch", [1, 3, 7, 8])
def test_each_feed_is_polled_once_whatever_the_batch_size(tmp_path, monkeypatch, batch):
    monkeypatch.setattr("wirewatch.stages.poll.POLL_BATCH", batch)
    told = []

    def answer(request: Request) -> Reply:
        unchanged = request.headers["If-None-Match"] == '"1"'
        return Reply(304) if unchanged else Reply(200, FEED, (("ETag", '"1"'),))

    settings = load_settings(tmp_path, allow_hosts="*.localhost", pause=0, poll_every=0, poll_min=0)
    with loopback(answer) as server, House(settings) as house:
        for number in range(7):
            add_feed(house.ledger, server.url("/feed", f"s{number}.localhost"))
        assert poll(house, progress=lambda stage, done, _of: told.append((stage, done))) == 7
        assert told[-1] == ("poll", 7)
        assert len(server.log) == 7
        assert poll(house) == 7
        asked = Counter(request.headers["If-None-Match"] for request in server.log)
        assert asked == {None: 7, '"1"': 7}
        assert house.account().seen == 1


def test_a_feed_behind_a_redirect_is_asked_conditionally_where_it_leads(tmp_path):
    def answer(request: Request) -> Reply:
        if request.path == "/feed":
            return Reply(302, headers=(("Location", "/real"),))
        unchanged = request.headers["If-None-Match"] == '"1"'
        return Reply(304) if unchanged else Reply(200, FEED, (("ETag", '"1"'),))

    settings = load_settings(tmp_path, allow_hosts="*.localhost", pause=0, poll_every=0, poll_min=0)
    with loopback(answer) as server, House(settings) as house:
        add_feed(house.ledger, server.url("/feed", "well.localhost"))
        assert [poll(house), poll(house)] == [1, 1]
        with house.ledger.read() as tx:
            (feed,) = feeds.listed(tx)
        asked = [one.headers["If-None-Match"] for one in server.log if one.path == "/real"]
        assert (asked, feed.state) == ([None, '"1"'], FeedState.OK)


@pytest.mark.parametrize(
    ("where", "reason"),
    [
        ("ask.parse_feed", r"parsing it failed, please report it: ValueError: odd\x00"),
        ("poll.marks_of", r"failed by a fault, please report it: ValueError: odd\x00"),
        ("ask.conditional_headers", r"failed by a fault, please report it: ValueError: odd\x00"),
    ],
)
def test_a_fault_costs_only_the_feed_that_met_it(tmp_path, monkeypatch, caplog, where, reason):
    module, _, name = where.partition(".")
    met = getattr(getattr(ingest.feeds, module), name)

    def faulty(met_by, *others):
        if "amiss" in str(met_by):
            raise ValueError("odd\0")
        return met(met_by, *others)

    def answer(request: Request) -> Reply:
        return Reply(
            200, FEED.replace(b"/1", b"/amiss") if "amiss" in request.headers["Host"] else FEED
        )

    monkeypatch.setattr(f"ingest.feeds.{where}", faulty)
    settings = load_settings(tmp_path, allow_hosts="*.localhost", pause=0)
    with loopback(answer) as server, House(settings) as house:
        for name in ("amiss", "good", "well"):
            add_feed(house.ledger, server.url("/feed", f"{name}.localhost"))
        assert poll(house) == 3
        with house.ledger.read() as tx:
            bad, *others = feeds.listed(tx)
        assert house.account().seen == 1
    assert reason in (bad.reason or "")
    assert {feed.failures for feed in others} == {0}
    assert "ValueError" in caplog.text


def test_a_feed_that_cannot_be_recorded_costs_no_other(tmp_path, monkeypatch, caplog):
    met = entries.record_items

    def faulty(tx, feed, items, now):
        found = met(tx, feed, items, now)
        if "bad" in feed.url and items:
            # As for a value that the database does not take.
            raise DataError("INSERT", {}, ValueError("odd"))
        return found

    def answer(request: Request) -> Reply:
        is_bad = "bad" in request.headers["Host"]
        return Reply(200, FEED.replace(b"/1", b"/bad") if is_bad else FEED)

    settings = load_settings(tmp_path, allow_hosts="*.localhost", pause=0)
    with loopback(answer) as server, House(settings) as house:
        for name in ("bad", "good", "well"):
            add_feed(house.ledger, server.url("/feed", f"{name}.localhost"))
        with monkeypatch.context() as patched:
            patched.setattr(entries, "record_items", faulty)
            assert poll(house) == 3
        with house.ledger.read() as tx:
            bad, *others = feeds.listed(tx)
        assert house.account().seen == 1
        assert (bad.reason or "").startswith("failed by a fault, please report it: DataError")
        assert [feed.failures for feed in others] == [0, 0]
        poll(house, only=bad.url)
        assert house.account().seen == 2, "its items were not taken for seen"
    assert "DataError" in caplog.text


def test_machine_that_is_offline_finds_no_feed_failing(tmp_path, caplog):
    def states() -> set[FeedState]:
        with house.ledger.read() as tx:
            return {feed.state for feed in feeds.listed(tx)}

    settings = load_settings(tmp_path, allow_hosts="*.localhost", pause=0, poll_every=0, poll_min=0)
    moments = [NOON]
    with (
        loopback(lambda _: Reply(200, FEED)) as server,
        House(settings, now=lambda: moments[-1]) as house,
    ):
        for number in range(2):
            add_feed(house.ledger, f"http://off{number}.localhost:1/feed")
        assert poll(house) == 2
        assert states() == {FeedState.FAILING}, "of two, both may be down"
        add_feed(house.ledger, "http://off2.localhost:1/feed")
        assert poll(house) == 3
        assert states() == {FeedState.FAILING, FeedState.NEW}
        assert "is this machine offline?" in caplog.text
        moments.append(NOON + timedelta(days=1))
        assert poll(house) == 3
        assert states() == {FeedState.FAILING}, "after a day they are"
        assert poll(house) == 3
        with house.ledger.read() as tx:
            failures = {feed.failures for feed in feeds.listed(tx)}
        assert failures == {2, 3}, "and stay so: no second day is given"
        add_feed(house.ledger, server.url("/feed", "well.localhost"))
        assert poll(house) == 4, "asked again at once"
        assert states() == {FeedState.FAILING, FeedState.OK}


def test_recording_several_feeds_and_moving_their_entries_do_not_deadlock(tmp_path, postgres_url):
    """PostgreSQL ended one of the two: entries were locked feed by feed, so in no one order."""
    with (
        own_schema(postgres_url) as url,
        House(load_settings(tmp_path, ledger_url=url)) as house,
        ThreadPoolExecutor(1) as pool,
    ):
        # Listed by one feed each, the one with the higher id first.
        listed = sorted((item(number) for number in (1, 2)), key=lambda one: one.id)[::-1]
        feed, other = (add_feed(house.ledger, f"https://news.example/{n}") for n in "ab")
        record(house.ledger, feed, *listed)
        body = FEED.decode().replace("http://well.localhost/1", "{}")
        answers = [
            (one, read_of(one, Answer(one.url, 200, (), body.format(entry.url).encode())))
            for one, entry in zip((feed, other), listed, strict=True)
        ]
        with house.ledger.write() as tx:
            for number, one in enumerate(reversed(listed)):
                entries.lock(tx, [one.id])
                if number == 0:
                    recording = pool.submit(_record, house, answers, Learnt([], []))
                    with pytest.raises(TimeoutError):
                        recording.result(timeout=1)
        recording.result()
        assert house.account().seen == 2


def test_what_another_pass_has_polled_since_stays_as_it_is(tmp_path):
    """The machine slept in the middle of a pass, and another took over: an older list passed for an
    edit."""
    clock = Clock()
    with House(load_settings(tmp_path), now=clock) as house:
        feed = add_feed(house.ledger, "https://well.localhost/feed")
        for body in (FEED.replace(b"News", b"News, corrected"), FEED):
            clock.go(hours=1)
            read = read_of(feed, Answer(feed.url, 200, (), body))
            _record(house, [(feed, read)], Learnt([], []))
        with house.ledger.read() as tx:
            (entry,), (polled,) = entries.listed(tx), feeds.listed(tx)
        assert (entry.title, polled.last_polled_at) == ("News, corrected", clock() - ONE_HOUR)
        with house.ledger.write() as tx:
            assert feeds.remove(tx, feed.url)
        read = read_of(polled, Answer(feed.url, 200, (), FEED))
        _record(house, [(polled, read)], Learnt([], []))
        with house.ledger.read() as tx:
            (entry,) = entries.listed(tx)
    assert entry.title == "News, corrected"


@pytest.mark.parametrize("guid", ["", "<guid isPermaLink='false'>{n}</guid>"])
def test_item_whose_address_changes_at_each_poll_is_fetched_once(tmp_path, guid):
    def feed(polls: int) -> bytes:
        inside = "<title>News {n}</title><link>/{n}?s={polls}</link>" + guid
        items = "".join(
            f"<item>{inside.format(n=n, polls=polls)}</item>" for n in (*range(3), 10 + polls // 3)
        )
        return f"<rss version='2.0'><channel><title>T</title>{items}</channel></rss>".encode()

    def answer(request: Request) -> Reply:
        if request.path == "/robots.txt":
            return Reply(404)
        polls = [one.path for one in server.log].count("/feed")
        return Reply(200, feed(polls) if request.path == "/feed" else b"<p>Words")

    settings = load_settings(tmp_path, allow_hosts="*.localhost", pause=0, poll_every=0, poll_min=0)
    with loopback(answer) as server, House(settings) as house:
        add_feed(house.ledger, server.url("/feed", "new.localhost"))
        for _ in range(6):
            poll(house)
            fetch(house)
        assert house.account().seen == 6
    pages = [request.path.partition("?")[0] for request in server.log if "?" in request.path]
    assert sorted(pages) == ["/0", "/1", "/10", "/11", "/12", "/2"]


def hostile() -> bytes:
    """A feed of several megabytes that is slow to parse."""
    item = b"<item><link>http://bad.localhost/%d</link><description>%s</description></item>"
    items = b"".join(item % (number, b"&lt;p&gt;a " * 9) for number in range(20_000))
    return b"<rss version='2.0'><channel><title>Bad</title>" + items


def test_feeds_slow_to_parse_delay_no_other(tmp_path, monkeypatch):
    bad, well = ("bad1", "bad2"), tuple(f"well{number}" for number in range(30))
    body = hostile()
    others_are_recorded = asyncio.Event()
    met = Workers.do

    async def slower_than_all_others(workers, item):
        result = await met(workers, item)
        # On a busy machine the others may take longer than the limit; if they wait for this one,
        # they never end.
        await asyncio.wait_for(others_are_recorded.wait(), timeout=60)
        return result

    def progress(_stage: str, done: int, _of: int) -> None:
        if done >= len(well):
            others_are_recorded.set()

    monkeypatch.setattr(Workers, "do", slower_than_all_others)

    def answer(request: Request) -> Reply:
        return Reply(200, body if request.headers["Host"].startswith("bad") else FEED)

    settings = load_settings(
        tmp_path, allow_hosts="*.localhost", pause=0, extract_processes=1, extract_timeout=2
    )
    with loopback(answer) as server, House(settings) as house:
        for name in (*bad, *well):
            add_feed(house.ledger, server.url("/feed", f"{name}.localhost"))
        assert poll(house, progress=progress) == len(bad) + len(well)
        with house.ledger.read() as tx:
            order = tx.exec_driver_sql(
                "select url, reason from feeds order by last_polled_at"
            ).all()
    names = [url.removeprefix("http://").partition(".")[0] for url, _ in order]
    # Every healthy feed was recorded before the first slow one was given up.
    assert set(names[: len(well)]) == set(well)
    assert set(names[len(well) :]) == set(bad)
    assert all("took more than 2 s" in reason for _, reason in order[len(well) :])


def test_large_feed_is_read_like_a_small_one(tmp_path):
    item = b"<item><title>News</title><link>http://large.localhost/%d</link></item>"
    items = b"".join(item % number for number in range(2_000))
    body = b"<rss version='2.0'><channel><title>Large</title>" + items + b"</channel></rss>"
    assert len(body) > LIGHT
    settings = load_settings(tmp_path, allow_hosts="*.localhost", pause=0, poll_every=0, poll_min=0)
    with loopback(lambda _: Reply(200, body)) as server, House(settings) as house:
        add_feed(house.ledger, server.url("/feed", "large.localhost"))
        for _ in range(2):
            assert poll(house) == 1
            with house.ledger.read() as tx:
                (feed,) = feeds.listed(tx)
            assert (feed.outlet, feed.state, feed.reason) == ("Large", FeedState.OK, None)
            assert house.account().seen == 2_000
