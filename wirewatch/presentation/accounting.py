"""The accounting as a table, for the terminal and for a log."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from core.ledger.accounting import Accounting
from core.records import ENDS, State
from wirewatch.presentation.wording import sum_line


def accounting_table(accounting: Accounting, seen: str = "") -> Table:
    """How many entries were seen and how they ended, per reason. `seen` says when they were first
    seen, unless it is about all of them."""
    title = f"Accounting of entries {seen}" if seen else "Accounting"
    table = Table(title=title, title_justify="left", show_edge=False, pad_edge=False)
    table.add_column("state")
    table.add_column("entries", justify="right")
    table.add_column("reason")
    for state in (*ENDS, *(state for state in State if state not in ENDS)):
        reasons = accounting.states.get(state, {})
        waits = "" if state in ENDS else " (still to do)"
        for reason, number in sorted(reasons.items(), key=lambda item: -item[1]):
            table.add_row(f"{state}{waits}", f"{number:,}", Text(reason))
    table.add_section()
    table.add_row("seen", f"{accounting.seen:,}", Text(sum_line(accounting)))
    return table


def accounting_text(accounting: Accounting) -> str:
    """The same table as plain text, for a log."""
    plain = Console(width=120, no_color=True)
    with plain.capture() as captured:
        plain.print(accounting_table(accounting))
    return captured.get()
