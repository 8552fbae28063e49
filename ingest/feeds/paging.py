"""Pages of a feed's older entries: where they are. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from core.sites import site_of

_OLDER = ("next", "prev-archive")
"""Relations that lead to a page of older entries (RFC 5005, sections 3 and 4)."""

_WORDPRESS = "wordpress.org"


def older_page(url: str, links: Sequence[Mapping[str, Any]], generator: str) -> str:
    """The address of the page with the entries before those of a page; "" if it has none.

    Args:
        url: where the page came from.
        links: the links of the feed itself: dictionaries with `rel` and `href`.
        generator: what made the feed. WordPress has older pages, which it does not link.
    """
    for link in links:
        rel, href = str(link.get("rel", "")), str(link.get("href", ""))
        if rel.rpartition("/")[2] in _OLDER:
            return same_site(href, url)
    if _WORDPRESS not in generator.lower():
        return ""
    parts = urlsplit(url)
    query = parse_qsl(parts.query, keep_blank_values=True)
    page = next((int(value) for name, value in query if name == "paged" and value.isdecimal()), 1)
    rest = [pair for pair in query if pair[0] != "paged"]
    asked = urlencode([*rest, ("paged", page + 1)])
    return urlunsplit((parts.scheme, parts.netloc, parts.path, asked, ""))


def same_site(address: str, url: str) -> str:
    """The address if it is a web address on the site of a feed's `url`; "" if it is not."""
    is_web = address.startswith(("http://", "https://"))
    return address if is_web and site_of(address) == site_of(url) else ""
