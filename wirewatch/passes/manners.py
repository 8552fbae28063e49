"""What sites ask of us, kept in the ledger beyond the end of a process.

Without it, each task of a DAG would fetch each site's robots.txt again, and would not know which
sites asked to be left alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from core.ledger import politeness
from core.records import RobotsRecord, SiteRecord
from wirewatch.house import House

TOGETHER = 100
"""robots.txt answers kept in one transaction: what `kill -9` may lose."""


@dataclass(frozen=True, slots=True)
class Learnt:
    """What was learnt from visits since the last call."""

    robots: list[RobotsRecord]
    sites: list[SiteRecord]


def recall(house: House, urls: Iterable[str] = ()) -> None:
    """Load what is owed to sites, and the kept robots.txt answers for some addresses."""
    now = house.now()
    with house.ledger.read() as tx:
        owed = politeness.sites_on_record(tx, now)
        known = politeness.robots_of(tx, house.robots.unknown(urls), now)
    house.sites.load(owed)
    house.robots.load(known, house.sites)


def learnt(house: House) -> Learnt:
    """What there is to keep. Call it in the thread that makes the visits, since they go on."""
    return Learnt(house.robots.drain(), house.sites.drain())


def keep(house: House, new: Learnt) -> None:
    """Keep it in the ledger."""
    if new.robots or new.sites:
        with house.ledger.write() as tx:
            politeness.save(tx, new.robots, new.sites, house.now())
