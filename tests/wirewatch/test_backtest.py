"""A rule tried on the archive: what its rate holds back counts on the day it would be sent."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from arriving import arrive, piece
from made import Clock

from alert.rates import Rate
from alert.rules import Rule
from core.query import parse
from core.settings import load_settings
from wirewatch.backtest import backtest
from wirewatch.house import House
from wirewatch.stages.link import link


def test_a_day_has_no_more_alerts_than_the_rate_lets_go(tmp_path: Path) -> None:
    clock = Clock()
    rule = Rule("r", parse("title:spies"), (), at_most=Rate(1, timedelta(days=1)))
    with House(load_settings(tmp_path), now=clock) as house:
        for numbers in ((1, 2, 3), (4,), (5,)):
            arrive(house, [piece(house, n, f"Spies {n}", f"Text {n}", tags=()) for n in numbers])
            link(house)
            clock.go(days=1)
        found = backtest(house, rule, since=timedelta(days=30))
    assert [alert.title for alert in found.sent] == ["Spies 1", "Spies 2", "Spies 3"]
    assert found.by_day == {date(2026, 3, day): 1 for day in (1, 2, 3)}
    assert [alert.title for alert in found.held] == ["Spies 4", "Spies 5"]
