"""The sample newsroom in a real Elasticsearch, once for all tests."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import desk_sample
import pytest
from elasticsearch import Elasticsearch
from kibana_sample import Sample, articles_of, quarantine_one

from core.settings import load_settings
from wirewatch.house import House
from wirewatch.stages.account import account


@pytest.fixture(scope="session")
def sample(elasticsearch_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sample]:
    """Three days of the sample newsroom, processed once for all tests."""
    name = f"test-{uuid.uuid4().hex[:12]}"
    home = desk_sample.copy_of(
        desk_sample.sample(tmp_path_factory), tmp_path_factory.mktemp("kibana")
    )
    found = articles_of(home)
    client = Elasticsearch(elasticsearch_url, request_timeout=60)
    sampled = Sample(client, f"{name}-articles", f"{name}-operations")
    settings = load_settings(
        home,
        elasticsearch_url=elasticsearch_url,
        elasticsearch_alias=sampled.articles,
        elasticsearch_operations=sampled.operations,
    )
    with House(settings) as house:
        assert all(written.reason is None for written in house.index.write(found))
        quarantine_one(house)
        account(house)
    yield sampled
    for index in client.indices.get(index=f"{name}-*"):
        client.indices.delete(index=index)
    for template in (sampled.articles, sampled.operations):
        client.indices.delete_index_template(name=template)
    client.close()
