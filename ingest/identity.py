"""What a feed knows its items by where their addresses do not stay as they are. Pure.

Some sites write into each address what is new at each poll: a session, a counter, a number
against caches. An entry is known by its address, so each poll would bring entries that nobody has
seen. What else it may be known by is said here, by the whole body that lists it, and the ledger
finds those that were known by it before (docs/decisions/0008).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from urllib.parse import urlsplit

from core.records import FeedItem, content_id
from ingest.addresses import canonical_url, chosen_by


def identified(listed: Sequence[tuple[FeedItem, Sequence[str]]]) -> tuple[FeedItem, ...]:
    """The items of a body, in its order, each with what it is known by beside its address.

    Args:
        listed: each item, and the ids that the feed gives it.

    What two of them are known by tells neither: feeds give one id to all, and one headline to the
    weather of each day.
    """
    chosen = Counter(chosen_by(item.url) for item, _ in listed)
    marks = [_mark(item, ids, alone=chosen[chosen_by(item.url)] == 1) for item, ids in listed]
    times = Counter(marks)
    return tuple(
        item.model_copy(update={"known_by": mark}) if mark and times[mark] == 1 else item
        for (item, _), mark in zip(listed, marks, strict=True)
    )


def _mark(item: FeedItem, ids: Sequence[str], *, alone: bool) -> str | None:
    """What an item is known by: its id at its path; without one its headline and its time, where
    no other item is at that path, whatever the parameters that choose no page."""
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
    """Whether an id is the item's address once more, which is as new at each poll."""
    address = canonical_url(name)
    return address is not None and urlsplit(address)[1:3] == urlsplit(place)[1:3]
