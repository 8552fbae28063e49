"""`wirewatch feeds health` and `gaps`: which feeds are unwell or paused, since when, and why; and
where entries may be missing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from core.ledger import feeds
from core.ledger import gaps as ledger_gaps
from core.records import Feed, FeedGap
from ingest.feeds.health import PAUSED, WORST_FIRST, by_health, is_unwell, standing
from wirewatch.commands.lookups import house_of
from wirewatch.commands.terminal import out, print_lines, print_rows, table_of
from wirewatch.commands.usage import moment_of
from wirewatch.presentation.wording import counted

_HEADINGS = ("state", "since", "feed", "last ok", "next poll")
_MINUTE = "%Y-%m-%d %H:%M"


def health(
    context: typer.Context,
    everything: Annotated[bool, typer.Option("--all", help="Include healthy feeds.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Feeds as JSON lines.")] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit with code 1 if any feed is unwell.")
    ] = False,
) -> None:
    """Show unwell and paused feeds: since when, why, and when each is polled next.

    Example: wirewatch feeds health --strict
    """
    with house_of(context) as house, house.ledger.read() as tx:
        listed = sorted(feeds.listed(tx), key=by_health)
    unwell = [feed for feed in listed if is_unwell(feed)]
    paused = [feed for feed in listed if feed.paused_at is not None]
    shown = listed if everything else [*unwell, *paused]
    if as_json:
        print_feeds(shown)
    elif shown:
        print_rows(list(map(_row, shown)), _table)
    if not as_json and out.is_terminal:
        out.print(_summary(listed))
    if strict and unwell:
        raise typer.Exit(1)


def gaps(
    context: typer.Context,
    since: Annotated[
        str, typer.Option(metavar="DATE", help="How far back: 2026-03-01 (UTC), 2026-03 or now-7d.")
    ] = "now-30d",
    as_json: Annotated[bool, typer.Option("--json", help="Gaps as JSON lines.")] = False,
) -> None:
    """Show where entries may be missing: between two polls more came than a feed lists.

    A machine that was off, or a feed that failed for days, are the usual causes. Older pages of the
    feed are read first, where it has any.

    Example: wirewatch feeds gaps --since now-7d
    """
    with house_of(context) as house:
        begin = moment_of("--since", since, house.now())
        with house.ledger.read() as tx:
            found = ledger_gaps.listed(tx, begin)
    if as_json:
        print_lines(found)
    elif found:
        print_rows(list(map(_gap_row, found)), _gap_table)
    if not as_json and out.is_terminal:
        told = missing(found, f"since {begin:%Y-%m-%d %H:%M} UTC")
        out.print(told or "Nothing is known to be missing.")


def print_feeds(listed: Iterable[Feed]) -> None:
    """Print feeds as JSON lines, without what is bytes, of no use to a reader."""
    print_lines(listed, exclude={"etag", "last_modified", "marks"})


def missing(found: Sequence[FeedGap], when: str) -> str:
    """What may be missing because of some gaps, in a sentence; "" if there are none."""
    if not found:
        return ""
    entries = counted(sum(gap.missed for gap in found), "entry", "entries")
    number = counted(len({gap.feed for gap in found}), "feed")
    return f"About {entries} of {number} may be missing {when}."


def _gap_row(gap: FeedGap) -> tuple[str, ...]:
    moments = (gap.noticed_at, gap.since, gap.until)
    return (*(one.strftime(_MINUTE) for one in moments), f"{gap.missed:,}", gap.outlet, gap.url)


def _gap_table(rows: Iterable[Sequence[str]]) -> Table:
    table = table_of("noticed", "missing", "feed")
    for noticed, since, until, number, outlet, address in rows:
        lacking = Text(f"about {number}\n{since}\nto {until}")
        told = Text("\n".join(filter(None, (outlet, address))))
        table.add_row(Text(noticed), lacking, told)
    return table


def _table(rows: Iterable[Sequence[str]]) -> Table:
    """Outlet, address and evidence share a column: side by side they would be too narrow."""
    table = table_of(*_HEADINGS)
    for state, since, outlet, address, evidence, *moments in rows:
        told = Text("\n".join(filter(None, (outlet, address, evidence))))
        table.add_row(Text(state), Text(since), told, *map(Text, moments))
    return table


def _row(feed: Feed) -> tuple[str, ...]:
    shown = standing(feed)
    return (
        shown.state,
        shown.since.strftime(_MINUTE),
        feed.outlet,
        feed.url,
        shown.why,
        feed.well_at.strftime(_MINUTE) if feed.well_at else "never",
        next_poll(feed, _MINUTE),
    )


def next_poll(feed: Feed, form: str) -> str:
    """When a feed is polled next, for a table."""
    return feed.next_poll_at.strftime(form) if feed.paused_at is None else "when resumed"


def _summary(listed: Sequence[Feed]) -> str:
    counts = Counter(standing(feed).state for feed in listed)
    names = (*reversed(WORST_FIRST), PAUSED)
    parts = (f"{counts[name]} {name}" for name in names if counts[name])
    return f"{counted(len(listed), 'feed')}: {', '.join(parts)}" if listed else "No feeds yet."
