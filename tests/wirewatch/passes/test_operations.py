"""The documents a pass writes about itself; writing them never makes the pass fail."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from elasticsearch import Elasticsearch

from core.index import IndexUnavailableError
from core.ledger import cursors, entries, feeds, replays
from core.ledger.accounting import Accounting
from core.ledger.operations import Quarantined, StepReport
from core.records import Feed, FeedItem, FeedState, Listed, State
from core.settings import load_settings
from search.elastic.operations import Operations, operations_template
from wirewatch.house import House
from wirewatch.passes.operations import (
    MAX_ENTRIES,
    MAX_FEEDS,
    MAX_REASONS,
    MAX_TEXT,
    Document,
    Observed,
    documents,
)
from wirewatch.stages.account import account

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ILL = Feed(
    id="f", url="u", site="news.example", state=FeedState.GONE, since=NOON, next_poll_at=NOON
)


def accounting(**states: Mapping[str, int]) -> Accounting:
    counted = {State(state): reasons for state, reasons in states.items()}
    return Accounting(seen=sum(sum(one.values()) for one in states.values()), states=counted)


def step_report(number: int, state: State, **changes: object) -> StepReport:
    fields = {
        "number": number,
        "at": NOON,
        "state": state,
        "seconds": float(number),
        "first_seen": NOON - timedelta(minutes=number),
        "published": NOON - timedelta(hours=number),
        "fresh": True,
    }
    return StepReport.model_validate(fields | changes)


def observed(**changes: Any) -> Observed:
    nothing = accounting()
    fields: dict[str, Any] = {"at": NOON, "accounting": nothing, "of_day": nothing, "health": {}}
    return Observed(**fields | changes)


def of_kind(kind: str, seen: Observed) -> list[Mapping[str, Any]]:
    return [one.fields for one in documents(seen) if one.fields["kind"] == kind]


def test_pass_document_has_sums_and_shares() -> None:
    seen = observed(
        accounting=accounting(indexed={"": 90}, quarantined={"too slow": 10}, found={"": 5}),
        of_day=accounting(indexed={"": 6}, quarantined={"too slow": 2}, found={"": 5}),
        health={FeedState.OK: 6, FeedState.MOVED: 1, FeedState.GONE: 1},
        paused=2,
    )
    (one,) = of_kind("pass", seen)
    assert (one["seen"], one["waiting"], one["indexed"], one["rejected"]) == (105, 5, 90, 0)
    assert one["quarantined_share"] == 2 / 8  # of the entries that have reached an end
    assert (one["feeds"], one["feeds_unwell"], one["feeds_unwell_share"]) == (10, 1, 1 / 8)
    counts = {each["health"]: each["feeds"] for each in of_kind("health", seen)}
    assert counts == {"ok": 6, "moved": 1, "gone": 1, "paused": 2}
    assert one["articles"] == 0
    assert not any(name.startswith("lag") for name in one)  # no articles, so no delays


def test_delays_count_only_first_processing() -> None:
    steps = [
        step_report(1, State.INDEXED),
        step_report(2, State.DUPLICATE),
        step_report(3, State.INDEXED),
        step_report(50, State.INDEXED, fresh=False),
        step_report(60, State.FETCHED),
        step_report(70, State.REJECTED),
        step_report(4, State.INDEXED, published=None),
        step_report(5, State.INDEXED, published=NOON + timedelta(days=1)),
    ]
    (one,) = of_kind("pass", observed(taken=steps))
    assert one["articles"] == 5
    assert (one["lag_seen_median"], one["lag_seen_p95"]) == (180, 300)
    assert (one["lag_published_median"], one["lag_published_p95"]) == (7200, 10800)


def test_stage_document_has_the_seconds_an_entry_took() -> None:
    steps = [step_report(number, State.FETCHED) for number in range(1, 21)]
    (one,) = of_kind("stage", observed(taken=[*steps, step_report(1, State.FOUND)]))
    assert (one["stage"], one["entries"], one["seconds"]) == ("fetch", 20, 210)
    assert (one["seconds_median"], one["seconds_p95"]) == (10.5, 19)


def test_states_and_reasons_are_counted_in_all_and_for_the_day() -> None:
    seen = observed(
        accounting=accounting(rejected={"gone": 7, "no text": 9}, indexed={"": 3}),
        of_day=accounting(rejected={"gone": 2}),
    )
    states = {one["state"]: (one["entries"], one["entries_day"]) for one in of_kind("state", seen)}
    assert states[State.REJECTED] == (16, 2)
    assert states[State.QUARANTINED] == (0, 0)  # a count of zero is a good sign, so it is written
    assert State.FOUND not in states
    told = [(one["reason"], one["entries"], one["entries_day"]) for one in of_kind("reason", seen)]
    assert told == [("gone", 7, 2), ("no text", 9, 0)]


def test_bad_day_writes_no_more_documents_than_the_limits() -> None:
    reasons = {f"reason {number}": 1 for number in range(5_000)}
    bad = Quarantined(
        id="e", url="https://a.example/", outlet="A", title="t" * 9_999, reason="r" * 9_999, at=NOON
    )
    seen = observed(
        accounting=accounting(rejected=reasons),
        quarantined=[bad.model_copy(update={"id": f"{n}"}) for n in range(5_000)],
        unwell=[ILL.model_copy(update={"id": f"{n}"}) for n in range(5_000)],
    )
    made = documents(seen)
    assert len(made) < 20 + MAX_REASONS + MAX_ENTRIES + MAX_FEEDS
    assert len({one.id for one in made}) == len(made)
    (one, *_) = of_kind("entry", seen)
    assert len(one["title"]) == len(one["reason"]) == MAX_TEXT
    assert (one["at"], one["state"]) == (NOON.isoformat(), State.QUARANTINED)


def test_a_feed_that_never_gave_its_name_is_shown_by_its_site() -> None:
    named = ILL.model_copy(update={"id": "g", "outlet": "A"})
    told = [one["outlet"] for one in of_kind("feed", observed(unwell=[ILL, named]))]
    assert told == ["news.example", "A"]


def test_the_mapping_knows_every_field() -> None:
    seen = observed(
        accounting=accounting(rejected={"gone": 7}),
        health={FeedState.OK: 1},
        taken=[step_report(1, State.INDEXED)],
        quarantined=[Quarantined(id="e", url="u", outlet="A", title="t", reason=None, at=NOON)],
        unwell=[ILL],
    )
    mappings = operations_template("any")["template"]["mappings"]
    assert mappings["dynamic"] == "strict"
    told = {name for one in documents(seen) for name in one.fields}
    assert told == set(mappings["properties"])


@pytest.fixture
def open_house(tmp_path: Path) -> Iterator[Callable[..., House]]:
    """Opens one home folder that has entries in its ledger and no newsroom."""
    opened = []

    def open_one(**settings: str) -> House:
        opened.append(House(load_settings(tmp_path, **settings)))
        return opened[-1]

    with open_one() as first, first.ledger.write() as tx:
        added = Listed(url="https://news.example/rss", outlet="Example News")
        assert feeds.add_all(tx, [added], first.now())
        (feed,) = feeds.listed(tx)
        items = [FeedItem(url=f"https://news.example/{n}", title=f"Headline {n}") for n in range(3)]
        entries.record_items(tx, feed, items, first.now())
        one, other, _ = entries.get(tx, [item.id for item in items]).values()
        entries.transition(tx, one, State.INDEXED, now=first.now(), revision=1)
        entries.transition(tx, other, State.QUARANTINED, now=first.now(), reason="too slow")
    yield open_one
    for house in opened:
        house.close()


def cursor(house: House) -> int:
    with house.ledger.read() as tx:
        return cursors.read(tx, cursors.OPERATIONS)


def test_without_elasticsearch_nothing_is_written(open_house: Callable[..., House]) -> None:
    house = open_house()
    assert house.operations is None
    assert account(house).seen == 3
    assert cursor(house) == 0


def test_pass_succeeds_when_operations_cannot_be_written(
    open_house: Callable[..., House],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    house = open_house(elasticsearch_url="http://127.0.0.1:1")
    client = Elasticsearch("http://127.0.0.1:1", max_retries=0)
    monkeypatch.setattr("search.elastic.client.connect", lambda *_: client)
    assert account(house).seen == 3
    assert "dashboard is missing this pass (ConnectionError" in caplog.text
    assert "wirewatch-operations" in caplog.text
    assert cursor(house) == 0  # the next pass writes the same steps


def test_pass_succeeds_when_a_report_meets_a_fault(
    open_house: Callable[..., House],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def documents(_: Observed) -> list[Document]:
        raise KeyError("odd")

    monkeypatch.setattr("wirewatch.stages.account.documents", documents)
    house = open_house(elasticsearch_url="http://127.0.0.1:1")
    assert account(house).seen == 3
    assert "KeyError" in caplog.text


@pytest.mark.elasticsearch
def test_pass_is_written_once_and_outdated_documents_are_removed(
    open_house: Callable[..., House], elasticsearch_url: str
) -> None:
    index = f"test-{uuid.uuid4().hex[:12]}"
    house = open_house(elasticsearch_url=elasticsearch_url, elasticsearch_operations=index)
    assert house.operations is not None
    client = house.operations.client

    def stored(kind: str) -> list[dict[str, Any]]:
        query = {"term": {"kind": kind}}
        hits = client.search(index=index, query=query, size=100, sort="at")["hits"]["hits"]
        return [hit["_source"] for hit in hits]

    account(house)
    (first,) = stored("pass")
    assert (first["seen"], first["quarantined"], first["articles"]) == (3, 1, 1)
    assert [one["reason"] for one in stored("entry")] == ["too slow"]
    assert cursor(house) > 0
    with house.ledger.write() as tx:
        replays.replay(tx, now=house.now())
    account(house)
    _, second = stored("pass")
    assert (second["quarantined"], second["articles"]) == (0, 0)  # its articles were written before
    assert stored("entry") == []
    assert len(stored("health")) == 2
    # Documents older than their retention are deleted.
    house.operations.write([], written=house.now(), keep_since=house.now() + timedelta(seconds=1))
    assert stored("pass") == []
    client.indices.delete(index=index)
    client.indices.delete_index_template(name=index)


@pytest.mark.elasticsearch
def test_first_pass_of_a_newer_wirewatch_adds_new_fields(
    open_house: Callable[..., House], elasticsearch_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Without compose, nothing else does."""
    index = f"test-{uuid.uuid4().hex[:12]}"
    house = open_house(elasticsearch_url=elasticsearch_url, elasticsearch_operations=index)
    assert house.operations is not None
    client = house.operations.client
    mappings = operations_template(index)["template"]["mappings"]
    del mappings["properties"]["erased"]
    client.indices.create(index=index, mappings=mappings)
    account(house)
    assert "is missing this pass" not in caplog.text
    assert client.count(index=index, query={"exists": {"field": "erased"}})["count"] == 1
    client.indices.delete(index=index)
    client.indices.delete_index_template(name=index)


@pytest.mark.elasticsearch
def test_an_index_that_is_prepared_is_there(elasticsearch_url: str) -> None:
    """The writer's key may not create it."""
    index = f"test-{uuid.uuid4().hex[:12]}"
    client = Elasticsearch(elasticsearch_url, request_timeout=60)
    Operations(client, index).prepare()
    assert client.indices.exists(index=index)
    client.indices.delete(index=index)
    client.indices.delete_index_template(name=index)
    client.close()


@pytest.mark.elasticsearch
def test_older_index_gets_new_fields_and_refuses_unknown_ones(
    elasticsearch_url: str,
) -> None:
    index = f"test-{uuid.uuid4().hex[:12]}"
    client = Elasticsearch(elasticsearch_url, request_timeout=60)
    client.indices.create(
        index=index,
        mappings={"dynamic": "strict", "properties": {"kind": {"type": "keyword"}}},
    )
    operations = Operations(client, index)
    operations.prepare()
    operations.prepare()
    when = {"written": NOON, "keep_since": NOON - timedelta(days=1)}
    made = client.indices.get_index_template(name=index)["index_templates"]
    assert [one["index_template"]["index_patterns"] for one in made] == [[index]]
    for _ in range(2):
        operations.write([("a", {"kind": "pass", "written": NOON.isoformat(), "seen": 1})], **when)
    assert client.count(index=index)["count"] == 1
    operations.write([("feed/1", {"kind": "feed", "written": NOON.isoformat()})], **when)
    later = {"written": NOON + timedelta(hours=1), "keep_since": NOON}
    operations.write([], **later)  # that feed is well again
    assert client.count(index=index)["count"] == 1
    with pytest.raises(IndexUnavailableError, match=r"a document: .* of \[unheard_of\] [^{}]*$"):
        operations.write([("b", {"kind": "pass", "unheard_of": 1})], **when)
    full = {"index.blocks.read_only_allow_delete": True}
    client.indices.put_settings(index=index, settings=full)
    with pytest.raises(IndexUnavailableError, match=r"flood-stage .* free some of Elasticsearch's"):
        operations.write([("c", {"kind": "pass"})], **when)
    client.indices.delete(index=index)
    client.indices.delete_index_template(name=index)
    operations.close()
