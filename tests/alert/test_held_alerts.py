"""Alerts that wait while their stories become one, or are parted: each is told once, and whole."""

from __future__ import annotations

import pytest
from factories import an_alert

from alert.held_alerts import (
    Admission,
    admit,
    as_it_stands,
    merge_waiting,
    of_survivors,
    parted,
)
from alert.wording import alert_subject, by_story, of_alert, story_thread
from core.records import AlertKind, Coverage, Development, DevelopmentKind, content_id


def an_alert_of(story, what=""):
    alert = an_alert(story=story)
    if not what:
        return alert
    new = Development(kind=DevelopmentKind.COURT, what=what, told_by=alert.first)
    return alert.model_copy(update={"developments": (new,), "key": content_id(what)})


def test_alerts_over_the_rate_wait_and_go_first_later():
    one, two, three = (an_alert_of(n) for n in (1, 2, 3))
    assert admit([], [one, two], 1) == Admission([one], [two])
    assert admit([two], [three], 1) == Admission([two], [three])
    assert admit([two], [], 0) == Admission([], [two])


def test_waiting_alert_takes_in_later_developments():
    waiting, court = an_alert_of(1), an_alert_of(1, "A court takes it up")
    now = {"headline": "y", "headline_language": "de", "outlets": ("A", "B"), "copies": 1}
    told = waiting.model_copy(update=now | {"developments": court.developments})
    court = court.model_copy(update=now)
    assert admit([waiting], [court], 0) == admit([], [waiting, court], 0) == Admission([], [told])
    assert admit([waiting], [court], 1) == Admission([told], [])
    assert admit([], [waiting, court], 1) == Admission([waiting], [court])
    assert admit([], [waiting, court], None) == Admission([waiting, court], [])


def test_subject_of_a_held_update_tells_the_weightiest_news_though_it_came_later():
    country, court = an_alert_of(1, "The story reaches Norland"), an_alert_of(1, "A court acts")
    reached = country.developments[0].model_copy(update={"kind": DevelopmentKind.COUNTRY})
    update = {"kind": AlertKind.DEVELOPMENT, "developments": (reached,)}
    court = court.model_copy(update={"outlet": "The Latest"})
    _, (held,) = admit([country.model_copy(update=update)], [court], 0)
    assert "Update: A court acts (and 1 more)" in alert_subject(held)
    assert "Latest from The Latest: " in of_alert(held).text
    assert (held.key, held.kind) == (country.key, AlertKind.DEVELOPMENT)


def test_merged_waiting_alerts_list_each_development_once_and_the_weightiest_first():
    one, two = an_alert_of(1, "The ministry denied it"), an_alert_of(2, "The ministry denied it")
    other = two.developments[0].model_copy(update={"what": "The police denied it"})
    two = two.model_copy(update={"developments": (*two.developments, other)})
    widely = two.developments[0].model_copy(update={"kind": DevelopmentKind.PICKUP})
    one, two = (
        alert.model_copy(
            update={
                "developments": (
                    *alert.developments,
                    widely.model_copy(update={"what": f"Picked up by {number} outlets"}),
                )
            }
        )
        for alert, number in ((one, 6), (two, 7))
    )
    (waiting,) = merge_waiting([one, two], {one.story: "s" * 64, two.story: "s" * 64}, set())
    assert [new.what for new in waiting.developments] == [
        "The ministry denied it",
        "The police denied it",
        "Picked up by 6 outlets",
    ]


def test_waiting_development_of_an_alerted_story_keeps_waiting():
    alert = an_alert_of(1, "A court takes it up").model_copy(update={"kind": AlertKind.DEVELOPMENT})
    assert merge_waiting([alert], {alert.story: alert.story}, {alert.story}) == [alert]


def test_alerts_of_merged_stories_are_grouped_as_one_story():
    new, other = an_alert(), an_alert(story=2)
    older = new.model_copy(update={"story": "older"})
    twice = new.model_copy(update={"story": "old", "told_as": "oldest"})
    survivors = dict.fromkeys((new.story, "old", "older", "oldest"), "older")
    survivors |= {other.story: other.story}
    updated = of_survivors([new, older, twice, other], survivors)
    assert by_story(updated) == [updated[:3], [other]]
    assert list(map(story_thread, updated)) == list(map(story_thread, (new, older, twice, other)))


def test_an_alert_leaves_the_conversation_of_a_story_that_was_taken_out():
    alert = an_alert().model_copy(update={"story": "old", "told_as": "apart"})
    (updated,) = of_survivors([alert], {"old": "older", "apart": "apart"})
    assert (updated.story, updated.told_as) == ("older", None)


def test_an_alert_whose_articles_are_in_its_story_is_not_parted():
    alert = an_alert_of(1, "A court takes it up")
    assert parted(alert, {}, {}) == [alert]
    assert parted(alert, {alert.article: alert.story}, {}) == [alert]


@pytest.mark.parametrize("kind", AlertKind)
@pytest.mark.parametrize("moved", ["what raised it", "the news of others", "all of it"])
def test_an_alert_is_parted_by_the_stories_of_its_articles(kind, moved):
    other = an_alert_of(2, "A court takes it up")
    alert = an_alert_of(1).model_copy(update={"kind": kind, "developments": other.developments})
    going = {
        "what raised it": {alert.article},
        "the news of others": {other.article},
        "all of it": {alert.article, other.article},
    }[moved]
    new = "n" * 64
    stands = {
        story: Coverage(story=story, headline=f"Of {story[0]}", first=other.first, outlets=("B",))
        for story in (alert.story, new)
    }
    parts = parted(alert, dict.fromkeys(going, new), stands)
    told = [(part.story, part.kind, part.article, len(part.developments)) for part in parts]
    raised = [(new if alert.article in going else alert.story, kind, alert.article, 0)]
    if kind is AlertKind.DEVELOPMENT:  # an update without news tells nothing
        raised = []
    news = (new if other.article in going else alert.story, AlertKind.DEVELOPMENT, other.article, 1)
    both = (new, kind, alert.article, 1)
    assert told == ([both] if moved == "all of it" else [*raised, news])
    assert [part.key == alert.key for part in parts] == [one[0] == alert.story for one in told]
    assert all(part.headline == f"Of {part.story[0]}" for part in parts)


def test_an_alert_that_waited_keeps_the_headline_of_its_page_where_the_feed_gave_none():
    alert = an_alert()
    nameless = alert.first.model_copy(update={"title": ""})
    story = Coverage(story=alert.story, headline="", first=nameless, outlets=("A", "B"))
    assert as_it_stands(alert, story) == alert.model_copy(update={"outlets": ("A", "B")})
