"""The command line: one verb per job. Exit codes: 0 done, 1 failed, 2 wrong use."""

from __future__ import annotations

import inspect
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.text import Text
from sqlalchemy.exc import DatabaseError, OperationalError

from core.errors import WirewatchError
from core.ledger.ledger import in_words
from core.query import QueryError
from wirewatch.commands import (
    alerts,
    delivery,
    dossiers,
    entries,
    erase,
    feeds,
    home,
    index,
    lines,
    rules,
    search,
    serve,
    show,
    stories,
    tagging,
)
from wirewatch.commands.terminal import errors, open_streams, out
from wirewatch.commands.usage import QueryCommand

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    help="Watch the news wire for stories about surveillance.",
    epilog="Start with [bold]wirewatch init[/], then [bold]wirewatch run[/]. In a pipe, a list "
    "has a line for each row, with tabs between its columns.",
)
app.command("init")(home.init)
app.command("run")(home.run)
app.command("backup")(home.backup)
app.command("upkeep")(home.upkeep)
app.command("search", cls=QueryCommand)(search.search)
app.command("show")(show.show)
app.command("stories")(stories.stories)
app.command("erase")(erase.erase)
app.command("serve")(serve.serve)
app.add_typer(rules.app, name="rules")
app.command("digest")(delivery.digest)
app.command("feed", cls=QueryCommand)(delivery.feed)
app.command("extract")(lines.extract)
app.command("tag")(tagging.tag)
app.command("thread")(lines.thread)
app.command("train")(tagging.train)
app.command("retag")(tagging.retag)
app.add_typer(feeds.app, name="feeds")
app.add_typer(entries.app, name="entries")
app.add_typer(alerts.app, name="alerts")
app.add_typer(dossiers.app, name="dossiers")
app.add_typer(index.app, name="index")


def _flow(group: typer.Typer) -> None:
    """Let the commands' help fill the window: typer would break its lines where our source does."""
    for command in group.registered_commands:
        parts = (inspect.getdoc(command.callback) or "").split("\n\n")
        command.help = "\n\n".join(
            part if part.startswith("Example") else " ".join(part.split()) for part in parts
        )
    for one in group.registered_groups:
        if one.typer_instance is not None:
            _flow(one.typer_instance)


_flow(app)


def _print_version(asked: bool) -> None:
    if asked:
        out.print(f"wirewatch {version('wirewatch')}", highlight=False)
        raise typer.Exit


@app.callback()
def root(
    context: typer.Context,
    home: Annotated[
        Path | None,
        typer.Option(
            envvar="WIREWATCH_HOME",
            help="The home folder. Default: your user data folder.",
        ),
    ] = None,
    _: Annotated[
        bool,
        typer.Option(
            "--version", is_eager=True, callback=_print_version, help="Print the version and exit."
        ),
    ] = False,
) -> None:
    """Keep the home folder for the command."""
    context.obj = home


def main() -> None:
    """Run the command line; expected failures become a message and an exit code."""
    open_streams()
    try:
        app()
    except QueryError as error:
        _fail(2, str(error), title="Invalid query:")
    except UnicodeEncodeError:
        # Python passes on bytes of an argument that are not UTF-8 as lone surrogates.
        wrong = [one for one in sys.argv if any("\ud800" <= letter <= "\udfff" for letter in one)]
        if not wrong:
            raise
        _fail(2, f"{wrong[0]!r} is not valid UTF-8")
    except DatabaseError as error:
        # Other subclasses mean a fault in our SQL. A full disk or a damaged file is one of these.
        if type(error) not in (DatabaseError, OperationalError):
            raise
        _fail(1, f"cannot use the ledger: {in_words(error)}")
    except (WirewatchError, OSError) as error:
        why = str(error)
        if isinstance(error, OSError) and error.strerror:
            why = f"{error.filename}: {error.strerror}" if error.filename else error.strerror
        _fail(1, why)


def _fail(code: int, why: str, *, title: str = "Error:") -> NoReturn:
    """Print what went wrong, and end with an exit code."""
    errors.print(Text(title, style="bold red"), why, highlight=False)
    sys.exit(code)
