"""Alerts that wait for their rule's rate."""

from __future__ import annotations

from factories import NOON, an_alert

from core.ledger import held_alerts


def test_a_held_alert_keeps_its_place_until_released(ledger, clock):
    first, second = an_alert(story=1), an_alert(story=2)
    with ledger.write() as tx:
        held_alerts.hold(tx, first, clock())
        held_alerts.hold(tx, second, clock())
        folded = first.model_copy(update={"copies": 4})
        held_alerts.hold(tx, folded, clock.go(hours=1))
        held = held_alerts.listed(tx)
        assert [(one.alert, one.held_at) for one in held] == [(folded, NOON), (second, NOON)]
        held_alerts.release(tx, [first.key])
        assert [one.alert for one in held_alerts.listed(tx)] == [second]


def test_held_alerts_of_a_rule_or_of_some_stories_are_listed(ledger):
    one, two, other = an_alert(story=1), an_alert(story=2), an_alert(rule="other", story=2)
    with ledger.write() as tx:
        for alert in (one, two, other):
            held_alerts.hold(tx, alert, NOON)

        def listed(**asked):
            return [held.alert for held in held_alerts.listed(tx, **asked)]

        assert listed(rule="other") == [other]
        assert listed(of_stories={two.story}) == [two, other]
        assert listed(rule=one.rule, of_stories={two.story}) == [two]
        assert listed(of_stories=()) == []
