"""The sample newsroom over its real sockets: what it serves, breaks, counts and leaves behind."""

import http.client
import json
import re
import socket
import threading
import xml.etree.ElementTree as ET
from contextlib import closing
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import NamedTuple
from urllib.parse import urlsplit

import feedparser
import listparser
import pytest
import trafilatura
from protego import Protego

from demo.faults import ENDLESS_BYTES, FAULTS, SCRIPT, Fault
from demo.newsroom import CONTROL, Newsroom
from demo.outlets import outlets


class Answer(NamedTuple):
    status: int
    headers: http.client.HTTPMessage
    body: bytes


def ask(room: Newsroom, url: str, *, method: str = "GET", data: bytes = b"", **headers) -> Answer:
    parts = urlsplit(url)
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    sent = {"Host": parts.netloc} | {k.replace("_", "-"): v for k, v in headers.items()}
    with closing(http.client.HTTPConnection("127.0.0.1", room.port, timeout=10)) as line:
        line.request(method, target, body=data or None, headers=sent)
        response = line.getresponse()
        return Answer(response.status, response.headers, response.read())


def site(room: Newsroom, name: str, path: str) -> str:
    return f"http://{name}.localhost:{room.port}{path}"


def at(room: Newsroom, fault: Fault) -> str:
    return f"http://{fault.host}:{room.port}{fault.path}"


def links(document: bytes) -> list[str]:
    if document.startswith(b"{"):
        return [item["url"] for item in json.loads(document)["items"]]
    return [entry.link for entry in feedparser.parse(document).entries if "link" in entry]


@pytest.fixture(scope="module")
def healthy():
    with Newsroom(day=3, faults=False) as room:
        yield room


@pytest.fixture
def faulty():
    with Newsroom(day=1) as room:
        yield room


def test_every_feed_is_well_formed_and_lists_what_is_expected(healthy):
    seen: dict[str, set[str]] = {}
    for url in healthy.feeds:
        answer = ask(healthy, url)
        assert answer.status == 200
        assert not answer.body.startswith(b"<") or ET.fromstring(answer.body) is not None
        for link in links(answer.body):
            seen.setdefault(link.partition("?")[0], set()).add(url)
    assert seen == {truth.url: set(truth.feeds) for truth in healthy.expected()}


def test_feeds_list_the_newest_first(healthy):
    published = {truth.url: truth.published for truth in healthy.expected()}
    for url in healthy.feeds:
        dates = [published[link.partition("?")[0]] for link in links(ask(healthy, url).body)]
        assert dates == sorted(dates, reverse=True)


def test_feeds_date_their_items(healthy):
    published = {truth.url: truth.published for truth in healthy.expected()}
    for url in healthy.feeds:
        if url.endswith(".json"):
            items = json.loads(ask(healthy, url).body)["items"]
            dated = {i["id"]: datetime.fromisoformat(i["date_published"]) for i in items}
        else:
            entries = feedparser.parse(ask(healthy, url).body).entries
            stamps = {e.link: e.get("published_parsed") or e.updated_parsed for e in entries}
            dated = {
                link.partition("?")[0]: datetime(*stamp[:6], tzinfo=UTC)
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


def test_unpublished_articles_are_not_there_yet():
    with Newsroom(day=1, faults=False) as room:
        today = {truth.url for truth in room.expected()}
        later = [truth.url for truth in room.expected(3) if truth.url not in today]
        assert later
        assert {ask(room, url).status for url in later} == {404}


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


def test_robots_keeps_readers_out_of_the_members_pages(healthy):
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


def test_the_log_tells_who_asked_for_what(faulty):
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


def test_another_process_can_step_the_day_and_read_log_and_truth(faulty):
    control = f"http://{CONTROL}:{faulty.port}"
    assert ask(faulty, f"{control}/day").body == b"1\n"
    assert ask(faulty, f"{control}/day", method="POST", data=b"2").status == 200
    assert faulty.day == 2
    assert ask(faulty, f"{control}/day", method="POST", data=b"4").status == 400
    assert faulty.day == 2
    ask(faulty, site(faulty, "tidepool", "/"))
    (line,) = ask(faulty, f"{control}/log").body.splitlines()
    assert json.loads(line)["host"] == "tidepool.localhost"
    truths = ask(faulty, f"{control}/expected").body.splitlines()
    assert [json.loads(t)["url"] for t in truths] == [t.url for t in faulty.expected()]
    assert ask(faulty, f"{control}/feeds.opml").body.decode() == faulty.opml()
    assert ask(faulty, f"{control}/other").status == 404


def test_a_day_that_is_none_is_refused():
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


def test_stopping_leaves_no_thread_even_with_clients_on_the_line():
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


# The faults, one check a name.


def named(name: str) -> Fault:
    return next(fault for fault in FAULTS if fault.name == name)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_fault_lies_over_a_healthy_address(fault, healthy):
    moved = fault.name == "feed-moved"
    assert ask(healthy, at(healthy, fault)).status == (404 if moved else 200)
    assert fault.does
    assert fault.client
    if fault.about == "article":
        assert at(healthy, fault) in {truth.url for truth in healthy.expected()}


def test_one_fault_an_address():
    assert len({(fault.host, fault.path) for fault in FAULTS}) == len(FAULTS)


@pytest.mark.parametrize(
    ("name", "statuses"),
    [
        ("article-missing", [404, 404]),
        ("article-gone", [410, 410]),
        ("article-down-once", [503, 200, 200]),
        ("feed-gone", [410, 410]),
        ("feed-busy", [429, 200, 200]),
        ("feed-moved", [301, 301]),
    ],
)
def test_faults_of_status(faulty, name, statuses):
    assert [ask(faulty, at(faulty, named(name))).status for _ in statuses] == statuses


def test_the_busy_feed_says_how_long_to_wait_each_day(faulty):
    url = at(faulty, named("feed-busy"))
    assert ask(faulty, url).headers["Retry-After"] == "2"
    assert ask(faulty, url).status == 200
    faulty.day = 2
    assert ask(faulty, url).status == 429


def test_the_moved_feed_leads_to_where_it_is(faulty):
    answer = ask(faulty, at(faulty, named("feed-moved")))
    assert at(faulty, named("feed-moved")) in faulty.feeds
    assert links(ask(faulty, answer.headers["Location"]).body)


def test_the_consent_wall_has_nothing_of_the_article(faulty):
    fault = named("consent-wall")
    answer = ask(faulty, at(faulty, fault))
    (truth,) = [t for t in faulty.expected() if t.fault == fault.name]
    assert answer.status == 200
    assert "Before you continue" in answer.body.decode()
    assert truth.lost
    assert truth.title not in answer.body.decode()


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


def test_the_script_is_escaped_text_in_a_title(faulty):
    body = ask(faulty, at(faulty, named("feed-script-title"))).body
    titles = [node.text or "" for node in ET.fromstring(body).iter("title")]
    assert [t for t in titles if t.startswith("<script>alert(1)</script> Council website")]
    assert body.count(SCRIPT) == 1


def test_the_endless_article_goes_on_until_hung_up_on(faulty):
    faulty.day = 2
    fault = named("endless-article")
    with closing(http.client.HTTPConnection("127.0.0.1", faulty.port, timeout=10)) as line:
        line.request("GET", fault.path, headers={"Host": fault.host})
        response = line.getresponse()
        assert response.headers["Transfer-Encoding"] == "chunked"
        assert response.headers["Content-Length"] is None
        assert len(response.read(5_000_000)) == 5_000_000 < ENDLESS_BYTES
    assert ask(faulty, site(faulty, "harbourpost", "/")).status == 200


def test_the_slow_article_is_there_only_when_asked_for(faulty):
    fault = named("slow-article")
    assert fault not in faulty.active
    assert "Content-Length" in ask(faulty, at(faulty, fault)).headers
    faulty.active.add(fault)
    with closing(http.client.HTTPConnection("127.0.0.1", faulty.port, timeout=10)) as line:
        line.request("GET", fault.path, headers={"Host": fault.host})
        response = line.getresponse()
        assert response.headers["Transfer-Encoding"] == "chunked"


def test_what_a_fault_hides_is_told_as_lost_or_unlisted(faulty):
    truths = faulty.expected(3)
    assert {t.fault for t in truths if t.lost} == {
        fault.name for fault in FAULTS if fault.lost and fault.usual and fault.about == "article"
    }
    assert not [t.feeds for t in truths if "oldmill" in t.url and t.feeds]
