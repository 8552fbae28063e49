"""Bring alerts up to date that are told later than they were made: a rate held them back, or a
digest or a feed gathers them. Meanwhile stories merge, and articles are taken out of them. Pure.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from typing import NamedTuple

from alert.developments import weight
from core.records import Alert, AlertKind, Coverage, Development, DevelopmentKind, content_id


class Admission(NamedTuple):
    """Alerts that are sent now, and those that wait for their rule's rate; in order."""

    sent: list[Alert]
    held: list[Alert]


def admit(waiting: Sequence[Alert], new: Sequence[Alert], free: int | None) -> Admission:
    """Which alerts of a rule are sent if it may send `free` more (None: any number).

    Those that wait go first. What is new in a story whose alert has to wait, or waited so far, is
    folded into that alert: nothing is lost, and nothing is told twice.
    """
    queue = list(waiting)
    places = {alert.story: place for place, alert in enumerate(queue)}
    for alert in new:
        place = places.get(alert.story)
        if place is not None and (place < len(waiting) or (free is not None and place >= free)):
            queue[place] = _fold(queue[place], alert)
        else:
            places[alert.story] = len(queue)
            queue.append(alert)
    count = len(queue) if free is None else free
    return Admission(queue[:count], queue[count:])


def merge_waiting(
    waiting: Sequence[Alert], survivors: Mapping[str, str], alerted: Container[str]
) -> list[Alert]:
    """A rule's waiting alerts after stories became one: one per story, under the survivor's id.

    If its readers were told of a story under another id, only what is new is left to tell.

    Args:
        waiting: the alerts, in order.
        survivors: by the story of each alert, the story that it is part of by now.
        alerted: the survivors of which the rule has sent an alert.
    """
    kept: dict[str, Alert] = {}
    for alert in waiting:
        story = survivors[alert.story]
        if story in kept:
            kept[story] = _fold(kept[story], alert)
            continue
        kind = AlertKind.DEVELOPMENT if story in alerted else alert.kind
        if alert.developments or kind is AlertKind.STORY:
            kept[story] = alert.model_copy(update={"story": story, "kind": kind})
    return list(kept.values())


def of_survivors(alerts: Iterable[Alert], survivors: Mapping[str, str]) -> list[Alert]:
    """Alerts under the stories that theirs have merged into, each in its original conversation,
    unless the story that this began with has been taken out since.

    Args:
        alerts: as they were sent.
        survivors: for each of their stories, and those that they were told as, the story it is part
            of now.
    """
    result = []
    for alert in alerts:
        story, first = survivors[alert.story], alert.told_as or alert.story
        told_as = first if first != story and survivors[first] == story else None
        result.append(alert.model_copy(update={"story": story, "told_as": told_as}))
    return result


def parted(alert: Alert, places: Mapping[str, str], present: Mapping[str, Coverage]) -> list[Alert]:
    """An alert that was not sent yet, after articles were taken out of its story: one for each
    story of which it has something to tell. One whose own article is elsewhere is an update.

    Args:
        alert: the alert, under its present story.
        places: the present story of each article that it tells of; others are in its story.
        present: how these stories stand, if they are several.
    """
    homes = [places.get(article, alert.story) for article in alert.tellers]
    if set(homes) == {alert.story}:
        return [alert]
    parts = []
    for story in dict.fromkeys(homes):
        news = [
            new for new, home in zip(alert.developments, homes[1:], strict=True) if home == story
        ]
        part = alert
        if homes[0] != story:
            part = part.as_told_by(news[0].told_by)
            part = part.model_copy(update={"kind": AlertKind.DEVELOPMENT})
        if part.kind is AlertKind.DEVELOPMENT and not news:
            continue
        if story != alert.story:
            key = content_id(f"{alert.key}\n{story}")
            part = part.model_copy(update={"key": key, "story": story, "told_as": None})
        stands = present[story]
        parts.append(as_it_stands(part, stands).model_copy(update={"developments": tuple(news)}))
    return parts


def as_it_stands(alert: Alert, story: Coverage) -> Alert:
    """An alert with its story's headline, first article and outlets as they are now."""
    return alert.model_copy(
        update={
            "headline": story.headline or alert.headline,
            "headline_language": story.language,
            "first": alert.first if alert.first.article == story.first.article else story.first,
            "outlets": story.outlets,
            "copies": story.copies,
        }
    )


def _fold(waiting: Alert, new: Alert) -> Alert:
    """A waiting alert, with what a newer one of its story tells, and the story as it is now; an
    update is told by the newer one's article. As in any alert, the weightiest news comes first: its
    subject tells that."""
    # If two stories became one, each may have told of the same denial, or of its pick-up.
    merged: dict[tuple[DevelopmentKind, str], Development] = {}
    for one in (*waiting.developments, *new.developments):
        what = "" if one.kind is DevelopmentKind.PICKUP else one.what
        merged.setdefault((one.kind, what), one)
    developments = tuple(sorted(merged.values(), key=weight))
    if waiting.kind is AlertKind.DEVELOPMENT:
        same = waiting.model_dump(include={"key", "kind", "story", "told_as"})
        return new.model_copy(update=same | {"developments": developments})
    return waiting.model_copy(
        update={
            "headline": new.headline,
            "headline_language": new.headline_language,
            "developments": developments,
            "outlets": new.outlets,
            "copies": new.copies,
        }
    )
