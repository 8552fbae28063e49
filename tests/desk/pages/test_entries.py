"""The entries with how they ended, and articles that a person adds."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from desk_sample import page_text, words
from sqlalchemy import update
from starlette.testclient import TestClient

from core.ledger import entries, tables
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


def test_entries_of_a_period_are_accounted_for_and_listed(client: TestClient, house: House) -> None:
    with house.ledger.write() as tx:
        (rejected,) = entries.latest(tx, state=State.REJECTED, limit=1)
        for table, moment in (
            (tables.entries, tables.entries.c.first_seen),
            (tables.seen, tables.seen.c.at),
        ):
            last_of_may = datetime(2026, 5, 31, 23, 59, tzinfo=UTC)
            tx.execute(update(table).values({moment: last_of_may}))
    in_june = "from=2026-06-01&to=2026-06-30"
    assert "(UTC): 0 seen =" in page_text(client, f"/entries?{in_june}")
    assert "No such entries." in page_text(client, f"/entries?{in_june}")
    in_may = "from=2026-05-01&to=2026-05-31"
    page = client.get(f"/entries?{in_may}").text
    said = "Entries first seen from 2026-05-01 to 2026-05-31 (UTC):"
    assert said in words(page)
    assert 'name="to" value="2026-05-31"' in page
    assert f'"/entries?state=rejected&amp;{in_may.replace("&", "&amp;")}"' in page
    assert f'href="?{in_may.replace("&", "&amp;")}&amp;page=2"' in page
    everything = page_text(client, "/entries?from=&to=")
    assert "first seen from" not in everything
    assert everything == page_text(client, "/entries")

    replayed = {"state": "rejected", "from": "2026-06-01", "to": ""}
    assert client.post("/entries/replay", data=replayed).headers["location"] == "/entries?done=0"
    replayed |= {"from": "2026-05-31", "to": "2026-05-31"}
    assert client.post("/entries/replay", data=replayed).headers["location"] == "/entries?done=1"
    with house.ledger.read() as tx:
        assert entries.get(tx, [rejected.id])[rejected.id].state is State.FOUND


def test_days_that_are_no_period_are_refused_at_their_form(reader: TestClient) -> None:
    """A period upside down had no entries, and what was no day gave another page."""
    for first, told in (
        ("2026-07-02", "The first day, 2026-07-02, is later than the last one, 2026-07-01."),
        ("odd", "from: expected a day such as 2026-03-01"),
    ):
        answer = reader.get(f"/entries?state=rejected&from={first}&to=2026-07-01")
        assert answer.status_code == 422
        assert f'role="alert">{told}</p>' in answer.text
        for kept in (f'name="from" value="{first}"', 'name="to" value="2026-07-01"'):
            assert kept in answer.text
        assert "0 seen" not in answer.text
        assert "No such entries" not in answer.text
        replayed = {"state": "rejected", "from": first, "to": "2026-07-01"}
        refused = reader.post("/entries/replay", data=replayed)
        assert (refused.status_code, told in refused.text) == (422, True)


def test_an_article_that_no_feed_lists_can_be_added(client: TestClient, house: House) -> None:
    for _ in range(2):
        added = client.post("/entries/add", data={"address": "tip.example/1"})
        page = client.get(added.headers["location"])
        assert "Found. A pass has yet to fetch its page." in page.text
        assert "found: added by a person" in words(page.text)
    with house.ledger.read() as tx:
        (entry,) = entries.listed(tx, state=State.FOUND)
    assert entry.url == "https://tip.example/1"
    back = client.post("/entries/add", data={"address": "nonsense"})
    assert (back.status_code, back.headers["location"]) == (303, "/entries?address=nonsense")
    refused = client.get(back.headers["location"])
    assert refused.status_code == 422
    assert "expected one such as https://www.example.org/2026/cameras" in words(refused.text)
    assert 'name="address" value="nonsense"' in refused.text, "what was typed can be mended"
    assert 'href="?address=nonsense&amp;page=2"' in refused.text, "of the list, not of the form"
    back = client.post("/entries/add", data={"address": "ftp://a.example/1"})
    refused = client.get(back.headers["location"])
    assert refused.status_code == 422
    assert "This is not a web address, or it is too long" in words(refused.text)


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
