"""A house with a site's items, and extraction without enrichment."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from factories import add_feed, item, record
from served import SUMMARY

from core.records import FeedItem
from core.settings import load_settings
from wirewatch.house import House
from wirewatch.passes import work


@pytest.fixture
def unenriched(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is looked for in articles."""
    monkeypatch.setattr(work, "enrich", lambda article, _own: article)


@pytest.fixture
def site_items(tmp_path: Path) -> Iterator[tuple[House, list[FeedItem]]]:
    """A house, and items of a site whose feed has little text for some of them."""
    said = [
        item(1, title="Court forbids police spyware against reporters"),
        item(2, title="Four thousand cameras for stations", summary=SUMMARY),
        item(3, title="Warehouse fined for watching staff"),
        item(4, title="Harvest festival opens at the lake", summary=SUMMARY),
    ]
    with House(load_settings(tmp_path, extract_processes=0)) as house:
        record(house.ledger, add_feed(house.ledger, "https://news.example/rss"), *said)
        yield house, said
