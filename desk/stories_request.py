"""Which stories a reader asks for: words, topic, statements, time span and order. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Literal
from urllib.parse import urlencode

from core.ledger.stories import Order
from core.records import StatementKind
from core.spelling import quoted
from desk.search_request import Since


@dataclass(frozen=True, slots=True)
class StoriesRequest:
    """The stories that the page shows. Empty values ask for any."""

    words: str = ""
    topic: str = ""
    statement: StatementKind | Literal[""] = ""
    since: Since = "7d"
    order: Order = "newest"

    @property
    def conditions(self) -> list[str]:
        """Searches that a story has to match; each may be matched by another of its articles."""
        asked = [f"({self.words})"] if self.words.strip() else []
        asked += [f"topic:{quoted(self.topic)}"] if self.topic else []
        asked += [f"statement:{self.statement}"] if self.statement else []
        return asked

    @property
    def recent(self) -> str:
        """The search for the articles of the time span; empty for any time."""
        return "" if self.since == "any" else f"first_seen:>=now-{self.since}"

    @property
    def span(self) -> timedelta | None:
        """The time span; None for any time."""
        return None if self.since == "any" else timedelta(days=int(self.since.removesuffix("d")))

    def address(self, **changes: Any) -> str:
        """The page's address with some values changed."""
        asked = replace(self, **changes)
        values = {
            "q": asked.words,
            "topic": asked.topic,
            "statement": asked.statement,
            "since": asked.since,
            "order": asked.order,
        }
        return f"/?{urlencode(values)}"
