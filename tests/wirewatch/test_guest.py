"""The request log of the sample newsroom gives a site's owner nothing to complain about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from core.settings import load_settings
from core.sites import site_of
from demo.newsroom import LogEntry, Newsroom
from demo.outlets import outlets
from wirewatch.house import House
from wirewatch.pipeline import run_pass

PAUSE = 0.05
SETTINGS = f"""\
allow_hosts = ["*.localhost"]
contact = "https://desk.example/wirewatch"
pause = {PAUSE}
poll_every = 0.0
poll_min = 0.0
retry_ladder = [0.0, 0.0, 0.0, 0.0]
extract_processes = 0
"""
CLOCKS = 0.01
"""Seconds by which the server's clock may see a request earlier than it was sent."""


@pytest.fixture
def log(newsroom: Newsroom, make_home: Callable[..., Path]) -> list[LogEntry]:
    """The servers' log of two passes on each of the newsroom's days."""
    with House(load_settings(make_home(settings=SETTINGS))) as house:
        for day in (1, 2):
            newsroom.day = day
            run_pass(house)
            run_pass(house)
    return newsroom.log


def by_site(log: list[LogEntry]) -> dict[str, list[LogEntry]]:
    sites: dict[str, list[LogEntry]] = defaultdict(list)
    for one in log:
        sites[site_of(f"http://{one.host}/")].append(one)
    return sites


def feed_places(newsroom: Newsroom) -> set[tuple[str | None, str]]:
    """Where feeds are, and where subscribers believe they are."""
    believed = {(urlsplit(url).hostname, urlsplit(url).path) for url in newsroom.feeds}
    return believed | {(one.host, feed.path) for one in outlets() for feed in one.feeds}


def test_every_request_respects_the_sites_rules(newsroom: Newsroom, log: list[LogEntry]) -> None:
    feeds = feed_places(newsroom)
    known = {outlet.host: outlet for outlet in outlets()}
    assert {one.method for one in log} == {"GET"}
    assert {one.user_agent for one in log} == {log[0].user_agent}
    assert log[0].user_agent.startswith("wirewatch/")
    assert "https://desk.example/wirewatch" in log[0].user_agent
    for site, requests in by_site(log).items():
        for one, following in pairwise(requests):
            gap = following.time - one.time
            assert gap >= PAUSE - CLOCKS, (site, one.path, following.path, gap)
            if one.status in (429, 503):
                assert gap >= 1 - CLOCKS, (site, following.path, gap)  # as its Retry-After demands
    for host, outlet in known.items():
        mine = [one for one in log if one.host == host]
        pages = [one for one in mine if (host, one.path) not in feeds and "robots" not in one.path]
        if pages:
            robots = [one for one in mine if one.path == "/robots.txt"]
            assert len(robots) == 1, host
            assert not [one for one in pages if one.time < robots[0].time]
        if outlet.disallow:
            assert not [one for one in pages if one.path.startswith(outlet.disallow)]
        # Only feeds are requested with validators; pages are fetched as if never seen.
        assert not [one for one in pages if one.if_none_match or one.if_modified_since]


def test_unchanged_feeds_are_not_sent_again(newsroom: Newsroom, log: list[LogEntry]) -> None:
    feeds = {(outlet.host, feed.path) for outlet in outlets() for feed in outlet.feeds}
    # Only feeds have validators.
    feeds -= {(fault.host, fault.path) for fault in newsroom.active}
    sent: dict[tuple[str, str], int] = defaultdict(int)
    for one in log:
        if one.status == 200 and (one.host, one.path) in feeds:
            sent[one.host, one.path] += 1
    # Four polls, with news on two days: a feed with validators is sent at most twice.
    assert max(sent.values()) <= 2, sent
    assert sum(1 for one in log if one.status == 304) > 20
