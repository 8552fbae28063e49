"""`wirewatch init`, `run`, `backup` and `upkeep`."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable
from contextlib import nullcontext, redirect_stdout
from datetime import datetime
from functools import partial
from importlib import resources
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from alert.checks import RulesError
from core.files import atomic_write
from core.index import IndexUnavailableError
from core.ledger import feeds, gaps, leases, unread
from core.settings import FILE, Settings
from ingest.feeds.health import PAUSED, WELL, WORST_FIRST
from ingest.feeds.opml import FeedListError, read_list
from wirewatch.attempts import UNAVAILABLE, each_tried
from wirewatch.commands.alerts import unwell_channels
from wirewatch.commands.choice import print_left_out
from wirewatch.commands.feed_health import missing
from wirewatch.commands.lookups import house_of, house_with_feeds, new_house_of, polled_feed_of
from wirewatch.commands.terminal import bars, errors, out, print_lines
from wirewatch.commands.usage import FEEDS, File, UsageError
from wirewatch.finding import sorted_out
from wirewatch.house import House
from wirewatch.newsroom.own import topic_titles
from wirewatch.passes.plan import plan, plan_text
from wirewatch.presentation.accounting import accounting_table
from wirewatch.presentation.feeds import paused_among, why_unread
from wirewatch.presentation.hints import lacking, unmatchable_rules
from wirewatch.presentation.wording import counted


def init(
    context: typer.Context,
    own: Annotated[
        File | None,
        typer.Option("--feeds", help=f"Feeds to begin with instead of the starter list. {FEEDS}"),
    ] = None,
) -> None:
    """Create a home folder: wirewatch.toml, feeds.opml, rules.toml, names.toml.

    Existing files are left as they are. Feeds are added if there are none yet, or with --feeds.

    Example: wirewatch --home ~/watch init
    """
    with new_house_of(context) as house:
        home = house.settings.home
        starter = resources.files("wirewatch") / "starter"
        known = home / "feeds.opml"
        chosen = known if known.exists() else starter / "feeds.opml"
        listed = chosen.read_bytes() if own is None else own.read()
        try:
            found = sorted_out(read_list(listed))
        except FeedListError as error:
            raise UsageError(f"{chosen if own is None else own.name}: {error}") from error
        home.mkdir(parents=True, exist_ok=True)
        made = [
            name
            for name, content in (
                (FILE, settings_template().encode()),
                ("feeds.opml", listed),  # as bytes: the file declares its own encoding
                ("rules.toml", (starter / "rules.toml").read_bytes()),
                ("names.toml", (starter / "names.toml").read_bytes()),
            )
            if _write_new(home / name, content)
        ]
        with house.ledger.write() as tx:
            # A feed that was removed from the list stays removed.
            begins = own is not None or not feeds.count(tx)
            added = feeds.add_all(tx, found.usable, house.now()) if begins else 0
            paused = paused_among(tx, found.usable, "`wirewatch feeds health`")
    out.print(f"{home}: {', '.join(made) or 'nothing new'}; {counted(added, 'feed')} added.")
    if begins:
        if paused:
            out.print(paused)
        print_left_out(found)
    if not house.settings.contact:
        out.print(f"Set contact in {home / FILE} so that site owners can reach you.")
    out.print(Text.assemble("Next: ", ("wirewatch run", "bold")))


def run(
    context: typer.Context,
    feed: Annotated[
        str | None, typer.Option(help="Poll only this feed, by its address, due or not.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only show what is due, stage by stage.")
    ] = False,
    as_json: Annotated[
        bool,
        typer.Option(
            "--json", help="The accounting as a JSON line; alerts to the terminal go to stderr."
        ),
    ] = False,
) -> None:
    """Make one pass over all feeds that are due, and print the accounting.

    Example: wirewatch run
    """
    if dry_run:
        _print_plan(context, feed, as_json=as_json)
        return
    with house_with_feeds(context) as house:
        if feed is not None:
            polled_feed_of(house, feed)
        if others := leases.others_at_work(house.ledger):
            errors.print(
                f"Another pass is running ({', '.join(sorted(others))}): this one skips what that "
                "one is working on.",
                highlight=False,
            )
        began = house.now()
        # What a pass did is printed even if a stage failed, or if something in rules.toml cannot be
        # used: the pass has done without that, and whoever started it should know.
        steps: list[Callable[[], object]] = [
            partial(_make_pass, house, feed, as_json=as_json),
            partial(_print_outcome, house, began, as_json=as_json),
            partial(_print_unmatchable, house),
            lambda: house.rules.checked(),
        ]
        try:
            each_tried(steps)
        except (*UNAVAILABLE, BrokenPipeError):
            raise  # a pipe that is closed, as by `head`, is no fault of the pass
        except KeyboardInterrupt:
            errors.print(
                "Interrupted. What is recorded is kept; the next passes go on with the rest."
            )
            raise
        except Exception as error:
            waits = ". What it would have told waits" if isinstance(error, RulesError) else ""
            errors.print(f"The pass is done, but for this{waits}:")
            raise


def _make_pass(house: House, feed: str | None, *, as_json: bool) -> None:
    # Imported here: the stages take longer to load than other commands take to run.
    from wirewatch.pipeline import run_pass

    # Alerts to the terminal are no JSON.
    aside = redirect_stdout(sys.stderr) if as_json else nullcontext()
    with bars() as progress, aside:
        run_pass(house, progress, feed=feed)


def _print_plan(context: typer.Context, feed: str | None, *, as_json: bool) -> None:
    """Print what is due, stage by stage."""
    with house_with_feeds(context) as house:
        planned = plan(house)
        if feed is not None:
            polled_feed_of(house, feed)
            planned = planned.model_copy(update={"poll": 1})
    if as_json:
        print_lines([planned])
    else:
        out.print(plan_text(planned), highlight=False)


def _print_outcome(house: House, began: datetime, *, as_json: bool) -> None:
    """Print how entries ended, and what a person should know after a pass."""
    accounting = house.account()
    if as_json:
        print_lines([accounting])
        return
    out.print(accounting_table(accounting))
    try:
        index_lacks = lacking(house.index, accounting)
    except IndexUnavailableError:
        index_lacks = None  # the pass has said so
    with house.ledger.read() as tx:
        next_due, now = feeds.next_due(tx), house.now()
        by_state, paused = feeds.by_state(tx), feeds.count_paused(tx)
        unwell = unwell_channels(tx, house.rulebook.rules_if_any())
        without_articles = unread.listed(tx, now)
        lost = missing(gaps.listed(tx, began), "since their last polls")
    numbers = {state.value: by_state.get(state) for state in WORST_FIRST if state not in WELL}
    numbers[PAUSED] = paused
    if told := [f"{number} {state}" for state, number in numbers.items() if number]:
        out.print(f"Feeds: {', '.join(told)}. `wirewatch feeds health` shows why.")
    if lost:
        out.print(f"{lost} `wirewatch feeds gaps` shows where.")
    for one in without_articles:
        out.print(Text(f"{one.feed.outlet or one.feed.url}: {why_unread(one)}."), soft_wrap=True)
    for line in unwell:
        out.print(line)
    if index_lacks:
        out.print(index_lacks)
    if next_due is not None:
        # Of a single feed's pass, and of one that took long, others are due by now.
        at = "now" if next_due <= now else f"at {next_due:%Y-%m-%d %H:%M} UTC"
        out.print(f"The next feed is due {at}.")


def _print_unmatchable(house: House) -> None:
    """Print which rules ask for what does not exist: they would miss articles in silence."""
    for told in unmatchable_rules(house, topic_titles(house.settings.home)):
        errors.print(Text(f"Rule {told}"))


def backup(
    context: typer.Context,
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="A new folder; it becomes a home folder.")
    ],
) -> None:
    """Copy what cannot be recreated: ledger, archive, settings, rules. Safe while a pass runs.

    To restore: wirewatch --home FOLDER index rebuild

    Example: wirewatch backup /media/disk/wirewatch-2026-11-25
    """
    from wirewatch.maintenance.backup import backup as copy

    with house_of(context) as house, bars() as progress:
        files = copy(house, folder, progress)
    out.print(f"{folder}: the ledger, your own files, and {counted(files, 'file')} of the archive.")
    named = shlex.quote(str(folder))
    told = f"To restore: wirewatch --home {named} index rebuild"
    out.print(told, highlight=False, soft_wrap=True)


def upkeep(context: typer.Context) -> None:
    """Tidy the archive: merge small files of articles, drop old pages. Once a day is enough.

    The text of a page stays in its article; `keep_pages_days` sets how long the page is kept.
    """
    from wirewatch.maintenance.upkeep import upkeep as keep

    with house_of(context) as house, bars() as progress:
        kept = keep(house, progress)
    if kept is None:
        out.print("Another process is doing upkeep or tags articles again.")
        return
    out.print(kept.told)
    for problem in kept.damaged:
        errors.print(problem, highlight=False)
    if kept.damaged:
        raise typer.Exit(1)


def settings_template() -> str:
    """A wirewatch.toml that sets nothing and explains everything."""
    lines = ["# Settings of wirewatch. Each can also be set in the environment: WIREWATCH_PAUSE=2."]
    for name, field in Settings.model_fields.items():
        if name != "home":
            default = field.get_default(call_default_factory=True)
            if isinstance(default, tuple):
                shown = str(list(default))
            else:
                shown = f'"{default}"' if isinstance(default, str) else str(default)
            lines += ["", f"# {field.description}", f"# {name} = {shown}"]
    return "\n".join(lines) + "\n"


def _write_new(path: Path, content: bytes) -> bool:
    if path.exists():
        return False
    # Whole or not at all: a half-written file would count as existing, and stay. It is its owner's
    # alone, since settings and channels may hold passwords.
    with atomic_write(path, mode=0o600) as file:
        file.write(content)
    return True
