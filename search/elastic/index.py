"""The index in Elasticsearch: one index a month behind one alias, which Kibana reads as well.

`search.elastic.layout` describes the indices. An article's version, which rises with its revisions
and the moves of its story, is its external version there, so a repeated write changes nothing and
an old version never replaces a newer one.
"""

from __future__ import annotations

import contextlib
import logging
import re
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Any

from elasticsearch import ApiError, Elasticsearch, TransportError
from elasticsearch.helpers import streaming_bulk

from core.index import (
    FACET_VALUES,
    DateField,
    Hits,
    IndexedArticle,
    IndexUnavailableError,
    Outcome,
    Sort,
    Written,
    check_search,
)
from core.query import Query, QueryError
from core.records import Article
from search.elastic import bulk, features, generations, layout
from search.elastic.dsl import clause
from search.elastic.layout import Live
from search.elastic.reasons import item_reason, reason_of, translating_errors

PIT_SECONDS = "120s"
PAGE = 5_000
FORGET_SECONDS = 0.5
"""The server's clock for deletions ticks every 0.2 s (`thread_pool.estimated_time_interval`)."""

MONTHS_VALUES = 10_000
"""Values that each month reports of a facet, so that the sums over all months are right: the
server's default, 160, leaves out what is rare in one month and frequent in the next."""

SEARCH_TRIES = 3
"""Tries of a search that meets an index being deleted: the next one finds its replacement."""

_TOO_MUCH = re.compile("Determinizing automaton|The length of prefix")
"""What the server says of a pattern that it refuses to try, now or later."""

_DAYS = "days"

_NEWEST = [{"first_seen": "desc"}, {"published": "desc"}, {"id": "asc"}]

log = logging.getLogger(__name__)


class ElasticIndex:
    """`core.index.Index` in Elasticsearch.

    The first `write` creates templates, index and alias if the alias is missing. `prepare`,
    `rebuild` and `delete` need more rights than writing: on a secured server their client is
    `admin`, with the provisioner's key (`search.elastic.provision`).
    """

    def __init__(
        self, client: Elasticsearch, alias: str, admin: Elasticsearch | None = None
    ) -> None:
        self.client = client
        self.alias = alias
        self.admin = admin or client
        self._silence = bulk.Silence()

    def prepare(self) -> None:
        """See `Index.prepare`. Puts the templates; creates this month's index if there is none.

        Indices of an older layout are copied into the present one (`generations.migrate`).
        """
        with translating_errors():
            live = self._begin()
            if any(one.outdated for one in live):
                number = generations.migrate(self.admin, self.alias, live)
                log.info("%s: %s articles copied into the current layout", self.alias, number)
                live = layout.live(self.admin, self.alias)
            if not live:
                this = layout.month_at(datetime.now(UTC))
                layout.create(self.admin, layout.name_of(self.alias, this))

    def _begin(self) -> list[Live]:
        """Put the templates; returns the indices that are searched, and the months that are not
        because they were made without templates. Raises as the client does."""
        live = layout.live(self.admin, self.alias)
        _refuse_newer(live)
        layout.put_templates(self.admin, self.alias, features.apply(self.admin, self.alias, live))
        return live + layout.strays(self.alias, layout.aside(self.admin, self.alias))

    def write(self, articles: Iterable[Article]) -> Iterator[Written]:
        """See `Index.write`. Outcomes are yielded in batches."""
        months = _Months(self)
        changed = False
        for written in bulk.write(self.client, articles, months, silence=self._silence):
            changed |= written.outcome in (Outcome.CREATED, Outcome.UPDATED)
            yield written
        # Only these: a refresh waits a minute for an index that is not available.
        if changed:
            with contextlib.suppress(ApiError, TransportError):  # a second later, searches see it
                self.client.indices.refresh(index=",".join(months.named))

    def get(self, article_id: str) -> Article | None:
        """See `Index.get`."""
        # A search, as the id does not tell the month.
        found = self._search(
            query={"ids": {"values": [article_id]}},
            sort=[{"revision": "desc"}],
            size=1,
        )["hits"]["hits"]
        return bulk.article_of(found[0]["_source"]) if found else None

    def search(
        self,
        query: Query,
        *,
        size: int = 10,
        offset: int = 0,
        sort: Sort = "relevance",
        facets: Sequence[str] = (),
        values: int = FACET_VALUES,
        days: DateField | None = None,
    ) -> Hits:
        """See `Index.search`."""
        check_search(size, offset, facets)
        found = self._search(
            query=clause(query.at(datetime.now(UTC)).condition),
            size=size,
            from_=offset,
            sort=[{"_score": "desc"}, *_NEWEST] if sort == "relevance" else _NEWEST,
            track_total_hits=True,
            aggs={name: _facet(name, values) for name in facets}
            | ({_DAYS: _by_day(days)} if days else {}),
        )
        # Without an index behind the alias there are no aggregations either.
        counts = defaultdict(lambda: {"buckets": []}, found.get("aggregations", {}))
        return Hits(
            total=found["hits"]["total"]["value"],
            articles=tuple(bulk.article_of(hit["_source"]) for hit in found["hits"]["hits"]),
            facets={
                name: {bucket["key"]: bucket["doc_count"] for bucket in counts[name]["buckets"]}
                for name in facets
            },
            days={
                date.fromisoformat(bucket["key_as_string"]): bucket["doc_count"]
                for bucket in counts[_DAYS]["buckets"]
            },
        )

    def delete(self, article_ids: Iterable[str]) -> int:
        """See `Index.delete`."""
        wanted = list(dict.fromkeys(article_ids))
        deleted: set[str] = set()
        with translating_errors():
            for start in range(0, len(wanted), PAGE):
                deleted |= self._delete(wanted[start : start + PAGE])
            if deleted:
                # A deleted article's version is remembered until a refresh finds it old enough
                # (`gc_deletes`), and until then writing the article again is refused as a repeat.
                self.admin.indices.refresh(index=self.alias)
                time.sleep(FORGET_SECONDS)
                self.admin.indices.refresh(index=self.alias)
        return len(deleted)

    def _delete(self, ids: list[str]) -> set[str]:
        """Remove articles from whatever months they are in; returns the ids of those that were
        there."""
        found = self._search(query={"ids": {"values": ids}}, size=2 * PAGE, source=False)
        actions = (
            {"_op_type": "delete", "_index": hit["_index"], "_id": hit["_id"]}
            for hit in found["hits"]["hits"]
        )
        deleted = set()
        for done, item in streaming_bulk(self.admin, actions, raise_on_error=False):
            result = item["delete"]
            if not done and result.get("status") != 404:
                raise IndexUnavailableError(item_reason(result["error"]))
            if done:
                deleted.add(result["_id"])
        return deleted

    def scan(self) -> Iterator[IndexedArticle]:
        """See `Index.scan`."""
        after: dict[str, Any] = {}
        with translating_errors():
            if not self.client.indices.exists_alias(name=self.alias):
                return
            pit = self.client.open_point_in_time(index=self.alias, keep_alive=PIT_SECONDS)["id"]
        try:
            while hits := self._search(
                pit={"id": pit, "keep_alive": PIT_SECONDS},
                sort=[{"id": "asc"}],
                size=PAGE,
                source=["id", "revision", "story", "moves"],
                track_total_hits=False,
                **after,
            )["hits"]["hits"]:
                for hit in hits:
                    stored = hit["_source"]
                    story, moves = stored.get("story"), stored.get("moves", 0)
                    yield IndexedArticle(stored["id"], stored["revision"], story, moves)
                after = {"search_after": hits[-1]["sort"]}
        finally:
            with contextlib.suppress(ApiError, TransportError):  # it expires by itself
                self.client.close_point_in_time(id=pit)

    def rebuild(self, articles: Iterable[Article], month: str | None = None) -> Iterator[Written]:
        """See `Index.rebuild`. Each month's next generation is filled; then all are swapped in."""
        month = month and month.replace("-", ".")
        try:
            with translating_errors():
                live = self._begin()
        except IndexUnavailableError as error:
            yield from (Written.of(each, Outcome.FAILED, str(error)) for each in articles)
            return
        made: dict[str, str] = {}

        def route(article: Article) -> str:
            of = layout.month_of(article)
            if month not in (None, of):
                raise ValueError(f"an article of {of} is no part of {month}")
            if of not in made:
                made[of] = generations.create(self.admin, self.alias, of, live)
            return made[of]

        complete = False
        try:
            failed = 0
            for written in bulk.write(self.admin, articles, route):
                failed += written.outcome is Outcome.FAILED
                yield written
            if not failed:
                with translating_errors():
                    if not made:  # the alias has to name something
                        empty = month or layout.month_at(datetime.now(UTC))
                        made[empty] = generations.create(self.admin, self.alias, empty, live)
                    old = [one.name for one in live if month in (None, one.month)]
                    generations.swap(self.admin, self.alias, old, made)
                complete = True
        finally:
            if not complete:
                generations.discard(self.admin, self.alias, made.values())

    def close(self) -> None:
        """See `Index.close`."""
        self.client.close()
        self.admin.close()

    def _search(self, **body: Any) -> dict[str, Any]:
        """Get hits from every index, or from none."""
        if "pit" not in body:  # it names its indices itself, and takes no such parameters
            body |= {
                "index": self.alias,
                "ignore_unavailable": True,
                "allow_partial_search_results": False,
            }
        for tries_left in reversed(range(SEARCH_TRIES)):
            try:
                return dict(self.client.search(**body).body)
            except (ApiError, TransportError) as error:
                if _TOO_MUCH.search(str(error)):
                    raise QueryError(
                        "a pattern is too long for Elasticsearch, or contains too many * and ?", 0
                    ) from error
                if not tries_left or not _is_transient(error):
                    raise IndexUnavailableError(reason_of(error)) from error
        raise AssertionError


class _Months:
    """Where a writer's articles go: looked up once, and new months are created as articles come.

    `named` are the indices that articles went to.
    """

    def __init__(self, index: ElasticIndex) -> None:
        self._index = index
        self._months: set[str] = set()
        self.named: set[str] = set()

    def __call__(self, article: Article) -> str:
        """The name of the article's index, which exists.

        Raises:
            IndexUnavailableError: it cannot be written to.
        """
        alias = self._index.alias
        month = layout.month_of(article)
        name = layout.name_of(alias, month)
        with translating_errors():
            if not self._months:
                self._months = self._read()
            if month not in self._months:
                layout.create(self._index.client, name)
                self._months = self._read()
        if month not in self._months:
            raise IndexUnavailableError(
                f"{name} was created without wirewatch's templates and is not searched: "
                "run `wirewatch index prepare`"
            )
        self.named.add(name)
        return name

    def _read(self) -> set[str]:
        live = layout.live(self._index.client, self._index.alias)
        if not live:
            self._index.prepare()
            live = layout.live(self._index.client, self._index.alias)
        _refuse_newer(live)
        if outdated := [one.name for one in live if one.outdated]:
            raise IndexUnavailableError(
                f"{', '.join(outdated)}: older layout, which cannot be written to: "
                "`wirewatch index prepare` brings it up to date"
            )
        return {one.month for one in live}


def _refuse_newer(live: Sequence[Live]) -> None:
    if newer := [one.name for one in live if one.version > layout.VERSION]:
        raise IndexUnavailableError(
            f"{', '.join(newer)}: made by a newer wirewatch: upgrade this one, or rebuild the "
            "index under another `elasticsearch_alias`"
        )


def _is_transient(error: ApiError | TransportError) -> bool:
    """Whether a search failed because an index was just deleted."""
    return isinstance(error, ApiError) and error.status_code in (404, 500)


def _facet(name: str, values: int) -> dict[str, Any]:
    """The aggregation for one facet."""
    order = [{"_count": "desc"}, {"_key": "asc"}]
    sizes = {"size": values, "shard_size": MONTHS_VALUES}
    return {"terms": {"field": name, **sizes, "order": order}}


def _by_day(field: DateField) -> dict[str, Any]:
    """The aggregation for the days of a date."""
    form = {"format": "yyyy-MM-dd", "min_doc_count": 1}
    return {"date_histogram": {"field": field, "calendar_interval": "day", **form}}
