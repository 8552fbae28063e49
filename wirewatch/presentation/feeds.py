"""Feeds that a person names: which is meant, or why it is not polled, in words."""

from __future__ import annotations

import difflib
import shlex
from collections.abc import Iterable

from sqlalchemy import Connection

from core.ledger import feeds
from core.ledger.unread import Unread
from core.records import Feed, Listed
from wirewatch.house import House


def polled_feed(house: House, url: str) -> Feed | str:
    """The feed at an address; or, if it is paused or not on the list, that, and what to do."""
    with house.ledger.read() as tx:
        feed = feeds.at(tx, url)
    if feed is None:
        return unlisted(house, url)
    if feed.paused_at is not None:
        return f"{url} has been {pause_of(feed)}"
    return feed


def unlisted(house: House, url: str) -> str:
    """That an address is no feed's; names one that is like it."""
    with house.ledger.read() as tx:
        near = difflib.get_close_matches(url, [feed.url for feed in feeds.listed(tx)], n=1)
    hint = f"; did you mean {near[0]}?" if near else "; see `wirewatch feeds list`"
    return f"{url} is not on the feed list{hint}"


def pause_of(feed: Feed) -> str:
    """Since when a feed is paused and why, and how that is ended."""
    since = f"paused since {feed.paused_at:%Y-%m-%d %H:%M} ({feed.paused_why})"
    return f"{since}; to poll it again: wirewatch feeds resume {shlex.quote(feed.url)}"


NO_ARTICLES = "its entries bring no article"
"""How the words begin that `why_unread` has for a feed."""


def why_unread(one: Unread) -> str:
    """That the entries of a feed bring no article, since when, why the last of them did not, and
    where they are listed."""
    return (
        f"{NO_ARTICLES}: none of the {one.number:,} since {one.since:%Y-%m-%d %H:%M}; of the last: "
        f"{one.reason}. See `wirewatch entries` and `wirewatch entries quarantined`"
    )


def paused_among(tx: Connection, listed: Iterable[Listed], place: str) -> str:
    """How many feeds of a list are paused on ours and stay so, and which place says why; empty
    where none is."""
    number = len({one.url for one in listed} & feeds.paused(tx).keys())
    if not number:
        return ""
    said = "is paused and stays so" if number == 1 else "are paused and stay so"
    return f"{number:,} of them {said}: {place} says why."
