"""Choosing among the feeds of a site."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import typer
from rich.table import Table
from rich.text import Text

from wirewatch.finding import TOO_LONG, Sorted
from wirewatch.terminal import errors, out

if TYPE_CHECKING:
    from ingest.finder import FoundFeed


def choose(found: Sequence[FoundFeed]) -> list[FoundFeed]:
    """Ask a person at the terminal which feeds to take."""
    while True:
        answer = typer.prompt("Which? Numbers, ranges such as 2-4, or all", default="1")
        try:
            return [found[number - 1] for number in numbers(answer, len(found))]
        except ValueError as error:
            errors.print(str(error), highlight=False)


def print_left_out(listed: Sorted) -> None:
    """Name feeds of a list that cannot be on ours, and say why."""
    for reason, several in (("no web addresses", listed.no_addresses), (TOO_LONG, listed.too_long)):
        if several:
            named = ", ".join(one.url[:80] for one in several[:5])
            told = f"{len(several)} left out, {reason}: {named}"
            out.print(Text(told), soft_wrap=True)


def numbers(text: str, count: int) -> list[int]:
    """The numbers that a text names, of those from 1 to `count`: `1 3`, `2-4,7`, `all`.

    Raises:
        ValueError: it names none, or one that is not there; its text says so.
    """
    named: list[int] = []
    for part in text.replace(",", " ").split():
        first, dash, last = part.partition("-")
        if part.lower() == "all":
            first, dash, last = "1", "-", str(count)
        if not first.isdecimal() or not (last.isdecimal() or not dash):
            raise ValueError(f"{part!r} is no number; expected such as 1, 2-4, or all")
        begin, end = int(first), int(last or first)
        if not 1 <= begin <= end <= count:
            raise ValueError(f"{part} is not on the list; it has 1 to {count}")
        named += range(begin, end + 1)
    if not named:
        raise ValueError("nothing is chosen; expected such as 1, 2-4, or all")
    return list(dict.fromkeys(named))


def print_found(found: Sequence[FoundFeed]) -> None:
    """A numbered table of feeds."""
    table = Table("", "title", "items", "newest", "format", "address", "", show_edge=False)
    for number, feed in enumerate(found, 1):
        newest = f"{feed.newest:%Y-%m-%d}" if feed.newest else ""
        table.add_row(
            str(number),
            Text(feed.title),
            f"{feed.items:,}",
            newest,
            feed.format,
            Text(feed.url, overflow="fold"),
            _remark(feed, found),
        )
    out.print(table)


def _remark(feed: FoundFeed, found: Sequence[FoundFeed]) -> str:
    if feed.comments:
        return "readers' comments"
    same = next((n for n, other in enumerate(found, 1) if other.url == feed.same_as), None)
    return f"same as {same}" if same else ""
