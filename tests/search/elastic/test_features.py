"""Optional features of a server are used where offered; where missing, this is logged."""

from __future__ import annotations

import json
import logging
from typing import ClassVar

import pytest
from elastic_node import ElasticNode
from elastic_transport._node import NodeApiResponse
from elasticsearch import Elasticsearch

from search.elastic import features
from search.elastic.layout import Live

LIVE = [Live("desk-2026.10", "2026.10", 1), Live("desk-2026.11", "2026.11", 1)]


class Full(ElasticNode):
    """A server that offers everything and remembers its requests."""

    asked: ClassVar[dict[str, object]] = {}
    missing: ClassVar[tuple[str, ...]] = ()

    def perform_request(  # type: ignore[override]
        self, method: str, target: str, body: bytes | None = None, **_: object
    ) -> NodeApiResponse:
        path = target.split("?")[0]
        if not any(path.startswith(one) for one in self.missing):
            self.asked[f"{method} {path}"] = json.loads(body) if body else None
            return self.answer(200, {})
        status = 404 if path.startswith("/_snapshot") else 400
        return self.answer(status, {"error": f"no handler found for uri [{path}]"})


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(features, "_logged", set())
    monkeypatch.setattr(Full, "asked", {})


def server(monkeypatch: pytest.MonkeyPatch, *missing: str) -> Elasticsearch:
    monkeypatch.setattr(Full, "missing", missing)
    return Elasticsearch("http://full.example:1", node_class=Full, max_retries=0)


def test_a_full_server_merges_past_months_and_takes_snapshots(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    settings = features.apply(server(monkeypatch), "desk", LIVE)
    assert settings == {"index.lifecycle.name": "desk"}
    merged = {"min_age": "45d", "actions": {"forcemerge": {"max_num_segments": 1}}}
    phases = {"hot": {"actions": {}}, "warm": merged}  # none that deletes
    assert Full.asked["PUT /_ilm/policy/desk"] == {"policy": {"phases": phases}}
    assert Full.asked["PUT /desk-2026.10,desk-2026.11/_settings"] == settings
    assert "GET /_snapshot/wirewatch" in Full.asked
    assert Full.asked["PUT /_slm/policy/desk"] == {
        "name": "<desk-{now/d}>",
        "schedule": "0 30 2 * * ?",
        "repository": "wirewatch",
        "config": {
            "indices": ["desk-*"],
            "include_global_state": False,
            "feature_states": ["kibana"],
        },
        "retention": {"expire_after": "30d", "min_count": 3, "max_count": 60},
    }
    assert caplog.records == []


def test_without_an_index_no_index_is_given_a_lifecycle(monkeypatch: pytest.MonkeyPatch) -> None:
    assert features.apply(server(monkeypatch), "desk", []) == {"index.lifecycle.name": "desk"}
    assert [asked for asked in Full.asked if asked.endswith("_settings")] == []


def test_missing_features_are_logged_once_as_info(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    bare = server(monkeypatch, "/_ilm", "/_slm", "/_snapshot")
    with caplog.at_level(logging.INFO, "search.elastic.features"):
        assert features.apply(bare, "desk", LIVE) == {}
        assert features.apply(bare, "desk", []) == {}
    said = [record for record in caplog.records if record.name == "search.elastic.features"]
    assert [record.levelname for record in said] == ["INFO", "INFO"]
    assert "no index lifecycle" in said[0].getMessage()
    assert "no repository named 'wirewatch'" in said[1].getMessage()
    assert [asked for asked in Full.asked if asked.startswith("PUT")] == []


def test_a_server_without_nightly_snapshots_says_so(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "search.elastic.features"):
        features.apply(server(monkeypatch, "/_slm"), "desk", LIVE)
    assert "no nightly snapshots" in caplog.text
