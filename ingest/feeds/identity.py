"""Identify a feed's items even if their addresses change from poll to poll. Pure.

Some sites put something new into every address at each poll: a session, a counter, a number
against caches. An entry is known by its address, so each poll would seem to bring new entries.
This module works out, from the whole body that lists an item, what else it can be known by. The
ledger uses that to find the entries it already has (docs/decisions/0008).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from urllib.parse import urlsplit

from core.records import FeedItem, content_id
from ingest.web.addresses import canonical_url, chosen_by


def identified(listed: Sequence[tuple[FeedItem, Sequence[str]]]) -> tuple[FeedItem, ...]:
    """The items of a body, in its order, each with what it is known by besides its address.

    Args:
        listed: each item, and the ids that the feed gives it.

    A mark that two of them share identifies neither: some feeds give one id to all items, or one
    headline to the weather of each day.
    """
    chosen = Counter(chosen_by(item.url) for item, _ in listed)
    marks = [_mark(item, ids, alone=chosen[chosen_by(item.url)] == 1) for item, ids in listed]
    times = Counter(marks)
    return tuple(
        item.model_copy(update={"known_by": mark}) if mark and times[mark] == 1 else item
        for (item, _), mark in zip(listed, marks, strict=True)
    )


def mark_of(item: FeedItem) -> str:
    """What tells an item from others, even if its address is another one at each poll and on each
    page."""
    return item.known_by or item.id


def _mark(item: FeedItem, ids: Sequence[str], *, alone: bool) -> str | None:
    """What an item is known by: its path and id; without an id, its address, headline and time, if
    it is the only item there. Parameters that choose no page are left out of the address."""
    place, _, query = item.url.partition("?")
    if not query:
        return None
    name = next((one for one in ids if not _is_address(one, place)), None)
    if name is not None:
        return content_id(f"{place}\n{name}")
    chosen = chosen_by(item.url)
    if not alone or not item.title or chosen == item.url:
        return None
    when = item.published.isoformat() if item.published else item.summary
    return content_id(f"{chosen}\n{item.title}\n{when}")


def _is_address(name: str, place: str) -> bool:
    """Whether an id is the item's address again, which also changes at each poll."""
    address = canonical_url(name)
    return address is not None and urlsplit(address)[1:3] == urlsplit(place)[1:3]
