"""The index stage: articles the index cannot take yet wait, and delay nothing that follows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.ledger import alerts
from core.records import State
from core.settings import load_settings
from demo.articles import leave_linked, made
from wirewatch import projection
from wirewatch.house import House
from wirewatch.pipeline import articles_to_index, index_articles, index_moved, run_pass


@pytest.fixture
def linked(tmp_path: Path) -> Iterator[House]:
    """A house where only the index step is still to do."""
    with House(load_settings(tmp_path, segment_items=3)) as house:
        leave_linked(house, map(made, range(7)))
        yield house


def damage(house: House) -> None:
    house.settings.index_path.write_bytes(b"no index at all " * 1_000)


def delete(house: House) -> None:
    for file in house.settings.home.glob(f"{house.settings.index_path.name}*"):
        file.unlink()


def test_articles_wait_while_the_index_is_damaged(
    linked: House, caplog: pytest.LogCaptureFixture
) -> None:
    damage(linked)
    waiting = articles_to_index(linked)
    assert [index_articles(linked, segment) for segment in waiting] == [3, 3, 1]
    assert index_moved(linked) == 0
    assert "then run `wirewatch index rebuild`" in caplog.text
    assert articles_to_index(linked) == waiting
    delete(linked)
    assert [index_articles(linked, segment) for segment in waiting] == [0, 0, 0]
    assert projection.check(linked) == projection.Report(same=7)


def test_damaged_index_delays_no_alert(house: House) -> None:
    damage(house)
    accounting = run_pass(house)
    assert (accounting.count(State.INDEXED), accounting.count(State.LINKED) > 20) == (0, True)
    with house.ledger.read() as tx:
        told = list(alerts.listed(tx))
    assert told
    assert all(one.delivered_at for _, deliveries in told for one in deliveries)
    delete(house)
    accounting = run_pass(house)
    assert (accounting.waiting, accounting.count(State.INDEXED) > 20) == (0, True)
