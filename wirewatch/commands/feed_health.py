"""`wirewatch feeds health`: which feeds are unwell, since when, and the evidence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from core.ledger import feeds
from core.records import Feed
from ingest.health import WELL, WORST_FIRST, by_health
from wirewatch.terminal import house_of, out, print_lines, print_rows, table_of
from wirewatch.wording import counted

_HEADINGS = ("state", "since", "feed", "last ok", "next poll")


def health(
    context: typer.Context,
    everything: Annotated[bool, typer.Option("--all", help="Include healthy feeds.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Feeds as JSON lines.")] = False,
    strict: Annotated[bool, typer.Option(help="Exit with code 1 if any feed is unwell.")] = False,
) -> None:
    """Show unwell feeds: since when, the evidence, and when each is polled next.

    Prints a table, or tab-separated lines in a pipe. Example: wirewatch feeds health --strict
    """
    with house_of(context) as house, house.ledger.read() as tx:
        listed = sorted(feeds.listed(tx), key=by_health)
    unwell = [feed for feed in listed if feed.state not in WELL]
    shown = listed if everything else unwell
    if as_json:
        print_lines(shown, include=_FIELDS)
    elif shown:
        print_rows(list(map(_row, shown)), _table)
    if not as_json and out.is_terminal:
        out.print(_summary(listed))
    if strict and unwell:
        raise typer.Exit(1)


_FIELDS = {
    "id", "url", "outlet", "labels", "state", "since", "reason", "failures", "well_at",
    "last_polled_at", "next_poll_at", "moved_to", "rhythm", "distrusted",
}  # fmt: skip


def _table(rows: Iterable[Sequence[str]]) -> Table:
    """Outlet, address and evidence share a column: side by side they would be too narrow."""
    table = table_of(*_HEADINGS)
    for state, since, outlet, address, evidence, *moments in rows:
        told = Text("\n".join(filter(None, (outlet, address, evidence))))
        table.add_row(Text(state), Text(since), told, *map(Text, moments))
    return table


def _row(feed: Feed) -> tuple[str, ...]:
    evidence = feed.reason or ""
    if feed.failures > 1:
        evidence += f" ({feed.failures} polls in a row)"
    return (
        feed.state,
        _moment(feed.since),
        feed.outlet,
        feed.url,
        evidence,
        _moment(feed.well_at) if feed.well_at else "never",
        _moment(feed.next_poll_at),
    )


def _moment(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"


def _summary(listed: Sequence[Feed]) -> str:
    counts = Counter(feed.state for feed in listed)
    parts = (f"{counts[state]} {state}" for state in reversed(WORST_FIRST) if counts[state])
    return f"{counted(len(listed), 'feed')}: {', '.join(parts)}" if listed else "No feeds yet."
