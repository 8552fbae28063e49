"""What is stored of an article, in which batches, and what each answer of the server means."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NoReturn

import pytest
from elasticsearch import Elasticsearch, TransportError
from factories import an_article

from core.faults import SITES
from core.index import IndexUnavailableError, Outcome
from core.records import Article, content_id
from search.elastic import bulk

Make = Callable[..., Article]


def test_an_article_is_stored_without_what_is_empty(corpus: list[Article]) -> None:
    for article in corpus:
        stored = bulk.source(article)
        assert bulk.article_of(stored) == article
        assert [name for name, value in stored.items() if value in (None, "", [])] == []
        assert "moves" not in stored
    first = bulk.source(corpus[0])
    assert first["location"] == [{"lat": 51.5085, "lon": -0.1257}]  # of London, named twice
    assert (first["topic"], first["country"]) == (["surveillance", "interception"], ["GB"])
    moved = corpus[0].model_copy(update={"story": content_id("story"), "moves": 2})
    assert bulk.source(moved)["moves"] == 2


def test_a_batch_has_each_article_once(make: Make) -> None:
    one, other = make(1), make(2)
    assert list(bulk._batches([one, other, one])) == [[one, other], [one]]
    many = bulk._batches(make(n) for n in range(1_001))
    assert [len(batch) for batch in many] == [500, 500, 1]
    assert list(bulk._batches([])) == []


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (IndexUnavailableError("no such month"), "no such month"),
        (TransportError("gone"), "TransportError: gone"),
    ],
)
def test_articles_without_an_index_to_go_to_have_failed(
    make: Make, error: Exception, reason: str
) -> None:
    def route(_: Article) -> NoReturn:
        raise error

    client = Elasticsearch("http://search.example:9200")
    results = list(bulk.write(client, [make(1), make(2)], route))
    assert [(one.outcome, one.reason) for one in results] == [(Outcome.FAILED, reason)] * 2


def test_a_fault_costs_only_the_article_that_met_it(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    met = bulk.source
    sent: list[str] = []

    def source(article: Article) -> dict[str, Any]:
        if "odd" in article.title:
            raise KeyError("odd")
        return met(article)

    def taken(_: object, actions: Iterable[dict[str, Any]], **__: object) -> Iterator[Any]:
        for action in actions:
            sent.append(action["_id"])
            yield True, {"index": {"_id": action["_id"], "status": 201, "result": "created"}}

    monkeypatch.setattr(bulk, "source", source)
    monkeypatch.setattr(bulk, "streaming_bulk", taken)
    client = Elasticsearch("http://search.example:9200")
    good, odd = make(1), make(2, title="An odd one")
    written = {one.id: one for one in bulk.write(client, [odd, good], lambda _: "month")}
    assert (sent, written[good.id].outcome) == ([good.id], Outcome.CREATED)
    reason = "indexing failed, please report it: KeyError: 'odd'"
    assert (written[odd.id].outcome, written[odd.id].reason) == (Outcome.REJECTED, reason)
    every = [
        make(number, title="An odd one", site=f"site{number}.example") for number in range(SITES)
    ]
    with pytest.raises(KeyError):
        list(bulk.write(client, every, lambda _: "month"))


@pytest.mark.parametrize(
    ("status", "said", "outcome"),
    [
        (201, {"result": "created"}, Outcome.CREATED),
        (200, {"result": "updated"}, Outcome.UPDATED),
        (409, {"error": {"type": "version_conflict_engine_exception"}}, Outcome.SAME),
        (400, {"error": {"type": "document_parsing_exception"}}, Outcome.REJECTED),
        (413, {"error": {"type": "too_large"}}, Outcome.REJECTED),
        (400, {"error": {"type": "index_closed_exception"}}, Outcome.FAILED),
        (403, {"error": {"type": "security_exception"}}, Outcome.FAILED),
        (503, {"error": {"type": "unavailable_shards_exception"}}, Outcome.FAILED),
    ],
)
def test_an_answer_says_what_became_of_an_article(
    status: int, said: dict[str, Any], outcome: Outcome
) -> None:
    article = an_article(revision=3)
    written = bulk._outcome({"_id": article.id, "status": status, **said}, article)
    assert (written.id, written.outcome) == (article.id, outcome)
    assert bool(written.reason) is (outcome in (Outcome.REJECTED, Outcome.FAILED))
