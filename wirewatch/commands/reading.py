"""`wirewatch search`, `show` and `stories`."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Annotated

import typer
from rich.padding import Padding
from rich.table import Table
from rich.text import Text
from sqlalchemy import Connection

from alert.wording import headline
from core.index import FACET_VALUES, WINDOW, Sort
from core.ledger import accounting, entries, members, steps
from core.ledger import stories as ledger_stories
from core.query import parse
from core.records import Article, Entry, Step
from wirewatch.commands.terminal import (
    UsageError,
    errors,
    facts_table,
    highlighted,
    hit_lines,
    house_of,
    mentions_table,
    out,
    print_lines,
    said_lines,
    statements_table,
    story_lines,
    write_data,
)
from wirewatch.house import House
from wirewatch.presentation.changes import Change, by_notice, changed, passages
from wirewatch.presentation.hints import hint, lacking
from wirewatch.presentation.spreadsheet import written
from wirewatch.presentation.wording import counted, joined_by, shared_text, why_joined
from wirewatch.revisions import DatedArticle, Revisions, revisions

WIDEST_BAR = 40
"""Characters in the longest bar."""


def search(
    context: typer.Context,
    query: Annotated[
        str,
        typer.Argument(help="Words (all required), fields, AND, OR, NOT; see docs/search.md."),
    ] = "*",
    size: Annotated[int, typer.Option(min=0, max=10_000, help="Number of hits to show.")] = 10,
    offset: Annotated[int, typer.Option(min=0, help="Number of hits to skip.")] = 0,
    sort: Annotated[Sort, typer.Option(help="Order of the hits.")] = "relevance",
    facet: Annotated[
        list[str] | None, typer.Option(help="Count a field's values, up to 100; may be repeated.")
    ] = None,
    days: Annotated[bool, typer.Option("--days", help="Count hits by day (UTC).")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Articles as JSON lines.")] = False,
    as_csv: Annotated[
        bool, typer.Option("--csv", help="Articles as a spreadsheet: docs/search.md.")
    ] = False,
) -> None:
    """Search the articles.

    Examples:
    wirewatch search 'topic:surveillance AND "face recognition"'
    wirewatch search 'outlet:"Harbour Post" score:[0.5 TO 1]' --sort newest
    wirewatch search 'topic:spyware' --size 10000 --csv > spyware.csv
    """
    if as_json and as_csv:
        raise UsageError("give --json or --csv, not both")
    if (facet or days) and (as_json or as_csv):
        raise UsageError("--facet and --days are for the terminal; leave out --json and --csv")
    asked = parse(query)
    with house_of(context) as house:
        condition = asked.at(house.now()).condition
        try:
            hits = house.index.search(
                asked, size=size, offset=offset, sort=sort, facets=facet or (), days=days
            )
            if not hits.total and (why := _why_empty(house) or hint(house.index, asked)):
                errors.print(Text(why))
        except ValueError as error:
            raise UsageError(str(error)) from error
    if as_json or as_csv:
        if as_json:
            print_lines(hits.articles)
        else:
            for row in written(hits.articles):
                write_data(row)
        if told := left_out(offset, len(hits.articles), hits.total):
            errors.print(told, highlight=False)
        return
    for article in hits.articles:
        for line in (*hit_lines(article), *said_lines(article, condition)):
            out.print(line, soft_wrap=True)
    out.print(f"{len(hits.articles)} of {hits.total} articles", style="bold")
    for name, counts in hits.facets.items():
        shown = ", ".join(f"{value} {count}" for value, count in counts.items())
        least = f" (the {FACET_VALUES} most frequent)" if len(counts) == FACET_VALUES else ""
        out.print(Text.assemble((f"{name}: ", "bold"), shown, least))
    most = max(hits.days.values(), default=0)
    for day, count in hits.days.items():
        bar = "█" * -(-count * WIDEST_BAR // most)
        out.print(Text.assemble((f"{day} ", "bold"), bar, f" {count}"))


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
    with house.ledger.read() as tx:
        ended = accounting.account(tx)
    if told := lacking(house.index, ended):
        return told
    if house.index.search(parse("*"), size=0).total:
        return None
    return "The index is empty: `wirewatch run` fetches articles."


def show(
    context: typer.Context,
    article_id: Annotated[str, typer.Argument(metavar="ID", help="An article's id, or its start.")],
    changes: Annotated[
        bool, typer.Option("--changes", help="Show what the outlet changed, edit by edit.")
    ] = False,
    as_json: Annotated[
        bool,
        typer.Option(
            "--json", help="The article as JSON; with --changes, each revision with its time."
        ),
    ] = False,
) -> None:
    """Show an article: its evidence, mentions, statements, story and history.

    Examples:
    wirewatch show 3f9a
    wirewatch show 3f9a --changes
    """
    with house_of(context) as house:
        entry = entry_of(house, article_id)
        if changes:
            _show_changes(entry, revisions(house, entry), as_json=as_json)
            return
        article = house.index.get(entry.id)
        if as_json:
            print_lines([article or entry])
            return
        with house.ledger.read() as tx:
            facts = _facts(tx, entry, article)
    shown = hit_lines(article) if article else [Text(headline(entry.title), style="bold")]
    for line in shown:
        out.print(line, soft_wrap=True)
    # In one piece, so that a terminal can open it.
    out.print(Text(f"     {entry.url}"), soft_wrap=True)
    out.print(facts)
    if article is None:
        return
    if article.mentions:
        out.print(Padding(mentions_table(article), (1, 0, 0, 0)))
    if article.statements:
        out.print(Padding(statements_table(article), (1, 0, 0, 0)))
    out.print(Padding(highlighted(article, "text"), (1, 0)))


def _facts(tx: Connection, entry: Entry, article: Article | None) -> Table:
    """What is known of an article besides its words: its origin, story and history."""
    member = members.get(tx, entry.id)
    story = ledger_stories.get(tx, entry.story) if entry.story else None
    facts = facts_table()
    facts.add_row("feeds", Text(", ".join(entry.feeds) or "none on the list"))
    facts.add_row("state", Text(f"{entry.state}" + (f": {entry.reason}" if entry.reason else "")))
    if entry.duplicate_of:
        facts.add_row("copy of", Text(_copy_of(entry.duplicate_of, entry.overlap)))
    if story is not None:
        facts.add_row("story", Text(f"{headline(story.title)} ({', '.join(story.outlets)})"))
    if member is not None and member.why:
        facts.add_row("joined by", Text(joined_by(member.similarity, member.why)))
    if article is not None:
        facts.add_row(
            "text", Text(article.extraction + (f", {article.caveat}" if article.caveat else ""))
        )
    if entry.revisit_at is not None:
        facts.add_row("next visit", f"{entry.revisit_at:%Y-%m-%d %H:%M} UTC")
    facts.add_row("history", _way(steps.of(tx, entry.id)))
    return facts


def stories(
    context: typer.Context,
    story_id: Annotated[
        str | None, typer.Argument(metavar="[ID]", help="A story's id, or its start.")
    ] = None,
    size: Annotated[int, typer.Option(min=1, help="Number of stories to show.")] = 20,
    as_json: Annotated[
        bool, typer.Option("--json", help="JSON lines: stories, or one story and its articles.")
    ] = False,
) -> None:
    """List stories, most widely covered first, or show one story and its articles.

    Example: wirewatch stories 3f9a
    """
    if story_id is not None:
        _show_story(house_of(context), story_id, as_json=as_json)
        return
    with house_of(context) as house, house.ledger.read() as tx:
        listed = ledger_stories.listed(tx, limit=size)
        total = ledger_stories.count(tx)
    cut = None
    if len(listed) < total:
        cut = f"The {len(listed):,} most covered of {total:,} stories; --size {total} shows all."
    if as_json:
        print_lines(listed)
        if cut:
            errors.print(cut, highlight=False)
        return
    if not listed:
        errors.print("No stories yet: they form from articles on topic. `wirewatch run` gets some.")
    if cut:
        out.print(cut)
    for story in listed:
        for line in story_lines(story):
            out.print(line, soft_wrap=True)


def _show_story(opened: House, prefix: str, *, as_json: bool) -> None:
    """Print one story: what it is about, and its articles in order of arrival."""
    with opened as house, house.ledger.read() as tx:
        found = ledger_stories.find(tx, prefix)
        story = ledger_stories.get(tx, found[0]) if len(found) == 1 else None
        told = ledger_stories.articles_of(tx, story.id) if story else []
    if not found:
        raise UsageError(
            f"no story has an id that begins with {prefix!r}; `wirewatch stories` lists them"
        )
    if story is None:
        raise UsageError(f"several stories have an id that begins with {prefix!r}; type more of it")
    if as_json:
        print_lines([story, *told])
        return
    facts = facts_table()
    facts.add_row("id", story.id)
    if not story.id.startswith(prefix):
        facts.add_row("asked for", f"{found[0]}, since merged into it")
    facts.add_row("seen", f"{story.first_seen:%Y-%m-%d %H:%M} to {story.last_seen:%Y-%m-%d %H:%M}")
    facts.add_row("articles", f"{story.size:,} and {counted(story.copies, 'copy', 'copies')}")
    facts.add_row("outlets", Text(", ".join(story.outlets)))
    facts.add_row("languages", ", ".join(story.languages))
    facts.add_row("countries", ", ".join(story.countries))
    facts.add_row("names", Text(", ".join(story.mentions)))
    out.print(Text(headline(story.title), style="bold"), facts)
    for one in told:
        where = f"{one.first_seen:%Y-%m-%d %H:%M}  {one.outlet}  {one.article[:12]}"
        out.print(Text.assemble((where, "dim"), "\n    ", headline(one.title)), soft_wrap=True)
        out.print(Text(f"    {_reason(one)}", style="green"), soft_wrap=True)


def _reason(one: ledger_stories.StoryArticle) -> str:
    """Why an article is in its story."""
    if one.duplicate_of:
        return f"copy of {_copy_of(one.duplicate_of, one.overlap)}"
    return why_joined(one)


def _show_changes(entry: Entry, kept: Revisions, *, as_json: bool) -> None:
    """Print the edits of an article, oldest first: what each removed and added."""
    known = kept.articles
    for why in kept.damaged:
        errors.print(why, highlight=False)
    if as_json:
        print_lines(
            DatedArticle(**dict(article), made_at=kept.made_at.get(article.revision))
            for article in known
        )
        return
    if len(known) < entry.revision:
        missing = counted(entry.revision - len(known), "revision")
        errors.print(f"Missing from the archive: {missing}.")
    for before, after in pairwise(known):
        seen = "".join(
            f", {what} {made_at:%Y-%m-%d %H:%M} UTC"
            for what, one in (("seen", after), ("compared with the text of", before))
            if (made_at := kept.made_at.get(one.revision))
        )
        out.print(f"Revision {after.revision}{seen}", style="bold cyan", highlight=False)
        if by_notice(before, after, entry.notice):
            out.print("Not an edit: one of the two texts is a notice from the site.")
            continue
        out.print(_shown(changed(before.title, after.title)), style="bold", soft_wrap=True)
        for passage in passages(before, after):
            if passage.changes:
                out.print(_shown(passage.changes))
            elif passage.unchanged:
                out.print(f"({counted(passage.unchanged, 'unchanged paragraph')})", style="dim")
    if len(known) < 2:
        out.print("No edits seen.")


def _shown(changes: Sequence[Change]) -> Text:
    """Both revisions in one text; without colours, the signs tell them apart."""
    signs = {"same": "{}", "removed": "[-{}-]", "added": "{{+{}+}}"}
    styles = {"same": "", "removed": "red", "added": "green"}
    return Text.assemble(*((signs[one.what].format(one.text), styles[one.what]) for one in changes))


def _copy_of(original: str, overlap: float | None) -> str:
    """The article that another is a copy of, and how much of the text they share."""
    shared = shared_text(overlap)
    return f"{original[:12]} ({shared})" if shared else original[:12]


def _way(way: Sequence[Step]) -> Text:
    """The steps of an entry, one per line: when, to which state, how long it took, and why."""
    lines = [
        f"{step.at:%Y-%m-%d %H:%M:%S}  {step.state}"
        + (f"  {step.seconds:.2f} s" if step.seconds else "")
        + (f"  {step.reason}" if step.reason else "")
        for step in way
    ]
    return Text("\n".join(lines))


def entry_of(house: House, prefix: str) -> Entry:
    """The entry whose id begins with a prefix.

    Raises:
        UsageError: there is none, or there are several.
    """
    with house.ledger.read() as tx:
        found = entries.find(tx, prefix)
    if not found:
        raise UsageError(f"no entry has an id that begins with {prefix!r}")
    if len(found) > 1:
        raise UsageError(f"several entries have an id that begins with {prefix!r}; type more of it")
    return found[0]
