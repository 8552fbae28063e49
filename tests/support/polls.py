"""Polls that get one answer, and ask for no older pages."""

from __future__ import annotations

from datetime import datetime

from core.records import Feed
from core.settings import Settings
from ingest.feeds.ask import new_body, parse_body
from ingest.feeds.older import Read
from ingest.feeds.poll import Polled, judge
from ingest.web.answers import Answer, Failure


def read_of(feed: Feed, answer: Answer | Failure) -> Read:
    """What is read of an answer to a poll."""
    body = new_body(feed, answer)
    return Read(answer, None if body is None else parse_body(body))


def polled_with(feed: Feed, answer: Answer | Failure, now: datetime, settings: Settings) -> Polled:
    """The result of a poll that got an answer."""
    return judge(feed, read_of(feed, answer), now, settings)
