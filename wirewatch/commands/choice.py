"""Choosing among the feeds of a site."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import typer
from rich.text import Text

from wirewatch.commands.terminal import errors, out, table_of
from wirewatch.finding import Sorted, left_out

if TYPE_CHECKING:
    from ingest.feeds.finder import FoundFeed


def choose(found: Sequence[FoundFeed]) -> list[FoundFeed]:
    """Ask the person at the terminal which feeds to add."""
    while True:
        answer = typer.prompt("Which feeds? Numbers, ranges such as 2-4, or all", default="1")
        try:
            return [found[number - 1] for number in numbers(answer, len(found))]
        except ValueError as error:
            errors.print(str(error), highlight=False)


def print_left_out(listed: Sorted) -> None:
    """Name the feeds that cannot be added, and say why."""
    for told in left_out(listed):
        out.print(Text(told), soft_wrap=True)


def numbers(text: str, count: int) -> list[int]:
    """The numbers from 1 to `count` that a text names: `1 3`, `2-4,7`, `all`.

    Raises:
        ValueError: it names none, or one out of range; the text says so.
    """
    named: list[int] = []
    for part in text.replace(",", " ").split():
        first, dash, last = part.partition("-")
        if part.lower() == "all":
            first, dash, last = "1", "-", str(count)
        if not first.isdecimal() or not (last.isdecimal() or not dash):
            raise ValueError(f"{part!r} is not a number; enter for example 1, 2-4 or all")
        begin, end = int(first), int(last or first)
        if not 1 <= begin <= end <= count:
            raise ValueError(f"{part} is not on the list; choose from 1 to {count}")
        named += range(begin, end + 1)
    if not named:
        raise ValueError("nothing chosen; enter for example 1, 2-4 or all")
    return list(dict.fromkeys(named))


def print_found(found: Sequence[FoundFeed]) -> None:
    """A numbered table of feeds."""
    table = table_of("", "title", "items", "newest", "format", "address", "")
    for number, feed in enumerate(found, 1):
        newest = f"{feed.newest:%Y-%m-%d}" if feed.newest else ""
        table.add_row(
            str(number),
            Text(feed.title),
            f"{feed.items:,}",
            newest,
            feed.format,
            Text(feed.url),
            _remark(feed, found),
        )
    out.print(table)


def _remark(feed: FoundFeed, found: Sequence[FoundFeed]) -> str:
    if feed.comments:
        return "readers' comments"
    same = next((n for n, other in enumerate(found, 1) if other.url == feed.same_as), None)
    return f"same as {same}" if same else ""
