"""`wirewatch index`: the index anew from the archive, and the two compared."""

from __future__ import annotations

import typer

from wirewatch.projection import check as check_index
from wirewatch.projection import rebuild as rebuild_index
from wirewatch.terminal import bars, errors, house_of, out

app = typer.Typer(no_args_is_help=True, help="The search index: rebuild it, or check it.")


@app.command()
def rebuild(context: typer.Context) -> None:
    """Make the index anew from archive and ledger. Searches see the old one until it is done."""
    with house_of(context) as house, bars() as progress:
        counts = rebuild_index(house, progress)
    out.print(", ".join(f"{number} {outcome}" for outcome, number in counts.items()) or "Empty.")


@app.command()
def check(context: typer.Context) -> None:
    """Compare the index with the ledger. Exit code 1 if they differ."""
    with house_of(context) as house:
        report = check_index(house)
    out.print(f"{report.same} articles are in the index as the ledger says.")
    for name, ids in (
        ("missing from the index", report.missing),
        ("of another revision in the index", report.differing),
        ("of another story in the index", report.misplaced),
        ("in the index but not in the ledger", report.unknown),
    ):
        if ids:
            errors.print(f"{len(ids)} {name}: {', '.join(one[:12] for one in ids[:5])} ...")
    if not report.agrees:
        errors.print("`wirewatch index rebuild` makes the index anew.")
        raise typer.Exit(1)
