"""Polling a feed: what to ask, and what the answer means. Pure, but for `ask`."""

from __future__ import annotations

import hashlib
import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.records import Feed, FeedItem, FeedState
from core.settings import Settings
from ingest.answers import Answer, Failure, max_age, retry_after
from ingest.client import Client
from ingest.parser import NotAFeed, parse_feed

MOVES_BEFORE_FOLLOWING = 2
"""Permanent redirects in a row before the new address is believed: one may be a mistake."""

SLOWEST = timedelta(days=30)
"""Feeds that fail or are gone are asked once a month: some come back."""


@dataclass(frozen=True, slots=True)
class Polled:
    """What a poll came to: the feed as it is now, and what it listed. `reason` says what was
    wrong, if anything; `status` is none where no answer came."""

    feed: Feed
    items: tuple[FeedItem, ...]
    status: int | None
    reason: str | None


async def ask(client: Client, feed: Feed, settings: Settings) -> Answer | Failure:
    """Ask for a feed, conditionally where the last answer allows it."""
    return await client.get(
        feed.url, max_bytes=settings.feed_max_bytes, headers=conditional_headers(feed)
    )


def conditional_headers(feed: Feed) -> dict[bytes, bytes]:
    """The validators of the last answer, verbatim, if it came from the address that is asked."""
    headers = {b"A-IM": b"feed"}
    if feed.validators_url == feed.url:
        if feed.etag:
            headers[b"If-None-Match"] = feed.etag
        if feed.last_modified:
            headers[b"If-Modified-Since"] = feed.last_modified
    return headers


def judge(feed: Feed, answer: Answer | Failure, now: datetime, settings: Settings) -> Polled:
    """What an answer to a poll means for the feed, and which items it brought."""
    if isinstance(answer, Failure):
        return _failed(feed, FeedState.FAILING, None, str(answer), now, settings)
    if answer.status == 304:
        return Polled(_rested(feed, answer, now, settings), (), 304, None)
    if answer.status == 410:
        return _failed(feed, FeedState.GONE, 410, "410 Gone", now, settings, at_least=SLOWEST)
    if answer.status in (401, 403, 451):
        reason = f"{answer.status}: the site refuses us"
        return _failed(feed, FeedState.BLOCKED, answer.status, reason, now, settings)
    if not 200 <= answer.status < 300:
        wait = retry_after(answer, now)
        reason = f"answered {answer.status}"
        if wait is not None:
            reason += f", asks to wait {wait.total_seconds():.0f} s"
        return _failed(feed, FeedState.FAILING, answer.status, reason, now, settings, wait=wait)
    return _read(feed, answer, now, settings)


def _read(feed: Feed, answer: Answer, now: datetime, settings: Settings) -> Polled:
    body_hash = hashlib.sha256(answer.body).hexdigest()
    rested = _rested(feed, answer, now, settings).model_copy(
        update={
            "etag": answer.header("etag").encode("latin-1") or None,
            "last_modified": answer.header("last-modified").encode("latin-1") or None,
            "validators_url": answer.url,
        }
    )
    if body_hash == feed.body_hash:
        # Many servers send the same body again and again, with no validator that says so.
        return Polled(rested, (), answer.status, None)
    parsed = parse_feed(answer.body, answer.header("content-type"), answer.url)
    if isinstance(parsed, NotAFeed):
        no_feed = f"not a feed: {parsed.reason}"
        return _failed(feed, FeedState.FAILING, answer.status, no_feed, now, settings)
    unusable = f"left out for want of an address: {parsed.unusable}" if parsed.unusable else None
    fault = "; ".join(filter(None, (parsed.fault, unusable))) or None
    fresh = rested.model_copy(
        update={
            "title": feed.title or parsed.title,
            "body_hash": body_hash,
            "reason": "; ".join(filter(None, (rested.reason, fault))) or None,
        }
    )
    return Polled(fresh, parsed.items, answer.status, fault)


def _rested(feed: Feed, answer: Answer, now: datetime, settings: Settings) -> Feed:
    """The feed after an answer that is fine: no failures, and its next poll in its own time."""
    update: dict[str, object] = {
        "state": FeedState.OK,
        "reason": None,
        "failures": 0,
        "moves": 0,
        "last_polled_at": now,
        "next_poll_at": now + _wait(feed, max_age(answer), settings),
    }
    if answer.moved_to and answer.moved_to != feed.url:
        moves = feed.moves + 1
        update |= {"state": FeedState.MOVED, "moves": moves}
        if moves < MOVES_BEFORE_FOLLOWING:
            update["reason"] = f"moved for good to {answer.moved_to}, says its server"
        else:
            update["reason"] = f"moved here for good from {feed.url}"
            update |= {"url": answer.moved_to, "moves": 0}
    return feed.model_copy(update=update)


def _failed(
    feed: Feed,
    state: FeedState,
    status: int | None,
    reason: str,
    now: datetime,
    settings: Settings,
    *,
    wait: timedelta | None = None,
    at_least: timedelta = timedelta(0),
) -> Polled:
    failures = feed.failures + 1
    if wait is None:
        # Twice as long each time, up to a month: feeds come back.
        every = timedelta(seconds=settings.poll_every)
        wait = max(at_least, min(SLOWEST, every * 2 ** min(failures - 1, 12)))
    after = feed.model_copy(
        update={
            "state": state,
            "reason": reason,
            "failures": failures,
            "last_polled_at": now,
            "next_poll_at": now + min(wait, SLOWEST),
        }
    )
    return Polled(after, (), status, reason)


def _wait(feed: Feed, asked: timedelta | None, settings: Settings) -> timedelta:
    """The time to the next poll of a healthy feed: what it asks for, within our limits.

    A little is taken off or not, by the feed's id, so that feeds that were added together are
    not polled together for ever.
    """
    wait = max(asked or timedelta(0), timedelta(seconds=settings.poll_every))
    jitter = random.Random(feed.id).uniform(0.97, 1.0)  # noqa: S311 - no secret
    bounded = min(wait * jitter, timedelta(seconds=settings.poll_max))
    return max(bounded, timedelta(seconds=settings.poll_min))
