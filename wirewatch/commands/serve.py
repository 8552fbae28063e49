"""`wirewatch serve`: the desk."""

from __future__ import annotations

import webbrowser
from typing import Annotated

import typer

from wirewatch.commands.lookups import house_of
from wirewatch.commands.terminal import out


def serve(
    context: typer.Context,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(min=0, max=65_535, help="The port; 0 picks a free one.")
    ] = 8090,
    browse: Annotated[bool, typer.Option("--open", help="Open the desk in a browser.")] = False,
) -> None:
    """Serve the desk: stories, dossiers, search, alerts, rules, feeds and entries in a browser.

    It runs until Ctrl-C, alongside passes by cron or Airflow.

    Example: wirewatch serve --open
    """
    # Imported here: the server takes longer to load than other commands take to run.
    from desk.server import listen
    from desk.server import serve as answer

    with house_of(context) as house, listen(house, host, port) as opened:
        everywhere = host in ("127.0.0.1", "::1", "0.0.0.0", "::")  # noqa: S104 - named, not bound
        name = "localhost" if everywhere else host
        address = f"http://{name}:{opened.getsockname()[1]}/"
        out.print(f"The desk is at {address} (Ctrl-C stops it).", highlight=False)
        if browse:
            webbrowser.open(address)
        answer(house, opened)
