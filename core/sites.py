"""Sites: the registrable domains of addresses. Politeness is per site."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from core.records import content_id

if TYPE_CHECKING:
    from tldextract import TLDExtract

SLOTS = 64
"""Sites are hashed into this many slots. A worker takes whole slots, so a site has one worker."""


def site_of(url: str) -> str:
    """The registrable domain of a URL's host, or the host itself if it has none.

    A host below which many owners have sites counts as a suffix if it is listed as one:
    `NAME.blogspot.com` is a site, as `NAME.co.uk` is (see `docs/decisions/0009`).

    Each `NAME.localhost` is a site of its own, so that a made-up internet can run on one machine.
    """
    return _site((urlsplit(url).hostname or "").rstrip("."))


@lru_cache(10_000)
def _site(host: str) -> str:
    if host.endswith(".localhost"):
        return ".".join(host.split(".")[-2:])
    return _suffixes()(host).top_domain_under_public_suffix or host


@cache
def _suffixes() -> TLDExtract:
    # Imported here: loading it (it brings an HTTP client) takes longer than many commands do.
    from tldextract import TLDExtract

    # The package contains the list of suffixes: nothing is fetched or cached at run time.
    return TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)


def is_shared(site: str) -> bool:
    """Whether anybody may have a site below this domain: `co.uk`, `blogspot.com`."""
    return _suffixes()(site).suffix == site


def slot_of(site: str) -> int:
    """The slot of a site: 0 to SLOTS - 1, the same on every machine."""
    return int(content_id(site)[:8], 16) % SLOTS


def slots_of_shard(shard: int, shards: int) -> frozenset[int]:
    """The slots of worker number `shard` of `shards`. Each slot belongs to one worker."""
    return frozenset(slot for slot in range(SLOTS) if slot % shards == shard)
