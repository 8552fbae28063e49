"""What the ledger says of the work itself, for the people who run wirewatch, not for its stages."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, and_, case, exists, select

from core.ledger.tables import entries, entry_feeds, steps
from core.records import Record, State


class StepReport(Record):
    """A step that was taken, with what its entry's delays are measured from.

    `number` gives the order of steps. `seconds` is how long the work on the entry took. `published`
    is None of an article that no feed lists: a person added it, and may have done so years later.
    `fresh` means that its article was never revisited, and is not from a feed's history: this is
    the first way through of what has just come out.
    """

    number: int
    at: datetime
    state: State
    seconds: float
    first_seen: datetime
    published: datetime | None
    fresh: bool


class Quarantined(Record):
    """An entry that a person has to look at, since when, and why."""

    id: str
    url: str
    outlet: str
    title: str
    reason: str | None
    at: datetime


def recent_steps(tx: Connection, *, after: int, limit: int) -> list[StepReport]:
    """The newest steps after a number, oldest first; `limit` at most."""
    is_listed = exists().where(entry_feeds.c.entry == entries.c.id)
    query = (
        select(
            steps.c.id.label("number"),
            steps.c.at,
            steps.c.state,
            steps.c.seconds,
            entries.c.first_seen,
            case((is_listed, entries.c.published)).label("published"),
            and_(entries.c.visits == 0, entries.c.revision <= 1, ~entries.c.historic).label(
                "fresh"
            ),
        )
        .join(entries, entries.c.id == steps.c.entry)
        .where(steps.c.id > after)
        .order_by(steps.c.id.desc())
        .limit(limit)
    )
    found = tx.execute(query).all()
    return [StepReport.model_validate(row, from_attributes=True) for row in reversed(found)]


def quarantined(tx: Connection, limit: int) -> list[Quarantined]:
    """The entries in quarantine, the newest first; `limit` at most."""
    query = (
        select(
            entries.c.id,
            entries.c.url,
            entries.c.outlet,
            entries.c.title,
            entries.c.reason,
            entries.c.updated_at.label("at"),
        )
        .where(entries.c.state == State.QUARANTINED)
        .order_by(entries.c.updated_at.desc(), entries.c.id)
        .limit(limit)
    )
    return [Quarantined.model_validate(row, from_attributes=True) for row in tx.execute(query)]
