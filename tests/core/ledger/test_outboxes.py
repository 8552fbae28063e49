"""Channels, digests and messages in the ledger."""

from __future__ import annotations

from datetime import timedelta

from factories import NOON, a_notice, an_alert, listed_notices

from core.ledger import alerts, channels, digests, messages, notices
from core.ledger.outboxes import ALERTS, MESSAGES, NOTICES
from core.records import (
    ChannelHealth,
    ChannelNews,
    ChannelState,
    Digest,
    RulesNews,
    content_id,
)

NEWS = ChannelNews(
    key=content_id("news"),
    channel="desk",
    before=ChannelState.OK,
    state=ChannelState.GONE,
    since=NOON,
    created_at=NOON,
)
DIGEST = Digest(
    key=content_id("digest"),
    name="d",
    timezone="UTC",
    since=NOON,
    until=NOON,
    alerts=(an_alert(),),
    created_at=NOON,
)


def test_a_channels_health_is_kept(ledger):
    health = ChannelHealth(name="desk", since=NOON, next_attempt_at=NOON)
    worse = health.model_copy(
        update={"state": ChannelState.FAILING, "attempts": 3, "reason": "answered 500"}
    )
    for one in (health, worse):
        with ledger.write() as tx:
            channels.save(tx, one)
        with ledger.read() as tx:
            assert channels.by_name(tx) == {"desk": one}


def test_messages_are_queued_in_order_and_leave_once_delivered(ledger):
    with ledger.write() as tx:
        assert messages.add(tx, DIGEST, ["desk", "desk"], NOON)
        assert messages.add(tx, NEWS, ["desk"], NOON)
        assert not messages.add(tx, DIGEST, ["terminal"], NOON)
        first, second = messages.outbox(tx, NOON)
        assert [first.payload, second.payload] == [DIGEST, NEWS]
        MESSAGES.set_delivered(tx, first, NOON)
        MESSAGES.set_failed(tx, second, reason="no", retry_at=NOON + timedelta(hours=1))
        assert messages.outbox(tx, NOON) == []
        (again,) = messages.outbox(tx, NOON + timedelta(hours=1))
        assert again.attempts == 1


def test_waiting_deliveries_are_counted_released_and_closed_by_channel(ledger):
    later = NOON + timedelta(hours=1)
    with ledger.write() as tx:
        alerts.add(tx, an_alert(), ["desk", "hook"], NOON)
        messages.add(tx, DIGEST, ["desk"], NOON)
        notices.add(tx, a_notice())
        notices.enqueue(tx, ["desk", "hook"], NOON)
        assert channels.waiting(tx) == {"desk": 3, "hook": 2}
        for one in alerts.outbox(tx, NOON):
            ALERTS.set_failed(tx, one, reason="no", retry_at=later)
        for bundle in notices.outbox(tx, NOON):
            NOTICES.set_failed(tx, bundle, reason="no", retry_at=later)
        channels.release(tx, "desk", NOON)
        assert [one.channel for one in alerts.outbox(tx, NOON)] == ["desk"]
        assert [one.channel for one in notices.outbox(tx, NOON)] == ["desk"]
        assert channels.close(tx, "desk", reason="left", now=NOON) == 3
        assert channels.close(tx, "desk", reason="left", now=NOON) == 0
        assert channels.waiting(tx) == {"hook": 2}
        assert [one.channel for one in notices.outbox(tx, later)] == ["hook"]
        for ((_, (desk, hook)),) in (alerts.listed(tx), listed_notices(tx)):
            assert (desk.closed_at, desk.delivered_at, desk.reason) == (NOON, None, "left")
            assert hook.closed_at is None


def test_the_last_news_of_rules_is_what_operators_know(ledger):
    with ledger.write() as tx:
        assert messages.last_of_rules(tx) is None
        for number, mistakes in enumerate([("a",), (), ("a", "b")]):
            news = RulesNews(key=f"{number}", mistakes=mistakes, created_at=NOON)
            messages.add(tx, news, ["desk"], NOON)
            messages.add(tx, NEWS.model_copy(update={"key": f"other {number}"}), [], NOON)
            assert messages.last_of_rules(tx) == news
        assert messages.outbox(tx, NOON)[-1].payload == news


def test_a_closed_delivery_can_still_be_resent(ledger):
    with ledger.write() as tx:
        alerts.add(tx, an_alert(), ["desk"], NOON)
        channels.close(tx, "desk", reason="left", now=NOON)
        assert alerts.outbox(tx, NOON) == []
        alerts.resend(tx, an_alert().key, NOON)
        assert len(alerts.outbox(tx, NOON)) == 1


def test_a_new_digest_starts_after_its_since_time(ledger):
    with ledger.write() as tx:
        for number in range(3):
            moment = NOON + timedelta(hours=number)
            alerts.add(tx, an_alert(story=number, created_at=moment), [], moment)
        begun = digests.progress(tx, "d", since=NOON)
        assert [one.story for _, one in digests.alerts_after(tx, begun.position)] == [
            an_alert(story=number).story for number in (1, 2)
        ]
        reached = digests.Progress(name="d", position=3, until=NOON + timedelta(days=1))
        digests.save(tx, begun)
        digests.save(tx, reached)
        assert digests.progress(tx, "d", since=NOON) == reached
        assert list(digests.alerts_after(tx, reached.position)) == []
