"""How items are recognised when a feed lists them at new addresses at each poll."""

from __future__ import annotations

import json

import pytest

from core.records import FeedItem
from ingest.feeds.identity import is_set_apart
from ingest.feeds.parser import ParsedFeed, parse_feed
from ingest.feeds.rhythm import fresh_items, marks_of

URL = "https://example.com/feeds/all.xml"
DATE = "Sun, 01 Mar 2026 12:30:00 GMT"
LATER = "Mon, 02 Mar 2026 12:30:00 GMT"


def an_item(link: str, title: str = "Rain", guid: str = "", date: str = "", words: str = "") -> str:
    inside = f"<link>{link.replace('&', '&amp;')}</link><title>{title}</title>"
    for name, value in (("guid", guid), ("pubDate", date), ("description", words)):
        inside += f"<{name}>{value.replace('&', '&amp;')}</{name}>" if value else ""
    return f"<item>{inside}</item>"


def listed(*items: str) -> tuple[FeedItem, ...]:
    return read(f"<rss version='2.0'><channel><title>T</title>{''.join(items)}</channel></rss>")


def read(body: str) -> tuple[FeedItem, ...]:
    found = parse_feed(body.encode(), "", URL)
    assert isinstance(found, ParsedFeed)
    return found.items


def marks(*items: str) -> list[str | None]:
    return [item.known_by for item in listed(*items)]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        # By its id, even if its headline is edited.
        (an_item("/a?s=1", guid="4711"), an_item("/a?s=2", "Much rain", guid="4711")),
        (an_item("/show?nr=7&s=1", guid="4711"), an_item("/show?s=2&nr=7", guid="4711")),
        (
            an_item("/a?s=1", guid="https://example.com/?p=7"),
            an_item("/a?s=2", guid="https://example.com/?p=7"),
        ),
        # An id that is the address itself adds nothing.
        (
            an_item("/a?s=1", guid="https://example.com/a?s=1"),
            an_item("/a?s=2", guid="https://example.com/a?s=2"),
        ),
        # Without an id: by headline and path, and by time if given.
        (an_item("/a?_=1"), an_item("/a?_=2")),
        (an_item("/a?_=1", date=DATE, words="x"), an_item("/a?_=2", date=DATE, words="y")),
        (an_item("/a?sessionid=1f"), an_item("/a?sessionid=2f")),
        (an_item("/a?sid=1f"), an_item("/a?sid=2f")),
        (an_item("/show?id=7&s=1"), an_item("/show?id=7&s=2")),
    ],
)
def test_an_item_is_recognised_at_its_next_address(before, after):
    (mark,) = marks(before)
    assert mark is not None
    assert marks(after) == [mark]


def test_an_id_in_json_may_be_a_number():
    version = "https://jsonfeed.org/version/1.1"
    items = [{"id": 4711, "url": "/a?s=1"}, {"id": "4711", "url": "/a?s=2"}]
    feeds = (json.dumps({"version": version, "items": [one]}) for one in items)
    before, after = (read(feed)[0].known_by for feed in feeds)
    assert before is not None
    assert before == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        # The query identifies the article.
        (an_item("/show?id=1"), an_item("/show?id=2")),
        (an_item("/show?4711"), an_item("/show?4712")),
        (an_item("/show?id=1&s=1"), an_item("/show?id=2&s=2")),
        (an_item("/show?id=1", guid="1"), an_item("/show?id=2", guid="2")),
        # Another path, another day, other words.
        (an_item("/a?s=1", guid="1"), an_item("/b?s=1", guid="1")),
        (an_item("/a?s=1"), an_item("/b?s=1")),
        (an_item("/a?s=1", date=DATE), an_item("/a?s=2", date=LATER)),
        (an_item("/a?s=1", words="Of today"), an_item("/a?s=2", words="Of tomorrow")),
        (an_item("/a?s=1", title=""), an_item("/a?s=2", title="")),
    ],
)
def test_a_different_item_is_not_recognised(before, after):
    (mark,) = marks(before)
    assert mark is None or marks(after) != [mark]


def test_an_item_with_a_stable_address_has_no_mark():
    assert marks(an_item("/a", guid="1"), an_item("/show?id=1")) == [None, None]


def test_a_mark_shared_by_two_items_identifies_neither():
    assert marks(an_item("/a?s=1", guid="1"), an_item("/a?s=2", guid="1")) == [None, None]
    assert marks(an_item("/a?s=1"), an_item("/a?s=2")) == [None, None]
    # Several items share a path: the query identifies the article, whatever its name.
    assert marks(an_item("/show?artikel=1"), an_item("/show?artikel=2", "Snow")) == [None, None]


def test_known_items_at_new_addresses_are_not_fresh():
    before = listed(an_item("/a?s=1", guid="1"), an_item("/b?s=1", "Snow"))
    after = listed(an_item("/a?s=2", guid="1"), an_item("/b?s=2", "Snow"), an_item("/c?s=2", "Sun"))
    assert [item.title for item in fresh_items(marks_of(before), after)] == ["Sun"]


WORDS = "The agency has said in a statement that it {} nobody's telephone in that year."


def addresses(*items: str) -> list[str]:
    return [item.url for item in listed(*items)]


def statement(what: str, link: str = "/", guid: str = "") -> str:
    """An item that says something itself."""
    return an_item(link, f"It {what}", guid, words=WORDS.format(what))


@pytest.mark.parametrize("link", ["/", "/en/index.html", "/?utm_source=rss&s=1"])
@pytest.mark.parametrize(
    "guids", [("1", "2"), ("", ""), ("1", "1"), ("https://example.com/", "https://example.com/")]
)
def test_items_at_a_front_page_are_told_apart(link, guids):
    """By their ids, or by their words if these are missing, the same, or the address again."""
    one, other = guids
    found = addresses(statement("tapped", link, one), statement("opened", link, other))
    assert len(set(found)) == 2
    page = f"https://example.com{link}".partition("?")[0]
    assert [url.partition("#")[0] for url in found] == [page] * 2
    assert all(map(is_set_apart, found))


@pytest.mark.parametrize("guid", ["1", "", "https://example.com/"])
def test_an_item_at_a_front_page_is_the_same_in_the_next_poll(guid):
    before = addresses(statement("tapped", "/?s=1", guid), statement("opened", "/?s=1", "2"))
    assert addresses(statement("tapped", "/?s=2", guid)) == before[:1]


def test_an_item_at_a_front_page_keeps_its_address_when_edited():
    before, after = (
        addresses(an_item("/", title, "4711", words=WORDS.format("tapped")))
        for title in ("It tapped", "It tapped nobody")
    )
    assert before == after


def test_the_only_item_at_a_front_page_is_told_from_the_next_one():
    before, after = addresses(statement("tapped")), addresses(statement("opened"))
    assert before != after


@pytest.mark.parametrize("path", ["/", "/index.php"])
def test_queries_at_a_front_page_that_differ_may_choose_articles(path):
    links = [f"https://example.com{path}?q=node%2F{number}" for number in range(3)]
    others = [statement(what, "/", what) for what in ("tapped", "opened")]
    items = [statement(f"filmed {link}", link, f"{link[-1]} at example") for link in links]
    assert addresses(*items) == links
    found = addresses(*items, *others)
    assert found[:3] == links
    assert [is_set_apart(url) for url in found] == [False] * 3 + [True] * 2


def test_items_at_the_page_that_most_share_are_told_apart():
    whats = ("tapped", "opened", "filmed", "followed")
    found = addresses(*(statement(what, "/news#top", what) for what in whats), an_item("/a"))
    assert len(set(found)) == 5
    assert [is_set_apart(url) for url in found] == [True] * 4 + [False]
    assert {url.partition("#")[0] for url in found[:4]} == {"https://example.com/news"}


def test_headlines_alone_at_a_front_page_are_told_apart():
    found = addresses(an_item("/", "Headline 1"), an_item("/", "Headline 2"))
    assert len(set(found)) == 2
    assert all(map(is_set_apart, found))


@pytest.mark.parametrize(
    ("items", "left"),
    [
        # A live blog: its page has them all.
        ([statement(what, "/live", what) for what in ("tapped", "opened")], 1),
        # One article, listed again and again.
        ([statement("tapped", "/a", f"{number}") for number in range(4)], 1),
        # Only the page can say more than these.
        ([an_item("/live", f"Headline {number}") for number in range(4)], 1),
        ([an_item("/", "Headline")], 1),
    ],
)
def test_other_items_that_share_an_address_are_one(items, left):
    others = [an_item(f"/{number}") for number in range(2)]
    found = addresses(*items, *others)
    assert len(found) == left + len(others)
    assert not any(map(is_set_apart, found))
