"""A rule backtested on the archive gives the alerts it gave, on the same days."""

from __future__ import annotations

import gc
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from arriving import OTHER, TEXT, arrive, index, meaning, piece
from factories import Clock

from alert.rates import Rate
from alert.rules import Rule
from core.ledger import alerts, segments
from core.query import parse
from core.records import Alert, AlertKind, Article, DevelopmentKind, Entry
from core.settings import load_settings
from wirewatch.backtest import backtest
from wirewatch.house import House
from wirewatch.maintenance.upkeep import upkeep
from wirewatch.stages.link import link
from wirewatch.stages.match import match

RULES = """
[[rule]]
name = "r"
query = "topic:surveillance"
to = []
pickup = 3
at_most = "1/day"
"""


def test_backtest_keeps_to_the_rules_rate(tmp_path: Path) -> None:
    clock = Clock()
    rule = Rule("r", parse("title:spies"), (), at_most=Rate(1, timedelta(days=1)))
    in_memory: list[int] = []

    def count(*_: object) -> None:
        in_memory.append(sum(isinstance(one, Entry | Article) for one in gc.get_objects()))

    with House(load_settings(tmp_path), now=clock) as house:
        for numbers, days in (((1, 2, 3), 1), ((4,), 1), ((5,), 0.25), ((6,), 0.75)):
            arrive(house, [piece(house, n, f"Spies {n}", f"Text {n}", tags=()) for n in numbers])
            link(house)
            clock.go(days=days)
        found = backtest(house, rule, since=timedelta(days=30), progress=count)
        of_late = backtest(house, rule, since=timedelta(hours=36))
    assert [alert.title for alert in found.sent] == ["Spies 1", "Spies 2", "Spies 3"]
    assert found.by_day == {date(2026, 3, day): 1 for day in (1, 2, 3)}
    assert [alert.title for alert in found.held] == ["Spies 4", "Spies 5", "Spies 6"]
    assert found.articles == 6
    # Earlier articles are replayed too, but not told.
    assert [alert.title for alert in of_late.sent] == ["Spies 3"]
    assert (of_late.held, of_late.articles) == (found.held, 2)
    # An archive has more articles than fit into the memory of the desk.
    assert in_memory == sorted(in_memory, reverse=True)


def test_what_the_rate_holds_back_goes_out_as_soon_as_it_allows_even_if_nothing_comes(
    tmp_path: Path,
) -> None:
    clock = Clock()
    with House(load_settings(tmp_path), now=clock) as house:
        numbers = range(1, 6)
        arrive(house, [piece(house, n, f"Spies {n}", f"Text {n}", tags=()) for n in numbers])
        link(house)
        clock.go(days=2, hours=12)
        rule = Rule("r", parse("title:spies"), (), at_most=Rate(2, timedelta(days=1)))
        found = backtest(house, rule, since=timedelta(days=30))
    assert found.by_day == {date(2026, 3, 1): 2, date(2026, 3, 2): 2, date(2026, 3, 3): 1}
    assert found.held == ()


def test_backtest_repeats_the_alerts_that_were_sent(tmp_path: Path) -> None:
    """The archive's files and the order of articles in them make no difference."""
    clock = Clock()
    (tmp_path / "rules.toml").write_text(RULES)
    with House(load_settings(tmp_path), now=clock) as house:
        now = clock()
        first = piece(house, 1, "Calls tapped", TEXT, language="fr", published=now)
        second = piece(house, 2, "Mayor of Lutz was tapped", TEXT)
        before = {"published": now - timedelta(days=1), "first_seen": first.first_seen}
        third = piece(house, 3, "The mayor of Lutz was tapped", TEXT, **before)
        _pass(house, clock, [first, second], [third])
        clock.go(days=1, minutes=1)
        fourth = piece(house, 4, "Agents tapped the mayor of Lutz", TEXT)
        fifth = piece(house, 5, "Mayor of Lutz tapped by agents", TEXT)
        _pass(house, clock, [fourth], [fifth], [piece(house, 6, "Borduria hangs cameras", OTHER)])
        clock.go(days=1, minutes=1)
        match(house)
        clock.go(days=2)
        with house.ledger.read() as tx:
            told = [alert for alert, _ in alerts.listed(tx)]
        assert [alert.kind for alert in told] == [
            AlertKind.STORY,
            AlertKind.DEVELOPMENT,
            AlertKind.STORY,
        ]
        assert [new.kind for new in told[1].developments] == [DevelopmentKind.PICKUP]
        (rule,) = house.rules.rules
        found = backtest(house, rule, since=timedelta(days=30))
        assert list(map(_comparable, (*found.sent, *found.held))) == list(map(_comparable, told))

        assert (kept := upkeep(house)) is not None
        assert (kept.merged, kept.merged_into) == (5, 1)
        assert backtest(house, rule, since=timedelta(days=30)) == found


def test_backtest_leaves_out_what_a_feeds_history_brought(tmp_path: Path) -> None:
    rule = Rule("r", parse("title:spies"), ())
    with House(load_settings(tmp_path), now=Clock()) as house:
        for number, historic in ((1, False), (2, True)):
            told = piece(house, number, f"Spies {number}", f"Text {number}", tags=())
            arrive(house, [told], historic=historic)
        link(house)
        found = backtest(house, rule, since=timedelta(days=30))
    assert [alert.title for alert in found.sent] == ["Spies 1"]
    assert found.articles == 1


def test_a_damaged_file_costs_a_backtest_only_its_articles(tmp_path: Path) -> None:
    rule = Rule("r", parse("title:spies"), ())
    clock = Clock()
    with House(load_settings(tmp_path), now=clock) as house:
        for number in range(1, 4):
            arrive(house, [piece(house, number, f"Spies {number}", f"Text {number}", tags=())])
            clock.go(minutes=1)
        link(house)
        with house.ledger.read() as tx:
            damaged = segments.linked(tx)[1]
        Path(house.settings.archive, damaged.path).write_bytes(b"junk")
        found = backtest(house, rule, since=timedelta(days=30))
    assert [alert.title for alert in found.sent] == ["Spies 1", "Spies 3"]
    assert found.articles == 2
    assert [damaged.path in problem for problem in found.damaged] == [True]


def test_backtest_gives_a_story_the_headline_it_had_then(tmp_path: Path) -> None:
    """Near-topic articles count for the headline like any other article that joined."""
    clock = Clock()
    (tmp_path / "rules.toml").write_text(RULES.replace('at_most = "1/day"', ""))
    with House(load_settings(tmp_path), now=clock) as house:
        first = piece(house, 1, "Calls tapped", TEXT, meaning=meaning(0.5))
        _pass(house, clock, [first])
        near: dict[str, Any] = {"tags": (), "score": 0.3, "meaning": meaning(0.5)}
        titles = "Minister asked in Lutz", "Minister asked again", "Lutz: minister asked"
        texts = OTHER, "Nobody had expected her question.", "It went on for an hour, and more."
        told_near = enumerate(zip(titles, texts, strict=True), 2)
        clock.go(minutes=1)
        _pass(house, clock, [piece(house, n, *one, **near) for n, one in told_near])
        with house.ledger.read() as tx:
            told = [alert for alert, _ in alerts.listed(tx)]
        assert [(one.kind, one.headline) for one in told] == [
            (AlertKind.STORY, "Calls tapped"),
            (AlertKind.DEVELOPMENT, "Minister asked in Lutz"),
        ]
        (rule,) = house.rules.rules
        found = backtest(house, rule, since=timedelta(days=30))
        assert list(map(_comparable, found.sent)) == list(map(_comparable, told))


def _pass(house: House, clock: Clock, *files: Sequence[Article]) -> None:
    """One pass over the articles of several files."""
    for articles in files:
        arrive(house, articles)
        clock.go(seconds=1)
    link(house)
    index(house)
    match(house)


def _comparable(alert: Alert) -> dict[str, object]:
    """An alert without the fields that depend on the clock."""
    return alert.model_dump(exclude={"created_at"})
