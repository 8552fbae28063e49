"""New feeds, and polls of them that get one answer and ask for no older pages."""

from __future__ import annotations

from datetime import datetime

from core.records import Feed, FeedState, content_id
from core.settings import Settings
from core.sites import site_of
from ingest.feeds.ask import new_body, parse_body
from ingest.feeds.older import Read
from ingest.feeds.poll import Polled, judge
from ingest.web.answers import Answer, Failure


def new_feed(url: str, added_at: datetime, **changes: object) -> Feed:
    """A feed that was never polled."""
    fields = {
        "id": content_id(url),
        "url": url,
        "site": site_of(url),
        "state": FeedState.NEW,
        "since": added_at,
        "next_poll_at": added_at,
    }
    return Feed.model_validate(fields | changes)


def read_of(feed: Feed, answer: Answer | Failure) -> Read:
    """What is read of an answer to a poll."""
    body = new_body(feed, answer)
    return Read(answer, None if body is None else parse_body(body))


def polled_with(feed: Feed, answer: Answer | Failure, now: datetime, settings: Settings) -> Polled:
    """The result of a poll that got an answer."""
    return judge(feed, read_of(feed, answer), now, settings)
