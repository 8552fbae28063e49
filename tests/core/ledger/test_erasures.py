"""Erasures: what is kept of an entry, and that alerts and digests no longer hold it."""

from __future__ import annotations

import pytest
from factories import NOON, a_digest, an_alert, get_entry, item, move, record
from sqlalchemy import select

from core.ledger import (
    alerts,
    copies,
    erasures,
    followed,
    held_alerts,
    messages,
    outboxes,
    steps,
    stories,
    tables,
)
from core.ledger.erasures import ERASED_TEXT
from core.records import (
    AlertKind,
    Coverage,
    Development,
    DevelopmentKind,
    Digest,
    Evidence,
    Followed,
    State,
    Telling,
)

WHY = "asked for by the outlet"


def erase(ledger, *numbers):
    with ledger.write() as tx:
        several = [get_entry(ledger, number) for number in numbers]
        return erasures.erase(tx, several, why=WHY, now=ledger.now())


def test_erasing_keeps_only_the_address_and_the_reason(ledger, feed):
    said = item(1, summary="What it said", content="All of it", authors=("A. Reporter",))
    record(ledger, feed, said)
    move(
        ledger,
        State.INDEXED,
        1,
        revision=2,
        fingerprint="f" * 64,
        address="https://news.example/true",
    )
    assert erase(ledger, 1)
    entry = get_entry(ledger, 1)
    assert (entry.state, entry.reason, entry.url) == (State.ERASED, WHY, said.url)
    assert (entry.title, entry.summary, entry.content, entry.authors) == ("", "", "", ())
    assert (entry.revision, entry.fingerprint, entry.story) == (0, None, None)
    with ledger.read() as tx:
        assert steps.of(tx, entry.id)[-1].reason == WHY
        assert erasures.to_clear(tx) == {entry.id: entry.first_seen}


def test_reasons_of_earlier_steps_are_erased_as_they_may_quote_the_page(ledger, feed):
    record(ledger, feed, item(1), item(2))
    quoting = "soft 404 (“Not found: mayor of Lutz sues”)"
    for number in (1, 2):
        move(ledger, State.REJECTED, number, reason=quoting)
    assert erase(ledger, 1)
    with ledger.read() as tx:
        said = [[one.reason for one in steps.of(tx, item(number).id)] for number in (1, 2)]
    assert said == [[None, None, WHY], [None, quoting]]


def test_an_erased_entry_is_not_due_for_an_edit_that_came_while_it_was_read(ledger, feed):
    record(ledger, feed, item(1))
    move(ledger, State.FETCHED, 1)
    record(ledger, feed, item(1, title="Edited meanwhile"))
    assert get_entry(ledger, 1).revisit_at is not None
    assert erase(ledger, 1)
    assert get_entry(ledger, 1).revisit_at is None


def test_nothing_is_erased_if_an_entry_has_changed_meanwhile(ledger, feed):
    record(ledger, feed, item(1), item(2))
    stale = get_entry(ledger, 2)
    move(ledger, State.INDEXED, 2, revision=1)
    with ledger.write() as tx:
        assert not erasures.erase(tx, [stale], why=WHY, now=NOON)
    assert get_entry(ledger, 2).state is State.INDEXED


def test_an_erased_article_is_recognised_at_another_address(ledger, feed):
    record(ledger, feed, item(1), item(2))
    move(ledger, State.INDEXED, 1, revision=1, address="https://news.example/true")
    erase(ledger, 1)
    with ledger.read() as tx:
        found = copies.same_article(tx, get_entry(ledger, 2), "https://news.example/true")
    assert found is not None
    assert found.state is State.ERASED


def test_entries_cleared_up_to_a_time_are_no_longer_listed_to_clear(ledger, feed, clock):
    record(ledger, feed, item(1), item(2))
    erase(ledger, 1)
    before = clock.go(hours=1)
    clock.go(hours=1)
    erase(ledger, 2)
    with ledger.write() as tx:
        erasures.set_cleared(tx, before)
        assert erasures.to_clear(tx).keys() == {item(2).id}


def test_empty_stories_and_those_that_became_part_of_another_lose_their_titles(ledger, feed):
    record(ledger, feed, *map(item, range(4)))
    kept, joined, empty, other = (item(number).id for number in range(4))
    move(ledger, State.INDEXED, 0, revision=1, story=kept)
    with ledger.write() as tx:
        for story in (kept, joined, empty, other):
            stories.keep_id(tx, story)
        stories.merge(tx, joined, kept)
        erasures.redact(tx, [kept, empty], {joined, empty}, NOON)
        rows = tx.execute(select(tables.stories.c.id, tables.stories.c.title))
        titles = {row.id: row.title for row in rows}
    assert (titles[joined], titles[empty]) == (ERASED_TEXT, ERASED_TEXT)
    assert (titles[kept], titles[other]) == (item(0).title, item(3).title)


def test_alerts_held_alerts_and_digests_lose_the_erased_article(ledger, feed, clock):
    record(ledger, feed, item(1), item(2))
    why = (Evidence(field="title", start=0, end=6, phrase="Secret", why="a rule"),)
    mine = an_alert(headline="Other", title="Secret", why=why, story=1)
    other = an_alert(story=2)
    held = an_alert(rule="s", headline="Other", title="Secret", story=1)
    with ledger.write() as tx:
        alerts.add(tx, mine, ["desk"], NOON)
        (sent,) = alerts.outbox(tx, NOON)
        outboxes.ALERTS.set_delivered(tx, sent, NOON)
        alerts.add(tx, an_alert(rule="s", title="Secret", why=why), ["room"], NOON)
        alerts.add(tx, other, ["room"], NOON)
        held_alerts.hold(tx, held, NOON)
        held_alerts.hold(tx, an_alert(rule="s", story=2), NOON)
        messages.add(tx, a_digest(mine, other), ["room"], NOON)
        messages.add(tx, a_digest(mine, key="all of it"), ["room"], NOON)
        messages.add(tx, a_digest(key="quiet day"), ["room"], NOON)
        erasures.redact(tx, [item(1).id], {item(1).id}, clock.go(hours=1))
    with ledger.read() as tx:
        rows = [
            str(tuple(row))
            for table in (tables.alerts, tables.held_alerts, tables.messages)
            for row in tx.execute(select(table))
        ]
        assert not any("Secret" in row for row in rows)
        assert [one.alert for one in held_alerts.listed(tx)] == [an_alert(rule="s", story=2)]
        assert [one.payload for one in alerts.outbox(tx, clock())] == [other]
        ends = [one.reason for _, statuses in alerts.listed(tx) for one in statuses]
        assert sorted(ends, key=str) == [None, None, "its article was erased"]
        digest, quiet = (one.payload for one in messages.outbox(tx, clock()))
        assert isinstance(digest, Digest)
        assert [one.title for one in digest.alerts] == [other.title]
        assert quiet.key == "quiet day"


def test_digests_of_other_stories_are_only_searched(ledger, feed, monkeypatch):
    """To make records of years of them took seconds, in which nobody else could write."""
    record(ledger, feed, item(1), item(2))
    met, read = Digest.model_validate, []

    def reading(written):
        read.append(written["key"])
        return met(written)

    with ledger.write() as tx:
        messages.add(tx, a_digest(an_alert(story=1), key="mine"), [], NOON)
        messages.add(tx, a_digest(an_alert(story=2), key="other"), [], NOON)
        monkeypatch.setattr(Digest, "model_validate", reading)
        erasures.redact(tx, [item(1).id], {item(1).id}, NOON)
    assert read == ["mine"]


def denials(*tellers):
    """Updates, each told by an article of its own, by what it says."""
    return tuple(
        Development(kind=DevelopmentKind.DENIAL, what=by.title, quote=by.title, told_by=by)
        for by in tellers
    )


def telling(number, title):
    told = item(number)
    return Telling(article=told.id, title=title, url=told.url, outlet="A", first_seen=NOON)


PRESENT = Coverage(story=item(2).id, headline="New", first=telling(2, "Known"), outlets=("A",))
"""How a story stands that has lost its first article."""


def redacted(alert):
    """An alert without what the erased article 1 said."""
    return erasures.redact_alert(alert, {item(1).id}, PRESENT, {"Known"})


def test_an_alert_on_another_article_loses_what_the_erased_one_said():
    news = denials(telling(1, "Secret"), telling(2, "Known"))
    alert = an_alert(story=2, headline="Secret", first=telling(1, "Secret"), developments=news)
    after = redacted(alert)
    assert "Secret" not in after.model_dump_json()
    assert (after.headline, after.title, after.why) == ("New", alert.title, alert.why)
    assert after.first == PRESENT.first
    assert [one.what for one in after.developments] == [ERASED_TEXT, "Known"]
    assert after.developments[1] == news[1]
    left = erasures.left_of(after)
    assert left is not None
    assert left.developments == (news[1],)
    update = {"kind": AlertKind.DEVELOPMENT, "developments": after.developments[:1]}
    assert erasures.left_of(after.model_copy(update=update)) is None
    same = an_alert(story=2, headline="Known")
    assert redacted(same) == same


@pytest.mark.parametrize(
    ("developments", "told"),
    [(denials(telling(1, "Secret"), telling(3, "Denied")), "Denied"), ((), "Known")],
)
def test_what_is_left_of_an_alert_is_told_by_an_article_that_is_left(developments, told):
    raised = an_alert(first=telling(1, "Secret"), developments=developments, story=1)
    left = erasures.left_of(redacted(raised))
    assert left is not None
    assert left.title == told
    assert item(1).id not in {left.article, left.first.article}
    assert ERASED_TEXT not in left.model_dump_json()


def test_an_update_is_sent_with_the_news_that_are_left(ledger, feed, clock):
    record(ledger, feed, item(1), item(2))
    move(ledger, State.INDEXED, 2, revision=1, story=item(2).id)
    secret, known = denials(telling(1, "Secret"), telling(2, "Known"))
    partly = an_alert(kind="development", story=2, key="p" * 64, developments=(secret, known))
    raised = partly.model_copy(update={"key": "q" * 64, "article": item(1).id, "title": "Secret"})
    wholly = partly.model_copy(update={"key": "r" * 64, "developments": (secret,)})
    with ledger.write() as tx:
        for alert in (partly, raised, wholly):
            alerts.add(tx, alert, ["desk"], NOON)
        erasures.redact(tx, [item(2).id], {item(1).id}, NOON)
        waiting = [one.payload for one in alerts.outbox(tx, clock())]
        left = {one.key: alerts.is_left(tx, one.key) for one in (partly, raised, wholly)}
    assert [one.key for one in waiting] == [partly.key, raised.key]
    assert left == {partly.key: True, raised.key: True, wholly.key: False}
    assert all(one.developments == (known,) for one in waiting)
    assert waiting[1].title == "Known"
    assert not any(ERASED_TEXT in one.model_dump_json() for one in waiting)


@pytest.mark.parametrize("order", [(1, 2), (2, 1)])
def test_an_alert_of_which_all_is_erased_is_not_sent_in_whatever_order(ledger, feed, clock, order):
    """The first article raised it, the second told news, and the third is left in its story."""
    record(ledger, feed, *map(item, range(1, 4)))
    move(ledger, State.INDEXED, 3, revision=1, story=item(3).id)
    alert = an_alert(title="Secret", story=3, developments=denials(telling(2, "Known")))
    with ledger.write() as tx:
        alerts.add(tx, alert.model_copy(update={"article": item(1).id}), ["desk"], NOON)
        held_alerts.hold(tx, alert.model_copy(update={"article": item(1).id}), NOON)
        for number in order:
            assert alerts.outbox(tx, clock())
            erasures.redact(tx, [item(3).id], {item(number).id}, NOON)
        assert alerts.outbox(tx, clock()) == []
        assert held_alerts.listed(tx) == []


def test_what_is_left_of_an_alert_that_is_held_back_replaces_it(ledger, feed):
    record(ledger, feed, *map(item, range(1, 4)))
    move(ledger, State.INDEXED, 3, revision=1, story=item(3).id)
    news = denials(telling(1, "Secret"), telling(2, "Known"))
    alert = an_alert(title="Secret", story=3, developments=news)
    with ledger.write() as tx:
        held_alerts.hold(tx, alert.model_copy(update={"article": item(1).id}), NOON)
        erasures.redact(tx, [item(3).id], {item(1).id}, NOON)
        (left,) = (one.alert for one in held_alerts.listed(tx))
    assert (left.title, left.article, left.developments) == ("Known", item(2).id, news[1:])


@pytest.mark.parametrize("heard", [False, True])
def test_a_story_whose_only_alert_was_held_back_and_is_erased_is_new_to_its_rule(
    ledger, feed, heard
):
    record(ledger, feed, item(1), item(2))
    move(ledger, State.INDEXED, 2, revision=1, story=item(2).id)
    ids = {item(2).id: frozenset({item(2).id})}
    alert = an_alert(title="Secret", story=2).model_copy(update={"article": item(1).id})
    with ledger.write() as tx:
        followed.follow(tx, alert.rule, {item(2).id: Followed(known=None, alerts=1)}, ids)
        if heard:
            alerts.add(tx, alert.model_copy(update={"key": "earlier"}), ["desk"], NOON)
        held_alerts.hold(tx, alert, NOON)
        erasures.redact(tx, [item(2).id], {item(1).id}, NOON)
        assert held_alerts.listed(tx) == []
        assert bool(followed.followed_by(tx, ids)) is heard
