"""What a house opens, as its settings say."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
from elasticsearch import Elasticsearch

from core.settings import load_settings
from ingest.pages.workers import Workers
from search.elastic.index import ElasticIndex
from search.embedded import EmbeddedIndex
from wirewatch.house import House

URL, CA = "https://search.example:9200", "authority.pem"


def test_each_client_of_elasticsearch_has_its_own_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, str, str]] = []

    def connect(url: str, key: str, ca: str) -> Elasticsearch:
        asked.append((url, key, ca))
        return Elasticsearch(url, api_key=key)

    monkeypatch.setattr("search.elastic.client.connect", connect)
    settings = load_settings(
        tmp_path,
        elasticsearch_url=URL,
        elasticsearch_ca=CA,
        elasticsearch_api_key="writer",
        elasticsearch_alias="desk",
        elasticsearch_operations="desk-work",
    )
    with House(settings) as house:
        assert isinstance(house.index, ElasticIndex)
        assert house.index.admin is house.index.client
        assert house.operations is not None
        assert (house.index.alias, house.operations.index) == ("desk", "desk-work")
    assert asked == [(URL, "writer", CA)] * 2
    asked.clear()
    with House(settings.model_copy(update={"elasticsearch_admin_key": "provisioner"})) as house:
        assert isinstance(house.index, ElasticIndex)
        assert house.index.admin is not house.index.client
    assert asked == [(URL, "writer", CA), (URL, "provisioner", CA)]


def test_without_elasticsearch_the_index_is_in_the_home_folder(tmp_path: Path) -> None:
    with House(load_settings(tmp_path)) as house:
        assert isinstance(house.index, EmbeddedIndex)
        assert house.operations is None
    assert (tmp_path / "index.db").exists()


def test_workers_of_a_function_are_started_once(tmp_path: Path) -> None:
    with House(load_settings(tmp_path, extract_processes=0)) as house:
        assert house.workers(len) is house.workers(len)


def test_all_that_was_opened_is_closed_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed: list[object] = []
    monkeypatch.setattr(Workers, "__exit__", lambda *_: closed.append(Workers))
    with House(load_settings(tmp_path, elasticsearch_url=URL, extract_processes=0)) as house:
        house.workers(len)
        opened = (house.index, house.operations, house.ledger)
        for one in opened:
            monkeypatch.setattr(one, "close", partial(closed.append, one))
    assert closed == [Workers, *opened]
    house.close()
    assert closed == [Workers, *opened]
