"""The list of feeds: how they are, and how it is changed."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest
from desk_sample import desk, page_text, words
from starlette.testclient import TestClient

from core.ledger import feeds, gaps
from core.records import Gap, Listed
from ingest.feeds.finder import Found, FoundFeed
from wirewatch.house import House


def test_unwell_feeds_come_first_with_the_worst_at_the_top(reader: TestClient) -> None:
    page = page_text(reader, "/feeds")
    assert page.index("answered 410 Gone") < page.index("nothing new for")
    assert "a bot check instead of the feed" in page


def test_found_feeds_of_a_site_can_be_told_apart(
    reader: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = {"title": "The Quay", "format": "Atom", "items": 3, "newest": None}
    one, other = "https://quay.example/atom", "https://quay.example/rss"
    feeds = (FoundFeed(url=one, **told), FoundFeed(url=other, same_as=one, **told))
    monkeypatch.setattr("desk.pages.feeds.feeds_at", lambda *_: Found(feeds))
    page = reader.post("/feeds/find", data={"address": "quay.example"}).text
    assert f"{other} · Atom · 3 items · same items as {one}" in words(page)
    assert re.findall(r'aria-label="Add ([^"]+)"', page) == [one, other]


def test_feeds_are_said_to_be_left_out_only_if_some_are(
    reader: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    unwell = reader.get("/feeds").text.partition("Healthy</h2>")[0].count("<tr data-item>")
    for most, said in ((unwell, False), (unwell - 1, True)):
        monkeypatch.setattr("desk.pages.feeds.MAX_ROWS", most)
        assert (f"Only {most} are shown" in words(reader.get("/feeds").text)) is said


def test_feeds_are_found_on_the_list_by_outlet_address_label_and_state(client: TestClient) -> None:
    url = next(one["url"] for one in client.get("/api/feeds").json() if one["state"] == "gone")
    client.post(
        "/feeds/edit", data={"url": url, "outlet": "The Lantern-Post", "labels": "Press/Local"}
    )
    for asked in ("the lantern-post", url, "press/LOCAL", "gone lantern-post local"):
        page = client.get("/feeds", params={"q": asked}).text
        assert page.count("<tr data-item>") == 1, asked
        assert f'aria-label="Edit {url}"' in page
        assert "1 feed of 33." in words(page)
    (action,) = re.findall(r'action="(/feeds/pause[^"]*)"', page)
    paused = client.post(unescape(action), data={"url": url, "why": "their relaunch"})
    page = client.get(paused.headers["location"]).text
    assert "Paused: no pass polls it" in page
    assert page.count("<tr data-item>") == 0, "it is paused now, not gone, but what was asked stays"
    assert 'value="gone lantern-post local"' in page
    page = client.get("/feeds?q=lantern-post+healthy").text
    assert "<tr data-item>" not in page
    assert "0 feeds of 33." in words(page)
    assert "No feeds yet" not in page


def test_thousands_of_feeds_are_counted_in_one_way(client: TestClient, house: House) -> None:
    more = [Listed(url=f"https://quay.example/{number}") for number in range(1_000)]
    with house.ledger.write() as tx:
        feeds.add_all(tx, more, house.now())
    page = page_text(client, "/feeds?q=quay.example/999")
    assert "1,033 feeds: " in page
    assert "1,000 new" in page
    assert "1 feed of 1,033. All" in page


def imported(client: TestClient, content: bytes, name: str = "mine.opml") -> str:
    return words(client.post("/feeds/import", files={"file": (name, content)}).text)


def test_a_list_that_is_exported_can_be_imported_elsewhere(
    client: TestClient, house: House, tmp_path: Path
) -> None:
    answer = client.get("/feeds.opml")
    assert 'filename="feeds.opml"' in answer.headers["content-disposition"]
    with house.ledger.read() as tx:
        before = {one.url: (one.outlet, one.labels) for one in feeds.listed(tx)}
    again = imported(client, answer.content)
    assert "0 feeds added, 33 already on the list" in again
    assert "The next pass polls" not in again
    assert "stays so" not in again
    with desk(tmp_path) as elsewhere:
        page = imported(elsewhere, answer.content)
        assert "33 feeds added, 0 already on the list" in page
        assert "The next pass polls what was added." in page
        after = elsewhere.get("/api/feeds").json()
    assert {one["url"]: (one["outlet"], tuple(one["labels"])) for one in after} == before


def test_import_says_how_many_of_its_feeds_are_paused_here_and_stay_so(
    client: TestClient, house: House
) -> None:
    content = client.get("/feeds.opml").content
    with house.ledger.read() as tx:
        several = [one.url for one in feeds.listed(tx)]
    for number, said in [
        (1, "1 of them is paused and stays so: the list below says why."),
        (2, "2 of them are paused and stay so: the list below says why."),
    ]:
        client.post("/feeds/pause", data={"url": several[number], "why": "test items"})
        assert f"33 already on the list, as they were. {said}" in imported(client, content)
    assert client.get("/api/feeds").text.count('"paused_why":"test items"') == 2


def test_what_an_imported_list_has_besides_feeds_is_named(client: TestClient) -> None:
    listed = b"https://quay.example/feed\nhttps:///<b>\nhttps://quay.example/" + b"x" * 2_100
    page = imported(client, listed, "mine.txt")
    assert "1 feed added" in page
    assert "1 feed left out (address longer than 2,000 bytes): https://quay.example/xxx" in page
    assert "1 feed left out (not a web address): https:///<b>" in page


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"<html><body>No feeds.</body></html>", "mine.opml: no feeds in it; expected an OPML"),
        (b"", "mine.opml: no feeds in it"),
        (b"quay.example", "mine.opml: line 1 is 'quay.example'; expected an address"),
        (b"\n" * 101, "The file is larger than 0 MB"),
    ],
)
def test_a_file_that_is_no_list_is_refused(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, content: bytes, why: str
) -> None:
    monkeypatch.setattr("desk.pages.feeds.MAX_LIST", 100)
    assert why in imported(client, content)
    assert "33 feeds: " in page_text(client, "/feeds")


def test_empty_feed_list_says_so(tmp_path: Path) -> None:
    with desk(tmp_path) as client:
        page = page_text(client, "/feeds")
    assert "0 feeds." in page
    assert "No feeds yet." in page


def test_feed_that_was_never_polled_does_not_count_as_healthy(
    client: TestClient, house: House
) -> None:
    assert "Not polled yet</h2>" not in client.get("/feeds").text
    with house.ledger.write() as tx:
        feeds.add_all(tx, [Listed(url="https://example.org/new")], house.now())
    page = client.get("/feeds").text
    unpolled = page.partition("Not polled yet</h2>")[2].partition("Healthy</h2>")[0]
    assert unpolled.count("<tr data-item>") == 1


def test_feed_can_be_removed_and_added_again(client: TestClient, house: House) -> None:
    url = client.get("/api/feeds").json()[0]["url"]
    assert client.post("/feeds/remove", data={"url": url}).status_code == 303
    assert url not in {one["url"] for one in client.get("/api/feeds").json()}
    assert client.post("/feeds/remove", data={"url": url}).status_code == 404
    added = client.post("/feeds/add", data={"url": url, "outlet": " Our\n desk"})
    assert added.headers["location"] == "/feeds?done=added"
    listed = client.get("/api/feeds").json()
    assert [one["outlet"] for one in listed if one["url"] == url] == ["Our desk"], "on one line"
    states = [one["state"] for one in listed]
    assert f"{len(states) - states.count('new')} unwell feeds" in words(client.get("/feeds").text)
    again = client.post("/feeds/add", data={"url": url})
    assert again.headers["location"] == "/feeds?done=known"
    assert client.post("/feeds/add", data={"url": "file:///etc/passwd"}).status_code == 422


def test_a_feed_is_added_with_the_outlet_and_label_that_were_chosen(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = client.get("/api/feeds").json()[0]["url"]
    client.post("/feeds/edit", data={"url": known, "outlet": "Ours", "labels": "Press/Local"})
    url = "https://quay.example/a?b=1&c=2"
    found = Found((FoundFeed(url=url, title="Quay", format="Atom", items=3, newest=None),))
    monkeypatch.setattr("desk.pages.feeds.feeds_at", lambda *_: found)
    page = client.post("/feeds/find", data={"address": "quay.example"}).text
    assert '<option value="Press"><option value="Press/Local">' in page
    assert 'name="outlet" value="Quay"' in page
    sent = {"url": url, "outlet": " The  Quay", "labels": "Press / Harbour"}
    done = client.post("/feeds/add", data=sent).headers["location"]
    told = next(one for one in client.get("/api/feeds").json() if one["url"] == url)
    assert (told["outlet"], told["labels"]) == ("The Quay", ["Press/Harbour"])
    page = unescape(client.get(done).text)
    assert "“History” beside it says how" in page
    assert "Once a pass has polled it, this reads what it listed before" in page
    assert f"<code>wirewatch feeds history '{url}' --since now-90d</code>" in page


def test_a_feeds_outlet_and_labels_can_be_edited(client: TestClient) -> None:
    url = client.get("/api/feeds").json()[0]["url"]
    given = {"url": url, "outlet": " The  <Ledger> ", "labels": "Local  press\r\n\r\n A / B\nA/B"}
    edited = client.post("/feeds/edit", data=given)
    assert "Saved." in client.get(edited.headers["location"]).text
    told = next(one for one in client.get("/api/feeds").json() if one["url"] == url)
    assert told["outlet"] == "The <Ledger>"
    assert told["labels"] == ["Local press", "A/B"]
    missing = client.post("/feeds/edit", data={"url": "https://none.example", "outlet": "x"})
    assert missing.status_code == 404


def test_what_may_be_missing_of_feeds_is_shown(
    client: TestClient, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "May be missing" not in client.get("/feeds").text
    with house.ledger.write() as tx:
        feed, *_ = feeds.listed(tx)
        until = house.now() - timedelta(days=3)
        gaps.add(tx, feed, Gap(since=until - timedelta(hours=60), until=until, missed=14), until)
    page = client.get("/feeds").text
    assert "May be missing" in page
    assert "about 14 entries of" in page
    assert "are shown" not in page
    monkeypatch.setattr("desk.pages.feeds.MAX_ROWS", 0)
    assert "<code>wirewatch feeds gaps</code> shows all" in client.get("/feeds").text


def test_feed_can_be_paused_with_a_reason_and_resumed(client: TestClient) -> None:
    gone = next(one for one in client.get("/api/feeds").json() if one["state"] == "gone")
    url, unwell = gone["url"], re.compile(r"(\d+) unwell feeds?")
    before = unwell.search(words(page_text(client, "/feeds")))
    paused = client.post("/feeds/pause", data={"url": url, "why": " their  <i>relaunch "})
    assert paused.headers["location"] == "/feeds?done=paused"
    page = client.get("/feeds?done=paused").text
    assert "no pass polls it until it is resumed" in page
    assert "their &lt;i&gt;relaunch" in page
    assert f'aria-label="Resume {url}"' in page
    after = unwell.search(words(page))
    assert before is not None
    assert after is not None
    assert int(after[1]) == int(before[1]) - 1
    told = next(one for one in client.get("/api/feeds").json() if one["url"] == url)
    assert (told["state"], told["paused_why"]) == ("gone", "their <i>relaunch")
    again = client.post("/feeds/add", data={"url": url})
    assert again.headers["location"] == "/feeds?done=paused-before"
    for done in ("resumed", "not-paused"):
        answer = client.post("/feeds/resume", data={"url": url})
        assert answer.headers["location"] == f"/feeds?done={done}"
    assert client.post("/feeds/pause", data={"url": url, "why": " "}).status_code == 422
    for address in ("/feeds/pause", "/feeds/resume"):
        sent = {"url": "https://none.example", "why": "x"}
        assert client.post(address, data=sent).status_code == 404
        evil = client.post(address, data=sent, headers={"Origin": "https://evil.example"})
        assert evil.status_code == 403
