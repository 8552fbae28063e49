"""Stories that a rule follows: what its readers know of each, and how each stands now."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from core.records.base import Record
from core.records.stories import Telling


class Known(Record):
    """What the readers of a rule have heard of a story.

    `said` holds each kind of statement, `kind:party` for each known party that made it, and
    `court:` if a court or a regulator took a step that no known party took;
    `countries` are codes, `agencies` names; `outlets` is how many had the story then,
    `latest` when its latest article came that matches the rule or was told of, copies and archives
    aside.
    """

    said: frozenset[str] = frozenset()
    countries: frozenset[str] = frozenset()
    agencies: frozenset[str] = frozenset()
    outlets: int = 0
    latest: datetime | None = None


class Followed(Record):
    """A story that a rule has told of, and its number of alerts so far.

    `known` is None if that was before wirewatch told of developments: what the story has by now
    counts as known.
    """

    known: Known | None
    alerts: int = Field(ge=1)


class Coverage(Record):
    """A story as it stands: its headline, its first article, and who has it.

    `language` is the headline's; `outlets` are all that have it, earliest first, copies included;
    `copies` counts the articles that repeat another's text.
    """

    story: str
    headline: str
    language: str = ""
    first: Telling
    outlets: tuple[str, ...]
    copies: int = 0
