"""Dossiers: stories that a person put together."""

from __future__ import annotations

from core.records.base import Record, UtcTime
from core.records.followed import Coverage
from core.records.stories import Development, Story


class Dossier(Record):
    """Stories that a person put together under a name: for a newsletter, say, or on one affair.

    `stories` is how many it has, `added_at` when the latest of them was added.
    """

    id: int
    name: str
    stories: int
    added_at: UtcTime | None = None


class DossierStory(Record):
    """A story of a dossier: what a person says of it in a `note`, which may be empty and may have
    several lines, and since when it is there."""

    story: Story
    note: str
    added_at: UtcTime


class DraftStory(Record):
    """A story of a dossier as a draft tells it: how it stands, what a person says of it, and who
    denies it."""

    standing: Coverage
    note: str
    denials: tuple[Development, ...]
