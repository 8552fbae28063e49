"""`wirewatch alerts`: what matched the rules, where it was delivered, and the channels' health."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from typing import Annotated

import typer
from rich.text import Text
from sqlalchemy import Connection

from alert.channel_health import unknown
from alert.channels import Terminal
from alert.rules import Rules
from alert.targets import without_channel
from alert.wording import headline
from core.evidence import distinct_phrases
from core.ledger import alerts as outbox
from core.ledger import channels as ledger_channels
from core.ledger import held_alerts
from core.ledger.outboxes import DeliveryStatus
from core.records import Alert, ChannelState
from wirewatch.commands.lookups import house_of, only_one, rule_of
from wirewatch.commands.tables import phrase_below
from wirewatch.commands.terminal import errors, out, print_lines, print_list
from wirewatch.commands.usage import MAX_SIZE, OPTIONAL_COMMAND, UsageError, has_subcommand
from wirewatch.house import House
from wirewatch.presentation.channels import standings
from wirewatch.presentation.wording import why_held

LATEST = 50
"""How many alerts are listed if nobody says; after a year there are thousands."""

app = typer.Typer(
    subcommand_metavar=OPTIONAL_COMMAND,
    help="Alerts: what matched which rule, why, and where it was delivered.\n\n"
    "Without a command: the latest alerts.",
)


@app.callback(invoke_without_command=True)
def listed(
    context: typer.Context,
    resend: Annotated[
        str | None,
        typer.Option(metavar="KEY", help="Deliver one alert again, by its key or the key's start."),
    ] = None,
    channel: Annotated[
        str | None, typer.Option(metavar="NAME", help="With --resend: to this channel only.")
    ] = None,
    rule: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Only those of a rule, even one that was removed."),
    ] = None,
    size: Annotated[
        int | None,
        typer.Option(
            min=1,
            max=MAX_SIZE,
            help=f"Only the latest so many: {LATEST}, or all as JSON, if not set.",
        ),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Alerts and their deliveries as JSON lines.")
    ] = False,
) -> None:
    """List alerts, the latest last: what matched which rule, why, and where it was delivered.

    Examples:
    wirewatch alerts --rule spyware
    wirewatch alerts --json
    """
    if has_subcommand(context):
        return
    if channel is not None and resend is None:
        raise UsageError("--channel goes with --resend")
    if resend is not None and (rule is not None or size is not None or as_json):
        raise UsageError("--rule, --size and --json are for the list, not for --resend")
    with house_of(context) as house:
        if resend is not None:
            _resend(house, resend, channel)
            return
        if rule is not None:
            _check_name(house, rule)
        if as_json:
            with house.ledger.read() as tx:
                told = outbox.listed(tx, rule=rule, last=size)
                print_lines({**dict(alert), "deliveries": where} for alert, where in told)
        else:
            _print_latest(house, rule, size or LATEST)


def _check_name(house: House, rule: str) -> None:
    """Raise what is wrong with a rule's name, unless there are alerts of it."""
    with house.ledger.read() as tx:
        known = outbox.has_any(tx, rule)
    if not known:
        rule_of(house, rule)


def _print_latest(house: House, rule: str | None, size: int) -> None:
    """Print the latest alerts, of all rules or of one, what is held back, and which channels accept
    nothing."""
    rules = house.rulebook.rules_if_any()
    with house.ledger.read() as tx:
        total = outbox.count(tx, rule=rule)
        told = list(outbox.listed(tx, rule=rule, last=size))
        held = held_alerts.listed(tx, rule=rule)
        unwell = unwell_channels(tx, rules)
    if len(told) < total:
        out.print(f"The latest {len(told):,} of {total:,} alerts; --size {total} shows all.")
    for alert, deliveries in told:
        for line in _lines(alert, deliveries):
            out.print(line, soft_wrap=True)
    if not told:
        errors.print("No alerts yet.")
    for one in held:
        waits = why_held(one.alert.rule, rules)
        title = headline(one.alert.headline)
        out.print(Text(f"{waits} since {one.held_at:%Y-%m-%d %H:%M} UTC: {title}"))
    if any(rules.lacks(one.alert.rule) for one in held):
        out.print("`wirewatch alerts close --rule NAME` gives up on what a rule holds back.")
    for channel_line in unwell:
        out.print(channel_line)
    _raise_if_unreadable(rules)


@app.command()
def channels(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Channels as JSON lines.")] = False,
) -> None:
    """Show the health of each channel: what is failing, since when and why, and how much waits.

    Example: wirewatch alerts channels
    """
    with house_of(context) as house:
        rules = house.rulebook.rules_if_any()
        with house.ledger.read() as tx:
            shown = standings(tx, rules)
        now = house.now()
    if as_json:
        print_lines(
            {
                **dict(one.health or unknown(name, now)),
                "standing": one.state,
                "why": one.why,
                "waiting": one.waiting,
            }
            for name, one in shown.items()
        )
        _raise_if_unreadable(rules)
        return
    rows = []
    for name, (state, why, channel, known, waiting) in shown.items():
        one = known or unknown(name, now)
        if state in (ChannelState.FAILING, ChannelState.GONE):
            state += f" since {one.since:%Y-%m-%d %H:%M}"
        to = "" if channel is None or isinstance(channel, Terminal) else channel.shown
        took = f"{one.delivered_at:%Y-%m-%d %H:%M}" if one.delivered_at else "never"
        again = f"{one.next_attempt_at:%m-%d %H:%M}" if one.attempts and channel else ""
        rows.append((name, to, state, str(waiting), took, again, why))
    print_list(rows, "channel", "to", "state", "waiting", "last delivery", "next try", "why")
    _raise_if_unreadable(rules)


@app.command()
def close(
    context: typer.Context,
    channel: Annotated[
        str | None, typer.Argument(metavar="CHANNEL", help="A channel, even one that was removed.")
    ] = None,
    rule: Annotated[
        str | None, typer.Option(help="Instead of a channel: a rule, even one that was removed.")
    ] = None,
    why: Annotated[
        str, typer.Option(help="The reason, which is kept with each delivery that is given up.")
    ] = "by hand",
) -> None:
    """Give up on everything that waits for a channel, or on all unsent alerts of a rule.

    With a channel, the same alerts still go to their other channels. With a rule, its alerts are
    given up for every channel, including those held back by its rate or by its removal.

    Examples:
    wirewatch alerts close old-desk --why "the address no longer exists"
    wirewatch alerts close --rule old-rule
    """
    if (channel is None) == (rule is None):
        raise UsageError("name either a channel or a rule with --rule")
    held: list[Alert] = []
    with house_of(context) as house, house.ledger.write() as tx:
        now = house.now()
        if rule is not None:
            held = held_alerts.give_up(tx, rule)
            number = outbox.close(tx, rule, reason=why, now=now)
        else:
            number = ledger_channels.close(tx, channel or "", reason=why, now=now)
    for alert in held:
        out.print(Text(f"Given up before it was sent: {headline(alert.headline)}"))
    if number:
        out.print(f"{number} given up. `wirewatch alerts --resend KEY` delivers one after all.")
    elif channel is not None:
        raise UsageError(f"nothing waits for channel {channel!r}; see `wirewatch alerts channels`")
    elif not held:
        raise UsageError(f"no alert of rule {rule!r} is waiting; see `wirewatch alerts`")


def _raise_if_unreadable(rules: Rules) -> None:
    """Say, after what is known all the same, that rules.toml cannot be used at all."""
    for mistake in rules.mistakes:
        if mistake.kind == "file":
            raise mistake.error


def _resend(house: House, start: str, channel: str | None) -> None:
    """Put an alert into the outbox again, and say where it will arrive and where it will not.

    Raises:
        UsageError: no alert, or several, or nothing is left of it, or no such channel of it;
            nothing was changed.
    """
    rules = house.rules
    with house.ledger.write() as tx:
        found, see = outbox.find(tx, start), "; `wirewatch alerts` shows keys"
        key = only_one(found, start, "alert", "alerts", by="a key", see=see)
        if not outbox.is_left(tx, key):
            raise UsageError("nothing is left of this alert: what it told was erased")
        names = outbox.channels_of(tx, key)
        if not names:
            raise UsageError("this alert has no channel: its rule has to = []")
        if channel not in (None, *names):
            has = ", ".join(map(repr, names))
            raise UsageError(f"this alert has no delivery to a channel {channel!r}, only to {has}")
        again = outbox.resend(tx, key, house.now(), channel)
    waits = without_channel(rules.channels, again)
    if len(waits) < len(again):
        out.print("It will be delivered again on the next pass.")
    for name in waits:
        close = f"add it again, or: wirewatch alerts close {shlex.quote(name)}"
        wrong = rules.why_unusable(name)
        why = f"cannot be used: {wrong}" if wrong else f"rules.toml no longer names: {close}"
        out.print(f"It waits for {name}, which {why}", highlight=False, soft_wrap=True)


def unwell_channels(tx: Connection, rules: Rules) -> list[str]:
    """A line for each channel that accepts nothing, without removed ones that nothing waits for."""
    return [
        f"Channel {name} has accepted nothing since {one.health.since:%Y-%m-%d %H:%M} UTC; "
        "`wirewatch alerts channels` shows why."
        for name, one in standings(tx, rules).items()
        if one.health is not None and one.health.state is not ChannelState.OK
    ]


def _lines(alert: Alert, deliveries: Sequence[DeliveryStatus]) -> Iterator[Text]:
    """An alert in a few lines: its headline, what is new, its rule, why, and where it went."""
    when = f"{alert.created_at:%Y-%m-%d %H:%M} "
    yield Text.assemble((when, "bold cyan"), (headline(alert.headline), "bold"))
    for one in alert.developments:
        yield Text(f"     new: {one.what}", "bold")
    origin = f"     rule {alert.rule}  {alert.outlet}  score {alert.score:.2f}  "
    yield Text(f"{origin}key {alert.key[:12]}", "dim")
    if alert.why:
        why = distinct_phrases(alert.why)
        phrases = "; ".join(phrase_below(piece, alert.headline) for piece in why)
        yield Text.assemble(("     why: ", "green"), phrases)
    for delivery in deliveries:
        yield Text(f"     {delivery_line(delivery)}", "dim")


def delivery_line(one: DeliveryStatus) -> str:
    """A channel, and what became of a message to it."""
    if one.delivered_at:
        note = f" ({one.reason})" if one.reason else ""
        return f"{one.channel}: delivered {one.delivered_at:%Y-%m-%d %H:%M}{note}"
    if one.closed_at:
        return f"{one.channel} given up: {one.reason}"
    return f"{one.channel}: {one.reason or 'waiting'}"
