"""Stories, and the alerts on them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from core.records.articles import Evidence
from core.records.base import Record, Score, UtcTime, content_id


class Story(Record):
    """Articles about one event. `size` counts them without duplicates, `copies` counts the
    duplicates; `outlets` are those of both, earliest first. `published` is the latest time of
    publication that any of its articles gives.

    `title` is the most central headline. `merged_into` is the story that a late article showed it
    to be part of; its id stays valid. `mentions` are the names that most of its articles share,
    `languages` and `countries` those of its articles; all three list the most frequent first.
    `muted_at` is since when no rule alerts on it; None if rules do.
    """

    id: str
    title: str
    first_seen: UtcTime
    last_seen: UtcTime
    published: UtcTime | None = None
    size: int
    copies: int = 0
    outlets: tuple[str, ...]
    countries: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    mentions: tuple[str, ...] = ()
    score: Score
    merged_into: str | None = None
    muted_at: UtcTime | None = None

    @property
    def published_before(self) -> datetime | None:
        """When the last of it was published, if that was a day or more before it was seen."""
        if self.published is None or (self.last_seen - self.published).days < 1:
            return None
        return self.published


class Telling(Record):
    """An article as an alert names it; `published` is when it says that it was."""

    article: str
    title: str
    url: str
    outlet: str
    language: str = ""
    first_seen: UtcTime
    published: UtcTime | None = None


class DevelopmentKind(StrEnum):
    """How a story moved on since its readers last heard of it."""

    DENIAL = "denial"
    CONFIRMATION = "confirmation"
    OFFICIAL = "official"
    COURT = "court"
    PARLIAMENT = "parliament"
    REVIVAL = "revival"
    COUNTRY = "country"
    AGENCY = "agency"
    PICKUP = "pickup"


class Development(Record):
    """What is new in a story, in words for a reader, and the article that tells it.

    `what` is a whole sentence without its full stop, such as `The director of national intelligence
    denies it`. `quote` is the article's own words for it, if there are any.
    """

    kind: DevelopmentKind
    what: str
    quote: str = ""
    told_by: Telling


def alert_key(rule: str, story: str, number: int = 1) -> str:
    """The key of a rule's alert of this number on a story."""
    # A name cannot hold a line break, so the parts stay unambiguous.
    return content_id(f"{rule}\n{story}" if number == 1 else f"{rule}\n{story}\n{number}")


class AlertKind(StrEnum):
    """Whether a story is new to a rule's readers, or has moved on."""

    STORY = "story"
    DEVELOPMENT = "development"


class Alert(Record):
    """A story that matched a rule, alerted on once; or, later, what is new in it (`developments`).

    `key` is stable, so that a receiver can drop repeats. `article`, `title`, `url`, `outlet`,
    `language` and `score` are those of the article that matched the rule or moved the story on;
    `headline` is the story's title, in `headline_language`. `first` is the story's first article,
    `outlets` all that have it so far, earliest first, copies included; `copies` counts its articles
    that repeat another's text. `why` is the evidence for its topics and the phrases that matched
    the query, with their places in `article`. `told_as` is the story that the rule first alerted
    on, if that has since become part of `story`.
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

    @property
    def named_after(self) -> tuple[str, ...]:
        """The story that it is about, and the one that it was told as."""
        return (self.story,) if self.told_as is None else (self.story, self.told_as)

    @property
    def tellers(self) -> tuple[str, ...]:
        """The articles that it is about: the one that raised it, and those that tell its news."""
        return (self.article, *(one.told_by.article for one in self.developments))

    def as_told_by(self, teller: Telling) -> Alert:
        """The same, with another article in place of the one that raised it."""
        other = teller.model_dump(include={"article", "title", "url", "outlet", "language"})
        return self.model_copy(update={**other, "why": ()})
