"""What only Elasticsearch has: its own analyzer, mappings, and a connection that can fail."""

from __future__ import annotations

import json
import random
import re
import sys
import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, ClassVar

import elastic_transport
import pytest
from elastic_node import ElasticNode
from elastic_transport import BaseNode
from elastic_transport._node import NodeApiResponse
from elasticsearch import Elasticsearch

from core.index import IndexUnavailableError, Outcome
from core.query import QueryError, parse
from core.records import Article
from core.words import stem, words
from search.elastic import bulk, layout
from search.elastic.bulk import DERIVED, LOCATION
from search.elastic.client import connect
from search.elastic.index import ElasticIndex

Make = Callable[..., Article]

SUFFIXES = """
ational tional enci anci izer abli alli entli eli ousli ization ation ator alism iveness fulness
ousness aliti iviti biliti logi icate ative alize iciti ical ful ness ance ence er ic able ible ant
ement ment ent sion tion ou ism ate iti ous ive ize s sses ies eed ed ing y at bl iz ll e ly ingly
edly ées über 9s
"""


@pytest.fixture
def unreachable() -> ElasticIndex:
    return ElasticIndex(Elasticsearch("http://127.0.0.1:1", max_retries=0), "any")


def _analyzed(elastic: ElasticIndex, text: str, analyzer: str) -> list[str]:
    answer = elastic.client.indices.analyze(index=elastic.alias, text=text, analyzer=analyzer)
    return [token["token"] for token in answer["tokens"]]


@pytest.mark.elasticsearch
def test_the_analyzer_folds_all_of_unicode_like_ours(elastic: ElasticIndex) -> None:
    elastic.prepare()
    assigned = [
        character
        for character in map(chr, range(sys.maxunicode + 1))
        if unicodedata.category(character) not in ("Cn", "Cs", "Co")
    ]
    differing = set()
    for start in range(0, len(assigned), 3000):
        # Letters around each character show whether it separates words.
        text = "\n".join(f"a{character}b" for character in assigned[start : start + 3000])
        if _analyzed(elastic, text, "words") != words(text):
            differing |= {
                character
                for character in assigned[start : start + 3000]
                if _analyzed(elastic, f"a{character}b", "words") != words(f"a{character}b")
            }
    assert differing == set()


@pytest.mark.elasticsearch
def test_the_analyzer_stems_like_ours(elastic: ElasticIndex) -> None:
    elastic.prepare()
    chance = random.Random(7)
    roots = [
        "".join(chance.choices("abcdeiloprstuvy", k=chance.randint(0, 6))) for _ in range(4000)
    ]
    text = " ".join(root + chance.choice(SUFFIXES.split()) for root in roots)
    assert _analyzed(elastic, text, "stems") == [stem(word) for word in words(text)]


@pytest.mark.elasticsearch
def test_a_document_with_an_unknown_field_is_refused(
    elastic: ElasticIndex, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = bulk.source
    monkeypatch.setattr(
        bulk, "source", lambda a: original(a) | ({"surprise": 1} if a.title == "bad" else {})
    )
    results = list(elastic.write([make(1), make(2, title="bad"), make(3)]))
    assert [each.outcome for each in results] == [
        Outcome.CREATED,
        Outcome.REJECTED,
        Outcome.CREATED,
    ]
    assert "surprise" in (results[1].reason or "")


@pytest.mark.elasticsearch
def test_index_fields_have_the_names_that_kibana_queries(
    elastic: ElasticIndex, corpus: list[Article]
) -> None:
    list(elastic.write(corpus))
    mapping = elastic.client.indices.get_mapping(index=elastic.alias)
    properties = mapping[f"{elastic.alias}-2026.03"]["mappings"]["properties"]
    assert set(properties) == {*Article.model_fields, *DERIVED, LOCATION} - {"meaning", "printed"}
    lucene = {"query_string": {"query": "text:spying AND topic:interception", "default_field": "*"}}
    found = elastic.client.search(index=elastic.alias, query=lucene)
    assert found["hits"]["total"]["value"] == 1


@pytest.mark.elasticsearch
def test_a_rebuild_leaves_one_index_behind_the_alias(elastic: ElasticIndex, make: Make) -> None:
    list(elastic.write([make(1)]))
    list(elastic.rebuild([make(2)]))
    assert list(elastic.client.indices.get(index=f"{elastic.alias}-*")) == [
        f"{elastic.alias}-2026.03-000002"
    ]


def test_without_a_connection_every_write_fails(unreachable: ElasticIndex, make: Make) -> None:
    for results in (
        list(unreachable.write([make(n) for n in range(1200)])),
        list(unreachable.rebuild([make(n) for n in range(1200)])),
    ):
        assert len(results) == 1200
        assert {each.outcome for each in results} == {Outcome.FAILED}
        assert "Connection" in (results[0].reason or "")
    # Unlike one that is slow, it may be back for the next file of articles.
    assert unreachable._silence.reason is None


class AnswersOnce(ElasticNode):
    """A server that accepts one bulk request whole, then is gone."""

    requests = 0

    def perform_request(self, *_: Any, body: bytes | None = None, **__: Any) -> NodeApiResponse:
        type(self).requests += 1
        if self.requests > 1:
            raise elastic_transport.ConnectionError("gone")
        actions = [json.loads(line) for line in (body or b"").splitlines()[::2]]
        items = [
            {"index": {"_id": action["index"]["_id"], "status": 201, "result": "created"}}
            for action in actions
        ]
        return self.answer(200, {"items": items})


def test_a_connection_lost_midway_fails_unanswered_articles(make: Make) -> None:
    client = Elasticsearch("http://answers-once.example:1", node_class=AnswersOnce, max_retries=0)
    results = list(bulk.write(client, [make(n) for n in range(1100)], lambda _: "any"))
    assert AnswersOnce.requests == 2
    assert [each.outcome for each in results] == [Outcome.CREATED] * 500 + [Outcome.FAILED] * 600
    assert all("ConnectionError" in (each.reason or "") for each in results[500:])


class BusyAtFirst(AnswersOnce):
    """A server without room at first: for a whole request, then for one of its items."""

    requests = 0
    sizes: ClassVar[list[int]] = []

    def perform_request(self, *_: Any, body: bytes | None = None, **__: Any) -> NodeApiResponse:
        type(self).requests += 1
        lines = (body or b"").splitlines()[::2]
        self.sizes.append(len(lines))
        full = {"type": "es_rejected_execution_exception", "reason": "queue is full"}
        if type(self).requests == 1:
            return self.answer(429, {"error": full, "status": 429})
        statuses = [201] * len(lines)
        if type(self).requests <= 3:
            statuses[0] = 429 if type(self).requests == 2 else 503
        items = [
            {
                "index": {"_id": json.loads(line)["index"]["_id"], "status": status}
                | ({"result": "created"} if status == 201 else {"error": full})
            }
            for line, status in zip(lines, statuses, strict=True)
        ]
        return self.answer(200, {"items": items})


def test_only_articles_refused_by_a_busy_server_are_sent_again(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []
    monkeypatch.setattr("time.sleep", waits.append)
    client = Elasticsearch("http://busy.example:1", node_class=BusyAtFirst, max_retries=0)
    results = list(bulk.write(client, [make(n) for n in range(5)], lambda _: "any"))
    assert [each.outcome for each in results] == [Outcome.CREATED] * 5
    assert BusyAtFirst.sizes == [5, 5, 1, 1]
    assert waits == [1, 2, 4]


def test_an_article_that_stays_refused_by_a_busy_server_has_failed(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Busy(BusyAtFirst):
        def perform_request(self, *_: Any, **__: Any) -> NodeApiResponse:
            return self.answer(503, {"error": {"type": "busy", "reason": "x"}, "status": 503})

    waits: list[float] = []
    monkeypatch.setattr("time.sleep", waits.append)
    client = Elasticsearch("http://busy.example:1", node_class=Busy, max_retries=0)
    results = list(bulk.write(client, [make(1)], lambda _: "any"))
    assert [each.outcome for each in results] == [Outcome.FAILED]
    assert waits == [1, 2, 4, 8]


@pytest.mark.elasticsearch
@pytest.mark.parametrize(
    ("block", "told"),
    [
        ("write", "copied into the current layout"),
        ("read_only_allow_delete", "flood-stage.*free some of Elasticsearch's disk"),
        ("read_only", r"read-only \(api\)\]$"),
    ],
)
def test_a_block_on_an_index_is_told_with_what_to_do(
    elastic: ElasticIndex, make: Make, monkeypatch: pytest.MonkeyPatch, block: str, told: str
) -> None:
    """A full disk used to be told as a migration, to be waited for."""
    monkeypatch.setattr(bulk, "MAX_RETRIES", 0)
    list(elastic.write([make(1)]))
    blocked = elastic.client.indices.put_settings
    blocked(index=elastic.alias, settings={f"index.blocks.{block}": True})
    (result,) = elastic.write([make(2)])
    assert result.outcome is Outcome.FAILED
    assert re.search(told, result.reason or "")
    blocked(index=elastic.alias, settings={f"index.blocks.{block}": None})
    assert [one.outcome for one in elastic.write([make(2)])] == [Outcome.CREATED]


@pytest.mark.elasticsearch
def test_articles_wait_while_their_index_is_closed(elastic: ElasticIndex, make: Make) -> None:
    """As while a snapshot is restored. They were quarantined as refused, for a reason `closed`."""
    list(elastic.write([make(1)]))
    name = layout.name_of(elastic.alias, layout.month_of(make(1)))
    elastic.client.indices.close(index=name)
    told = f"the index {name} is closed: open it"
    (result,) = elastic.write([make(2)])
    assert result.outcome is Outcome.FAILED
    assert (result.reason or "").startswith(told)
    with pytest.raises(IndexUnavailableError, match=told):
        next(elastic.scan())
    elastic.client.indices.open(index=name)
    assert [one.outcome for one in elastic.write([make(2)])] == [Outcome.CREATED]


@pytest.mark.elasticsearch
def test_a_month_that_is_not_available_holds_up_no_other(
    elastic: ElasticIndex, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when the disk is so full that a new month is placed nowhere: each batch took minutes."""
    monkeypatch.setattr(bulk, "MAX_RETRIES", 0)
    monkeypatch.setattr(bulk, "SHARD_SECONDS", 1)
    list(elastic.write([make(1)]))
    nowhere = {"index.routing.allocation.require.box": "none"}
    april = f"{elastic.alias}-2026.04"
    elastic.client.indices.create(index=april, settings=nowhere, wait_for_active_shards=0)
    (result,) = elastic.write([make(2, first_seen=datetime(2026, 4, 1, tzinfo=UTC))])
    assert result.outcome is Outcome.FAILED
    assert re.search(r"Timeout: \[1s\]: check that .* its disk is not full$", result.reason or "")
    with pytest.raises(IndexUnavailableError, match="healthy and that its disk is not full"):
        elastic.search(parse("*"))
    refreshed = []
    request = elastic_transport.Urllib3HttpNode.perform_request

    def watched(
        self: elastic_transport.Urllib3HttpNode, method: str, target: str, **more: Any
    ) -> NodeApiResponse:
        refreshed.extend([target] * target.endswith("_refresh"))
        return request(self, method, target, **more)

    monkeypatch.setattr(elastic_transport.Urllib3HttpNode, "perform_request", watched)
    assert [one.outcome for one in elastic.write([make(3)])] == [Outcome.CREATED]
    assert refreshed == [f"/{elastic.alias}-2026.03/_refresh"]


def test_without_a_connection_reading_raises(unreachable: ElasticIndex) -> None:
    for read in (
        lambda: unreachable.search(parse("*")),
        lambda: unreachable.get("1"),
        lambda: unreachable.delete(["1"]),
        lambda: list(unreachable.scan()),
    ):
        with pytest.raises(
            IndexUnavailableError, match=r"^Connection[^:]+: HTTP[^:]+: .*refused: check .*_URL\)$"
        ):
            read()


def test_a_request_that_times_out_is_not_retried(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For writes it was: a pass spent four minutes on each file of articles before it alerted. Nor
    is the server asked again for the next file, until a while later."""
    attempts = []

    def slow(self: BaseNode, *_: object, **__: object) -> NodeApiResponse:
        attempts.append(self)
        raise elastic_transport.ConnectionTimeout("read timeout=60")

    monkeypatch.setattr("elastic_transport.Urllib3HttpNode.perform_request", slow)
    index = ElasticIndex(connect("http://slow.example:1"), "any")
    with pytest.raises(
        IndexUnavailableError,
        match=r"healthy at the address in elasticsearch_url \(WIREWATCH_ELASTICSEARCH_URL\)",
    ):
        index.search(parse("*"))
    assert len(attempts) == 1
    results = list(index.write(make(n) for n in range(1_100)))
    assert [one.outcome for one in results] == [Outcome.FAILED] * 1_100
    (of_next_file,) = index.write([make(1)])
    assert (of_next_file.outcome, of_next_file.reason) == (Outcome.FAILED, results[-1].reason)
    assert len(attempts) == 2
    monkeypatch.setattr(bulk, "SILENT_SECONDS", 0)
    index = ElasticIndex(connect("http://slow.example:1"), "any")
    assert [one.outcome for _ in range(2) for one in index.write([make(1)])] == [Outcome.FAILED] * 2
    assert len(attempts) == 4


@pytest.mark.elasticsearch
@pytest.mark.parametrize("text", ["*a" + "?" * 20, "url:" + "a" * 2_000 + "*"])
def test_a_pattern_too_long_for_elasticsearch_is_a_query_error(
    elastic: ElasticIndex, corpus: list[Article], text: str
) -> None:
    list(elastic.write(corpus))
    with pytest.raises(QueryError, match="a pattern is too long for Elasticsearch"):
        elastic.search(parse(text))


@pytest.mark.elasticsearch
def test_places_can_be_found_by_distance(elastic: ElasticIndex, corpus: list[Article]) -> None:
    list(elastic.write(corpus))
    near = {"geo_distance": {"distance": "20km", "location": {"lat": 51.5, "lon": 0}}}
    found = elastic.client.search(index=elastic.alias, query=near)
    assert {hit["_id"] for hit in found["hits"]["hits"]} == {corpus[0].id, corpus[1].id}
