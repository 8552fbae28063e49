"""Parameters that an address for scripts does not have are refused, and those of pages ignored."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (
            "entries?sinse=2026-11-01",
            "sinse: this address has no such parameter, only state, reason, size, offset, since,"
            " until; did you mean since?",
        ),
        (
            "alerts?colour=red",
            "colour: this address has no such parameter, only size, offset, rule",
        ),
        ("stories?topics=spyware", "topics: this address has no such parameter, only"),
        ("feeds?state=gone", "state: this address has no parameters"),
        ("stories/none?size=5", "size: this address has no parameters"),
        ("search?size=x&facets=topic", "facets: this address has no such parameter, only"),
        ("stories?topic=spyware&topic=phones", "topic: it is given more than once"),
    ],
)
def test_api_says_which_parameter_it_does_not_have(
    reader: TestClient, asked: str, said: str
) -> None:
    """They were ignored, and the answer was about something else than what was asked."""
    refused = reader.get(f"/api/{asked}")
    assert refused.status_code == 422
    assert refused.json()["detail"].startswith(said)


def test_each_address_takes_its_own_parameters(reader: TestClient) -> None:
    for path, methods in reader.get("/api/openapi.json").json()["paths"].items():
        for one in methods["get"].get("parameters", []):
            if one["in"] == "query":
                answer = reader.get(path, params={one["name"]: "?"})
                assert "no such parameter" not in answer.text, (path, one["name"])
    assert reader.get("/api/search?facet=topic&facet=outlet").status_code == 200


def test_exports_refuse_other_parameters_and_pages_ignore_them(reader: TestClient) -> None:
    for export in (
        "stories.csv",
        "search.csv",
        "days.csv",
        "search.atom",
        "rule.atom",
        "feeds.opml",
    ):
        refused = reader.get(f"/{export}?topics=spyware")
        assert refused.status_code == 422, export
        assert "topics: this address has no" in refused.text
    assert reader.get("/search.csv?pick=topic:spyware&pick=outlet:a").status_code == 200
    for page in ("", "search", "alerts", "feeds", "entries", "dossiers"):
        assert reader.get(f"/{page}?utm_source=mail").status_code == 200, page
