"""`wirewatch index`: prepare, rebuild from the archive, compare with the ledger, and mend it."""

from __future__ import annotations

import re
from typing import Annotated

import typer

from core.dates import period
from core.index import Outcome
from wirewatch.commands.lookups import house_of
from wirewatch.commands.terminal import bars, errors, out
from wirewatch.commands.usage import UsageError
from wirewatch.maintenance import projection
from wirewatch.maintenance.projection import Outcomes, Report
from wirewatch.presentation.wording import counted

app = typer.Typer(
    no_args_is_help=True, help="The search index: prepare, rebuild, check or mend it."
)


@app.command()
def prepare(context: typer.Context) -> None:
    """Create the index if there is none, or update one from an older version.

    In Elasticsearch this installs the templates and copies indices of an older layout. A secured
    server requires the provisioner's key (WIREWATCH_ELASTICSEARCH_ADMIN_KEY).
    """
    with house_of(context) as house:
        house.index.prepare()
    out.print("The index is ready.")


def _is_month(value: str) -> bool:
    try:
        period(value)
    except (ValueError, OverflowError):
        # There is no year 0, and December 9999 ends after the last possible date.
        return False
    return re.fullmatch(r"\d{4}-\d\d", value) is not None


@app.command()
def rebuild(
    context: typer.Context,
    month: Annotated[
        str | None,
        typer.Option(help="Only articles first seen in this month (UTC), such as 2026-11."),
    ] = None,
    without_lost: Annotated[
        bool,
        typer.Option(
            "--without-lost", help="Leave out articles whose archive file is missing or damaged."
        ),
    ] = False,
) -> None:
    """Rebuild the index from archive and ledger. Searches use the old one until then.

    Exit code 1 if an article is not in it.

    A secured Elasticsearch requires the provisioner's key (WIREWATCH_ELASTICSEARCH_ADMIN_KEY).
    """
    if month is not None and not _is_month(month):
        raise UsageError(f"--month takes a month such as 2026-11, not {month!r}")
    with house_of(context) as house, bars() as progress:
        outcomes = projection.rebuild(house, progress, month=month, without_lost=without_lost)
    _tell(outcomes, "There are no articles to index.")
    if outcomes.counts[Outcome.FAILED]:
        errors.print("The index is unchanged.")
    if outcomes.counts[Outcome.FAILED] or outcomes.counts[Outcome.REJECTED] or outcomes.lost:
        raise typer.Exit(1)


@app.command()
def check(
    context: typer.Context,
    mend: Annotated[
        bool,
        typer.Option("--mend", help="Remove unknown articles, write missing and differing ones."),
    ] = False,
) -> None:
    """Compare the index with the ledger. Exit code 1 if they differ.

    On a secured Elasticsearch, removing articles requires the provisioner's key
    (WIREWATCH_ELASTICSEARCH_ADMIN_KEY); writing them needs only the writer's.
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
        errors.print("`wirewatch index check --mend` mends it.")
        raise typer.Exit(1)
    _tell(outcomes, "Nothing to write.")
    if not report.agrees:
        errors.print("They still differ:")
        _print(report)
        raise typer.Exit(1)
    out.print("Index and ledger now agree.")


def _print(report: Report) -> None:
    verb = "agrees" if report.same == 1 else "agree"
    out.print(f"{counted(report.same, 'article')} in the index {verb} with the ledger.")
    for how, ids in report.differences.items():
        more = " ..." if len(ids) > 5 else ""
        errors.print(f"{len(ids)} {how}: {', '.join(one[:12] for one in ids[:5])}{more}")


def _tell(outcomes: Outcomes, nothing: str) -> None:
    """Print what became of the articles, and the first reason why one was refused."""
    told = [f"{number} {outcome}" for outcome, number in outcomes.counts.items()]
    if outcomes.removed:
        told.insert(0, f"{outcomes.removed} removed")
    out.print(f"Articles: {', '.join(told)}." if told else nothing)
    if outcomes.reason:
        errors.print(f"Not indexed: {outcomes.reason}")
    if outcomes.lost:
        errors.print(
            f"{counted(outcomes.lost, 'article')} lost: not in any archive file that can be read. "
            "All others are indexed. Restore the archive from a backup, then run: "
            "wirewatch index check --mend",
            highlight=False,
        )
    for problem in outcomes.unread:
        errors.print(problem, highlight=False)
