"""`wirewatch alerts` and `wirewatch rules`."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from core.ledger import alerts as outbox
from wirewatch.terminal import UsageError, house_of, out, print_lines


def alerts(
    context: typer.Context,
    resend: Annotated[str | None, typer.Option(help="Deliver the alert of this key again.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Alerts as JSON lines.")] = False,
) -> None:
    """List the alerts: what met which rule, why, and where it was delivered.

    Example: wirewatch alerts --json
    """
    with house_of(context) as house:
        if resend is not None:
            with house.ledger.write() as tx:
                if not outbox.resend(tx, resend, house.now()):
                    raise UsageError(f"no alert has the key {resend}")
            out.print("It will be delivered again with the next run.")
            return
        with house.ledger.read() as tx:
            listed = list(outbox.listed(tx))
    if as_json:
        print_lines(alert for alert, _ in listed)
        return
    table = Table("when", "rule", "story", "why", "delivered", show_edge=False)
    for alert, deliveries in listed:
        why = ", ".join(dict.fromkeys(piece.phrase for piece in alert.why))
        where = "\n".join(
            f"{one.channel} {one.delivered_at:%m-%d %H:%M}"
            if one.delivered_at
            else f"{one.channel}: {one.reason or 'waits'}"
            for one in deliveries
        )
        title = Text.assemble(alert.title, "\n", (f"{alert.outlet}, {alert.score:.2f}", "dim"))
        table.add_row(
            f"{alert.created_at:%m-%d %H:%M}", Text(alert.rule), title, Text(why), Text(where)
        )
    out.print(table if listed else "No alerts yet.")


def rules(context: typer.Context) -> None:
    """Check rules.toml and list its rules."""
    with house_of(context) as house:
        table = Table("rule", "query", "to", show_edge=False)
        for rule in house.rules.rules:
            table.add_row(Text(rule.name), Text(rule.query.text), ", ".join(rule.to))
        out.print(table if table.row_count else f"No rules in {house.settings.rules_path}.")
