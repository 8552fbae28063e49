"""Identify a feed's items even if they share one address, or their addresses change from poll to
poll. Pure.

Some feeds give all their items the address of the front page, or of one page that lists them. An
entry is known by its address, so all would be one, and all but the newest be lost.

Some sites put something new into every address at each poll: a session, a counter, a number
against caches. An entry is known by its address, so each poll would seem to bring new entries.
This module works out, from the whole body that lists an item, what else it can be known by. The
ledger uses that to find the entries it already has (docs/decisions/0008).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

from core.records import FeedItem, content_id
from ingest.web.addresses import canonical_url, chosen_by, is_front_page
from ingest.words import has_own_words

Identified = tuple[FeedItem, Sequence[str]]
"""An item, and the ids that its feed gives it."""


def set_apart(listed: Sequence[Identified]) -> list[Identified]:
    """The items of a body, each that has no article's address at one that is its own.

    That is an item whose address is a front page, or is given to different items by a feed that
    does so with most. A fragment is added to its address: it leads to the same page, but is told
    from others. An item that says nothing beside its headline keeps its address, since only the
    page can say more: not of several at a front page, which is the article of none.
    """
    said_at: defaultdict[str, set[str]] = defaultdict(set)
    said_by: defaultdict[str, set[str]] = defaultdict(set)
    for item, ids in listed:
        said_at[item.url].add(item.item_hash)
        for name in ids:
            said_by[name].add(item.item_hash)
    shared = sum(map(len, said_at.values())) - len(said_at)
    # A few are the posts of a live blog, which its page has, too.
    are_most = shared > len(said_at)
    fronts = _front_pages(said_at)

    def own(item: FeedItem, ids: Sequence[str]) -> FeedItem:
        is_front, is_shared = item.url in fronts, len(said_at[item.url]) > 1
        is_articles = not is_front and not (is_shared and are_most)
        needs_page = not has_own_words(item) and not (is_shared and is_front)
        if is_articles or needs_page:
            return item
        # An id that different items have, or that is the address again, tells nothing apart: then
        # the words do. Two entries with nearly the same words cost less than a lost article.
        names = (one for one in ids if len(said_by[one]) == 1 and not _is_same(one, item.url))
        fragment = content_id(next(names, item.item_hash))[:_FRAGMENT]
        place = item.url.partition("?")[0] if is_front else item.url
        return item.model_copy(update={"url": f"{place}#{fragment}"})

    return [(own(item, ids), ids) for item, ids in listed]


def _front_pages(addresses: Iterable[str]) -> set[str]:
    """Those of a body's addresses that are front pages. Where queries differ from item to item,
    they may choose articles: "/?q=node/12"."""
    fronts = {one for one in addresses if is_front_page(one)}
    with_query = Counter(place for place, mark, _ in (one.partition("?") for one in fronts) if mark)
    return {one for one in fronts if "?" not in one or with_query[one.partition("?")[0]] == 1}


def is_set_apart(address: str) -> bool:
    """Whether an entry's address was made by `set_apart`: no page there is its article alone."""
    return "#" in address  # canonical addresses have no fragment


_FRAGMENT = 16
"""Hex digits of a fragment."""


def _is_same(name: str, address: str) -> bool:
    """Whether an id is only an address that an item shares with others."""
    named = None if "#" in name else canonical_url(name)
    return named is not None and (named == address or is_front_page(named))


def identified(listed: Sequence[Identified]) -> tuple[FeedItem, ...]:
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
