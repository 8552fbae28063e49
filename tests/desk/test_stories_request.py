"""Which stories a reader asks for: what is searched, and the addresses of other pages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from core.query import parse
from core.records import StatementKind
from desk.search_request import Since
from desk.stories_request import StoriesRequest


def test_each_condition_is_a_search_of_its_own() -> None:
    asked = StoriesRequest("phones OR calls", "spyware", StatementKind.DENIAL)
    assert asked.conditions == ["(phones OR calls)", 'topic:"spyware"', "statement:denial"]
    assert StoriesRequest(" ").conditions == StoriesRequest("*").conditions == []


def test_time_span_bounds_stories_and_articles_unless_any_is_asked_for() -> None:
    now = datetime(2026, 3, 31, tzinfo=UTC)
    spans: dict[Since, int] = {"1d": 1, "7d": 7, "30d": 30}
    for since, days in spans.items():
        asked = StoriesRequest(since=since)
        assert asked.recent == f"first_seen:>=now-{since}"
        assert asked.begin(now) == now - timedelta(days=days)
    always = StoriesRequest(since="any")
    assert (always.recent, always.begin(now)) == ("", None)
    moment = datetime(2026, 3, 1, 8, tzinfo=UTC)
    from_then = StoriesRequest(since=moment)
    assert from_then.begin(now) == moment
    assert parse(from_then.recent).condition == parse("first_seen:>=2026-03-01T08").condition


def test_address_keeps_what_is_asked_for() -> None:
    asked = StoriesRequest("a b", statement=StatementKind.COURT, order="outlets")
    kept = "/?q=a+b&topic=&statement=court&since=7d&order=outlets"
    assert asked.address() == kept
    assert asked.address(since="any") == kept.replace("7d", "any")
