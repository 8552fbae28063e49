"""The operations index: small documents about the work itself, only for Kibana."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from importlib import resources
from typing import Any

from elasticsearch import Elasticsearch
from elasticsearch.helpers import BulkIndexError, bulk

from core.index import IndexUnavailableError
from search.elastic.reasons import item_reason, translating_errors

SNAPSHOT = ("entry", "feed")
"""Kinds of documents that say how things are now: those of an earlier pass are out of date."""


def operations_template(index: str) -> dict[str, Any]:
    """The index template of an operations index, as Elasticsearch takes it."""
    text = (resources.files("search.elastic") / "templates/operations.json").read_text("utf-8")
    return {**json.loads(text), "index_patterns": [index]}


class Operations:
    """One index, created by the first `write`, or by `prepare` if the writer's key may not create
    it. One of an older wirewatch is given the fields that are new in the same ways."""

    def __init__(self, client: Elasticsearch, index: str) -> None:
        self.client = client
        self.index = index

    def prepare(self) -> None:
        """Put the template; create the index, or add to an older one the fields that are new.

        Raises `ApiError` or `TransportError`.
        """
        template = operations_template(self.index)
        self.client.indices.put_index_template(name=self.index, **template)
        if self.client.indices.exists(index=self.index):
            self.client.indices.put_mapping(index=self.index, **template["template"]["mappings"])
        else:
            self.client.options(ignore_status=400).indices.create(index=self.index)

    def write(
        self,
        documents: Iterable[tuple[str, Mapping[str, Any]]],
        *,
        written: datetime,
        keep_since: datetime,
    ) -> None:
        """Write a pass's documents by their ids, and delete those that are replaced or too old.

        Args:
            documents: ids and fields; repeating a write changes nothing.
            written: the pass's own time, which all of them carry.
            keep_since: documents of passes before this are deleted.

        Raises:
            IndexUnavailableError: the index does not answer, or refuses a document. What was
                written by then stays; writing again puts it right.
        """
        actions = [{"_id": key, "_source": dict(fields)} for key, fields in documents]
        try:
            with translating_errors():
                if not self.client.indices.exists(index=self.index):
                    self.prepare()
                try:
                    bulk(self.client, actions, index=self.index, refresh=True)
                except BulkIndexError as error:
                    if not _lacks_fields(error):
                        raise
                    self.prepare()
                    bulk(self.client, actions, index=self.index, refresh=True)
                self._delete(written, keep_since)
        except BulkIndexError as error:
            why = item_reason(error.errors[0]["index"]["error"])
            raise IndexUnavailableError(f"{self.index} refused a document: {why}") from error

    def close(self) -> None:
        """Let go of the connections."""
        self.client.close()

    def _delete(self, written: datetime, keep_since: datetime) -> None:
        replaced = {
            "bool": {
                "filter": [
                    {"terms": {"kind": list(SNAPSHOT)}},
                    {"range": {"written": {"lt": written.isoformat()}}},
                ]
            }
        }
        outlived = {"range": {"written": {"lt": keep_since.isoformat()}}}
        self.client.delete_by_query(
            index=self.index,
            query={"bool": {"should": [replaced, outlived]}},
            conflicts="proceed",  # another pass has deleted or renewed it meanwhile
            refresh=True,
        )


def _lacks_fields(error: BulkIndexError) -> bool:
    """Whether documents were refused because the index has an older mapping."""
    return any(
        one["index"]["error"].get("type") == "strict_dynamic_mapping_exception"
        for one in error.errors
    )
