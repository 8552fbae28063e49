"""Feeds: what is polled, and how it is doing."""

from __future__ import annotations

from enum import StrEnum

from core.records.base import Record, UtcTime

LONGEST_ADDRESS = 2_000
"""The longest address of a feed, in bytes. Longer ones are made for the moment, and no database
index that keeps addresses unique takes one of three thousand."""


class Hints(Record):
    """What a feed's own document says about when to poll it.

    `every` is the longer of RSS's `ttl` and the interval that `sy:updatePeriod` and
    `sy:updateFrequency` give, in seconds. `skip_hours` (0 to 23) and `skip_days` (0 is Monday) are
    in UTC, and never all that there are.
    """

    every: float | None = None
    skip_hours: frozenset[int] = frozenset()
    skip_days: frozenset[int] = frozenset()


class FeedState(StrEnum):
    """How a feed is doing, by its last polls."""

    NEW = "new"
    OK = "ok"
    MOVED = "moved"
    GONE = "gone"
    BLOCKED = "blocked"
    EMPTY = "empty"
    STALE = "stale"
    FAILING = "failing"
    NOT_A_FEED = "not a feed"
    FROZEN = "frozen"


class Rhythm(Record):
    """How often a feed has something new, learnt from its polls.

    `gaps` counts the gaps between entries that it was learnt from, `span` is their sum and
    `longest` the longest of them, in seconds. All three fade with a half-life of a month of the
    feed's own time, so that a feed may change its ways. `newest_at` is when its newest entry came
    out.
    """

    gaps: float = 0.0
    span: float = 0.0
    longest: float = 0.0
    newest_at: UtcTime | None = None

    @property
    def interval(self) -> float | None:
        """The mean time between two entries in seconds; None until there are two."""
        return self.span / self.gaps if self.gaps else None


class Listed(Record):
    """A feed in a list: its address, its outlet's name, and its folders.

    A folder within a folder is a label with a slash: `Press/Local`.
    """

    url: str
    outlet: str = ""
    labels: tuple[str, ...] = ()


class Feed(Record):
    """A polled address, with everything that its next poll has to know.

    **Health.** `since` is when its `state` began, `reason` the evidence for it, `held` how many
    polls in a row it has lasted, `well_at` when a poll last went well, `told` the state that
    operators last heard of.

    **Conditions.** `body_hash` is that of the last whole body, which came at `full_at`; `fault` is
    what is wrong with that body, though it could be read; `denied_at` is when the server last said
    "not modified", if it has since then. `distrusted` means that it once said so of a feed that had
    changed: the feed is now polled without conditions.

    **Rhythm.** `marks` holds a few bytes of the id of each entry in the last body, to tell new
    entries from those listed again; `hints` and `rhythm` say when to poll. `unread_since` is since
    when entries may be missing that older pages have, if the last poll could not read these.

    **Moves.** `moved_to` is where its server's last permanent redirect led, `moves` how many times
    in a row; `moved_from` is the address that it was last followed from.

    **Pauses.** `paused_at` is since when a person keeps it from being polled, None if nobody does;
    `paused_why` is that person's reason. `resumed_at` is when its last pause ended: what it did
    before then nobody watched.
    """

    id: str
    url: str
    site: str
    outlet: str = ""
    labels: tuple[str, ...] = ()
    state: FeedState
    since: UtcTime
    reason: str | None = None
    held: int = 0
    well_at: UtcTime | None = None
    told: FeedState = FeedState.NEW
    etag: bytes | None = None
    last_modified: bytes | None = None
    validators_url: str | None = None
    body_hash: str | None = None
    fault: str | None = None
    full_at: UtcTime | None = None
    denied_at: UtcTime | None = None
    distrusted: bool = False
    marks: bytes | None = None
    hints: Hints = Hints()
    rhythm: Rhythm = Rhythm()
    unread_since: UtcTime | None = None
    next_poll_at: UtcTime
    last_polled_at: UtcTime | None = None
    failures: int = 0
    moves: int = 0
    moved_to: str | None = None
    moved_from: str | None = None
    paused_at: UtcTime | None = None
    paused_why: str | None = None
    resumed_at: UtcTime | None = None


class Gap(Record):
    """A time in which a feed may have had entries that nobody saw, since its list no longer reached
    back to the newest one known.

    `since` is when that one came out or, if that was later, when the list was last seen; `until` is
    when the oldest one listed came out. `missed` is about how many the feed's rhythm makes likely
    between the two.
    """

    since: UtcTime
    until: UtcTime
    missed: int


class FeedGap(Gap):
    """A gap as it is kept: of which feed, what its address and outlet were, and when a poll showed
    the gap."""

    feed: str
    url: str
    outlet: str
    noticed_at: UtcTime


class Notice(Record):
    """Something about a feed that the operators should hear of: mostly a change in its health.

    `before` is the state that they last knew of, `since` when the new one began, `reason` the
    evidence for it. A feed that moved is well: its `state` is `moved`, its `url` the new one.
    """

    feed: str
    url: str
    outlet: str
    before: FeedState
    state: FeedState
    reason: str | None
    since: UtcTime
    created_at: UtcTime

    @property
    def is_of_gap(self) -> bool:
        """Whether the feed's health is as before: articles may be missing, of which it listed no
        entry or only entries that nobody can read. `reason` says which, and since when."""
        return self.state is self.before
