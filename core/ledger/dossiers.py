"""Dossiers in the ledger: stories that a person put together, in order, each with a note.

A row has the id that its story had when it was added, and stands for the story that has this id
now. So it follows its story into another, and comes apart from it again if the two are split.
Nothing of an article is in these tables: what is erased is gone from a dossier, too.

Begin a transaction that changes a dossier with `lock`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import islice
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    bindparam,
    delete,
    distinct,
    func,
    insert,
    select,
    update,
)

from core.ledger import stories, tables
from core.ledger.chunks import rows_with
from core.ledger.ledger import upsert
from core.ledger.tables import dossier_stories, dossiers
from core.records import Dossier, DossierStory


class Holding(NamedTuple):
    """A dossier that a story is in, and the note on the story there."""

    id: int
    name: str
    note: str


def listed(tx: Connection) -> list[Dossier]:
    """All dossiers: the one that a story was added to last comes first, then by name."""
    return _listed(tx)


def get(tx: Connection, dossier: int) -> Dossier | None:
    """A dossier; None if there is none of this id."""
    return next(iter(_listed(tx, dossiers.c.id == dossier)), None)


def named(tx: Connection, name: str) -> Dossier | None:
    """The dossier of a name; None if there is none."""
    return next(iter(_listed(tx, dossiers.c.name == name)), None)


def latest(tx: Connection) -> Dossier | None:
    """The dossier that a story was added to last; None if there are no stories in any."""
    rows = select(dossier_stories.c.dossier).order_by(dossier_stories.c.added_at.desc())
    found: int | None = tx.execute(rows.limit(1)).scalar()
    return None if found is None else get(tx, found)


def _listed(tx: Connection, *conditions: ColumnElement[bool]) -> list[Dossier]:
    present = func.coalesce(tables.stories.c.merged_into, dossier_stories.c.story)
    added_at = func.max(dossier_stories.c.added_at)
    query = (
        select(
            *dossiers.c, func.count(distinct(present)).label("stories"), added_at.label("added_at")
        )
        .outerjoin(dossier_stories, dossier_stories.c.dossier == dossiers.c.id)
        .outerjoin(tables.stories, tables.stories.c.id == dossier_stories.c.story)
        .where(*conditions)
        .group_by(*dossiers.c)
        .order_by(added_at.desc().nulls_last(), dossiers.c.name)
    )
    return [Dossier(**row._mapping) for row in tx.execute(query)]


def lock(tx: Connection, dossier: int) -> bool:
    """Have other transactions that change a dossier wait for this one; False if there is none of
    this id."""
    row = select(dossiers.c.id).where(dossiers.c.id == dossier).with_for_update()
    return tx.execute(row).scalar() is not None


def open_named(tx: Connection, name: str) -> int:
    """The id of the dossier of a name, which is made if there is none, and locked."""
    row = select(dossiers.c.id).where(dossiers.c.name == name).with_for_update()
    found: int | None = tx.execute(row).scalar()
    if found is not None:
        return found
    # Another transaction may have made it since.
    tx.execute(upsert(tx, dossiers).values(name=name).on_conflict_do_nothing())
    made: int = tx.execute(row).scalar_one()
    return made


def rename(tx: Connection, dossier: int, name: str) -> None:
    """Give a dossier a name that no other has; raises `IntegrityError` if one has it."""
    tx.execute(update(dossiers).where(dossiers.c.id == dossier).values(name=name))


def remove(tx: Connection, dossier: int) -> None:
    """Remove a dossier with its notes. Its stories stay."""
    tx.execute(delete(dossier_stories).where(dossier_stories.c.dossier == dossier))
    tx.execute(delete(dossiers).where(dossiers.c.id == dossier))


def stories_of(
    tx: Connection, dossier: int, *, limit: int | None = None, offset: int = 0
) -> list[DossierStory]:
    """The stories of a dossier, in its order. Where several of them have become one, the first
    stands for all, with the notes of all."""
    end = None if limit is None else offset + limit
    together = dict(islice(_rows(tx, dossier).items(), offset, end))
    found = stories.by_id(tx, together)
    return [
        DossierStory(story=found[story], note=_note(rows), added_at=rows[0].added_at)
        for story, rows in together.items()
    ]


def notes(tx: Connection, dossier: int) -> dict[str, str]:
    """The notes on the stories of a dossier, by their present ids, in its order."""
    return {story: _note(rows) for story, rows in _rows(tx, dossier).items()}


def holding(tx: Connection, several: Iterable[str]) -> dict[str, list[Holding]]:
    """For each of some stories, none of them twice, that are in dossiers: these, by name."""
    story_of = {one: story for story, ids in stories.ids_of(tx, several).items() for one in ids}
    query = (
        select(dossier_stories, dossiers.c.name)
        .join(dossiers, dossiers.c.id == dossier_stories.c.dossier)
        .order_by(dossiers.c.name, dossier_stories.c.place)
    )
    together: dict[str, dict[tuple[int, str], list[Row[Any]]]] = {}
    for row in rows_with(tx, query, dossier_stories.c.story, story_of):
        of_story = together.setdefault(story_of[row.story], {})
        of_story.setdefault((row.dossier, row.name), []).append(row)
    return {
        story: [Holding(*one, _note(rows)) for one, rows in of_story.items()]
        for story, of_story in together.items()
    }


def places(tx: Connection, dossier: int) -> list[str]:
    """The present ids of a dossier's stories, in its order."""
    return list(_rows(tx, dossier))


def add(tx: Connection, dossier: int, story: str, note: str, now: datetime) -> None:
    """Add a story that is not in a dossier, after all others."""
    together = _rows(tx, dossier).values()
    last = max((row.place for rows in together for row in rows), default=0)
    row = {"dossier": dossier, "story": story, "place": last + 1, "note": note, "added_at": now}
    tx.execute(insert(dossier_stories).values(row))


def annotate(tx: Connection, dossier: int, story: str, note: str) -> None:
    """Give a story of a dossier another note; of several that have become one, the first has it."""
    rows = _rows(tx, dossier).get(stories.root(tx, story), [])
    for number, row in enumerate(rows):
        this = update(dossier_stories).where(*_is(row))
        tx.execute(this.values(note="" if number else note))


def move(tx: Connection, dossier: int, story: str, place: int) -> None:
    """Put a story of a dossier at a place, counted from 1; the others keep their order."""
    together, present = _rows(tx, dossier), stories.root(tx, story)
    if present not in together:
        return
    order = moved(list(together), present, place)
    rows = [row.story for one in order for row in together[one]]
    this = update(dossier_stories).where(
        dossier_stories.c.dossier == dossier, dossier_stories.c.story == bindparam("row")
    )
    placed = [{"row": row, "number": number} for number, row in enumerate(rows, 1)]
    tx.execute(this.values(place=bindparam("number")), placed)


def moved(order: Sequence[str], one: str, place: int) -> list[str]:
    """An order with one of its items put at a place, counted from 1, or else at the nearest end."""
    others = [other for other in order if other != one]
    before = max(place - 1, 0)
    return [*others[:before], one, *others[before:]]


def take_out(tx: Connection, dossier: int, story: str) -> None:
    """Take a story out of a dossier, with its note."""
    for row in _rows(tx, dossier).get(stories.root(tx, story), []):
        tx.execute(delete(dossier_stories).where(*_is(row)))


def _rows(tx: Connection, dossier: int) -> dict[str, list[Row[Any]]]:
    """The rows of a dossier by the present ids of their stories, in its order."""
    ours = select(dossier_stories).where(dossier_stories.c.dossier == dossier)
    rows = tx.execute(ours.order_by(dossier_stories.c.place)).all()
    present = stories.roots(tx, [row.story for row in rows])
    together: dict[str, list[Row[Any]]] = {}
    for row in rows:
        together.setdefault(present[row.story], []).append(row)
    return together


def _note(rows: Sequence[Row[Any]]) -> str:
    """The notes of several rows that stand for one story, as one."""
    return "\n".join(dict.fromkeys(row.note for row in rows if row.note))


def _is(row: Row[Any]) -> tuple[ColumnElement[bool], ...]:
    return dossier_stories.c.dossier == row.dossier, dossier_stories.c.story == row.story
