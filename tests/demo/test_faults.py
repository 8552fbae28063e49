"""The faults of the sample newsroom, over its real sockets: one check for each fault."""

import http.client
import re
import xml.etree.ElementTree as ET
from contextlib import closing
from urllib.parse import urljoin

import feedparser
import pytest
import trafilatura
from newsroom_client import ask, at, heading, links, named, site

from demo.faults import FAULTS
from demo.spoils import BOLDS, ENDLESS_BYTES, SCRIPT
from ingest.extraction.kinds import PageKind


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_fault_replaces_a_healthy_address(fault, healthy):
    moved = fault.name == "feed-moved"
    assert ask(healthy, at(healthy, fault)).status == (404 if moved else 200)
    assert fault.does
    assert fault.client
    if fault.about == "article":
        assert at(healthy, fault) in {truth.url for truth in healthy.expected()}


def test_each_address_has_at_most_one_fault():
    assert len({(fault.host, fault.path) for fault in FAULTS}) == len(FAULTS)


@pytest.mark.parametrize(
    ("name", "statuses"),
    [
        ("article-missing", [404, 404]),
        ("article-gone", [410, 410]),
        ("article-down-once", [503, 200, 200]),
        ("article-busy", [429, 200, 200]),
        ("bot-challenge", [200, 200]),
        ("bot-challenge-403", [403, 403]),
        ("soft-404", [200, 200]),
        ("soft-404-front", [302, 302]),
        ("feed-not-a-feed", [200, 200]),
        ("feed-blocked", [403, 403]),
        ("feed-empty", [200, 200]),
        ("feed-gone", [410, 410]),
        ("feed-busy", [429, 200, 200]),
        ("feed-moved", [301, 301]),
    ],
)
def test_status_faults_answer_with_their_status(faulty, name, statuses):
    assert [ask(faulty, at(faulty, named(name))).status for _ in statuses] == statuses


def test_the_busy_feed_says_how_long_to_wait_each_day(faulty):
    url = at(faulty, named("feed-busy"))
    assert ask(faulty, url).headers["Retry-After"] == "2"
    assert ask(faulty, url).status == 200
    faulty.day = 2
    assert ask(faulty, url).status == 429


def test_moved_feed_redirects_to_its_new_address(faulty):
    answer = ask(faulty, at(faulty, named("feed-moved")))
    assert at(faulty, named("feed-moved")) in faulty.feeds
    assert links(ask(faulty, answer.headers["Location"]).body)


def test_consent_wall_shows_nothing_of_the_article(faulty):
    fault = named("consent-wall")
    answer = ask(faulty, at(faulty, fault))
    (truth,) = [t for t in faulty.expected() if t.fault == fault.name]
    assert answer.status == 200
    assert "Before you continue" in answer.body.decode()
    assert truth.lost
    assert truth.title not in answer.body.decode()


STANDS_IN = [fault for fault in FAULTS if fault.page and not fault.shows]


@pytest.mark.parametrize("fault", STANDS_IN, ids=lambda fault: fault.name)
def test_page_in_an_articles_place_shows_nothing_of_it(fault, faulty):
    (truth,) = [t for t in faulty.expected() if t.fault == fault.name]
    assert truth.lost
    assert truth.page is fault.page
    answer = ask(faulty, at(faulty, fault))
    page = ask(faulty, urljoin(truth.url, answer.headers.get("Location", ""))).body.decode()
    if fault.page is not PageKind.VIDEO:
        assert heading(truth.title) not in page
    assert not [line for line in truth.text.split("\n") if line in page]


def test_teaser_shows_and_expects_only_the_beginning(faulty):
    fault = named("paywall-teaser")
    (truth,) = [t for t in faulty.expected() if t.fault == fault.name]
    page = ask(faulty, at(faulty, fault)).body.decode()
    assert trafilatura.extract(page, include_comments=False, fast=True) == truth.text
    assert len(truth.text.split("\n")) == fault.shows
    assert "Subscribe to continue reading" in page
    assert (truth.lost, truth.page) == (False, PageKind.TEASER)


def test_broken_empty_and_blocked_feeds_list_nothing(faulty):
    page = ask(faulty, at(faulty, named("feed-not-a-feed")))
    assert page.headers["Content-Type"].startswith("text/html")
    assert not feedparser.parse(page.body).entries
    assert b"challenge" in ask(faulty, at(faulty, named("feed-blocked"))).body
    empty = feedparser.parse(ask(faulty, at(faulty, named("feed-empty"))).body)
    assert (empty.version, empty.entries, empty.bozo) == ("rss20", [], False)
    hidden = {at(faulty, fault) for fault in FAULTS if fault.lost and fault.about == "feed"}
    assert not [t for t in faulty.expected(3) if set(t.feeds) & hidden]


def test_frozen_feed_always_answers_304_to_its_etag(faulty):
    fault = named("feed-frozen")
    assert fault not in faulty.active
    faulty.active.add(fault)
    first = ask(faulty, at(faulty, fault))
    faulty.day = 2
    assert ask(faulty, at(faulty, fault), If_None_Match=first.headers["ETag"]).status == 304
    assert len(links(ask(faulty, at(faulty, fault)).body)) > len(links(first.body))


def test_the_broken_feed_still_gives_its_whole_items(faulty):
    url = at(faulty, named("feed-broken"))
    body = ask(faulty, url).body
    with pytest.raises(ET.ParseError):
        ET.fromstring(body)
    assert re.search(rb" & ", body)
    whole = set(links(body))
    assert len(whole) >= 2
    assert whole == {truth.url for truth in faulty.expected() if url in truth.feeds}
    assert [t for t in faulty.expected() if "saltmarsh" in t.url and not t.feeds]


@pytest.mark.parametrize("name", ["feed-charset", "article-charset"])
def test_mislabelled_bytes_are_windows_1252(faulty, name):
    faulty.day = 2
    answer = ask(faulty, at(faulty, named(name)))
    with pytest.raises(UnicodeDecodeError):
        answer.body.decode("utf-8")
    assert "l\N{RIGHT SINGLE QUOTATION MARK}" in answer.body.decode("windows-1252")
    assert "charset" not in answer.headers["Content-Type"]
    claims = answer.body.decode("windows-1252")
    assert ('encoding="utf-8"' in claims) == (name == "feed-charset")
    assert "charset" not in claims


def test_script_in_a_title_is_escaped_text(faulty):
    body = ask(faulty, at(faulty, named("feed-script-title"))).body
    titles = [node.text or "" for node in ET.fromstring(body).iter("title")]
    assert [t for t in titles if t.startswith("<script>alert(1)</script> Council website")]
    assert body.count(SCRIPT) == 1


def test_endless_article_is_sent_until_the_client_hangs_up(faulty):
    faulty.day = 2
    fault = named("endless-article")
    with closing(http.client.HTTPConnection("127.0.0.1", faulty.port, timeout=10)) as line:
        line.request("GET", fault.path, headers={"Host": fault.host})
        response = line.getresponse()
        assert response.headers["Transfer-Encoding"] == "chunked"
        assert response.headers["Content-Length"] is None
        assert len(response.read(5_000_000)) == 5_000_000 < ENDLESS_BYTES
    assert ask(faulty, site(faulty, "harbourpost", "/")).status == 200


def test_laborious_article_is_served_only_if_switched_on(faulty):
    fault = named("article-laborious")
    assert fault not in faulty.active
    faulty.active.add(fault)
    body = ask(faulty, at(faulty, fault)).body
    assert body.count(b"<b>") == BOLDS
    assert 100_000 < len(body) < 1_000_000


def test_slow_article_is_served_only_if_switched_on(faulty):
    fault = named("slow-article")
    assert fault not in faulty.active
    assert "Content-Length" in ask(faulty, at(faulty, fault)).headers
    faulty.active.add(fault)
    with closing(http.client.HTTPConnection("127.0.0.1", faulty.port, timeout=10)) as line:
        line.request("GET", fault.path, headers={"Host": fault.host})
        response = line.getresponse()
        assert response.headers["Transfer-Encoding"] == "chunked"


def test_articles_hidden_by_a_fault_are_expected_as_lost_or_unlisted(faulty):
    truths = faulty.expected(3)
    assert {t.fault for t in truths if t.lost} == {
        fault.name for fault in FAULTS if fault.lost and fault.usual and fault.about == "article"
    }
    assert all(t.page == "" for t in truths if t.fault in ("article-missing", "article-gone"))
    assert not [t.feeds for t in truths if "oldmill" in t.url and t.feeds]
