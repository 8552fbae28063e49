"""The index stage: articles the index cannot take yet wait, and delay nothing that follows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import update

from alert.checks import RulesError
from core.clauses import values_of
from core.faults import SITES
from core.ledger import alerts, entries, steps, tables
from core.records import Article, State
from core.settings import load_settings
from demo.articles import leave_linked, sample_article
from search import stored
from wirewatch.house import House
from wirewatch.maintenance import projection
from wirewatch.pipeline import run_pass
from wirewatch.stages.index import articles_to_index, index_articles, index_moved, why_waiting


@pytest.fixture
def linked(tmp_path: Path) -> Iterator[House]:
    """A house where only the index step is still to do."""
    with House(load_settings(tmp_path, segment_items=3)) as house:
        leave_linked(house, map(sample_article, range(7)))
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


def test_each_pass_logs_why_the_index_is_away_and_the_first_one_records_it(
    linked: House, caplog: pytest.LogCaptureFixture
) -> None:
    """The task's log did not say why; and an outage of days gave each article a step an hour."""
    nowhere = linked.settings.model_copy(update={"elasticsearch_url": "http://127.0.0.1:9"})
    for _ in range(2):
        caplog.clear()
        with House(nowhere) as away, caplog.at_level("INFO", "wirewatch.stages.index"):
            assert [index_articles(away, one) for one in articles_to_index(away)] == [3, 3, 1]
            assert why_waiting(away).startswith("not yet in the index: ConnectionError")
        assert "1 of 1 not yet in the index: ConnectionError" in caplog.text
    with linked.ledger.read() as tx:
        for entry in entries.listed(tx):
            assert (entry.reason or "").startswith("not yet in the index: ConnectionError")
            assert [one.reason for one in steps.of(tx, entry.id)] == [None, entry.reason]


def test_refused_article_waits_for_nobody_and_is_new_when_replayed(
    linked: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With its text's hash, the same text would count as unchanged, and never be indexed."""
    refused = sample_article(2).id
    monkeypatch.setattr(stored, "_rejection", lambda one: "no" if one.id == refused else None)
    with linked.ledger.write() as tx:
        tx.execute(update(tables.entries).values(text_hash="h" * 64))
        # Another of its file is in the index already, and is fetched again meanwhile.
        (again,) = entries.get(tx, [sample_article(1).id]).values()
        entries.transition(tx, again, State.FOUND, now=linked.now())
    assert [index_articles(linked, one) for one in articles_to_index(linked)] == [0, 0, 0]
    with linked.ledger.read() as tx:
        (entry,) = entries.listed(tx, state=State.QUARANTINED)
        kept = {one.text_hash for one in entries.listed(tx, state=State.INDEXED)}
        assert [one.id for one in entries.listed(tx, state=State.FOUND)] == [again.id]
    assert (entry.id, entry.reason) == (refused, "the index refuses it: no")
    assert (entry.text_hash, kept) == (None, {"h" * 64})
    assert not articles_to_index(linked)


def test_a_fault_costs_only_the_article_that_met_it(
    linked: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    odd = sample_article(2).id
    faulty(monkeypatch, lambda one: one.id == odd)
    assert [index_articles(linked, one) for one in articles_to_index(linked)] == [0, 0, 0]
    with linked.ledger.read() as tx:
        (entry,) = entries.listed(tx, state=State.QUARANTINED)
        assert len(list(entries.listed(tx, state=State.INDEXED))) == 6
        reason = "the index refuses it: indexing failed, please report it: KeyError: 'odd'"
        assert (entry.id, entry.reason, entry.text_hash) == (odd, reason, None)
    assert "KeyError" in caplog.text
    assert not articles_to_index(linked)
    assert linked.index.get(odd) is None


def test_a_site_whose_articles_all_meet_a_fault_costs_no_other(
    linked: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    faulty(monkeypatch, lambda _: True)
    assert [index_articles(linked, one) for one in articles_to_index(linked)] == [0, 0, 0]
    assert linked.account().count(State.QUARANTINED) == 7


def test_a_fault_at_each_article_of_several_sites_ends_the_stage(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with House(load_settings(tmp_path)) as house:
        every = (
            sample_article(number).model_copy(update={"site": f"site{number}.example"})
            for number in range(SITES)
        )
        leave_linked(house, every)
        (waiting,) = articles_to_index(house)
        with monkeypatch.context() as patched:
            faulty(patched, lambda _: True)
            with pytest.raises(KeyError):
                index_articles(house, waiting)
        assert index_articles(house, waiting) == 0
        assert house.account().count(State.INDEXED) == SITES


def faulty(monkeypatch: pytest.MonkeyPatch, is_met: Callable[[Article], bool]) -> None:
    """Let some articles meet a fault in the index."""

    def faulty_values_of(article: Article, field: str) -> tuple[str, ...]:
        if is_met(article):
            raise KeyError("odd")
        return values_of(article, field)

    monkeypatch.setattr(stored, "values_of", faulty_values_of)


def test_damaged_index_delays_no_alert(house: House) -> None:
    damage(house)
    run_pass(house)
    accounting = house.account()
    assert (accounting.count(State.INDEXED), accounting.count(State.LINKED) > 20) == (0, True)
    with house.ledger.read() as tx:
        told = list(alerts.listed(tx))
    assert told
    assert all(one.delivered_at for _, deliveries in told for one in deliveries)
    delete(house)
    run_pass(house)
    accounting = house.account()
    assert (accounting.waiting, accounting.count(State.INDEXED) > 20) == (0, True)


def test_rules_that_cannot_be_read_delay_no_article(linked: House) -> None:
    linked.settings.rules_path.write_text("[[rule]\n")
    with pytest.raises(RulesError):
        run_pass(linked)
    assert projection.check(linked) == projection.Report(same=7)


def test_a_fault_at_each_article_in_the_index_delays_no_alert(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    faulty(monkeypatch, lambda _: True)
    with pytest.raises(KeyError):
        run_pass(house)
    with house.ledger.read() as tx:
        told = list(alerts.listed(tx))
    assert told
    assert all(one.delivered_at for _, deliveries in told for one in deliveries)
