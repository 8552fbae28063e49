"""The index as a projection of archive and ledger: rebuild, compare, mend."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from heapq import merge
from itertools import groupby
from operator import attrgetter
from typing import Any, Literal, NamedTuple

from sqlalchemy import Row

from core.archive import ArchiveError
from core.errors import WirewatchError
from core.index import IndexedArticle, Outcome, Written
from core.ledger import entries, segments
from core.records import SEARCHABLE, Article, Entry, Segment, State
from wirewatch.articles import linked_articles
from wirewatch.house import House
from wirewatch.progress import Progress, silent


class ProjectionError(WirewatchError):
    """The index stays as it is; the text says why and what to do."""


class Place(NamedTuple):
    """An article's version, by revision and moves, and its story."""

    revision: int
    moves: int
    story: str

    @property
    def version(self) -> tuple[int, int]:
        """Of two writes of an article, the one with the higher version stays."""
        return self.revision, self.moves


_Difference = Literal["", "behind", "ahead", "misplaced"]

_AGAIN = (State.FOUND, State.FETCHED)


@dataclass(frozen=True, slots=True)
class Report:
    """How index and ledger compare, by ids of articles.

    `missing`: not in the index. `behind`: there in an older revision than the ledger has. `ahead`:
    there in a newer version, perhaps as the ledger was restored. `misplaced`: there under the story
    from which it moved. `unknown`: there, but no entry has such an article. `repeated`: there more
    than once.
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
        """The ids that differ, by the difference in words; empty if index and ledger agree."""
        named = {
            "missing from the index": self.missing,
            "in an older revision in the index": self.behind,
            "in a newer version in the index": self.ahead,
            "under another story in the index": self.misplaced,
            "in the index but not in the ledger": self.unknown,
            "in the index more than once": self.repeated,
        }
        return {how: ids for how, ids in named.items() if ids}

    @property
    def told(self) -> str:
        """How many articles differ, and how, in one line."""
        return ", ".join(f"{len(ids)} {how}" for how, ids in self.differences.items())

    @property
    def agrees(self) -> bool:
        """Whether nothing differs."""
        return not self.differences

    @property
    def to_remove(self) -> set[str]:
        """What to delete from the index. `ahead` too: an older version never replaces a newer."""
        return {*self.unknown, *self.ahead, *self.repeated}

    @property
    def to_write(self) -> set[str]:
        """What to write to the index again from the archive."""
        return {*self.missing, *self.behind, *self.ahead, *self.misplaced, *self.repeated}


@dataclass(slots=True)
class Outcomes:
    """What became of written articles, and the first reason why one was refused.

    `removed` were deleted from the index first; `lost` are in no readable archive file; `unread`
    has the errors of unreadable files.
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
    """Fill a new index with every linked article of the archive, or with those of one month.

    At the end, articles that a pass meanwhile wrote into the old index are written again, and
    articles erased meanwhile are deleted.

    Args:
        house: whose index.
        progress: called for each article.
        month: only articles first seen in it, such as `2026-11`; None for all.
        without_lost: leave out articles that the archive has lost. Otherwise the old index stays:
            it may be all that is left of them.

    Raises:
        ArchiveError: a file is missing or damaged, and `without_lost` is false.
        ProjectionError: another process is at it, or tags articles again.
    """
    with _unchanged_archive(house):
        with house.ledger.read() as tx:
            linked = segments.linked(tx)
        total = sum(segment.items for segment in linked)
        outcomes = Outcomes()
        everything = (
            article
            for segment in linked
            for article in _read(house, segment, outcomes, without_lost=without_lost)
            if month in (None, _month_of(article))
        )
        refused: set[str] = set()
        for written in house.index.rebuild(everything, month):
            outcomes.add(written)
            if written.outcome is Outcome.REJECTED:
                refused.add(written.id)
            progress("rebuild", outcomes.counts.total(), total)
        if not outcomes.counts[Outcome.FAILED]:
            _catch_up(house, outcomes, refused, month)
    return outcomes


@contextmanager
def _unchanged_archive(house: House) -> Iterator[None]:
    """Keep articles from being tagged again meanwhile: the index would keep what was read before as
    if it were read after."""
    with house.lease("rebuild") as taken:
        if not taken:
            raise ProjectionError(
                "another process rebuilds or mends the index, or tags articles again; "
                "try again when it has ended"
            )
        yield


def _catch_up(house: House, outcomes: Outcomes, refused: set[str], month: str | None) -> None:
    """Write what passes have written into the old index since a rebuild began, and delete what was
    erased. What the new index has refused is not tried again."""
    report = check(house)
    wanted = report.to_write - refused
    with house.ledger.read() as tx:
        unknown = entries.get(tx, report.unknown)
        if month is not None:
            known = entries.get(tx, wanted)
            wanted = {key for key, entry in known.items() if _month_of(entry) == month}
    if erased := [key for key, entry in unknown.items() if entry.state is State.ERASED]:
        house.index.delete(erased)
    for written in house.index.write(_archived(house, wanted, outcomes)):
        outcomes.add(written)
    outcomes.lost = len(wanted) if outcomes.unread else 0


def _month_of(one: Article | Entry) -> str:
    return f"{one.first_seen:%Y-%m}"


def check(house: House) -> Report:
    """Compare what the ledger says is indexed with what the index holds.

    There are millions, so only what seems to differ is kept. A pass may be running: that is looked
    up in the ledger again.
    """
    same = 0
    expected: dict[str, Place] = {}
    found: dict[str, Place] = {}
    underway, repeated = set(), set()
    with house.ledger.read() as tx:
        for key, entry, places in _side_by_side(entries.with_articles(tx), house.index.scan()):
            wanted = None if entry is None else _expected(entry)
            if wanted is not None and places == [wanted]:
                same += 1
                continue
            if wanted is not None:
                expected[key] = wanted
            elif entry is not None:
                underway.add(key)
            if places:
                found[key] = max(places)
            if len(places) > 1:
                repeated.add(key)
    seemingly = {key for key in found if found[key] != expected.get(key) and key not in underway}
    with house.ledger.read() as tx:
        again = entries.get(tx, seemingly).values()
    now = {entry.id: _expected(entry) for entry in again if entry.revision}
    underway |= {key for key, place in now.items() if place is None}
    expected = {key: place for key, place in expected.items() if key not in seemingly}
    expected |= {key: place for key, place in now.items() if place is not None}
    return _compared(expected, found, underway, repeated, same)


def _side_by_side(
    listed: Iterator[Row[Any]], scanned: Iterator[IndexedArticle]
) -> Iterator[tuple[str, Row[Any] | None, list[Place]]]:
    """Each id that ledger or index have, with its entry and what the index holds under it. Both are
    in the order of ids."""
    by_id = attrgetter("id")
    both: Iterator[Row[Any] | IndexedArticle] = merge(listed, scanned, key=by_id)
    for key, several in groupby(both, key=by_id):
        entry: Row[Any] | None = None
        places = []
        for one in several:
            if isinstance(one, IndexedArticle):
                places.append(Place(one.revision, one.moves, one.story or ""))
            else:
                entry = one
        yield key, entry, places


def _expected(one: Entry | Row[Any]) -> Place | None:
    """What the index must hold of an article; None if it may hold any version."""
    # While its page is fetched again, an article stays in the index as it was, until its next
    # revision. Without a hash, the index has refused it, or its text was lost before.
    if one.state in SEARCHABLE or (one.state in _AGAIN and one.text_hash is not None):
        return Place(one.revision, one.moves, one.story or "")
    # In progress, or its edit was refused: the index keeps what it has.
    return None


def _compared(
    expected: Mapping[str, Place],
    found: Mapping[str, Place],
    underway: set[str],
    repeated: set[str],
    same: int,
) -> Report:
    """The report on what seemed to differ, besides `same` articles that do not."""
    by_difference = defaultdict[_Difference, list[str]](list)
    for key in sorted((expected.keys() & found.keys()) - repeated):
        by_difference[_difference(found[key], expected[key])].append(key)
    return Report(
        same=same + len(by_difference[""]),
        missing=tuple(sorted(expected.keys() - found.keys())),
        behind=tuple(by_difference["behind"]),
        ahead=tuple(by_difference["ahead"]),
        misplaced=tuple(by_difference["misplaced"]),
        unknown=tuple(sorted(found.keys() - expected.keys() - underway)),
        repeated=tuple(sorted(repeated)),
    )


def _difference(found: Place, expected: Place) -> _Difference:
    """How what the index holds of an article differs from what it must hold; "" if it does not."""
    if found == expected:
        return ""
    if found.version >= expected.version:  # a write of ours would not replace an equal one either
        return "ahead"
    if found.revision < expected.revision:
        return "behind"
    # With older tags in its story: the new ones wait for the index, or it has refused them.
    return "" if found.story == expected.story else "misplaced"


def mend(house: House, report: Report, progress: Progress = silent) -> Outcomes:
    """Make the index agree with the ledger: delete what should not be there, and write again from
    the archive what is missing or differs.

    Raises:
        IndexUnavailableError: the index does not answer, or our key may not remove anything.
        ProjectionError: another process is at it, or tags articles again.
    """
    with _unchanged_archive(house):
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
    """The articles with these ids as the ledger has them; ids found are removed from `wanted`.

    An unreadable file is recorded in `outcomes`: the index gets what the other files have.
    """
    with house.ledger.read() as tx:
        linked = segments.linked(tx)
    for segment in reversed(linked):  # what is missing is mostly recent
        if not wanted:
            return
        for article in _read(house, segment, outcomes, without_lost=True):
            if article.id in wanted:
                wanted.remove(article.id)
                yield article


def _read(
    house: House, segment: Segment, outcomes: Outcomes, *, without_lost: bool
) -> list[Article]:
    """The articles of a segment as they are indexed; none if its file is unreadable, which is
    recorded in `outcomes`.

    Raises:
        ArchiveError: the file is unreadable, and `without_lost` is false.
    """
    try:
        return [article for article, _ in linked_articles(house, segment)]
    except ArchiveError as error:
        if not without_lost:
            raise ArchiveError(
                f"{error}, or leave out its {segment.items} articles with --without-lost. "
                "The index is unchanged"
            ) from error
        if str(error) not in outcomes.unread:
            outcomes.unread.append(str(error))
        return []
