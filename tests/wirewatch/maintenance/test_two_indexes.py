"""One home folder in both indexes: hits, counts and order are the same."""

from __future__ import annotations

import uuid

import pytest

from core.query import parse
from demo.newsroom import Newsroom
from search.elastic import bulk, layout
from wirewatch.house import House
from wirewatch.maintenance.projection import Report, check, mend, rebuild
from wirewatch.pipeline import run_pass

QUERIES = [
    "*",
    "topic:surveillance",
    "surveillance",
    '"face recognition"',
    "intercepted calls",
    "intercept*",
    "police OR court",
    "police AND NOT topic:surveillance",
    "title:(spyware OR bossware)",
    'outlet:"The Harbour Post"',
    "language:fr",
    "language:de OR language:es",
    "score:[0.5 TO 1]",
    "score:<0.1 volcan",
    "published:2026-09-15",
    "published:[2026-09-16 TO *]",
    "duplicate_of:*",
    "site:*.localhost -language:en",
    "überwachung",
    "écoutes",
    "revision:>1",
    "wom?n",
    "story:* topic:surveillance language:en",
]
FACETS = ("language", "outlet", "topic")


@pytest.mark.elasticsearch
def test_both_indexes_give_the_same_hits(
    newsroom: Newsroom, house: House, elasticsearch_url: str
) -> None:
    for day in (1, 2, 3):
        newsroom.day = day
        run_pass(house)
    settings = house.settings.model_copy(
        update={
            "elasticsearch_url": elasticsearch_url,
            "elasticsearch_alias": f"test-{uuid.uuid4().hex[:12]}",
        }
    )
    with House(settings) as elastic:
        # An article names the feeds that list it at indexing time, so both are indexed now.
        rebuild(house)
        rebuild(elastic)
        assert check(elastic).agrees
        assert check(house).agrees
        found = 0
        for text in QUERIES:
            query = parse(text)
            one = house.index.search(query, size=1000, sort="newest", facets=FACETS)
            two = elastic.index.search(query, size=1000, sort="newest", facets=FACETS)
            assert [a.id for a in one.articles] == [a.id for a in two.articles], text
            assert one.articles == two.articles, text
            assert one.total == two.total, text
            assert one.facets == two.facets, text
            found += one.total > 0
        assert found >= 20
        client = elastic.index.client  # type: ignore[attr-defined]
        # An article also indexed under a second month is found, and the extra copy removed.
        (twice,) = elastic.index.search(parse("*"), size=1).articles
        elsewhere = f"{settings.elasticsearch_alias}-2020.01"
        client.index(index=elsewhere, id=twice.id, document=bulk.source(twice), refresh=True)
        report = check(elastic)
        assert report.repeated == (twice.id,)
        mend(elastic, report)
        assert check(elastic) == Report(same=report.same + 1)
        for name in client.indices.get(index=f"{settings.elasticsearch_alias}-*"):
            client.indices.delete(index=name)
        layout.remove_templates(client, settings.elasticsearch_alias)
