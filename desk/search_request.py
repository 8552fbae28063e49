"""A reader's search: words, picked values, and a time span. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal, NamedTuple
from urllib.parse import urlencode

from core.fields import FIELDS, Kind
from core.index import DateField, Sort
from core.query import Query, QueryError, parse
from core.spelling import quoted
from desk.days import OfDays

Since = Literal["any", "1d", "7d", "30d"]

SINCE: Mapping[Since, str] = {
    "any": "any time",
    "1d": "last day",
    "7d": "last 7 days",
    "30d": "last 30 days",
}
"""The time spans to choose from, and their labels."""

FACETS = (
    "topic",
    "statement",
    "outlet",
    "language",
    "country",
    "agency",
    "vendor",
    "programme",
    "technology",
    "law",
    "court",
    "person",
)
"""Fields whose values are counted next to the hits, for picking."""

DAYS: Mapping[DateField, str] = {"first_seen": "by first seen", "published": "by publication"}
"""What the chart can count by, and its labels."""

MAX_OTHERS = 3
"""Most searches that one is compared with: each costs as much as the first, and a chart of more
rows fits no window."""

_OF_DAYS = r"(?:first_seen|published):\[\d{4}-\d\d-\d\d TO \d{4}-\d\d-\d\d\]"
_BAR = re.compile(rf"(?:(?P<words>\(.*\)) )?(?P<days>{_OF_DAYS}(?: {_OF_DAYS})?)", re.DOTALL)
"""Words as the address of a bar has them: of a chart of either date, or of one after the other."""


_PICKED = [name for name, kind in FIELDS.items() if kind in (Kind.KEYWORD, Kind.LABEL)]


class PickError(ValueError):
    """What an address says is picked cannot be picked; the text says why."""


class MisreadError(QueryError):
    """One of the searches that an address asks for cannot be understood; the text says which."""

    def __init__(self, words: str, wrong: QueryError) -> None:
        super().__init__(wrong.message, wrong.position)
        self.words = words

    def __str__(self) -> str:
        return f"{self.words}: {super().__str__()}"


class Pick(NamedTuple):
    """A value that all hits have in a field or, if it is excluded, none has."""

    field: str
    value: str
    is_excluded: bool = False

    @property
    def query(self) -> str:
        """It in the query language."""
        return f"{self._sign}{self.field}:{quoted(self.value)}"

    @property
    def written(self) -> str:
        """It as an address has it."""
        return f"{self._sign}{self.field}:{self.value}"

    @property
    def _sign(self) -> str:
        return "-" if self.is_excluded else ""


@dataclass(frozen=True, slots=True)
class SearchRequest(OfDays):
    """A search on the page. `picked` is in the order in which a reader picked; `days` is what the
    chart counts by, and what its days are of; `share` says whether its bars are of all articles
    from the same sources. `others` are the words of searches that the chart compares it with."""

    words: str = ""
    picked: Sequence[Pick] = ()
    since: Since = "any"
    sort: Sort = "newest"
    copies: bool = False
    days: DateField = "first_seen"
    share: bool = False
    others: Sequence[str] = ()

    @property
    def name(self) -> str:
        """What it is called beside others: its words, on one line."""
        return " ".join(self.words.splitlines()).strip() or "*"

    @property
    def compared(self) -> list[SearchRequest]:
        """It alone, and each search that it is compared with, of the same period and filters."""
        return [replace(self, words=words, others=()) for words in (self.words, *self.others)]

    @property
    def query(self) -> str:
        """The whole search in the query language, but for its time span and copies."""
        picked = [one.query for one in self.picked]
        words = self.words.strip()
        if words and words != "*":
            return " ".join([f"({words})" if picked else words, *picked])
        return " ".join(picked) or "*"

    @property
    def rule(self) -> str:
        """The query for a rule: without the days of a bar, in which no new article is."""
        return replace(self, words=_without_days(self.words)).query

    @property
    def searched(self) -> str:
        """The query, with its time span and copies: what the page and its Atom feed show."""
        narrowed = [] if self.since == "any" else [f"first_seen:>=now-{self.since}"]
        if self.has_days:
            narrowed.append(f"{self.days}:[{self.first or '*'} TO {self.last or '*'}]")
        if not self.copies:
            narrowed.append("-duplicate_of:*")
        return " ".join([f"({self.query})", *narrowed])

    def parsed(self) -> Query:
        """What is searched, understood.

        Raises:
            QueryError: the words are no search; it points into them as they were typed.
            DaysError: the days are no period.
        """
        parse(self.words)
        self.moments()
        return parse(self.searched)

    def address(self, **changes: Any) -> str:
        """The page's address with some values changed."""
        asked = replace(self, **changes)
        values = [
            ("q", asked.words),
            *(("pick", one.written) for one in asked.picked),
            ("since", asked.since if asked.since != "any" else ""),
            ("from", asked.first),
            ("to", asked.last),
            ("sort", asked.sort if asked.sort != "newest" else ""),
            ("copies", "1" if asked.copies else ""),
            ("days", asked.days if asked.days != "first_seen" else ""),
            ("share", "1" if asked.share else ""),
            *(("with", one) for one in asked.others),
        ]
        given = [(name, value) for name, value in values if value]
        return f"/search?{urlencode(given)}" if given else "/search"

    @property
    def spreadsheet(self) -> str:
        """The address of the same search's file; all of its hits are in it."""
        return self.address(others=()).replace("/search", "/search.csv", 1)

    @property
    def counts(self) -> str:
        """The address of a file of what the chart counts, day by day."""
        return self.address().replace("/search", "/days.csv", 1)

    @property
    def atom(self) -> str:
        """The address of its Atom feed, whose title is the search without the page's filters."""
        return f"/search.atom?{urlencode({'q': self.searched, 'title': self.query})}"

    def of_bar(self, start: date, end: date) -> str:
        """The address of the search alone for the articles that the chart counts between two days
        (UTC)."""
        kept = [one for one in _parts(self.words) if not one.startswith(self.days)]
        return self.address(
            words=" ".join([*kept, f"{self.days}:[{start} TO {end}]"]),
            since="any" if self.days == "first_seen" else self.since,
            first="",
            last="",
            others=(),
        )

    def within(self, since: Since) -> str:
        """The address of the search within another time span, and not within days."""
        return self.address(since=since, first="", last="")

    @property
    def widened(self) -> str:
        """The address of the search without its filters, copies too."""
        return self.address(picked=[], since="any", first="", last="", copies=True)

    def with_picked(self, field: str, value: str, *, is_excluded: bool = False) -> str:
        """The address of the search with another value picked."""
        return self.address(picked=[*self.picked, Pick(field, value, is_excluded)])

    def without_picked(self, pick: Pick) -> str:
        """The address of the search without one of its picked values."""
        return self.address(picked=[one for one in self.picked if one != pick])

    def has_picked(self, field: str, value: str) -> bool:
        """Whether a value is picked already, or excluded."""
        return any((one.field, one.value) == (field, value) for one in self.picked)


def _parts(words: str) -> list[str]:
    """What a reader typed, in brackets, unless it is everything; and the days of bars."""
    words = words.strip()
    if (of_bar := _BAR.fullmatch(words)) is None:
        return [f"({words})"] if words not in ("", "*") else []
    typed = [of_bar["words"]] if of_bar["words"] else []
    return [*typed, *re.findall(_OF_DAYS, of_bar["days"])]


def _without_days(words: str) -> str:
    words = words.strip()
    if (of_bar := _BAR.fullmatch(words)) is None:
        return words
    bracketed = of_bar["words"] or ""
    return bracketed if "(" in bracketed[1:] else bracketed[1:-1]


def read_others(words: str, values: Sequence[str]) -> list[str]:
    """The searches that an address compares one with: others than this, each once, without empty
    fields."""
    several = dict.fromkeys(map(str.strip, values))
    return [one for one in several if one not in ("", words.strip())]


def read_picked(values: Sequence[str]) -> list[Pick]:
    """What an address says is picked.

    Raises:
        PickError: something else than a value of a field of keywords or labels.
    """
    found = []
    for one in values:
        signed, _, value = one.partition(":")
        field = signed.removeprefix("-")
        if not value or field not in _PICKED:
            expected = "a field and its value, such as topic:spyware"
            raise PickError(
                f"pick: expected {expected}, not {one!r}; fields are {', '.join(_PICKED)}"
            )
        found.append(Pick(field, value, is_excluded=signed != field))
    return list(dict.fromkeys(found))
