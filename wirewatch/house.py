"""A house: one home folder's settings, with the ledger, archive, index and rules they name."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeVar

from core.clock import utc_now
from core.ledger import Ledger, accounting, leases, names, segments
from core.ledger.accounting import Accounting
from core.records import Segment
from core.settings import Settings, load_settings
from core.sites import slot_of, slots_of_shard
from wirewatch.patience import Patience

if TYPE_CHECKING:
    from alert.rules import Rules
    from core.archive import Archive
    from core.index import Index
    from core.query import Query
    from ingest.pages.workers import Workers
    from ingest.web.manners import Sites
    from ingest.web.robots import Robots
    from search.elastic.operations import Operations
    from wirewatch.newsroom.rulebook import Rulebook

Item = TypeVar("Item")
Value = TypeVar("Value")

# What only some commands and tasks need is imported where it is used: loading all of it takes
# longer than most Airflow tasks run.


@dataclass(frozen=True, slots=True)
class Shard:
    """A part of all sites: number `number` of `of`. A site is always in the same part."""

    number: int
    of: int


ALL = Shard(0, 1)
"""Every site."""


class House:
    """What the stages work with; each part is opened on first use. Use it in a `with` block."""

    def __init__(self, settings: Settings, *, now: Callable[[], datetime] = utc_now) -> None:
        """Use what the settings name, and a clock."""
        self.settings = settings
        self._clock = now
        self._open = ExitStack()
        self._workers: dict[Callable[..., Any], Workers[Any, Any]] = {}

    @classmethod
    def open(cls, home: Path | None = None) -> House:
        """The house of a home folder; by default `WIREWATCH_HOME`, else the user's data folder."""
        return cls(load_settings(home))

    @cached_property
    def ledger(self) -> Ledger:
        """The state database."""
        return Ledger(self.settings.ledger, now=self._clock)

    @cached_property
    def archive(self) -> Archive:
        """The archive of pages and articles."""
        from core.archive import Archive

        return Archive(self.settings.archive, now=self.ledger.now)

    @cached_property
    def index(self) -> Index:
        """The search index: Elasticsearch if the settings name one, else embedded."""
        settings = self.settings
        if not settings.elasticsearch_url:
            from search.embedded import EmbeddedIndex

            return EmbeddedIndex(settings.index_path)
        from search.elastic.client import client_of
        from search.elastic.index import ElasticIndex

        client = client_of(settings, settings.elasticsearch_api_key)
        admin = None
        if settings.elasticsearch_admin_key:
            admin = client_of(settings, settings.elasticsearch_admin_key)
        return ElasticIndex(client, settings.elasticsearch_alias, admin)

    @cached_property
    def operations(self) -> Operations | None:
        """The index that passes report to, for Kibana; None without Elasticsearch."""
        settings = self.settings
        if not settings.elasticsearch_url:
            return None
        from search.elastic.client import client_of
        from search.elastic.operations import Operations

        client = client_of(settings, settings.elasticsearch_api_key)
        return Operations(client, settings.elasticsearch_operations)

    @cached_property
    def rulebook(self) -> Rulebook:
        """The file of rules."""
        from wirewatch.newsroom.rulebook import Rulebook

        return Rulebook(self.settings.rules_path)

    @cached_property
    def rules(self) -> Rules:
        """The rules that can be used, as they were at first use: a pass works with one set."""
        return self.rulebook.rules()

    def workers(
        self, function: Callable[[Item], Value], *, preload: str | None = None
    ) -> Workers[Item, Value]:
        """Processes that apply a function to many items; they live as long as the house.

        `preload` names a module that they import before their first item.
        """
        from ingest.pages.workers import Workers

        if function not in self._workers:
            settings = self.settings
            workers = Workers(
                function,
                processes=settings.extract_processes,
                seconds=settings.extract_timeout,
                max_bytes=settings.extract_max_bytes,
                preload=preload,
            )
            self._workers[function] = self._open.enter_context(workers)
        return self._workers[function]

    @cached_property
    def sites(self) -> Sites:
        """When each site was last asked, over all stages and passes of this process."""
        from ingest.web.manners import Sites

        return Sites(self.settings.pause, self.now)

    @cached_property
    def robots(self) -> Robots:
        """The sites' robots.txt, over all stages and passes of this process."""
        from ingest.web.robots import Robots

        return Robots(self.now)

    @cached_property
    def patience(self) -> Patience:
        """How long this process has read the pages of each feed."""
        return Patience(self.settings.extract_timeout)

    def now(self) -> datetime:
        """The present moment, by the ledger's clock."""
        return self.ledger.now()

    def at_present(self, query: Query) -> Query:
        """A query as of now: its relative dates counted from now, and the stories and labels that
        it names looked up (`core.ledger.names`)."""
        with self.ledger.read() as tx:
            return query.at_present(self.now(), names.present(tx, [query]))

    @contextmanager
    def slots(self, shard: Shard) -> Iterator[frozenset[int]]:
        """The slots of a shard that no other worker holds; they are ours within the block."""
        wanted = {f"slot:{slot}": slot for slot in slots_of_shard(shard.number, shard.of)}
        with self.lease(*wanted) as taken:
            yield frozenset(wanted[name] for name in taken)

    @contextmanager
    def alone_at(self, site: str) -> Iterator[bool]:
        """Whether no other worker holds the slot of a site; if so, it is ours within the block."""
        with self.lease(f"slot:{slot_of(site)}") as taken:
            yield bool(taken)

    def lease(self, *names: str) -> AbstractContextManager[set[str]]:
        """Hold those of the named leases that are free, for the length of the block."""
        return leases.take(self.ledger, names, seconds=self.settings.lease_seconds)

    def segments(self, ids: Collection[str]) -> list[Segment]:
        """The segments with ids that travel between the tasks of a DAG. Another process may have
        replaced or removed one meanwhile; then there is nothing to do about it."""
        with self.ledger.read() as tx:
            return segments.get(tx, ids)

    def account(self) -> Accounting:
        """The accounting of all entries.

        Raises:
            LedgerError: an entry was lost.
        """
        with self.ledger.read() as tx:
            return accounting.account(tx)

    def close(self) -> None:
        """Close everything that was opened."""
        self._open.close()
        self._workers.clear()
        for name in ("index", "operations", "ledger"):
            if (opened := self.__dict__.pop(name, None)) is not None:
                opened.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
