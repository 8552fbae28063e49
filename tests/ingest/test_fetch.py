"""What an answer to a request for a page means for its entry."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from core.records import Entry, Page, State, content_id
from core.settings import Settings
from ingest.answers import Answer, Failure, FailureKind
from ingest.fetch import LONGEST_WAIT, Quarantined, Rejected, Retry, judge
from ingest.robots import Permission

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
URL = "https://example.com/1"
SETTINGS = Settings(home=Path("home"))


def an_entry(**changes):
    fields = {
        "url": URL,
        "site": "example.com",
        "outlet": "Example News",
        "state": State.FOUND,
        "first_seen": NOW,
    }
    return Entry.model_validate(fields | changes)


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


def test_a_page_is_what_came():
    what = answer(X_Twice="1")
    assert judged(what) == Page(
        id=content_id(URL),
        url="https://example.com/led/here",
        status=200,
        headers=what.headers,
        body=b"<p>x</p>",
        fetched_at=NOW,
    )


@pytest.mark.parametrize("kind", ["", "TEXT/HTML", "application/xhtml+xml;q=1", "text/plain"])
def test_pages_of_text_are_taken(kind):
    assert isinstance(judged(answer(kind=kind)), Page)


@pytest.mark.parametrize(
    ("what", "ends"),
    [
        (answer(404), Rejected("answered 404")),
        (answer(410), Rejected("answered 410")),
        (answer(304), Rejected("answered 304")),
        (answer(400), Rejected("answered 400")),
        (answer(kind="application/pdf"), Rejected("not a page of text: application/pdf")),
        (answer(kind="image/png; x=y"), Rejected("not a page of text: image/png")),
        (Permission.DISALLOWED, Rejected("robots.txt disallows it")),
        (answer(401), Quarantined("answered 401: the site refuses us")),
        (answer(403), Quarantined("answered 403: the site refuses us")),
        (answer(451), Quarantined("answered 451: the site refuses us")),
        (answer(body=b" \n"), Quarantined("an empty page")),
        (Failure(FailureKind.TOO_LARGE, "x"), Quarantined("too large")),
        (Failure(FailureKind.REFUSED_ADDRESS, "x"), Quarantined("refused address")),
        (Failure(FailureKind.REDIRECTS, "x"), Quarantined("too many redirects")),
        (Failure(FailureKind.BAD_ANSWER, "x"), Quarantined("bad answer")),
    ],
    ids=str,
)
def test_what_ends_an_entry(what, ends):
    assert judged(what) == ends


@pytest.mark.parametrize(
    ("what", "seconds", "reason"),
    [
        (answer(500), 300, "answered 500"),
        (answer(503), 300, "answered 503"),
        (answer(429, Retry_After="7"), 7, "answered 429"),
        (answer(503, Retry_After="99999999"), 86_400, "answered 503"),
        (Failure(FailureKind.TIME_OUT, "x"), 300, "timed out"),
        (Failure(FailureKind.CONNECTION, "x"), 300, "connection failed"),
        (Permission.UNKNOWN, 300, "robots.txt is not to be had"),
    ],
    ids=str,
)
def test_what_is_tried_again(what, seconds, reason):
    assert judged(what) == Retry(NOW + timedelta(seconds=seconds), reason)


def test_a_page_is_tried_ever_later_and_in_the_end_quarantined():
    outcomes = [judged(answer(500), an_entry(attempts=attempts)) for attempts in range(5)]
    waits = [(one.at - NOW).total_seconds() for one in outcomes[:4] if isinstance(one, Retry)]
    assert waits == [300, 600, 1200, 2400]
    assert outcomes[4] == Quarantined("answered 500, 5 times")


def test_however_often_it_is_tried_it_is_tried_daily():
    settings = SETTINGS.model_copy(update={"fetch_attempts": 10_000})
    outcome = judged(answer(500), an_entry(attempts=5_000), settings)
    assert outcome == Retry(NOW + LONGEST_WAIT, "answered 500")
