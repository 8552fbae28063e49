"""`wirewatch feeds pause` and `resume`: a feed that is left alone for a while."""

from __future__ import annotations

import shlex
from typing import Annotated

import typer
from rich.text import Text

from core.ledger import feeds
from wirewatch.commands.lookups import house_of
from wirewatch.commands.terminal import out
from wirewatch.commands.usage import UsageError, typed_line
from wirewatch.presentation.feeds import unlisted


def pause(
    context: typer.Context,
    url: Annotated[str, typer.Argument(metavar="URL", help="The feed's address.")],
    why: Annotated[str, typer.Option(help="The reason, which is shown until it is resumed.")],
) -> None:
    """Stop polling a feed until it is resumed. What it brought stays, and what waits goes on.

    A pass that has begun may still poll it.

    Example: wirewatch feeds pause https://example.org/rss --why "test items until their relaunch"
    """
    reason = typed_line(why)
    if not reason:
        raise UsageError("--why is empty; give the reason: it is shown until the feed is resumed")
    with house_of(context) as house:
        with house.ledger.write() as tx:
            before = feeds.pause(tx, url, reason, house.now())
        if before is None:
            raise UsageError(unlisted(house, url))
    if before.paused_at is not None:
        since = f"{before.paused_at:%Y-%m-%d %H:%M}"
        out.print(f"It has been paused since {since}; the reason is now the one given here.")
        return
    told = f"Paused. To poll it again: wirewatch feeds resume {shlex.quote(url)}"
    out.print(Text(told), soft_wrap=True)


def resume(
    context: typer.Context,
    url: Annotated[str, typer.Argument(metavar="URL", help="The feed's address.")],
) -> None:
    """Poll a paused feed again, from the next pass on.

    Example: wirewatch feeds resume https://example.org/rss
    """
    with house_of(context) as house:
        with house.ledger.write() as tx:
            before = feeds.resume(tx, url, house.now())
        if before is None:
            raise UsageError(unlisted(house, url))
    paused = before.paused_at is not None
    out.print("Resumed; the next pass polls it." if paused else "It was not paused.")
