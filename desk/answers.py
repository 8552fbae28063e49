"""What the desk's JSON API answers with, beside the records of `core.records`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from core.index import Hits
from core.ledger.outboxes import DeliveryStatus
from core.ledger.stories import StoryArticle
from core.records import (
    Alert,
    Dossier,
    DossierStory,
    Entry,
    FeedState,
    Record,
    Story,
)


class Refusal(Record):
    """Why there is no answer, in words."""

    detail: str


class Found(Hits):
    """What a search finds; with `days`, also how many articles the same sources brought on each
    day (UTC), whatever they are about: `all_days` has every day on which they brought any. `hint`
    says what probably keeps a search from finding anything, such as a topic that no article has."""

    all_days: Mapping[date, int] = {}
    hint: str | None = None


class Stories(Record):
    """Some stories of a list, and how many it has in all."""

    total: int
    stories: list[Story]


class TellingOfStory(Record):
    """A story and its articles, in order of arrival."""

    story: Story
    articles: tuple[StoryArticle, ...]


class DossierTold(Record):
    """A dossier and its stories, in its order."""

    dossier: Dossier
    stories: tuple[DossierStory, ...]


class Sent(Record):
    """An alert and the status of its deliveries."""

    alert: Alert
    deliveries: tuple[DeliveryStatus, ...]


class Alerts(Record):
    """Some alerts of a list, and how many it has in all."""

    total: int
    alerts: list[Sent]


class Entries(Record):
    """Some entries of a list, and how many it has in all."""

    total: int
    entries: list[Entry]


class FeedHealth(Record):
    """A feed, its labels, and its health: its state, since when and why, or since when and why it
    is paused."""

    url: str
    outlet: str
    labels: tuple[str, ...]
    state: FeedState
    since: datetime
    reason: str | None
    last_polled_at: datetime | None
    next_poll_at: datetime
    paused_at: datetime | None
    paused_why: str | None


class RuleTold(Record):
    """A rule and the channels of its alerts; of one that cannot be used, only why."""

    name: str
    query: str = ""
    to: tuple[str, ...] = ()
    wrong: str | None = None
