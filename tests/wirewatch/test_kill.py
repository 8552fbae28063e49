"""Runs are killed with `kill -9` again and again: nothing is lost, nothing is alerted twice."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from dying import Dying

from core.ledger import alerts, entries
from core.ledger.outboxes import DeliveryStatus
from core.query import parse
from core.records import Alert
from core.settings import load_settings
from demo.newsroom import Newsroom
from wirewatch.house import House
from wirewatch.maintenance.projection import check
from wirewatch.pipeline import run_pass

KILLS = 40

LONGEST = 12
"""The most transactions that a run completes before it is killed: few, so that many kills fit into
one pass and hit each of its stages."""


def ends(house: House) -> dict[str, tuple[str, str | None]]:
    with house.ledger.read() as tx:
        return {entry.url: (entry.state, entry.reason) for entry in entries.listed(tx)}


@pytest.fixture(scope="module")
def dying() -> Iterator[Dying]:
    with Dying() as running:
        yield running


def test_run_killed_anywhere_loses_nothing(make_home: Callable[..., Path], dying: Dying) -> None:
    chance = random.Random(20_261_124)
    home = make_home()
    killed = 0
    for _ in range(KILLS):
        at = chance.randint(1, LONGEST)
        killed += dying.run(home, at, committed=chance.random() < 0.5)
        with House(load_settings(home)) as house:
            assert house.account().balances
    assert killed >= KILLS * 0.6
    undisturbed = make_home("undisturbed")
    with House(load_settings(home)) as house, House(load_settings(undisturbed)) as other:
        run_pass(house)
        run_pass(other)
        accounting = house.account()
        assert accounting.waiting == 0
        assert ends(house) == ends(other)
        found = house.index.search(parse("*"), size=1000).articles
        assert len({article.id for article in found}) == len(found)
        assert {article.id for article in found} == {
            article.id for article in other.index.search(parse("*"), size=1000).articles
        }
        assert check(house).agrees
        with house.ledger.read() as tx:
            told = Counter((one.rule, one.story, one.kind) for one, _ in alerts.listed(tx))
        assert told
        assert set(told.values()) == {1}
        assert all(one.delivered_at for _, deliveries in _alerts(house) for one in deliveries)


def test_killed_run_requests_nothing_twice(
    newsroom: Newsroom, make_home: Callable[..., Path], dying: Dying
) -> None:
    """A request that was made but not recorded waits as long as a poll or a retry does."""
    chance = random.Random(7)
    home = make_home(
        settings="""\
allow_hosts = ["*.localhost"]
pause = 0.0
poll_min = 3600.0
retry_ladder = [3600.0]
extract_processes = 0
segment_items = 10
"""
    )
    killed = sum(
        dying.run(home, chance.randint(3, 9), committed=chance.random() < 0.5) for _ in range(12)
    )
    assert killed >= 6
    asked = Counter(
        (one.host, one.path)
        for one in newsroom.log
        if one.path != "/robots.txt" and 200 <= one.status < 300
    )
    assert len(asked) > 30
    assert {place: times for place, times in asked.items() if times > 1} == {}
    with House(load_settings(home)) as house:
        assert house.account().balances


def _alerts(house: House) -> list[tuple[Alert, tuple[DeliveryStatus, ...]]]:
    with house.ledger.read() as tx:
        return list(alerts.listed(tx))
