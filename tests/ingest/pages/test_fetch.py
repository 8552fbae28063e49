"""What the answer to a page request means for the entry."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import factories
import pytest

from core.records import Page, State, content_id
from core.settings import Settings
from ingest.pages.fetch import LONGEST_WAIT, judge, patience
from ingest.pages.outcomes import Quarantined, Rejected, Retry, Unchanged
from ingest.web.answers import Answer, Failure, FailureKind

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
URL = "https://example.com/1"
SETTINGS = Settings(home=Path("home"))
DISALLOWED = Failure(FailureKind.DISALLOWED, URL)

an_entry = partial(factories.an_entry, 1, url=URL, title="")


def answer(status=200, kind="text/html; charset=utf-8", body=b"<p>x</p>", **headers):
    fields = {"Content-Type": kind, **headers}
    return Answer(
        "https://example.com/led/here",
        status,
        tuple((name.replace("_", "-"), value) for name, value in fields.items()),
        body,
    )


def judged(what, entry=None, settings=SETTINGS):
    return judge(entry or an_entry(), what, NOW, settings)


def test_a_page_holds_the_answer_as_received():
    what = answer(X_Twice="1")
    assert judged(what) == Page(
        id=content_id(URL),
        url="https://example.com/led/here",
        status=200,
        headers=what.headers,
        body=b"<p>x</p>",
        fetched_at=NOW,
    )


@pytest.mark.parametrize(
    "kind",
    ["", "TEXT/HTML, text/html", "application/xhtml+xml;q=1", "text/plain", "application/pdf"],
)
def test_text_content_types_are_accepted(kind):
    assert isinstance(judged(answer(kind=kind)), Page)


@pytest.mark.parametrize(
    ("what", "ends"),
    [
        (answer(404), Rejected("answered 404")),
        (answer(410), Rejected("answered 410: withdrawn")),
        (answer(304), Rejected("answered 304")),
        (answer(400), Rejected("answered 400")),
        (answer(kind="image/png; x=y"), Rejected("not a page of text: image/png")),
        (answer(kind="\x1b[2Jx\x9b"), Rejected("not a page of text: \ufffd[2jx\ufffd")),
        (DISALLOWED, Rejected("robots.txt disallows it")),
        (answer(401), Quarantined("answered 401: the site refuses us")),
        (answer(402), Quarantined("answered 402: the site refuses us")),
        (answer(403), Quarantined("answered 403: the site refuses us")),
        (answer(451), Quarantined("answered 451: the site refuses us")),
        (answer(body=b" \n"), Quarantined("an empty page")),
        (Failure(FailureKind.TOO_LARGE, "x"), Quarantined("too large")),
        (Failure(FailureKind.REFUSED_ADDRESS, "x"), Quarantined("refused address")),
        (Failure(FailureKind.REDIRECTS, "x"), Quarantined("too many redirects")),
        (Failure(FailureKind.BAD_ANSWER, "x"), Quarantined("bad answer")),
        (
            Failure(FailureKind.NO_PAGE, "x"),
            Rejected("its feed gives it no address of its own"),
        ),
    ],
    ids=str,
)
def test_some_answers_end_an_entry(what, ends):
    assert judged(what) == ends
    assert judged(what, an_entry(summary="Seven words are not much to say.")) == ends


@pytest.mark.parametrize(
    ("what", "reason"),
    [
        (answer(404), "answered 404"),
        (answer(403), "answered 403: the site refuses us"),
        (answer(kind="video/mp4"), "not a page of text: video/mp4"),
        (answer(body=b""), "an empty page"),
        (DISALLOWED, "robots.txt disallows it"),
        (Failure(FailureKind.TOO_LARGE, "x"), "too large"),
    ],
    ids=str,
)
@pytest.mark.parametrize("field", ["summary", "content"])
def test_without_a_page_the_feeds_own_words_are_kept(what, reason, field):
    for said in (
        "Eight words say something of their own, here.",
        "八語で自分のことを伝える文がここにある。",
    ):
        assert judged(what, an_entry(**{field: said})) == Page(
            id=content_id(URL), url=URL, status=0, body=b"", fetched_at=NOW, missing=reason
        )


def test_a_withdrawn_article_is_not_kept_from_its_feed():
    summary = "Eight words say something of their own, here."
    assert judged(answer(410), an_entry(summary=summary)) == Rejected("answered 410: withdrawn")


@pytest.mark.parametrize("what", [answer(404), answer(410), answer(403), DISALLOWED])
def test_an_article_stays_if_its_page_cannot_be_read_again(what):
    summary = "Eight words say something of their own, here."
    before = an_entry(revision=1, text_hash="a" * 64, address=URL, summary=summary)
    outcome = judged(what, before)
    assert isinstance(outcome, Unchanged)
    assert outcome.reason.startswith("could not be read again: ")


@pytest.mark.parametrize("what", [answer(404), answer(410), answer(403), DISALLOWED])
def test_an_article_refused_by_the_index_is_not_unchanged(what):
    refused = an_entry(revision=1, text_hash=None, address=URL)
    assert isinstance(judged(what, refused), Rejected | Quarantined)
    copied = an_entry(revision=1, text_hash=None, address=URL, duplicate_of="a" * 64)
    assert isinstance(judged(what, copied), Rejected | Quarantined)


@pytest.mark.parametrize(
    ("what", "seconds", "reason"),
    [
        *(
            (answer(status), 300, f"answered {status}")
            for status in (408, 425, 500, 502, 503, 504, 520, 521, 522, 523, 524, 529)
        ),
        (answer(429, Retry_After="7"), 300, "answered 429"),
        (answer(429, Retry_After="700"), 700, "answered 429"),
        (answer(503, Retry_After="99999999"), 86_400, "answered 503"),
        (Failure(FailureKind.TIME_OUT, "x"), 300, "timed out"),
        (Failure(FailureKind.CONNECTION, "x"), 300, "connection failed"),
        (Failure(FailureKind.UNKNOWN_RULES, "x"), 300, "robots.txt cannot be fetched"),
    ],
    ids=str,
)
def test_transient_failures_are_retried(what, seconds, reason):
    assert judged(what) == Retry(NOW + timedelta(seconds=seconds), reason, 1)


def test_a_request_not_sent_costs_no_attempt():
    busy = Failure(FailureKind.BUSY, "x", timedelta(seconds=90))
    outcome = judged(busy, an_entry(attempts=3))
    assert outcome == Retry(NOW + timedelta(seconds=90), "site asks us to wait", 3)


def test_a_404_for_a_just_published_article_is_retried_once():
    summary = "Eight words say something of their own, here."
    just_now = {"published": NOW - timedelta(minutes=2), "summary": summary}
    again = judged(answer(404), an_entry(**just_now))
    assert again == Retry(NOW + timedelta(minutes=5), "answered 404", 1)
    # Only once.
    assert isinstance(judged(answer(404), an_entry(**just_now, attempts=1)), Page)
    old = just_now | {"published": NOW - timedelta(hours=7)}
    assert isinstance(judged(answer(404), an_entry(**old)), Page)
    read = just_now | {"revision": 1, "text_hash": "a" * 64, "address": URL}
    assert isinstance(judged(answer(404), an_entry(**read)), Unchanged)
    assert judged(answer(410), an_entry(**just_now)) == Rejected("answered 410: withdrawn")


def test_a_page_of_a_site_that_stays_busy_is_given_up_in_the_end():
    busy = Failure(FailureKind.BUSY, "x", timedelta(seconds=90))
    summary = "Eight words say something of their own, here."
    since = NOW - patience(SETTINGS)
    reason = "site asks us to wait; we have stopped trying"
    outcome = judged(busy, an_entry(revisit_at=since, summary=summary))
    assert isinstance(outcome, Page)
    assert outcome.missing == reason
    assert judged(busy, an_entry(revisit_at=since)) == Quarantined(reason)
    later = an_entry(revisit_at=since + timedelta(seconds=1), summary=summary)
    assert isinstance(judged(busy, later), Retry)
    # There was no time for it since it was seen, or it was replayed.
    assert isinstance(judged(busy, an_entry(first_seen=since, summary=summary)), Retry)
    # Even with a short ladder, a site that asks for a minute is tried again.
    assert patience(Settings(home=Path(), retry_ladder=(1.0,))) == LONGEST_WAIT
    # A page read before has its text, and an edit of it must not be missed.
    read = an_entry(first_seen=since, revision=1, address="https://news.example/1")
    assert isinstance(judged(busy, read), Retry)


def test_a_page_read_before_is_waited_for_just_as_long():
    busy = Failure(FailureKind.BUSY, "x", timedelta(seconds=90))
    long_ago, since = NOW - timedelta(days=6), NOW - patience(SETTINGS)
    read = {"first_seen": long_ago, "revision": 1, "address": URL, "text_hash": "a" * 64}
    # The revisit has only just become due and must not be missed.
    due = an_entry(**read, state=State.INDEXED, revisit_at=since)
    assert isinstance(judged(busy, due), Retry)
    assert isinstance(judged(busy, an_entry(**read)), Retry)
    second = timedelta(seconds=1)
    assert isinstance(judged(busy, an_entry(**read, revisit_at=since + second)), Retry)
    assert judged(busy, an_entry(**read, revisit_at=since)) == Unchanged(
        "could not be read again: site asks us to wait; we have stopped trying; "
        "the earlier text is kept"
    )


def test_a_page_is_retried_ever_later_and_finally_quarantined():
    outcomes = [judged(answer(500), an_entry(attempts=attempts)) for attempts in range(7)]
    waits = [one.at - NOW for one in outcomes[:6] if isinstance(one, Retry)]
    assert waits == sorted(waits)
    assert (waits[0], waits[-1], len(waits)) == (timedelta(minutes=5), LONGEST_WAIT, 6)
    assert outcomes[6] == Quarantined("answered 500, 7 times")


def test_after_the_last_attempt_the_feeds_own_words_are_kept():
    summary = "Eight words say something of their own, here."
    outcome = judged(answer(500), an_entry(attempts=6, summary=summary))
    assert isinstance(outcome, Page)
    assert outcome.missing == "answered 500, 7 times"
