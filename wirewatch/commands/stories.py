"""`wirewatch stories`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer
from rich.text import Text

from alert.wording import headline
from core.ledger import dossiers, mutes
from core.ledger import stories as ledger_stories
from wirewatch.commands.lookups import STORY, entry_of, house_of, story_id_of, story_of
from wirewatch.commands.tables import story_lines
from wirewatch.commands.terminal import errors, facts_table, out, print_lines, write_data
from wirewatch.commands.usage import MAX_SIZE, UsageError, period_of
from wirewatch.house import House
from wirewatch.presentation.spreadsheet import written_stories
from wirewatch.presentation.story_facts import facts_of
from wirewatch.presentation.wording import copy_of, counted, why_joined

LATELY = "now-7d"
"""Since when stories are listed if nobody says."""


def stories(
    context: typer.Context,
    story_id: Annotated[str | None, typer.Argument(metavar="ID", help=STORY)] = None,
    size: Annotated[int, typer.Option(min=1, max=MAX_SIZE, help="Number of stories to show.")] = 20,
    since: Annotated[
        str | None,
        typer.Option(
            metavar="DATE",
            help="Only stories with an article since then: 2026-03-01, 2026-03-01T08:00 (UTC), "
            "now-1d. Without it and --until: now-7d.",
        ),
    ] = None,
    until: Annotated[
        str | None,
        typer.Option(
            metavar="DATE",
            help="Only stories without an article since then: 2026-04-01 ends with March.",
        ),
    ] = None,
    by: Annotated[
        ledger_stories.StoryDate,
        typer.Option(
            help="Which date has to be in that period: of a story's latest article, or its first.",
        ),
    ] = "last_seen",
    as_json: Annotated[
        bool, typer.Option("--json", help="JSON lines: stories, or one story and its articles.")
    ] = False,
    as_csv: Annotated[
        bool, typer.Option("--csv", help="The stories as a spreadsheet: docs/stories.md.")
    ] = False,
    mute: Annotated[
        bool | None,
        typer.Option("--mute/--unmute", help="Have no rule alert on a story, or let them again."),
    ] = None,
    split: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ARTICLE", help="Take an article out, into a story of its own; may be repeated."
        ),
    ] = None,
    merge: Annotated[
        str | None,
        typer.Option(
            metavar="ID",
            help="Make it one with another story, or with an article that stands alone; the older"
            " keeps its id.",
        ),
    ] = None,
) -> None:
    """List the stories of the last week, most widely covered first, or show one story and its
    articles; mute it, split it, or merge it with another.

    Examples:
    wirewatch stories --since 2026-03-01
    wirewatch stories --since 2026-03 --until 2026-04 --by first_seen
    wirewatch stories --size 500 --csv > stories.csv
    wirewatch stories 3f9a
    wirewatch stories 3f9a --mute
    wirewatch stories 3f9a --split 81c0 --split 92d1
    """
    changes = sum([mute is not None, bool(split), merge is not None])
    if changes > 1:
        raise UsageError("--mute, --unmute, --split and --merge exclude each other")
    if changes and (as_json or as_csv):
        shows = "--json" if as_json else "--csv"
        raise UsageError(f"{shows} shows stories; leave it out with what changes them")
    if as_csv and (as_json or story_id is not None):
        raise UsageError("--csv lists stories; leave out --json and a story's id")
    if story_id is not None and not (since is None and until is None):
        raise UsageError("--since and --until are for the list; leave them out with a story's id")
    if changes and story_id is None:
        raise UsageError(
            "--mute, --unmute, --split and --merge need the id of a story, or its start"
        )
    with house_of(context) as house:
        if story_id is None:
            if since is None and until is None:
                since = LATELY
            begin, end = period_of(since, until, house.now())
            period = ledger_stories.Selection(since=begin, until=end, by=by)
            _list(house, size, period, as_json=as_json, as_csv=as_csv)
        elif mute is not None:
            _mute(house, story_id, is_muted=mute)
        elif split:
            _split(house, story_id, split)
        elif merge is not None:
            _merge(house, story_id, merge)
        else:
            _show_story(house, story_id, as_json=as_json)


def _list(
    house: House,
    size: int,
    period: ledger_stories.Selection,
    *,
    as_json: bool,
    as_csv: bool,
) -> None:
    with house.ledger.read() as tx:
        listed = ledger_stories.listed(tx, period, limit=size)
        total = ledger_stories.count(tx, period)
        others = ledger_stories.count(tx) - total
    left_out = []
    if len(listed) < total:
        shown = f"The {len(listed):,} most covered of {total:,} stories"
        left_out.append(f"{shown}; --size {total} shows all.")
    if others:
        left_out.append(_outside(period, others))
    if as_json or as_csv:
        if as_json:
            print_lines(listed)
        else:
            # All rows before the first is written: half a spreadsheet looks like a whole one.
            for row in list(written_stories(facts_of(house, listed))):
                write_data(row)
        for told in left_out:
            errors.print(told, highlight=False, soft_wrap=True)
        return
    if not listed and not others:
        errors.print("No stories yet: they form from articles on topic. `wirewatch run` gets some.")
    for told in left_out:
        out.print(told, highlight=False, soft_wrap=True)
    for story in listed:
        for line in story_lines(story):
            out.print(line, soft_wrap=True)


def _outside(period: ledger_stories.Selection, others: int) -> str:
    """What to say of stories that are not of a period."""
    if period.since is None or period.until is not None or period.by != "last_seen":
        return f"{counted(others, 'story is', 'stories are')} not of this period."
    older = counted(others, "older story has", "older stories have")
    since = f"{period.since:%Y-%m-%d %H:%M} UTC"
    return f"{older} no article since {since}; an earlier --since shows more."


def _mute(house: House, prefix: str, *, is_muted: bool) -> None:
    with house.ledger.write() as tx:
        _, story = story_of(tx, prefix)
        if is_muted:
            mutes.mute(tx, story.id, house.now())
        else:
            mutes.unmute(tx, story.id)
    since = story.muted_at
    if is_muted:
        muted = "Muted" if since is None else f"It has been muted since {since:%Y-%m-%d %H:%M}"
        again = f"To hear of it again: wirewatch stories {prefix} --unmute"
        said = f"{muted}: no rule alerts on it. {again}"
    elif since is not None:
        said = "Rules alert again on what is new in it from now on."
    else:
        said = "It was not muted."
    out.print(Text(f"{headline(story.title)}\n{said}"), soft_wrap=True)


def _split(house: House, prefix: str, articles: Sequence[str]) -> None:
    from wirewatch import regrouping

    with house.ledger.read() as tx:
        _, story = story_of(tx, prefix)
    chosen = [entry_of(house, article).id for article in articles]
    new = regrouping.split(house, story.id, chosen)
    with house.ledger.read() as tx:
        _, found = story_of(tx, new)
    said = f"A story of its own now ({counted(found.size, 'article')}). To undo it: "
    said += f"wirewatch stories {story.id[:12]} --merge {new[:12]}"
    out.print(Text(f"{headline(found.title)}\n{said}"), soft_wrap=True)


def _merge(house: House, prefix: str, other: str) -> None:
    from wirewatch import regrouping

    with house.ledger.read() as tx:
        _, story = story_of(tx, prefix)
        named = ledger_stories.find(tx, other)
    second = story_id_of(named, other) if named else entry_of(house, other).id
    into = regrouping.merge(house, story.id, second)
    with house.ledger.read() as tx:
        _, found = story_of(tx, into)
    said = f"One story now: {into[:12]} ({counted(found.size, 'article')})."
    out.print(Text(f"{headline(found.title)}\n{said}"), soft_wrap=True)


def _show_story(house: House, prefix: str, *, as_json: bool) -> None:
    """Print one story: what it is about, and its articles in order of arrival."""
    with house.ledger.read() as tx:
        found, story = story_of(tx, prefix)
        told = ledger_stories.articles_of(tx, story.id)
        holding = dossiers.holding(tx, [story.id]).get(story.id, [])
    if as_json:
        print_lines([story, *told])
        return
    facts = facts_table()
    facts.add_row("id", story.id)
    if found != story.id:
        facts.add_row("asked for", f"{found}, since merged into it")
    facts.add_row("seen", f"{story.first_seen:%Y-%m-%d %H:%M} to {story.last_seen:%Y-%m-%d %H:%M}")
    copies = f" and {counted(story.copies, 'copy', 'copies')}" if story.copies else ""
    facts.add_row("articles", f"{story.size:,}{copies}")
    facts.add_row("outlets", Text(", ".join(story.outlets)))
    facts.add_row("languages", ", ".join(story.languages))
    if story.countries:
        facts.add_row("countries", ", ".join(story.countries))
    if story.mentions:
        facts.add_row("names", Text(", ".join(story.mentions)))
    if story.muted_at is not None:
        facts.add_row("muted", f"since {story.muted_at:%Y-%m-%d %H:%M}: no rule alerts on it")
    if holding:
        facts.add_row("dossiers", Text(", ".join(one.name for one in holding)))
    out.print(Text(headline(story.title), style="bold"), facts)
    for one in told:
        where = f"{one.first_seen:%Y-%m-%d %H:%M}  {one.outlet}  {one.article[:12]}"
        # Nobody but its page gives a headline to a copy that a person added.
        title = headline(one.title or one.url)
        out.print(Text.assemble((where, "dim"), "\n    ", title), soft_wrap=True)
        out.print(Text(f"    {_reason(one)}", style="green"), soft_wrap=True)


def _reason(one: ledger_stories.StoryArticle) -> str:
    """Why an article is in its story."""
    if one.duplicate_of:
        return f"copy of {copy_of(one.duplicate_of, one.overlap)}"
    return why_joined(one)
