"""Rebuilds indices: new ones are filled aside, then put in place of the old ones in one step.

A search sees the old indices or the new ones, never half of either: the alias moves and the old
indices go in a single change of the cluster's state.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from elasticsearch import ApiError, Elasticsearch, TransportError

from core.index import IndexUnavailableError
from search.elastic import layout
from search.elastic.layout import Live
from search.elastic.reasons import reason_of

COPY_SECONDS = 6 * 3600
"""How long the server may take to copy one month."""

log = logging.getLogger(__name__)


def create(client: Elasticsearch, alias: str, month: str, live: Sequence[Live]) -> str:
    """Create an empty generation of a month; returns its name.

    It is later than all that exist: another process may be filling one, or have died doing so.

    Raises `ApiError` or `TransportError`.
    """
    there = [*(one.name for one in live), *layout.aside(client, alias)]
    name = layout.generation_after(alias, month, there)
    client.indices.create(index=name)
    return name


def discard(client: Elasticsearch, alias: str, names: Iterable[str]) -> None:
    """Delete those of some generations that are not searched. What cannot be deleted now, the next
    swap deletes."""
    with contextlib.suppress(ApiError, TransportError):
        if aside := set(layout.aside(client, alias)) & set(names):
            client.indices.delete(index=",".join(sorted(aside)), ignore_unavailable=True)


def swap(client: Elasticsearch, alias: str, old: Sequence[str], new: Mapping[str, str]) -> None:
    """Replace indices by generations, keyed by their months, in one step. The indices are deleted.

    Fails as a whole if another process has replaced one of these meanwhile. Earlier generations
    that are aside were cut off or overtaken; they are deleted as well.

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
        # The first answer may have been lost: then the retry fails, though the swap is done.
        searched = {one.name for one in layout.live(client, alias)}
        if not new or not searched.issuperset(new.values()):
            raise
    with contextlib.suppress(ApiError, TransportError):
        there = layout.aside(client, alias)
        for name in new.values():
            discard(client, alias, layout.earlier_generations(alias, name, there))


def migrate(client: Elasticsearch, alias: str, live: Sequence[Live]) -> int:
    """Copy what outdated indices hold into new generations of their months; returns how many
    articles.

    Meanwhile nothing can be written to them: writers are told so and try again later. If a
    migration is cut off, the next one starts from the beginning.

    Raises:
        IndexUnavailableError: an index could not be copied, and everything is as it was.
    """
    due = {one.month for one in live if one.outdated}
    # All indices of a month become one, also one that is up to date.
    sources = [one for one in live if one.month in due]
    created: dict[str, str] = {}
    blocked: list[str] = []
    total = 0
    try:
        for one in sources:
            _block(client, one.name, blocked)
            client.indices.refresh(index=one.name)
            if one.month not in created:
                created[one.month] = create(client, alias, one.month, live)
            total += _copy(client, one.name, created[one.month])
            log.info("copied %s into %s", one.name, created[one.month])
        swap(client, alias, [one.name for one in sources], created)
    except (ApiError, TransportError, IndexUnavailableError) as error:
        discard(client, alias, created.values())
        with contextlib.suppress(ApiError, TransportError):
            _unblock(client, blocked)
        if isinstance(error, IndexUnavailableError):
            raise
        raise IndexUnavailableError(
            f"{', '.join(one.name for one in sources)} could not be copied into the current "
            f"layout and was left as it was: {reason_of(error)}; `wirewatch index rebuild` "
            "rebuilds the index from the archive"
        ) from error
    return total


def _copy(client: Elasticsearch, source: str, target: str) -> int:
    """Copy a month's articles with their versions; returns how many."""
    result = client.options(request_timeout=COPY_SECONDS, max_retries=0).reindex(
        source={"index": source},
        dest={"index": target, "version_type": "external"},
        conflicts="proceed",
        wait_for_completion=True,
    )
    copied = result["created"] + result["updated"] + result["version_conflicts"]
    if result["failures"] or copied != result["total"]:
        raise IndexUnavailableError(
            f"{source}: {result['total'] - copied} of {result['total']} articles could not be "
            f"copied, and it was left as it was: {result['failures'][:1]}; "
            "`wirewatch index rebuild` rebuilds the index from the archive"
        )
    return int(result["total"])


def _block(client: Elasticsearch, name: str, blocked: list[str]) -> None:
    """Block writes to an index; those under way are finished first."""
    blocked.append(name)
    client.indices.add_block(index=name, block="write")


def _unblock(client: Elasticsearch, names: Sequence[str]) -> None:
    if names:
        client.indices.put_settings(index=",".join(names), settings={"index.blocks.write": None})
