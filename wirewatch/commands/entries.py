"""`wirewatch entries`: how every entry ended and why; adding and replaying entries."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, TypedDict

import typer
from rich.text import Text

from alert.wording import headline
from core.ledger import accounting, entries, replays
from core.records import State
from ingest.characters import printable
from ingest.charsets import decode
from wirewatch.adding import Added, add_articles
from wirewatch.commands.lookups import feed_of, house_of, new_house_of
from wirewatch.commands.terminal import errors, out, print_lines, print_list
from wirewatch.commands.usage import (
    OPTIONAL_COMMAND,
    File,
    UsageError,
    has_subcommand,
    period_of,
)
from wirewatch.house import House
from wirewatch.presentation.accounting import accounting_table
from wirewatch.presentation.wording import counted, seen_within

app = typer.Typer(
    subcommand_metavar=OPTIONAL_COMMAND,
    help="Accounting: how entries ended, how many, and why.\n\n"
    "Without a command: the accounting, of all entries or of a period.",
)


class End(StrEnum):
    """The states that an entry can end in and be replayed from."""

    INDEXED = "indexed"
    DUPLICATE = "duplicate"
    REJECTED = "rejected"
    QUARANTINED = "quarantined"


_SHOWN = {"url", "feeds", "outlet", "published", "first_seen", "state", "reason", "story"}

_Since = Annotated[
    str | None,
    typer.Option(
        metavar="DATE",
        help="Only entries first seen since then: 2026-03-01, 2026-03-01T08:00 (UTC), now-7d.",
    ),
]
_Until = Annotated[
    str | None,
    typer.Option(
        metavar="DATE",
        help="Only entries first seen before then: 2026-04-01 for all until the end of March.",
    ),
]


class _Seen(TypedDict):
    """When the entries that are meant were first seen."""

    since: datetime | None
    until: datetime | None


@app.callback(invoke_without_command=True)
def summary(
    context: typer.Context,
    since: _Since = None,
    until: _Until = None,
    as_json: Annotated[bool, typer.Option("--json", help="Every entry as a JSON line.")] = False,
) -> None:
    """Count the entries by state and reason, or list them: all, or those of a period.

    Examples:
    wirewatch entries --since 2026-11-01 --until 2026-12-01
    wirewatch entries --json | jq 'select(.state == "rejected")'
    """
    if has_subcommand(context):
        return
    with house_of(context) as house:
        seen = _seen(house, since, until)
        with house.ledger.read() as tx:
            if as_json:
                print_lines(
                    {"id": entry.id, **entry.model_dump(include=_SHOWN)}
                    for entry in entries.listed(tx, **seen)
                )
            else:
                out.print(accounting_table(accounting.account(tx, **seen), seen_within(**seen)))


def _seen(house: House, since: str | None, until: str | None) -> _Seen:
    begin, end = period_of(since, until, house.now())
    return _Seen(since=begin, until=end)


@app.command()
def quarantined(context: typer.Context) -> None:
    """List the entries that a person has to look at, and why."""
    with house_of(context) as house, house.ledger.read() as tx:
        rows = [
            (one.id[:12], one.outlet, headline(one.title or one.url), one.reason or "")
            for one in entries.listed(tx, state=State.QUARANTINED)
        ]
    if not rows:
        errors.print("Nothing is quarantined.")
        return
    print_list(rows, "id", "outlet", "title", "why")


@app.command()
def add(
    context: typer.Context,
    addresses: Annotated[
        list[str] | None, typer.Argument(help="Addresses of articles.", metavar="URL")
    ] = None,
    file: Annotated[
        File | None,
        typer.Option(help="A text file with one address per line; - for stdin."),
    ] = None,
) -> None:
    """Add articles that no feed lists, by their addresses: the next pass fetches their pages, and
    they are tagged, threaded and alerted like all others.

    Examples:
    wirewatch entries add https://example.org/2026/cameras
    wirewatch entries add --file archive.txt
    """
    listed = [*(addresses or ()), *(_lines(file) if file else ())]
    if not listed:
        raise UsageError("nothing to add; give addresses of articles, or --file")
    with new_house_of(context) as house:
        added = add_articles(house, listed)
    for one in added:
        out.print(Text(f"{printable(one.address)}: {_said(one)}"), soft_wrap=True)
    if left_out := sum(one.entry is None for one in added):
        raise UsageError(f"{counted(left_out, 'address', 'addresses')} left out, as said above")


def _lines(file: File) -> list[str]:
    """The addresses of a list; lines that begin with # are comments."""
    lines = (line.strip() for line in decode(file.read(), "").splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def _said(one: Added) -> str:
    if one.entry is None:
        return "left out: not a web address, or too long"
    if one.is_new:
        return f"added as an article of {one.entry.outlet}; the next pass fetches it."
    return f"already here, {one.entry.state}: wirewatch show {one.entry.id[:12]}"


@app.command()
def replay(
    context: typer.Context,
    reason: Annotated[
        str | None, typer.Option(help="Only entries whose reason contains this.")
    ] = None,
    feed: Annotated[
        str | None, typer.Option(help="Only entries that this feed lists, by its address.")
    ] = None,
    since: _Since = None,
    until: _Until = None,
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
        seen = _seen(house, since, until)
        if feed is not None:
            feed_of(house, feed)
        with house.ledger.write() as tx:
            count = replays.replay(
                tx,
                now=house.now(),
                states=[State(one) for one in state or [End.QUARANTINED]],
                reason=reason,
                feed=feed,
                **seen,
            )
    out.print(f"{counted(count, 'entry', 'entries')} will be fetched again on the next pass.")
