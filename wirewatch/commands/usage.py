"""How commands are used, and the error of those used wrongly."""

from __future__ import annotations

import re
import shlex
from datetime import datetime

import typer
from typer.core import TyperCommand

from core.dates import A_DATE, beginning
from ingest.characters import one_line


class UsageError(typer.BadParameter):
    """A command was used wrongly: exit code 2."""

    def format_message(self) -> str:
        """What is wrong. The library would begin with "Invalid value", whatever it is about."""
        return self.message


class File(typer.FileBinaryRead):
    """A file that a command reads, opened; - is standard input. Help shows this name."""


FEEDS = "An OPML file, or a text file with one address per line; - for stdin."
"""The help of a file that lists feeds."""


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


def typed_line(text: str) -> str:
    """A text as typed, on one line.

    Raises:
        UnicodeEncodeError: it is not valid UTF-8; `wirewatch.cli.main` says which argument it was.
    """
    text.encode()  # one_line would leave out what is not a character
    return one_line(text)


def moment_of(option: str, text: str, now: datetime) -> datetime:
    """The moment at which a date begins that was given as an option, such as --since."""
    try:
        return beginning(text, now)
    except (ValueError, OverflowError) as error:
        raise UsageError(f"{option} takes {A_DATE}, not {text!r}") from error


def period_of(
    since: str | None, until: str | None, now: datetime
) -> tuple[datetime | None, datetime | None]:
    """The first moment of a period given as --since, and the one just after it, as --until; None
    leaves a side open.

    Raises:
        UsageError: one of them is no date, or it ends before it begins.
    """
    begin = None if since is None else moment_of("--since", since, now)
    end = None if until is None else moment_of("--until", until, now)
    if begin is not None and end is not None and end <= begin:
        raise UsageError(f"--until {until} is not after --since {since}")
    return begin, end


MAX_SIZE = 1_000_000_000
"""The most rows that a list may be asked for: databases count no further than some billions."""

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
