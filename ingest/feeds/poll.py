"""What the answer to a poll means for its feed. Pure; `ingest.feeds.ask` asks.

`judge` turns an answer into facts (`ingest.feeds.health.Facts`), has the feed's health judged from
them, and sets the next poll (`ingest.feeds.schedule`). What an answer can be, in the order of the
checks:

    no answer, or a refusal     → failed: the feed stays as it was, and is asked less often
    304 Not Modified            → nothing new, unless it was asked without conditions
    a body that is known        → nothing new, whatever the validators say
    226 IM Used                 → only what is new; what is known stays known
    a body                      → its entries, hints and rhythm

A new body is parsed before, since its items may show a gap, which older pages may fill
(`ingest.feeds.older`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from core.records import LONGEST_ADDRESS, Feed, FeedItem, FeedState, Gap, Notice
from core.settings import Settings
from ingest.feeds.ask import brings_a_body, conditions, hash_of, is_part
from ingest.feeds.gaps import describe, gap_of, in_gap, unlisted_since
from ingest.feeds.health import WELL, Facts, announce, judge_health
from ingest.feeds.naming import outlet_named
from ingest.feeds.older import Read
from ingest.feeds.parser import NotAFeed, ParsedFeed
from ingest.feeds.rhythm import fresh_items, learn, marks_of, merged_marks, overdue_after
from ingest.feeds.schedule import (
    SLOWEST,
    RequestedDelays,
    next_poll_at,
    requested_delays,
    usual_wait,
)
from ingest.web.answers import Answer, Failure, FailureKind, retry_after
from ingest.web.challenges import challenge

MOVES_BEFORE_FOLLOWING = 2
"""Permanent redirects in a row to one address before we follow: one may be a mistake."""

MOVES_BEFORE_RETURNING = 10
"""The same, back to the address that the feed moved from: two servers that redirect to each other
would send us back and forth for ever."""

LET_ALONE = timedelta(hours=6)
"""How late a busy site may make a feed before that is told as a refusal."""

CACHE_LAG = timedelta(hours=1)
"""A 304 is untrue if an entry had been out for this long by then; caches may miss younger ones."""

OFFLINE_SITES = 3
"""If this many sites are asked and none answers, it is this machine that is offline. Its feeds are
not failing, and are asked as soon as it is back, not up to a day later."""

OFFLINE_LIMIT = timedelta(days=1)
"""How long that is believed. Then all of them are failing, as operators should hear: it may be a
server's proxy that is broken."""

_PAST = ("full_at", "denied_at", "unread_since", "last_polled_at", "resumed_at")
"""Times of what happened to a feed; its rhythm has another one."""

_MAX_VALIDATOR = 1_024
"""The most bytes of a validator: servers refuse requests with headers of some kilobytes."""


@dataclass(frozen=True, slots=True)
class Polled:
    """The result of a poll: the feed as it is now, and what it listed. `gap` is what may have been
    missed, `notice` is for the operators."""

    feed: Feed
    items: tuple[FeedItem, ...]
    notice: Notice | None = None
    gap: Gap | None = None


@dataclass(frozen=True, slots=True)
class _Reading:
    """What an answer shows, what it changes in the feed's record, and the items that it brought.
    `unlisted_since` is since when they may not be all, `gap` what is likely to be missing."""

    facts: Facts
    learnt: dict[str, Any] = field(default_factory=dict)
    items: tuple[FeedItem, ...] = ()
    unlisted_since: datetime | None = None
    gap: Gap | None = None


def is_unanswered(answer: Answer | Failure) -> bool:
    """Whether the site itself may never have been reached."""
    unreached = (FailureKind.CONNECTION, FailureKind.TIME_OUT)
    return isinstance(answer, Failure) and answer.kind in unreached


def is_offline(unanswered: Sequence[Feed], now: datetime) -> bool:
    """Whether this machine is offline, given the feeds of a pass if none was answered.

    Feeds that are failing already are no sign of it: those of three dead sites may be due alone.
    """
    lately = any(
        not feed.failures and now - (feed.last_polled_at or feed.since) < OFFLINE_LIMIT
        for feed in unanswered
    )
    return lately and len({feed.site for feed in unanswered}) >= OFFLINE_SITES


def judge(feed: Feed, read: Read, now: datetime, settings: Settings) -> Polled:
    """What was read at a poll means for the feed, and which items it brought.

    Args:
        feed: as it was before.
        read: the answer to the poll, and what came of older pages.
        now: the time of the poll.
        settings: how often to poll.
    """
    feed, answer = _without_future_times(feed, now), read.answer
    if isinstance(answer, Failure) and answer.wait is not None:
        return _not_asked(feed, answer, min(answer.wait, SLOWEST), now, settings)
    if isinstance(answer, Failure):
        reading = _Reading(Facts(failure=str(answer), rhythm=feed.rhythm))
        return _after_poll(feed, reading, RequestedDelays(), now, settings)
    reading = _shown(feed, answer, read, now)
    since = reading.unlisted_since
    if since is not None and read.next_page and feed.unread_since is None:
        # Its gap is not told yet: the next poll gets the whole list, whether that changed or not,
        # and reads its older pages since then once more.
        anew = {"etag": None, "last_modified": None, "body_hash": None, "unread_since": since}
        reading = replace(reading, learnt=reading.learnt | anew, gap=None)
    return _after_poll(feed, reading, requested_delays(answer, now), now, settings)


def _without_future_times(feed: Feed, now: datetime) -> Feed:
    """The feed without times later than now, which were noted while the clock was wrong: its
    silence would be counted from them, and not be noticed for years."""
    update: dict[str, Any] = {
        name: now for name in _PAST if (seen := getattr(feed, name)) is not None and seen > now
    }
    newest = feed.rhythm.newest_at
    if newest is not None and newest > now:
        update["rhythm"] = feed.rhythm.model_copy(update={"newest_at": now})
    return feed.model_copy(update=update)


def _not_asked(
    feed: Feed, answer: Failure, wait: timedelta, now: datetime, settings: Settings
) -> Polled:
    """The feed of a busy site that was not asked: nothing is known, and nothing has failed.

    If a site with many feeds refuses everything, each pass asks for one of them. The others would
    seem well for days, so a feed that is hours late is blocked for that reason alone.
    """
    last = feed.last_polled_at or feed.since
    if feed.resumed_at is not None:
        last = max(last, feed.resumed_at)  # that it was paused is no refusal
    late = now + wait - last - usual_wait(feed, now, settings)
    update: dict[str, Any] = {"next_poll_at": now + wait}
    blocked = feed.state is FeedState.BLOCKED
    if late > LET_ALONE and not feed.failures and (blocked or feed.state in WELL):
        # Of a feed that was never polled, only this says when it was added.
        same = blocked or feed.last_polled_at is None
        update |= {
            "state": FeedState.BLOCKED,
            "reason": f"not polled since {last:%Y-%m-%d %H:%M}: {answer}",
            "since": feed.since if same else now,
            "held": feed.held + 1 if blocked else 1,
        }
    after, notice = announce(feed, feed.model_copy(update=update), now)
    return Polled(after, (), notice)


def _shown(feed: Feed, answer: Answer, read: Read, now: datetime) -> _Reading:
    """What an answer shows, together with the rest of what was read."""
    facts = Facts(
        status=answer.status,
        moved_to=answer.moved_to if answer.moved_to != feed.url else None,
        wait=retry_after(answer, now),
        rhythm=feed.rhythm,
        full_at=feed.full_at,
        # Without a new body, an empty feed is still empty, and what was wrong still is.
        empty=feed.marks == b"",
        fault=feed.fault,
    )
    if answer.status == 304:
        unasked = answer.url != feed.validators_url or not conditions(feed)
        return _Reading(replace(facts, unasked=unasked), _not_modified(feed, now))
    if not brings_a_body(answer):
        return _Reading(replace(facts, challenge=challenge(answer)))
    # A part of the feed says nothing about the whole, except by its validators.
    full_at = feed.full_at if is_part(answer) else now
    facts = replace(facts, full_at=full_at)
    learnt = _validators(answer) | {"full_at": full_at, "denied_at": None}
    match read.parsed:
        case None:
            # It is known: many servers send one body again and again, and no validator says so.
            return _Reading(facts, learnt)
        case NotAFeed(reason):
            return _Reading(replace(facts, challenge=challenge(answer), not_a_feed=reason))
        case ParsedFeed() as parsed:
            return _with_items(_Reading(facts, learnt), feed, answer, parsed, read.older, now)


def _with_items(
    so_far: _Reading,
    feed: Feed,
    answer: Answer,
    parsed: ParsedFeed,
    older: Sequence[FeedItem],
    now: datetime,
) -> _Reading:
    """What an answer shows whose body is a feed and is new."""
    fresh = fresh_items(feed.marks, parsed.items)
    untrue = _false_304(feed, fresh)
    fault = _fault(parsed)
    learnt: dict[str, Any]
    if is_part(answer):
        since = gap = unseen = None
        fault = fault or feed.fault
        learnt = {"marks": merged_marks(feed.marks, fresh)}
    else:
        items = (*parsed.items, *older)
        since = unlisted_since(feed, items, now, parsed.covers)
        gap = unseen = gap_of(feed, since, items, now)
        if feed.resumed_at is not None:
            # What came while it was paused is not missed, but that was no silence either.
            watched = feed.model_copy(update={"resumed_at": None})
            unseen = gap_of(watched, unlisted_since(watched, items, now, parsed.covers), items, now)
        learnt = {
            "marks": _marks(feed, parsed),
            "body_hash": hash_of(answer),
            "outlet": feed.outlet or outlet_named(parsed.title, feed.url),
            "hints": parsed.hints,
            "fault": fault,
            "unread_since": None,
        }
    if feed.unread_since is None:
        rhythm = learn(feed.rhythm, [*fresh, *fresh_items(feed.marks, older)], now, unseen)
    else:
        # The gap is that of the last poll, and the rhythm goes on after it.
        rhythm = learn(feed.rhythm, fresh, now)
    facts = replace(
        so_far.facts, rhythm=rhythm, untrue=untrue, fault=fault, empty=learnt["marks"] == b""
    )
    learnt |= {"rhythm": rhythm, "distrusted": feed.distrusted or untrue is not None}
    listed = (*parsed.items, *in_gap(feed, older))
    return _Reading(facts, so_far.learnt | learnt, listed, since, gap)


def _marks(feed: Feed, parsed: ParsedFeed) -> bytes | None:
    """The marks of a new list. One of the last days that has no items keeps those of the list
    before, and does not make the feed an empty one."""
    if parsed.covers and not (parsed.items or parsed.unusable):
        return feed.marks or None
    return marks_of(parsed.items)


def _after_poll(
    feed: Feed, reading: _Reading, requested: RequestedDelays, now: datetime, settings: Settings
) -> Polled:
    """The feed after a poll: judged, with its next poll set, and the notice if one is due."""
    moves = _moves(feed, reading.facts.moved_to)
    facts = replace(reading.facts, follow=moves["url"] != feed.url)
    verdict = judge_health(feed, facts, now)
    same = verdict.state is feed.state
    update = {
        "state": verdict.state,
        "reason": verdict.reason,
        "since": feed.since if same else now,
        "held": feed.held + 1 if same else 1,
        "well_at": now if verdict.state in WELL else feed.well_at,
        "last_polled_at": now,
    }
    if verdict.failed:
        update["failures"] = feed.failures + 1
    else:
        update |= reading.learnt | moves | {"failures": 0}
    after = feed.model_copy(update=update)
    after = after.model_copy(update={"next_poll_at": next_poll_at(after, requested, now, settings)})
    after, notice = announce(feed, after, now)
    if reading.gap is not None:
        reason = "; ".join(filter(None, (after.reason, describe(reading.gap))))
        notice = notice or _unchanged(after, now)
        notice = notice.model_copy(update={"reason": reason})
    return Polled(after, reading.items, notice, reading.gap)


def _unchanged(feed: Feed, now: datetime) -> Notice:
    """A notice of a feed whose health is as operators know it."""
    return Notice(
        feed=feed.id,
        url=feed.url,
        outlet=feed.outlet,
        before=feed.told,
        state=feed.told,
        reason=None,
        since=now,
        created_at=now,
    )


def _moves(feed: Feed, target: str | None) -> dict[str, Any]:
    """What a permanent redirect, or its absence, changes: the address, once it is repeated."""
    if target is None or len(target.encode()) > LONGEST_ADDRESS:
        return {"url": feed.url, "moves": 0, "moved_to": None}
    moves = feed.moves + 1 if target == feed.moved_to else 1
    enough = MOVES_BEFORE_RETURNING if target == feed.moved_from else MOVES_BEFORE_FOLLOWING
    if moves < enough:
        return {"url": feed.url, "moves": moves, "moved_to": target}
    return {"url": target, "moves": 0, "moved_to": None, "moved_from": feed.url}


def _not_modified(feed: Feed, now: datetime) -> dict[str, Any]:
    """What a 304 changes. If entries are overdue, the next poll is without conditions: some servers
    say "not modified" for ever."""
    learnt: dict[str, Any] = {"denied_at": now}
    if feed.full_at is None or now - feed.full_at > overdue_after(feed.rhythm):
        learnt |= {"etag": None, "last_modified": None}
    return learnt


def _false_304(feed: Feed, fresh: Sequence[FeedItem]) -> str | None:
    """What shows that the feed's last 304 was untrue: entries that had been out by then.

    Only a body that was asked for without conditions can show that. One that came in answer to
    conditions shows that the validators work; its entries may be late for other reasons. The same
    goes for entries if some are older than the last whole body, which did not list them. And one
    entry without a date proves nothing: it may be from this minute, as many may be from a pause.
    """
    newest = feed.rhythm.newest_at
    if feed.denied_at is None or newest is None or conditions(feed):
        return None
    dates = sorted(item.published for item in fresh if item.published)
    out = [date for date in dates if newest < date < feed.denied_at - CACHE_LAG]
    late = feed.full_at is not None and bool(out) and out[0] < feed.full_at - CACHE_LAG
    paused = feed.resumed_at is not None and feed.resumed_at > feed.denied_at
    undated = [] if paused else [item for item in fresh if item.published is None]
    if late or not (out or len(undated) > 1):
        return None
    first = out[0] if out else None
    since = f", the first of {first:%Y-%m-%d %H:%M}," if first else ""
    number = len(out) or len(undated)
    return (
        f"{number} new entries{since} came when the whole feed was fetched, though its server "
        f"had answered 304 Not Modified until {feed.denied_at:%Y-%m-%d %H:%M}"
    )


def _validators(answer: Answer) -> dict[str, Any]:
    return {
        "etag": _validator(answer, "etag"),
        "last_modified": _validator(answer, "last-modified"),
        "validators_url": answer.url,
    }


def _validator(answer: Answer, name: str) -> bytes | None:
    """A validator as the bytes that came; None if it could not be sent back."""
    value = answer.header(name).encode("latin-1").strip(b" \t")
    sendable = len(value) <= _MAX_VALIDATOR and all(byte >= 32 and byte != 127 for byte in value)
    return value if value and sendable else None


def _fault(parsed: ParsedFeed) -> str | None:
    unusable = f"items without an address: {parsed.unusable}" if parsed.unusable else None
    # A few are a live blog's posts; if most are, the feed's links are not those of its articles.
    most = parsed.repeated > len(parsed.items)
    repeated = f"items with another item's address: {parsed.repeated}" if most else None
    return "; ".join(filter(None, (parsed.fault, unusable, repeated))) or None
