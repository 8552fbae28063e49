"""The sample newsroom, and home folders that watch it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core.ledger import feeds
from core.settings import load_settings
from demo.newsroom import Newsroom
from wirewatch.house import House

SETTINGS = """\
allow_hosts = ["*.localhost"]
pause = 0.0
poll_every = 0.0
poll_min = 0.0
retry_ladder = [0.0, 0.0, 0.0, 0.0]
extract_processes = 0
"""

RULES = """\
[[rule]]
name = "surveillance"
query = "topic:surveillance"
"""


@pytest.fixture
def newsroom() -> Iterator[Newsroom]:
    with Newsroom() as running:
        yield running


@pytest.fixture
def make_home(newsroom: Newsroom, tmp_path: Path) -> Callable[..., Path]:
    """Makes home folders that watch the sample newsroom."""

    def make(name: str = "home", settings: str = SETTINGS) -> Path:
        home = tmp_path / name
        home.mkdir()
        (home / "wirewatch.toml").write_text(settings)
        (home / "rules.toml").write_text(RULES)
        with House(load_settings(home)) as house, house.ledger.write() as tx:
            for url in newsroom.feeds:
                feeds.add(tx, url, now=house.now())
        return home

    return make


@pytest.fixture
def house(make_home: Callable[..., Path]) -> Iterator[House]:
    with House(load_settings(make_home())) as opened:
        yield opened
