"""What a poll requests, and what its answer means for the feed."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from polls import new_feed, polled_with

from core.records import LONGEST_ADDRESS, FeedState, Rhythm
from core.settings import Settings
from ingest.feeds.ask import conditional_headers
from ingest.feeds.poll import MOVES_BEFORE_RETURNING
from ingest.feeds.rhythm import marked
from ingest.feeds.schedule import SLOWEST
from ingest.web.answers import Answer, Failure, FailureKind

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
URL = "https://example.com/rss"
MOVED = "https://moved.example/rss"
SETTINGS = Settings(home=Path("home"))
EVERY = timedelta(seconds=SETTINGS.poll_every)
DAY = timedelta(days=1)
RSS = b"""<rss version="2.0"><channel><title>Example News</title>
<item><title>One</title><link>https://example.com/1</link></item>
<item><title>Two</title></item></channel></rss>"""
EMPTY = b'<rss version="2.0"><channel><title>Example News</title></channel></rss>'

a_feed = partial(new_feed, URL, NOW)


def rss(*items, ttl=""):
    """A feed of numbered items, each dated or not."""
    listed = "".join(
        f"<item><title>{number}</title><link>https://example.com/{number}</link>"
        + (f"<pubDate>{format_datetime(date)}</pubDate>" if date else "")
        + "</item>"
        for number, date in items
    )
    return f'<rss version="2.0"><channel><title>T</title>{ttl}{listed}</channel></rss>'.encode()


def answer(status=200, body=RSS, *, url=URL, moved_to=None, **headers):
    fields = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return Answer(url, status, fields, body, moved_to)


def judged(feed, what, settings=SETTINGS, now=NOW):
    return polled_with(feed, what, now, settings)


def polled_by(feed, *answers):
    """The feed after several polls, an hour apart."""
    for number, what in enumerate(answers):
        feed = judged(feed, what, now=NOW + number * timedelta(hours=1)).feed
    return feed


def test_a_feed_is_read_and_its_next_poll_set():
    polled = judged(
        a_feed(failures=3, reason="old"),
        answer(ETag='"\u00ff"', Last_Modified="Sun, 01 Mar 2026 11:00:00 GMT"),
    )
    assert [item.url for item in polled.items] == ["https://example.com/1"]
    assert polled.feed.reason == "items without an address: 1"
    feed = polled.feed
    assert (feed.state, feed.outlet, feed.failures) == (FeedState.OK, "Example News", 0)
    assert (feed.etag, feed.last_modified) == (b'"\xff"', b"Sun, 01 Mar 2026 11:00:00 GMT")
    assert feed.validators_url == URL
    assert feed.body_hash == hashlib.sha256(RSS).hexdigest()
    assert (feed.last_polled_at, feed.well_at, feed.full_at) == (NOW, NOW, NOW)
    assert (feed.since, feed.held) == (NOW, 1)
    assert EVERY <= feed.next_poll_at - NOW <= EVERY * 1.03


def test_a_title_set_by_the_user_stays():
    assert judged(a_feed(outlet="My name for it"), answer()).feed.outlet == "My name for it"


def test_a_304_brings_no_items_and_is_not_a_failure():
    before = a_feed(
        etag=b"x", validators_url=URL, failures=2, body_hash="h", outlet="T", full_at=NOW
    )
    polled = judged(before, answer(304, b""))
    assert (polled.items, polled.feed.reason) == ((), None)
    after = polled.feed
    assert (after.state, after.failures, after.etag) == (FeedState.OK, 0, b"x")
    assert (after.body_hash, after.outlet, after.denied_at) == ("h", "T", NOW)


def test_an_unchanged_body_is_not_reread_but_its_validators_are_kept():
    first = judged(a_feed(), answer(ETag="one")).feed
    again = judged(first, answer(ETag="two"))
    assert again.items == ()
    assert again.feed.state is FeedState.OK
    assert again.feed.etag == b"two"
    assert again.feed.held == 2


def test_validators_no_longer_sent_are_forgotten():
    first = judged(a_feed(), answer(ETag="one")).feed
    assert judged(first, answer(body=RSS + b" ")).feed.etag is None


@pytest.mark.parametrize("value", ["", "  ", "a\tb", "a\x00b", "a\x7f", "x" * 1_025])
def test_validators_that_cannot_be_sent_back_are_not_kept(value):
    assert judged(a_feed(), answer(ETag=value)).feed.etag is None


@pytest.mark.parametrize("value", ['"a"', 'W/"a"', "a", '"a', '""', '"caf\xe9"'])
def test_other_validators_are_sent_back_byte_for_byte(value):
    feed = judged(a_feed(), answer(ETag=value, Last_Modified="some day")).feed
    assert conditional_headers(feed, feed.url) == {
        b"A-IM": b"feed",
        b"If-None-Match": value.encode("latin-1"),
        b"If-Modified-Since": b"some day",
    }


def test_a_partial_answer_adds_items_to_the_known_whole():
    hour = timedelta(hours=1)
    first = judged(a_feed(), answer(body=rss((1, NOW - hour), (2, NOW - 2 * hour)), ETag="one"))
    part = answer(226, rss((3, NOW + hour)), ETag="two", IM="feed")
    polled = judged(first.feed, part, now=NOW + 2 * hour)
    assert [item.title for item in polled.items] == ["3"]
    after = polled.feed
    assert (after.state, after.etag, after.failures) == (FeedState.OK, b"two", 0)
    assert after.body_hash == first.feed.body_hash
    assert after.full_at == first.feed.full_at
    assert marked(after.marks) == 3
    assert after.rhythm.newest_at == NOW + hour
    nothing = judged(after, answer(226, EMPTY, ETag="two"), now=NOW + 3 * hour)
    assert (nothing.feed.state, nothing.items) == (FeedState.OK, ())
    whole = rss((3, NOW + hour), (1, NOW - hour), (2, NOW - 2 * hour))
    again = judged(nothing.feed, answer(body=whole), now=NOW + 4 * hour).feed
    assert again.rhythm == after.rhythm


def test_a_documents_hints_are_kept_while_it_is_unchanged():
    feed = judged(a_feed(), answer(body=rss((1, NOW), ttl="<ttl>120</ttl>"), ETag="x")).feed
    assert feed.hints.every == 7200
    assert feed.next_poll_at >= NOW + timedelta(hours=2)
    again = judged(feed, answer(304, b""), now=NOW + timedelta(hours=2)).feed
    assert again.next_poll_at >= NOW + timedelta(hours=4)


def test_a_304_to_an_unconditional_request_is_a_failure():
    polled = judged(a_feed(), answer(304, b""))
    assert (polled.feed.state, polled.feed.failures) == (FeedState.FROZEN, 1)
    assert "304 Not Modified to a request for the whole feed" in polled.feed.reason
    elsewhere = a_feed(etag=b"x", validators_url=URL, full_at=NOW)
    assert judged(elsewhere, answer(304, b"", url=MOVED)).feed.state is FeedState.FROZEN


def frozen_since(days, **changes):
    """A feed with hourly entries whose last body came days ago, with 304s since."""
    rhythm = Rhythm(gaps=100, span=100 * 3600, longest=7200, newest_at=NOW - days * DAY)
    fields = {
        "state": FeedState.OK,
        "etag": b"x",
        "validators_url": URL,
        "marks": b"",
        "rhythm": rhythm,
        "full_at": NOW - days * DAY,
        "denied_at": NOW - timedelta(hours=1),
    }
    return a_feed(**fields | changes)


def test_overdue_entries_make_the_next_poll_unconditional():
    waiting = judged(frozen_since(0.9), answer(304, b"")).feed
    assert b"If-None-Match" in conditional_headers(waiting, waiting.url)
    overdue = judged(frozen_since(1.1), answer(304, b"")).feed
    assert conditional_headers(overdue, overdue.url) == {b"A-IM": b"feed"}


def test_entries_older_than_a_304_show_a_frozen_server():
    suspected = judged(frozen_since(1.1), answer(304, b"")).feed
    later = NOW + timedelta(hours=1)
    body = rss((1, NOW - timedelta(hours=9)), (2, NOW - timedelta(hours=8)))
    polled = judged(suspected, answer(body=body, ETag="y"), now=later)
    feed = polled.feed
    assert (feed.state, feed.failures, feed.distrusted) == (FeedState.FROZEN, 0, True)
    assert "2 new entries, the first of 2026-03-01 03:00, came" in polled.feed.reason
    assert polled.notice is not None
    assert len(polled.items) == 2
    assert conditional_headers(feed, feed.url) == {b"A-IM": b"feed"}
    again = judged(feed, answer(body=body, ETag="z"), now=later + timedelta(hours=1)).feed
    assert (again.state, again.distrusted) == (FeedState.OK, True)
    assert "the whole feed is fetched each time" in again.reason
    assert conditional_headers(again, again.url) == {b"A-IM": b"feed"}


@pytest.mark.parametrize(
    ("items", "frozen"),
    [
        ([(1, NOW - timedelta(hours=2))], True),
        ([(1, NOW - timedelta(minutes=30))], False),  # a cache in between may not have it yet
        ([(1, NOW + timedelta(minutes=30))], False),
        ([(1, NOW - 3 * DAY)], False),  # an old one listed again
        ([(1, None)], False),  # may have come out just now
        ([(1, None), (2, None)], True),
    ],
)
def test_only_entries_clearly_older_than_the_304_show_a_frozen_server(items, frozen):
    suspected = judged(frozen_since(1.1), answer(304, b"")).feed
    feed = judged(suspected, answer(body=rss(*items)), now=NOW + timedelta(hours=1)).feed
    assert (feed.state is FeedState.FROZEN, feed.distrusted) == (frozen, frozen)


def test_entries_that_are_late_themselves_do_not_contradict_a_304():
    """The last whole body did not list them either."""
    suspected = judged(frozen_since(3, full_at=NOW - 1.1 * DAY), answer(304, b"")).feed
    body = rss((1, NOW - 2 * DAY), (2, NOW - timedelta(hours=3)))
    feed = judged(suspected, answer(body=body), now=NOW + timedelta(hours=1)).feed
    assert (feed.state, feed.distrusted) == (FeedState.OK, False)


def test_a_server_whose_304s_proved_right_is_trusted_again():
    body = rss((0, NOW - 1.1 * DAY))
    known = {"body_hash": hashlib.sha256(body).hexdigest(), "marks": b"abc"}
    suspected = judged(frozen_since(1.1, **known), answer(304, b"")).feed
    again = judged(suspected, answer(body=body, ETag="x"), now=NOW + timedelta(hours=1)).feed
    assert (again.state, again.distrusted, again.denied_at) == (FeedState.OK, False, None)
    next_one = judged(again, answer(304, b""), now=NOW + timedelta(hours=2)).feed
    assert b"If-None-Match" in conditional_headers(next_one, next_one.url)


def test_an_entry_sent_to_a_conditional_request_keeps_trust_in_304s():
    late = rss((1, NOW - timedelta(hours=9)))
    assert judged(frozen_since(0.5), answer(body=late)).feed.state is FeedState.OK


def test_items_sharing_an_address_are_reported():
    items = "".join(f"<item><title>{n}</title><link>/live#{n}</link></item>" for n in range(5))
    body = f'<rss version="2.0"><channel><title>T</title>{items}</channel></rss>'.encode()
    polled = judged(a_feed(), answer(body=body))
    assert (len(polled.items), polled.feed.reason) == (1, "items with another item's address: 4")
    assert polled.feed.state is FeedState.OK


def test_a_permanent_redirect_is_followed_once_repeated():
    moved = answer(url=MOVED, moved_to=MOVED, ETag="x")
    first = judged(a_feed(), moved).feed
    assert (first.url, first.state, first.moves) == (URL, FeedState.MOVED, 1)
    assert (
        first.reason
        == f"moved for good to {MOVED}, according to its server; items without an address: 1"
    )
    second = judged(first, moved)
    after = second.feed
    assert (after.url, after.state, after.moves) == (MOVED, FeedState.MOVED, 0)
    assert (after.moved_from, after.moved_to) == (URL, None)
    assert second.notice.state is FeedState.MOVED
    assert second.notice.url == MOVED
    assert conditional_headers(after, after.url)[b"If-None-Match"] == b"x"
    settled = judged(after, answer(url=MOVED, ETag="x")).feed
    assert (settled.url, settled.state) == (MOVED, FeedState.OK)
    assert settled.reason == "items without an address: 1"


def test_a_redirect_that_is_withdrawn_is_forgotten():
    moved = answer(url=MOVED, moved_to=MOVED)
    first = judged(a_feed(), moved).feed
    back = judged(first, answer()).feed
    assert (back.state, back.moves) == (FeedState.OK, 0)
    assert judged(back, moved).feed.url == URL


def test_a_redirect_to_too_long_an_address_is_not_followed():
    for length, letter, followed in (
        (LONGEST_ADDRESS, "x", True),
        (LONGEST_ADDRESS + 1, "x", False),
        (LONGEST_ADDRESS, "\u00e9", False),  # of two bytes
    ):
        there = f"{MOVED}?".ljust(length, letter)
        after = polled_by(a_feed(), *[answer(url=there, moved_to=there)] * 4)
        assert after.url == (there if followed else URL)
        assert after.state is not FeedState.NOT_A_FEED


def test_a_redirect_with_a_new_target_each_time_is_not_followed():
    feed = polled_by(
        a_feed(),
        *(answer(url=f"{MOVED}?{n}", moved_to=f"{MOVED}?{n}") for n in range(20)),
    )
    assert (feed.url, feed.moves, feed.state) == (URL, 1, FeedState.MOVED)


def test_a_redirect_to_its_own_address_is_not_a_move():
    assert polled_by(a_feed(), *[answer(moved_to=URL)] * 3).state is FeedState.OK


@pytest.mark.parametrize(
    ("what", "state", "said"),
    [
        (answer(200, b"<html>Welcome</html>", url=MOVED, moved_to=MOVED), "not a feed", "is not a"),
        (answer(410, b"", url=MOVED, moved_to=MOVED), "gone", "which answered 410 Gone"),
        (answer(404, b"", url=MOVED, moved_to=MOVED), "failing", "which answered 404"),
    ],
    ids=str,
)
def test_a_move_to_an_address_without_a_feed_is_never_followed(what, state, said):
    feed = polled_by(a_feed(), *[what] * 30)
    assert (feed.url, feed.state, feed.moves) == (URL, state, 0)
    assert f"moved for good to {MOVED}" in feed.reason
    assert said in feed.reason


def test_servers_redirecting_to_each_other_do_not_cause_a_loop():
    there = answer(url=MOVED, moved_to=MOVED)
    back = answer(url=URL, moved_to=URL)
    feed = polled_by(a_feed(), there, there)
    assert feed.url == MOVED
    feed = polled_by(feed, *[back] * (MOVES_BEFORE_RETURNING - 1))
    assert feed.url == MOVED
    assert judged(feed, back).feed.url == URL  # repeated often enough


def test_a_temporary_redirect_is_not_a_move():
    polled = judged(a_feed(), answer(url=MOVED))
    assert (polled.feed.url, polled.feed.state) == (URL, FeedState.OK)


@pytest.mark.parametrize(
    ("what", "state", "wait"),
    [
        (answer(410), FeedState.GONE, DAY),
        (answer(401), FeedState.BLOCKED, EVERY),
        (answer(403), FeedState.BLOCKED, EVERY),
        (answer(451), FeedState.BLOCKED, EVERY),
        (answer(404), FeedState.FAILING, EVERY),
        (answer(500), FeedState.FAILING, EVERY),
        (answer(302), FeedState.FAILING, EVERY),
        (answer(304), FeedState.FROZEN, EVERY),
        (answer(429, Retry_After="7200"), FeedState.FAILING, timedelta(hours=2)),
        (answer(503, Retry_After="9" * 12), FeedState.FAILING, SLOWEST),
        (answer(200, b"<html>hi</html>"), FeedState.NOT_A_FEED, EVERY),
        (answer(200, b""), FeedState.NOT_A_FEED, EVERY),
        (Failure(FailureKind.TIME_OUT, "x"), FeedState.FAILING, EVERY),
        (Failure(FailureKind.TOO_LARGE, "x"), FeedState.FAILING, EVERY),
    ],
    ids=str,
)
def test_a_failure_is_recorded_and_delays_the_next_poll(what, state, wait):
    before = a_feed(
        state=FeedState.OK, etag=b"x", body_hash="h", outlet="T", marks=b"abc", well_at=NOW - DAY
    )
    polled = judged(before, what)
    after = polled.feed
    assert (after.state, polled.items) == (state, ())
    assert wait * 0.97 <= after.next_poll_at - NOW <= wait * 1.03
    assert after.failures == 1
    assert after.reason
    assert (after.etag, after.body_hash, after.outlet) == (b"x", "h", "T")
    assert (after.marks, after.well_at) == (b"abc", NOW - DAY)


def test_a_feed_without_entries_is_empty_until_it_has_some():
    feed = judged(a_feed(), answer(body=EMPTY, ETag="x")).feed
    assert (feed.state, feed.failures) == (FeedState.EMPTY, 0)
    assert judged(feed, answer(304, b"")).feed.state is FeedState.EMPTY
    assert judged(feed, answer(body=EMPTY)).feed.state is FeedState.EMPTY
    failing = judged(feed, answer(500)).feed
    assert judged(failing, answer(304, b"")).feed.state is FeedState.EMPTY
    assert judged(failing, answer(body=rss((1, NOW)))).feed.state is FeedState.OK


def news_sitemap(*items, address="https://example.com/"):
    """A news sitemap of numbered items, each with its date."""
    listed = "".join(
        f"<url><loc>{address}{number}</loc><news:news><news:publication_date>{date.isoformat()}"
        f"</news:publication_date><news:title>{number}</news:title></news:news></url>"
        for number, date in items
    )
    namespace = 'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
    return f"<urlset {namespace}>{listed}</urlset>".encode()


def test_a_news_sitemap_without_entries_is_well():
    nothing = answer(body=news_sitemap(), ETag="x")
    feed = judged(a_feed(), nothing).feed
    assert (feed.state, feed.marks) == (FeedState.OK, None)
    listed = judged(feed, answer(body=news_sitemap((1, NOW)), ETag="y")).feed
    for quiet in (nothing, answer(304, b""), nothing):
        after = judged(listed, quiet).feed
        assert (after.state, after.marks) == (FeedState.OK, listed.marks)
    nowhere = answer(body=news_sitemap((1, NOW), address="x:"))
    assert judged(listed, nowhere).feed.state is FeedState.EMPTY


def test_a_news_sitemap_that_begins_anew_within_two_days_has_no_gap():
    feed = judged(a_feed(), answer(body=news_sitemap((1, NOW - DAY), (2, NOW)))).feed
    burst = [(number, NOW + DAY + number * timedelta(seconds=30)) for number in range(3, 7)]
    for pause, missed in ((2 * DAY, False), (2.1 * DAY, True)):
        polled = judged(feed, answer(body=news_sitemap(*burst)), now=NOW + pause)
        assert len(polled.items) == 4
        assert (polled.gap is not None) == missed


def test_faults_of_a_body_are_reported_until_the_next_body():
    left_out = "items without an address: 1"
    feed = judged(a_feed(), answer(ETag="x")).feed
    assert feed.reason == left_out
    for unchanged in (answer(304, b""), answer(ETag="x"), answer(226, rss((2, NOW)), ETag="x")):
        feed = judged(feed, unchanged).feed
        assert feed.reason == left_out
    failing = judged(feed, answer(500)).feed
    assert failing.reason == "answered 500 Internal Server Error"
    assert judged(failing, answer(304, b"")).feed.reason == left_out
    assert judged(feed, answer(body=rss((1, NOW)))).feed.reason is None


def test_a_feed_whose_entries_all_lack_an_address_is_empty():
    polled = judged(a_feed(), answer(body=RSS.replace(b"<link>https://example.com/1</link>", b"")))
    assert polled.feed.state is FeedState.EMPTY
    assert "items without an address: 2" in polled.feed.reason


HEADERS = st.dictionaries(
    st.sampled_from(["Retry-After", "Cache-Control", "ETag", "Content-Type"]),
    st.sampled_from(["", "0", "60", "9" * 30, "max-age=0", "max-age=1" + "0" * 20, "x=\xff"]),
)
ANSWERS = st.builds(
    Answer,
    st.sampled_from([URL, MOVED]),
    st.integers(100, 599),
    HEADERS.map(lambda headers: tuple(headers.items())),
    st.sampled_from([RSS, b"", b"<html>", b"{}", b"\xff\x00"]),
    st.sampled_from([None, URL, MOVED]),
) | st.builds(Failure, st.sampled_from(FailureKind), st.text())


@given(
    feed=st.builds(
        a_feed,
        state=st.sampled_from(FeedState),
        failures=st.integers(0, 10_000),
        moves=st.integers(0, 3),
    ),
    what=ANSWERS,
    poll_every=st.floats(0, 10**7),
    poll_min=st.floats(0, 86_400),
)
def test_after_any_answer_the_next_poll_is_within_limits(feed, what, poll_every, poll_min):
    settings = SETTINGS.model_copy(update={"poll_every": poll_every, "poll_min": poll_min})
    after = judged(feed, what, settings).feed
    assert NOW + timedelta(seconds=poll_min) <= after.next_poll_at <= NOW + SLOWEST
    assert after.failures in (0, feed.failures + 1)
    if after.state in (FeedState.OK, FeedState.MOVED, FeedState.EMPTY):
        assert after.failures == 0
    if after.state in (FeedState.GONE, FeedState.BLOCKED, FeedState.FAILING):
        assert after.failures == feed.failures + 1
    assert after.id == feed.id
    assert after.last_polled_at == NOW


def test_validators_go_only_to_the_address_they_came_from():
    redirected = judged(a_feed(), answer(url=MOVED, ETag="x")).feed
    assert redirected.etag == b"x"
    assert conditional_headers(redirected, redirected.url) == {b"A-IM": b"feed"}
    assert conditional_headers(redirected, MOVED)[b"If-None-Match"] == b"x"
    assert judged(redirected, answer(304, b"", url=MOVED)).feed.state is FeedState.OK
    followed = redirected.model_copy(update={"url": MOVED})
    assert conditional_headers(followed, followed.url)[b"If-None-Match"] == b"x"


def test_a_first_poll_is_unconditional():
    assert conditional_headers(a_feed(), URL) == {b"A-IM": b"feed"}


@pytest.mark.parametrize("years", [1, 10])
def test_times_recorded_by_a_wrong_clock_are_corrected_to_now(years):
    """Otherwise its silence would begin only in years, and a gap would be minus ten years."""
    rhythm = Rhythm(gaps=6.9, span=124_199.0, longest=18_000.0)
    ahead = NOW + timedelta(days=365 * years)
    seen = {"full_at": ahead, "denied_at": ahead, "last_polled_at": ahead}
    feed = a_feed(rhythm=rhythm.model_copy(update={"newest_at": ahead}), marks=b"one", **seen)
    new = judged(feed, answer(body=rss((1, None)))).feed
    assert (new.rhythm.newest_at, new.full_at) == (NOW, NOW)
    assert new.rhythm.longest <= rhythm.longest
    dead = answer(body=rss((1, NOW - 9 * DAY)))
    later = judged(judged(feed, dead).feed, dead, now=NOW + 30 * DAY).feed
    assert later.state is FeedState.STALE
