"""`wirewatch show`: an article with all that is known of it, and what its outlet changed."""

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
from core.ledger import members, steps
from core.ledger import stories as ledger_stories
from core.records import Article, Entry, Step
from wirewatch.commands.lookups import ARTICLE, entry_of, house_of
from wirewatch.commands.tables import highlighted, hit_lines, mentions_table, statements_table
from wirewatch.commands.terminal import errors, facts_table, out, print_lines
from wirewatch.presentation.changes import Change, by_notice, changed, passages
from wirewatch.presentation.wording import copy_of, counted, joined_by
from wirewatch.revisions import DatedArticle, Revisions, revisions


def show(
    context: typer.Context,
    article_id: Annotated[str, typer.Argument(metavar="ARTICLE", help=ARTICLE)],
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
    wirewatch show https://example.org/2026/cameras --changes
    """
    with house_of(context) as house:
        entry = entry_of(house, article_id)
        if changes:
            _show_changes(entry, revisions(house, entry), as_json=as_json)
            return
        article = house.index.get(entry.id)
        if as_json:
            print_lines([article or {"id": entry.id, **entry.model_dump()}])
            return
        with house.ledger.read() as tx:
            facts = _facts(tx, entry, article)
    if article is not None:
        for line in hit_lines(article):
            out.print(line, soft_wrap=True)
    elif entry.title:
        out.print(Text(headline(entry.title), style="bold"), soft_wrap=True)
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
        facts.add_row("copy of", Text(copy_of(entry.duplicate_of, entry.overlap)))
    if story is not None:
        facts.add_row("story", Text(f"{headline(story.title)} ({', '.join(story.outlets)})"))
    if entry.placed_at is not None:
        facts.add_row("put there", f"by a person on {entry.placed_at:%Y-%m-%d}")
    elif member is not None and member.why:
        facts.add_row("joined by", Text(joined_by(member.similarity, member.why)))
    if article is not None:
        facts.add_row(
            "text", Text(article.extraction + (f", {article.caveat}" if article.caveat else ""))
        )
    if entry.visit_at is not None:
        facts.add_row("next visit", f"{entry.visit_at:%Y-%m-%d %H:%M} UTC")
    facts.add_row("history", _way(steps.of(tx, entry.id)))
    return facts


def _way(way: Sequence[Step]) -> Text:
    """The steps of an entry, one per line: when, to which state, how long it took, and why."""
    lines = [
        f"{step.at:%Y-%m-%d %H:%M:%S}  {step.state}"
        + (f"  {step.seconds:.2f} s" if step.seconds else "")
        + (f"  {step.reason}" if step.reason else "")
        for step in way
    ]
    return Text("\n".join(lines))


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
        else:
            _print_edit(before, after)
    if not entry.revision:
        out.print("It has no article, so none was edited.")
    elif len(known) < 2:
        out.print("No edits seen.")


def _print_edit(before: Article, after: Article) -> None:
    """Print what changed in the headline, and in the text paragraph by paragraph."""
    out.print(_shown(changed(before.title, after.title)), style="bold", soft_wrap=True)
    for passage in passages(before, after):
        if passage.changes:
            out.print(_shown(passage.changes))
        elif passage.unchanged:
            out.print(f"({counted(passage.unchanged, 'unchanged paragraph')})", style="dim")


def _shown(changes: Sequence[Change]) -> Text:
    """Both revisions in one text; without colours, the signs tell them apart."""
    signs = {"same": "{}", "removed": "[-{}-]", "added": "{{+{}+}}"}
    styles = {"same": "", "removed": "red", "added": "green"}
    return Text.assemble(*((signs[one.what].format(one.text), styles[one.what]) for one in changes))
