"""Archive files that are lost before every stage has read them: what was in them is fetched again.
A file whose articles were only tagged again stays in the ledger, as any file that no stage needs.

No backup has a file of the last hour, so waiting for one to be restored would hold up everything
after it, alerts included, for good.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import TypeVar

from core.archive import ArchiveError
from core.ledger import replays, segments
from core.records import Article, Entry, Segment
from wirewatch.articles import linked_articles
from wirewatch.house import House

log = logging.getLogger(__name__)

Item = TypeVar("Item")


def read_waiting(
    house: House, segment: Segment, read: Callable[[Segment], Iterable[Item]]
) -> list[Item] | None:
    """What `read` finds in a segment that a stage waits for. None if its file is lost: then no
    stage waits for it any more."""
    try:
        return list(read(segment))
    except ArchiveError as error:
        _give_up(house, segment, error)
        return None


def waiting_articles(house: House, segment: Segment) -> list[tuple[Article, Entry]]:
    """The linked articles of a segment that a stage waits for; none if its file is lost."""
    return read_waiting(house, segment, lambda one: linked_articles(house, one)) or []


def _give_up(house: House, lost: Segment, error: ArchiveError) -> None:
    now = house.now()
    with house.ledger.write() as tx:
        number = replays.fetch_again(tx, lost, now=now)
        segments.set_done(tx, lost, now)
        if number is not None:
            segments.remove(tx, [lost], now)
    if number is None:
        log.error("%s; the index keeps the former tags of its articles", error)
        return
    what, _, _ = str(error).partition("; ")
    log.error("%s; its %s are fetched again: %d", what, lost.kind, number)
