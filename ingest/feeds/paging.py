"""Pages of a feed's older entries: where they are. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl, urldefrag, urlencode, urljoin, urlsplit, urlunsplit

from core.records import LONGEST_ADDRESS
from core.sites import site_of

_OLDER = ("next", "prev-archive")
"""Relations that lead to a page of older entries (RFC 5005, sections 3 and 4)."""

_WORDPRESS = "wordpress.org"

_PAGE = re.compile(r"[0-9]{1,9}")


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
            return onward(href, url)
    if _WORDPRESS not in generator.lower():
        return ""
    parts = urlsplit(url)
    query = parse_qsl(parts.query, keep_blank_values=True)
    numbers = [value for name, value in query if name == "paged" and _PAGE.fullmatch(value)]
    page = int(numbers[0]) if numbers else 1
    rest = [pair for pair in query if pair[0] != "paged"]
    asked = urlencode([*rest, ("paged", page + 1)])
    return urlunsplit((parts.scheme, parts.netloc, parts.path, asked, ""))


def onward(address: str, url: str) -> str:
    """Where a page's link leads, if that is another web address on its own site; "" if it is not.

    Args:
        address: the link's, which may be relative.
        url: where the page came from.
    """
    try:
        target = urldefrag(urljoin(url, address.strip())).url
        leads_on = is_on_site(target, url) and target != urldefrag(url).url
        fits = len(target.encode()) <= LONGEST_ADDRESS
    except ValueError:  # no address, or one of no valid characters
        return ""
    return target if address and leads_on and fits else ""


def is_on_site(address: str, url: str) -> bool:
    """Whether an address is a web address on the site of another."""
    return address.startswith(("http://", "https://")) and site_of(address) == site_of(url)
