"""Canonical addresses: one article, one address, whatever feed or campaign it came through."""

from __future__ import annotations

import re
from urllib.parse import unquote_plus, urljoin, urlsplit, urlunsplit

from w3lib.url import canonicalize_url

_TRACKING = re.compile(
    r"(utm|at|ns|mc|ga|mtm|pk|itm|hsa|vero|oly|cmpid|wt)_.*"
    r"|(fb|g|dc|msclk|tw|yc|igsh|wbra|gbra)c?lid|gclsrc|igshid|mkt_tok|xtor|cmpid|ftag|smid|taid"
    r"|_hsenc|_hsmi|guccounter|guce_referrer(_sig)?|ocid|icid|ito|ncid|sr_share|ref_src|ref_url",
    re.IGNORECASE,
)
"""Query parameters that say where a reader came from, not what is read. Of the names seen in
real feeds, those that some site uses to choose its article (`id`, `source`, `p`) stay."""

_DEFAULT_PORTS = {"http": 80, "https": 443}


def canonical_url(url: str, base: str = "") -> str | None:
    """The one spelling of an article's address; None if it is no web address.

    Made absolute against `base`, lower-case host, no default port, no fragment, no tracking
    parameters, the remaining ones sorted. Idempotent.
    """
    try:
        parts = urlsplit(urljoin(base, url.strip()))
        port = parts.port
    except ValueError:
        return None
    scheme = parts.scheme.lower()
    if scheme not in _DEFAULT_PORTS or not parts.hostname:
        return None
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname.rstrip(".")
    if port is not None and port != _DEFAULT_PORTS[scheme]:
        host = f"{host}:{port}"
    # The parameters that stay are not decoded: their bytes may be of any charset.
    kept = [
        parameter
        for parameter in parts.query.split("&")
        if not _TRACKING.fullmatch(unquote_plus(parameter.partition("=")[0]))
    ]
    bare = urlunsplit((scheme, host, parts.path or "/", "&".join(kept), ""))
    try:
        canonical: str = canonicalize_url(bare)
    except (ValueError, UnicodeError):
        return None
    return canonical
