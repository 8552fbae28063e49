"""Which stories a reader asks for: words, topic, statements, time span and order. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from core.ledger.stories import Order, Selection
from core.records import StatementKind
from core.spelling import quoted
from desk.days import OfDays
from desk.search_request import Since


@dataclass(frozen=True, slots=True)
class StoriesRequest(OfDays):
    """The stories to list. Empty values ask for any. If there are days, the stories that began in
    them are meant, whatever `since` is."""

    words: str = ""
    topic: str = ""
    statement: StatementKind | None = None
    since: Since = "7d"
    order: Order = "newest"

    @property
    def conditions(self) -> list[str]:
        """Searches that a story has to match; each may be matched by another of its articles."""
        asked = [f"({self.words})"] if self.words.strip() not in ("", "*") else []
        asked += [f"topic:{quoted(self.topic)}"] if self.topic else []
        asked += [f"statement:{self.statement}"] if self.statement else []
        return asked

    @property
    def has_period(self) -> bool:
        """Whether it asks for less than all time."""
        return self.has_days or self.since != "any"

    def period(self, now: datetime) -> Selection:
        """The stories of the days or of the time span, whatever they are about.

        Raises:
            DaysError: the days are no period.
        """
        if self.has_days:
            since, until = self.moments()
            return Selection(since=since, until=until, by="first_seen")
        if self.since == "any":
            return Selection()
        return Selection(since=now - timedelta(days=int(self.since.removesuffix("d"))))

    def address(self, **changes: Any) -> str:
        """The page's address with some values changed."""
        asked = replace(self, **changes)
        values = {
            "q": asked.words,
            "topic": asked.topic,
            "statement": asked.statement or "",
            "since": asked.since,
            "order": asked.order,
        }
        if asked.has_days:
            values |= {"from": asked.first, "to": asked.last}
        return f"/?{urlencode(values)}"

    @property
    def spreadsheet(self) -> str:
        """The address of a file of the same stories."""
        return self.address().replace("/", "/stories.csv", 1)
