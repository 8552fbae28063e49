"""Stories, and the alerts that tell of them."""

from __future__ import annotations

from enum import StrEnum

from core.records.articles import Evidence
from core.records.base import Record, Score, UtcTime


class Story(Record):
    """Articles about one event. `size` leaves duplicates out, `copies` counts them; `outlets` are
    those of both, the first first.

    `title` is the most central headline. `merged_into` is the story that a late article showed it
    to be one with; its id stays valid. `mentions` are the names that most of its articles share,
    `languages` and `countries` those of its articles, the most frequent first.
    """

    id: str
    title: str
    first_seen: UtcTime
    last_seen: UtcTime
    size: int
    copies: int = 0
    outlets: tuple[str, ...]
    countries: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    mentions: tuple[str, ...] = ()
    score: Score
    merged_into: str | None = None


class Telling(Record):
    """An article as an alert names it."""

    article: str
    title: str
    url: str
    outlet: str
    language: str = ""
    first_seen: UtcTime


class DevelopmentKind(StrEnum):
    """How a story moved on since its readers last heard of it."""

    DENIAL = "denial"
    CONFIRMATION = "confirmation"
    OFFICIAL = "official"
    COURT = "court"
    PARLIAMENT = "parliament"
    COUNTRY = "country"
    AGENCY = "agency"
    PICKUP = "pickup"


class Development(Record):
    """What is new in a story, in words for a reader, and where that is told.

    `what` is a whole sentence without its full stop, such as `The director of national
    intelligence denies it`. `quote` is the article's own words for it, if there are any.
    """

    kind: DevelopmentKind
    what: str
    quote: str = ""
    told_by: Telling


class AlertKind(StrEnum):
    """Whether a story is new to a rule's readers, or has moved on."""

    STORY = "story"
    DEVELOPMENT = "development"


class Alert(Record):
    """A story that met a rule, told once; or, later, what is new in it (`developments`).

    `key` is stable, so that a receiver can drop repeats. `article`, `title`, `url`, `outlet`,
    `language` and `score` are of the article that met the rule or moved the story; `headline` is
    the story's title, in `headline_language`. `first` is the story's first article, `outlets` all
    that tell it so far, the first first, copies included; `copies` counts its articles that repeat
    another's text. `why` is the evidence for its topics and the phrases that met the query, by
    their places in `article`. `told_as` is the story as which the rule told it first, where that
    became part of `story` since.
    """

    key: str
    kind: AlertKind = AlertKind.STORY
    rule: str
    query: str
    story: str
    told_as: str | None = None
    headline: str
    headline_language: str = ""
    article: str
    title: str
    url: str
    outlet: str
    language: str = ""
    score: Score
    topics: tuple[str, ...] = ()
    why: tuple[Evidence, ...]
    developments: tuple[Development, ...] = ()
    first: Telling
    outlets: tuple[str, ...]
    copies: int = 0
    created_at: UtcTime
