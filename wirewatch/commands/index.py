"""`wirewatch index`: made, made anew from the archive, compared with the ledger, and mended."""

from __future__ import annotations

import re
from typing import Annotated

import typer

from core.dates import period
from core.index import Outcome
from wirewatch import projection
from wirewatch.projection import Outcomes, Report
from wirewatch.terminal import bars, errors, house_of, out
from wirewatch.wording import counted

app = typer.Typer(
    no_args_is_help=True, help="The search index: prepare, rebuild, check or mend it."
)


@app.command()
def prepare(context: typer.Context) -> None:
    """Make the index where there is none, and bring one of an older version up to date.

    In Elasticsearch this puts the templates, and copies indices of an older layout. On a secured
    server it takes the provisioner's key (WIREWATCH_ELASTICSEARCH_ADMIN_KEY).
    """
    with house_of(context) as house:
        house.index.prepare()
    out.print("The index is ready.")


def _month(value: str | None) -> str | None:
    if value is not None and not _is_month(value):
        raise typer.BadParameter("expected a month such as 2026-11")
    return value


def _is_month(value: str) -> bool:
    try:
        period(value)
    except (ValueError, OverflowError):
        # There is no year 0, and the last month of 9999 ends after all that are dates.
        return False
    return re.fullmatch(r"\d{4}-\d\d", value) is not None


@app.command()
def rebuild(
    context: typer.Context,
    month: Annotated[
        str | None,
        typer.Option(callback=_month, help="Only what was first seen in it: 2026-11 (UTC)."),
    ] = None,
    without_lost: Annotated[
        bool,
        typer.Option(
            "--without-lost", help="Leave out what is in files that are not there or damaged."
        ),
    ] = False,
) -> None:
    """Make the index anew from archive and ledger. Searches see the old one until it is done.

    On a secured Elasticsearch it takes the provisioner's key (WIREWATCH_ELASTICSEARCH_ADMIN_KEY).
    """
    with house_of(context) as house, bars() as progress:
        outcomes = projection.rebuild(house, progress, month=month, without_lost=without_lost)
    _tell(outcomes, "Empty.")
    if outcomes.counts[Outcome.FAILED]:
        errors.print("The index stays as it was.")
    if outcomes.counts[Outcome.FAILED] or outcomes.lost:
        raise typer.Exit(1)


@app.command()
def check(
    context: typer.Context,
    mend: Annotated[
        bool,
        typer.Option("--mend", help="Remove what is unknown, write what is missing or differs."),
    ] = False,
) -> None:
    """Compare the index with the ledger. Exit code 1 if they differ.

    To remove articles from a secured Elasticsearch takes the provisioner's key
    (WIREWATCH_ELASTICSEARCH_ADMIN_KEY); to write them, the writer's is enough.
    """
    with house_of(context) as house, bars() as progress:
        report = projection.check(house)
        _print(report)
        if report.agrees:
            return
        if mend:
            outcomes = projection.mend(house, report, progress)
            report = projection.check(house)
    if not mend:
        errors.print("`wirewatch index check --mend` mends that.")
        raise typer.Exit(1)
    _tell(outcomes, "Nothing to write.")
    if not report.agrees:
        errors.print("Still, they differ:")
        _print(report)
        raise typer.Exit(1)
    out.print("Now they agree.")


def _print(report: Report) -> None:
    verb = "is" if report.same == 1 else "are"
    out.print(f"{counted(report.same, 'article')} {verb} in the index as the ledger says.")
    for how, ids in report.differences.items():
        more = " ..." if len(ids) > 5 else ""
        errors.print(f"{len(ids)} {how}: {', '.join(one[:12] for one in ids[:5])}{more}")


def _tell(outcomes: Outcomes, nothing: str) -> None:
    """What became of articles, and why one was not taken."""
    told = [f"{number} {outcome}" for outcome, number in outcomes.counts.items()]
    if outcomes.removed:
        told.insert(0, f"{outcomes.removed} removed")
    out.print(", ".join(told) or nothing)
    if outcomes.reason:
        errors.print(f"Not taken: {outcomes.reason}")
    if outcomes.lost:
        errors.print(
            f"{counted(outcomes.lost, 'article')} lost: in no file of the archive that can be "
            "read. All others are there. Restore the archive from a copy, then: "
            "wirewatch index check --mend",
            highlight=False,
        )
    for problem in outcomes.unread:
        errors.print(problem, highlight=False)
