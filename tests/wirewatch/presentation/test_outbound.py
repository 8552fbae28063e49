"""Outbound feeds."""

from __future__ import annotations

from pathlib import Path

import feedparser
import pytest
from factories import NOON, an_alert

from core.ledger import alerts
from core.settings import load_settings
from wirewatch.house import House
from wirewatch.presentation import outbound


def test_a_rules_feed_is_of_its_own_latest_alerts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbound, "_LAST", 2)
    with House(load_settings(tmp_path)) as house:
        with house.ledger.write() as tx:
            for number in range(4):
                for rule in ("r", "other"):
                    alerts.add(tx, an_alert(rule, number, headline=f"{rule} {number}"), [], NOON)
        feed = feedparser.parse(outbound.feed_of_rule(house, "r"))
    assert {entry.title for entry in feed.entries} == {"r 2", "r 3"}


def test_stories_taken_apart_are_entries_of_their_own(tmp_path: Path) -> None:
    first = an_alert(story=2)
    with House(load_settings(tmp_path)) as house:
        with house.ledger.write() as tx:
            alerts.add(tx, first, [], NOON)
            # Told while the first story was part of this one, which it no longer is.
            update = an_alert(story=1, key="later", kind="development", told_as=first.story)
            alerts.add(tx, update, [], NOON)
        feed = feedparser.parse(outbound.feed_of_rule(house, "r"))
    assert len({entry.id for entry in feed.entries}) == 2
