"""What sites ask for, over the end of a process: taken from the ledger and kept there.

Without it each task of a DAG would ask each site for its robots.txt anew, and not know which of
them asked to be let alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from core.ledger import politeness
from core.ledger.politeness import KeptRobots, KeptSite
from wirewatch.house import House

TOGETHER = 100
"""Answers of robots.txt that are kept in one transaction: what `kill -9` may lose."""


@dataclass(frozen=True, slots=True)
class Learnt:
    """What the visits since the last look have taught."""

    robots: list[KeptRobots]
    sites: list[KeptSite]


def recall(house: House, urls: Iterable[str] = ()) -> None:
    """Know what is owed to sites, and what is kept of the robots.txt for some addresses."""
    now = house.now()
    with house.ledger.read() as tx:
        owed = politeness.owed(tx, now)
        known = politeness.robots_of(tx, house.robots.unknown(urls), now)
    house.sites.take_in(owed)
    house.robots.take_in(known, house.sites)


def learnt(house: House) -> Learnt:
    """What there is to keep. To be called where the visits are made: they go on meanwhile."""
    return Learnt(house.robots.give_out(), house.sites.give_out())


def keep(house: House, new: Learnt) -> None:
    """Keep it."""
    if new.robots or new.sites:
        with house.ledger.write() as tx:
            politeness.keep(tx, new.robots, new.sites, house.now())
