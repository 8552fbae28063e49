"""Decide when to poll a feed next: by what it asks for, its own rhythm and its failures. Pure.

Everything that asks for a delay counts, and the longest delay holds: `Retry-After`, the answer's
freshness (`Cache-Control`, `Expires`), the document's hints (`ttl`, `sy:updatePeriod`, hours and
days to skip). Within these, the feed's rhythm decides: `poll_every` is the rule; a slow feed is
asked less often; one whose list is so short that entries would drop off it between two polls is
asked more often, but never more than `poll_min` allows.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from core.records import Feed, FeedState, Hints
from core.settings import Settings
from ingest.feeds.rhythm import ENOUGH, marked, silence
from ingest.web.answers import Answer, fresh_for, retry_after

SLOWEST = timedelta(days=30)
"""Feeds that fail or are gone are asked once a month: some come back."""

LONGEST_SKIP = timedelta(days=7)
"""Longer than any hours and days to skip in a row, short of all of them."""

SHARE, SHARE_WITHOUT_VALIDATORS = 8, 2
"""Polls in a slow feed's usual interval: news is at most an eighth of it late. If the server gives
no validators, each poll costs the whole body, so half of the polls should bring news. (Polling
such feeds at most once a day, as some advise, would lose entries of every busy outlet.)"""

QUIET = 24
"""A slow feed is asked at most this many times less often than others."""

DAILY_UNTIL = 12
"""Up to this many failures in a row, about a week, a feed is asked at least every `poll_max`."""

_SPREAD = 0.03
"""Up to this share of a wait is added, depending on the feed's id, so that feeds that were added
together are not polled together for ever."""

_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class RequestedDelays:
    """What an answer asks for: how long to wait, and how long it is fresh."""

    retry_after: timedelta | None = None
    fresh_for: timedelta | None = None


def requested_delays(answer: Answer, now: datetime) -> RequestedDelays:
    """What an answer's headers ask for."""
    return RequestedDelays(retry_after(answer, now), fresh_for(answer, now))


def next_poll_at(
    feed: Feed, requested: RequestedDelays, now: datetime, settings: Settings
) -> datetime:
    """When to poll a feed again.

    Never earlier than `poll_min` or `Retry-After` say, never later than `SLOWEST`. A feed that is
    well is polled at least every `poll_max`, unless it asked to wait or to skip.

    Args:
        feed: as the poll left it.
        requested: what its answer asked for; nothing if none came.
        now: the time of the poll.
        settings: only `poll_every`, `poll_min` and `poll_max` are used.
    """
    hints = feed.hints
    limit = _seconds(SLOWEST - LONGEST_SKIP if hints.skip_hours or hints.skip_days else SLOWEST)
    shortest = max(settings.poll_min, _seconds(requested.retry_after))
    if feed.failures:
        wait, ceiling = _after_failure(feed, settings), limit
    else:
        wait, ceiling = _natural_wait(feed, now, settings), settings.poll_max
        asked = max(_seconds(requested.fresh_for), hints.every or 0.0)
        shortest = max(shortest, min(asked, ceiling))
    shortest = min(shortest, limit)
    ceiling = min(max(ceiling, shortest), limit)
    wait = _spread(feed, max(wait, shortest), shortest, ceiling)
    return _after_skips(now + timedelta(seconds=wait), hints)


def usual_wait(feed: Feed, now: datetime, settings: Settings) -> timedelta:
    """The wait between two polls of a feed that is well, as far as its record says."""
    hinted = min(feed.hints.every or 0.0, settings.poll_max)
    return timedelta(seconds=max(_natural_wait(feed, now, settings), hinted))


def _natural_wait(feed: Feed, now: datetime, settings: Settings) -> float:
    """The wait that suits a healthy feed that asks for nothing."""
    every, rhythm = settings.poll_every, feed.rhythm
    interval = rhythm.interval if rhythm.gaps >= ENOUGH else None
    # Silence counts once it is longer than any before: usual nights and weekends do not make
    # the first news after them late.
    unusual = silence(rhythm, now).total_seconds() - rhythm.longest
    # A server that has said "not modified" has validators, even if it sometimes leaves them out.
    validators = feed.etag or feed.last_modified or feed.denied_at
    share = SHARE if validators else SHARE_WITHOUT_VALIDATORS
    wait = max(every, min(max(interval or 0.0, unusual) / share, every * QUIET))
    listed = marked(feed.marks)
    if interval is None or not listed:
        return wait
    # Asked at half the time that its list covers, nothing drops off it unseen.
    return min(wait, interval * listed / 2)


def _after_failure(feed: Feed, settings: Settings) -> float:
    """Twice as long after each failure, up to a day for a week, then up to a month.

    A feed that its server says is gone is asked again a day later, in case that was a mistake, and
    then less and less often.
    """
    past = feed.failures - 1
    if feed.state is FeedState.GONE:
        return settings.poll_max * 4.0 ** min(past, 10)
    longest = max(settings.poll_max, settings.poll_every)
    if past < DAILY_UNTIL:
        return min(settings.poll_every * 2.0**past, longest)
    return longest * 2.0 ** min(past - DAILY_UNTIL + 1, 20)


def _spread(feed: Feed, wait: float, shortest: float, ceiling: float) -> float:
    part = _SPREAD * int(feed.id[:8], 16) / 16**8
    later = wait * (1 + part)
    # At the ceiling there is room only below it.
    return later if later <= ceiling else max(shortest, ceiling * (1 - part))


def _after_skips(moment: datetime, hints: Hints) -> datetime:
    """The same moment, or the same minute of the next hour that is not to be skipped."""
    while moment.hour in hints.skip_hours or moment.weekday() in hints.skip_days:
        moment += _HOUR
    return moment


def _seconds(period: timedelta | None) -> float:
    return period.total_seconds() if period else 0.0
