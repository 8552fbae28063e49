"""Daily upkeep: merge the archive's small files of articles, drop old pages.

A pass writes files of some hundred articles, several of them for an hour's news. Once no stage
waits for them, they are merged into a few large ones, which a store keeps and lists with less
effort. One transaction of the ledger names the new file and forgets the old ones; the old files are
deleted a day later, so that a process reading them at that moment can finish. Files of pages are
not merged: no stage reads them again, and they are dropped after some weeks.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from core.archive import ArchiveError
from core.ledger import segments
from core.records import Segment
from wirewatch.batches import together
from wirewatch.house import House
from wirewatch.maintenance.erasing import clear
from wirewatch.presentation.wording import counted
from wirewatch.progress import Progress, silent

MERGED = 5_000
"""Articles in a merged file. They are all read into memory: so many take 50 MB."""

REST = timedelta(days=1)
"""How long a file is left alone before it is merged, and again before it is deleted."""


@dataclass(frozen=True, slots=True)
class UpkeepReport:
    """What upkeep did, in files of the archive.

    `merged` were replaced by `merged_into`; `dropped` had old pages; `deleted` were in use no more;
    `rewritten` had erased articles. `damaged` has the errors of unreadable ones.
    """

    merged: int
    merged_into: int
    dropped: int
    deleted: int
    rewritten: int
    damaged: tuple[str, ...]

    @property
    def told(self) -> str:
        """What was done, in words."""
        erased = f" {counted(self.rewritten, 'file')} rewritten without erased articles."
        return (
            f"{counted(self.merged, 'file')} merged into {self.merged_into:,}; "
            f"{counted(self.dropped, 'file')} of old pages dropped; "
            f"{counted(self.deleted, 'unused file')} deleted.{erased if self.rewritten else ''}"
        )


def upkeep(house: House, progress: Progress = silent) -> UpkeepReport | None:
    """Do the upkeep; None if another process is doing it."""
    with house.lease("upkeep") as taken:
        if not taken:
            return None
        cleared = clear(house, progress)
        deleted = _delete_unused(house)
        dropped = _drop_old_pages(house)
        groups = _to_merge(house)
        merged = merged_into = 0
        damaged = list(cleared.damaged)
        for number, group in enumerate(groups, 1):
            try:
                if _merge(house, group):
                    merged += len(group)
                    merged_into += 1
            except ArchiveError as error:
                damaged.append(str(error))
            progress("archive", number, len(groups))
        return UpkeepReport(
            merged=merged,
            merged_into=merged_into,
            dropped=dropped,
            deleted=deleted,
            rewritten=cleared.files,
            damaged=tuple(dict.fromkeys(damaged)),
        )


def _to_merge(house: House) -> list[list[Segment]]:
    """Groups of neighbouring files of articles, each of which becomes one."""
    with house.ledger.read() as tx:
        runs = segments.settled(tx, house.now() - REST)
    groups = [group for run in runs for group in together(run, MERGED)]
    return [group for group in groups if len(group) > 1]


def _merge(house: House, group: list[Segment]) -> bool:
    """Replace files by one; False if one of them is gone by now, or a stage waits for it: then all
    stay."""
    new = house.archive.rewrite(group)
    with house.ledger.write() as tx:
        return segments.replace(tx, group, new, house.now())


def _drop_old_pages(house: House) -> int:
    """Drop pages older than the setting allows; their articles stay."""
    days = house.settings.keep_pages_days
    if not days:
        return 0
    with house.ledger.write() as tx:
        old = segments.old_pages(tx, house.now() - timedelta(days=days))
        return len(old) if old and segments.remove(tx, old, house.now()) else 0


def _delete_unused(house: House) -> int:
    """Delete the files that nothing has named for a while."""
    before = house.now() - REST
    with house.ledger.write() as tx:
        kept = segments.in_use(tx, before)
    return house.archive.sweep(kept, before)
