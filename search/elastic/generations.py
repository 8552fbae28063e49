"""Indices made anew: filled aside, then put in place of the old ones in one step.

A search sees the old indices, then the new ones, never half of either: the alias moves and the old
indices go in a single change of the cluster's state.
"""

from __future__ import annotations

import contextlib
import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from elasticsearch import ApiError, Elasticsearch, TransportError

from core.index import IndexUnavailableError
from search.elastic import layout
from search.elastic.layout import Live
from search.elastic.reasons import reason_of

COPY_SECONDS = 6 * 3600
"""How long the server may copy one month."""

log = logging.getLogger(__name__)


def create(client: Elasticsearch, alias: str, month: str, live: Sequence[Live]) -> str:
    """Make an empty generation of a month, and give its name.

    It is later than any that is there: another process may be filling one, or have been cut off
    while it did.

    Raises `ApiError` or `TransportError`.
    """
    there = [*(one.name for one in live), *layout.aside(client, alias)]
    name = layout.generation_after(alias, month, there)
    client.indices.create(index=name)
    return name


def discard(client: Elasticsearch, alias: str, names: Iterable[str]) -> None:
    """Delete those of some generations that are not searched. What cannot be deleted now is by the
    next swap."""
    with contextlib.suppress(ApiError, TransportError):
        if aside := set(layout.aside(client, alias)) & set(names):
            client.indices.delete(index=",".join(sorted(aside)), ignore_unavailable=True)


def swap(client: Elasticsearch, alias: str, old: Sequence[str], new: Mapping[str, str]) -> None:
    """Put generations, by their months, in place of indices, which are deleted: in one step.

    Fails as a whole where another process has replaced one of these meanwhile. Generations that
    are earlier and aside were cut off, or have been overtaken; they are deleted as well.

    Raises `ApiError` or `TransportError`.
    """
    actions: list[dict[str, Any]] = [{"remove_index": {"index": name}} for name in old]
    for month, name in new.items():
        actions.append({"add": {"index": name, "alias": alias}})
        actions.append({"add": {"index": name, "alias": layout.name_of(alias, month)}})
    if new:
        client.indices.refresh(index=",".join(new.values()))
    try:
        client.indices.update_aliases(actions=actions)
    except (ApiError, TransportError):
        # An answer that was lost on its way: what was asked for again had been done.
        searched = {one.name for one in layout.live(client, alias)}
        if not new or not searched.issuperset(new.values()):
            raise
    with contextlib.suppress(ApiError, TransportError):
        there = layout.aside(client, alias)
        for name in new.values():
            discard(client, alias, layout.earlier_generations(alias, name, there))


def migrate(client: Elasticsearch, alias: str, live: Sequence[Live]) -> int:
    """Copy what outdated indices hold into new generations, month by month; how many articles.

    Meanwhile nothing can be written to them: writers are told so and try again later. A migration
    that is cut off is made anew from its beginning by the next.

    Raises:
        IndexUnavailableError: an index could not be copied, and all is as it was.
    """
    outdated = [one for one in live if one.outdated]
    made: dict[str, str] = {}
    blocked: list[str] = []
    try:
        months = _months(client, outdated, blocked)
        # A month of its own that is up to date gets what another layout holds of it.
        joining = [one for one in live if not one.outdated and one.month in months]
        for one in joining:
            _block(client, one.name, blocked)
        total = 0
        for month, sources in months.items():
            made[month] = create(client, alias, month, live)
            sources = [*sources, *(one.name for one in joining if one.month == month)]
            for source in sources:
                total += _copy(client, source, made[month], month)
            log.info("copied %s into %s", ", ".join(sources), made[month])
        swap(client, alias, [one.name for one in (*outdated, *joining)], made)
    except (ApiError, TransportError, IndexUnavailableError) as error:
        discard(client, alias, made.values())
        with contextlib.suppress(ApiError, TransportError):
            _unblock(client, blocked)
        if isinstance(error, IndexUnavailableError):
            raise
        raise IndexUnavailableError(
            f"{', '.join(one.name for one in outdated)} could not be copied into the present "
            f"layout, and stays as it was: {reason_of(error)}; `wirewatch index rebuild` makes "
            "the index anew from the archive"
        ) from error
    return total


def _months(
    client: Elasticsearch, outdated: Sequence[Live], blocked: list[str]
) -> dict[str, list[str]]:
    """The months that indices hold articles of, each with the indices that do."""
    months: dict[str, list[str]] = defaultdict(list)
    for one in outdated:
        _block(client, one.name, blocked)
        client.indices.refresh(index=one.name)
        held = 0
        for month, count in _counted(client, one.name):
            months[month].append(one.name)
            held += count
        total = client.count(index=one.name)["count"]
        if held != total:
            raise IndexUnavailableError(
                f"{one.name} holds {total - held} documents without a first_seen, which no "
                "article lacks: see what they are, or make the index anew from the archive with "
                "`wirewatch index rebuild`"
            )
    return dict(sorted(months.items()))


def _counted(client: Elasticsearch, index: str) -> Iterator[tuple[str, int]]:
    """The months of the articles of an index, and how many they are."""
    by_month = {
        "date_histogram": {
            "field": "first_seen",
            "calendar_interval": "month",
            "format": "yyyy.MM",
            "min_doc_count": 1,
        }
    }
    found = client.search(index=index, size=0, aggs={"months": by_month})
    for bucket in found["aggregations"]["months"]["buckets"]:
        yield bucket["key_as_string"], bucket["doc_count"]


def _copy(client: Elasticsearch, source: str, target: str, month: str) -> int:
    """Copy a month's articles with their versions; how many they are."""
    told = client.options(request_timeout=COPY_SECONDS, max_retries=0).reindex(
        source={"index": source, "query": {"range": {"first_seen": _range(month)}}},
        dest={"index": target, "version_type": "external"},
        conflicts="proceed",
        wait_for_completion=True,
    )
    copied = told["created"] + told["updated"] + told["version_conflicts"]
    if told["failures"] or copied != told["total"]:
        raise IndexUnavailableError(
            f"{source}: {told['total'] - copied} of {told['total']} articles could not be copied, "
            f"and it stays as it was: {told['failures'][:1]}; `wirewatch index rebuild` makes the "
            "index anew from the archive"
        )
    return int(told["total"])


def _range(month: str) -> dict[str, str]:
    """The moments of a month, as Elasticsearch rounds them."""
    return {"gte": f"{month}||/M", "lte": f"{month}||/M", "format": "yyyy.MM"}


def _block(client: Elasticsearch, name: str, blocked: list[str]) -> None:
    """Let nobody write to an index; what was being written then is in it."""
    blocked.append(name)
    client.indices.add_block(index=name, block="write")


def _unblock(client: Elasticsearch, names: Sequence[str]) -> None:
    if names:
        client.indices.put_settings(index=",".join(names), settings={"index.blocks.write": None})
