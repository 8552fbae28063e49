"""`wirewatch rules`."""

from __future__ import annotations

import typer
from rich.table import Table
from rich.text import Text

from wirewatch.terminal import house_of, out


def rules(context: typer.Context) -> None:
    """Check rules.toml and list its rules."""
    with house_of(context) as house:
        table = Table("rule", "query", "to", show_edge=False)
        for rule in house.rules.rules:
            table.add_row(Text(rule.name), Text(rule.query.text), ", ".join(rule.to))
        out.print(table if table.row_count else f"No rules in {house.settings.rules_path}.")
