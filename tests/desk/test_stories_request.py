"""Which stories a reader asks for: what is searched, and the addresses of other pages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from core.ledger.stories import Selection
from core.records import StatementKind
from desk.days import DaysError
from desk.search_request import Since
from desk.stories_request import StoriesRequest


def test_each_condition_is_a_search_of_its_own() -> None:
    asked = StoriesRequest("phones OR calls", "spyware", StatementKind.DENIAL)
    assert asked.conditions == ["(phones OR calls)", 'topic:"spyware"', "statement:denial"]
    assert StoriesRequest(" ").conditions == StoriesRequest("*").conditions == []


def test_time_span_bounds_stories_unless_any_is_asked_for() -> None:
    now = datetime(2026, 3, 31, tzinfo=UTC)
    spans: dict[Since, int] = {"1d": 1, "7d": 7, "30d": 30}
    for since, days in spans.items():
        asked = StoriesRequest(since=since)
        assert asked.period(now) == Selection(since=now - timedelta(days=days))
        assert asked.has_period
    always = StoriesRequest(since="any")
    assert always.period(now) == Selection()
    assert not always.has_period


def test_days_are_those_in_which_stories_began() -> None:
    now, first, end = (datetime(2026, month, 1, tzinfo=UTC) for month in (5, 3, 4))
    for asked, begun in (
        (StoriesRequest(first="2026-03-01", last="2026-03-31"), (first, end)),
        (StoriesRequest(first="2026-03-01"), (first, None)),
        (StoriesRequest(last="2026-03-31"), (None, end)),
    ):
        since, until = begun
        assert asked.period(now) == Selection(since=since, until=until, by="first_seen")
        assert asked.has_period
    with pytest.raises(DaysError, match="later than the last"):
        StoriesRequest(first="2026-03-02", last="2026-03-01").period(now)


def test_address_keeps_what_is_asked_for() -> None:
    asked = StoriesRequest("a b", statement=StatementKind.COURT, order="outlets")
    kept = "/?q=a+b&topic=&statement=court&since=7d&order=outlets"
    assert asked.address() == kept
    assert asked.address(since="any") == kept.replace("7d", "any")
    assert asked.address(last="2026-03-31") == f"{kept}&from=&to=2026-03-31"
