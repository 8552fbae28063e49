"""Gaps: what a list no longer reaches back to is read from older pages, or reported."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from factories import NOON
from hypothesis import given
from hypothesis import strategies as st
from polls import new_feed

from core.records import LONGEST_ADDRESS, Feed, FeedItem, FeedState, Gap, Rhythm
from core.settings import Settings
from ingest.feeds.ask import Parsed
from ingest.feeds.gaps import PINNED, describe, gap_of, in_gap, unlisted_since
from ingest.feeds.older import MAX_OLDER_ITEMS, MAX_OLDER_PAGES, Read, first, further, may_come
from ingest.feeds.paging import older_page
from ingest.feeds.parser import NotAFeed, ParsedFeed, parse_feed
from ingest.feeds.poll import Polled, judge
from ingest.feeds.rhythm import marks_of
from ingest.web.answers import Answer, Failure, FailureKind

URL = "https://news.example/feed"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def entry(hour: float, address: str = "", **changes: object) -> FeedItem:
    """The entry that comes out at an hour; before noon, hours are negative."""
    url = f"https://news.example/{address or hour}"
    return FeedItem.model_validate({"url": url, "published": NOON + hour * HOUR} | changes)


def a_feed(*, listed: int = 10, newest: float = 0, **changes: object) -> Feed:
    """A feed with an entry an hour, whose list was last read when the newest came out."""
    items = [entry(newest - number) for number in range(listed)]
    seen = NOON + newest * HOUR
    rhythm = Rhythm(gaps=100, span=100 * 3_600, longest=3_600, newest_at=seen)
    known = {"full_at": seen, "marks": marks_of(items), "rhythm": rhythm, "state": FeedState.OK}
    return new_feed(URL, NOON - 30 * DAY, **known | changes)


def hours(begin: int, end: int) -> list[FeedItem]:
    return [entry(hour) for hour in range(end, begin - 1, -1)]


def gap_shown(feed: Feed, items: list[FeedItem], now: datetime) -> Gap | None:
    return gap_of(feed, unlisted_since(feed, items, now), items, now)


def test_a_list_that_does_not_reach_back_shows_a_gap() -> None:
    gap = gap_shown(a_feed(), hours(41, 50), NOON + 50 * HOUR)
    assert gap is not None
    assert (gap.since, gap.until, gap.missed) == (NOON, NOON + 41 * HOUR, 40)
    assert describe(gap) == (
        "some 40 entries may be missing between 2026-03-01 12:00 and 2026-03-03 05:00: "
        "the list no longer reached back to the newest known entry"
    )


def test_a_list_of_all_of_the_last_days_misses_only_what_was_before_these() -> None:
    items = hours(60, 70)
    for last_seen, reaches in ((20, False), (22, True), (69, True)):
        feed = a_feed(newest=10, full_at=NOON + last_seen * HOUR)
        since = unlisted_since(feed, items, NOON + 70 * HOUR, timedelta(days=2))
        assert (since is None) == reaches
    assert unlisted_since(a_feed(full_at=None), items, NOON + 70 * HOUR, timedelta(days=2))


def test_what_came_before_the_list_was_last_seen_is_not_missing() -> None:
    # An issue a week: ten entries within an hour, which replace those of the last issue.
    rhythm = Rhythm(gaps=100, span=100 * 7 * 86_400 / 10, longest=7 * 86_400, newest_at=NOON)
    issue = [entry(7 * 24 + number / 10) for number in range(10)]
    now = NOON + 7 * DAY + HOUR
    seen = a_feed(rhythm=rhythm, full_at=now - HOUR)
    assert gap_shown(seen, issue, now) is None
    # "Not modified" says the same, but not while its word is being checked.
    said = a_feed(rhythm=rhythm, denied_at=now - HOUR, validators_url=URL, etag=b"x")
    assert gap_shown(said, issue, now) is None
    gap = gap_shown(said.model_copy(update={"etag": None}), issue, now)
    assert gap is not None
    assert gap.missed == 9
    # In two weeks without a poll, a whole issue was missed.
    late = [entry(14 * 24 + number / 10) for number in range(10)]
    gap = gap_shown(seen, late, now + 7 * DAY)
    assert gap is not None
    assert (gap.since, gap.missed) == (now - HOUR, 9)


def test_an_entry_that_was_listed_late_hides_no_gap() -> None:
    seen = a_feed(full_at=NOON + 5 * HOUR)
    gap = gap_shown(seen, [*hours(41, 50), entry(4)], NOON + 50 * HOUR)
    assert gap is not None
    assert (gap.since, gap.until, gap.missed) == (NOON + 5 * HOUR, NOON + 41 * HOUR, 35)


def test_what_comes_after_a_pause_is_missed() -> None:
    gap = gap_shown(a_feed(resumed_at=NOON + 20 * HOUR), hours(41, 50), NOON + 50 * HOUR)
    assert gap is not None
    assert (gap.since, gap.missed) == (NOON + 20 * HOUR, 20)


def test_a_slow_feed_whose_newest_entry_was_withdrawn_reaches_back() -> None:
    fortnight = 14 * 24
    rhythm = Rhythm(gaps=20, span=20 * fortnight * 3_600, longest=30 * 86_400, newest_at=NOON)
    listed = [entry(-fortnight * number) for number in range(10)]
    known = a_feed(rhythm=rhythm, marks=marks_of(listed))
    assert gap_shown(known, [entry(2 * fortnight), *listed[1:]], NOON + 30 * DAY) is None


def test_an_entry_with_a_date_to_come_does_not_reach_back() -> None:
    event = entry(1_000, "event")
    known = a_feed(marks=marks_of([event, *hours(-8, 0)]))
    gap = gap_shown(known, [event, *hours(41, 50)], NOON + 50 * HOUR)
    assert gap is not None
    assert gap.missed == 40


def test_of_older_pages_what_came_out_long_before_is_left_out() -> None:
    undated = entry(0, "undated", published=None)
    old = [entry(-24 * 30), entry(-49), entry(-47), entry(5), undated]
    assert in_gap(a_feed(), old) == old[2:]
    read = Read(Answer(URL, 200, (), b"x"), a_page(hours(41, 50)), (*hours(1, 40), *old))
    polled = judge(a_feed(), read, NOON + 50 * HOUR, Settings(home=Path()))
    assert polled.gap is None
    assert [one.id for one in polled.items[10:]] == [one.id for one in [*hours(1, 40), *old[2:]]]


@pytest.mark.parametrize("resumed_at", [None, NOON + 50 * HOUR])
def test_a_feed_was_not_silent_while_nobody_saw_its_entries(resumed_at: datetime | None) -> None:
    """Else it would pass for alive for days after each weekend without a poll, or each pause."""
    read = Read(Answer(URL, 200, (), b"x"), a_page(hours(41, 50)))
    polled = judge(a_feed(resumed_at=resumed_at), read, NOON + 50 * HOUR, Settings(home=Path()))
    assert (polled.gap is None) is (resumed_at is not None)
    assert polled.feed.rhythm.longest == pytest.approx(3_600, rel=0.01)
    assert polled.feed.rhythm.newest_at == NOON + 50 * HOUR


def judged(feed: Feed, hour: int, older: list[FeedItem], *, unread: bool) -> Polled:
    """The result of a poll of a list of ten at an hour, with entries of older pages."""
    listed = a_page(hours(hour - 9, hour))
    headers = (("etag", '"x"'),)
    answer = Answer(URL, 200, headers, b"%d" % hour)
    page = "https://news.example/feed?paged=2" if unread else ""
    read = Read(answer, listed, tuple(older), next_page=page)
    return judge(feed, read, NOON + hour * HOUR, Settings(home=Path()))


def test_a_gap_is_told_only_if_the_next_poll_cannot_read_its_older_pages_either() -> None:
    first_poll = judged(a_feed(), 50, hours(31, 40), unread=True)
    before = first_poll.feed
    assert (first_poll.gap, before.unread_since) == (None, NOON)
    assert (before.etag, before.body_hash) == (None, None)
    assert before.rhythm.newest_at == NOON + 50 * HOUR

    filled = judged(before, 51, hours(-9, 41), unread=False)
    assert (filled.gap, filled.feed.unread_since) == (None, None)
    assert entry(1) in filled.items
    assert filled.feed.rhythm.newest_at == NOON + 51 * HOUR

    not_filled = judged(before, 51, hours(32, 41), unread=True)
    assert not_filled.gap is not None
    assert (not_filled.gap.since, not_filled.gap.missed) == (NOON, 31)
    assert not_filled.feed.unread_since is None

    dead = Read(Failure(FailureKind.TIME_OUT, "x"), None)
    unchanged = judge(before, dead, NOON + 51 * HOUR, Settings(home=Path()))
    assert unchanged.feed.unread_since == NOON


@pytest.mark.parametrize(
    ("page", "comes"),
    [
        (Answer(URL, 200, (), b""), False),
        (Answer(URL, 404, (), b""), False),
        (Answer(URL, 503, (), b""), True),
        (Failure(FailureKind.TIME_OUT, "x"), True),
        (Failure(FailureKind.TOO_LARGE, "x"), False),
        (Failure(FailureKind.DISALLOWED, "x"), False),
        (Failure(FailureKind.UNKNOWN_RULES, "x"), True),
    ],
)
def test_which_pages_may_come_at_another_time(page: Answer | Failure, comes: bool) -> None:
    assert may_come(page) is comes


TOP = entry(-1, "pinned", published=NOON - PINNED - DAY)


@pytest.mark.parametrize(
    ("feed", "items"),
    [
        (a_feed(), hours(-5, 4)),
        (a_feed(), hours(1, 10)),
        (a_feed(), [*hours(30, 38), entry(-1)]),
        (a_feed(marks=marks_of([entry(-3, "0", published=None)])), [*hours(30, 38), entry(0, "0")]),
        (a_feed(), [*hours(30, 38), entry(-2, "under another address")]),
        (a_feed(), [entry(40, str(number)) for number in range(10)]),
        (a_feed(), [entry(number, published=None) for number in range(40, 50)]),
        (a_feed(), hours(40, 43)),
        (a_feed(marks=None, rhythm=Rhythm()), hours(40, 50)),
        (a_feed(marks=b""), hours(40, 50)),
        (a_feed(resumed_at=NOON + 40 * HOUR), hours(41, 50)),
        (a_feed(), []),
    ],
    ids=[
        "it reaches back",
        "it begins where the last ended",
        "a known entry is listed",
        "a known entry without a date is listed",
        "an entry of that time is listed",
        "all have one date",
        "none has a date",
        "it is much shorter, as one that begins anew each day",
        "it was never read",
        "it was empty",
        "it was paused",
        "it is empty",
    ],
)
def test_a_list_that_reaches_back_or_does_not_tell_shows_none(
    feed: Feed, items: list[FeedItem]
) -> None:
    assert gap_shown(feed, items, NOON + 50 * HOUR) is None


def test_an_entry_pinned_to_the_top_does_not_reach_back() -> None:
    known = a_feed(marks=marks_of([*hours(-8, 0), TOP]))
    gap = gap_shown(known, [TOP, *hours(41, 50)], NOON + 50 * HOUR)
    assert gap is not None
    assert gap.missed == 40


def test_without_a_rhythm_the_list_says_how_many_are_missing() -> None:
    known = a_feed(rhythm=Rhythm(gaps=2, span=7_200, longest=3_600, newest_at=NOON))
    gap = gap_shown(known, [entry(hour) for hour in range(20, 40, 2)], NOON + 50 * HOUR)
    assert gap is not None
    assert gap.missed == 9


@given(off=st.integers(0, 400), listed=st.integers(5, 40))
def test_what_is_missing_of_a_regular_feed_is_counted(off: int, listed: int) -> None:
    now = NOON + off * HOUR
    gap = gap_shown(a_feed(listed=listed), hours(off - listed + 1, off), now)
    assert (gap.missed if gap else 0) == max(0, off - listed)


def a_page(items: list[FeedItem], older: str = "") -> ParsedFeed:
    return ParsedFeed("News", tuple(items), older=older)


def answer(status: int = 200) -> Answer:
    return Answer(URL, status, (), b"")


def read(feed: Feed, pages: list[Parsed | None], status: int = 200) -> tuple[Read, int]:
    """What is read of a feed with these pages, and how many were asked for besides the list."""
    now, asked = NOON + 50 * HOUR, 0
    so_far = first(feed, answer(status), pages[0], now)
    while so_far.next_page:
        asked += 1
        so_far = further(feed, so_far, pages[asked] if asked < len(pages) else None, now)
    return so_far, asked


PAGES: list[Parsed | None] = [
    a_page(hours(50 - 10 * number - 9, 50 - 10 * number), f"{URL}?paged={number + 2}")
    for number in range(20)
]


def test_older_pages_are_read_until_they_reach_back() -> None:
    so_far, asked = read(a_feed(), PAGES)
    assert asked == 4
    assert [one.id for one in so_far.older] == [one.id for one in hours(1, 40)]


@pytest.mark.parametrize("apart", [0.02, 0.0], ids=["each at its time", "all at one time"])
def test_after_a_burst_older_pages_are_read_though_the_rhythm_calls_it_no_gap(apart: float) -> None:
    slow = Rhythm(gaps=100, span=100 * 36_000, longest=36_000, newest_at=NOON)
    feed = a_feed(rhythm=slow, full_at=NOON + 49 * HOUR)
    burst = [entry(49.2 + number * apart, f"burst-{number}") for number in range(30, 0, -1)]
    pages: list[Parsed | None] = [
        a_page(burst[:10], f"{URL}?paged=2"),
        a_page(burst[10:20], f"{URL}?paged=3"),
        a_page([*burst[20:], *hours(-2, 0)], f"{URL}?paged=4"),
    ]
    so_far, asked = read(feed, pages)
    assert asked == 2
    settings = Settings(home=Path())
    polled = judge(feed, so_far, NOON + 50 * HOUR, settings)
    assert {one.id for one in burst} <= {one.id for one in polled.items}
    assert polled.gap is None

    did_not_come = judge(
        feed, first(feed, answer(), pages[0], NOON + 50 * HOUR), NOON + 50 * HOUR, settings
    )
    assert did_not_come.feed.unread_since == NOON + 49 * HOUR
    assert did_not_come.gap is None


def test_items_that_have_another_address_on_each_page_are_read_once() -> None:
    def listed(session: int) -> list[FeedItem]:
        return [
            entry(hour, f"{hour}?s={session}", known_by=f"{hour:064}") for hour in range(41, 51)
        ]

    pages: list[Parsed | None] = [a_page(listed(number), f"{URL}?{number}") for number in range(20)]
    so_far, asked = read(a_feed(), pages)
    assert (asked, so_far.older) == (1, ())


@pytest.mark.parametrize(
    ("pages", "asked", "older"),
    [
        (PAGES[:1], 1, 0),
        ([*PAGES[:2], NotAFeed("an HTML page")], 2, 10),
        ([PAGES[0], PAGES[0], PAGES[1]], 1, 0),
        ([a_page(hours(41, 50))], 0, 0),
        ([None], 0, 0),
        ([NotAFeed("an HTML page")], 0, 0),
    ],
    ids=["no answer", "a web page", "the list again", "no link", "nothing new", "no feed"],
)
def test_reading_ends_where_there_are_no_older_pages(
    pages: list[Parsed | None], asked: int, older: int
) -> None:
    so_far, number = read(a_feed(), pages)
    assert (number, len(so_far.older)) == (asked, older)


def test_no_more_than_some_older_pages_are_read() -> None:
    _, asked = read(a_feed(newest=-1_000), PAGES)
    assert asked == MAX_OLDER_PAGES


def test_after_a_page_of_very_many_items_no_other_is_read() -> None:
    many = [entry(40 - number / 1_000) for number in range(1, MAX_OLDER_ITEMS + 1)]
    so_far, asked = read(a_feed(newest=-1_000), [PAGES[0], a_page(many, URL), PAGES[1]])
    assert asked == 1
    assert len(so_far.older) >= MAX_OLDER_ITEMS


def test_a_list_that_reaches_back_a_part_and_a_failure_have_no_further_page() -> None:
    assert read(a_feed(newest=45), PAGES)[1] == 0
    assert read(a_feed(), PAGES, status=226)[1] == 0
    failure = Failure(FailureKind.TIME_OUT, "x")
    assert first(a_feed(), failure, None, NOON).next_page == ""


RSS = (
    '<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>News</title>{}'
    "<item><title>A</title><link>https://news.example/1</link></item></channel></rss>"
)
JSON = (
    '{{"version": "https://jsonfeed.org/version/1.1", "title": "News", "items": [],'
    ' "next_url": {}}}'
)
WORDPRESS = "<generator>https://wordpress.org/?v=6.5</generator>"


@pytest.mark.parametrize(
    ("body", "url", "older"),
    [
        (RSS.format(WORDPRESS), URL, f"{URL}?paged=2"),
        (RSS.format(WORDPRESS), f"{URL}?cat=3&paged=2", f"{URL}?cat=3&paged=3"),
        (RSS.format('<atom:link rel="next" href="/feed/2"/>'), URL, f"{URL}/2"),
        (
            RSS.format('<atom:link rel="prev-archive" href="https://news.org.uk/2026"/>'),
            "https://www.news.org.uk/feed",
            "https://news.org.uk/2026",
        ),
        (RSS.format('<atom:link rel="next" href="https://other.example/2"/>'), URL, ""),
        (RSS.format('<atom:link rel="next" href="javascript:alert(1)"/>'), URL, ""),
        (RSS.format('<atom:link rel="self" href="/feed"/>'), URL, ""),
        (JSON.format(f'"{URL}?page=2"'), URL, f"{URL}?page=2"),
        (JSON.format('"?page=2#top"'), URL, f"{URL}?page=2"),
        (JSON.format(f'"{URL}#again"'), URL, ""),
        (JSON.format('""'), URL, ""),
        (JSON.format('"https://[broken"'), URL, ""),
        (JSON.format(r'"?\ud800"'), URL, ""),
        (JSON.format(f'"{URL}?{"9" * LONGEST_ADDRESS}"'), URL, ""),
        (RSS.format('<atom:link rel="next" href="https://[broken"/>'), URL, ""),
        (RSS.format(WORDPRESS), f"{URL}?paged={'9' * 5_000}", f"{URL}?paged=2"),
        (JSON.format('"file:///etc/passwd"'), URL, ""),
        (JSON.format("7"), URL, ""),
    ],
)
def test_where_older_entries_are(body: str, url: str, older: str) -> None:
    parsed = parse_feed(body.encode(), "", url)
    assert isinstance(parsed, ParsedFeed)
    assert parsed.older == older


def test_a_broken_page_number_counts_as_the_first() -> None:
    assert older_page(f"{URL}?paged=x&a=&b=1", [], "WordPress.org") == f"{URL}?a=&b=1&paged=2"
