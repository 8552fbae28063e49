"""`wirewatch feeds`: the feed list."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from core.ledger import feeds
from ingest.opml import read_opml, write_opml
from wirewatch.terminal import UsageError, house_of, out

app = typer.Typer(no_args_is_help=True, help="The feed list.")


@app.command()
def add(
    context: typer.Context,
    url: Annotated[str, typer.Argument(help="A feed's address.")],
    title: Annotated[str, typer.Option(help="The outlet's name. Default: the feed's own.")] = "",
    label: Annotated[list[str] | None, typer.Option(help="A folder; may be given again.")] = None,
) -> None:
    """Add a feed.

    Example: wirewatch feeds add https://www.eff.org/rss/updates.xml --label Rights
    """
    if not url.startswith(("http://", "https://")):
        raise UsageError(f"{url!r} is no web address; expected http:// or https://")
    with house_of(context) as house, house.ledger.write() as tx:
        new = feeds.add(tx, url, title=title, labels=label or (), now=house.now())
    out.print("Added; the next run polls it." if new else "It is on the list already.")


@app.command("import")
def import_(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="An OPML file.", exists=True, dir_okay=False)],
) -> None:
    """Add the feeds of an OPML file, its folders kept as labels.

    Example: wirewatch feeds import subscriptions.opml
    """
    found = read_opml(file.read_bytes())
    with house_of(context) as house, house.ledger.write() as tx:
        added = sum(
            feeds.add(tx, one.url, title=one.title, labels=one.labels, now=house.now())
            for one in found
        )
    out.print(f"{added} feeds added, {len(found) - added} were on the list already.")


@app.command()
def export(context: typer.Context) -> None:
    """Print the list as OPML.

    Example: wirewatch feeds export > feeds.opml
    """
    with house_of(context) as house, house.ledger.read() as tx:
        sys.stdout.write(write_opml(feeds.listed(tx)))


@app.command("list")
def list_(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="JSON lines.")] = False,
) -> None:
    """Show the feeds, how each is doing, and why."""
    with house_of(context) as house, house.ledger.read() as tx:
        listed = feeds.listed(tx)
    if as_json:
        hidden = {"etag", "last_modified"}  # bytes that only the server understands
        for feed in listed:
            sys.stdout.write(feed.model_dump_json(exclude=hidden) + "\n")
        return
    table = Table("state", "outlet", "address", "next poll", "why", show_edge=False)
    for feed in listed:
        due = f"{feed.next_poll_at:%m-%d %H:%M}"
        table.add_row(feed.state, Text(feed.title), Text(feed.url), due, Text(feed.reason or ""))
    out.print(table)


@app.command()
def remove(
    context: typer.Context, url: Annotated[str, typer.Argument(help="The feed's address.")]
) -> None:
    """Take a feed off the list. What it brought stays."""
    with house_of(context) as house, house.ledger.write() as tx:
        gone = feeds.remove(tx, url)
    if not gone:
        raise UsageError(f"{url} is not on the list; `wirewatch feeds list` shows it")
    out.print("Removed.")
