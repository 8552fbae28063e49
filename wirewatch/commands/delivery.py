"""`wirewatch digest` and `wirewatch feed`: what goes out besides alerts."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from alert import schedule, wording
from alert.digests import DigestPlan
from core.files import atomic_write
from core.ledger import messages
from core.query import parse
from core.records import Digest
from wirewatch.commands.alerts import delivery_line
from wirewatch.commands.lookups import house_of, rule_of
from wirewatch.commands.terminal import errors, out
from wirewatch.commands.usage import UsageError
from wirewatch.house import House
from wirewatch.newsroom.own import topic_titles
from wirewatch.presentation.channels import standings
from wirewatch.presentation.hints import unmatchable
from wirewatch.presentation.wording import counted


def digest(
    context: typer.Context,
    name: Annotated[
        str | None,
        typer.Argument(metavar="DIGEST", help="A digest in rules.toml. Default: all of them."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print the digest without sending it.")
    ] = False,
) -> None:
    """Send a digest now, with what it has gathered so far, instead of when it is due.

    Exit code 1 if a channel has not taken it yet.

    Example: wirewatch digest morning --dry-run
    """
    # Imported here: Apprise takes longer to load than most commands take to run.
    from wirewatch.stages.deliver import deliver, preview_digest, send_digest

    sent: list[Digest] = []
    with house_of(context) as house:
        for one in _chosen(house, name):
            record = preview_digest(house, one) if dry_run else send_digest(house, one)
            due = schedule.next_due(one.schedule, house.now()).astimezone(one.schedule.zone)
            if record is None:
                out.print(f"{one.name}: nothing new.")
            elif dry_run:
                message = wording.of_digest(record, house.settings.desk_url)
                out.print(message.printed, soft_wrap=True)
            else:
                sent.append(record)
                out.print(f"{one.name}: {counted(len(record.alerts), 'alert')}.")
            when = f"{due:%Y-%m-%d at %H:%M} ({one.schedule.zone})"
            out.print(f"{one.name} is next due on {when}.")
        if not dry_run:
            deliver(house)
        waiting = [_waits(house, record) for record in sent]
    if any(waiting):
        errors.print(
            "What waits is tried again by later passes; `wirewatch alerts channels` shows when."
        )
        raise typer.Exit(1)


def _waits(house: House, sent: Digest) -> bool:
    """Print what became of a digest, channel by channel; return whether it waits for one."""
    with house.ledger.read() as tx:
        deliveries = messages.deliveries_of(tx, sent.key)
        known = standings(tx, house.rules)
    waits = False
    for one in deliveries:
        if one.delivered_at is not None:
            out.print(f"{sent.name} to {delivery_line(one)}", highlight=False, soft_wrap=True)
            continue
        waits = True
        # One that takes nothing was not asked again: that is why.
        why = "" if one.reason else known[one.channel].why
        line = f"{sent.name} to {delivery_line(one)}{why and f' ({why})'}"
        errors.print(line, highlight=False, soft_wrap=True)
    return waits


def _chosen(house: House, name: str | None) -> Sequence[DigestPlan]:
    """The digest of a name, or all of them.

    Raises:
        UsageError: there is none.
        RulesError: there is none that can be used, but one that may be meant.
    """
    rules, path = house.rules, house.settings.rules_path
    if name is None and rules.digests:
        return rules.digests
    if name is not None and (named := rules.digest(name)):
        return [named]
    for mistake in rules.mistakes:
        if mistake.kind == "digest":
            raise mistake.error
    if not rules.digests:
        raise UsageError(f"no [[digest]] in {path}; docs/alerts.md shows how to write one")
    known = ", ".join(one.name for one in rules.digests)
    raise UsageError(f"no digest {name!r} in {path}, which has: {known}")


def feed(
    context: typer.Context,
    query: Annotated[
        str | None,
        typer.Argument(metavar="QUERY", help="A search, as typed into `wirewatch search`."),
    ] = None,
    rule: Annotated[
        str | None, typer.Option(help="Instead of a search: a rule in rules.toml.")
    ] = None,
    out_file: Annotated[
        Path | None, typer.Option("--out", help="File to write. Default: standard output.")
    ] = None,
) -> None:
    """Write an Atom feed of a search's results, or of the stories that matched a rule.

    Examples:
    wirewatch feed 'topic:spyware' --out spyware.atom
    wirewatch feed --rule surveillance
    """
    if (query is None) == (rule is None):
        raise UsageError("give either a search or a rule with --rule")
    with house_of(context) as house:
        document = _document(house, query, rule)
        if query is not None:
            topics = topic_titles(house.settings.home)
            if why := unmatchable(house, parse(query), topics):
                errors.print(Text(why))
    if out_file is None:
        sys.stdout.buffer.write(document)
    elif out_file.exists() and not out_file.is_file():  # a pipe or a device
        out_file.write_bytes(document)
    else:
        # A server of the folder must not read half of it, nor lose it to a full disk.
        with atomic_write(out_file) as file:
            file.write(document)


def _document(house: House, query: str | None, rule: str | None) -> bytes:
    from wirewatch.presentation.outbound import feed_of_rule, feed_of_search

    if rule is None:
        return feed_of_search(house, query or "*")
    return feed_of_rule(house, rule_of(house, rule).name)
