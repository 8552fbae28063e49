"""Deliver: outbox → readers and operators; and the rules' Atom files."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from itertools import chain
from typing import Any

from sqlalchemy import Connection

from alert import channel_health, delivery, digests, operators, retries, schedule, targets, wording
from alert.channels import TERMINAL, Channel, Terminal
from alert.digests import DigestPlan
from alert.held_alerts import of_survivors
from alert.message import Message
from alert.outcomes import Cause, Failed, Outcome, Taken
from alert.rules import Rules
from core.errors import WirewatchError
from core.faults import Fault, raise_if_common, tried
from core.ledger import alerts, channels, messages, notices, stories
from core.ledger import digests as ledger_digests
from core.ledger.erasures import left_of
from core.ledger.outboxes import ALERTS, MESSAGES, NOTICES, Delivery, Outbox
from core.records import LONGEST_WAIT, Alert, ChannelHealth, ChannelState, Digest, RulesNews
from wirewatch.attempts import OF_ALL
from wirewatch.house import House
from wirewatch.newsroom.own import topic_titles
from wirewatch.passes.parting import parted_alerts
from wirewatch.presentation.hints import unmatchable_rules
from wirewatch.presentation.outbound import write_feeds
from wirewatch.progress import Progress, silent


@dataclass(frozen=True, slots=True)
class Parcel:
    """A message for a channel, or the fault that its wording met, with its delivery in one of the
    ledger's outboxes."""

    message: Message | Fault
    delivery: Delivery[Any]
    outbox: Outbox


def deliver(house: House, progress: Progress = silent) -> int:
    """Deliver what waits, to all channels in parallel; return how many alerts were taken.

    Delivery is at least once: a run that dies after a channel accepts a message and before the
    ledger records it delivers again, with the same key and content. Each channel gets its messages
    in order. One that fails is left alone for a while, and the others do not wait for it.
    """
    with house.lease("deliver") as taken:
        if not taken:
            return 0
        _compose_digests(house)
        unmatchable = _unmatchable(house)
        with house.ledger.write() as tx:
            if house.rules.knows_operators:
                notices.enqueue(tx, house.rules.operators, house.now())
            _tell_of_rules(tx, house.rules, unmatchable, house.now())
        rounds = _Round(house, progress)
        rounds.run()
        # Messages for a channel that works again need not wait any longer, and the news of
        # channels for the operators is known by now.
        rounds.run()
        write_feeds(house, house.rules)
    return rounds.delivered


def _unmatchable(house: House) -> tuple[str, ...] | None:
    """The rules that ask for what does not exist; None if nobody can tell, since the newsroom's own
    topics cannot be read. Extracting reports that."""
    try:
        topics = topic_titles(house.settings.home)
    except WirewatchError:
        return None
    return unmatchable_rules(house, topics)


def _tell_of_rules(
    tx: Connection, rules: Rules, unmatchable: tuple[str, ...] | None, now: datetime
) -> None:
    """Put what the operators do not know yet about what is wrong in `rules.toml` into the outbox;
    what they know of unmatchable rules stands if these are not known now."""
    channels = [name for name in rules.operators if not rules.why_unusable(name)]
    last = messages.last_of_rules(tx)
    if unmatchable is None:
        unmatchable = last.unmatchable if last else ()
    news = operators.rules_news(rules.mistakes, unmatchable, last, now)
    if news is not None and channels:
        messages.add(tx, news, channels, now)


def send_digest(house: House, plan: DigestPlan) -> Digest | None:
    """Put what a digest has gathered into the outbox now; None if there is nothing.

    Raises:
        WirewatchError: a pass is delivering, and may be composing the same digest.
    """
    with house.lease("deliver") as taken:
        if not taken:
            raise WirewatchError("a pass is delivering right now; try again when it has ended")
        with house.ledger.write() as tx:
            return _compose(tx, plan, house.now())


def preview_digest(house: House, plan: DigestPlan) -> Digest | None:
    """What `send_digest` would put into the outbox."""
    with house.ledger.read() as tx:
        return _gathered(tx, plan, house.now())[0]


def _compose_digests(house: House) -> None:
    """Put the digests that are due into the outbox. One that meets a fault is tried again in the
    next pass."""
    for plan in house.rules.digests:
        tried("composing", f"digest {plan.name}", partial(_compose_due, house, plan), OF_ALL)


def _compose_due(house: House, plan: DigestPlan) -> None:
    """Put a digest into the outbox if it is due. After a break, one digest covers all of it."""
    now = house.now()
    due = schedule.latest_due(plan.schedule, now)
    with house.ledger.write() as tx:
        before = ledger_digests.progress(tx, plan.name, since=due)
        if before.until < due:
            _compose(tx, plan, now)
        else:
            # Recorded when first seen, so that it is known when it falls due. A digest that was
            # sent far in the future, by a wrong clock, must not wait until then.
            ahead = before.until > now + timedelta(days=1)
            until = now if ahead else before.until
            ledger_digests.save(tx, before.model_copy(update={"until": until}))


def _compose(tx: Connection, plan: DigestPlan, now: datetime) -> Digest | None:
    record, reached = _gathered(tx, plan, now)
    if record is not None:
        messages.add(tx, record, plan.to, now)
    ledger_digests.save(tx, reached)
    return record


def _gathered(
    tx: Connection, plan: DigestPlan, now: datetime
) -> tuple[Digest | None, ledger_digests.Progress]:
    since = schedule.latest_due(plan.schedule, now)
    before = ledger_digests.progress(tx, plan.name, since=since)
    # Everything, including what came after the due time: it is told now, not a day later.
    found = list(ledger_digests.alerts_after(tx, before.position))
    held = [left for _, one in found if plan.holds(one.rule) and (left := left_of(one))]
    # Stories that have merged since are told as one, and what was taken out of one by itself.
    named = {one for alert in held for one in alert.named_after}
    held = of_survivors(held, stories.roots(tx, named))
    held = list(chain.from_iterable(parted_alerts(tx, held)))
    oldest = min((alert.first.first_seen for alert in held), default=now)
    sent = messages.digests(tx, plan.name, since=oldest)
    held = digests.untold(held, chain.from_iterable(one.alerts for one in sent))
    position = found[-1][0] if found else before.position
    record = digests.compose(plan, held, since=before.until, now=now)
    return record, ledger_digests.Progress(name=plan.name, position=position, until=now)


class _Round:
    """Delivery of everything that waits."""

    def __init__(self, house: House, progress: Progress) -> None:
        self.house = house
        self.progress = progress
        self.lanes = targets.lanes(house.rules.channels)
        self.renamed = targets.renamed(house.rules.channels)
        self.readers = targets.readers(house.rules.channels)
        self.health: dict[str, ChannelHealth] = {}
        self.delivered = 0
        self.timed_out: set[str] = set()
        self.settled = 0
        self.total = 0

    def run(self) -> None:
        """Send what is due, to all channels in parallel."""
        house, now = self.house, self.house.now()
        named: dict[str, Channel] = {TERMINAL: Terminal(), **self.readers}
        for of_one in self.lanes.values():
            named |= of_one
        if self.renamed:  # each target is tried, waits and is reported by itself
            with house.ledger.write() as tx:
                for name, lanes in self.renamed.items():
                    channels.split(tx, name, lanes, now)
        with house.ledger.read() as tx:
            known = channels.by_name(tx)
            self.health = {name: channel_health.unknown(name, now) for name in named} | known
            ready = [name for name in named if self._is_ready(name, now)]
            due = _parcels(tx, now, house.settings.desk_url, ready)
        self.total += sum(map(len, due.values()))
        self.timed_out |= delivery.send_in_parallel(
            due,
            lambda name, parcel: _send(parcel, named[name], house.now()),
            self._settle,
            seconds=house.settings.deliver_timeout,
        )

    def _is_ready(self, name: str, now: datetime) -> bool:
        """Whether a channel is tried now. A wait longer than any that is possible was set by a
        wrong clock."""
        again = self.health[name].next_attempt_at
        return name not in self.timed_out and not now < again <= now + LONGEST_WAIT

    def _settle(self, name: str, parcel: Parcel, outcome: Outcome) -> bool:
        """Record at once what became of a message; return whether its channel goes on."""
        now, before = self.house.now(), self.health[name]
        attempts = parcel.delivery.attempts
        outbox, sent = parcel.outbox, parcel.delivery
        after: ChannelHealth | None = None
        goes_on = False
        with self.house.ledger.write() as tx:
            # If it waits no more, we were paused for so long that another pass took over our lease.
            if isinstance(outcome, Taken):
                goes_on = outbox.set_delivered(tx, sent, now, note=outcome.note)
                if goes_on:
                    self._leave(tx, parcel, outcome.later, now)
                after = channel_health.after_taken(before, now)
                if before.state is not ChannelState.OK:
                    channels.release(tx, name, now)
                self.delivered += goes_on and outbox is ALERTS
            elif retries.cause_of(outcome, attempts) is Cause.MESSAGE:
                again = retries.retry_at(attempts, now, outcome.wait)
                goes_on = outbox.set_failed(tx, sent, reason=outcome.reason, retry_at=again)
                after = before if goes_on else None
            elif outbox.set_failed(tx, sent, reason=outcome.reason, retry_at=now):
                # Nor were the messages at fault that were suspected before: they keep their place.
                channels.release(tx, name, now)
                after = channel_health.after_failed(before, outcome, now)
            if after is not None:
                self._tell_operators(tx, after, now)
        self.settled += 1
        self.progress("deliver", self.settled, self.total)
        return goes_on

    def _leave(
        self, tx: Connection, parcel: Parcel, later: Mapping[str, str], now: datetime
    ) -> None:
        """Have a message wait for the readers who refused it for now, for each by itself."""
        outbox, sent = parcel.outbox, parcel.delivery
        for name, one in self.readers.items():
            if one.name == sent.channel and one.target in later:
                outbox.enqueue(tx, sent.ids, [name], now)
                waiting, again = replace(sent, channel=name), retries.retry_at(0, now)
                outbox.set_failed(tx, waiting, reason=later[one.target], retry_at=again)

    def _tell_operators(self, tx: Connection, health: ChannelHealth, now: datetime) -> None:
        """Record a channel's health, and put news for the operators into the outbox."""
        news = channel_health.news(health, now)
        if news is not None and self.house.rules.knows_operators:
            told = [
                lane
                for name in self.house.rules.operators
                for lane in self.lanes.get(name, (name,))
            ]
            others = [name for name in told if name != health.name]
            messages.add(tx, news, others, now)
            health = health.model_copy(update={"told": health.state})
        channels.save(tx, health)
        self.health[health.name] = health


def _send(parcel: Parcel, channel: Channel, now: datetime) -> Outcome:
    if isinstance(parcel.message, Fault):
        return Failed(parcel.message.reason, Cause.MESSAGE)
    return delivery.send(parcel.message, channel, now)


def _parcels(
    tx: Connection, now: datetime, desk_url: str, ready: Collection[str]
) -> dict[str, list[Parcel]]:
    """What is due, by those channels that are ready: alerts, then digests and news of channels,
    then notices of feeds. Of what waits for others, there may be thousands."""
    due: list[tuple[Outbox, Sequence[Delivery[Any]], Callable[[Any], Message]]] = [
        (ALERTS, alerts.outbox(tx, now, ready), partial(wording.of_alert, desk_url=desk_url)),
        (MESSAGES, messages.outbox(tx, now, ready), partial(_worded, desk_url=desk_url)),
        (NOTICES, notices.outbox(tx, now, ready), operators.message),
    ]
    parcels: dict[str, list[Parcel]] = {}
    worded: dict[tuple[Outbox, tuple[int, ...]], tuple[str, Message | Fault]] = {}
    for outbox, waiting, word in due:
        for one in waiting:
            key = outbox, one.ids
            if key not in worded:
                outlet = one.payload.outlet if isinstance(one.payload, Alert) else ""
                name = f"a message to {one.channel}"
                worded[key] = outlet, tried("wording", name, partial(word, one.payload))
            _, message = worded[key]
            parcels.setdefault(one.channel, []).append(Parcel(message, one, outbox))
    raise_if_common(worded.values())
    return parcels


def _worded(record: messages.Sent, desk_url: str) -> Message:
    if isinstance(record, Digest):
        return wording.of_digest(record, desk_url)
    if isinstance(record, RulesNews):
        return operators.rules_message(record, desk_url)
    return operators.channel_message(record)
