"""The fetch stage waits forever neither for pages that a site withholds nor for a slow site."""

from __future__ import annotations

import pkgutil
from datetime import UTC, datetime, timedelta

import pytest
from factories import Clock, add_feed, item, record
from loopback import Reply, Request, loopback
from sqlalchemy import update

from core.ledger import additions, edits, entries, replays, segments
from core.ledger.tables import entries as rows
from core.records import Entry, State
from core.settings import load_settings
from core.sites import slot_of
from ingest.web.answers import Answer
from wirewatch.house import House
from wirewatch.stages.extract import extract_pages, pages_to_extract
from wirewatch.stages.fetch import fetch
from wirewatch.stages.poll import poll


@pytest.mark.parametrize("edited", [False, True])
def test_pages_read_before_are_not_retried_without_end(tmp_path, edited):
    items = "".join(f"<item><title>News {n}</title><link>/{n}</link></item>" for n in range(40))
    feed = f"<rss version='2.0'><channel><title>T</title>{items}</channel></rss>".encode()

    def answer(request: Request) -> Reply:
        if request.path == "/robots.txt":
            return Reply(404)
        return Reply(200, feed) if request.path == "/feed" else Reply(429)

    settings = load_settings(tmp_path, allow_hosts="*.localhost", pause=0, retry_ladder=[300.0])
    start = clock = datetime.now(UTC)
    with loopback(answer) as server, House(settings, now=lambda: clock) as house:
        add_feed(house.ledger, server.url("/feed", "busy.localhost"))
        poll(house)
        read = {"revision": 1, "address": rows.c.url, "text_hash": "a" * 64}
        read |= {"first_seen": start - timedelta(days=4), "state": State.INDEXED}
        with house.ledger.write() as tx:
            tx.execute(update(rows).values(**read, revisit_at=start))
            if edited:
                tx.execute(update(rows).values(**edits.RESTARTED))
        waiting: list[timedelta] = []
        for hour in range(30):
            clock = start + timedelta(hours=hour)
            fetch(house)
            with house.ledger.read() as tx:
                if entries.count(tx, state=State.FOUND):
                    waiting.append(clock - start)
        with house.ledger.read() as tx:
            found = list(entries.listed(tx))
    assert timedelta(hours=20) < waiting[-1] <= timedelta(hours=25)
    pages = [request.path for request in server.log if request.path[1:].isdigit()]
    assert len(pages) <= 30
    assert {entry.state for entry in found} == {State.INDEXED}
    assert all("the earlier text is kept" in (entry.reason or "") for entry in found)
    # They are revisited later, like every page that could not be fetched.
    assert {entry.revisit_at for entry in found} == {start + timedelta(days=3)}


@pytest.mark.parametrize(
    "where",
    [
        *("ingest.pages.fetch.refresh_target", "ingest.pages.fetch._page"),
        *("ingest.web.robots.Robots.refusal", "core.archive._to_warc"),
    ],
)
def test_a_fault_costs_only_the_page_that_met_it(tmp_path, monkeypatch, caplog, where):
    met = pkgutil.resolve_name(where)

    def faulty(*arguments):
        if any("odd" in getattr(one, "url", str(one)) for one in arguments):
            raise KeyError("odd")
        return met(*arguments)

    def answer(request: Request) -> Reply:
        return Reply(404 if request.path == "/robots.txt" else 200, b"<p>Words")

    monkeypatch.setattr(where, faulty)
    settings = load_settings(tmp_path, allow_hosts="*.localhost", pause=0)
    with loopback(answer) as server, House(settings) as house:
        pages = [server.url(path, "a.localhost") for path in ("/1", "/odd", "/2")]
        with house.ledger.write() as tx:
            additions.add(tx, pages, house.now())
        fetch(house)
        with house.ledger.read() as tx:
            ended = {one.url: (one.state, one.reason) for one in entries.listed(tx)}
    fault = State.QUARANTINED, "failed by a fault, please report it"
    assert ended == dict.fromkeys(pages, (State.FETCHED, None)) | {pages[1]: fault}
    assert "KeyError" in caplog.text


def test_a_site_that_another_process_asks_is_left_to_it(tmp_path):
    def answer(request: Request) -> Reply:
        if request.path == "/feed":
            items = "<item><title>News</title><link>/1</link></item>"
            feed = f"<rss version='2.0'><channel><title>T</title>{items}</channel></rss>"
            return Reply(200, feed.encode())
        return Reply(404 if request.path == "/robots.txt" else 200, b"<p>Words")

    settings = load_settings(tmp_path, allow_hosts="*.localhost", pause=0)
    with loopback(answer) as server, House(settings) as house:
        for host in ("theirs.localhost", "ours.localhost"):
            add_feed(house.ledger, server.url("/feed", host))
        for stage in (poll, fetch):
            with house.lease(f"slot:{slot_of('theirs.localhost')}"):
                assert stage(house) == 1
            assert {request.headers["Host"].partition(".")[0] for request in server.log} == {"ours"}
            assert stage(house) == 1
            server.log.clear()


def test_each_visit_to_a_page_begins_its_tries_anew(tmp_path, monkeypatch):
    """A page that came at the seventh try was given up at the first refusal a day later."""
    clock = Clock()
    wait = ("Retry-After", "3600")
    answers = [Answer(item().url, status, (wait,), b"<p>Words") for status in (503, 200)]

    async def ask(*_: object) -> Answer:
        return answers.pop(0)

    monkeypatch.setattr("wirewatch.stages.fetch.ask", ask)
    with House(load_settings(tmp_path), now=clock) as house:
        monkeypatch.setattr(house.robots, "is_known", lambda _url: True)
        record(house.ledger, add_feed(house.ledger, "https://news.example/rss"), item())
        tried = []
        while answers:
            asked = fetch(house)
            clock.go(minutes=30)
            with house.ledger.read() as tx:
                tried += [(asked, entry.state, entry.attempts) for entry in entries.listed(tx)]
    assert tried == [(1, State.FOUND, 1), (0, State.FOUND, 1), (1, State.FETCHED, 0)]


def test_a_feed_of_many_pages_does_not_hold_up_a_pass(tmp_path, monkeypatch):
    """It lists them on any number of sites, and none of these may answer."""
    monkeypatch.setattr("wirewatch.stages.fetch.FETCH_BATCH", 4)
    monkeypatch.setattr("wirewatch.stages.fetch.FEED_PAGES", 3)
    clock = Clock()
    asked: list[str] = []

    async def ask(_client: object, _robots: object, entry: Entry, *_: object) -> Answer:
        asked.append(entry.title)
        return Answer(entry.url, 200, (), b"<p>Words")

    monkeypatch.setattr("wirewatch.stages.fetch.ask", ask)
    flood = [item(n, title=f"F{n}", url=f"https://{n}.example/") for n in range(8)]
    with House(load_settings(tmp_path, pause=0), now=clock) as house:
        monkeypatch.setattr(house.robots, "is_known", lambda _url: True)
        record(house.ledger, add_feed(house.ledger, "https://flood.example/rss"), *flood)
        clock.go(seconds=1)
        last = max(flood, key=lambda one: one.id)
        own = [item(n, title=f"N{n}") for n in (1, 2)]
        record(house.ledger, add_feed(house.ledger, "https://news.example/rss"), *own, last)
        passes: list[list[str]] = []
        while fetch(house):
            passes.append(asked.copy())
            asked.clear()
    assert [len(one) for one in passes] == [6, 3, 1]
    assert {last.title, "N1", "N2"} < set(passes[0])


def test_a_slow_site_does_not_hold_up_a_pass(tmp_path, monkeypatch):
    monkeypatch.setattr("wirewatch.stages.fetch.FETCH_BATCH", 30)
    clock = Clock()

    def answer(request: Request) -> Reply:
        if request.path == "/robots.txt":
            return Reply(404)
        is_slow = request.headers["Host"].startswith("slow.")
        if request.path == "/feed":
            numbers = range(40) if is_slow else range(1)
            items = "".join(
                f"<item><title>News {n}</title><link>/{n}</link></item>" for n in numbers
            )
            feed = f"<rss version='2.0'><channel><title>T</title>{items}</channel></rss>"
            return Reply(200, feed.encode())
        if is_slow:
            clock.go(minutes=2)
        return Reply(200, b"<p>Words")

    settings = load_settings(tmp_path, allow_hosts="*.localhost", pause=0)
    with loopback(answer) as server, House(settings, now=clock) as house:
        for host in ("slow.localhost", "fast.localhost"):
            add_feed(house.ledger, server.url("/feed", host))
            poll(house)
            clock.go(seconds=1)  # so that all entries of the slow site come first
        passes: list[int] = []
        while (number := fetch(house)) and len(passes) < 9:
            passes.append(number)
            clock.go(hours=1)
        assert not house.account().count(State.FOUND)
    assert passes == [9, 8, 8, 8, 8]


def test_items_that_share_the_front_page_are_articles_of_their_own(tmp_path):
    said = "The agency has said today that it {} nobody's telephone in the past year."

    def feed(*whats: str) -> bytes:
        items = (
            f"<item><title>It {what}</title><link>/</link><guid>{what}</guid>"
            f"<description>{said.format(what)}</description></item>"
            for what in whats
        )
        return f"<rss version='2.0'><channel>{''.join(items)}</channel></rss>".encode()

    bodies = [feed("tapped", "filmed"), feed("opened", "tapped", "filmed")]

    def answer(request: Request) -> Reply:
        return Reply(200, bodies[0])

    settings = load_settings(tmp_path, allow_hosts="*.localhost", pause=0, poll_every=0, poll_min=0)
    with loopback(answer) as server, House(settings) as house:
        add_feed(house.ledger, server.url("/feed", "site.localhost"))
        for found in (2, 1):
            poll(house)
            assert fetch(house) == found
            bodies.reverse()
        for segment in pages_to_extract(house):
            extract_pages(house, segment)
        with house.ledger.read() as tx:
            made = list(entries.listed(tx))
            written = segments.to_link(tx)
        articles = [one for segment in written for one in house.archive.read_articles(segment)]
    assert {entry.state for entry in made} == {State.EXTRACTED}
    assert sorted((article.title, article.text) for article in articles) == [
        (f"It {what}", said.format(what)) for what in ("filmed", "opened", "tapped")
    ]
    assert {article.caveat for article in articles} == {
        "the feed's text: its feed gives it no address of its own"
    }
    assert {request.path for request in server.log} == {"/feed"}


def test_a_replayed_page_of_a_busy_site_is_waited_for_anew(tmp_path):
    """All but the one that was asked for were given up at once: they were first seen long ago."""

    def answer(request: Request) -> Reply:
        return Reply(404 if request.path == "/robots.txt" else 429)

    clock = Clock()
    settings = load_settings(tmp_path, allow_hosts="*.localhost", pause=0)
    with loopback(answer) as server, House(settings, now=clock) as house:
        with house.ledger.write() as tx:
            pages = [server.url(f"/{number}", "busy.localhost") for number in range(3)]
            additions.add(tx, pages, clock())
            tx.execute(update(rows).values(state=State.QUARANTINED))
        clock.go(days=4)
        with house.ledger.write() as tx:
            replays.replay(tx, now=clock())

        def after(passes: int) -> set[tuple[State, bool]]:
            for _ in range(passes):
                fetch(house)
                clock.go(hours=1)
            with house.ledger.read() as tx:
                return {(one.state, one.revisit_at is None) for one in entries.listed(tx)}

        assert after(30) == {(State.FOUND, False)}
        # They are not visited again once they have come to this end.
        assert after(60) == {(State.QUARANTINED, True)}
