"""`wirewatch entries`: the accounting, and entries that a person has to look at."""

from __future__ import annotations

from pathlib import Path

from factories import add_feed, item, move, record
from terminal import Wirewatch, lines

from core.records import State
from core.settings import load_settings
from wirewatch.house import House


def test_json_shows_letters_as_they_are(wirewatch: Wirewatch, tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    with House(load_settings(tmp_path / "home")) as house:
        feed = add_feed(house.ledger, "https://news.example/rss")
        record(house.ledger, feed, item())
        move(house.ledger, State.QUARANTINED, reason="“Écoutes”: Wächter")
    told = wirewatch("entries", "--json")
    assert "“Écoutes”: Wächter" in told.stdout
    (entry,) = lines(told)
    assert entry == {
        "id": item().id,
        "url": item().url,
        "feeds": [feed.url],
        "state": "quarantined",
        "reason": "“Écoutes”: Wächter",
        "story": None,
    }
