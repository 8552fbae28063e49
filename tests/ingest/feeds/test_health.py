"""How the health of a feed is judged, over simulated polls."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from pathlib import Path

import pytest
from polls import new_feed, polled_with

from core.records import FeedState, Hints, Rhythm
from core.settings import Settings
from ingest.feeds.ask import conditional_headers
from ingest.feeds.health import (
    WORST_FIRST,
    Facts,
    Standing,
    Verdict,
    announce,
    by_health,
    format_period,
    is_unwell,
    judge_health,
    standing,
)
from ingest.feeds.rhythm import ENOUGH
from ingest.web.answers import Answer, Failure, FailureKind
from ingest.web.challenges import challenge

BEGIN = datetime(2026, 3, 2, tzinfo=UTC)
URL = "https://example.com/feed"
SETTINGS = Settings(home=Path("home"))
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
CHECK = b"<html><title>Just a moment...</title></html>"
CAPTCHA = b'<html><script src="https://www.google.com/recaptcha/api.js"></script></html>'
PROTECTED = CAPTCHA + b"<p>The town's news, and a form to write to us.</p>" * 20

a_feed = partial(new_feed, URL, BEGIN)


def says(status=200, body=b"", **headers):
    fields = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return Answer(URL, status, fields, body)


class Server:
    """A feed with one entry per period. From `frozen` on it denies changes; it stops at `ended`
    until `resumed`, then lists what came out meanwhile or not."""

    def __init__(
        self, every=HOUR, ended=None, resumed=None, frozen=None, redated=False, caught_up=False
    ):
        self.every, self.ended, self.resumed = every, ended, resumed
        self.frozen, self.redated, self.caught_up = frozen, redated, caught_up

    def __call__(self, feed, now):
        runs = self.ended is None or (self.resumed is not None and now >= self.resumed)
        last = ((now if runs else min(now, self.ended)) - BEGIN) // self.every
        tag = f'"{last}"'
        asked = conditional_headers(feed, feed.url).get(b"If-None-Match")
        if asked and (asked == tag.encode() or (self.frozen and now >= self.frozen)):
            return says(304)
        items = []
        for number in range(max(-5, last - 9), last + 1):
            date = now if self.redated else BEGIN + number * self.every
            if self.resumed and not self.caught_up and self.ended < date < self.resumed:
                continue
            url = f"https://example.com/{number}"
            items.append({"id": url, "url": url, "date_published": date.isoformat()})
        version = "https://jsonfeed.org/version/1.1"
        body = json.dumps({"version": version, "title": "News", "items": items}).encode()
        # A redated feed has another body at each poll.
        return says(200, body, ETag=tag if not self.redated else f'"{now.timestamp()}"')


def simulate(server, days, feed=None, begin=BEGIN):
    """Poll in hourly passes whenever due; returns the last record and all polls."""
    feed = feed or a_feed()
    polled, now = [], begin
    while now < begin + days * DAY:
        if feed.next_poll_at <= now:
            polled.append(polled_with(feed, server(feed, now), now, SETTINGS))
            feed = polled[-1].feed
        now += HOUR
    return feed, polled


@cache
def a_well_feed():
    return simulate(Server(), 8)[0]


def states(polled):
    """The states in order, without repetition."""
    came = [one.feed.state.value for one in polled]
    return [state for n, state in enumerate(came) if n == 0 or came[n - 1] != state]


def notices(polled):
    """What operators are told of the feed's health. A gap (`test_gaps`) is no change of that."""
    told = [(one.notice.before, one.notice.state) for one in polled if one.notice]
    return [(before, state) for before, state in told if before is not state]


def not_polled(hours, feed=None, wait=timedelta(minutes=1)):
    """A feed that no hourly pass polls, because its site has refused the poll of another feed."""
    busy = Failure(FailureKind.BUSY, "news.example, for another 60 s", wait)
    return simulate(lambda *_: busy, hours / 24, feed or a_well_feed(), BEGIN + 8 * DAY)


def test_a_feed_not_polled_because_its_site_refuses_becomes_blocked():
    feed, polled = not_polled(6)
    assert (feed.state, notices(polled)) == (FeedState.OK, [])
    feed, polled = not_polled(24)
    assert states(polled) == ["ok", "blocked"]
    assert notices(polled) == [(FeedState.OK, FeedState.BLOCKED)]
    # Told the second time it is seen.
    blocked = [one for one in polled if one.feed.state is FeedState.BLOCKED]
    assert [one.notice is not None for one in blocked[:3]] == [False, True, False]
    assert timedelta(hours=6) < feed.since - a_well_feed().last_polled_at <= timedelta(hours=9)
    assert feed.reason == (
        f"not polled since {a_well_feed().last_polled_at:%Y-%m-%d %H:%M}: "
        "site asks us to wait: news.example, for another 60 s"
    )
    # Nothing failed: it is polled as soon as its site may be, and well after the first answer.
    assert feed.failures == 0
    after, polled = simulate(Server(), 1, feed, BEGIN + 9 * DAY)
    assert (after.state, notices(polled)) == (FeedState.OK, [(FeedState.BLOCKED, FeedState.OK)])
    # Its list of ten hours does not tell of the day.
    assert [one.gap.missed for one in polled if one.gap] == [15]


def test_a_feed_whose_site_was_busy_at_every_poll_so_far_becomes_blocked():
    added = a_feed(since=BEGIN + 8 * DAY, told=FeedState.NEW)
    feed, polled = not_polled(24, added)
    assert states(polled) == ["new", "blocked"]
    assert [hours for hours, one in enumerate(polled) if one.notice] == [8]
    assert feed.since == added.since
    assert feed.reason.startswith(f"not polled since {added.since:%Y-%m-%d %H:%M}: ")
    assert polled[0].feed.next_poll_at == BEGIN + 8 * DAY + timedelta(minutes=1)


@pytest.mark.parametrize(
    "known", [{"state": FeedState.FAILING, "failures": 1}, {"state": FeedState.STALE}]
)
def test_a_feed_that_is_unwell_stays_so_while_its_site_is_busy(known):
    feed = a_well_feed().model_copy(update={"reason": "as before", "told": known["state"], **known})
    after, polled = not_polled(24, feed)
    assert (after.state, after.reason, notices(polled)) == (known["state"], "as before", [])


def test_a_feed_that_asks_to_be_polled_daily_is_not_late_after_a_day():
    daily = a_well_feed().model_copy(
        update={
            "hints": Hints(every=DAY.total_seconds()),
            "last_polled_at": BEGIN + 7 * DAY,
            "next_poll_at": BEGIN + 8 * DAY,
        }
    )
    assert states(not_polled(6, daily)[1]) == ["ok"]
    assert states(not_polled(12, daily)[1]) == ["ok", "blocked"]


def test_a_pause_does_not_count_as_not_being_polled():
    late = BEGIN + 8 * DAY
    resumed = a_well_feed().model_copy(
        update={"last_polled_at": BEGIN, "next_poll_at": late, "resumed_at": late}
    )
    assert notices(not_polled(6, resumed)[1]) == []
    assert "blocked" in states(not_polled(12, resumed)[1])


def test_undated_entries_from_a_pause_do_not_contradict_a_304():
    titles = ("One", "Two", "Three")
    items = [{"id": f"https://example.com/{one}", "url": f"/{one}", "title": one} for one in titles]
    version = "https://jsonfeed.org/version/1.1"
    body = json.dumps({"version": version, "title": "News", "items": items}).encode()
    denied = {"etag": None, "last_modified": None, "denied_at": BEGIN + 8 * DAY}
    feed = a_well_feed().model_copy(update=denied)
    now = BEGIN + 30 * DAY
    resumed = feed.model_copy(update={"resumed_at": now})
    polled = [polled_with(one, says(200, body), now, SETTINGS) for one in (feed, resumed)]
    assert states(polled) == ["frozen", "ok"]


def test_paused_feeds_are_sorted_between_unwell_and_well():
    ill = a_feed(state=FeedState.FAILING, reason="answered 500", failures=2)
    gone, later = (
        ill.model_copy(update={"since": BEGIN + DAY, **more})
        for more in ({"state": FeedState.GONE}, {"failures": 1})
    )
    well = a_feed(state=FeedState.OK)
    paused = ill.model_copy(update={"paused_at": BEGIN + DAY, "paused_why": "their relaunch"})
    before = well.model_copy(update={"paused_at": BEGIN})
    twin, paused_twin = (
        one.model_copy(update={"url": "https://z.example/"}) for one in (well, paused)
    )
    worst_first = [gone, ill, later, before, paused, paused_twin, well, twin]
    assert sorted([*worst_first[1::2], *worst_first[::2]], key=by_health) == worst_first
    assert [is_unwell(one) for one in worst_first] == [True] * 3 + [False] * 5
    assert set(WORST_FIRST) == set(FeedState)
    assert standing(well).why == ""
    assert standing(later).why == "answered 500"
    assert standing(paused) == Standing("paused", BEGIN + DAY, "their relaunch")
    assert standing(ill) == Standing("failing", BEGIN, "answered 500 (2 polls in a row)")


def test_a_busy_site_asking_for_a_day_is_blocked_at_once():
    feed, polled = not_polled(1, wait=DAY)
    assert (feed.state, len(polled)) == (FeedState.BLOCKED, 1)
    failing = polled_with(a_well_feed(), says(500), BEGIN + 8 * DAY, SETTINGS).feed
    assert not_polled(24, failing)[0].reason == "answered 500 Internal Server Error"


@pytest.mark.parametrize(("days", "told"), [(1, False), (3, True), (4_000, True)])
def test_a_feed_asking_for_weeks_of_patience_is_reported_at_once(days, told):
    refused = says(429, Retry_After=str(days * 86_400))
    polled = polled_with(a_well_feed(), refused, BEGIN + 8 * DAY, SETTINGS)
    assert polled.feed.state is FeedState.FAILING
    assert (polled.notice is not None) is told


def test_a_steady_feed_is_well_and_not_reported():
    feed, polled = simulate(Server(), 12)
    assert states(polled) == ["ok"]
    assert notices(polled) == []
    assert feed.told is FeedState.OK
    assert feed.since == BEGIN
    assert len(polled) > 24 * 11


@pytest.mark.parametrize(
    ("every", "least", "most"),
    [(HOUR, 1, 1.3), (4 * HOUR, 1, 1.5), (DAY, 1.5, 4), (3 * DAY, 6, 14), (7 * DAY, 14, 35)],
)
def test_a_silent_feed_becomes_stale_by_its_own_rhythm(every, least, most):
    known = max(10 * DAY, 8 * every)
    feed, polled = simulate(Server(every, ended=BEGIN + known), known / DAY + most + 10)
    assert states(polled) == ["ok", "stale"]
    silent = feed.since - feed.rhythm.newest_at
    assert least * DAY < silent < most * DAY
    assert "nothing new for" in feed.reason
    assert notices(polled) == [("ok", "stale")]


@pytest.mark.parametrize(
    ("gaps", "full_days", "state", "reason"),
    [
        (ENOUGH - 1, 70, "stale", "nothing new for 70 days, since 2026-03-02 00:00"),
        (
            ENOUGH,
            70,
            "stale",
            "nothing new for 70 days, since 2026-03-02 00:00; before that, on average every 2 "
            "hours and at least every 3 days",
        ),
        (ENOUGH, 3, "ok", None),
        (ENOUGH, None, "ok", None),
    ],
)
def test_a_silence_is_told_once_a_whole_body_showed_it(gaps, full_days, state, reason):
    """Answers of "not modified" alone may be untrue."""
    rhythm = Rhythm(newest_at=BEGIN, gaps=gaps, span=gaps * 7_200, longest=3 * 86_400)
    full_at = None if full_days is None else BEGIN + full_days * DAY
    facts = Facts(status=304, rhythm=rhythm, full_at=full_at)
    assert judge_health(a_well_feed(), facts, BEGIN + 70 * DAY) == Verdict(state, reason)


def test_redating_old_entries_does_not_keep_a_feed_well():
    feed, polled = simulate(Server(ended=BEGIN + 10 * DAY, redated=True), 16)
    assert states(polled) == ["ok", "stale"]
    assert DAY < feed.since - feed.rhythm.newest_at < 5 * DAY


def test_the_recovery_of_a_stale_feed_is_reported():
    server = Server(ended=BEGIN + 10 * DAY, resumed=BEGIN + 15 * DAY)
    feed, polled = simulate(server, 18)
    assert states(polled) == ["ok", "stale", "ok"]
    assert notices(polled) == [("ok", "stale"), ("stale", "ok")]
    assert not feed.distrusted


def test_a_feed_that_catches_up_after_a_silence_is_trusted():
    """Its list was not updated for days, as a whole body fetched in between showed."""
    server = Server(DAY, ended=BEGIN + 20 * DAY, resumed=BEGIN + 30 * DAY, caught_up=True)
    feed, polled = simulate(server, 35)
    assert states(polled) == ["ok", "stale", "ok"]
    assert not feed.distrusted


def test_a_server_stuck_at_304_is_detected_and_polled_in_full():
    frozen = BEGIN + 10 * DAY
    feed, polled = simulate(Server(frozen=frozen), 15)
    assert states(polled) == ["ok", "frozen", "ok"]
    first = next(one.feed for one in polled if one.feed.state is FeedState.FROZEN)
    assert first.since < frozen + 1.3 * DAY
    assert first.reason.endswith("; from now on the whole feed is fetched each time")
    assert notices(polled) == [("ok", "frozen"), ("frozen", "ok")]
    # From then on nothing is missed.
    assert feed.rhythm.newest_at >= BEGIN + 15 * DAY - 3 * HOUR


@pytest.mark.parametrize(
    ("what", "state", "said", "polls"),
    [
        (says(403), "blocked", "answered 403 Forbidden: the site refuses us", 1),
        (says(401), "blocked", "answered 401 Unauthorized: the site refuses us", 1),
        (says(402), "blocked", "answered 402 ", 1),
        (says(451), "blocked", "answered 451 ", 1),
        (says(200, CHECK), "blocked", "a bot check instead of the feed (answered 200 OK; Cl", 1),
        (says(403, CHECK), "blocked", "a bot check instead of the feed", 1),
        (says(503, CHECK), "blocked", "a bot check instead of the feed", 1),
        (says(403, b"", CF_Mitigated="challenge"), "blocked", "cf-mitigated: challenge", 1),
        (says(202, b"", x_amzn_waf_action="challenge"), "blocked", "x-amzn-waf-action", 1),
        (says(405, CAPTCHA), "blocked", "a captcha", 1),
        (says(410), "gone", "answered 410 Gone", 1),
        (says(410, CAPTCHA), "gone", "answered 410 Gone", 1),
        (says(300), "failing", "answered 300 Multiple Choices", 1),
        (says(404), "failing", "answered 404 Not Found", 1),
        (says(404, CAPTCHA), "failing", "answered 404 Not Found", 1),
        (says(200, PROTECTED), "not a feed", "not a feed: an HTML page", 1),
        (says(500, PROTECTED), "failing", "answered 500", 1),
        (says(500), "failing", "answered 500 Internal Server Error", 1),
        (says(599), "failing", "answered 599", 1),
        (
            says(429, Retry_After="60"),
            "failing",
            "answered 429 Too Many Requests, asks us to wait",
            1,
        ),
        (says(429), "blocked", "answered 429 Too Many Requests; no usable answer", 5),
        (says(200, b"<html>parked</html>"), "not a feed", "not a feed: ", 1),
        (says(200, b""), "not a feed", "not a feed: ", 1),
        (says(200, b'<rss version="2.0"><channel/></rss>'), "empty", "without entries", 1),
        (Failure(FailureKind.TIME_OUT, "x"), "failing", "timed out: x", 1),
    ],
    ids=str,
)
def test_faults_show_at_once_are_reported_at_the_second_poll_and_recover(what, state, said, polls):
    well = feed = a_well_feed()
    told, came = [], []
    for _ in range(polls):
        polled = polled_with(feed, what, feed.next_poll_at, SETTINGS)
        feed = polled.feed
        told += notices([polled])
        came.append(feed.state)
    assert came.index(state) == polls - 1
    assert bool(told) is (state == "gone" or polls > 1)
    assert (feed.failures, feed.well_at) == (0 if state == "empty" else polls, well.well_at)
    assert said in feed.reason
    assert "None" not in feed.reason
    polled = polled_with(feed, what, feed.next_poll_at, SETTINGS)
    told += notices([polled])
    assert (polled.feed.state, polled.feed.since) == (state, feed.since)
    assert told[-1][1] == state
    assert told[0][0] == "ok"
    back, after = simulate(Server(), 3, polled.feed, begin=polled.feed.next_poll_at)
    assert back.state is FeedState.OK
    assert notices(after) == [(state, "ok")]


def test_a_feed_mentioning_captchas_is_not_a_captcha():
    item = {"id": "https://example.com/1", "content_html": CAPTCHA.decode()}
    feed = json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": [item]})
    polled = polled_with(a_feed(), says(200, feed.encode()), BEGIN, SETTINGS)
    assert polled.feed.state is FeedState.OK
    assert challenge(says(404, b"<html>not found</html>")) is None


def test_a_feed_that_was_never_well_is_reported_too():
    first = polled_with(a_feed(), says(404), BEGIN, SETTINGS)
    second = polled_with(first.feed, says(404), BEGIN + DAY, SETTINGS)
    assert notices([first, second]) == [("new", "failing")]


def test_a_flapping_feed_is_not_reported():
    server = Server()
    answers = iter(range(100))

    def flapping(feed, now):
        return says(500) if next(answers) % 2 else server(feed, now)

    feed, polled = simulate(flapping, 2, a_well_feed(), begin=a_well_feed().next_poll_at)
    assert len(states(polled)) > 10
    assert notices(polled) == []
    assert feed.told is FeedState.OK


def test_failures_of_changing_kinds_count_as_one_failure():
    kinds = [says(500), says(403), says(404), says(403), says(403)]
    feed, polled = a_well_feed(), []
    for what in kinds:
        polled.append(polled_with(feed, what, feed.next_poll_at, SETTINGS))
        feed = polled[-1].feed
    assert notices(polled) == [("ok", "blocked")]
    assert polled[1].notice is not None, "at the second failure, of whatever kind"


@pytest.mark.parametrize("before", [FeedState.FAILING, FeedState.OK])
def test_a_move_is_reported_once_and_ends_an_earlier_fault(before):
    wrong = a_feed(state=FeedState.MOVED, told=before)
    there = wrong.model_copy(update={"url": "https://new.example/feed", "held": 1})
    told, notice = announce(wrong, there, BEGIN)
    assert notice is not None
    assert (notice.before, notice.state, notice.url) == (before, "moved", there.url)
    assert told.told is FeedState.OK
    settled = told.model_copy(update={"state": FeedState.OK, "held": 5})
    assert announce(told, settled, BEGIN) == (settled, None)


@pytest.mark.parametrize(
    ("period", "said"),
    [
        (timedelta(seconds=90), "90 s"),
        (timedelta(minutes=2), "2 minutes"),
        (timedelta(minutes=119), "119 minutes"),
        (timedelta(hours=2), "2 hours"),
        (timedelta(hours=47), "47 hours"),
        (timedelta(days=2), "2 days"),
        (timedelta(days=9.6), "10 days"),
    ],
)
def test_periods_are_formatted_for_reading(period, said):
    assert format_period(period) == said
