"""The index as a projection of archive and ledger: made anew, and compared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from core.ledger import entries, segments
from core.records import Article, State
from wirewatch.house import House
from wirewatch.progress import Progress, silent
from wirewatch.stages.link import linked_articles


@dataclass(frozen=True, slots=True)
class Report:
    """How index and ledger compare, by the ids of articles."""

    same: int
    missing: tuple[str, ...]
    differing: tuple[str, ...]
    misplaced: tuple[str, ...]
    unknown: tuple[str, ...]

    @property
    def agrees(self) -> bool:
        """Whether nothing differs."""
        return not (self.missing or self.differing or self.misplaced or self.unknown)


def rebuild(house: House, progress: Progress = silent) -> Counter[str]:
    """Fill a new index with every linked article of the archive; the outcomes counted."""
    with house.ledger.read() as tx:
        linked = segments.linked(tx)
    total = sum(segment.items for segment in linked)

    def everything() -> Iterator[Article]:
        for segment in linked:
            for article, _ in linked_articles(house, segment):
                yield article

    counts: Counter[str] = Counter()
    for written in house.index.rebuild(everything()):
        counts[written.outcome] += 1
        progress("rebuild", counts.total(), total)
    return counts


def check(house: House) -> Report:
    """Compare what the ledger says is indexed with what the index holds."""
    with house.ledger.read() as tx:
        everything = list(entries.listed(tx))
    # One that is edited or visited again is in the index as it was, until its next revision.
    there = (State.INDEXED, State.DUPLICATE, State.FOUND, State.FETCHED)
    expected = {one.id: one for one in everything if one.revision and one.state in there}
    underway = {one.id for one in everything if one.state in (State.EXTRACTED, State.LINKED)}
    found = {held.id: held for held in house.index.held()}
    shared = sorted(expected.keys() & found.keys())
    differing = [key for key in shared if expected[key].revision != found[key].revision]
    misplaced = [
        key for key in shared if key not in differing and expected[key].story != found[key].story
    ]
    return Report(
        same=len(shared) - len(differing) - len(misplaced),
        missing=tuple(sorted(expected.keys() - found.keys())),
        differing=tuple(differing),
        misplaced=tuple(misplaced),
        unknown=tuple(sorted(found.keys() - expected.keys() - underway)),
    )
