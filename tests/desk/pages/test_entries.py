"""The entries with how they ended, and articles that a person adds."""

from __future__ import annotations

import re

from desk_sample import page_text, words
from starlette.testclient import TestClient

from core.ledger import entries
from core.records import State
from wirewatch.house import House


def test_accounting_adds_up_and_links_to_the_entries(reader: TestClient) -> None:
    page = page_text(reader, "/entries")
    seen, *ends = map(int, re.findall(r"(\d+) (?:seen|indexed|duplicate|rejected|quar)", page)[:5])
    assert seen == sum(ends) > 80
    assert "answered 410: withdrawn" in page_text(
        reader, "/entries?state=rejected&reason=withdrawn"
    )
    assert "indexed ·" not in page


def test_an_article_that_no_feed_lists_can_be_added(client: TestClient, house: House) -> None:
    for _ in range(2):
        added = client.post("/entries/add", data={"address": "tip.example/1"})
        page = client.get(added.headers["location"])
        assert "Found. A pass has yet to fetch its page." in page.text
        assert "found: added by a person" in words(page.text)
    with house.ledger.read() as tx:
        (entry,) = entries.listed(tx, state=State.FOUND)
    assert entry.url == "https://tip.example/1"
    refused = client.post("/entries/add", data={"address": "nonsense"})
    assert refused.status_code == 422
    assert "expected one such as https://www.example.org/2026/cameras" in words(refused.text)
    assert 'name="address" value="nonsense"' in refused.text, "what was typed can be mended"


def test_an_article_is_found_by_its_address_and_not_added_by_looking(
    client: TestClient, house: House
) -> None:
    with house.ledger.read() as tx:
        (rejected,) = entries.latest(tx, state=State.REJECTED, limit=1)
        before = entries.count(tx)
    asked = client.get("/entries", params={"address": f" {rejected.url}#top"})
    assert asked.headers["location"] == f"/articles/{rejected.id}"
    assert rejected.url.startswith("http://")
    without_scheme = {"address": rejected.url.removeprefix("http://")}
    assert client.get("/entries", params=without_scheme).headers["location"] == (
        f"/articles/{rejected.id}"
    )
    unknown = client.get("/entries", params={"address": "tip.example/1"}).text
    assert "No feed has listed https://tip.example/1. You can add it" in unknown
    assert 'name="address" value="https://tip.example/1"' in unknown
    with house.ledger.read() as tx:
        assert entries.count(tx) == before
    assert client.get("/entries?address=nonsense").status_code == 422


def test_entries_can_be_replayed(client: TestClient, house: House) -> None:
    assert 'data-ask="Fetch 1 entry again?"' in client.get("/entries?state=rejected").text
    answer = client.post("/entries/replay", data={"state": "rejected", "reason": "withdrawn"})
    assert answer.headers["location"] == "/entries?done=1"
    with house.ledger.read() as tx:
        assert len(list(entries.listed(tx, state=State.FOUND))) == 1
