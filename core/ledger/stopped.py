"""Rules that cannot be used for a while, and how far each had read when the others went on."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, delete, func, select, update

from core.ledger import cursors
from core.ledger.chunks import chunks
from core.ledger.ledger import upsert
from core.ledger.tables import stopped


def stop(tx: Connection, rules: Collection[str], position: int) -> None:
    """Record how far rules have read; those that stopped before stay where they are."""
    if rules:
        rows = [{"rule": rule, "position": position} for rule in sorted({*rules})]
        tx.execute(upsert(tx, stopped).on_conflict_do_nothing(), rows)


def positions(tx: Connection) -> dict[str, int]:
    """The last segment that each stopped rule has read, by the rule's name."""
    return {row.rule: row.position for row in tx.execute(select(stopped))}


def move(tx: Connection, rules: Collection[str], position: int, *, since: int) -> bool:
    """Record how far stopped rules have come in what they missed, who stood at `since`. False, with
    nothing changed, if another has read on from there meanwhile."""
    places: list[int] = []
    for some in chunks(sorted(rules)):
        mine = select(stopped.c.position).where(stopped.c.rule.in_(some)).order_by(stopped.c.rule)
        places += tx.execute(mine.with_for_update()).scalars()
    if places != [since] * len(rules):
        return False
    for some in chunks(rules):
        tx.execute(update(stopped).where(stopped.c.rule.in_(some)).values(position=position))
    return True


def rejoin(tx: Connection, rules: Collection[str], position: int, *, others: int) -> None:
    """Let rules that have come to a position, and missed nothing after it, read on with all others,
    who stand at `others`. Nothing changes if one of these has moved meanwhile."""
    if not cursors.move(tx, cursors.RULES, others, since=others):
        return
    for some in chunks(rules):
        here = stopped.c.rule.in_(some), stopped.c.position == position
        tx.execute(delete(stopped).where(*here))


def forget(tx: Connection, rules: Collection[str]) -> None:
    """Forget rules that are gone."""
    for some in chunks(rules):
        tx.execute(delete(stopped).where(stopped.c.rule.in_(some)))


def read_by_all(tx: Connection) -> int:
    """The last segment that every rule has read, those that stopped, too."""
    least = tx.execute(select(func.min(stopped.c.position))).scalar()
    read = cursors.read(tx, cursors.RULES)
    return read if least is None else min(least, read)
