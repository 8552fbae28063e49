"""Daily upkeep: merge the archive's small files, drop old pages.

A pass writes files of some hundred items, several of them for an hour's news. Once no stage waits
for them, they are merged into a few large ones, which a store keeps and lists with less effort. One
transaction of the ledger names the new file and forgets the old ones; the old files are deleted a
day later, so that a process reading them at that moment can finish.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from core.archive import ArchiveError
from core.ledger import segments
from core.ledger.segments import Kind, Segment
from wirewatch.batches import together
from wirewatch.house import House
from wirewatch.maintenance.erasing import clear
from wirewatch.presentation.wording import counted
from wirewatch.progress import Progress, silent

LARGE: dict[Kind, int] = {"articles": 5_000, "pages": 2_000}
"""Items in a merged file. A segment's articles are all read into memory: 5,000 take 50 MB."""

REST = timedelta(days=1)
"""How long a file is left alone before it is merged, and again before it is deleted."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What upkeep did: files deleted, segments of old pages dropped, segments before and after
    merging, errors of unreadable files, and files rewritten without erased articles."""

    swept: int
    let_go: int
    before: int
    after: int
    damaged: tuple[str, ...] = ()
    cleared: int = 0

    @property
    def told(self) -> str:
        """What was done, in words."""
        erased = f" {counted(self.cleared, 'file')} rewritten without erased articles."
        return (
            f"{counted(self.before, 'file')} merged into {self.after:,}; "
            f"{counted(self.let_go, 'file')} of old pages dropped; "
            f"{counted(self.swept, 'unused file')} deleted.{erased if self.cleared else ''}"
        )


def upkeep(house: House, progress: Progress = silent) -> Kept | None:
    """Do the upkeep; None if another process is doing it."""
    with house.lease("upkeep") as taken:
        if not taken:
            return None
        cleared = clear(house, progress)
        swept = _sweep(house)
        let_go = _let_go(house)
        groups = [group for kind in LARGE for group in _settled(house, kind) if len(group) > 1]
        before = after = 0
        damaged = list(cleared.damaged)
        for number, group in enumerate(groups, 1):
            try:
                done = _put_together(house, group)
            except ArchiveError as error:
                damaged.append(str(error))
            else:
                before += len(group) * done
                after += done
            progress("archive", number, len(groups))
        return Kept(swept, let_go, before, after, tuple(dict.fromkeys(damaged)), cleared.files)


def _settled(house: House, kind: Kind) -> list[list[Segment]]:
    with house.ledger.read() as tx:
        runs = segments.settled(tx, kind, house.now() - REST)
    return [group for run in runs for group in together(run, LARGE[kind])]


def _put_together(house: House, group: list[Segment]) -> bool:
    new = house.archive.rewrite(group)
    with house.ledger.write() as tx:
        # If one of them is gone by now, or a stage waits for it, all stay.
        return segments.replace(tx, group, new, house.now())


def _let_go(house: House) -> int:
    """Drop pages older than the setting allows; their articles stay."""
    days = house.settings.keep_pages_days
    if not days:
        return 0
    with house.ledger.write() as tx:
        runs = segments.settled(tx, "pages", house.now() - timedelta(days=days))
        old = [segment for run in runs for segment in run]
        return len(old) if old and segments.remove(tx, old, house.now()) else 0


def _sweep(house: House) -> int:
    before = house.now() - REST
    with house.ledger.write() as tx:
        kept = segments.in_use(tx, before)
    return house.archive.sweep(kept, before)
