"""The desk's JSON API: the records, and their description."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update
from starlette.testclient import TestClient

from core.ledger import channels, feeds, tables
from core.ledger.accounting import Accounting
from core.records import Alert, Article, ChannelHealth, ChannelState, Entry, Story
from desk.answers import Refusal
from wirewatch.house import House


def test_api_returns_the_records(reader: TestClient) -> None:
    (first, *_) = reader.get("/api/stories?order=outlets").json()["stories"]
    story = Story.model_validate(first)
    told = reader.get(f"/api/stories/{story.id}").json()
    assert Story.model_validate(told["story"]) == story
    assert len(told["articles"]) == story.size + story.copies
    article = reader.get(f"/api/articles/{told['articles'][0]['article']}").json()
    assert Article.model_validate(article).story == story.id
    (sent, *_) = reader.get("/api/alerts?rule=surveillance").json()["alerts"]
    assert Alert.model_validate(sent["alert"]).rule == "surveillance"
    assert sent["deliveries"][0]["channel"] == "terminal"
    (entry, *_) = reader.get("/api/entries?state=rejected").json()["entries"]
    assert Entry.model_validate(entry).reason
    assert Accounting.model_validate(reader.get("/api/accounting").json()).balances
    assert reader.get("/api/rules").json()[0]["query"] == "topic:surveillance"
    assert {one["state"] for one in reader.get("/api/feeds").json()} >= {"gone", "stale"}


def test_stories_are_those_of_the_page(reader: TestClient) -> None:
    """A topic or words were ignored: the answer had all stories."""
    everything = reader.get("/api/stories?size=100").json()
    assert len(everything["stories"]) == everything["total"]
    for asked in (
        "q=Maravia",
        "topic=workplace",
        "statement=denial",
        "q=Maravia&topic=surveillance&statement=denial&order=outlets",
    ):
        page = reader.get(f"/?since=any&{asked}").text
        listed = re.findall(r'<h2><a href="/stories/(\w+)"', page)
        answer = reader.get(f"/api/stories?{asked}").json()
        found = [one["id"] for one in answer["stories"]]
        assert found == listed, asked
        assert 0 < len(found) == answer["total"] < everything["total"], asked
        later = reader.get(f"/api/stories?{asked}&since=now%2B1d").json()
        assert later == {"total": 0, "stories": []}


def test_days_have_each_story_once_by_when_it_began(client: TestClient, house: House) -> None:
    """There was no end of a period, and nothing said how many stories there are."""
    everything = client.get("/api/stories?size=1000").json()
    began = datetime(2026, 3, 31, 23, tzinfo=UTC)
    updated = began + timedelta(days=5)
    with house.ledger.write() as tx:
        for number, one in enumerate(everything["stories"]):
            first, last = (moment + timedelta(hours=number) for moment in (began, updated))
            of_it = tables.stories.c.id == one["id"]
            tx.execute(update(tables.stories).where(of_it).values(first_seen=first, last_seen=last))

    def of_day(day: int, **asked: str) -> tuple[int, list[str]]:
        first = date(2026, 3, 30) + timedelta(days=day)
        period = {"since": f"{first}", "until": f"{first + timedelta(days=1)}"}
        found = client.get("/api/stories", params=period | asked).json()
        return found["total"], [one["id"] for one in found["stories"]]

    ids = [one["id"] for one in everything["stories"]]
    assert of_day(1, by="first_seen") == (1, ids[:1])
    assert of_day(1) == (0, [])
    for by in ("first_seen", "last_seen"):
        days = [of_day(day, by=by, size="1000") for day in range(10)]
        assert sorted(one for _, found in days for one in found) == sorted(ids)
        assert sum(total for total, _ in days) == everything["total"]
    total, found = of_day(2, by="first_seen", size="1", offset="1")
    assert (total, len(found)) == (len(ids[1:25]), 1)


def test_stories_are_refused_if_some_would_be_missing(
    reader: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desk.selection.MATCHES", 3)
    refused = reader.get("/api/stories?topic=surveillance")
    assert refused.status_code == 422
    assert "ask for fewer" in refused.json()["detail"]
    assert reader.get("/api/stories").json()["total"] > 3
    assert "only those with most" in reader.get("/?topic=surveillance").text


def test_accounting_and_entries_are_of_a_period_if_one_is_given(reader: TestClient) -> None:
    everything = reader.get("/api/accounting").json()
    listed = reader.get("/api/entries?size=1").json()
    assert listed["total"] == everything["seen"]
    (first,) = listed["entries"]
    day = date.fromisoformat(first["first_seen"][:10])
    of_days = {"since": f"{day - timedelta(days=400)}", "until": f"{day + timedelta(days=400)}"}
    assert reader.get("/api/accounting", params=of_days).json() == everything
    before = {"until": of_days["since"]}
    none = reader.get("/api/accounting", params=before)
    assert none.json() == {"seen": 0, "states": {}}
    assert reader.get("/api/entries", params=before).json() == {"total": 0, "entries": []}
    upside_down = {"since": of_days["until"], "until": of_days["since"]}
    for records in ("accounting", "entries", "stories"):
        refused = reader.get(f"/api/{records}", params=upside_down)
        assert refused.status_code == 422
        told = f"until: {upside_down['until']} is not after {upside_down['since']} (since)"
        assert refused.json()["detail"] == told


def test_dates_are_read_as_in_the_terminal(reader: TestClient) -> None:
    """`since=2026` was some seconds after 1970, and a month was refused."""
    (latest, *_) = reader.get("/api/stories").json()["stories"]
    year = int(latest["last_seen"][:4])
    for date_of_next_year in (f"{year + 1}", f"{year + 1}-01", "now%2B1d"):
        for records in ("stories", "entries"):
            assert reader.get(f"/api/{records}?since={date_of_next_year}").json()["total"] == 0
    refused = reader.get("/api/accounting?until=tomorrow")
    assert refused.status_code == 422
    assert refused.json()["detail"].startswith("until: expected a date such as 2026-03-01,")


def test_search_has_facets_days_and_further_pages(reader: TestClient) -> None:
    found = reader.get("/api/search?q=topic:*&size=2&facet=topic&facet=outlet").json()
    assert len(found["articles"]) == 2
    assert found["facets"]["topic"]["surveillance"] == found["total"]
    for counted, total in (
        ("first_seen", found["total"]),
        ("published", reader.get("/api/search?q=topic:* published:*").json()["total"]),
    ):
        by_day = reader.get(f"/api/search?q=topic:*&days={counted}").json()["days"]
        assert sum(by_day.values()) == total
        assert all(date.fromisoformat(day) for day in by_day)
        counts = reader.get(f"/api/search?q=topic:*&size=0&days={counted}").json()
        assert (counts["articles"], counts["total"]) == ([], found["total"])
        everything = reader.get(f"/api/search?q=*&size=0&days={counted}").json()
        assert counts["all_days"] == everything["all_days"] == everything["days"]
        assert counts["days"] == by_day != counts["all_days"]
    assert found["all_days"] == {}
    further = reader.get("/api/search?q=topic:*&size=2&offset=2").json()
    assert further["articles"][0] not in found["articles"]


def test_search_that_finds_nothing_says_what_keeps_it_from_it(reader: TestClient) -> None:
    found = reader.get("/api/search?q=topic:polising").json()
    assert (found["total"], found["hint"]) == (
        0,
        "No article has topic:polising; did you mean policing?",
    )
    assert reader.get("/api/search?q=topic:policing").json()["hint"] is None


def test_topic_that_the_home_has_since_is_known(client: TestClient, home: Path) -> None:
    """The API knew it. The page listed its stories below a form that asked for those of all topics,
    and the page of rules said that there is no such topic."""
    asked = "/api/stories?topic=whales"
    rule = '\n[[rule]]\nname = "whales"\nquery = "topic:whales"\n'
    with (home / "rules.toml").open("a") as rules:
        rules.write(rule)
    assert "There is no topic whales" in client.get("/rules").text
    refused = client.get(asked)
    assert refused.json()["detail"].startswith("topic: there is no 'whales', only surveillance, ")
    own = home / "topics.toml"
    own.write_text(
        '[[topic]]\nname = "whales"\ntitle = "Whales"\ndefinition = "Whales."\n'
        'in = ["A whale is watched."]\nout = ["Fish."]\nphrases = ["whale"]\n'
    )
    assert client.get(asked).json() == {"total": 0, "stories": []}
    assert '<option value="whales" selected>Whales' in client.get("/?topic=whales").text
    assert "There is no topic whales" not in client.get("/rules").text
    own.write_text("[[topic")
    assert client.get(asked).json() == {"total": 0, "stories": []}


def test_invalid_requests_are_answered_in_json(reader: TestClient) -> None:
    for address, status in (
        ("/api/search?q=%28a", 422),
        ("/api/search?facet=title", 422),
        ("/api/search?size=1000&offset=9999", 422),
        ("/api/search?size=x", 422),
        ("/api/search?size=-1", 422),
        ("/api/stories?size=0", 422),
        ("/api/stories?q=%28a", 422),
        ("/api/stories?statement=denials", 422),
        ("/api/stories?by=published", 422),
        ("/api/stories?topic=spywares", 422),
        ("/api/alerts?rule=other", 422),
        ("/api/search?days=true", 422),
        ("/api/stories?since=9999-12-31T23:59:59-14:00", 422),
        ("/api/stories/none", 404),
        ("/api/articles/none", 404),
        ("/api/nothing", 404),
    ):
        answer = reader.get(address)
        assert (answer.status_code, list(answer.json())) == (status, ["detail"])


def test_api_is_described_by_openapi(reader: TestClient) -> None:
    described = reader.get("/api/openapi.json").json()
    assert set(described["paths"]) == {
        "/api/search",
        "/api/articles/{article_id}",
        "/api/stories",
        "/api/stories/{story_id}",
        "/api/dossiers",
        "/api/dossiers/{dossier_id}",
        "/api/alerts",
        "/api/rules",
        "/api/feeds",
        "/api/accounting",
        "/api/entries",
        "/api/health",
    }
    assert reader.get("/docs").status_code == 404  # it would load scripts from another site


def test_each_address_is_described_for_those_who_have_only_that(reader: TestClient) -> None:
    """`/api/feeds` was called "Health", and its refusals were said to be lists."""
    described = reader.get("/api/openapi.json").json()
    said = {path: methods["get"] for path, methods in described["paths"].items()}
    assert said["/api/feeds"]["operationId"] == "list_feeds"
    assert said["/api/feeds"]["summary"] == "Feeds and their health"
    for field in ("operationId", "summary", "description"):
        assert len({one[field] for one in said.values()}) == len(said), field
    for path, one in said.items():
        for parameter in one.get("parameters", []):
            assert parameter["description"].endswith("."), (path, parameter["name"])
        refused = one["responses"]["422"]["content"]["application/json"]["schema"]
        assert refused["$ref"].endswith("/Refusal"), path
        assert ("404" in one["responses"]) == ("{" in path), path
    topic = next(one for one in said["/api/stories"]["parameters"] if one["name"] == "topic")
    assert topic["description"] == "A topic that an article of the story has, such as `spyware`."
    assert Refusal.model_validate(reader.get("/api/search?size=x").json())


def test_health_answers_503_once_polls_are_late(client: TestClient, house: House) -> None:
    with house.ledger.write() as tx:
        (one, *others) = feeds.listed(tx)
        feeds.claim(tx, others, house.now())
        feeds.claim(tx, [one], house.now() - timedelta(hours=4))
    well = client.get("/api/health?hours=5")
    assert (well.status_code, well.json()["wrong"]) == (200, [])
    late = client.get("/api/health")
    assert (late.status_code, late.json()["late"]) == (503, 1)
    assert late.json()["wrong"] == ["1 of the feeds should have been polled 3 hours ago or earlier"]
    assert late.json()["polled_at"]


def test_health_is_well_if_all_feeds_are_paused(client: TestClient, house: House) -> None:
    with house.ledger.write() as tx:
        long_ago = house.now() - timedelta(days=4)
        tx.execute(update(tables.feeds).values(last_polled_at=long_ago))
        for feed in feeds.listed(tx):
            feeds.pause(tx, feed.url, "holidays", long_ago)
    answer = client.get("/api/health")
    assert (answer.status_code, answer.json()["wrong"]) == (200, [])


def test_health_answers_503_if_a_channel_takes_nothing_or_a_rule_cannot_be_used(
    client: TestClient, house: House, home: Path
) -> None:
    now = house.now()
    failing = ChannelHealth(
        name="terminal",
        state=ChannelState.FAILING,
        since=now,
        attempts=2,
        next_attempt_at=now,
        reason="no answer",
    )
    with house.ledger.write() as tx:
        feeds.claim(tx, feeds.listed(tx), now)
        channels.save(tx, failing)
        # Nothing waits for it, and rules.toml does not name it.
        channels.save(tx, failing.model_copy(update={"name": "former"}))
    with (home / "rules.toml").open("a") as file:
        file.write('[[rule]]\nname = "r"\nquery = "("\n')
    answer = client.get("/api/health")
    assert answer.status_code == 503
    channel, rule = answer.json()["wrong"]
    assert channel.startswith("the channel “terminal” has been failing since ")
    assert channel.endswith(": no answer")
    assert "rule 'r'" in rule
