"""Alerts that were not sent yet, under the stories that hold their articles by now."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from alert.held_alerts import parted
from core.ledger import followed, stories
from core.records import Alert


def parted_alerts(tx: Connection, alerts: Sequence[Alert]) -> list[list[Alert]]:
    """For each of some alerts, under their present stories, what is to be told in its place: the
    alert itself, or one for each story that its articles are in, after a person has taken some of
    them out of its story."""
    places = stories.holding(tx, {article for alert in alerts for article in alert.tellers})
    apart = {
        story
        for alert in alerts
        for article in alert.tellers
        if (home := places.get(article, alert.story)) != alert.story
        for story in (home, alert.story)
    }
    coverage = followed.coverage(tx, stories.ids_of(tx, apart))
    return [parted(alert, places, coverage) for alert in alerts]
