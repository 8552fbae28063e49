"""`wirewatch erase`: an article taken out for good."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.text import Text

from wirewatch.commands.reading import entry_of
from wirewatch.terminal import UsageError, bars, errors, house_of, out, table_of
from wirewatch.wording import counted, shared_text


def erase(
    context: typer.Context,
    article: Annotated[str, typer.Argument(help="Its id, or how that begins.")],
    why: Annotated[str, typer.Option(help="The reason, which is kept and shown.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Erase an article for good, with its copies: text, pages, alerts, its part in a story.

    Its address and the reason stay, so that its feeds do not bring it back. What left this machine,
    and backups, are not reached. To remove it from a secured Elasticsearch takes the provisioner's
    key (WIREWATCH_ELASTICSEARCH_ADMIN_KEY).

    Example: wirewatch erase 3f2a9c --why "order of the Harbour court, 12 March"
    """
    from wirewatch import erasing

    reason = " ".join(why.split())
    if not reason:
        raise UsageError("--why is empty; say why it is erased: that is all that stays of it")
    with house_of(context) as house:
        found = erasing.chosen(house, entry_of(house, article))
        table = table_of("id", "outlet", "title", "address", "copy")
        for one in found:
            copy = "" if one.duplicate_of is None else shared_text(one.overlap) or "the same"
            table.add_row(one.id[:12], Text(one.outlet), Text(one.title), Text(one.url), copy)
        out.print(table)
        if not yes:
            what = "it" if len(found) == 1 else "all of them"
            typer.confirm(f"Erase {what} for good?", abort=True)
        with bars() as progress:
            cleared = erasing.erase(house, found, reason, progress)
    erased, written = counted(len(found), "entry", "entries"), counted(cleared.files, "file")
    out.print(f"{erased} erased; {written} of the archive written anew.")
    out.print("The old files go with the upkeep of tomorrow.")
    if cleared.waiting:
        out.print("Some files are still at work: the next upkeep clears them.")
    for problem in cleared.damaged:
        errors.print(problem, highlight=False)
    if cleared.damaged:
        raise typer.Exit(1)
