"""The sample newsroom in Elasticsearch, with the objects that Kibana gets for it."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from pathlib import Path

from elasticsearch import Elasticsearch
from kibana_fields import Field, index_fields
from kibana_panels import Library

from core.ledger import entries
from core.query import parse
from core.records import Article, State
from core.settings import load_settings
from kibana.objects import Json, read_objects, read_rules
from wirewatch.house import House


@dataclass(frozen=True)
class Sample:
    """A server with the sample's articles and operations, and the names of their indices."""

    client: Elasticsearch
    articles: str
    operations: str

    def fields(self) -> dict[str, dict[str, Field]]:
        names = (self.articles, self.operations)
        return {name: index_fields(self.client, name) for name in names}

    def library(
        self, objects: list[Json] | None = None, rules: list[Json] | None = None
    ) -> Library:
        """The saved objects, pointed at the sample's indices."""
        own = copy.deepcopy(read_objects() if objects is None else objects)
        titles = {"wirewatch-articles": self.articles, "wirewatch-operations": self.operations}
        for saved in own:
            if saved["type"] == "index-pattern":
                saved["attributes"]["title"] = titles[saved["attributes"]["title"]]
        return Library(own, read_rules() if rules is None else rules)


def articles_of(home: Path) -> list[Article]:
    with House(load_settings(home)) as house:
        return list(house.index.search(parse("*"), size=1000).articles)


def quarantine_one(house: House) -> None:
    """Quarantine an entry of the sample, as if its page took too long."""
    with house.ledger.write() as tx:
        one = next(entries.listed(tx, state=State.INDEXED))
        reason = "extraction took more than 30 s"
        assert entries.transition(tx, one, State.QUARANTINED, now=house.now(), reason=reason)
