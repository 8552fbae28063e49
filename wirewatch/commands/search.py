"""`wirewatch search`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated

import typer
from rich.text import Text

from core.index import FACET_VALUES, WINDOW, DateField, Hits, Sort
from core.query import Query, parse
from wirewatch.commands.lookups import house_of
from wirewatch.commands.tables import asked_lines, hit_lines
from wirewatch.commands.terminal import errors, out, print_lines, write_data
from wirewatch.commands.usage import UsageError
from wirewatch.house import House
from wirewatch.presentation.hints import lacking, why_nothing
from wirewatch.presentation.shares import all_days, daily, share
from wirewatch.presentation.spreadsheet import written, written_days
from wirewatch.presentation.wording import counted, undated

WIDEST_BAR = 40
"""Characters in the longest bar."""


def search(
    context: typer.Context,
    query: Annotated[
        str,
        typer.Argument(
            metavar="QUERY", help="Words (all required), fields, AND, OR, NOT; see docs/search.md."
        ),
    ] = "*",
    size: Annotated[int, typer.Option(min=0, max=10_000, help="Number of hits to show.")] = 10,
    offset: Annotated[int, typer.Option(min=0, help="Number of hits to skip.")] = 0,
    sort: Annotated[Sort, typer.Option(help="Order of the hits.")] = "relevance",
    facet: Annotated[
        list[str] | None, typer.Option(help="Count a field's values, up to 100; may be repeated.")
    ] = None,
    days: Annotated[
        DateField | None,
        typer.Option(help="Count hits by the day (UTC) of this date, and all of the same sources."),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Articles, or the --days, as JSON lines.")
    ] = False,
    as_csv: Annotated[
        bool, typer.Option("--csv", help="The same as a spreadsheet: docs/search.md.")
    ] = False,
) -> None:
    """Search the articles.

    Examples:
    wirewatch search 'topic:surveillance face recognition'
    wirewatch search 'outlet:"Harbour Post" score:[0.5 TO 1]' --sort newest
    wirewatch search 'topic:spyware' --size 10000 --csv > spyware.csv
    wirewatch search 'topic:spyware' --days published --csv > days.csv
    """
    if as_json and as_csv:
        raise UsageError("give --json or --csv, not both")
    if facet and (as_json or as_csv):
        raise UsageError("--facet is for the terminal; leave out --json and --csv")
    for_people = not (as_json or as_csv)
    parsed = parse(query)
    with house_of(context) as house:
        asked = house.at_present(parsed)
        try:
            hits = house.index.search(
                asked,
                size=size if for_people or not days else 0,
                offset=offset,
                sort=sort,
                facets=facet or (),
                days=days,
            )
            of = all_days(house.index, asked, hits, days) if days else {}
            if not hits.total and (why := _why_empty(house) or why_nothing(house, asked)):
                errors.print(Text(why))
        except ValueError as error:
            raise UsageError(str(error)) from error
    if for_people:
        _print_hits(hits, asked)
        if days:
            _print_days(hits, of, asked)
        return
    if as_json:
        print_lines(daily(hits.days, of) if days else hits.articles)
    else:
        for row in written_days(daily(hits.days, of)) if days else written(hits.articles):
            write_data(row)
    if told := undated(hits) if days else left_out(offset, len(hits.articles), hits.total):
        errors.print(told, highlight=False)


def _print_hits(hits: Hits, asked: Query) -> None:
    """Print hits for a person, and after them the values that were asked for."""
    for article in hits.articles:
        for line in (*hit_lines(article), *asked_lines(article, asked.condition)):
            out.print(line, soft_wrap=True)
    out.print(f"{len(hits.articles):,} of {hits.total:,} articles", style="bold")
    for name, counts in hits.facets.items():
        shown = ", ".join(f"{value} {count}" for value, count in counts.items())
        least = f" (the {FACET_VALUES} most frequent)" if len(counts) == FACET_VALUES else ""
        out.print(Text.assemble((f"{name}: ", "bold"), shown, least))


def _print_days(hits: Hits, of: Mapping[date, int], asked: Query) -> None:
    """Print a bar for each day with hits; and of how many articles they are, if a search asks for
    more than their sources."""
    most = max(hits.days.values(), default=0)
    for day, count in hits.days.items():
        bar = "█" * -(-count * WIDEST_BAR // most)
        told = share(count, of[day]) if asked.asks_of_content else f"{count:,}"
        out.print(Text.assemble((f"{day} ", "bold"), bar, f" {told}"))
    if hits.days and asked.asks_of_content:
        out.print("of all articles from the same sources")
    if told := undated(hits):
        out.print(told, highlight=False)


def left_out(offset: int, shown: int, total: int) -> str | None:
    """What to say of hits after those that are shown, and how to get them; None if there are none.

    Beyond `WINDOW` no size and no offset reaches.
    """
    end = offset + shown
    if end >= total:
        return None
    cut = f"{shown:,} of {counted(total, 'article')}"
    if end < WINDOW:
        return f"{cut}; --size gives more, up to {WINDOW:,}."
    return (
        f"{cut}; a search reaches {WINDOW:,} hits deep. For more, take a month at a time: "
        "first_seen:2026-01."
    )


def _why_empty(house: House) -> str | None:
    """Why no search finds what it should; None if the index has articles, and lacks none."""
    if told := lacking(house.index, house.account()):
        return told
    if house.index.search(parse("*"), size=0).total:
        return None
    return "The index is empty: `wirewatch run` fetches articles."
