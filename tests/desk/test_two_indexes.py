"""The desk shows the same with Elasticsearch as with the embedded index."""

from __future__ import annotations

import re
import uuid
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from core.clock import utc_now
from core.ledger import stories
from core.settings import load_settings
from desk.app import make_app
from wirewatch.house import House
from wirewatch.maintenance.projection import rebuild

ADDRESSES = (
    "/?since=any&order=outlets",
    "/?since=any&q=phone&topic=policing",
    "/?since=any&statement=denial",
    "/search?q=phones&copies=1",
    "/search?q=phones&days=published",
    "/search?q=phones&days=published&share=1",
    "/search?q=phones&with=topic:spyware&with=topic:spywar&days=published",
    "/search?q=phones&with=topic:spyware&with=topic:spywar&share=1",
    "/days.csv?q=phones&with=topic:spyware&with=nosuchwordanywhere",
    "/search?pick=topic:spyware&pick=language:en",
    "/search?pick=-topic:surveillance&pick=-language:en",
    "/search?q=topic:spywar",
    "/search?q=nosuchwordanywhere",
    "/search.csv?q=topic:*",
    "/stories.csv?since=any&order=outlets",
    "/api/stories?q=phone&topic=policing&since=2026",
    "/api/search?q=phones&facet=topic",
    "/api/search?q=phones&days=first_seen&size=0",
)


@pytest.mark.elasticsearch
def test_pages_are_the_same_with_both_indexes(home: Path, elasticsearch_url: str) -> None:
    alias = f"test-{uuid.uuid4().hex[:12]}"
    settings = load_settings(home, elasticsearch_url=elasticsearch_url, elasticsearch_alias=alias)
    moment = utc_now()  # for both: what is "just now" on one page may be a minute ago on the next
    with (
        House(load_settings(home), now=lambda: moment) as embedded,
        House(settings, now=lambda: moment) as elastic,
    ):
        with embedded.ledger.read() as tx:
            (story,) = stories.listed(tx, limit=1)
        # An article names the feeds that list it at indexing time, so both are indexed now.
        rebuild(embedded)
        rebuild(elastic)
        for address in (*ADDRESSES, f"/stories/{story.id}", f"/articles/{story.id}"):
            one, two = (_shown(house, address) for house in (embedded, elastic))
            assert one == two, address


def _shown(house: House, address: str) -> str:
    answer = TestClient(make_app(house), base_url="http://localhost").get(address)
    assert answer.status_code == 200, answer.text
    return re.sub(r"<time[^>]*>[^<]*</time>|Last poll [^<]*", "", answer.text)
