"""Sites: the registrable domain that an address belongs to, the unit of politeness."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from core.records import content_id

if TYPE_CHECKING:
    from tldextract import TLDExtract

SLOTS = 64
"""Sites are hashed to so many slots; a worker takes slots, so one site has one worker."""


def site_of(url: str) -> str:
    """The registrable domain of a URL's host, or the host itself where it has none.

    What hosts of many owners' sites have named as such counts as a suffix: `NAME.blogspot.com` is
    a site, as `NAME.co.uk` is (see `docs/decisions/0009`).

    `NAME.localhost` is a site of its own for each NAME, so that a made-up internet can live on
    one machine.
    """
    return _site((urlsplit(url).hostname or "").rstrip("."))


@lru_cache(10_000)
def _site(host: str) -> str:
    if host.endswith(".localhost"):
        return ".".join(host.split(".")[-2:])
    return _suffixes()(host).top_domain_under_public_suffix or host


@cache
def _suffixes() -> TLDExtract:
    # Imported here: it takes longer to load (it brings an HTTP client) than many a command to run.
    from tldextract import TLDExtract

    # The list of suffixes comes inside the package: nothing is fetched or cached at run time.
    return TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)


def is_shared(site: str) -> bool:
    """Whether a domain is one below which anybody may have a site: `co.uk`, `blogspot.com`."""
    return _suffixes()(site).suffix == site


def slot_of(site: str) -> int:
    """The slot of a site: 0 to SLOTS - 1, the same on every machine."""
    return int(content_id(site)[:8], 16) % SLOTS


def slots_of_shard(shard: int, shards: int) -> frozenset[int]:
    """The slots that worker number `shard` of `shards` takes: every slot is one worker's."""
    return frozenset(slot for slot in range(SLOTS) if slot % shards == shard)
