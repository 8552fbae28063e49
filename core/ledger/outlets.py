"""Whose articles a feed lists."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from sqlalchemy import Connection, select

from core.ledger.chunks import chunks
from core.ledger.tables import feeds
from core.records import Feed, FeedItem
from core.sites import site_of

GATHERED = 4
"""Fewest sites that a feed's items lead to if it gathers other outlets' articles, as Hacker News
does; none of them has most of the items. An outlet may well have two or three sites."""


def outlets_of(tx: Connection, feed: Feed, items: Sequence[FeedItem]) -> dict[str, str]:
    """The outlet of each site that a feed's items lead to: the feed's own; or, if the feed gathers
    other outlets' articles, as the site's own feeds name it, else the site."""
    sites = Counter(site_of(item.url) for item in items)
    if len(sites) < GATHERED or max(sites.values()) * 2 > len(items):
        return {site: feed.outlet or site for site in sites}
    named: dict[str, set[str]] = {site: set() for site in sites}
    for some in chunks(sites):
        for row in tx.execute(select(feeds.c.site, feeds.c.outlet).where(feeds.c.site.in_(some))):
            # A feed without a name may be called by its host.
            if row.outlet and not row.outlet.endswith(row.site):
                named[row.site].add(row.outlet)
    # A site with feeds of several names, such as a desk's each, is none of them for certain.
    return {site: next(iter(names)) if len(names) == 1 else site for site, names in named.items()}
