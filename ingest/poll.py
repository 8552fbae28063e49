"""Polling a feed: what to ask, and what the answer means. Pure, but for `ask`.

`judge` reads an answer into facts (`ingest.health.Facts`), has the feed's health judged from them,
and sets the next poll (`ingest.schedule`). The order of things that an answer can be:

    no answer, or a refusal     → failed: the feed is as it was, and asked ever less
    304 Not Modified            → nothing new, unless it was not asked for
    a body that is known        → nothing new, whatever the validators say
    226 IM Used                 → only what is new; what is known stays known
    a body                      → parsed: its entries, hints and rhythm

A hostile body takes seconds to parse for each of its megabytes, so a large one is parsed before, by
a worker that is given a limit (`heavy_body`), and handed to `judge` with what became of it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from core.records import LONGEST_ADDRESS, Feed, FeedItem, FeedState, Notice
from core.settings import Settings
from ingest.answers import Answer, Failure, retry_after
from ingest.challenges import challenge
from ingest.client import Client
from ingest.health import WELL, Facts, judge_health, tell
from ingest.parser import NotAFeed, ParsedFeed, parse_feed
from ingest.rhythm import fresh_items, learn, marks_of, merged_marks, overdue_after
from ingest.schedule import SLOWEST, Asked, next_poll_at, usual_wait, what_is_asked

MOVES_BEFORE_FOLLOWING = 2
"""Permanent redirects in a row to one address before it is believed: one may be a mistake."""

MOVES_BEFORE_RETURNING = 10
"""The same, to the address that the feed was followed from: two servers that send us to each
other would have us go to and fro for ever."""

LET_ALONE = timedelta(hours=6)
"""How late a feed may be for its site's sake before that is told as a refusal."""

CACHE_LAG = timedelta(hours=1)
"""A 304 is untrue of an entry that had been out for so long; younger ones, caches may not know."""

LIGHT = 100_000
"""Bytes of a body that `judge` parses itself: half a second at worst, some milliseconds mostly."""

_SEEN = ("full_at", "denied_at", "last_polled_at")
"""When a feed was seen to be in some way, beside its rhythm's newest entry."""

_MAX_VALIDATOR = 1_024
"""Bytes of a validator that are kept; servers refuse requests with headers of some kilobytes."""


@dataclass(frozen=True, slots=True)
class Polled:
    """What a poll came to: the feed as it is now, and what it listed. `reason` says what was
    wrong, if anything; `status` is none where no answer came. `notice` is for the operators."""

    feed: Feed
    items: tuple[FeedItem, ...]
    status: int | None
    reason: str | None
    notice: Notice | None = None


@dataclass(frozen=True, slots=True)
class Body:
    """What there is to parse of an answer."""

    content: bytes
    content_type: str
    url: str


Parsed = ParsedFeed | NotAFeed


@dataclass(frozen=True, slots=True)
class _Reading:
    """What an answer shows, what it changes in the feed's record, and the items that it brought."""

    facts: Facts
    learnt: dict[str, Any] = field(default_factory=dict)
    items: tuple[FeedItem, ...] = ()


async def ask(client: Client, feed: Feed, settings: Settings) -> Answer | Failure:
    """Ask for a feed, conditionally where the last answer allows it."""
    return await client.get(
        feed.url, max_bytes=settings.feed_max_bytes, headers=conditional_headers(feed)
    )


def conditional_headers(feed: Feed) -> dict[bytes, bytes]:
    """What a feed is asked with: that changes alone will do (RFC 3229), and its conditions."""
    return {b"A-IM": b"feed"} | _conditions(feed)


def heavy_body(feed: Feed, answer: Answer | Failure) -> Body | None:
    """What is too large for `judge` to parse; None where it is not, or is nothing new."""
    if isinstance(answer, Failure) or len(answer.body) <= LIGHT or not _brings_a_body(answer):
        return None
    return None if _hash(answer) == feed.body_hash else _body(answer)


def parse_body(body: Body) -> Parsed:
    """Parse a body, in a worker."""
    return parse_feed(body.content, body.content_type, body.url)


def judge(
    feed: Feed,
    answer: Answer | Failure,
    now: datetime,
    settings: Settings,
    parsed: Parsed | None = None,
) -> Polled:
    """What an answer to a poll means for the feed, and which items it brought.

    `parsed` is what became of its body where that was heavy.
    """
    feed = _not_ahead(feed, now)
    if isinstance(answer, Failure) and answer.wait is not None:
        return _waiting(feed, answer, min(answer.wait, SLOWEST), now, settings)
    if isinstance(answer, Failure):
        reading = _Reading(Facts(failure=str(answer), rhythm=feed.rhythm))
        return _settle(feed, reading, Asked(), now, settings)
    reading = _read(feed, answer, now, parsed)
    return _settle(feed, reading, what_is_asked(answer, now), now, settings)


def _not_ahead(feed: Feed, now: datetime) -> Feed:
    """The feed, with nothing seen later than now, as it was noted while the clock was wrong: its
    silence would count from there, and be no silence for years."""
    update: dict[str, Any] = {
        name: now for name in _SEEN if (seen := getattr(feed, name)) is not None and seen > now
    }
    newest = feed.rhythm.newest_at
    if newest is not None and newest > now:
        update["rhythm"] = feed.rhythm.model_copy(update={"newest_at": now})
    return feed.model_copy(update=update)


def _waiting(
    feed: Feed, answer: Failure, wait: timedelta, now: datetime, settings: Settings
) -> Polled:
    """The feed of a site that was not asked, being busy: nothing is known, and nothing has failed.

    Of many feeds on a site that refuses all, each pass asks for one. The others would pass for
    well for days, so one that is late by hours is blocked for that reason alone.
    """
    last = feed.last_polled_at or feed.since
    late = now + wait - last - usual_wait(feed, now, settings)
    update: dict[str, Any] = {"next_poll_at": now + wait}
    blocked = feed.state is FeedState.BLOCKED
    if late > LET_ALONE and not feed.failures and (blocked or feed.state in WELL):
        update |= {
            "state": FeedState.BLOCKED,
            "reason": f"not asked since {last:%Y-%m-%d %H:%M}: {answer}",
            "since": feed.since if blocked else now,
            "held": feed.held + 1 if blocked else 1,
        }
    after, notice = tell(feed, feed.model_copy(update=update), now)
    return Polled(after, (), None, str(answer), notice)


def _conditions(feed: Feed) -> dict[bytes, bytes]:
    """The validators of the last answer, verbatim, if it came from the address that is asked."""
    if feed.validators_url != feed.url or feed.distrusted:
        return {}
    validators = {b"If-None-Match": feed.etag, b"If-Modified-Since": feed.last_modified}
    return {name: value for name, value in validators.items() if value}


def _brings_a_body(answer: Answer) -> bool:
    return 200 <= answer.status < 300


def _is_part(answer: Answer) -> bool:
    """Whether what came is what the feed has that is new, and not the whole feed (RFC 3229)."""
    return answer.status == 226


def _hash(answer: Answer) -> str:
    return hashlib.sha256(answer.body).hexdigest()


def _body(answer: Answer) -> Body:
    return Body(answer.body, answer.header("content-type"), answer.url)


def _read(feed: Feed, answer: Answer, now: datetime, parsed: Parsed | None) -> _Reading:
    facts = Facts(
        status=answer.status,
        moved_to=answer.moved_to if answer.moved_to != feed.url else None,
        wait=retry_after(answer, now),
        rhythm=feed.rhythm,
        full_at=feed.full_at,
        # Without a new body, a feed without entries still has none, and what was wrong still is.
        empty=feed.marks == b"",
        fault=feed.fault,
    )
    if answer.status == 304:
        # Conditions are not sent on to where a redirect leads.
        unasked = answer.url != feed.url or not _conditions(feed)
        return _Reading(replace(facts, unasked=unasked), _denied(feed, now))
    if not _brings_a_body(answer):
        return _Reading(replace(facts, challenge=challenge(answer)))
    # A part of the feed says nothing of the whole but for the validators.
    full_at = feed.full_at if _is_part(answer) else now
    facts = replace(facts, full_at=full_at)
    learnt = _validators(answer) | {"full_at": full_at, "denied_at": None}
    if _hash(answer) == feed.body_hash:
        # Many servers send the same body again and again, with no validator that says so.
        return _Reading(facts, learnt)
    if parsed is None:
        parsed = parse_body(_body(answer))
    if isinstance(parsed, NotAFeed):
        return _Reading(replace(facts, challenge=challenge(answer), not_a_feed=parsed.reason))
    return _read_items(feed, answer, now, parsed, _Reading(facts, learnt))


def _read_items(
    feed: Feed, answer: Answer, now: datetime, parsed: ParsedFeed, so_far: _Reading
) -> _Reading:
    """The reading of an answer whose body is a feed and is new."""
    fresh = fresh_items(feed.marks, parsed.items)
    untrue = _untrue(feed, fresh)
    rhythm = learn(feed.rhythm, fresh, now)
    fault = _fault(parsed)
    learnt = {"rhythm": rhythm, "distrusted": feed.distrusted or untrue is not None}
    if _is_part(answer):
        learnt["marks"] = merged_marks(feed.marks, fresh)
        fault = fault or feed.fault
    else:
        learnt |= {
            "marks": marks_of(parsed.items),
            "body_hash": _hash(answer),
            "outlet": feed.outlet or parsed.title,
            "hints": parsed.hints,
            "fault": fault,
        }
    facts = replace(
        so_far.facts, rhythm=rhythm, untrue=untrue, fault=fault, empty=learnt["marks"] == b""
    )
    return _Reading(facts, so_far.learnt | learnt, parsed.items)


def _settle(
    feed: Feed, reading: _Reading, asked: Asked, now: datetime, settings: Settings
) -> Polled:
    """The feed after a poll: judged, with its next poll set, and what is to be told of it."""
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
    after = after.model_copy(update={"next_poll_at": next_poll_at(after, asked, now, settings)})
    after, notice = tell(feed, after, now)
    return Polled(after, reading.items, facts.status, after.reason, notice)


def _moves(feed: Feed, target: str | None) -> dict[str, Any]:
    """What a permanent redirect to a feed, or its absence, changes: the address, once repeated."""
    if target is None or len(target) > LONGEST_ADDRESS:
        return {"url": feed.url, "moves": 0, "moved_to": None}
    moves = feed.moves + 1 if target == feed.moved_to else 1
    enough = MOVES_BEFORE_RETURNING if target == feed.moved_from else MOVES_BEFORE_FOLLOWING
    if moves < enough:
        return {"url": feed.url, "moves": moves, "moved_to": target}
    return {"url": target, "moves": 0, "moved_to": None, "moved_from": feed.url}


def _denied(feed: Feed, now: datetime) -> dict[str, Any]:
    """What a 304 changes. Where entries are overdue, the next poll is without conditions: some
    servers say "not modified" for ever."""
    learnt: dict[str, Any] = {"denied_at": now}
    if feed.full_at is None or now - feed.full_at > overdue_after(feed.rhythm):
        learnt |= {"etag": None, "last_modified": None}
    return learnt


def _untrue(feed: Feed, fresh: Sequence[FeedItem]) -> str | None:
    """What shows that the feed's last 304 was untrue: entries that had been out by then.

    Asked of a body that came without conditions only: what comes by the validators' own word
    speaks for them, and may be late for other reasons. So may entries be of which some are older
    than the last whole body, which did not list them. And one entry without a date proves
    nothing, it may be of this minute.
    """
    newest = feed.rhythm.newest_at
    if feed.denied_at is None or newest is None or _conditions(feed):
        return None
    dates = sorted(item.published for item in fresh if item.published)
    out = [date for date in dates if newest < date < feed.denied_at - CACHE_LAG]
    late = feed.full_at is not None and bool(out) and out[0] < feed.full_at - CACHE_LAG
    undated = [item for item in fresh if item.published is None]
    if late or not (out or len(undated) > 1):
        return None
    first = out[0] if out else None
    since = f", the first of {first:%Y-%m-%d %H:%M}," if first else ""
    number = len(out) or len(undated)
    return (
        f"{number} new entries{since} came without conditions, though its server had answered "
        f"304 Not Modified until {feed.denied_at:%Y-%m-%d %H:%M}"
    )


def _validators(answer: Answer) -> dict[str, Any]:
    return {
        "etag": _validator(answer, "etag"),
        "last_modified": _validator(answer, "last-modified"),
        "validators_url": answer.url,
    }


def _validator(answer: Answer, name: str) -> bytes | None:
    """A validator as the bytes that came; None where it could not be sent back."""
    value = answer.header(name).encode("latin-1").strip(b" \t")
    sendable = len(value) <= _MAX_VALIDATOR and all(byte >= 32 and byte != 127 for byte in value)
    return value if value and sendable else None


def _fault(parsed: ParsedFeed) -> str | None:
    unusable = f"left out for want of an address: {parsed.unusable}" if parsed.unusable else None
    # A few are a live blog's posts; where they are most, the feed's links are not its articles'.
    most = parsed.repeated > len(parsed.items)
    repeated = f"left out for another's address: {parsed.repeated}" if most else None
    return "; ".join(filter(None, (parsed.fault, unusable, repeated))) or None
