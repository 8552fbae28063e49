"""False alarms and detection delay of feed health, on a replay of real feed entries.

    python -m bench.feed_health --replay FILE [--hours 1] [--listed 30] [--seed 1]

FILE holds JSON lines, plain or compressed with zstd, of `url`, `title`, `published` and `source`,
in order of time. Each source is served as a JSON Feed of its latest entries, with an honest ETag,
and polled by a pass every hour, as `ingest.feeds.poll` and `ingest.feeds.schedule` decide. Four
runs:

1. Unchanged. A `stale` or `frozen` state is an alarm, a false one if the feed published again.
2. Each feed is cut at a random time in the middle half of the period, and polled for 60 days more.
   The delay is from its last entry to the first `stale`.
3. From the same time on each feed answers 304 for ever, whatever it publishes. The delay is from
   the first hidden entry to `frozen`.
4. From a random time on there are no passes for `--off` hours. What was never listed at a poll is
   compared with the gaps that are noticed (`ingest.feeds.gaps`). Without a break, any gap is false.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from core.records import Feed, FeedState, content_id
from core.settings import Settings
from enrich.stream import read_stream
from ingest.feeds.ask import conditional_headers, new_body, parse_body
from ingest.feeds.older import Read
from ingest.feeds.poll import Polled, judge
from ingest.feeds.rhythm import ENOUGH
from ingest.web.addresses import canonical_url
from ingest.web.answers import Answer

SETTINGS = Settings(home=Path("bench"))
AFTER_CUT = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Row:
    """An entry of a source."""

    url: str
    title: str
    published: datetime


@dataclass(slots=True)
class Source:
    """A feed as its server sends it: the latest entries, and an honest ETag."""

    url: str
    rows: Sequence[Row]
    listed: int
    times: list[datetime] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.times = [row.published for row in self.rows]

    def answer(self, feed: Feed, now: datetime, frozen_at: datetime | None) -> Answer:
        """What the server answers at a time; from `frozen_at` on always "not modified"."""
        etag = conditional_headers(feed, feed.url).get(b"If-None-Match")
        number = bisect_right(self.times, now)
        tag = f'"{number}"'
        if etag and (etag == tag.encode() or (frozen_at is not None and now >= frozen_at)):
            return Answer(self.url, 304, (), b"")
        latest = self.rows[max(0, number - self.listed) : number]
        items = [
            {"id": row.url, "url": row.url, "date_published": row.published.isoformat()}
            for row in reversed(latest)
        ]
        document = {"version": "https://jsonfeed.org/version/1.1", "title": "x", "items": items}
        headers = (("ETag", tag), ("Content-Type", "application/feed+json"))
        return Answer(self.url, 200, headers, json.dumps(document).encode())


@dataclass(frozen=True, slots=True)
class Change:
    """A feed enters a state."""

    at: datetime
    feed: Feed


@dataclass(frozen=True, slots=True)
class Missing:
    """What polls never listed of a source after the first one, and what its gaps say of that."""

    really: int
    told: int
    gaps: int


def _new(source: Source, now: datetime) -> Feed:
    return Feed(
        id=content_id(source.url),
        url=source.url,
        site="x.example",
        state=FeedState.NEW,
        since=now,
        next_poll_at=now,
    )


def _polled(source: Source, feed: Feed, now: datetime, frozen_at: datetime | None = None) -> Polled:
    answer = source.answer(feed, now, frozen_at)
    body = new_body(feed, answer)
    return judge(feed, Read(answer, None if body is None else parse_body(body)), now, SETTINGS)


def polls(
    source: Source,
    begin: datetime,
    end: datetime,
    every: timedelta,
    *,
    frozen_at: datetime | None = None,
    off: tuple[datetime, datetime] | None = None,
) -> Iterator[tuple[datetime, Polled]]:
    """Poll a source by passes over a period, without any while the machine is off; yields when each
    poll was, and its result."""
    now, feed = begin, _new(source, begin)
    while now < end:
        if feed.next_poll_at <= now and not (off and off[0] <= now < off[1]):
            polled = _polled(source, feed, now, frozen_at)
            yield now, polled
            feed = polled.feed
        now += every


def changes(polled: Iterable[tuple[datetime, Polled]]) -> Iterator[Change]:
    """The polls at which the state of a feed changed."""
    before = FeedState.NEW
    for at, one in polled:
        if one.feed.state is not before:
            yield Change(at, one.feed)
        before = one.feed.state


def missing(
    source: Source,
    begin: datetime,
    end: datetime,
    every: timedelta,
    off: tuple[datetime, datetime] | None,
) -> Missing:
    """What polls miss of a source over a period, without any while the machine is off."""
    polled = [one for _, one in polls(source, begin, end, every, off=off)]
    seen = {item.url for one in polled for item in one.items}
    gaps = [one.gap for one in polled if one.gap is not None]
    newest = polled[-1].feed.rhythm.newest_at or begin
    out = {canonical_url(row.url) for row in source.rows if begin < row.published <= newest}
    return Missing(len(out - seen), sum(gap.missed for gap in gaps), len(gaps))


def read(path: Path) -> dict[str, list[Row]]:
    """The rows of a replay by source, in order of time."""
    rows: dict[str, list[Row]] = defaultdict(list)
    for row in read_stream(path):
        moment = datetime.fromisoformat(row["published"])
        rows[row["source"]].append(Row(row["url"], row["title"], moment))
    for known in rows.values():
        known.sort(key=lambda row: row.published)
    return rows


def measure(path: Path, every: timedelta, listed: int, seed: int, off: timedelta) -> None:
    """Print the figures of the four runs."""
    rows = read(path)
    begin = min(known[0].published for known in rows.values())
    end = max(known[-1].published for known in rows.values())
    sources = {url: Source(url, known, listed) for url, known in sorted(rows.items())}
    print(f"{len(sources)} feeds, {sum(map(len, rows.values())):,} entries, {begin} to {end}")
    _as_it_was(sources, begin, end, every)
    _cut(sources, begin, end, every, random.Random(seed))
    _gaps(sources, begin, end, every, off, random.Random(seed))


def _gaps(
    sources: dict[str, Source],
    begin: datetime,
    end: datetime,
    every: timedelta,
    length: timedelta,
    dice: random.Random,
) -> None:
    """Only of feeds whose list is long enough for passes without a break."""
    usual = {url: missing(source, begin, end, every, None) for url, source in sources.items()}
    complete = {url: one for url, one in usual.items() if not one.really}
    false = sum(one.gaps for one in complete.values())
    print(f"no break: {len(complete)} feeds lack nothing; gaps of them {false}")
    found: list[Missing] = []
    for url in complete:
        at = begin + (end - begin) * dice.uniform(0.25, 0.75)
        found.append(missing(sources[url], begin, end, every, (at, at + length)))
    lacking = [one for one in found if one.really]
    print(
        f"off for {length}: {len(lacking)} of them lack {sum(one.really for one in lacking)} "
        f"entries, noticed of {sum(one.gaps > 0 for one in lacking)}, said to be "
        f"{sum(one.told for one in lacking)}; gaps of others "
        f"{sum(one.gaps for one in found if not one.really)}"
    )


def _as_it_was(
    sources: dict[str, Source], begin: datetime, end: datetime, every: timedelta
) -> None:
    judged = 0
    alarms: list[tuple[Source, Change, bool]] = []
    for source in sources.values():
        polled = list(polls(source, begin, end, every))
        judged += polled[-1][1].feed.rhythm.gaps >= ENOUGH
        alarms += [
            (source, change, change.at < source.times[-1])
            for change in changes(polled)
            if change.feed.state in (FeedState.STALE, FeedState.FROZEN)
        ]
    days = (end - begin) / timedelta(days=1)
    print(f"judged by a rhythm of their own  {judged}, over {days:.0f} days each")
    for state in (FeedState.STALE, FeedState.FROZEN):
        of_it = [false for _, change, false in alarms if change.feed.state is state]
        print(f"alarms: {state:6}  {len(of_it)}, of them false {sum(of_it)}")
    for source, change, false in alarms:
        print(f"  {'false' if false else 'open '} {change.at:%m-%d %H} {source.url[:60]}")
        print(f"        {change.feed.reason}")


def _cut(
    sources: dict[str, Source],
    begin: datetime,
    end: datetime,
    every: timedelta,
    dice: random.Random,
) -> None:
    stale: list[tuple[float, int]] = []
    frozen: list[float] = []
    missed = hidden = unnoticed = 0
    for source in sources.values():
        at = begin + (end - begin) * dice.uniform(0.25, 0.75)
        number = bisect_right(source.times, at)
        if number <= ENOUGH:
            continue
        dead = Source(source.url, source.rows[:number], source.listed)
        last = dead.times[-1]
        found = next(
            (
                change.at
                for change in changes(polls(dead, begin, at + AFTER_CUT, every))
                if change.feed.state is FeedState.STALE and change.at > last
            ),
            None,
        )
        if found is None:
            missed += 1
        else:
            stale.append(((found - last) / timedelta(hours=1), number))
        if number < len(source.times):
            hidden += 1
            first = source.times[number]
            seen = next(
                (
                    change.at
                    for change in changes(polls(source, begin, end, every, frozen_at=at))
                    if change.feed.state is FeedState.FROZEN
                ),
                None,
            )
            if seen is None:
                unnoticed += 1
            else:
                frozen.append((seen - first) / timedelta(hours=1))
    hours = [delay for delay, _ in stale]
    busy = [delay for delay, number in stale if number >= 100]
    print(f"cut: {len(stale) + missed}, noticed within 60 days {len(stale)}")
    _print_delays("  hours to stale, all", hours)
    _print_delays("  of 100 entries or more before", busy)
    print(f"304 for ever: {hidden}, noticed within the period {len(frozen)}, not {unnoticed}")
    _print_delays("  hours to frozen", frozen)


def _print_delays(title: str, hours: Sequence[float]) -> None:
    if len(hours) < 2:
        print(f"{title}: too few")
        return
    tenths = statistics.quantiles(hours, n=10)
    print(
        f"{title}: median {statistics.median(hours):.0f}, "
        f"tenth {tenths[0]:.0f}, nine tenths {tenths[8]:.0f}, longest {max(hours):.0f}"
    )


def main() -> None:
    """Read the command line, and measure."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--replay", type=Path, required=True, help="JSON lines, or .zst of them")
    parser.add_argument("--hours", type=float, default=1.0, help="between two passes; 1")
    parser.add_argument("--listed", type=int, default=30, help="entries in a feed; 30")
    parser.add_argument("--seed", type=int, default=1, help="of the random cuts; 1")
    parser.add_argument("--off", type=float, default=60.0, help="hours without passes; 60")
    options = parser.parse_args()
    off = timedelta(hours=options.off)
    measure(options.replay, timedelta(hours=options.hours), options.listed, options.seed, off)


if __name__ == "__main__":
    main()
