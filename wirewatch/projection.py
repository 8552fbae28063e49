"""The index as a projection of archive and ledger: made anew, compared, and mended."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from core.archive import ArchiveError
from core.index import Outcome, Written
from core.ledger import entries, segments
from core.ledger.segments import Segment
from core.records import Article, Entry, State
from wirewatch.house import House
from wirewatch.progress import Progress, silent
from wirewatch.stages.link import linked_articles

Place = tuple[int, str]
"""Of an article: its revision, and its story."""

# One that is edited or visited again is in the index as it was, until its next revision.
_THERE = (State.INDEXED, State.DUPLICATE, State.FOUND, State.FETCHED)


@dataclass(frozen=True, slots=True)
class Report:
    """How index and ledger compare, by the ids of articles.

    `missing` are not in the index, `behind` and `ahead` are there in an older or newer revision
    than the ledger knows, `misplaced` in another story, `unknown` are there without an entry that
    has an article, `repeated` are there more than once.
    """

    same: int
    missing: tuple[str, ...] = ()
    behind: tuple[str, ...] = ()
    ahead: tuple[str, ...] = ()
    misplaced: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    repeated: tuple[str, ...] = ()

    @property
    def differences(self) -> dict[str, tuple[str, ...]]:
        """What differs, by how it does in words; nothing where it agrees."""
        named = {
            "missing from the index": self.missing,
            "of an older revision in the index": self.behind,
            "of a newer revision in the index": self.ahead,
            "of another story in the index": self.misplaced,
            "in the index but not in the ledger": self.unknown,
            "in the index more than once": self.repeated,
        }
        return {how: ids for how, ids in named.items() if ids}

    @property
    def told(self) -> str:
        """How many differ, and how, in one line."""
        return ", ".join(f"{len(ids)} {how}" for how, ids in self.differences.items())

    @property
    def agrees(self) -> bool:
        """Whether nothing differs."""
        return not self.differences

    @property
    def to_remove(self) -> set[str]:
        """What the index has and should not have: an older revision never replaces a newer."""
        return {*self.unknown, *self.ahead, *self.repeated}

    @property
    def to_write(self) -> set[str]:
        """What the archive has to give to the index anew."""
        return {*self.missing, *self.behind, *self.ahead, *self.misplaced, *self.repeated}


@dataclass(slots=True)
class Outcomes:
    """What became of many written articles, and the first reason why one was not taken.

    `removed` were taken from the index before; `lost` are in no file of the archive that can be
    read, and `unread` says of each file that cannot what is wrong with it.
    """

    counts: Counter[str] = field(default_factory=Counter)
    reason: str | None = None
    removed: int = 0
    lost: int = 0
    unread: list[str] = field(default_factory=list)

    def add(self, written: Written) -> None:
        """Count one."""
        self.counts[written.outcome] += 1
        self.reason = self.reason or written.reason


def rebuild(
    house: House,
    progress: Progress = silent,
    *,
    month: str | None = None,
    without_lost: bool = False,
) -> Outcomes:
    """Fill a new index with every linked article of the archive, or with those of a month.

    What a pass writes into the old index meanwhile is looked for at the end, and written again;
    what is erased meanwhile is taken out again.

    Args:
        house: whose index.
        progress: hears of each article.
        month: first seen in it, as `2026-11`; all, unless said.
        without_lost: whether what the archive has lost is left out. Unless a person asks for
            that, the old index stays: it may be all that is left of those articles.

    Raises:
        ArchiveError: a file is not there or damaged, and is not to be left out.
    """
    with house.ledger.read() as tx:
        linked = segments.linked(tx)
    total = sum(segment.items for segment in linked)
    outcomes = Outcomes()
    everything = (
        article
        for segment in linked
        for article in _read(house, segment, outcomes, without_lost=without_lost)
        if month in (None, f"{article.first_seen:%Y-%m}")
    )
    refused: set[str] = set()
    for written in house.index.rebuild(everything, month):
        outcomes.add(written)
        if written.outcome is Outcome.REJECTED:
            refused.add(written.id)
        progress("rebuild", outcomes.counts.total(), total)
    if not outcomes.counts[Outcome.FAILED]:
        report = check(house)
        if erased := _erased(house, report.unknown):
            house.index.delete(erased)
        wanted = _of_month(house, report.to_write - refused, month)
        for written in house.index.write(_archived(house, wanted, outcomes)):
            outcomes.add(written)
        outcomes.lost = len(wanted) if outcomes.unread else 0
    return outcomes


def _erased(house: House, ids: Iterable[str]) -> list[str]:
    """Those of some articles that were erased."""
    with house.ledger.read() as tx:
        known = entries.get(tx, ids)
    return [key for key, entry in known.items() if entry.state is State.ERASED]


def _of_month(house: House, wanted: set[str], month: str | None) -> set[str]:
    """Those of some articles that were first seen in a month; all, where none is meant."""
    if month is None:
        return wanted
    with house.ledger.read() as tx:
        known = entries.get(tx, wanted)
    return {key for key, entry in known.items() if f"{entry.first_seen:%Y-%m}" == month}


def check(house: House) -> Report:
    """Compare what the ledger says is indexed with what the index holds.

    A pass may run meanwhile: what seems to differ is looked up in the ledger once more.
    """
    with house.ledger.read() as tx:
        expected, underway = _expected(entries.listed(tx))
    found: dict[str, Place] = {}
    repeated = set()
    for held in house.index.held():
        place = held.revision, held.story or ""
        if held.id in found:
            repeated.add(held.id)
        found[held.id] = max(place, found.get(held.id, place))
    seemingly = {key for key in found if found[key] != expected.get(key) and key not in underway}
    with house.ledger.read() as tx:
        now, moved = _expected(entries.get(tx, seemingly).values())
    expected = {key: one for key, one in expected.items() if key not in seemingly} | now
    underway |= moved
    return _compared(expected, found, underway, repeated)


def _expected(listed: Iterable[Entry]) -> tuple[dict[str, Place], set[str]]:
    """What the index must hold of articles, and the articles that it may hold in any revision."""
    expected: dict[str, Place] = {}
    underway = set()
    for one in listed:
        if one.revision and one.state in _THERE:
            expected[one.id] = one.revision, one.story or ""
        elif one.revision:
            # On its way, or its edit was refused: what the index has of it stays.
            underway.add(one.id)
    return expected, underway


def _compared(
    expected: Mapping[str, Place],
    found: Mapping[str, Place],
    underway: set[str],
    repeated: set[str],
) -> Report:
    shared = sorted((expected.keys() & found.keys()) - repeated)
    step = {key: found[key][0] - expected[key][0] for key in shared}
    return Report(
        same=sum(expected[key] == found[key] for key in shared),
        missing=tuple(sorted(expected.keys() - found.keys())),
        behind=tuple(key for key in shared if step[key] < 0),
        ahead=tuple(key for key in shared if step[key] > 0),
        misplaced=tuple(key for key in shared if not step[key] and found[key] != expected[key]),
        unknown=tuple(sorted(found.keys() - expected.keys() - underway)),
        repeated=tuple(sorted(repeated)),
    )


def mend(house: House, report: Report, progress: Progress = silent) -> Outcomes:
    """Have the index agree with the ledger: remove what is not to be there, write what is missing
    or of another revision anew from the archive.

    Raises:
        IndexUnavailableError: the index does not answer, or our key may not remove anything.
    """
    outcomes = Outcomes()
    if report.to_remove:
        outcomes.removed = house.index.delete(sorted(report.to_remove))
    wanted = report.to_write
    total = len(wanted)
    for written in house.index.write(_archived(house, wanted, outcomes)):
        outcomes.add(written)
        progress("mend", outcomes.counts.total(), total)
    outcomes.lost = len(wanted)
    return outcomes


def _archived(house: House, wanted: set[str], outcomes: Outcomes) -> Iterator[Article]:
    """The articles of these ids as the ledger knows them; ids that were found are taken out.

    A file that cannot be read is noted down: the index gets what the others have.
    """
    with house.ledger.read() as tx:
        linked = segments.linked(tx)
    for segment in reversed(linked):  # what is missing is mostly of late
        if not wanted:
            return
        for article in _read(house, segment, outcomes, without_lost=True):
            if article.id in wanted:
                wanted.remove(article.id)
                yield article


def _read(
    house: House, segment: Segment, outcomes: Outcomes, *, without_lost: bool
) -> list[Article]:
    """The articles of a segment as they are indexed; none where its file cannot be read, which is
    noted down.

    Raises:
        ArchiveError: the file cannot be read, and what is lost is not to be left out.
    """
    try:
        return [article for article, _ in linked_articles(house, segment)]
    except ArchiveError as error:
        if not without_lost:
            raise ArchiveError(
                f"{error}, or leave its {segment.items} articles out by --without-lost. "
                "The index stays as it was"
            ) from error
        if str(error) not in outcomes.unread:
            outcomes.unread.append(str(error))
        return []
