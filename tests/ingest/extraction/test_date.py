"""The witnesses of a page's date, and which of them is believed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from core.records import FeedItem
from ingest.extraction.date import in_address, published, stated, written_time
from ingest.extraction.document import Document, parse

URL = "https://news.example/story"
NO_FEED = FeedItem(url=URL)


def page(head: str = "", body: str = "<h1>A headline</h1><p>Text.</p>", url: str = URL) -> Document:
    return parse(f"<html><head>{head}</head><body>{body}</body></html>", url)


def meta(content: str, name: str = "article:published_time") -> str:
    return f'<meta property="{name}" content="{content}">'


def linked(**fields: str) -> str:
    pairs = ", ".join(f'"{name}": "{value}"' for name, value in fields.items())
    return f'<script type="application/ld+json">{{"@type": "NewsArticle", {pairs}}}</script>'


def fed(when: datetime | None) -> FeedItem:
    return FeedItem(url=URL, published=when)


def at(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("2024-05-31", "2024-05-31T00:00:00+00:00"),
        ("2024-05-31T10:20:30Z", "2024-05-31T10:20:30+00:00"),
        ("2024-05-31T10:20:30.1234567+02:00", "2024-05-31T10:20:30.123456+02:00"),
        ("2024-05-31 10:20:30 +0530", "2024-05-31T10:20:30+05:30"),
        ("2024-05-31 10:20:30+02", "2024-05-31T10:20:30+02:00"),
        ("2024-05-31T10:20", "2024-05-31T10:20:00+00:00"),
        ("2024-05-31 10:20:30 UTC", "2024-05-31T10:20:30+00:00"),
        ("Fri, 31 May 2024 10:20:30 GMT", "2024-05-31T10:20:30+00:00"),
        ("Fri, 31 May 2024 10:20:30 CEST", "2024-05-31T10:20:30+02:00"),
        ("Fri May 31 10:20:30 CEST 2024", "2024-05-31T10:20:30+02:00"),
        ("Fri, 31 May 2024 10:20:30 EDT", "2024-05-31T10:20:30-04:00"),
        ("2024-05-31 10:20:30 CET", "2024-05-31T10:20:30+01:00"),
        ("2024-05-31T10:20:30 EST", "2024-05-31T10:20:30-05:00"),
        ("2024-05-31 10:20:30 (EST)", "2024-05-31T10:20:30-05:00"),
        ("2024-05-31T10:20:30+02:00, 2024-06-01T10:20:30+02:00", "2024-05-31T10:20:30+02:00"),
        ("2024-05-31T10:20:30Z+00:00", "2024-05-31T10:20:30+00:00"),
        ("2024-05-31T10:20:30.000GMT", "2024-05-31T10:20:30+00:00"),
        ("2024-05-31, 10:20:30.123", "2024-05-31T00:00:00+00:00"),
        ("Fri 31 May 2024 10.20 BST", "2024-05-31T10:20:00+01:00"),
        ("31.05.2024, 10.20 Uhr", "2024-05-31T10:20:00+00:00"),
        ("31 May 2024 10:20 BST", "2024-05-31T10:20:00+01:00"),
        ("2024-05-31 10:20:30 UTC+5:30", "2024-05-31T10:20:30+05:30"),
        ("Fri May 31 2024 10:20:30 GMT+0200 (CEST)", "2024-05-31T10:20:30+02:00"),
        ("1717150830", "2024-05-31T10:20:30+00:00"),
        ("1717150830000", "2024-05-31T10:20:30+00:00"),
        ("May 31, 2024", "2024-05-31T00:00:00+00:00"),
        ("Sept. 3, 2024", "2024-09-03T00:00:00+00:00"),
        ("31. Mai 2024, 10:20 Uhr", "2024-05-31T10:20:00+00:00"),
        ("May 31, 2024 10:20 PM EST", "2024-05-31T22:20:00-05:00"),
        ("Friday, May 31, 2024, 12:01 AM", "2024-05-31T00:01:00+00:00"),
        ("May 31, 2024 at 9:20 p.m. ET", "2024-05-31T21:20:00-05:00"),
        ("2024-05-31 4:05:00 -0600", "2024-05-31T04:05:00-06:00"),
        ("2024-05-31T10:20:30+1500", "2024-05-31T10:20:30+00:00"),
        ("31.05.2024", "2024-05-31T00:00:00+00:00"),
        ("Published 7:07 PM EST May 31, 2024", "2024-05-31T00:00:00+00:00"),
        ("31 mai 2024", "2024-05-31T00:00:00+00:00"),
        ("Publié le 1er mai 2024", "2024-05-01T00:00:00+00:00"),
        ("1º de maio de 2024", "2024-05-01T00:00:00+00:00"),
    ],
)
def test_times_are_read_in_many_spellings(text: str, meant: str) -> None:
    found = written_time(text)
    assert found is not None
    assert found.isoformat() == meant


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "2024",
        "1970-01-01",
        "0000-00-00",
        "2024-13-45",
        "Thu, 30 Nov -0001 00:00:00 +0000",
        "2999-01-01",
        "12:30 pm",
        "Fri, 31 May 9999999999 10:20:30 GMT",
        "202410.00 10:00 +9999",
    ],
)
def test_invalid_times_are_not_read(text: str) -> None:
    assert written_time(text) is None


@given(st.text(max_size=80))
def test_no_text_raises(text: str) -> None:
    found = written_time(text)
    assert found is None or found.tzinfo is not None


@given(
    st.datetimes(datetime(1996, 1, 1), datetime(2024, 1, 1)),  # noqa: DTZ001 - zoned below
    st.integers(-12, 14),
)
def test_iso_times_are_read_back_with_their_zone(when: datetime, hours: int) -> None:
    zoned = when.replace(microsecond=0, tzinfo=timezone(timedelta(hours=hours)))
    found = written_time(zoned.isoformat())
    assert found == zoned
    assert found is not None
    assert found.date() == zoned.date()


@pytest.mark.parametrize(
    ("url", "day"),
    [
        ("https://news.example/2024/05/31/story", date(2024, 5, 31)),
        ("https://news.example/2024/5/3/story", date(2024, 5, 3)),
        ("https://news.example/2024/may/31/story", date(2024, 5, 31)),
        ("https://news.example/story-2024-05-31.html", date(2024, 5, 31)),
        ("https://news.example/20240531/story", date(2024, 5, 31)),
        ("https://news.example/2024/05/story", None),
        ("https://news.example/2024/02/31/story", None),
        ("https://news.example/120240531", None),
        ("https://news.example/id/20249931", None),
        ("https://news.example/2024/0531/story", None),
        ("https://news.example/2999/05/31/story", None),
        ("https://news.example/story?until=2024-05-31", None),
    ],
)
def test_days_are_read_from_addresses(url: str, day: date | None) -> None:
    found = in_address(url)
    assert (found and found.date()) == day


def test_the_address_gives_the_day_and_the_markup_the_hour() -> None:
    document = page(meta("2024-05-31T10:20:00Z"), url="https://news.example/2024/05/31/story")
    assert stated(document) == at(2024, 5, 31, 10, 20)


def test_an_update_does_not_move_the_day_of_the_address() -> None:
    document = page(meta("2024-06-02T10:20:00Z"), url="https://news.example/2024/05/31/story")
    assert stated(document) == at(2024, 5, 31)


def test_a_day_in_the_address_gives_the_outlets_local_day() -> None:
    document = page(meta("2024-06-01T02:30:00Z"), url="https://news.example/2024/05/31/story")
    found = stated(document)
    assert found == at(2024, 6, 1, 2, 30)
    assert found is not None
    assert found.date() == date(2024, 5, 31)


@pytest.mark.parametrize("printed", ["May 31, 2024 at 9:30 pm", "31.05.2024"])
def test_a_printed_day_gives_the_outlets_local_day(printed: str) -> None:
    body = f"<h1>A headline</h1><p>Jane Doe</p><p>{printed}</p>"
    found = stated(page(meta("2024-06-01T02:30:00Z"), body))
    assert found == at(2024, 6, 1, 2, 30)
    assert found is not None
    assert found.date() == date(2024, 5, 31)


def test_a_printed_day_that_agrees_is_left_alone() -> None:
    body = "<h1>A headline</h1><p>June 1, 2024</p><p>See also: May 31, 2024</p>"
    found = stated(page(meta("2024-06-01T02:30:00Z"), body))
    assert found is not None
    assert found.date() == date(2024, 6, 1)


def test_a_given_time_zone_is_kept() -> None:
    found = stated(page(meta("2024-06-01T00:30:00+02:00")))
    assert found is not None
    assert found.date() == date(2024, 6, 1)
    assert found == at(2024, 5, 31, 22, 30)


@pytest.mark.parametrize(
    ("head", "body", "day"),
    [
        (meta("2024-05-31") + linked(datePublished="2024-05-30"), "", 31),
        (linked(datePublished="2024-05-31") + meta("2024-05-30", "date"), "", 31),
        (linked(dateCreated="2024-05-30", datePublished="2024-05-31"), "", 31),
        (meta("2024-05-31", "date"), "<time datetime='2024-05-30'></time>", 31),
        ("", "<span itemprop='datePublished' content='2024-05-31'></span>", 31),
        ("", "<time datetime='2024-05-31'></time><time datetime='2024-05-30'></time>", 31),
        ("", "<aside><time datetime='2024-05-30'></time></aside><time>31 May 2024</time>", 31),
        (
            "",
            "<div class='comments'><time datetime='2024-05-30'></time></div>"
            "<time datetime='2024-05-31'></time>",
            31,
        ),
    ],
)
def test_witnesses_of_the_date_are_believed_in_order(head: str, body: str, day: int) -> None:
    assert stated(page(head, body)) == at(2024, 5, day)


def test_a_modification_time_is_not_a_witness() -> None:
    assert stated(page(meta("2024-05-31", "article:modified_time"))) is None


def test_the_printed_day_is_used_if_nothing_else_is_stated() -> None:
    body = "<h1>A headline</h1><p>By Jane Doe</p><p>31. Mai 2024</p><p>Text of 1 June 2023.</p>"
    assert published(page(body=body), NO_FEED) == at(2024, 5, 31)


def test_a_day_printed_above_the_headline_is_used_too() -> None:
    body = "<p>Published 31 May 2024</p><h1>A headline</h1><p>Text.</p>"
    assert published(page(body=body), NO_FEED) == at(2024, 5, 31)


def test_htmldate_is_the_last_resort() -> None:
    body = "<p>Text.</p><div class='post-meta'>Posted on 31 May 2024</div>"
    assert published(page(body=body), NO_FEED) == at(2024, 5, 31)


@pytest.mark.parametrize("body", ["", "<p>The year 2023 was wet.</p><footer>© 2024</footer>"])
def test_a_page_without_a_date_has_none(body: str) -> None:
    assert published(page(body=body), NO_FEED) is None


@pytest.mark.parametrize("value", ['["2024-05-31T10:20:00Z"]', "1717150800", "1717150800000"])
def test_linked_data_may_have_a_time_in_a_list_or_as_a_number(value: str) -> None:
    head = linked(datePublished="").replace('""', value)
    assert stated(page(head)) == at(2024, 5, 31, 10, 20)


def test_the_feeds_exact_time_wins() -> None:
    feed = at(2024, 5, 31, 9, 0)
    assert published(page(meta("2024-05-31T10:20:00Z")), fed(feed)) == feed
    assert published(page(meta("2024-06-02T10:20:00Z")), fed(feed)) == feed


def test_an_earlier_day_on_the_page_wins_over_the_feeds_update_time() -> None:
    assert published(page(meta("2024-05-29T10:20:00Z")), fed(at(2024, 5, 31, 9))) == at(
        2024, 5, 29, 10, 20
    )


def test_the_feeds_time_is_converted_to_the_outlets_zone() -> None:
    evening = at(2024, 6, 1, 2, 30)
    by_address = published(page(url="https://news.example/2024/05/31/story"), fed(evening))
    by_zone = published(page(meta("2024-05-31T22:00:00-05:00")), fed(evening))
    for found in (by_address, by_zone):
        assert found == evening
        assert found is not None
        assert found.date() == date(2024, 5, 31)


def test_a_feed_with_only_a_day_takes_the_hour_from_the_page() -> None:
    document = page(meta("2024-05-31T10:20:00Z"))
    assert published(document, fed(at(2024, 5, 31))) == at(2024, 5, 31, 10, 20)


@pytest.mark.parametrize("wrong", [at(1970, 1, 1), at(2999, 1, 1)])
def test_an_impossible_time_in_the_feed_is_ignored(wrong: datetime) -> None:
    assert published(page(meta("2024-05-31")), fed(wrong)) == at(2024, 5, 31)


def test_the_feeds_time_is_used_for_a_page_without_one() -> None:
    assert published(page(), fed(at(2024, 5, 31, 9))) == at(2024, 5, 31, 9)


def test_reading_the_date_leaves_the_tree_unchanged() -> None:
    document = page(body="<div class='post-meta'>Posted on 31 May 2024</div><p>Text.</p>")
    before = etree.tostring(document.tree)
    published(document, NO_FEED)
    assert etree.tostring(document.tree) == before
