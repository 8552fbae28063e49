"""What an answer to a poll means for a feed."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.records import Feed, FeedState, content_id
from core.settings import Settings
from ingest.answers import Answer, Failure, FailureKind
from ingest.poll import SLOWEST, conditional_headers, judge

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
URL = "https://example.com/rss"
MOVED = "https://moved.example/rss"
SETTINGS = Settings(home=Path("home"))
EVERY = timedelta(seconds=SETTINGS.poll_every)
RSS = b"""<rss version="2.0"><channel><title>Example News</title>
<item><title>One</title><link>https://example.com/1</link></item>
<item><title>Two</title></item></channel></rss>"""


def a_feed(**changes):
    fields = {
        "id": content_id(URL),
        "url": URL,
        "site": "example.com",
        "state": FeedState.NEW,
        "next_poll_at": NOW,
    }
    return Feed.model_validate(fields | changes)


def answer(status=200, body=RSS, *, url=URL, moved_to=None, **headers):
    fields = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return Answer(url, status, fields, body, moved_to)


def judged(feed, what, settings=SETTINGS):
    return judge(feed, what, NOW, settings)


def test_a_feed_is_read_and_rests():
    polled = judged(
        a_feed(failures=3, reason="old"),
        answer(ETag='"\u00ff"', Last_Modified="Sun, 01 Mar 2026 11:00:00 GMT"),
    )
    assert [item.url for item in polled.items] == ["https://example.com/1"]
    assert (polled.status, polled.reason) == (200, "left out for want of an address: 1")
    feed = polled.feed
    assert (feed.state, feed.title, feed.failures) == (FeedState.OK, "Example News", 0)
    assert (feed.etag, feed.last_modified) == (b'"\xff"', b"Sun, 01 Mar 2026 11:00:00 GMT")
    assert feed.validators_url == URL
    assert feed.body_hash == hashlib.sha256(RSS).hexdigest()
    assert feed.last_polled_at == NOW
    assert EVERY * 0.97 <= feed.next_poll_at - NOW <= EVERY


def test_the_readers_own_title_stays():
    assert judged(a_feed(title="My name for it"), answer()).feed.title == "My name for it"


def test_nothing_new_is_no_items_and_no_failure():
    before = a_feed(etag=b"x", validators_url=URL, failures=2, body_hash="h", title="T")
    polled = judged(before, answer(304, b""))
    assert (polled.items, polled.status, polled.reason) == ((), 304, None)
    after = polled.feed
    assert (after.state, after.failures, after.etag) == (FeedState.OK, 0, b"x")
    assert (after.body_hash, after.title) == ("h", "T")


def test_the_same_body_again_is_not_read_again_but_its_validators_are_new():
    first = judged(a_feed(), answer(ETag="one")).feed
    again = judged(first, answer(ETag="two"))
    assert again.items == ()
    assert again.feed.state is FeedState.OK
    assert again.feed.etag == b"two"


def test_validators_that_are_gone_are_forgotten():
    first = judged(a_feed(), answer(ETag="one")).feed
    assert judged(first, answer(body=RSS + b" ")).feed.etag is None


def test_a_permanent_redirect_is_followed_when_it_is_repeated():
    moved = answer(url=MOVED, moved_to=MOVED, ETag="x")
    first = judged(a_feed(), moved).feed
    assert (first.url, first.state, first.moves) == (URL, FeedState.MOVED, 1)
    assert (
        first.reason
        == f"moved for good to {MOVED}, says its server; left out for want of an address: 1"
    )
    second = judged(first, moved).feed
    assert (second.url, second.state, second.moves) == (MOVED, FeedState.MOVED, 0)
    settled = judged(second, answer(url=MOVED)).feed
    assert (settled.url, settled.state, settled.reason) == (MOVED, FeedState.OK, None)


def test_a_redirect_that_was_a_mistake_is_forgotten():
    moved = answer(url=MOVED, moved_to=MOVED)
    first = judged(a_feed(), moved).feed
    back = judged(first, answer()).feed
    assert (back.state, back.moves) == (FeedState.OK, 0)
    assert judged(back, moved).feed.url == URL


def test_a_temporary_redirect_moves_nothing():
    polled = judged(a_feed(), answer(url=MOVED))
    assert (polled.feed.url, polled.feed.state) == (URL, FeedState.OK)


@pytest.mark.parametrize(
    ("what", "state", "status", "wait"),
    [
        (answer(410), FeedState.GONE, 410, SLOWEST),
        (answer(401), FeedState.BLOCKED, 401, EVERY),
        (answer(403), FeedState.BLOCKED, 403, EVERY),
        (answer(451), FeedState.BLOCKED, 451, EVERY),
        (answer(404), FeedState.FAILING, 404, EVERY),
        (answer(500), FeedState.FAILING, 500, EVERY),
        (answer(302), FeedState.FAILING, 302, EVERY),
        (answer(429, Retry_After="7200"), FeedState.FAILING, 429, timedelta(hours=2)),
        (answer(503, Retry_After="9" * 12), FeedState.FAILING, 503, SLOWEST),
        (answer(200, b"<html>hi</html>"), FeedState.FAILING, 200, EVERY),
        (answer(200, b""), FeedState.FAILING, 200, EVERY),
        (Failure(FailureKind.TIME_OUT, "x"), FeedState.FAILING, None, EVERY),
        (Failure(FailureKind.TOO_LARGE, "x"), FeedState.FAILING, None, EVERY),
    ],
    ids=str,
)
def test_a_failure_is_told_and_waited_for(what, state, status, wait):
    before = a_feed(state=FeedState.OK, etag=b"x", body_hash="h", title="T")
    polled = judged(before, what)
    after = polled.feed
    assert (after.state, polled.status, polled.items) == (state, status, ())
    assert after.next_poll_at == NOW + wait
    assert after.failures == 1
    assert polled.reason
    assert after.reason == polled.reason
    assert (after.etag, after.body_hash, after.title) == (b"x", "h", "T")


def test_failures_are_waited_for_ever_longer_up_to_a_month():
    feed, waits = a_feed(), []
    for _ in range(40):
        feed = judged(feed, answer(500)).feed
        waits.append(feed.next_poll_at - NOW)
    assert waits[:3] == [EVERY, EVERY * 2, EVERY * 4]
    assert waits == sorted(waits)
    assert waits[-1] == SLOWEST
    assert judged(feed, answer()).feed.failures == 0


@pytest.mark.parametrize(
    ("asked", "least", "most"),
    [
        ("max-age=60", 3300 * 0.97, 3300),
        ("max-age=7200", 7200 * 0.97, 7200),
        ("max-age=99999999", 86_400, 86_400),
    ],
)
def test_a_healthy_feed_is_polled_in_its_own_time_within_our_limits(asked, least, most):
    wait = judged(a_feed(), answer(Cache_Control=asked)).feed.next_poll_at - NOW
    assert least <= wait.total_seconds() <= most


def test_feeds_that_were_added_together_do_not_stay_together():
    feeds = [a_feed(id=content_id(str(number))) for number in range(20)]
    assert len({judged(feed, answer()).feed.next_poll_at for feed in feeds}) == 20


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
def test_whatever_comes_the_next_poll_is_neither_too_soon_nor_never(
    feed, what, poll_every, poll_min
):
    settings = SETTINGS.model_copy(update={"poll_every": poll_every, "poll_min": poll_min})
    after = judged(feed, what, settings).feed
    assert after.next_poll_at <= NOW + SLOWEST
    if after.state in (FeedState.OK, FeedState.MOVED):
        assert after.next_poll_at >= NOW + timedelta(seconds=poll_min)
        assert after.failures == 0
    else:
        assert after.failures == feed.failures + 1
        assert after.next_poll_at >= NOW
    assert after.id == feed.id
    assert after.last_polled_at == NOW


def test_validators_go_back_as_the_bytes_that_came():
    feed = judged(a_feed(), answer(ETag='W/"\u00e9"', Last_Modified="some day")).feed
    headers = conditional_headers(feed)
    assert headers[b"If-None-Match"] == b'W/"\xe9"'
    assert headers[b"If-Modified-Since"] == b"some day"
    assert headers[b"A-IM"] == b"feed"


def test_validators_go_only_to_the_address_that_they_came_from():
    redirected = judged(a_feed(), answer(url=MOVED, ETag="x")).feed
    assert redirected.etag == b"x"
    assert conditional_headers(redirected) == {b"A-IM": b"feed"}
    followed = redirected.model_copy(update={"url": MOVED})
    assert conditional_headers(followed)[b"If-None-Match"] == b"x"


def test_a_first_poll_is_unconditional():
    assert conditional_headers(a_feed()) == {b"A-IM": b"feed"}
