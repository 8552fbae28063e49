"""What is asked of a large ledger again and again is answered from an index, not from its tables.

SQLite shows how it would answer, whatever the size.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from factories import EVERY_SLOT, NOON
from sqlalchemy import Connection, event

from core.ledger import (
    Ledger,
    accounting,
    alerts,
    entries,
    erasures,
    outlets,
    replays,
    stories,
    visits,
)
from core.records import Feed, FeedItem, FeedState, State

Ask = Callable[[Connection], object]

FEED = Feed(
    id="f" * 64,
    url="https://news.example/rss",
    site="news.example",
    state=FeedState.OK,
    since=NOON,
    next_poll_at=NOON,
)

WEEK = stories.Selection(NOON, min_score=0.5)

LOOKUPS: dict[str, tuple[Ask, str]] = {
    "pages to visit again": (
        lambda tx: visits.due(tx, EVERY_SLOT, NOON, 10),
        r"ix_entries_revisit \(slot=\? AND revisit_at<\?\)",
    ),
    "an entry by its id's beginning": (
        lambda tx: entries.find(tx, "3f9a"),
        r"autoindex_entries_1 \(id>\? AND id<\?\)",
    ),
    "a story by its id's beginning": (
        lambda tx: stories.find(tx, "3f9a"),
        r"autoindex_stories_1 \(id>\? AND id<\?\)",
    ),
    "the stories of a week, latest first, already in order": (
        lambda tx: stories.listed(tx, WEEK, order="newest", limit=20),
        r"ix_stories_last_seen \(last_seen>\?\);[^|]* USE TEMP B-TREE FOR (RIGHT|LAST)",
    ),
    "the stories of a week, those of most outlets first": (
        lambda tx: stories.listed(tx, WEEK, order="outlets", limit=20),
        r"ix_stories_last_seen \(last_seen>\?\)",
    ),
    "how many stories a week has": (
        lambda tx: stories.count(tx, WEEK),
        r"ix_stories_last_seen \(last_seen>\?\)",
    ),
    "all stories, latest first, already in order": (
        lambda tx: stories.listed(tx, order="newest", limit=20),
        r"SCAN stories USING INDEX ix_stories_last_seen;[^|]* USE TEMP B-TREE FOR (RIGHT|LAST)",
    ),
    "an alert by its key's beginning": (
        lambda tx: alerts.find(tx, "3f9a"),
        r"autoindex_alerts_1 \(key>\? AND key<\?\)",
    ),
    "the last alerts of a rule, sorted without what they tell": (
        lambda tx: list(alerts.listed(tx, rule="spyware", last=10)),
        "COVERING INDEX ix_alerts_rate",
    ),
    "of which stories a rule has sent an alert": (
        lambda tx: alerts.alerted_stories(tx, "spyware", ["3f9a"]),
        r"ix_alerts_story \(story=\?\)",
    ),
    "what a rule's readers first heard of a story": (
        lambda tx: alerts.first_alerted_as(tx, "spyware", ["3f9a", "c0de"]),
        r"ix_alerts_story \(story=\?\)",
    ),
    "the latest entries of a state, already in order": (
        lambda tx: entries.latest(tx, state=State.REJECTED, limit=10),
        r"ix_entries_state \(state=\?\); USE TEMP B-TREE FOR (RIGHT|LAST)",
    ),
    "how all entries ended, from an index alone": (
        accounting.account,
        "COVERING INDEX ix_entries_reason",
    ),
    "how a day's entries ended": (
        lambda tx: accounting.account(tx, since=NOON),
        r"ix_entries_first_seen \(first_seen>\?\)",
    ),
    "how a month's entries ended": (
        lambda tx: accounting.account(tx, since=NOON, until=NOON + timedelta(days=30)),
        r"ix_entries_first_seen \(first_seen>\? AND first_seen<\?\)",
    ),
    "what was seen in a month": (
        lambda tx: accounting.account(tx, since=NOON, until=NOON + timedelta(days=30)),
        r"COVERING INDEX ix_seen_at \(at>\? AND at<\?\)",
    ),
    "the feeds of some sites": (
        lambda tx: outlets.outlets_of(
            tx, FEED, [FeedItem(url=f"https://{n}.org/") for n in "abcd"]
        ),
        r"ix_feeds_site \(site=\?\)",
    ),
    "what a feed lists": (
        lambda tx: replays.replay(tx, now=NOON, feed=FEED.url),
        r"ix_entry_feeds_feed \(feed=\?\)",
    ),
    "what erased entries' files are as old as": (
        erasures.to_clear,
        r"SCAN erased.*; SEARCH entries USING INDEX sqlite_autoindex_entries_1 \(id=\?\)",
    ),
    "what was seen in a day": (
        lambda tx: accounting.account(tx, since=NOON),
        r"COVERING INDEX ix_seen_at \(at>\?\)",
    ),
}


@pytest.mark.parametrize("ledger_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("ask", "how"), LOOKUPS.values(), ids=LOOKUPS)
def test_it_is_looked_up(ledger: Ledger, ask: Ask, how: str) -> None:
    asked: list[tuple[str, Any]] = []
    event.listen(ledger.engine, "before_cursor_execute", lambda *call: asked.append(call[2:4]))
    with ledger.read() as tx:
        ask(tx)
        explain = "EXPLAIN QUERY PLAN "
        selects = [(query, values) for query, values in asked if query.startswith("SELECT")]
        plans = [
            "; ".join(step.detail for step in tx.exec_driver_sql(explain + query, values))
            for query, values in selects
        ]
    assert re.search(how, " | ".join(plans))
