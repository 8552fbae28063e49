"""The desk's JSON API: the records, and their description."""

from __future__ import annotations

from datetime import date

from starlette.testclient import TestClient

from core.ledger.accounting import Accounting
from core.records import Alert, Article, Entry, Story


def test_api_returns_the_records(reader: TestClient) -> None:
    (first, *_) = reader.get("/api/stories?order=outlets").json()
    story = Story.model_validate(first)
    told = reader.get(f"/api/stories/{story.id}").json()
    assert Story.model_validate(told["story"]) == story
    assert len(told["articles"]) == story.size + story.copies
    article = reader.get(f"/api/articles/{told['articles'][0]['article']}").json()
    assert Article.model_validate(article).story == story.id
    (sent, *_) = reader.get("/api/alerts?rule=surveillance").json()
    assert Alert.model_validate(sent["alert"]).rule == "surveillance"
    assert sent["deliveries"][0]["channel"] == "terminal"
    (entry, *_) = reader.get("/api/entries?state=rejected").json()
    assert Entry.model_validate(entry).reason
    assert Accounting.model_validate(reader.get("/api/accounting").json()).balances
    assert reader.get("/api/rules").json()[0]["query"] == "topic:surveillance"
    assert {one["state"] for one in reader.get("/api/feeds").json()} >= {"gone", "stale"}


def test_search_has_facets_days_and_further_pages(reader: TestClient) -> None:
    found = reader.get("/api/search?q=topic:*&size=2&facet=topic&facet=outlet").json()
    assert len(found["articles"]) == 2
    assert found["facets"]["topic"]["surveillance"] == found["total"]
    by_day = reader.get("/api/search?q=topic:*&days=true").json()["days"]
    assert sum(by_day.values()) == found["total"]
    assert all(date.fromisoformat(day) for day in by_day)
    further = reader.get("/api/search?q=topic:*&size=2&offset=2").json()
    assert further["articles"][0] not in found["articles"]


def test_invalid_requests_are_answered_in_json(reader: TestClient) -> None:
    for address, status in (
        ("/api/search?q=%28a", 422),
        ("/api/search?facet=title", 422),
        ("/api/search?size=1000&offset=9999", 422),
        ("/api/search?size=x", 422),
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
        "/api/alerts",
        "/api/rules",
        "/api/feeds",
        "/api/accounting",
        "/api/entries",
    }
    assert reader.get("/docs").status_code == 404  # it would load scripts from another site
