"""`wirewatch dossiers`: stories put together under a name, each with a note."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.text import Text

from alert.wording import draft_body, headline
from core.ledger import dossiers
from wirewatch import dossiers as changes
from wirewatch.commands.lookups import STORY, dossier_of, house_of, story_of
from wirewatch.commands.tables import story_lines
from wirewatch.commands.terminal import errors, out, print_lines, print_list, write_data
from wirewatch.commands.usage import OPTIONAL_COMMAND, UsageError, has_subcommand, typed_line
from wirewatch.presentation.wording import counted

app = typer.Typer(
    subcommand_metavar=OPTIONAL_COMMAND,
    help="Dossiers: stories that you put together, in order, each with a note.\n\n"
    "Without a command: list them.",
)

Name = Annotated[str, typer.Argument(metavar="DOSSIER", help="The dossier's name.")]


@app.callback(invoke_without_command=True)
def listed(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Dossiers as JSON lines.")] = False,
) -> None:
    """List the dossiers: the one that a story was added to last comes first."""
    if has_subcommand(context):
        return
    with house_of(context) as house, house.ledger.read() as tx:
        found = dossiers.listed(tx)
    if as_json:
        print_lines(found)
        return
    if not found:
        errors.print("No dossiers yet: `wirewatch dossiers add DOSSIER STORY` makes one.")
        return
    rows = [
        (one.name, f"{one.stories:,}", f"{one.added_at:%Y-%m-%d %H:%M}" if one.added_at else "")
        for one in found
    ]
    print_list(rows, "dossier", "stories", "last added")


@app.command()
def show(
    context: typer.Context,
    name: Name,
    as_json: Annotated[
        bool, typer.Option("--json", help="Its stories as JSON lines, each with its note.")
    ] = False,
) -> None:
    """Show the stories of a dossier, in its order, each with its note.

    Example: wirewatch dossiers show "Week 49"
    """
    with house_of(context) as house, house.ledger.read() as tx:
        found = dossiers.stories_of(tx, dossier_of(tx, name).id)
    if as_json:
        print_lines(found)
        return
    if not found:
        errors.print("No stories are in it: `wirewatch dossiers add DOSSIER STORY` adds one.")
    for one in found:
        for line in story_lines(one.story):
            out.print(line, soft_wrap=True)
        for said in one.note.splitlines():
            out.print(Text(f"     {said}"), soft_wrap=True)


@app.command()
def add(
    context: typer.Context,
    name: Name,
    story: Annotated[str, typer.Argument(metavar="STORY", help=STORY)],
    note: Annotated[str, typer.Option(help="What you say of it.")] = "",
) -> None:
    """Add a story to a dossier, after all others. The dossier is made if there is none of this
    name.

    Example: wirewatch dossiers add "Week 49" 3f9a --note "Lead with the denial."
    """
    with house_of(context) as house:
        with house.ledger.read() as tx:
            _, found = story_of(tx, story)
        lines = "\n".join(map(typed_line, note.splitlines()))
        made = changes.add(house, typed_line(name), found.id, lines)
    told = f"In the dossier {made.name!r}, which has {counted(made.stories, 'story', 'stories')}."
    out.print(Text(f"{headline(found.title)}\n{told}"), soft_wrap=True)


@app.command()
def draft(
    context: typer.Context,
    name: Name,
    as_html: Annotated[
        bool, typer.Option("--html", help="A page for a mail, instead of Markdown.")
    ] = False,
) -> None:
    """Print a dossier as a text: each story with your note, who has it, where it was first
    reported, and who denies it.

    Examples:
    wirewatch dossiers draft "Week 49" > newsletter.md
    wirewatch dossiers draft "Week 49" --html > newsletter.html
    """
    from alert.markup import as_html_page, as_markdown_document
    from wirewatch import drafting

    with house_of(context) as house:
        with house.ledger.read() as tx:
            found = dossier_of(tx, name)
        told = drafting.draft(house, found.id)
        body = draft_body(told)
    write_data(as_html_page(body, found.name) if as_html else f"{as_markdown_document(body)}\n")
    if erased := found.stories - len(told):
        several = counted(erased, "story", "stories")
        errors.print(f"{several} left out, whose articles were all erased.")


@app.command()
def rename(
    context: typer.Context,
    name: Name,
    new: Annotated[str, typer.Argument(metavar="NAME", help="Its new name.")],
) -> None:
    """Give a dossier another name.

    Example: wirewatch dossiers rename "Week 49" "Week 50"
    """
    with house_of(context) as house:
        with house.ledger.read() as tx:
            found = dossier_of(tx, name)
        changes.rename(house, found.id, typed_line(new))
    out.print("Renamed.")


@app.command()
def remove(
    context: typer.Context,
    name: Name,
    story: Annotated[str | None, typer.Argument(metavar="STORY", help=STORY)] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask for confirmation.")] = False,
) -> None:
    """Take a story out of a dossier, with its note; without a story, remove the whole dossier, with
    all its notes. The stories themselves stay.

    Example: wirewatch dossiers remove "Week 49" 3f9a
    """
    with house_of(context) as house:
        with house.ledger.read() as tx:
            found = dossier_of(tx, name)
            chosen = None if story is None else story_of(tx, story)[1].id
            notes = dossiers.notes(tx, found.id)
        if chosen is not None and chosen not in notes:
            raise UsageError(f"the story {chosen[:12]} is not in the dossier {found.name!r}")
        if chosen is None and not yes:
            lost = f"its notes on {counted(found.stories, 'story', 'stories')}"
            typer.confirm(f"Remove the dossier {found.name!r}, with {lost}?", abort=True)
        if chosen is not None and notes[chosen] and not yes:
            typer.confirm("Take it out of this dossier, with its note?", abort=True)
        with changes.changed(house, found.id) as tx:
            if chosen is None:
                dossiers.remove(tx, found.id)
            else:
                dossiers.take_out(tx, found.id, chosen)
    out.print("Removed." if chosen is None else "Taken out.")
