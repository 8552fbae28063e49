"""Shared by the commands: the console, the command's house, progress bars, tables of records."""

from __future__ import annotations

import difflib
import os
import re
import shlex
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path

import typer
from pydantic import BaseModel
from rich.console import Console
from rich.control import strip_control_codes
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars
from rich.table import Column, Table
from rich.text import Text
from typer.core import TyperCommand

from alert.wording import UNTITLED, headline
from core.clauses import Explainer, matched_phrases
from core.conditions import Condition
from core.ledger import entries, feeds
from core.ledger.accounting import Accounting
from core.records import ENDS, Article, Mention, MentionKind, State, Story
from core.settings import Settings, load_settings
from wirewatch.house import House
from wirewatch.presentation.wording import counted, sum_line
from wirewatch.progress import Progress

# Most output contains text from outside: queries, addresses, paths, a server's reasons. Brackets
# and colons in it must not turn into styles or emoji; our own styles are set with Text.
out = Console(markup=False, emoji=False)
errors = Console(stderr=True, markup=False, emoji=False)


class UsageError(typer.BadParameter):
    """A command was used wrongly: exit code 2."""


class QueryCommand(TyperCommand):
    """A command whose argument is a search: one of several words looks like several arguments, one
    that begins with a minus like options."""

    def parse_args(self, ctx: typer.Context, args: list[str]) -> list[str]:  # type: ignore[override]  # click's own context, vendored
        """Read the arguments; where a search was taken for something else, say how to pass it."""
        given = list(args)
        try:
            return super().parse_args(ctx, args)
        except Exception as error:  # the class moves between versions of typer
            if "unexpected extra argument" in str(error):
                said = "put a search of several words in quotes, such as 'secret court'"
                raise UsageError(said) from error
            option = getattr(error, "option_name", "")
            asked = next((one for one in given if one.startswith(option)), "")
            if not re.fullmatch("-[^-]", option) or not asked:
                raise
            quoted = asked.replace("'", "'\\''")
            before = "".join(f" {shlex.quote(one)}" for one in given[: given.index(asked)])
            raise UsageError(
                "put -- before a search that begins with a minus: "
                f"{ctx.command_path}{before} -- '{quoted}'"
            ) from error


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


MAX_TABLE = 1_000
"""Most rows in a table: rich takes a millisecond to lay out each, and nobody reads more."""

HOME_FILES = ("ledger.db", "*.toml", "*.opml", "corrections")
"""A folder with any of these is a home."""


OPTIONAL_COMMAND = "[COMMAND] [ARGS]..."
"""How the help of a group of commands shows that it does something by itself, too."""


def has_subcommand(context: typer.Context) -> bool:
    """Whether a group of commands, which does something by itself too, is to run one of them.

    Raises:
        UsageError: it is, and options stand before that command, which never sees them.
    """
    name = context.invoked_subcommand
    given = [one.opts[0] for one in context.command.params if context.params.get(one.name or "")]
    if name is not None and given:
        raise UsageError(f"{given[0]} stands before {name!r}, whose options go after its name")
    return name is not None


def house_of(context: typer.Context) -> House:
    """The house that the command line names, for work in a home that exists.

    Raises:
        UsageError: there is none; a mistyped name creates nothing.
    """
    check_begun(settings := load_settings(context.obj))
    return House(settings)


def new_house_of(context: typer.Context) -> House:
    """Like `house_of`, for work that may create a home."""
    return House.open(context.obj)


def check_begun(settings: Settings) -> None:
    """Check that the settings' folder is a home, or that their ledger is elsewhere.

    Raises:
        UsageError: neither is true; the text says how to create a home.
    """
    home = settings.home
    if not settings.ledger_url and not any(any(home.glob(one)) for one in HOME_FILES):
        raise UsageError(
            f"no wirewatch home in {home}; create one with `wirewatch init`, or name another "
            "folder: `wirewatch --home FOLDER ...`, or WIREWATCH_HOME"
        )


def house_with_feeds(context: typer.Context) -> House:
    """Like `house_of`, for work that needs feeds, or articles that were added by hand.

    Raises:
        UsageError: there are none yet.
    """
    house = house_of(context)
    with house.ledger.read() as tx:
        if not feeds.listed(tx) and not entries.count(tx):
            raise UsageError(
                f"no feeds in {house.settings.home} yet; `wirewatch init` adds a starter list of "
                "outlets, `wirewatch feeds add ADDRESS` adds one feed"
            )
    return house


def check_listed(house: House, url: str) -> None:
    """Check that an address is on the feed list.

    Raises:
        UsageError: it is not; the text suggests a similar one.
    """
    with house.ledger.read() as tx:
        is_known = any(feed.url == url for feed in feeds.listed(tx))
    if not is_known:
        raise unlisted(house, url)


def unlisted(house: House, url: str) -> UsageError:
    """The error that an address is no feed's; its text names one that is like it."""
    with house.ledger.read() as tx:
        near = difflib.get_close_matches(url, [feed.url for feed in feeds.listed(tx)], n=1)
    hint = f"; did you mean {near[0]}?" if near else "; see `wirewatch feeds list`"
    return UsageError(f"{url} is not on the feed list{hint}")


def print_rows(
    rows: Sequence[Sequence[str]], table: Callable[[Sequence[Sequence[str]]], Table]
) -> None:
    """Print rows as a table; in a pipe, or if there are too many, as tab-separated lines."""
    if out.is_terminal and len(rows) <= MAX_TABLE:
        out.print(table(rows))
        return
    for row in rows:
        sys.stdout.write(strip_control_codes("\t".join(row)) + "\n")


def print_lines(
    records: Iterable[BaseModel],
    *,
    include: set[str] | None = None,
    exclude: set[str] | None = None,
) -> None:
    """Print records as JSON lines, for scripts: all fields, some, or all but some."""
    for record in records:
        write_data(record.model_dump_json(include=include, exclude=exclude) + "\n")


def write_data(text: str) -> None:
    """Write what programs read to standard output: in UTF-8, whatever the terminal's encoding."""
    sys.stdout.buffer.write(text.encode())


@contextmanager
def bars() -> Iterator[Progress]:
    """Show progress bars on the terminal while the block runs, one per stage."""
    columns = (
        TextColumn("{task.description:>8}"),
        BarColumn(bar_width=32),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Bars(
        *columns,
        console=errors,
        transient=not errors.is_terminal,
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


def accounting_table(accounting: Accounting) -> Table:
    """How many entries were seen and how they ended, per reason."""
    table = Table(title="Accounting", title_justify="left", show_edge=False, pad_edge=False)
    table.add_column("state")
    table.add_column("entries", justify="right")
    table.add_column("reason")
    for state in (*ENDS, *(state for state in State if state not in ENDS)):
        reasons = accounting.states.get(state, {})
        waits = "" if state in ENDS else " (still to do)"
        for reason, number in sorted(reasons.items(), key=lambda item: -item[1]):
            table.add_row(f"{state}{waits}", f"{number:,}", Text(reason))
    table.add_section()
    table.add_row("seen", f"{accounting.seen:,}", Text(sum_line(accounting)))
    return table


def accounting_text(accounting: Accounting) -> str:
    """The same table as plain text, for a log."""
    plain = Console(width=120, no_color=True)
    with plain.capture() as captured:
        plain.print(accounting_table(accounting))
    return captured.get()


def highlighted(article: Article, field: str) -> Text:
    """A field of an article with its evidence marked."""
    shown = Text(getattr(article, field))
    for tag in article.tags:
        for piece in tag.evidence:
            if piece.field == field:
                shown.stylize("bold black on yellow", piece.start, piece.end)
    return shown


def mentions_table(article: Article) -> Table:
    """An article's mentions: each name once, how often, where first, and its link."""
    table = table_of("mentions", "", "times", "first as", "link")
    shown: dict[tuple[MentionKind, str], list[Mention]] = {}
    for kind in MentionKind:
        for one in article.mentions:
            if one.kind is kind:
                shown.setdefault((kind, one.name), []).append(one)
    for (what, name), same in shown.items():
        first = same[0]
        where = f"{first.spelling(article)} ({first.field})"
        kind_and_country = f"{what}, {first.country}" if first.country else str(what)
        table.add_row(
            Text(name), kind_and_country, str(len(same)), Text(where), Text(first.uri or "")
        )
    return table


def statements_table(article: Article) -> Table:
    """An article's statements: kind, speaker and words."""
    table = table_of("statements", "speaker", "words")
    for one in article.statements:
        table.add_row(one.kind.value, Text(one.speaker or ""), Text(" ".join(one.phrase.split())))
    return table


def story_lines(story: Story) -> Iterator[Text]:
    """A story in a few lines: its title, its size and its outlets."""
    yield Text.assemble((f"{story.score:.2f} ", "bold cyan"), (headline(story.title), "bold"))
    size = f"{counted(len(story.outlets), 'outlet')}, {counted(story.size, 'article')}"
    copies = counted(story.copies, "copy", "copies")
    where = f"{size}, {copies}  {', '.join(story.languages)}"
    yield Text(f"     {where}  last seen {story.last_seen:%Y-%m-%d %H:%M}  {story.id[:12]}", "dim")
    yield Text(f"     {', '.join(story.outlets)}", "dim")


def hit_lines(article: Article) -> Iterator[Text]:
    """A hit in a few lines: headline, origin, and the evidence for its topics."""
    title = highlighted(article, "title") if article.title else Text(UNTITLED)
    yield Text.assemble((f"{article.score:.2f} ", "bold cyan"), title)
    when = f"{article.published:%Y-%m-%d %H:%M}" if article.published else "no date"
    copy = f"  copy of {article.duplicate_of[:12]}" if article.duplicate_of else ""
    where = f"     {article.outlet}  {when}  {article.language}  {article.id[:12]}{copy}"
    yield Text(where, style="dim")
    for tag in article.tags:
        phrases = "; ".join(
            dict.fromkeys(f"{piece.phrase} ({piece.why})" for piece in tag.evidence)
        )
        yield Text.assemble((f"     {tag.topic}: ", "green"), phrases)


def said_lines(article: Article, condition: Condition) -> Iterator[Text]:
    """The statements of an article that a search asked for; its relative dates must be resolved."""
    matched = matched_phrases(Explainer(article).explain(condition))
    places = {(one.field, one.start, one.end) for one in matched}
    for one in article.statements:
        if (one.field, one.start, one.end) in places:
            words = " ".join(one.phrase.split())
            said = f"{one.speaker}: {words}" if one.speaker else words
            yield Text.assemble((f"     {one.kind.value}: ", "green"), said)
