"""Whose articles a feed lists."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from sqlalchemy import Connection, select

from core.ledger.chunks import rows_with
from core.ledger.tables import feeds
from core.records import Feed, FeedItem
from core.sites import site_of

GATHERED = 4
"""Fewest sites that a feed's items lead to if it gathers other outlets' articles, as Hacker News
does; none of them has most of the items. An outlet may well have two or three sites."""

_OF_MANY = frozenset(("github.com", "medium.com", "reddit.com", "youtube.com"))
"""Sites whose authors share a host: what one's feed is called is no name of another's articles."""


def outlets_of(tx: Connection, feed: Feed, items: Sequence[FeedItem]) -> dict[str, str]:
    """The outlet of each address that a feed lists: the feed's own; or, if the feed gathers other
    outlets' articles, as `outlets_at` names them."""
    sites = {item.url: site_of(item.url) for item in items}
    number = Counter(sites[item.url] for item in items)
    if len(number) < GATHERED or max(number.values()) * 2 > len(items):
        return {url: feed.outlet or site for url, site in sites.items()}
    return outlets_at(tx, sites)


def outlets_at(tx: Connection, sites: Mapping[str, str]) -> dict[str, str]:
    """The outlet of each address, whose sites are given: as the feeds there name it, else the site.

    A feed names what is at its own host, or at its site's main one: an agency's feed none of the
    other agencies at ca.gov, and a writer's none of the others at substack.com.
    """
    named: dict[str, set[str]] = defaultdict(set)
    own = select(feeds.c.url, feeds.c.site, feeds.c.outlet)
    for row in rows_with(tx, own, feeds.c.site, set(sites.values()) - _OF_MANY):
        # A feed without a name may be called by its host.
        if row.outlet and not row.outlet.endswith(row.site):
            for host in (_host(row.url), row.site, f"www.{row.site}"):
                named[host].add(row.outlet)
    # A host with feeds of several names, such as a desk's each, is none of them for certain.
    return {
        url: next(iter(names)) if len(names := named[_host(url)]) == 1 else site
        for url, site in sites.items()
    }


def _host(url: str) -> str:
    return urlsplit(url).hostname or ""
