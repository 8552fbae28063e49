"""The sample newsroom over its real sockets: what it serves, counts and leaves behind."""

import http.client
import json
import socket
import threading
import xml.etree.ElementTree as ET
from calendar import timegm
from contextlib import closing
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urljoin

import feedparser
import listparser
import pytest
import trafilatura
from newsroom_client import ask, by_link, heading, links, named, site
from protego import Protego

from demo.newsroom import Newsroom
from demo.outlets import FIRST_DAY, outlets
from ingest.extraction.kinds import PageKind
from ingest.extraction.pdf import PdfText, pdf_text


def test_every_feed_is_well_formed_and_lists_what_is_expected(healthy):
    seen: dict[str, set[str]] = {}
    for url in healthy.feeds:
        answer = ask(healthy, url)
        assert answer.status == 200
        assert not answer.body.startswith(b"<") or ET.fromstring(answer.body) is not None
        for link in links(answer.body):
            seen.setdefault(link.partition("?")[0], set()).add(url)
    listing: dict[str, set[str]] = {}
    for truth in healthy.expected():
        for link in truth.links:
            listing.setdefault(link, set()).update(truth.feeds)
    assert seen.keys() == listing.keys()
    assert all(feeds <= listing[link] for link, feeds in seen.items())
    for truth in healthy.expected():
        assert set().union(*(seen[link] for link in truth.links)) == set(truth.feeds)


def test_feeds_list_the_newest_first(healthy):
    published = by_link(healthy)
    for url in healthy.feeds:
        dates = [published[link.partition("?")[0]] for link in links(ask(healthy, url).body)]
        assert dates == sorted(dates, reverse=True)


def test_feeds_date_their_items(healthy):
    published = by_link(healthy)
    for url in healthy.feeds:
        if url.endswith(".json"):
            items = json.loads(ask(healthy, url).body)["items"]
            dated = {i["id"]: datetime.fromisoformat(i["date_published"]) for i in items}
        else:
            entries = feedparser.parse(ask(healthy, url).body).entries
            stamps = {e.link: e.get("published_parsed") or e.updated_parsed for e in entries}
            dated = {
                link.partition("?")[0]: datetime.fromtimestamp(timegm(stamp), UTC)
                for link, stamp in stamps.items()
            }
        assert dated == {link: published[link] for link in dated}


def test_one_article_is_in_two_feeds_and_tracked_in_one(healthy):
    politics = links(ask(healthy, site(healthy, "harbourpost", "/feeds/politics.rss")).body)
    everything = links(ask(healthy, site(healthy, "harbourpost", "/feeds/all.rss")).body)
    assert all("utm_source=" in link for link in politics)
    assert {link.partition("?")[0] for link in politics} < set(everything)
    assert ask(healthy, politics[0]).body == ask(healthy, politics[0].partition("?")[0]).body


def test_every_page_is_served_with_its_text(healthy):
    for truth in healthy.expected():
        if truth.page == "PDF":
            continue
        page = ask(healthy, truth.url).body.decode()
        assert trafilatura.extract(page, include_comments=False) == truth.text
        assert f'lang="{truth.language}"' in page


@pytest.mark.parametrize("path", ["/feeds/all.rss", "/2026/09/16/rowing-eights-gold", "/"])
def test_validators_are_honoured(healthy, path):
    url = site(healthy, "harbourpost", path)
    first = ask(healthy, url)
    again = ask(healthy, url, If_None_Match=first.headers["ETag"])
    assert (again.status, again.body, again.headers["ETag"]) == (304, b"", first.headers["ETag"])
    assert ask(healthy, url, If_None_Match='"other"').status == 200
    modified = first.headers["Last-Modified"]
    if path == "/":
        assert modified is None
        return
    assert ask(healthy, url, If_Modified_Since=modified).status == 304
    assert ask(healthy, url, If_Modified_Since="Mon, 14 Sep 2026 00:00:00 GMT").status == 200
    assert ask(healthy, url, If_Modified_Since="yesterday").status == 200
    # An ETag that does not match outweighs a date that does (RFC 9110, 13.2.2).
    assert ask(healthy, url, If_None_Match='"x"', If_Modified_Since=modified).status == 200


def test_a_new_day_changes_feeds_and_validators_but_not_old_pages():
    with Newsroom(day=1, faults=False) as room:
        feed, page = site(room, "tidepool", "/index.rdf"), room.expected()[0].url
        feed_before, page_before = ask(room, feed), ask(room, page)
        room.day = 2
        after = ask(room, feed, If_None_Match=feed_before.headers["ETag"])
        assert after.status == 200
        assert len(links(after.body)) > len(links(feed_before.body))
        earlier, later = (
            parsedate_to_datetime(answer.headers["Last-Modified"])
            for answer in (feed_before, after)
        )
        assert earlier < later
        assert ask(room, page, If_None_Match=page_before.headers["ETag"]).status == 304


def test_changing_the_first_day_changes_only_the_dates():
    later = timedelta(days=72)
    as_written = Newsroom(day=2).expected()
    with Newsroom(day=2, first_day=FIRST_DAY + later) as room:
        moved = room.expected()
        assert [one.published - later for one in moved] == [one.published for one in as_written]
        for told in ("title", "text", "edited", "fault", "page"):
            assert [getattr(one, told) for one in moved] == [
                getattr(one, told) for one in as_written
            ]
        (gone,) = (one for one in moved if one.fault == "article-gone")
        assert "/2026/11/25/" in gone.url
        assert ask(room, gone.url).status == 410


def test_unpublished_articles_are_not_there_yet():
    with Newsroom(day=1, faults=False) as room:
        today = {truth.url for truth in room.expected()}
        later = [truth.url for truth in room.expected(3) if truth.url not in today]
        assert later
        assert {ask(room, url).status for url in later} == {404}


def test_a_live_blog_grows_in_page_and_feed_under_one_title():
    with Newsroom(day=1, faults=False) as room:
        seen = []
        for day in (1, 2, 3):
            room.day = day
            (truth,) = [t for t in room.expected() if t.page is PageKind.LIVE_BLOG]
            page = ask(room, truth.url).body.decode()
            assert trafilatura.extract(page, include_comments=False) == truth.text
            assert ("coverageEndTime" in page) == (day == 3)
            (entry,) = feedparser.parse(ask(room, truth.feeds[0]).body).entries
            seen.append((truth.title, truth.text, entry.summary))
        assert len({title for title, _, _ in seen}) == 1
        assert len({text for _, text, _ in seen}) == len({said for _, _, said in seen}) == 3


def test_pdf_is_served_as_a_pdf(healthy):
    (truth,) = [t for t in healthy.expected() if t.page == "PDF"]
    answer = ask(healthy, truth.url)
    assert answer.headers["Content-Type"] == "application/pdf"
    found = pdf_text(answer.body)
    assert isinstance(found, PdfText)
    assert found.text == truth.text


def test_mobile_and_amp_pages_name_the_plain_page_as_canonical(healthy):
    truths = [t for t in healthy.expected() if "pocketpaper" in t.url]
    mobile, amp = sorted(truths, key=lambda truth: len(truth.links), reverse=True)
    assert mobile.links == (mobile.url, mobile.url.replace("//", "//m."))
    assert len(mobile.feeds) == 2
    assert amp.links == (f"{amp.url}/amp",)
    for truth in truths:
        for link in truth.links:
            page = ask(healthy, link).body.decode()
            assert f'<link rel="canonical" href="{truth.url}">' in page
            assert ("<html amp" in page) == link.endswith("/amp")


def test_tracking_link_redirects_twice_to_the_article(healthy):
    truth = next(t for t in healthy.expected() if "echoisland" in t.url)
    (link,) = truth.links
    assert "//feedbounce.localhost:" in link
    statuses = []
    while True:
        answer = ask(healthy, link)
        statuses.append(answer.status)
        if "Location" not in answer.headers:
            break
        link = urljoin(link, answer.headers["Location"])
    assert statuses == [301, 302, 200]
    assert link.partition("?")[0] == truth.url
    assert "utm_source=" in link
    assert heading(truth.title) in answer.body.decode()
    for path in ("/~r/nobody/x", "/~x/echoisland/x", "/"):
        assert ask(healthy, site(healthy, "feedbounce", path)).status == 404


def test_article_answers_304_to_its_feeds_date(healthy):
    # A trap for clients that send a feed's validators to the feed's articles.
    feed = site(healthy, "echoisland", "/feed.xml")
    date = ask(healthy, feed).headers["Last-Modified"]
    for truth in healthy.expected():
        if "echoisland" in truth.url:
            assert ask(healthy, truth.url).status == 200
            assert ask(healthy, truth.url, If_Modified_Since=date).status == 304


def test_pages_marked_as_not_free_may_be_complete(healthy):
    for truth in healthy.expected():
        if "gategazette" in truth.url:
            assert '"isAccessibleForFree": false' in ask(healthy, truth.url).body.decode()
            assert truth.page is PageKind.ARTICLE


def test_sites_state_their_crawl_delay_and_polling_hours(healthy):
    robots = Protego.parse(ask(healthy, site(healthy, "gategazette", "/robots.txt")).body.decode())
    assert robots.crawl_delay("wirewatch") == 1
    feed = feedparser.parse(ask(healthy, site(healthy, "statutebook", "/papers.rss")).body).feed
    assert feed.ttl == "60"
    body = ask(healthy, site(healthy, "statutebook", "/papers.rss")).body
    assert [hour.text for hour in ET.fromstring(body).iter("hour")] == ["0", "1", "2", "3"]


def test_an_edit_shows_in_page_and_feed():
    with Newsroom(day=1, faults=False) as room:
        feed = site(room, "civiclantern", "/feed/atom/")
        (truth,) = [t for t in room.expected(2) if t.edited]
        page_before, feed_before = ask(room, truth.url), ask(room, feed).body.decode()
        room.day = 2
        page_after = ask(room, truth.url, If_None_Match=page_before.headers["ETag"])
        assert page_after.status == 200
        assert "14,000 phones" in page_after.body.decode()
        assert "140,000 phones" in feed_before
        assert "14,000 phones" in ask(room, feed).body.decode()


def test_front_pages_point_to_their_feeds(healthy):
    for outlet in outlets():
        page = ask(healthy, site(healthy, outlet.name, "/")).body.decode()
        assert all(f'href="{feed.path}"' in page for feed in outlet.feeds)


def test_robots_txt_disallows_members_pages(healthy):
    robots = ask(healthy, site(healthy, "uplandherald", "/robots.txt")).body.decode()
    rules = Protego.parse(robots)
    barred = [truth for truth in healthy.expected() if not truth.allowed]
    assert len(barred) == 1
    assert barred[0].feeds
    for truth in healthy.expected():
        if "uplandherald" in truth.url:
            assert rules.can_fetch(truth.url, "wirewatch") == truth.allowed


def test_opml_lists_the_feeds_by_language(faulty):
    parsed = listparser.parse(faulty.opml())
    assert sorted(feed.url for feed in parsed.feeds) == sorted(faulty.feeds)
    assert ["it"] in [feed.tags for feed in parsed.feeds]


def test_log_records_each_request_and_its_headers(faulty):
    url = site(faulty, "tidepool", "/index.rdf?x=1")
    ask(faulty, url, User_Agent="reader/1", If_None_Match='"a"', If_Modified_Since="never")
    (request,) = faulty.log
    assert (request.method, request.host, request.path, request.status) == (
        "GET",
        "tidepool.localhost",
        "/index.rdf?x=1",
        200,
    )
    assert (request.user_agent, request.if_none_match) == ("reader/1", '"a"')
    assert request.if_modified_since == "never"


def test_day_out_of_range_is_refused():
    with pytest.raises(ValueError, match="days 1 to 3"):
        Newsroom(day=4)


def test_connections_are_kept_open(healthy):
    with closing(http.client.HTTPConnection("127.0.0.1", healthy.port, timeout=10)) as line:
        for path in ("/", "/robots.txt", "/nothing", "/feeds/all.rss"):
            line.request("GET", path, headers={"Host": "harbourpost.localhost"})
            line.getresponse().read()
            own = line.sock
            assert own is not None
        line.request("HEAD", "/feeds/all.rss", headers={"Host": "harbourpost.localhost"})
        head = line.getresponse()
        assert int(head.headers["Content-Length"]) > 0
        assert head.read() == b""
        assert line.sock is own


def test_stopping_leaves_no_thread_even_with_connected_clients():
    before = set(threading.enumerate())
    room = Newsroom(day=2).start()
    idle = socket.create_connection(("127.0.0.1", room.port))
    pouring = socket.create_connection(("127.0.0.1", room.port))
    fault = named("endless-article")
    pouring.sendall(f"GET {fault.path} HTTP/1.1\r\nHost: {fault.host}\r\n\r\n".encode())
    assert pouring.recv(1000).startswith(b"HTTP/1.1 200")
    room.stop()
    room.stop()
    assert set(threading.enumerate()) <= before
    idle.close()
    pouring.close()
