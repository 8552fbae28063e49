"""A restart keeps our manners: the next process knows what sites have asked for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from factories import add_feed
from loopback import Loopback, Reply, Request, loopback

from core.ledger import politeness
from core.records import SiteRecord, State
from core.settings import load_settings
from wirewatch.house import House, Shard
from wirewatch.stages.fetch import fetch
from wirewatch.stages.poll import poll

PAGE = b"<html><body><p>" + b"Words of an article. " * 50 + b"</p></body></html>"


def one_pass(home: Path, server: Loopback, *hosts: str) -> House:
    """Poll and fetch as a separate process would."""
    settings = load_settings(
        home, allow_hosts="*.localhost", pause=0, poll_every=0, poll_min=0, extract_processes=0
    )
    with House(settings) as house:
        for host in hosts:
            add_feed(house.ledger, server.url("/feed", host))
        poll(house)
        fetch(house)
    return house


def feed_of(*numbers: int) -> bytes:
    items = "".join(f"<item><title>News {n}</title><link>/{n}</link></item>" for n in numbers)
    return f"<rss version='2.0'><channel><title>T</title>{items}</channel></rss>".encode()


def test_robots_txt_is_not_fetched_again_by_the_next_process(tmp_path):
    listed = [1]

    def answer(request: Request) -> Reply:
        if request.path == "/robots.txt":
            return Reply(200, b"User-agent: *\nDisallow: /2")
        return Reply(200, feed_of(*listed)) if request.path == "/feed" else Reply(200, PAGE)

    with loopback(answer) as server:
        one_pass(tmp_path, server, "one.localhost")
        listed += [2, 3]
        house = one_pass(tmp_path, server)
    paths = [request.path for request in server.log]
    assert paths.count("/robots.txt") == 1
    assert sorted(path for path in paths if path[1:].isdigit()) == ["/1", "/3"]
    assert house.account().count(State.REJECTED) == 1


def test_next_process_honours_a_sites_retry_after(tmp_path):
    def answer(request: Request) -> Reply:
        if request.path == "/other":
            return Reply(200, feed_of(1))
        return Reply(503, headers=(("Retry-After", "3600"),))

    with loopback(answer) as server:
        one_pass(tmp_path, server, "busy.localhost")
        assert [request.path for request in server.log] == ["/feed"]
        settings = load_settings(tmp_path, allow_hosts="*.localhost", pause=0, poll_min=0)
        with House(settings) as house:
            # Another feed of the same site, not requested before.
            add_feed(house.ledger, server.url("/other", "busy.localhost"))
            assert poll(house) == 1
            with house.ledger.read() as tx:
                (owed,) = politeness.sites_on_record(tx, house.now())
    assert [request.path for request in server.log] == ["/feed"]
    assert owed.name == "busy.localhost"


def test_what_another_pass_learns_until_it_lets_a_site_go_is_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    take = House.slots

    @contextmanager
    def another_has_just_let_go(house: House, shard: Shard) -> Iterator[frozenset[int]]:
        until = house.now() + timedelta(hours=1)
        with house.ledger.write() as tx:
            busy = SiteRecord(
                name="busy.localhost", asked_at=None, pause=None, held_until=until, until=until
            )
            politeness.save(tx, [], [busy], house.now())
        with take(house, shard) as slots:
            yield slots

    monkeypatch.setattr(House, "slots", another_has_just_let_go)
    with loopback(lambda _: Reply(200, feed_of())) as server:
        settings = load_settings(tmp_path, allow_hosts="*.localhost", pause=0)
        with House(settings) as house:
            add_feed(house.ledger, server.url("/feed", "busy.localhost"))
            assert poll(house) == 1
    assert server.log == []
