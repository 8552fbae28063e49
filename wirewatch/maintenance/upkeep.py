"""Daily upkeep: merge the archive's small files of articles, drop old pages.

A pass writes files of some hundred articles, several of them for an hour's news. Once no stage
waits for them, they are merged into a few large ones, which a store keeps and lists with less
effort. One transaction of the ledger names the new file and forgets the old ones; the old files are
deleted a day later, so that a process reading them at that moment can finish. So are files that a
killed process left, but none of another ledger: a mistyped `ledger_url` must not empty an archive.
Files of pages are not merged: no stage reads them again, and they are dropped after some weeks.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from core.archive import ArchiveError, begun_before
from core.ledger import entries, segments
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

MAX_NAMED = 3
"""The most files that are named, of those that are left alone."""


@dataclass(frozen=True, slots=True)
class UpkeepReport:
    """What upkeep did, in files of the archive.

    `merged` were replaced by `merged_into`; `dropped` had old pages; `deleted` were in use no more;
    `unknown` stay, as they may be all that there is of articles: their paths below the archive's
    root. `rewritten` had erased articles.
    `damaged` has the errors of unreadable ones.
    """

    merged: int
    merged_into: int
    dropped: int
    deleted: int
    unknown: tuple[str, ...]
    rewritten: int
    damaged: tuple[str, ...]

    @property
    def told(self) -> str:
        """What was done, in words."""
        erased = f" {counted(self.rewritten, 'file')} rewritten without erased articles."
        others = len(self.unknown) - MAX_NAMED
        unknown = (
            f" {counted(len(self.unknown), 'file')} left alone: this ledger does not know what "
            "they hold, or misses files that it names. It is older than they are, files are lost, "
            "or ledger_url or archive_url names another one. "
            f"{', '.join(self.unknown[:MAX_NAMED])}{f' and {others:,} more' if others > 0 else ''}."
        )
        return (
            f"{counted(self.merged, 'file')} merged into {self.merged_into:,}; "
            f"{counted(self.dropped, 'file')} of old pages dropped; "
            f"{counted(self.deleted, 'unused file')} deleted."
            f"{unknown if self.unknown else ''}{erased if self.rewritten else ''}"
        )


def upkeep(house: House, progress: Progress = silent) -> UpkeepReport | None:
    """Do the upkeep; None if another process is doing it."""
    with house.lease("upkeep") as taken:
        if not taken:
            return None
        cleared = clear(house, progress)
        deleted, unknown = _delete_unused(house)
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
            unknown=unknown,
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


def _delete_unused(house: House) -> tuple[int, tuple[str, ...]]:
    """Delete the files that nothing has named for a while; returns how many, and which stay since
    they are not this ledger's to delete.

    A ledger that names files that are gone may be an old copy: what is there instead may be merged
    of them, and be all that there is of their articles.
    """
    now = house.now()
    with house.ledger.read() as tx:
        let_go, named = segments.let_go(tx), segments.paths(tx)
    # A time that is still to come was set by a wrong clock.
    rested = {path for path, at in let_go.items() if not now - REST < at <= now + REST}
    there = house.archive.paths()
    unknown = {path for path in there - named - let_go.keys() if begun_before(path, now - REST)}
    has_all = named <= there
    ours = {path for path in unknown if has_all and _is_ours(house, path)}
    deletable = ours | (rested & there)
    for path in deletable:
        house.archive.remove(path)
    with house.ledger.write() as tx:
        segments.set_deleted(tx, rested)
    return len(deletable), tuple(sorted(unknown - ours))


def _is_ours(house: House, path: str) -> bool:
    """Whether a file is what a killed process of this ledger left: it knew all entries in the file
    before that was begun.

    If the ledger is another one, or an old copy of it, the file may be all that there is of its
    articles. Nor can it be read if it is damaged.
    """
    try:
        with house.ledger.read() as tx:
            for one in house.archive.entries_in(path):
                known = entries.get(tx, [one]).get(one)
                if known is None or begun_before(path, known.first_seen):
                    return False
    except ArchiveError:
        return False
    return True
