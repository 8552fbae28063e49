"""`wirewatch feeds history`: entries from before a feed was added."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.text import Text

from ingest.feeds.gaps import seen_until
from wirewatch.commands.lookups import house_of, polled_feed_of
from wirewatch.commands.terminal import bars, out
from wirewatch.commands.usage import UsageError, moment_of
from wirewatch.history import INTERRUPTED, MAX_PAGES, read_history
from wirewatch.presentation.wording import counted


def history(
    context: typer.Context,
    url: Annotated[str, typer.Argument(metavar="URL", help="The feed's address.")],
    since: Annotated[
        str,
        typer.Option(metavar="DATE", help="How far back: 2026-03-01 (UTC), 2026-03 or now-90d."),
    ],
    pages: Annotated[
        int, typer.Option(min=1, max=MAX_PAGES, help="The most pages of the feed to read.")
    ] = 100,
) -> None:
    """Find what a feed listed before it was added here, on its pages of older entries.

    The next passes fetch the articles. No rule alerts on them; searches and stories have them.

    Example: wirewatch feeds history https://example.org/feed --since 2026-01-01
    """
    with house_of(context) as house:
        begin = moment_of("--since", since, house.now())
        feed = polled_feed_of(house, url)
        if seen_until(feed) is None:
            raise UsageError("no poll has read it yet: `wirewatch run` first, then its history")
        with bars() as progress:
            read = read_history(house, feed, begin, pages, progress)
    back = f", back to {read.oldest:%Y-%m-%d}" if read.oldest else ""
    found = counted(read.found, "new entry", "new entries")
    out.print(Text(f"{found} on {counted(read.pages, 'older page')}{back}; {read.end}."))
    if read.found:
        out.print("The next passes fetch the articles.")
    if read.end == INTERRUPTED:
        out.print(
            "To go on, give the same command again: it reads these pages again, finds nothing on "
            "them twice, and goes further."
        )
        raise typer.Exit(130)  # as for any command that Ctrl-C ended
