"""`wirewatch alerts`: what met the rules, where it went, and how the channels are doing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text
from sqlalchemy import Connection

from alert.channel_health import standing, unknown
from alert.channels import Channel, Terminal
from alert.targets import to_show
from core.evidence import each_once
from core.ledger import alerts as outbox
from core.ledger import channels as ledger_channels
from core.ledger import followed
from core.ledger.outboxes import DeliveryStatus
from core.records import Alert, AlertKind, ChannelHealth, ChannelState
from wirewatch.terminal import UsageError, house_of, out, print_lines, table_of
from wirewatch.wording import why_held

app = typer.Typer(help="The alerts: what met which rule, why, and where it was delivered.")


@app.callback(invoke_without_command=True)
def listed(
    context: typer.Context,
    resend: Annotated[
        str | None,
        typer.Option(metavar="KEY", help="Deliver one again, by its key or the key's beginning."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Alerts as JSON lines.")] = False,
) -> None:
    """List the alerts: what met which rule, why, and where it was delivered.

    Example: wirewatch alerts --json
    """
    if context.invoked_subcommand is not None:
        return
    with house_of(context) as house:
        if resend is not None:
            with house.ledger.write() as tx:
                again = outbox.resend(tx, _key(outbox.find(tx, resend), resend), house.now())
            if not again:
                raise UsageError("it went to no channel: its rule has to = []")
            out.print("It will be delivered again with the next run.")
            return
        with house.ledger.read() as tx:
            told = list(outbox.listed(tx))
            held = followed.held(tx)
            unwell = _unwell(tx, house.rules.channels)
            named = {rule.name for rule in house.rules.rules}
    if as_json:
        print_lines(alert for alert, _ in told)
        return
    out.print(_table(told) if told else "No alerts yet.")
    for one in held:
        waits = why_held(one.alert.rule, named)
        out.print(Text(f"{waits} since {one.held_at:%Y-%m-%d %H:%M} UTC: {one.alert.headline}"))
    if not named.issuperset(one.alert.rule for one in held):
        out.print("`wirewatch alerts close --rule NAME` gives up what waits for a rule.")
    for health in unwell:
        out.print(
            f"Channel {health.name} takes nothing since {health.since:%Y-%m-%d %H:%M} UTC. "
            "`wirewatch alerts channels` says why.",
        )


@app.command()
def channels(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Channels as JSON lines.")] = False,
) -> None:
    """Show how each channel is doing: which take nothing, since when and why, and what waits.

    Example: wirewatch alerts channels
    """
    with house_of(context) as house:
        with house.ledger.read() as tx:
            known = ledger_channels.known(tx)
            waiting = ledger_channels.waiting(tx)
        shown = to_show(house.rules.channels, waiting)
        now = house.now()
    health = {name: known.get(name) or unknown(name, now) for name in shown}
    if as_json:
        print_lines(health.values())
        return
    table = table_of("channel", "to", "state", "waiting", "last took", "next try", "why")
    for name, channel in shown.items():
        one = health[name]
        state, why = standing(known.get(name), named=channel is not None)
        if state in (ChannelState.FAILING, ChannelState.GONE):
            state += f" since {one.since:%m-%d %H:%M}"
        to = "" if channel is None or isinstance(channel, Terminal) else channel.shown
        took = f"{one.delivered_at:%m-%d %H:%M}" if one.delivered_at else "never"
        again = f"{one.next_attempt_at:%m-%d %H:%M}" if one.attempts and channel else ""
        table.add_row(
            Text(name), Text(to), state, str(waiting.get(name, 0)), took, again, Text(why)
        )
    out.print(table)


@app.command()
def close(
    context: typer.Context,
    channel: Annotated[
        str | None, typer.Argument(help="A channel, also one that is no more.")
    ] = None,
    rule: Annotated[
        str | None, typer.Option(help="A rule instead, also one that was removed.")
    ] = None,
    reason: Annotated[
        str, typer.Option(help="Why; it is kept with what was on its way.")
    ] = "given up",
) -> None:
    """Give up what waits for a channel, or what is still to be told of a rule.

    Other channels of a channel's alerts are not touched. Of a rule all that is on its way to any
    channel is given up, and all that waits for its rate, or for the rule to be written again.

    Examples:
    wirewatch alerts close old-desk --reason "the address is no more"
    wirewatch alerts close --rule old-rule
    """
    if (channel is None) == (rule is None):
        raise UsageError("name a channel, or a rule by --rule")
    held: list[Alert] = []
    with house_of(context) as house, house.ledger.write() as tx:
        now = house.now()
        if rule is not None:
            held = followed.give_up(tx, rule)
            number = outbox.close(tx, rule, reason=reason, now=now)
        else:
            number = ledger_channels.close(tx, channel or "", reason=reason, now=now)
    for alert in held:
        out.print(Text(f"Given up before it was sent: {alert.headline}"))
    if number:
        out.print(f"{number} given up. `wirewatch alerts --resend KEY` delivers one all the same.")
    elif channel is not None:
        raise UsageError(f"nothing waits for a channel {channel!r}; see wirewatch alerts channels")
    elif not held:
        raise UsageError(f"nothing waits of a rule {rule!r}; see wirewatch alerts")


def _unwell(tx: Connection, channels: Mapping[str, Channel]) -> list[ChannelHealth]:
    """The channels that take nothing. One that is no more, and that nothing waits for, is nobody's
    worry."""
    of_interest = to_show(channels, ledger_channels.waiting(tx))
    return [
        one
        for one in ledger_channels.known(tx).values()
        if one.state is not ChannelState.OK and one.name in of_interest
    ]


def _table(told: Iterable[tuple[Alert, Sequence[DeliveryStatus]]]) -> Table:
    table = table_of("when", "rule", "story", "why", "delivered")
    for alert, deliveries in told:
        table.add_row(
            f"{alert.created_at:%m-%d %H:%M}",
            Text(alert.rule),
            _what(alert),
            _why(alert),
            Text("\n".join(map(_where, deliveries))),
        )
    return table


def _key(found: list[str], prefix: str) -> str:
    if not found:
        raise UsageError(f"no alert has a key that begins with {prefix!r}")
    if len(found) > 1:
        raise UsageError(f"several alerts have a key that begins with {prefix!r}; give more of it")
    return found[0]


def _what(alert: Alert) -> Text:
    new = "" if alert.kind is AlertKind.STORY else "\n".join(one.what for one in alert.developments)
    return Text.assemble(
        alert.headline, *([("\nnew: " + new, "bold")] if new else []),
        "\n", (f"{alert.outlet}, {alert.score:.2f}, key {alert.key[:12]}", "dim"),
    )  # fmt: skip


def _why(alert: Alert) -> Text:
    return Text(", ".join(piece.phrase for piece in each_once(alert.why)))


def _where(one: DeliveryStatus) -> str:
    if one.delivered_at:
        note = f" ({one.reason})" if one.reason else ""
        return f"{one.channel} {one.delivered_at:%m-%d %H:%M}{note}"
    if one.closed_at:
        return f"{one.channel} given up: {one.reason}"
    return f"{one.channel}: {one.reason or 'waits'}"
