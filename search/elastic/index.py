"""The index in Elasticsearch: an alias over one concrete index, which Kibana reads as well.

`ALIAS-000001` is the first index behind the alias; a rebuild fills the next one and moves the
alias in one step. An article's version, which rises with its revisions and the moves of its story,
is its external version there, so a repeat changes nothing and an old one never replaces a newer.
"""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from importlib import resources
from typing import Any

from elasticsearch import (
    ApiError,
    BadRequestError,
    Elasticsearch,
    NotFoundError,
    TransportError,
)
from elasticsearch.helpers import streaming_bulk

from core.index import (
    FACET_VALUES,
    Held,
    Hits,
    IndexUnavailableError,
    Outcome,
    Sort,
    Written,
    check_search,
)
from core.query import Query
from core.records import Article
from search.elastic import bulk
from search.elastic.dsl import clause

ALIAS = "wirewatch-articles"

REQUEST_SECONDS = 60
PIT_SECONDS = "120s"
PAGE = 5_000
FORGET_SECONDS = 0.5
"""The server's clock for this ticks every 0.2 s (`thread_pool.estimated_time_interval`)."""

_NEWEST = [{"first_seen": "desc"}, {"id": "asc"}]


def connect(url: str, api_key: str | None = None) -> Elasticsearch:
    """A client that tries again, slower each time, where a server is busy or away for a moment."""
    return Elasticsearch(
        url,
        api_key=api_key,
        request_timeout=REQUEST_SECONDS,
        max_retries=3,
        retry_on_status=(429, 502, 503, 504),
        retry_on_timeout=True,
        retry_backoff_base=0.5,
        retry_backoff_cap=8,
    )


class ElasticIndex:
    """`core.index.Index` in Elasticsearch.

    The first `write` makes template, index and alias where the alias is missing; `prepare` does so
    ahead, for a writer whose key may not.
    """

    def __init__(self, client: Elasticsearch, alias: str = ALIAS) -> None:
        self.client = client
        self.alias = alias

    def prepare(self) -> None:
        """Put the index template; make the first index and its alias where there is none.

        An index of an older version gets the fields that have come since.
        """
        mappings = self._begin()["template"]["mappings"]
        self.client.indices.put_mapping(index=self.alias, **mappings)

    def _begin(self) -> dict[str, Any]:
        """Put the template, make the first index where there is none; the template."""
        template: dict[str, Any] = json.loads(
            resources.files("search.elastic").joinpath("template.json").read_text("utf-8")
        )
        template["index_patterns"] = [f"{self.alias}-*"]
        self.client.indices.put_index_template(name=self.alias, **template)
        if not self.client.indices.exists_alias(name=self.alias):
            self._create(f"{self.alias}-000001", {self.alias: {"is_write_index": True}})
        return template

    def write(self, articles: Iterable[Article]) -> Iterator[Written]:
        """See `Index.write`. Outcomes are told in batches, within a batch in any order."""
        failure = None
        try:
            if not self.client.indices.exists_alias(name=self.alias):
                self.prepare()
        except (ApiError, TransportError) as error:
            failure = bulk.reason_of(error)
        yield from bulk.write(
            self.client, articles, {"index": self.alias, "require_alias": True}, failure
        )
        with contextlib.suppress(ApiError, TransportError):  # then searches see it a second later
            self.client.indices.refresh(index=self.alias, ignore_unavailable=True)

    def get(self, article_id: str) -> Article | None:
        """See `Index.get`."""
        try:
            found = self.client.get(index=self.alias, id=article_id)
        except NotFoundError:
            return None
        except (ApiError, TransportError) as error:
            raise IndexUnavailableError(bulk.reason_of(error)) from error
        return bulk.article_of(found["_source"])

    def search(
        self,
        query: Query,
        *,
        size: int = 10,
        offset: int = 0,
        sort: Sort = "relevance",
        facets: Sequence[str] = (),
    ) -> Hits:
        """See `Index.search`."""
        check_search(size, offset, facets)
        found = self._search(
            index=self.alias,
            ignore_unavailable=True,
            query=clause(query.at(datetime.now(UTC)).condition),
            size=size,
            from_=offset,
            sort=[{"_score": "desc"}, *_NEWEST] if sort == "relevance" else _NEWEST,
            track_total_hits=True,
            aggs={name: _facet(name) for name in facets},
        )
        # Without any index behind the alias there are no aggregations either.
        counts = found.get("aggregations") or {name: {"buckets": []} for name in facets}
        return Hits(
            total=found["hits"]["total"]["value"],
            articles=tuple(bulk.article_of(hit["_source"]) for hit in found["hits"]["hits"]),
            facets={
                name: {bucket["key"]: bucket["doc_count"] for bucket in counts[name]["buckets"]}
                for name in facets
            },
        )

    def delete(self, article_ids: Iterable[str]) -> int:
        """See `Index.delete`."""
        actions = ({"_op_type": "delete", "_id": each} for each in dict.fromkeys(article_ids))
        deleted = 0
        try:
            for done, item in streaming_bulk(
                self.client, actions, index=self.alias, raise_on_error=False
            ):
                result = item["delete"]
                if not done and result.get("status") != 404:
                    raise IndexUnavailableError(str(result.get("error")))
                deleted += done
            if deleted:
                # A deleted article's version is remembered until a refresh finds it old enough
                # (`gc_deletes`), and until then writing the article again is refused as a repeat.
                self.client.indices.refresh(index=self.alias)
                time.sleep(FORGET_SECONDS)
                self.client.indices.refresh(index=self.alias)
        except (ApiError, TransportError) as error:
            raise IndexUnavailableError(bulk.reason_of(error)) from error
        return deleted

    def held(self) -> Iterator[Held]:
        """See `Index.held`."""
        after: dict[str, Any] = {}
        try:
            if not self.client.indices.exists_alias(name=self.alias):
                return
            pit = self.client.open_point_in_time(index=self.alias, keep_alive=PIT_SECONDS)["id"]
        except (ApiError, TransportError) as error:
            raise IndexUnavailableError(bulk.reason_of(error)) from error
        try:
            while hits := self._search(
                pit={"id": pit, "keep_alive": PIT_SECONDS},
                sort=[{"id": "asc"}],
                size=PAGE,
                source=["id", "revision", "story"],
                track_total_hits=False,
                **after,
            )["hits"]["hits"]:
                for hit in hits:
                    held = hit["_source"]
                    yield Held(held["id"], held["revision"], held.get("story"))
                after = {"search_after": hits[-1]["sort"]}
        finally:
            self.client.close_point_in_time(id=pit)

    def rebuild(self, articles: Iterable[Article]) -> Iterator[Written]:
        """See `Index.rebuild`. The next index is filled, the alias moved, the old one deleted."""
        try:
            self._begin()  # whatever the old index is like: it goes
            old = sorted(self.client.indices.get_alias(name=self.alias))
            new = _next(old[-1])
            # What a rebuild that was cut off has left behind.
            self.client.indices.delete(index=new, ignore_unavailable=True)
            self._create(new, {})
        except (ApiError, TransportError) as error:
            yield from bulk.write(self.client, articles, {}, bulk.reason_of(error))
            return
        complete = False
        try:
            failed = 0
            for written in bulk.write(self.client, articles, {"index": new}):
                failed += written.outcome is Outcome.FAILED
                yield written
            complete = failed == 0
        finally:
            if not complete:
                with contextlib.suppress(TransportError):  # the next rebuild deletes it
                    self.client.indices.delete(index=new, ignore_unavailable=True)
        if complete:
            self._move(old, new)

    def close(self) -> None:
        """See `Index.close`."""
        self.client.close()

    def _create(self, name: str, aliases: Mapping[str, Mapping[str, Any]]) -> None:
        try:
            self.client.indices.create(index=name, aliases=aliases)
        except BadRequestError as error:
            # Two writers may start at once; the other one made it.
            if error.error != "resource_already_exists_exception":
                raise

    def _move(self, old: Sequence[str], new: str) -> None:
        """Let the alias name `new`, and delete what it named, in one step."""
        actions: list[dict[str, Any]] = [{"remove_index": {"index": name}} for name in old]
        actions.append({"add": {"index": new, "alias": self.alias, "is_write_index": True}})
        try:
            self.client.indices.refresh(index=new)
            self.client.indices.update_aliases(actions=actions)
        except (ApiError, TransportError) as error:
            raise IndexUnavailableError(bulk.reason_of(error)) from error

    def _search(self, **body: Any) -> dict[str, Any]:
        try:
            return dict(self.client.search(**body).body)
        except (ApiError, TransportError) as error:
            raise IndexUnavailableError(bulk.reason_of(error)) from error


def _facet(name: str) -> dict[str, Any]:
    """The aggregation for one facet."""
    order = [{"_count": "desc"}, {"_key": "asc"}]
    return {"terms": {"field": name, "size": FACET_VALUES, "order": order}}


def _next(name: str) -> str:
    """The name of the index after this one: `...-000001` is followed by `...-000002`."""
    base, _, number = name.rpartition("-")
    return f"{base}-{int(number) + 1:06}"
