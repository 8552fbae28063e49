"""Erasing: an article taken out for good, with its copies, wherever wirewatch has it.

The index forgets it first, since that may be refused; then the ledger, in one transaction; then the
archive, whose files are written anew without it. The old files go with the upkeep of the next day,
as all that upkeep replaces, and so does what a pass had in hand at that moment.
"""

from __future__ import annotations

from collections.abc import Container
from datetime import timedelta
from typing import NamedTuple

from sqlalchemy import Connection

from core.archive import ArchiveError
from core.errors import WirewatchError
from core.ledger import erasures, segments, stories
from core.ledger.entries import ON_ITS_WAY
from core.ledger.segments import Segment
from core.records import Entry, State
from enrich.headlines import Headline, most_central
from wirewatch.house import House
from wirewatch.outbound import write_feeds
from wirewatch.progress import Progress, silent
from wirewatch.verdicts import Verdicts

ONCE_MORE = timedelta(days=1)
"""How long after an erasure the archive is searched once more: by then whatever was at work with
the article has written what it had."""

IN_HAND = "a pass has one of them in hand, or brought another copy; try again when it has ended"
"""Why nothing is erased, and what to do."""


class ErasureError(WirewatchError):
    """An article cannot be erased now; the text says why and what to do."""


class Cleared(NamedTuple):
    """How many files of the archive were written anew, how many are still at work and so looked at
    by the next upkeep, and what is wrong with those that could not be read."""

    files: int = 0
    waiting: int = 0
    damaged: tuple[str, ...] = ()


def chosen(house: House, entry: Entry) -> list[Entry]:
    """What is erased with an entry: its article, the copies of that, and all their addresses.

    Raises:
        ErasureError: it is erased already, or one of them is on its way through a pass.
    """
    if entry.state is State.ERASED:
        raise ErasureError(f"{entry.url} is erased already: {entry.reason}")
    is_address = entry.duplicate_of is not None and not entry.revision
    with house.ledger.read() as tx:
        found = erasures.alike(tx, [entry.duplicate_of or "" if is_address else entry.id])
    for one in found:
        if one.state in ON_ITS_WAY:
            raise ErasureError(f"{one.url} is on its way; `wirewatch run` brings it to its end")
    return found


def erase(house: House, several: list[Entry], why: str, progress: Progress = silent) -> Cleared:
    """Erase entries, as `chosen` gives them.

    Raises:
        ErasureError: a pass is at work with one of them, or has brought another copy since they
            were chosen; nothing was erased from the ledger.
        IndexUnavailableError: the index does not answer, or our key may not remove anything.
        RulesError: the rules cannot be read, of which there are files to be written anew.
    """
    gone = [entry.id for entry in several]
    rules = house.rules  # where they cannot be read, that is told before anything is gone
    with house.lease("link", "match", "deliver", "moved") as taken:
        if len(taken) < 4:
            raise ErasureError("a pass is at work; try again when it has ended")
        with house.ledger.read() as tx:
            if _places(erasures.alike(tx, gone)) != _places(several):
                raise ErasureError(IN_HAND)
        house.index.delete(gone)
        now = house.now()
        with house.ledger.write() as tx:
            named = set(stories.roots(tx, [one.story for one in several if one.story]).values())
            if not erasures.erase(tx, several, why=why, now=now):
                raise ErasureError(IN_HAND)
            for story in named:
                _settle(tx, story)
            erasures.redact(tx, named, gone, now)
        write_feeds(house, rules)
    verdicts = Verdicts(house.settings.home)
    for article in gone:
        verdicts.forget(article)
    with house.lease("upkeep") as taken:
        # Where upkeep is at work, the next one does it.
        return clear(house, progress) if taken else Cleared(waiting=1)


def _places(several: list[Entry]) -> dict[str, tuple[State, int]]:
    """How far some entries are, by their ids."""
    return {one.id: (one.state, one.revision) for one in several}


def _settle(tx: Connection, story: str) -> None:
    """Have a story say what is left of it."""
    left = stories.headlines(tx, story) or [(one.title, "") for one in stories.told(tx, story)]
    told = [Headline(*one) for one in left]
    if told:
        stories.settle(tx, story, told[most_central(told)].title)


def clear(house: House, progress: Progress = silent) -> Cleared:
    """Write the archive's files anew that hold what was erased; with upkeep's lease."""
    now = house.now()
    with house.ledger.read() as tx:
        gone = erasures.to_clear(tx)
        found = segments.since(tx, min(gone.values())) if gone else []
    files = waiting = 0
    damaged = []
    for number, segment in enumerate(found, 1):
        try:
            if house.archive.holds(segment, gone):
                done = _without(house, segment, gone)
                files += done
                waiting += not done
        except ArchiveError as error:
            damaged.append(str(error))
        progress("archive", number, len(found))
    if not waiting and not damaged:
        with house.ledger.write() as tx:
            erasures.set_cleared(tx, now - ONCE_MORE)
    return Cleared(files, waiting, tuple(damaged))


def _without(house: House, segment: Segment, gone: Container[str]) -> bool:
    """Have a file without some entries take the place of one; False where a stage waits for it."""
    new = house.archive.rewrite([segment], without=gone)
    with house.ledger.write() as tx:
        if new.items:
            return segments.replace(tx, [segment], new, house.now())
        return segments.remove(tx, [segment], house.now())
