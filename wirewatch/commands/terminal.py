"""The terminal: its streams, progress bars, and how tables and data are printed."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic_core import to_json
from rich.console import Console, ConsoleOptions, RenderableType
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars
from rich.segment import Segment
from rich.table import Column, Table
from rich.text import Text

from wirewatch.progress import Progress, silent

_OBEYED = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")
"""Control characters but the line end: a terminal obeys some, and rich leaves the escape."""


class SafeConsole(Console):
    """A console on which text from outside is only text: queries, addresses, a server's reasons.

    Its control characters are left out. Brackets and colons in it do not turn into styles or emoji;
    our own styles are set with Text.
    """

    def __init__(self, *, stderr: bool = False) -> None:
        super().__init__(stderr=stderr, markup=False, emoji=False)

    def render(
        self, renderable: RenderableType, options: ConsoleOptions | None = None
    ) -> Iterable[Segment]:
        """The segments of what is to be shown; those that control the terminal are rich's own."""
        for segment in super().render(renderable, options):
            if segment.control:
                yield segment
            else:
                yield Segment(_OBEYED.sub("", segment.text), segment.style)


out = SafeConsole()
errors = SafeConsole(stderr=True)


MAX_TABLE = 1_000
"""Most rows in a table: rich takes a millisecond to lay out each, and nobody reads more."""


def open_streams() -> None:
    """Make standard input, output and error usable, however the command was started.

    One that was closed reads as empty and keeps nothing. What the encoding of standard output
    lacks is shown as a question mark.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            nothing = Path(os.devnull).open(mode, encoding="utf-8")  # noqa: SIM115 - stays open
            setattr(sys, name, nothing)
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")


def print_rows(
    rows: Sequence[Sequence[str]], table: Callable[[Sequence[Sequence[str]]], Table]
) -> None:
    """Print rows as a table; in a pipe, or if there are too many, as tab-separated lines."""
    if out.is_terminal and len(rows) <= MAX_TABLE:
        out.print(table(rows))
        return
    for row in rows:
        cells = (_OBEYED.sub("", " ".join(one.split())) for one in row)
        sys.stdout.write("\t".join(cells) + "\n")


def print_list(rows: Sequence[Sequence[str]], *headings: str) -> None:
    """Print rows in the same way, with a column for each heading."""

    def table(rows: Sequence[Sequence[str]]) -> Table:
        made = table_of(*headings)
        for row in rows:
            made.add_row(*map(Text, row))
        return made

    print_rows(rows, table)


def print_lines(
    rows: Iterable[BaseModel | Mapping[str, Any]], *, exclude: set[str] | None = None
) -> None:
    """Print records, or values by name, as JSON lines: all fields, or all but some."""
    for row in rows:
        write_data(to_json(row, exclude=exclude).decode() + "\n")


def write_data(text: str) -> None:
    """Write what programs read to standard output: in UTF-8, whatever the terminal's encoding."""
    sys.stdout.buffer.write(text.encode())


@contextmanager
def bars() -> Iterator[Progress]:
    """Show progress bars on the terminal, if it is one, while the block runs: one per stage."""
    if not errors.is_interactive:
        yield silent
        return
    columns = (
        TextColumn("{task.description:>8}"),
        BarColumn(bar_width=32),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Bars(
        *columns,
        console=errors,
        redirect_stdout=out.is_terminal,  # else alerts for a file or a pipe would be shown instead
    ) as shown:
        tasks = {}

        def progress(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = shown.add_task(stage, total=total)
            shown.update(tasks[stage], completed=done, total=total)

        yield progress


def table_of(*headings: str) -> Table:
    """A table that cuts nothing off in a narrow window: addresses and long words wrap."""
    return Table(*(Column(name, overflow="fold") for name in headings), show_edge=False)


def facts_table() -> Table:
    """A table of facts, each with its name before it, that cuts nothing off either."""
    return Table.grid(Column(), Column(overflow="fold"), padding=(0, 2))
