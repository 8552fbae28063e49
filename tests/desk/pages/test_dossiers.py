"""Dossiers at the desk: filled from a story's page, put in order, noted, renamed, removed."""

from __future__ import annotations

import re
from html import unescape

import pytest
from desk_sample import page_text, words
from sqlalchemy import update
from starlette.testclient import TestClient

from core.index import IndexUnavailableError
from core.ledger import dossiers, stories, tables
from core.query import parse
from core.records import SURVEILLANCE, Story
from desk.office import PAGE
from wirewatch.dossiers import MAX_NAME, MAX_NOTE, add
from wirewatch.house import House

HOSTILE = "</title><script>alert(1)</script> a/b?c=d#e&amp; \"'"
"""What a name must not be taken for: markup, or part of an address."""


@pytest.fixture
def several(house: House) -> list[Story]:
    """Three stories, in a dossier in this order; the first has a note."""
    with house.ledger.read() as tx:
        found = stories.listed(tx, limit=3)
    for number, story in enumerate(found):
        add(house, "Week 49", story.id, "" if number else "Lead.\nAsk again.")
    return found


def order(house: House) -> list[str]:
    with house.ledger.read() as tx:
        return dossiers.places(tx, 1)


def test_a_story_is_added_from_its_page(client: TestClient, house: House) -> None:
    assert "No dossiers yet." in page_text(client, "/dossiers")
    with house.ledger.read() as tx:
        story, other = stories.listed(tx, limit=2)
    done = client.post(
        f"/stories/{story.id}/dossiers", data={"name": HOSTILE, "note": "Lead.\r\nAsk."}
    )
    assert (done.status_code, done.headers["location"]) == (303, f"/stories/{story.id}?done=added")
    page = client.get(done.headers["location"]).text
    assert "Added to the dossier." in page
    for address in (f"/stories/{story.id}", "/dossiers", "/dossiers/1", f"/stories/{other.id}"):
        answer = client.get(address)
        assert "<script>alert" not in answer.text, address
        assert HOSTILE in unescape(answer.text), address
    assert "Lead. Ask." in page_text(client, f"/stories/{story.id}")
    assert "<bdi>Lead.\nAsk.</bdi>" in page, "in whatever direction it is written"
    # The form of another story has the dossier that was used last, and not the one it is in.
    filled = r'<input name="name" list="dossiers" value="([^"]*)"'
    for address, value in ((other.id, HOSTILE), (story.id, "")):
        (found,) = re.findall(filled, client.get(f"/stories/{address}").text)
        assert unescape(found) == value
    assert "1 story, the last one added just now" in page_text(client, "/dossiers")


def test_the_list_of_stories_shows_which_are_in_a_dossier(
    client: TestClient, house: House, several: list[Story]
) -> None:
    add(house, HOSTILE, several[0].id, "")
    page = client.get("/?since=any").text
    assert page.count('dossier <a href="/dossiers/1">Week 49</a>') == len(several) - 1
    both = f'dossier <a href="/dossiers/2">{HOSTILE}</a>, <a href="/dossiers/1">Week 49</a>'
    assert both in unescape(page)
    assert "<script>alert" not in page


def test_a_story_is_added_from_the_list_to_the_dossier_that_was_filled_last(
    client: TestClient, house: House, several: list[Story]
) -> None:
    add(house, HOSTILE, several[0].id, "")
    client.post("/dossiers/2/take-out", data={"story": several[0].id})
    with house.ledger.read() as tx:
        *_, other = stories.listed(tx, limit=PAGE)
    asked = "/?since=any&order=outlets&page=1"
    page = client.get(asked).text
    address = re.search(r'<form id="add" method="post" action="([^"]*)">', page)
    assert address is not None
    assert unescape(address[1]) == "/dossiers/1/add?since=any&order=outlets&page=1"
    assert "Add to <bdi>Week 49</bdi>" in page
    assert not any(f'name="story" value="{one.id}"' in page for one in several), "they are in it"
    for _ in range(2):  # it is there already: nothing happens
        done = client.post(unescape(address[1]), data={"story": other.id})
        assert done.status_code == 303
        back = done.headers["location"]
        assert back == f"{asked}&done={other.id}#{other.id}"
    assert order(house) == [*(one.id for one in several), other.id]
    after = client.get(back).text
    assert after.count('<span role="status">Added.</span>') == 1
    assert f'name="story" value="{other.id}"' not in after
    elsewhere = client.get(f"/?q=lanternfish&done={other.id}").text
    assert '<p class="done" role="status">Added to the dossier.</p>' in elsewhere
    for wrong, story, said in [
        ("/dossiers/9/add", other.id, "The dossier has been removed."),
        ("/dossiers/1/add", "none", "No story has the id 'none'."),
    ]:
        answer = client.post(wrong, data={"story": story})
        assert (answer.status_code, said in unescape(answer.text)) == (409, True)


def test_nothing_can_be_added_from_the_list_where_there_is_no_dossier(
    client: TestClient, house: House
) -> None:
    assert "Add to" not in client.get("/?since=any").text
    with house.ledger.read() as tx:
        (story,) = stories.listed(tx, limit=1)
    add(house, HOSTILE, story.id, "")
    page = client.get("/?since=any").text
    assert "<script>alert" not in page
    assert f"Add to <bdi>{HOSTILE}</bdi>" in unescape(page)


def test_what_cannot_be_added_is_said(client: TestClient, several: list[Story]) -> None:
    address = f"/stories/{several[0].id}/dossiers"
    for where, data, status, said in [
        (
            address,
            {"name": "x" * (MAX_NAME + 1)},
            409,
            "A dossier's name has 80 characters at most",
        ),
        (address, {"name": " "}, 409, "A dossier needs a name."),
        (address, {"name": "a\x00"}, 422, "character 2 is a control character (U+0000)"),
        (address, {"name": "x" * 10_000}, 422, "name: it has 10,000 characters"),
        (address, {"name": "a", "note": "x" * (MAX_NOTE + 1)}, 409, "A note has 5,000"),
        (address, {"name": "Week 49", "note": "Not lost."}, 409, "already, with another note"),
        (address, {}, 422, "name: it is missing"),
        ("/stories/none/dossiers", {"name": "a"}, 409, "No story has the id 'none'."),
    ]:
        answer = client.post(where, data=data)
        assert (answer.status_code, said in unescape(answer.text)) == (status, True), answer.text
    assert client.post(address, data={"name": "Week 49"}).status_code == 303, "it is there"
    assert client.get("/api/dossiers").json()[0]["stories"] == 3


def test_a_dossier_shows_its_stories_in_order_with_their_evidence_and_notes(
    client: TestClient, house: House, several: list[Story]
) -> None:
    page = client.get("/dossiers/1").text
    assert [one.id for one in several] == re.findall(r'data-item id="(\w+)"', page)
    said = page_text(client, "/dossiers/1")
    assert ">Lead.\nAsk again.</textarea>" in page
    places = [said.index(one.title) for one in several]
    assert places == sorted(places)
    (told,) = house.index.search(parse(f'title:"{several[0].title}"'), size=1).articles
    evidence = next(one.evidence for one in told.tags if one.topic == SURVEILLANCE)
    assert any(one.phrase in said[: places[1]] for one in evidence)


def test_stories_are_put_in_order(client: TestClient, house: House, several: list[Story]) -> None:
    first, second, third = (story.id for story in several)
    for story, place, after in [
        (third, 2, [first, third, second]),
        (second, 1, [second, first, third]),
        (second, 99, [first, third, second]),
    ]:
        done = client.post("/dossiers/1/move", data={"story": story, "place": place})
        address = done.headers["location"]
        assert (done.status_code, address) == (303, f"/dossiers/1?page=1#{story}")
        assert order(house) == after
    page = client.get("/dossiers/1").text
    offered = re.findall(r'name="place" value="(\d)" aria-label="([\w ]+):', page)
    ends = [("2", "Move down"), ("1", "Move up"), ("3", "Move down"), ("2", "Move up")]
    assert offered == [*ends, ("1", "Move to the top")]


def test_a_note_is_changed_and_a_story_taken_out(
    client: TestClient, house: House, several: list[Story]
) -> None:
    first, second, third = (story.id for story in several)
    done = client.post("/dossiers/1/note", data={"story": second, "note": "<b>\r\nnew</textarea>"})
    assert done.headers["location"] == f"/dossiers/1?page=1&done={second}#{second}"
    page = client.get(done.headers["location"]).text
    assert ">&lt;b&gt;\nnew&lt;/textarea&gt;</textarea>" in page
    assert page.count("Saved.") == 1
    client.post("/dossiers/1/note", data={"story": first, "was": "Lead.\r\nAsk again."})
    too_long = client.post("/dossiers/1/note", data={"story": first, "note": "x" * 5_001})
    assert too_long.status_code == 409
    with house.ledger.read() as tx:
        assert [one.note for one in dossiers.stories_of(tx, 1)] == ["", "<b>\nnew</textarea>", ""]
    done = client.post("/dossiers/1/take-out", data={"story": second})
    assert "Taken out. The story itself stays." in client.get(done.headers["location"]).text
    assert order(house) == [first, third]
    for action in ("note", "move"):
        gone = client.post(f"/dossiers/1/{action}", data={"story": second, "place": 1})
        assert (gone.status_code, "not in this dossier any more" in gone.text) == (404, True)


def test_a_note_that_another_person_has_changed_is_not_overwritten(
    client: TestClient, house: House, several: list[Story]
) -> None:
    """Of two who had the page open, the second to save lost the other's words without knowing."""
    form = {"story": several[1].id, "was": ""}
    assert 'name="was" value="Lead.\nAsk again."' in client.get("/dossiers/1").text
    for _ in range(2):  # pressed twice
        assert (
            client.post("/dossiers/1/note", data=form | {"note": "Ana wrote."}).status_code == 303
        )
    late = client.post("/dossiers/1/note", data=form | {"note": "Bo wrote."})
    assert (late.status_code, "now: Ana wrote. You wrote: Bo wrote." in words(late.text)) == (
        409,
        True,
    )
    again = client.post("/dossiers/1/note", data=form | {"was": "Ana wrote.", "note": "Both."})
    assert again.status_code == 303
    with house.ledger.read() as tx:
        assert dossiers.notes(tx, 1)[several[1].id] == "Both."


def test_a_dossier_is_renamed_and_removed(
    client: TestClient, several: list[Story], house: House
) -> None:
    add(house, "other", several[0].id, "")
    done = client.post("/dossiers/1/rename", data={"name": " Week  50 "})
    assert "Renamed." in client.get(done.headers["location"]).text
    assert '<h1 dir="auto">Week 50</h1>' in client.get("/dossiers/1").text
    taken = client.post("/dossiers/1/rename", data={"name": "other"})
    assert (taken.status_code, "already" in taken.text) == (409, True)
    done = client.post("/dossiers/1/remove")
    assert "Removed. Its stories stay." in client.get(done.headers["location"]).text
    assert client.get(f"/stories/{several[0].id}").status_code == 200
    late = client.get("/dossiers/1")
    assert (late.status_code, "no dossier" in late.text) == (404, True)
    for action in ("rename", "remove", "note", "move", "take-out"):
        values = {"name": "x", "story": several[0].id, "place": "1"}
        late = client.post(f"/dossiers/1/{action}", data=values)
        assert (late.status_code, "The dossier has been removed." in late.text) == (409, True)


def test_a_long_dossier_has_pages_and_a_story_moves_between_them(
    client: TestClient, house: House
) -> None:
    with house.ledger.read() as tx:
        model = tx.execute(tables.stories.select()).first()
    assert model is not None
    ids = [f"{number:064}" for number in range(PAGE + 1)]
    with house.ledger.write() as tx:
        dossier = dossiers.open_named(tx, "long")
        for one in ids:
            tx.execute(tables.stories.insert(), dict(model._mapping) | {"id": one})
            dossiers.add(tx, dossier, one, "", house.now())
    second = client.get("/dossiers/1?page=2").text
    assert re.findall(r'data-item id="(\w+)"', second) == ids[PAGE:]
    assert f'name="place" value="{PAGE}" aria-label="Move up' in second
    done = client.post("/dossiers/1/move", data={"story": ids[0], "place": PAGE + 1})
    assert done.headers["location"] == f"/dossiers/1?page=2#{ids[0]}"
    assert client.get("/dossiers/1?page=3").headers["location"] == "?page=2"


def test_an_erased_story_keeps_only_its_note(
    client: TestClient, house: House, several: list[Story]
) -> None:
    first = several[0]
    with house.ledger.write() as tx:
        ours = tables.entries.c.story == first.id
        tx.execute(update(tables.entries).where(ours).values(story=None, revision=0))
        tx.execute(
            update(tables.stories).where(tables.stories.c.id == first.id).values(title="(erased)")
        )
    said = page_text(client, "/dossiers/1")
    assert "(erased) All of its articles were erased." in said
    assert "Lead. Ask again." in said
    draft = page_text(client, "/dossiers/1/draft")
    assert "1 story left out, whose articles were all erased." in draft
    assert several[1].title in draft
    assert "Lead." not in draft


def test_a_dossier_is_read_and_saved_as_a_draft(client: TestClient, several: list[Story]) -> None:
    client.post("/dossiers/1/rename", data={"name": HOSTILE})
    page = client.get("/dossiers/1/draft")
    assert "<script>alert" not in page.text
    told = words(page.text)
    places = [told.index(one.title) for one in several]
    assert places == sorted(places)
    denied = "Director of the Valdorian Signals Directorate denied it."
    assert denied in told[: places[1]]
    written = client.get("/dossiers/1/draft.md")
    assert written.headers["content-type"] == "text/markdown; charset=utf-8"
    saved = 'attachment; filename="wirewatch-title-script-alert-1-script-a-b-c-d-e-amp-'
    assert written.headers["content-disposition"].startswith(saved)
    assert written.text.startswith(f"## {several[0].title}\n\nLead.\n\nAsk again.\n\n")
    assert f"- **{denied}** [" in written.text
    assert written.text.rstrip("\n") in unescape(page.text), "to be copied"
    html = client.get("/dossiers/1/draft.html")
    assert html.headers["content-type"] == "text/html; charset=utf-8"
    assert html.headers["content-disposition"].endswith('.html"')
    assert f'<b dir="auto">{denied}</b>' in html.text
    titled = re.search(r"<head>.*<title>(.*)</title></head>", html.text)
    assert titled is not None
    assert unescape(titled[1]) == HOSTILE
    assert "<script>" not in html.text
    assert client.get("/dossiers/9/draft.md").status_code == 404


def test_without_the_index_a_dossier_lacks_its_evidence(
    client: TestClient, several: list[Story], monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object, **__: object) -> None:
        raise IndexUnavailableError("no index today")

    monkeypatch.setattr("search.embedded.EmbeddedIndex.search", away)
    said = page_text(client, "/dossiers/1")
    assert "Evidence is missing, since the index does not answer: no index today" in said
    assert several[0].title in said
    draft = client.get("/dossiers/1/draft")
    assert (draft.status_code, "no index today" in draft.text) == (503, True)


def test_draft_says_if_the_index_lacks_articles(
    client: TestClient, house: House, several: list[Story]
) -> None:
    """In a home that was restored, it had no denials, as if nobody denied anything."""
    assert "Denials may be missing" not in page_text(client, "/dossiers/1/draft")
    everything = house.index.search(parse("*"), size=1_000).articles
    house.index.delete(one.id for one in everything)
    told = "Denials may be missing. The index lacks at least"
    assert told in page_text(client, "/dossiers/1/draft")


def test_dossiers_are_told_as_json(client: TestClient, several: list[Story]) -> None:
    assert [(one["id"], one["name"]) for one in client.get("/api/dossiers").json()] == [
        (1, "Week 49")
    ]
    told = client.get("/api/dossiers/1").json()
    assert told["dossier"]["stories"] == 3
    assert [one["story"]["id"] for one in told["stories"]] == [one.id for one in several]
    assert told["stories"][0]["note"] == "Lead.\nAsk again."
    for number, status in (("2", 404), ("0", 422), (str(2**70), 422), ("x", 422)):
        for place in ("/dossiers", "/api/dossiers"):
            assert client.get(f"{place}/{number}").status_code == status


def test_another_site_cannot_change_a_dossier(client: TestClient, several: list[Story]) -> None:
    elsewhere = {"Origin": "https://elsewhere.example", "Sec-Fetch-Site": "cross-site"}
    assert client.post("/dossiers/1/remove", headers=elsewhere).status_code == 403
    assert client.get("/dossiers/1").status_code == 200
