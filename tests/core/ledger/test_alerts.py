"""Alerts and the outbox: one alert per rule and story, retried until its channels take it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from factories import NOON, an_alert

from core.ledger import alerts, held_alerts
from core.ledger.chunks import CHUNK
from core.ledger.outboxes import ALERTS


def add(ledger, alert, *channels):
    with ledger.write() as tx:
        return alerts.add(tx, alert, channels, ledger.now())


def outbox(ledger):
    with ledger.read() as tx:
        return alerts.outbox(tx, ledger.now())


def test_a_rule_alerts_once_per_story(ledger):
    assert add(ledger, an_alert(), "terminal")
    assert not add(ledger, an_alert(title="A later article"), "terminal", "desk")
    assert add(ledger, an_alert(rule="s"), "terminal")
    assert add(ledger, an_alert(story=2), "terminal")
    assert [one.payload for one in outbox(ledger)] == [
        an_alert(),
        an_alert(rule="s"),
        an_alert(story=2),
    ]


def test_an_alert_without_channels_is_still_kept(ledger):
    assert add(ledger, an_alert())
    assert outbox(ledger) == []
    with ledger.read() as tx:
        assert list(alerts.listed(tx)) == [(an_alert(), ())]


def test_alerts_are_listed_in_order(ledger, clock):
    add(ledger, an_alert(), "terminal")
    later = clock.go(hours=1)
    add(ledger, an_alert(story=2))
    add(ledger, an_alert(rule="s", story=2))
    with ledger.read() as tx:
        in_order = [alert for alert, _ in alerts.listed(tx)]
        assert in_order == [an_alert(), an_alert(story=2), an_alert(rule="s", story=2)]
        assert [one for one, _ in alerts.listed(tx, last=2)] == in_order[1:]
        assert [one for one, _ in alerts.listed(tx, last=1, before=1)] == in_order[1:2]
        assert [one for one, _ in alerts.listed(tx, rule="r")] == in_order[:2]
        assert [one for one, _ in alerts.listed(tx, of_stories=[in_order[2].story])] == in_order[1:]
        ((_, (delivery,)),) = alerts.listed(tx, of_stories=[in_order[0].story])
        assert delivery.channel == "terminal"
        assert alerts.count(tx) == 3
        assert alerts.count(tx, rule="r") == 2
        assert alerts.by_rule(tx, since=later) == {"r": 1, "s": 1}


def test_a_rule_has_alerts_also_if_all_are_held_back(ledger):
    add(ledger, an_alert(rule="sent"))
    with ledger.write() as tx:
        held_alerts.hold(tx, an_alert(rule="held"), NOON)
        assert [alerts.has_any(tx, one) for one in ("sent", "held", "other")] == [True, True, False]


def test_a_failed_delivery_is_retried_when_due(ledger, clock):
    add(ledger, an_alert(), "desk")
    (delivery,) = outbox(ledger)
    with ledger.write() as tx:
        ALERTS.set_failed(tx, delivery, reason="no", retry_at=NOON + timedelta(minutes=1))
    assert outbox(ledger) == []
    clock.go(minutes=1)
    (again,) = outbox(ledger)
    assert (again.attempts, again.payload) == (1, an_alert())
    with ledger.read() as tx:
        ((_, (status,)),) = alerts.listed(tx)
    assert (status.reason, status.delivered_at, status.attempts) == ("no", None, 1)
    with ledger.write() as tx:
        ALERTS.set_delivered(tx, again, clock())
    with ledger.read() as tx:
        ((_, (status,)),) = alerts.listed(tx)
    assert (status.reason, status.delivered_at) == (None, clock())


def test_alerts_beyond_one_chunk_are_listed_with_their_own_deliveries(ledger):
    many = [an_alert(story=number) for number in range(CHUNK + 2)]
    with ledger.write() as tx:
        for alert in many:
            alerts.add(tx, alert, ["terminal", alert.key], NOON)
        listing = list(alerts.listed(tx))
    assert [alert for alert, _ in listing] == many
    assert all({one.channel for one in where} == {"terminal", a.key} for a, where in listing)


def test_a_refusal_adds_to_the_attempts_in_the_ledger(ledger, clock):
    add(ledger, an_alert(), "desk")
    (delivery,) = outbox(ledger)
    with ledger.write() as tx:
        for _ in range(3):
            ALERTS.set_failed(tx, delivery, reason="no", retry_at=clock())
        assert [one.attempts for one in alerts.outbox(tx, clock())] == [3]
        # Resent on demand while a delivery is under way: earlier attempts no longer count.
        alerts.resend(tx, an_alert().key, clock())
        ALERTS.set_failed(tx, delivery, reason="no", retry_at=clock())
        assert [one.attempts for one in alerts.outbox(tx, clock())] == [1]


@pytest.mark.parametrize("taken", [True, False])
def test_an_alert_is_resent_on_demand(ledger, clock, taken):
    add(ledger, an_alert(), "desk", "terminal")
    with ledger.write() as tx:
        for delivery in alerts.outbox(tx, NOON):
            if taken:
                ALERTS.set_delivered(tx, delivery, NOON)
            else:
                ALERTS.set_failed(tx, delivery, reason="no", retry_at=NOON + timedelta(hours=6))
    clock.go(hours=1)
    assert outbox(ledger) == []
    with ledger.write() as tx:
        assert alerts.resend(tx, an_alert().key, clock())
        assert not alerts.resend(tx, "none", clock())
    assert [(one.channel, one.attempts) for one in outbox(ledger)] == [("desk", 0), ("terminal", 0)]
    with ledger.read() as tx:
        ((_, statuses),) = alerts.listed(tx)
    assert [one.reason for one in statuses] == [None, None]


def test_an_alert_can_be_resent_to_one_of_its_channels(ledger, clock):
    add(ledger, an_alert(), "desk", "terminal")
    with ledger.write() as tx:
        for delivery in alerts.outbox(tx, NOON):
            ALERTS.set_delivered(tx, delivery, NOON)
        assert alerts.resend(tx, an_alert().key, clock(), "room") == []
        assert alerts.resend(tx, an_alert().key, clock(), "desk") == ["desk"]
    assert [one.channel for one in outbox(ledger)] == ["desk"]


def test_an_alert_is_found_by_a_prefix_of_its_key(ledger):
    for number in range(20):
        add(ledger, an_alert(story=number))
    key = an_alert(story=3).key
    with ledger.read() as tx:
        assert alerts.find(tx, key[:12]) == alerts.find(tx, key) == [key]
        assert len(alerts.find(tx, "")) == 2
        assert alerts.find(tx, key[1:]) == alerts.find(tx, "%") == alerts.find(tx, "_" * 64) == []


def test_each_rule_knows_only_the_stories_that_it_alerted_on(ledger):
    add(ledger, an_alert(story=1))
    add(ledger, an_alert(rule="s", story=2))
    one, two = an_alert(story=1).story, an_alert(story=2).story
    with ledger.read() as tx:
        assert alerts.alerted_stories(tx, "r", [one, two]) == {one}
        assert (
            alerts.alerted_stories(tx, "t", [one, two])
            == alerts.alerted_stories(tx, "r", [])
            == set()
        )
        many = [f"{number:064}" for number in range(2 * CHUNK)]
        assert alerts.alerted_stories(tx, "s", [*many, two]) == {two}
