"""`wirewatch entries`: how every entry ended and why, and replaying entries."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated

import typer
from rich.text import Text

from alert.wording import headline
from core.ledger import entries, replays
from core.records import State
from wirewatch.terminal import (
    OPTIONAL_COMMAND,
    accounting_table,
    check_listed,
    has_subcommand,
    house_of,
    out,
    table_of,
)
from wirewatch.wording import counted

app = typer.Typer(
    subcommand_metavar=OPTIONAL_COMMAND,
    help="Accounting: how entries ended, how many, and why.\n\nWithout a command: the accounting.",
)


class End(StrEnum):
    """The states that an entry can end in and be replayed from."""

    INDEXED = "indexed"
    DUPLICATE = "duplicate"
    REJECTED = "rejected"
    QUARANTINED = "quarantined"


_SHOWN = {"url", "feeds", "state", "reason", "story"}


@app.callback(invoke_without_command=True)
def summary(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Every entry as a JSON line.")] = False,
) -> None:
    """Count the entries by state and reason, or list them all.

    Example: wirewatch entries --json | jq 'select(.state == "rejected")'
    """
    if has_subcommand(context):
        return
    with house_of(context) as house:
        if as_json:
            with house.ledger.read() as tx:
                for entry in entries.listed(tx):
                    shown = entry.model_dump(mode="json", include=_SHOWN)
                    sys.stdout.write(json.dumps({"id": entry.id, **shown}) + "\n")
        else:
            out.print(accounting_table(house.account()))


@app.command()
def quarantined(context: typer.Context) -> None:
    """List the entries that a person has to look at, and why."""
    table = table_of("id", "outlet", "title", "why")
    with house_of(context) as house, house.ledger.read() as tx:
        for entry in entries.listed(tx, state=State.QUARANTINED):
            table.add_row(
                entry.id[:12],
                Text(entry.outlet),
                Text(headline(entry.title)),
                Text(entry.reason or ""),
            )
    out.print(table if table.row_count else "Nothing is quarantined.")


@app.command()
def replay(
    context: typer.Context,
    reason: Annotated[
        str | None, typer.Option(help="Only entries whose reason contains this.")
    ] = None,
    feed: Annotated[
        str | None, typer.Option(help="Only entries that this feed lists, by its address.")
    ] = None,
    since: Annotated[
        datetime | None,
        typer.Option(
            metavar="DATE",
            help="Only entries first seen since then (UTC): 2026-03-01 or 2026-03-01T08:00.",
            formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M"],
        ),
    ] = None,
    state: Annotated[
        list[End] | None,
        typer.Option(
            metavar="STATE",
            help="Only entries in this state: indexed, duplicate, rejected or quarantined (the "
            "default); may be repeated.",
        ),
    ] = None,
) -> None:
    """Process entries again: the next pass fetches their pages afresh.

    Examples:
    wirewatch entries replay --reason "timed out" --since 2026-03-01
    wirewatch entries replay --state indexed --reason "the feed's text"
    """
    with house_of(context) as house:
        if feed is not None:
            check_listed(house, feed)
        with house.ledger.write() as tx:
            count = replays.replay(
                tx,
                now=house.now(),
                states=[State(one) for one in state or [End.QUARANTINED]],
                reason=reason,
                feed=feed,
                since=since.replace(tzinfo=UTC) if since else None,
            )
    out.print(f"{counted(count, 'entry', 'entries')} will be fetched again on the next pass.")
