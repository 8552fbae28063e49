"""Erasing: remove an article and its copies for good, everywhere in wirewatch.

The index comes first, since it may refuse; then the ledger, in one transaction; then the archive,
whose files are rewritten without the article. The next day's upkeep deletes the old files, and
clears what a pass still wrote at that moment.
"""

from __future__ import annotations

from collections.abc import Container
from datetime import timedelta
from typing import NamedTuple

from alert.rules import Rules
from core.archive import ArchiveError
from core.errors import WirewatchError
from core.ledger import copies, erasures, segments, splits
from core.ledger.entries import ON_ITS_WAY
from core.records import Entry, Segment, State
from wirewatch.house import House
from wirewatch.newsroom.verdicts import Verdicts
from wirewatch.passes.settling import settle
from wirewatch.presentation.outbound import write_feeds
from wirewatch.progress import Progress, silent

ONCE_MORE = timedelta(days=1)
"""How long after an erasure the archive is searched again: by then any process that worked on the
article has written it."""

AT_WORK = "a pass is running; try again when it has ended"
IN_HAND = "a pass is working on one of them, or brought another copy; try again when it has ended"
"""Why nothing was erased, and what to do."""


class ErasureError(WirewatchError):
    """An article cannot be erased now; the text says why and what to do."""


class Cleared(NamedTuple):
    """How many archive files were rewritten, how many are still in use and so left to the next
    upkeep, and the errors of unreadable files."""

    files: int = 0
    waiting: int = 0
    damaged: tuple[str, ...] = ()


def chosen(house: House, entry: Entry) -> list[Entry]:
    """The entries erased with an entry: its article, its copies, and all their addresses.

    Raises:
        ErasureError: it was already erased, or one of them is still being processed.
    """
    if entry.state is State.ERASED:
        raise ErasureError(f"{entry.url} was already erased: {entry.reason}")
    is_address = entry.duplicate_of is not None and not entry.revision
    with house.ledger.read() as tx:
        found = copies.with_copies(tx, [entry.duplicate_of or "" if is_address else entry.id])
    for one in found:
        if one.state in ON_ITS_WAY:
            raise ErasureError(
                f"{one.url} is still being processed; `wirewatch run` finishes it, then try again"
            )
    return found


def erase(house: House, several: list[Entry], why: str, progress: Progress = silent) -> Cleared:
    """Erase entries that `chosen` returned.

    Raises:
        ErasureError: a pass is working on one of them, or has brought another copy since they
            were chosen; nothing was erased from the ledger.
        IndexUnavailableError: the index does not answer, or our key may not remove anything.
        RulesError: the rules, whose Atom files are rewritten, cannot be read.
    """
    gone = [entry.id for entry in several]
    rules = house.rules  # raises before anything is gone, if they cannot be read
    with house.lease("link", "match", "deliver", "moved") as taken:
        if len(taken) < 4:
            raise ErasureError(AT_WORK)
        # Without linking, no other file comes to wait for the index.
        _erase_at_rest(house, several, why, rules)
    verdicts = Verdicts(house.settings.home)
    for article in gone:
        verdicts.forget(article)
    with house.lease("upkeep") as taken:
        # If upkeep is running, the next one does it.
        return clear(house, progress) if taken else Cleared(waiting=1)


def _erase_at_rest(house: House, several: list[Entry], why: str, rules: Rules) -> None:
    """Erase entries from index, ledger and Atom files, while no file is being indexed."""
    gone = [entry.id for entry in several]
    with house.ledger.read() as tx:
        # Who indexes a file writes all its articles, also those that the index has already.
        indexing = [f"segment:{one.id}" for one in segments.to_index(tx)]
    with house.lease(*indexing) as taken:
        if len(taken) < len(indexing):
            raise ErasureError(AT_WORK)
        with house.ledger.read() as tx:
            if _places(copies.with_copies(tx, gone)) != _places(several):
                raise ErasureError(IN_HAND)
        house.index.delete(gone)
        now = house.now()
        with house.ledger.write() as tx:
            # With those that they were taken out of: what these told stands there.
            named = splits.with_parted(tx, [one.story for one in several if one.story])
            if not erasures.erase(tx, several, why=why, now=now):
                raise ErasureError(IN_HAND)
            for story in named:
                settle(tx, story)
            erasures.redact(tx, named, gone, now)
        for file in write_feeds(house, rules):
            file.unlink(missing_ok=True)  # it may have the article; the next pass tries again


def _places(several: list[Entry]) -> dict[str, tuple[State, int]]:
    """The state and revision of entries, by id."""
    return {one.id: (one.state, one.revision) for one in several}


def clear(house: House, progress: Progress = silent) -> Cleared:
    """Rewrite the archive files that contain erased articles. The caller holds upkeep's lease."""
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
    """Replace a file by one without some entries; False if a stage waits for the file."""
    new = house.archive.rewrite([segment], without=gone)
    with house.ledger.write() as tx:
        if new.items:
            return segments.replace(tx, [segment], new, house.now())
        return segments.remove(tx, [segment], house.now())
