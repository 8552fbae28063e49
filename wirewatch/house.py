"""A house: one home folder's settings, with the ledger, archive, index and models they name."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Self

from alert.rules import Rules, load_rules
from core.archive import Archive
from core.index import Index
from core.ledger import Ledger
from core.settings import Settings, load_settings
from core.sites import slots_of_shard
from enrich.tagger import Tagger
from search.elastic.index import ElasticIndex, connect
from search.embedded import EmbeddedIndex


@dataclass(frozen=True, slots=True)
class Shard:
    """A part of all sites: number `number` of `of`. One site is always in one part."""

    number: int
    of: int


ALL = Shard(0, 1)
"""Every site."""


class House:
    """What the stages work with, opened when first used. Use it in a `with` block."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    @classmethod
    def open(cls, home: Path | None = None) -> House:
        """The house of a home folder, else of `WIREWATCH_HOME`, else of the user."""
        return cls(load_settings(home))

    @cached_property
    def ledger(self) -> Ledger:
        """The state database."""
        return Ledger(self.settings.ledger)

    @cached_property
    def archive(self) -> Archive:
        """The pages and articles."""
        return Archive(self.settings.archive, now=self.ledger.now)

    @cached_property
    def index(self) -> Index:
        """The searchable projection: Elasticsearch where settings name one, else embedded."""
        settings = self.settings
        if not settings.elasticsearch_url:
            return EmbeddedIndex(settings.index_path)
        client = connect(settings.elasticsearch_url, settings.elasticsearch_api_key or None)
        return ElasticIndex(client, settings.elasticsearch_alias)

    @cached_property
    def tagger(self) -> Tagger:
        """The topic tagger; its model takes a moment to load."""
        return Tagger.load()

    @cached_property
    def rules(self) -> Rules:
        """The readers' rules, checked."""
        return load_rules(self.settings.rules_path)

    def now(self) -> datetime:
        """The present moment, by the ledger's clock."""
        return self.ledger.now()

    @contextmanager
    def slots(self, shard: Shard) -> Iterator[frozenset[int]]:
        """The slots of a shard that no other worker is at; they are ours within the block."""
        wanted = {f"slot:{slot}": slot for slot in slots_of_shard(shard.number, shard.of)}
        with self.lease(*wanted) as taken:
            yield frozenset(wanted[name] for name in taken)

    @contextmanager
    def lease(self, *names: str) -> Iterator[set[str]]:
        """Take what is free of some named work, for the length of the block."""
        with self.ledger.lease(names, seconds=self.settings.lease_seconds) as taken:
            yield taken

    def close(self) -> None:
        """Close what was opened."""
        for name in ("index", "ledger"):
            if name in self.__dict__:
                self.__dict__.pop(name).close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
