"""The layout in Elasticsearch: one index per month, and migration of older templates."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from elasticsearch import Elasticsearch, TransportError

from core.index import IndexUnavailableError, Outcome
from core.query import parse
from core.records import Article
from search.elastic import bulk, generations, layout
from search.elastic.client import connect
from search.elastic.index import ElasticIndex

Make = Callable[..., Article]

VERSIONS = {1: "7ad53f43"}
"""The first digits of the hash of each version's templates."""

MONTH = timedelta(days=31)


def names(elastic: ElasticIndex) -> list[str]:
    """The names of the alias's indices, without the alias."""
    found = layout.live(elastic.client, elastic.alias)
    return [one.name.removeprefix(f"{elastic.alias}-") for one in found]


def as_it_was(elastic: ElasticIndex, name: str = "2026.03", *, version: int = 0) -> None:
    """Create an index of a month like an older wirewatch's."""
    template = layout.template("mappings", elastic.alias)["template"]
    mappings = template["mappings"]
    mappings["_meta"] = {"version": version} if version else {}
    # That wirewatch had no places.
    for field in ("place", "location"):
        del mappings["properties"][field]
    elastic.client.indices.create(
        index=f"{elastic.alias}-{name}",
        aliases={elastic.alias: {}},
        mappings=mappings,
        settings=template["settings"],
    )


def filled(elastic: ElasticIndex, articles: list[Article], name: str = "") -> None:
    """Write articles into the indices of their months, or into that of a name."""

    def route(article: Article) -> str:
        return f"{elastic.alias}-{name or layout.month_of(article)}"

    results = list(bulk.write(elastic.client, articles, route))
    assert {one.outcome for one in results} <= {Outcome.CREATED, Outcome.UPDATED}
    elastic.client.indices.refresh(index=f"{elastic.alias}-*")


def test_changed_templates_need_a_new_version() -> None:
    texts = [layout._file(name) for name in (*layout.COMPONENTS, *layout.TEMPLATES)]
    begins = hashlib.sha256("".join(texts).encode()).hexdigest()[:8]
    assert VERSIONS[layout.VERSION] == begins, (
        "indices that exist are brought up to date only if VERSION and the templates' own "
        f"versions are raised; the templates hash to {begins}"
    )
    named = [*layout.COMPONENTS, *layout.TEMPLATES]
    assert {layout.template(name)["version"] for name in named} == {layout.VERSION}
    mappings = layout.template("mappings")["template"]["mappings"]
    assert mappings["_meta"] == {"version": layout.VERSION}


def test_months_are_counted_in_utc(make: Make) -> None:
    eve = make(first_seen=datetime.fromisoformat("2026-11-01T01:30:00+02:00"))
    assert layout.month_of(eve) == "2026.10"


@pytest.mark.elasticsearch
def test_a_revision_replaces_its_first_version_in_any_month(
    elastic: ElasticIndex, make: Make
) -> None:
    first = make(1)
    later = make(2, first_seen=first.first_seen + 2 * MONTH)
    assert {one.outcome for one in elastic.write([first, later])} == {Outcome.CREATED}
    assert {"2026.03", "2026.05"} <= set(names(elastic))
    edited = first.model_copy(update={"revision": 2, "title": "Edited"})
    results = list(elastic.write([later, edited, first]))
    assert [one.outcome for one in results] == [Outcome.SAME, Outcome.UPDATED, Outcome.SAME]
    assert elastic.search(parse("*")).total == 2
    assert elastic.get(first.id) == edited


@pytest.mark.elasticsearch
def test_articles_are_deleted_from_any_month(
    elastic: ElasticIndex, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("search.elastic.index.PAGE", 1)
    articles = [make(n, first_seen=make(0).first_seen + n * MONTH) for n in range(3)]
    list(elastic.write(articles))
    assert elastic.delete([articles[0].id, articles[2].id, "absent"]) == 2
    assert [held.id for held in elastic.scan()] == [articles[1].id]
    assert {one.outcome for one in elastic.write(articles)} == {Outcome.CREATED, Outcome.SAME}


@pytest.mark.elasticsearch
def test_a_month_is_rebuilt_alone(elastic: ElasticIndex, make: Make) -> None:
    articles = [make(n, first_seen=make(0).first_seen + n * MONTH) for n in range(3)]
    list(elastic.write(articles))
    rebuilt = articles[1].model_copy(update={"title": "Anew"})
    assert {one.outcome for one in elastic.rebuild([rebuilt], "2026-04")} == {Outcome.CREATED}
    assert {"2026.03", "2026.04-000002", "2026.05"} <= set(names(elastic))
    assert elastic.search(parse("*")).total == 3
    assert elastic.get(rebuilt.id) == rebuilt
    # It can be written to under the same name as before.
    edited = rebuilt.model_copy(update={"revision": 2})
    assert [one.outcome for one in elastic.write([edited])] == [Outcome.UPDATED]
    list(elastic.rebuild([edited], "2026-04"))
    assert "2026.04-000003" in names(elastic)
    assert elastic.search(parse("*")).total == 3
    with pytest.raises(ValueError, match="no part of"):
        list(elastic.rebuild([articles[0]], "2026-04"))
    assert elastic.search(parse("*")).total == 3


@pytest.mark.elasticsearch
def test_a_rebuild_of_nothing_leaves_an_index(elastic: ElasticIndex, make: Make) -> None:
    list(elastic.write([make(1)]))
    assert list(elastic.rebuild([])) == []
    assert elastic.search(parse("*"), facets=["language"]).total == 0
    assert [one.outcome for one in elastic.write([make(1)])] == [Outcome.CREATED]


class Searcher(threading.Thread):
    """Searches repeatedly with a client of its own, as the desk's; remembers every total it saw."""

    def __init__(self, elastic: ElasticIndex, url: str) -> None:
        super().__init__()
        self.index = ElasticIndex(connect(url), elastic.alias)
        self.ended = threading.Event()
        self.totals: list[int] = []
        self.failures: list[str] = []

    def run(self) -> None:
        query = parse("*")
        while not self.ended.is_set():
            try:
                hits = self.index.search(query, size=50)
            except IndexUnavailableError as error:
                self.failures.append(str(error))
            else:
                self.totals.append(hits.total)
                assert len(hits.articles) == min(50, hits.total)

    def __enter__(self) -> Searcher:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.ended.set()
        self.join()
        self.index.close()


@pytest.mark.elasticsearch
def test_no_search_sees_a_half_done_migration(
    elastic: ElasticIndex, make: Make, elasticsearch_url: str
) -> None:
    for month in ("2026.03", "2026.04"):
        as_it_was(elastic, month)
    days = [make(n, first_seen=make(0).first_seen + timedelta(days=n)) for n in range(60)]
    edited = days[7].model_copy(update={"revision": 5, "title": "Edited"})
    filled(elastic, [*days, edited])
    with Searcher(elastic, elasticsearch_url) as searcher:
        elastic.prepare()
        list(elastic.rebuild([*days, edited]))
    assert set(searcher.totals) == {60}
    assert searcher.failures == []
    assert names(elastic) == [f"2026.0{month}-000003" for month in (3, 4)]
    assert elastic.get(edited.id) == edited
    assert [one.outcome for one in elastic.write(days[:9])] == [Outcome.SAME] * 9


@pytest.mark.elasticsearch
def test_an_older_layout_is_not_written_to_until_migrated(
    elastic: ElasticIndex, corpus: list[Article]
) -> None:
    as_it_was(elastic)
    (results,) = elastic.write(corpus[:1])
    assert results.outcome is Outcome.FAILED
    assert "older layout" in (results.reason or "")
    assert "`wirewatch index prepare`" in (results.reason or "")
    elastic.prepare()
    assert [one.outcome for one in elastic.write(corpus[:1])] == [Outcome.CREATED]
    assert elastic.search(parse("place:london")).total == 1


@pytest.mark.elasticsearch
def test_a_month_is_migrated_with_its_revisions(
    elastic: ElasticIndex, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = generations._copy

    def while_blocked(client: Elasticsearch, source: str, target: str) -> int:
        assert client.indices.get_settings(index=source, name="index.blocks.write").body
        return copy(client, source, target)

    monkeypatch.setattr(generations, "_copy", while_blocked)
    current = "2026.03-000002"
    as_it_was(elastic, current, version=layout.VERSION)
    filled(elastic, [make(1, revision=3)], current)
    as_it_was(elastic)  # and one with an older layout, sharing an article
    filled(elastic, [make(1), make(2)])
    # Written just now, it is not searched yet.
    old = f"{elastic.alias}-2026.03"
    elastic.client.indices.put_settings(index=old, settings={"index.refresh_interval": "-1"})
    list(bulk.write(elastic.client, [make(3)], lambda _: old))
    elastic.prepare()
    assert names(elastic) == ["2026.03-000003"]
    revisions = {make(1).id: 3, make(2).id: 1, make(3).id: 1}
    assert {held.id: held.revision for held in elastic.scan()} == revisions
    assert [one.outcome for one in elastic.write([make(1, revision=2)])] == [Outcome.SAME]


@pytest.mark.elasticsearch
def test_an_index_that_cannot_be_copied_stays_and_is_reported(
    elastic: ElasticIndex, make: Make
) -> None:
    name = f"{elastic.alias}-2026.03"
    odd = {"id": "1", "first_seen": "2026-03-01", "unheard_of": 1}
    elastic.client.indices.create(index=name, aliases={elastic.alias: {}})
    elastic.client.index(index=name, document=odd, refresh=True)
    with pytest.raises(IndexUnavailableError, match=r"could not be copied.*index rebuild"):
        elastic.prepare()
    assert names(elastic) == ["2026.03"]
    assert len(elastic.client.indices.get(index=f"{elastic.alias}-*")) == 1
    # It can be written to as before.
    elastic.client.index(index=name, document=odd)
    assert {one.outcome for one in elastic.rebuild([make(1)])} == {Outcome.CREATED}
    assert names(elastic) == ["2026.03-000002"]


@pytest.mark.elasticsearch
def test_an_index_of_no_month_behind_the_alias_is_left_alone(
    elastic: ElasticIndex, make: Make
) -> None:
    somebodys = f"{elastic.alias}-copy"
    elastic.client.indices.create(index=somebodys, aliases={elastic.alias: {}})
    said = f"{somebodys} is searched as {elastic.alias}, but is no month's index: take it out"
    with pytest.raises(IndexUnavailableError, match=said):
        elastic.prepare()
    for (results,) in (elastic.write([make(1)]), elastic.rebuild([make(1)])):
        assert results.outcome is Outcome.FAILED
        assert said in (results.reason or "")


@pytest.mark.elasticsearch
def test_writes_fail_while_an_index_is_copied(elastic: ElasticIndex, make: Make) -> None:
    list(elastic.write([make(1)]))
    generations._block(elastic.client, f"{elastic.alias}-2026.03", [])
    results = list(elastic.write([make(2), make(1, revision=2)]))
    assert [one.outcome for one in results] == [Outcome.FAILED] * 2
    assert "copied" in (results[0].reason or "")
    with pytest.raises(IndexUnavailableError, match="copied"):
        elastic.delete([make(1).id])


@pytest.mark.elasticsearch
def test_a_newer_layout_is_left_alone(elastic: ElasticIndex, make: Make) -> None:
    as_it_was(elastic, "2026.03", version=layout.VERSION + 1)
    with pytest.raises(IndexUnavailableError, match="newer wirewatch"):
        elastic.prepare()
    for results in (elastic.write([make(1)]), elastic.rebuild([make(1)])):
        assert [one.outcome for one in results] == [Outcome.FAILED]
    assert elastic.search(parse("*")).total == 0


@pytest.mark.elasticsearch
@pytest.mark.parametrize("rebuilt", [False, True])
def test_a_write_without_templates_fails_with_the_reason(
    elastic: ElasticIndex, make: Make, rebuilt: bool
) -> None:
    list(elastic.write([make(1)]))
    layout.remove_templates(elastic.client, elastic.alias)
    somebodys = f"{elastic.alias}-copy"
    elastic.client.indices.create(index=somebodys)
    next_month = make(2, first_seen=make(0).first_seen + MONTH)
    (results,) = elastic.write([next_month])
    assert results.outcome is Outcome.FAILED
    assert "without wirewatch's templates" in (results.reason or "")
    if rebuilt:
        # The month's name is taken by the index that nobody searches.
        found = elastic.rebuild([make(1), next_month])
        assert {one.outcome for one in found} == {Outcome.CREATED}
    else:
        elastic.prepare()
        assert [one.outcome for one in elastic.write([next_month])] == [Outcome.CREATED]
    assert [one.outcome for one in elastic.write([next_month])] == [Outcome.SAME]
    assert elastic.search(parse("*")).total == 2
    assert layout.aside(elastic.client, elastic.alias) == [somebodys]


@pytest.mark.elasticsearch
def test_of_two_concurrent_rebuilds_one_wins_and_the_other_raises(
    elastic: ElasticIndex, make: Make
) -> None:
    list(elastic.write([make(0)]))
    slow = elastic.rebuild([make(1), make(2)])
    next(slow)
    assert {one.outcome for one in elastic.rebuild([make(3)])} == {Outcome.CREATED}
    with pytest.raises(IndexUnavailableError):
        list(slow)
    assert [held.id for held in elastic.scan()] == [make(3).id]
    assert layout.aside(elastic.client, elastic.alias) == []


@pytest.mark.elasticsearch
def test_leftovers_of_a_killed_rebuild_are_deleted_by_the_next(
    elastic: ElasticIndex, make: Make
) -> None:
    list(elastic.write([make(0)]))
    other = f"{elastic.alias}-2026.03-000002"
    elastic.client.indices.create(index=other)
    abandoned = elastic.rebuild([make(1)])
    next(abandoned)
    abandoned.close()  # type: ignore[attr-defined]  # a generator, which its type does not say
    assert layout.aside(elastic.client, elastic.alias) == [other], "it may still be being filled"
    list(elastic.rebuild([make(1)]))
    assert names(elastic) == ["2026.03-000003"]
    assert layout.aside(elastic.client, elastic.alias) == []


@pytest.mark.elasticsearch
def test_a_lost_answer_does_not_lose_the_new_index(
    elastic: ElasticIndex, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    list(elastic.write([make(0)]))
    update = elastic.admin.indices.update_aliases
    arrives = False

    def lost(**how: Any) -> None:
        if arrives:
            update(**how)
        raise TransportError("the answer never came")

    monkeypatch.setattr(elastic.admin.indices, "update_aliases", lost)
    with pytest.raises(IndexUnavailableError, match="never came"):
        list(elastic.rebuild([make(1)]))
    assert layout.aside(elastic.client, elastic.alias) == []
    assert [held.id for held in elastic.scan()] == [make(0).id]
    arrives = True
    assert {one.outcome for one in elastic.rebuild([make(1)])} == {Outcome.CREATED}
    assert [held.id for held in elastic.scan()] == [make(1).id]
