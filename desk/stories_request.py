"""Which stories a reader asks for: words, topic, statements, time span and order. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from core.ledger.stories import Order, StoryDate
from core.records import StatementKind
from core.spelling import quoted
from desk.search_request import Since


@dataclass(frozen=True, slots=True)
class StoriesRequest:
    """The stories to list. Empty values ask for any; `since` is a time span of the page, or the
    first moment of a period, and `until` the moment just after it. `by` is the date that has to be
    in it."""

    words: str = ""
    topic: str = ""
    statement: StatementKind | None = None
    since: Since | datetime = "7d"
    order: Order = "newest"
    until: datetime | None = None
    by: StoryDate = "last_seen"

    @property
    def conditions(self) -> list[str]:
        """Searches that a story has to match; each may be matched by another of its articles."""
        asked = [f"({self.words})"] if self.words.strip() not in ("", "*") else []
        asked += [f"topic:{quoted(self.topic)}"] if self.topic else []
        asked += [f"statement:{self.statement}"] if self.statement else []
        return asked

    @property
    def recent(self) -> str:
        """The search for articles since the time span began; empty for any time. It has no end:
        who denied a story of March may have done so in April."""
        if self.since == "any":
            return ""
        if isinstance(self.since, datetime):
            return f'first_seen:>="{self.since.isoformat()}"'
        return f"first_seen:>=now-{self.since}"

    def begin(self, now: datetime) -> datetime | None:
        """The first moment of the time span; None for any time."""
        if self.since == "any":
            return None
        if isinstance(self.since, datetime):
            return self.since
        return now - timedelta(days=int(self.since.removesuffix("d")))

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
        return f"/?{urlencode(values)}"

    @property
    def spreadsheet(self) -> str:
        """The address of a file of the same stories."""
        return self.address().replace("/", "/stories.csv", 1)
