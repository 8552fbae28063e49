"""Archive files that are lost before every stage has read them: what was in them is fetched again.

No backup has a file of the last hour, so waiting for one to be restored would hold up everything
after it, alerts included, for good.
"""

from __future__ import annotations

import logging

from core.archive import ArchiveError
from core.ledger import replays, segments
from core.ledger.segments import Segment
from core.records import Article, Entry
from wirewatch.articles import linked_articles
from wirewatch.house import House

log = logging.getLogger(__name__)


def waiting_articles(house: House, segment: Segment) -> list[tuple[Article, Entry]]:
    """What `linked_articles` yields of a segment that a stage waits for. None if its file is lost:
    then they are fetched again."""
    try:
        return list(linked_articles(house, segment))
    except ArchiveError as error:
        fetch_again(house, segment, error)
        return []


def fetch_again(house: House, lost: Segment, error: ArchiveError) -> None:
    """Have the pages or articles of an unreadable file fetched again, and forget the file."""
    now = house.now()
    with house.ledger.write() as tx:
        number = replays.fetch_again(tx, lost, now=now)
        segments.set_done(tx, lost, now)
        segments.remove(tx, [lost], now)
    what, _, _ = str(error).partition("; ")
    log.error("%s; its %s are fetched again: %d", what, lost.kind, number)
