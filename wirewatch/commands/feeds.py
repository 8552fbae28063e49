"""`wirewatch feeds`: the feed list."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from core.errors import WirewatchError
from core.ledger import feeds
from core.records import Feed, Listed
from ingest.feeds.health import standing
from ingest.feeds.naming import labels_typed
from ingest.feeds.opml import FeedListError, read_list, write_opml
from wirewatch.commands.choice import choose, print_found, print_left_out
from wirewatch.commands.feed_health import gaps, health, next_poll, print_feeds
from wirewatch.commands.history import history
from wirewatch.commands.lookups import house_of, is_home, new_house_of
from wirewatch.commands.pauses import pause, resume
from wirewatch.commands.terminal import errors, out, print_lines, print_list, write_data
from wirewatch.commands.usage import FEEDS, File, UsageError, typed_line
from wirewatch.finding import TOO_LONG, feeds_at, sorted_out, web_address
from wirewatch.house import House
from wirewatch.presentation.feeds import pause_of, paused_among, unlisted
from wirewatch.presentation.wording import counted

if TYPE_CHECKING:
    from ingest.feeds.finder import FoundFeed


class NoFeedError(WirewatchError):
    """There is no feed at an address; the text says why, and what else to do."""


_KEPT = ", outlet and labels unchanged (`wirewatch feeds edit` changes them)"
"""What is told of feeds on the list if other names or labels are given."""


app = typer.Typer(no_args_is_help=True, help="The feed list.")


@app.command()
def add(
    context: typer.Context,
    url: Annotated[str, typer.Argument(metavar="URL", help="The address of a feed or a site.")],
    outlet: Annotated[
        str, typer.Option(help="The outlet's name. Default: the one in the feed's title.")
    ] = "",
    label: Annotated[list[str] | None, typer.Option(help="A label; may be repeated.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Add all feeds found.")] = False,
    first: Annotated[bool, typer.Option("--first", help="Add the first feed found.")] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Only list the feeds found, as JSON lines.")
    ] = False,
    unchecked: Annotated[
        bool, typer.Option("--no-check", help="Add the address without checking it.")
    ] = False,
) -> None:
    """Add a feed by its address, or find the feeds of a site and choose from them. If it has none,
    its news sitemap is one, which outlets keep for search engines.

    Example: wirewatch feeds add https://www.eff.org/ --label Rights
    """
    address = web_address(url)
    if address is None:
        raise UsageError(f"{url!r} is not a web address; expected http:// or https://")
    outlet, labels = typed_line(outlet), labels_typed(map(typed_line, label or ()))
    with new_house_of(context) as house:
        asked = Listed(url=address, outlet=outlet, labels=labels)
        # In a new home no feed is paused, and opening its ledger would make one, feed or not.
        if not as_json and is_home(house.settings) and _told_paused(house, asked):
            return
        if unchecked:
            _add(house, [asked], asked)
            return
        found = _find(house, address)
        if as_json:
            print_lines(found)
            return
        chosen = _chosen(found, every=every, first=first)
        named = [Listed(url=one.url, outlet=outlet or one.outlet, labels=labels) for one in chosen]
        _add(house, named, asked)


@app.command()
def edit(
    context: typer.Context,
    url: Annotated[str, typer.Argument(metavar="URL", help="The feed's address.")],
    outlet: Annotated[
        str | None, typer.Option(help="The outlet's name; an empty one is its feed's title.")
    ] = None,
    label: Annotated[list[str] | None, typer.Option(help="A label; may be repeated.")] = None,
    no_labels: Annotated[bool, typer.Option("--no-labels", help="Take all labels off.")] = False,
) -> None:
    """Change what a feed's outlet is called, or its labels. Articles that it brought before keep
    the outlet's name that they came with.

    Example: wirewatch feeds edit https://example.org/rss --outlet "The Example"
    """
    if label and no_labels:
        raise UsageError("--label and --no-labels exclude each other; --label replaces all labels")
    labels = () if no_labels else labels_typed(map(typed_line, label)) if label else None
    if label and not labels:
        raise UsageError("--label is empty; --no-labels takes all labels off")
    if outlet is None and labels is None:
        raise UsageError("nothing to change; give --outlet, --label or --no-labels")
    name = None if outlet is None else typed_line(outlet)
    with house_of(context) as house:
        with house.ledger.write() as tx:
            feed = feeds.edit(tx, url, outlet=name, labels=labels)
        if feed is None:
            raise UsageError(unlisted(house, url))
    called = feed.outlet or "named after its title by the next poll"
    out.print(Text(f"Outlet: {called}. Labels: {', '.join(feed.labels) or 'none'}."))


@app.command("import")
def import_(
    context: typer.Context,
    file: Annotated[File, typer.Argument(metavar="FILE", help=FEEDS)],
) -> None:
    """Add the feeds in an OPML file, with folders as labels, or in a text file.

    Example: wirewatch feeds import subscriptions.opml
    """
    try:
        found = read_list(file.read())
    except FeedListError as error:
        raise UsageError(f"{file.name}: {error}") from error
    listed = sorted_out(found)
    with new_house_of(context) as house, house.ledger.write() as tx:
        paused = paused_among(tx, listed.usable, "`wirewatch feeds health`")
        added = feeds.add_all(tx, listed.usable, house.now())
    known = len(listed.usable) - added
    kept = _KEPT if known and any(one.labels for one in listed.usable) else ""
    out.print(f"{counted(added, 'feed')} added, {known} already on the list{kept}.")
    if paused:
        out.print(paused)
    print_left_out(listed)


@app.command()
def export(context: typer.Context) -> None:
    """Print the feed list as OPML.

    Example: wirewatch feeds export > feeds.opml
    """
    with house_of(context) as house, house.ledger.read() as tx:
        write_data(write_opml(feeds.listed(tx)))


@app.command("list")
def list_(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Feeds as JSON lines.")] = False,
) -> None:
    """Show all feeds, their state and why, and their labels."""
    with house_of(context) as house, house.ledger.read() as tx:
        listed = feeds.listed(tx)
    if as_json:
        print_feeds(listed)
        return
    if not listed:
        errors.print(
            "No feeds yet: `wirewatch init` adds a starter list, `wirewatch feeds add` adds one."
        )
        return
    rows = []
    for feed in listed:
        shown = standing(feed)
        due, labels = next_poll(feed, "%m-%d %H:%M"), ", ".join(feed.labels)
        rows.append((shown.state, feed.outlet, feed.url, due, shown.why, labels))
    print_list(rows, "state", "outlet", "address", "next poll", "why", "labels")


app.command()(health)
app.command()(gaps)
app.command()(history)
app.command()(pause)
app.command()(resume)


@app.command()
def remove(
    context: typer.Context,
    url: Annotated[str, typer.Argument(metavar="URL", help="The feed's address.")],
) -> None:
    """Remove a feed from the list. Its articles are kept."""
    with house_of(context) as house:
        with house.ledger.write() as tx:
            gone = feeds.remove(tx, url)
        if not gone:
            raise UsageError(unlisted(house, url))
    out.print("Removed.")


def _find(house: House, address: str) -> tuple[FoundFeed, ...]:
    """The feeds at an address.

    Raises:
        NoFeedError: there are none, or the address does not answer.
    """
    from ingest.feeds.finder import NotFound, Remedy

    with errors.status(Text(f"Looking for feeds at {address}")):
        result = feeds_at(house, address)
    if isinstance(result, NotFound):
        told = f"{result.reason}. {result.remedy}"
        if result.remedy is not Remedy.ALLOW:  # else it would fail in each pass, too
            unchecked = f"wirewatch feeds add --no-check {shlex.quote(address)}"
            told = f"{told}, or add this address unchecked: {unchecked}"
        raise NoFeedError(told)
    return result.feeds


def _chosen(found: Sequence[FoundFeed], *, every: bool, first: bool) -> Sequence[FoundFeed]:
    if first or len(found) == 1:
        return found[:1]
    if every:
        return found
    print_found(found)
    if not _is_person():
        raise UsageError(
            f"{len(found)} feeds found; use --all or --first, or add one of them by its address"
        )
    return choose(found)


def _is_person() -> bool:
    return sys.stdin.isatty() and out.is_terminal


def _add(house: House, listed: Sequence[Listed], asked: Listed) -> None:
    for one in sorted_out(listed).too_long:
        raise UsageError(f"{one.url[:80]}… is {TOO_LONG}; nothing was added")
    with house.ledger.write() as tx:
        new = [one for one in listed if feeds.add_all(tx, [one], house.now())]
        paused = feeds.paused(tx)
    for one in listed:
        known = _known(paused.get(one.url), asked)
        said = "added; the next pass polls it." if one in new else known
        out.print(Text(f"{one.url}: {said}"), soft_wrap=True)


def _told_paused(house: House, asked: Listed) -> bool:
    """Whether an address is a paused feed's; if so, say so. The feed itself is not requested."""
    with house.ledger.read() as tx:
        feed = feeds.at(tx, asked.url)
    if feed is None or feed.paused_at is None:
        return False
    out.print(Text(f"{asked.url}: {_known(feed, asked)}"), soft_wrap=True)
    return True


def _known(paused: Feed | None, asked: Listed) -> str:
    """What to say of a feed that is on the list, perhaps paused, when it is to be added."""
    kept = _KEPT if asked.outlet or asked.labels else ""
    known = f"already on the list{kept}"
    return f"{known}, {pause_of(paused)}" if paused else f"{known}."
