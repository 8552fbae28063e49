"""What an answer's headers ask of us."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.web.answers import Answer, Failure, FailureKind, fresh_for, retry_after

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def with_header(name, value):
    return Answer("https://example.com/", 429, ((name, value),), b"")


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        (" 7 ", 7),
        ("0", 0),
        ("9" * 5_000, 10**9),
        ("Sun, 01 Mar 2026 12:02:00 GMT", 120),
        ("Sun, 01 Mar 2026 14:02:00 +0200", 120),
        ("Sun, 01 Mar 2026 12:02:00", 120),
        ("Sun, 01 Mar 2026 11:00:00 GMT", 0),
        ("Sun, 01 Mar 99999 11:00:00 GMT", None),
        ("Sun, 01 Mar 9999999999 11:00:00 GMT", None),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("²", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(value, seconds):
    expected = None if seconds is None else timedelta(seconds=seconds)
    assert retry_after(with_header("retry-after", value), NOW) == expected


def test_no_header_asks_for_nothing():
    silent = Answer("https://example.com/", 200, (), b"")
    assert retry_after(silent, NOW) is None
    assert fresh_for(silent, NOW) is None


def test_a_moment_is_one_of_the_servers_clock():
    """Feeds and pages of a server whose clock is fast were left alone for the difference, too."""
    told = (
        ("Date", "Sun, 01 Mar 2026 14:00:00 GMT"),
        ("Retry-After", "Sun, 01 Mar 2026 14:02:00 GMT"),
    )
    assert retry_after(Answer("https://example.com/", 503, told, b""), NOW) == timedelta(minutes=2)


@given(st.timedeltas(timedelta(-700_000), timedelta(2_900_000)).map(lambda far: NOW + far))
def test_any_retry_after_date_is_read_and_never_negative(moment):
    wait = retry_after(with_header("Retry-After", format_datetime(moment, usegmt=True)), NOW)
    whole = moment.replace(microsecond=0)
    # Two-digit years are read as of the last or this century (RFC 5322, 4.3).
    assert wait is not None
    assert wait == max(whole - NOW, timedelta(0)) or moment.year < 1000


@given(st.text() | st.from_regex(r"\w{3}, \d{1,3} \w{3} \d{1,12} \d\d:\d\d:\d\d [+-]?\d{0,9}"))
def test_no_header_value_raises(value):
    wait = retry_after(with_header("Retry-After", value), NOW)
    assert wait is None or wait >= timedelta(0)
    for name, said in (("Cache-Control", f"max-age={value}"), ("Expires", value)):
        fresh = fresh_for(with_header(name, said), NOW)
        assert fresh is None or fresh >= timedelta(0)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("max-age=60", 60),
        ('private, MAX-AGE="60" , must-revalidate', 60),
        ("s-maxage=90, max-age=60", 90),
        ("s-maxage=9, max-age=60", 60),
        ("max-age=" + "9" * 5_000, 10**9),
        ("no-cache, no-store, max-age=60", 60),
        ("no-cache", None),
        ("max-age", None),
        ("max-age=-1", None),
        ("x-max-age=60", None),
    ],
)
def test_cache_control_sets_how_long_an_answer_is_fresh(value, seconds):
    expected = None if seconds is None else timedelta(seconds=seconds)
    assert fresh_for(with_header("Cache-Control", value), NOW) == expected


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Expires": "Sun, 01 Mar 2026 13:00:00 GMT"}, 3600),
        (
            {
                "Expires": "Sun, 01 Mar 2026 13:00:00 GMT",
                "Date": "Sun, 01 Mar 2026 12:50:00 GMT",
            },
            600,
        ),
        ({"Expires": "Sun, 01 Mar 2026 13:00:00 GMT", "Cache-Control": "max-age=60"}, 60),
        ({"Expires": "Sun, 01 Mar 2026 13:00:00 GMT", "Cache-Control": "no-cache"}, 3600),
        ({"Expires": "Thu, 01 Jan 1970 00:00:00 GMT"}, 0),
        ({"Strict-Transport-Security": "max-age=31536000"}, None),
        ({"Expires": "0"}, None),
        ({"Expires": "-1"}, None),
        ({"Expires": "Sun, 01 Mar 9999999999 13:00:00 GMT"}, None),
        (
            {
                "Expires": "Sun, 01 Mar 2026 13:00:00 GMT",
                "Date": "Sun, 01 Mar 9999999999 13:00:00 GMT",
            },
            3600,
        ),
        ({"Cache-Control": "max-age=600", "Age": "200"}, 400),
        ({"Cache-Control": "max-age=600", "Age": "700"}, 0),
        ({"Cache-Control": "max-age=600", "Age": "old"}, 600),
    ],
)
def test_age_is_subtracted_and_expires_applies_without_max_age(headers, seconds):
    expected = None if seconds is None else timedelta(seconds=seconds)
    assert (
        fresh_for(Answer("https://a.example/", 200, tuple(headers.items()), b""), NOW) == expected
    )


def test_cache_control_may_have_several_lines():
    lines = ("Cache-Control", "public"), ("cache-control", "max-age=60")
    assert fresh_for(Answer("https://a.example/", 200, lines, b""), NOW) == timedelta(seconds=60)


def test_the_first_header_of_a_name_counts_ignoring_case():
    answer = Answer("https://example.com/", 200, (("ETag", "a"), ("etag", "b")), b"")
    assert answer.header("ETAG") == "a"


@pytest.mark.parametrize("kind", FailureKind)
def test_only_transient_failures_may_heal(kind):
    heals = kind in (
        FailureKind.CONNECTION,
        FailureKind.CERTIFICATE,
        FailureKind.TIME_OUT,
        FailureKind.BUSY,
        FailureKind.UNKNOWN_RULES,
    )
    assert Failure(kind, "x").may_heal is heals
    assert str(Failure(kind, "x")) == f"{kind.value}: x"
