"""Elasticsearch is killed in the middle of a bulk request: nothing is lost or indexed twice."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from secured_server import Secured

from core.records import State
from core.settings import load_settings
from demo.articles import leave_linked, sample_article
from search.elastic import bulk
from wirewatch.house import House
from wirewatch.maintenance.projection import check
from wirewatch.stages.index import articles_to_index, index_articles

ARTICLES = 400


@pytest.mark.elasticsearch
def test_pass_resumes_after_elasticsearch_is_killed(
    secured: Secured, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "BATCH", 50)
    settings = load_settings(
        tmp_path,
        elasticsearch_url=secured.url,
        elasticsearch_api_key=secured.key("writer"),
        elasticsearch_ca=str(secured.ca),
        segment_items=200,
    )
    killer = threading.Thread(target=secured.kill)

    def watch(_: str, number: int, __: int) -> None:
        if number == 100 and killer.ident is None:
            killer.start()  # while the next bulk request is being sent

    with House(settings) as house:
        leave_linked(house, (sample_article(number) for number in range(ARTICLES)))
        failed = sum(index_articles(house, one, watch) for one in articles_to_index(house))
        killer.join()
        secured.wait()
        stopped = house.account()
        assert stopped.balances
        assert 100 <= stopped.count(State.INDEXED) < ARTICLES
        assert stopped.count(State.LINKED) == failed == ARTICLES - stopped.count(State.INDEXED)

        assert sum(index_articles(house, one) for one in articles_to_index(house)) == 0
        assert house.account().count(State.INDEXED) == ARTICLES
        assert articles_to_index(house) == []
        assert len(list(house.index.scan())) == ARTICLES
        assert check(house).agrees
