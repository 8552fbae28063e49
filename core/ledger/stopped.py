"""Rules that cannot be used for a while, and how far each had read when the others went on."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, delete, func, select, update

from core.ledger import cursors
from core.ledger.chunks import change_with, rows_with
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
    locked = select(stopped.c.position).order_by(stopped.c.rule).with_for_update()
    mine = rows_with(tx, locked, stopped.c.rule, sorted(rules))
    if [row.position for row in mine] != [since] * len(rules):
        return False
    change_with(tx, update(stopped).values(position=position), stopped.c.rule, rules)
    return True


def rejoin(tx: Connection, rules: Collection[str], position: int, *, others: int) -> None:
    """Let rules that have come to a position, and missed nothing after it, read on with all others,
    who stand at `others`. Nothing changes if one of these has moved meanwhile."""
    if not cursors.move(tx, cursors.RULES, others, since=others):
        return
    here = delete(stopped).where(stopped.c.position == position)
    change_with(tx, here, stopped.c.rule, rules)


def forget(tx: Connection, rules: Collection[str]) -> None:
    """Forget rules that are gone."""
    change_with(tx, delete(stopped), stopped.c.rule, rules)


def read_by_all(tx: Connection) -> int:
    """The last segment that every rule has read, those that stopped, too."""
    least = tx.execute(select(func.min(stopped.c.position))).scalar()
    read = cursors.read(tx, cursors.RULES)
    return read if least is None else min(least, read)
