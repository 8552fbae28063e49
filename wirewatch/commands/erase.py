"""`wirewatch erase`: remove an article for good."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.text import Text

from core.ledger import dossiers, splits
from wirewatch.commands.lookups import ARTICLE, entry_of, house_of
from wirewatch.commands.terminal import bars, errors, out, table_of
from wirewatch.commands.usage import UsageError
from wirewatch.presentation.wording import counted, shared_text


def erase(
    context: typer.Context,
    article: Annotated[str, typer.Argument(metavar="ARTICLE", help=ARTICLE)],
    why: Annotated[str, typer.Option(help="The reason, which is kept and shown.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask for confirmation.")] = False,
) -> None:
    """Erase an article and its copies for good: text, pages, alerts and place in a story.

    The address and the reason are kept, so that feeds do not bring the article back. Backups and
    anything already sent out are not erased. A secured Elasticsearch requires the provisioner's key
    (WIREWATCH_ELASTICSEARCH_ADMIN_KEY).

    Example: wirewatch erase 3f2a9c --why "order of the Harbour court, 12 March"
    """
    from wirewatch.maintenance import erasing

    reason = " ".join(why.split())
    if not reason:
        raise UsageError("--why is empty; give a reason: it is kept in place of the article")
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
        with house.ledger.read() as tx:
            # A note that was written before the article was taken out of a story stands there.
            named = splits.with_parted(tx, [one.story for one in found if one.story])
            holding = dossiers.holding(tx, named).values()
    erased, written = counted(len(found), "entry", "entries"), counted(cleared.files, "file")
    out.print(f"{erased} erased; {written} of the archive rewritten.")
    out.print("Tomorrow's upkeep removes the old files.")
    for dossier in sorted({one.name for held in holding for one in held if one.note}):
        said = f"The dossier {dossier!r} has a note that may quote it: see whether it does."
        out.print(Text(said), soft_wrap=True)
    if cleared.waiting:
        out.print("Some files are still in use: the next upkeep rewrites them.")
    for problem in cleared.damaged:
        errors.print(problem, highlight=False)
    if cleared.damaged:
        raise typer.Exit(1)
