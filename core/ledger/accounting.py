"""The accounting: how many entries were seen, and how they ended."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, func, select

from core.ledger.ledger import LedgerError
from core.ledger.tables import entries, seen
from core.ledger.utc import within
from core.records import ENDS, Record, State


class Accounting(Record):
    """How many entries were seen and how they ended, per reason.

    `seen` is the sum of the new ones each time, counted apart from the entries themselves;
    `balances` tells whether the two agree.
    """

    seen: int
    states: Mapping[State, Mapping[str, int]]

    def count(self, state: State) -> int:
        """Entries in a state, whatever the reason."""
        return sum(self.states.get(state, {}).values())

    @property
    def waiting(self) -> int:
        """Entries that have not come to an end: they will still be tried."""
        return sum(self.count(state) for state in State if state not in ENDS)

    @property
    def balances(self) -> bool:
        """Whether every entry seen is in exactly one state."""
        return self.seen == self.waiting + sum(self.count(state) for state in ENDS)


def account(
    tx: Connection, *, since: datetime | None = None, until: datetime | None = None
) -> Accounting:
    """The accounting of all entries, or of those first seen since a time and before another: how
    they have ended by now.

    Raises:
        LedgerError: the sums do not agree, which would mean that an entry was lost.
    """
    total = select(func.coalesce(func.sum(seen.c.number), 0)).where(
        *within(seen.c.at, since, until)
    )
    ends = entries.c.state, entries.c.reason
    states = select(*ends, func.count()).where(*within(entries.c.first_seen, since, until))
    if since is None and until is None:
        states = states.group_by(*ends)
    else:
        # No index has the order of an expression: in theirs, SQLite would go through all entries
        # for the few of that time.
        states = states.group_by(entries.c.state.concat(""), *ends)
    counts: dict[State, dict[str, int]] = {}
    for state, reason, number in tx.execute(states):
        reasons = counts.setdefault(State(state), {})
        # Details in parentheses belong to one entry: they would give a row for each.
        kind = (reason or "").partition(" (")[0]
        reasons[kind] = reasons.get(kind, 0) + number
    accounting = Accounting(seen=tx.execute(total).scalar_one(), states=counts)
    if not accounting.balances:
        found = ", ".join(f"{accounting.count(state)} {state}" for state in sorted(counts))
        raise LedgerError(
            f"the accounting does not add up: {accounting.seen} entries seen, but "
            f"{found or 'none in the ledger'}; please report this with a copy of the ledger"
        )
    return accounting
