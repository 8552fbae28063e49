"""The account stage: operators hear of feeds whose entries bring no article."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from factories import Clock, add_feed, item, listed_notices, move, record

from core.records import State
from core.settings import load_settings
from wirewatch.house import House
from wirewatch.stages.account import TOLD_FOR, account

WHY = (
    "its entries bring no article: none of the 5 since 2026-03-01 12:00; of the last: answered "
    "403. See `wirewatch entries` and `wirewatch entries quarantined`"
)


@pytest.fixture
def house(tmp_path: Path, clock: Clock) -> Iterator[House]:
    with House(load_settings(tmp_path), now=clock) as opened:
        yield opened


def told(house: House) -> list[tuple[str, bool]]:
    with house.ledger.read() as tx:
        return [(one.reason or "", one.is_of_gap) for one, _ in listed_notices(tx)]


def test_operators_are_told_once_a_month_of_a_feed_whose_entries_bring_no_article(
    house: House, clock: Clock
) -> None:
    feed = add_feed(house.ledger, "https://news.example/rss")

    def refuse(numbers: range) -> None:
        record(house.ledger, feed, *map(item, numbers))
        for number in numbers:
            move(house.ledger, State.QUARANTINED, number, reason="answered 403")
        clock.go(days=1)
        account(house)

    refuse(range(1, 6))
    refuse(range(6, 11))
    assert told(house) == [(WHY, True)]
    clock.time += TOLD_FOR
    refuse(range(11, 16))
    assert len(told(house)) == 2
