"""Records and a clock for tests, as small as they can be."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select

from core.ledger import Ledger, accounting, entries, feeds, notices
from core.ledger.accounting import Accounting
from core.ledger.outboxes import NOTICES, DeliveryStatus
from core.records import (
    Alert,
    Article,
    Digest,
    Entry,
    Evidence,
    Feed,
    FeedItem,
    FeedState,
    Listed,
    Mention,
    Notice,
    State,
    Statement,
    content_id,
)
from core.sites import SLOTS

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)

EVERY_SLOT = frozenset(range(SLOTS))


class Clock:
    """A clock that stands still until `go` moves it."""

    def __init__(self) -> None:
        self.time = NOON

    def __call__(self) -> datetime:
        return self.time

    def go(self, **period: float) -> datetime:
        self.time += timedelta(**period)
        return self.time


def add_feed(ledger: Ledger, url: str, **kwargs: Any) -> Feed:
    with ledger.write() as tx:
        assert feeds.add_all(tx, [Listed(url=url, **kwargs)], ledger.now())
    return get_feed(ledger, url)


def get_feed(ledger: Ledger, url: str) -> Feed:
    with ledger.read() as tx:
        return next(feed for feed in feeds.listed(tx) if feed.url == url)


def listed_notices(tx: Connection) -> list[tuple[Notice, tuple[DeliveryStatus, ...]]]:
    """All notices in order of time, each with the status of its deliveries."""
    told = NOTICES.with_statuses(tx, select(NOTICES.payloads).order_by(NOTICES.payloads.c.id))
    return [(notices._notice(row), stand) for row, stand in told]


def item(number: int = 1, **changes: object) -> FeedItem:
    fields = {"url": f"https://news.example/{number}", "title": f"Headline {number}"}
    return FeedItem.model_validate(fields | changes)


def an_entry(number: int = 1, **changes: object) -> Entry:
    fields = {
        **item(number).model_dump(),
        "site": "news.example",
        "outlet": "Example News",
        "first_seen": NOON,
        "state": State.FOUND,
    }
    return Entry.model_validate(fields | changes)


def an_article(number: int = 1, **changes: object) -> Article:
    url = f"https://news.example/{number}"
    fields = {
        "id": content_id(url),
        "url": url,
        "site": "news.example",
        "outlet": "Example News",
        "title": f"Headline {number}",
        "text": "Nothing much.",
        "first_seen": NOON,
    }
    return Article.model_validate(fields | changes)


def a_mention(kind: str, name: str, **changes: object) -> Mention:
    """A name at the beginning of a title."""
    fields = {"kind": kind, "name": name, "field": "title", "start": 0, "end": len(name)}
    return Mention.model_validate(fields | changes)


def a_statement(kind: str, phrase: str, **changes: object) -> Statement:
    """What somebody says at the beginning of a text, not named unless it is with `speaker`."""
    fields = {"kind": kind, "phrase": phrase, "field": "text", "start": 0, "end": len(phrase)}
    return Statement.model_validate(fields | changes)


def a_notice(number: int = 1, **changes: object) -> Notice:
    url = f"https://news.example/{number}/rss"
    fields = {
        "feed": content_id(url),
        "url": url,
        "outlet": f"Outlet {number}",
        "before": FeedState.OK,
        "state": FeedState.FAILING,
        "reason": "answered 500 Internal Server Error",
        "since": NOON,
        "created_at": NOON,
    }
    return Notice.model_validate(fields | changes)


def an_alert(rule: str = "r", story: int = 1, **changes: object) -> Alert:
    told = item(story)
    fields = {
        "key": content_id(f"{rule}\n{story}"),
        "rule": rule,
        "query": "topic:surveillance",
        "story": told.id,
        "headline": "Headline",
        "article": told.id,
        "title": "Headline",
        "url": told.url,
        "outlet": "Example News",
        "score": 0.7,
        "why": (Evidence(field="title", start=0, end=4, phrase="Head", why="a rule"),),
        "first": {
            "article": told.id,
            "title": "Headline",
            "url": told.url,
            "outlet": "Example News",
            "first_seen": NOON,
        },
        "outlets": ("Example News",),
        "created_at": NOON,
    }
    return Alert.model_validate(fields | changes)


def a_digest(*alerts: Alert, **changes: object) -> Digest:
    fields = {
        "key": "d",
        "name": "d",
        "timezone": "UTC",
        "since": NOON,
        "until": NOON,
        "alerts": alerts,
        "created_at": NOON,
    }
    return Digest.model_validate(fields | changes)


def account(ledger: Ledger, **asked: Any) -> Accounting:
    """The ledger's accounting (`core.ledger.accounting.account`)."""
    with ledger.read() as tx:
        return accounting.account(tx, **asked)


def record(ledger: Ledger, feed: Feed, *items: FeedItem) -> tuple[int, int]:
    """Record a poll that brought these items: returns how many are new, and how many edited."""
    with ledger.write() as tx:
        return entries.record_items(tx, feed, items, ledger.now())


def get_entry(ledger: Ledger, number: int = 1) -> Entry:
    """An item's entry as the ledger has it."""
    with ledger.read() as tx:
        return entries.get(tx, [item(number).id])[item(number).id]


def move(ledger: Ledger, state: State, number: int = 1, **values: Any) -> None:
    """Move an item's entry to a state."""
    with ledger.write() as tx:
        (entry,) = entries.get(tx, [item(number).id]).values()
        assert entries.transition(tx, entry, state, now=ledger.now(), **values)
