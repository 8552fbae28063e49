"""`wirewatch entries`: the accounting, and entries that a person has to look at."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from factories import NOON, Clock, add_feed, item, move, record
from terminal import Wirewatch, lines

from core.ledger import entries
from core.records import State
from core.settings import load_settings
from wirewatch.house import House


def test_json_shows_letters_as_they_are(wirewatch: Wirewatch, home: Path) -> None:
    with House(load_settings(home), now=Clock()) as house:
        feed = add_feed(house.ledger, "https://news.example/rss")
        record(house.ledger, feed, item(published=NOON - timedelta(hours=1)))
        move(house.ledger, State.QUARANTINED, reason="“Écoutes”: Wächter")
    told = wirewatch("entries", "--json")
    assert "“Écoutes”: Wächter" in told.stdout
    (entry,) = lines(told)
    assert entry == {
        "id": item().id,
        "url": item().url,
        "feeds": [feed.url],
        "outlet": "news.example",
        "published": "2026-03-01T11:00:00Z",
        "first_seen": "2026-03-01T12:00:00Z",
        "state": "quarantined",
        "reason": "“Écoutes”: Wächter",
        "story": None,
    }


def test_an_article_is_named_by_its_id_or_an_address(wirewatch: Wirewatch, home: Path) -> None:
    moved = "https://news.example/moved"
    with House(load_settings(home)) as house:
        feed = add_feed(house.ledger, "https://news.example/rss")
        record(house.ledger, feed, item(), item(2))
        move(house.ledger, State.FETCHED)
        move(house.ledger, State.EXTRACTED, address=moved)
        with house.ledger.read() as tx:
            assert entries.at(tx, item(3).url) is None
    for named in (item().id[:9], item().url, "news.example/1?utm_source=x#top", moved):
        assert "Headline 1" in wirewatch("show", named).stdout
    (shown,) = lines(wirewatch("show", item(2).url, "--json"))
    assert (shown["id"], shown["url"]) == (item(2).id, item(2).url)
    assert shown["feeds"] == [feed.url]
    assert "It has no article" in wirewatch("show", item(2).url, "--changes").stdout
    said = wirewatch("show", item(3).url, exit_code=2).stderr
    assert f"there is no entry for {item(3).url}" in said


def test_a_page_that_is_retried_is_shown_with_its_next_try(
    wirewatch: Wirewatch, home: Path
) -> None:
    """What was shown was when the retries began."""
    clock = Clock()
    with House(load_settings(home), now=clock) as house:
        record(house.ledger, add_feed(house.ledger, "https://news.example/rss"), item())
        began, next_try = clock(), clock.go(hours=3)
        move(house.ledger, State.FOUND, next_attempt_at=next_try, revisit_at=began)
    shown = " ".join(wirewatch("show", item().url).stdout.split())
    assert f"next visit {next_try:%Y-%m-%d %H:%M} UTC" in shown


@pytest.mark.parametrize(
    ("since", "replayed"), [("2026-03-01", 2), ("2026-03-01T13:00", 1), ("now-9999w", 2)]
)
def test_entries_seen_since_a_moment_are_replayed(
    wirewatch: Wirewatch, home: Path, since: str, replayed: int
) -> None:
    clock = Clock()
    with House(load_settings(home), now=clock) as house:
        feed = add_feed(house.ledger, "https://news.example/rss")
        for number in (1, 2):
            record(house.ledger, feed, item(number))
            move(house.ledger, State.QUARANTINED, number)
            clock.go(hours=1)
    assert f"{replayed} entr" in wirewatch("entries", "replay", "--since", since).stdout
    said = wirewatch("entries", "replay", "--since", "yesterday", exit_code=2).stderr
    assert "--since takes a date such as 2026-03-01" in said


@pytest.mark.parametrize(
    ("period", "said", "numbers"),
    [
        ((), "Accounting", [0, 1, 2]),
        (("--since", "2026-03-01T13:00"), "first seen since 2026-03-01 13:00 (UTC)", [1, 2]),
        (
            ("--since", "2026-03-01", "--until", "2026-03-01T14:00"),
            "first seen since 2026-03-01 and before 2026-03-01 14:00 (UTC)",
            [0, 1],
        ),
        (("--until", "2026-03"), "first seen before 2026-03-01 (UTC)", []),
    ],
)
def test_entries_of_a_period_are_counted_and_listed(
    wirewatch: Wirewatch, home: Path, period: tuple[str, ...], said: str, numbers: list[int]
) -> None:
    clock = Clock()
    with House(load_settings(home), now=clock) as house:
        feed = add_feed(house.ledger, "https://news.example/rss")
        for number in range(3):
            record(house.ledger, feed, item(number))
            clock.go(hours=1)
    told = " ".join(wirewatch("entries", *period).stdout.split())
    assert said in told
    assert f"{len(numbers)} seen = " in told
    listed = lines(wirewatch("entries", *period, "--json"))
    assert [one["url"] for one in listed] == [item(number).url for number in numbers]


@pytest.mark.parametrize("command", [("entries",), ("entries", "replay")])
def test_a_period_without_a_moment_is_a_mistake(
    wirewatch: Wirewatch, home: Path, command: tuple[str, ...]
) -> None:
    with House(load_settings(home)) as house:
        record(house.ledger, add_feed(house.ledger, "https://news.example/rss"), item())
    for end, why in (
        ("2026-03-02", "--until 2026-03-02 is not after --since 2026-03-02"),
        ("tomorrow", "--until takes a date such as 2026-03-01"),
    ):
        period = ("--since", "2026-03-02", "--until", end)
        said = wirewatch(*command, *period, exit_code=2).stderr.replace("│", " ")
        assert why in " ".join(said.split())


def test_a_rule_is_tested_on_the_article_not_on_its_other_address(
    wirewatch: Wirewatch, home: Path
) -> None:
    with House(load_settings(home)) as house:
        record(house.ledger, add_feed(house.ledger, "https://news.example/rss"), item())
        move(house.ledger, State.DUPLICATE, reason="another address", duplicate_of=item(2).id)
    tested = ("rules", "test", "--query", "x", "--article", item().url)
    said = " ".join(wirewatch(*tested, exit_code=2).stderr.replace("│", " ").split())
    assert f"its state is duplicate: another address; test {item(2).id[:12]}" in said
