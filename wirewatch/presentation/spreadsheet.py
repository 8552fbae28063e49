"""Articles, stories or days as a spreadsheet: CSV (RFC 4180), a row for each; docs/search.md and
docs/stories.md have the columns. Pure.

Texts are strangers' words, and spreadsheets run what looks like a formula. So every cell is quoted,
and what one might run begins with an apostrophe, as OWASP advises on CSV injection.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from itertools import chain

from core.evidence import distinct_phrases
from core.records import Article
from wirewatch.presentation.shares import Daily
from wirewatch.presentation.story_facts import NAMED, StoryFacts

COLUMNS = (
    *("first_seen", "published", "outlet", "site", "language", "title", "authors", "url"),
    *("score", "topic", "evidence", "statement"),
    *("agency", "vendor", "programme", "technology", "law", "court", "person", "place", "country"),
    *("caveat", "story", "duplicate_of", "revision", "id", "said"),
)
"""In this order for good, as scripts may count on it. Each has the name of the field that is
searched, but for the evidence and what is said."""

STORY_COLUMNS = (
    *("first_seen", "last_seen", "title", "size", "copies", "outlet", "language"),
    *("topic", *NAMED, "denial", "url", "id"),
)
"""The same for stories."""

SEPARATOR = " | "
"""Between several values in a cell. Excel begins a new cell at commas in some countries and at
semicolons in others, but nowhere here."""

BOM = "\ufeff"
"""Begins a file for Excel, which otherwise takes it for the letters of its own country."""


def row(article: Article) -> tuple[str, ...]:
    """An article's cells, in the order of `COLUMNS`."""
    return tuple(SEPARATOR.join(map(_cell, _values(article, column))) for column in COLUMNS)


def written(articles: Iterable[Article]) -> Iterator[str]:
    """The lines of a spreadsheet, the names of its columns first."""
    return _lines(chain([COLUMNS], map(row, articles)))


def written_stories(told: Iterable[StoryFacts]) -> Iterator[str]:
    """The same, with a row for each story."""
    return _lines(chain([STORY_COLUMNS], map(_story_row, told)))


def written_days(days: Iterable[Daily]) -> Iterator[str]:
    """The same, with a row for each day."""
    return _lines(chain([Daily.model_fields], (dict(one).values() for one in days)))


def written_comparison(several: Iterable[tuple[str, Iterable[Daily]]]) -> Iterator[str]:
    """The same, with a row for each day of each search, whose words come first."""
    rows = ((_cell(words), *dict(one).values()) for words, days in several for one in days)
    return _lines(chain([("search", *Daily.model_fields)], rows))


def _lines(rows: Iterable[Iterable[object]]) -> Iterator[str]:
    line = io.StringIO(newline="")
    writer = csv.writer(line, quoting=csv.QUOTE_ALL)
    for cells in rows:
        writer.writerow(cells)
        yield line.getvalue()
        line.seek(0)
        line.truncate()


def file_name(words: str, day: date, ending: str = "csv") -> str:
    """The name of a file: what it is about, such as a search, as far as any disk takes it, and of
    when it is."""
    letters = unicodedata.normalize("NFKD", words.lower()).encode("ascii", "ignore").decode()
    asked = re.sub("[^a-z0-9]+", "-", letters)[:60].strip("-")
    return "-".join(filter(None, ("wirewatch", asked, day.isoformat()))) + f".{ending}"


def _story_row(told: StoryFacts) -> tuple[str, ...]:
    story = told.story
    values: Mapping[str, Iterable[str]] = {
        **told.values,
        "first_seen": [_time(story.first_seen)],
        "last_seen": [_time(story.last_seen)],
        "title": [story.title],
        "size": [str(story.size)],
        "copies": [str(story.copies)],
        "outlet": story.outlets,
        "language": story.languages,
        "denial": [one.what for one in told.denials],
        "url": [told.url],
        "id": [story.id],
    }
    return tuple(SEPARATOR.join(map(_cell, values[column])) for column in STORY_COLUMNS)


def _values(article: Article, column: str) -> Iterable[str]:
    if column == "evidence":
        return [
            one.phrase
            for one in distinct_phrases(one for tag in article.tags for one in tag.evidence)
        ]
    if column == "said":
        return [
            f"{one.kind}{f', {one.speaker}' if one.speaker else ''}: {one.phrase}"
            for one in article.statements
        ]
    match value := getattr(article, column):
        case None:
            return ()
        case tuple():
            return value
        case datetime():
            return (_time(value),)
        case _:
            return (str(value),)


def _time(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")


_UNPRINTED = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
"""Ends of lines, tabs and other control characters: a row is one line."""

# After a semicolon, too: in much of Europe Excel begins a new cell there, whatever is quoted.
_FORMULA = re.compile(r'(^|;)(?=[\s"]*[=+\-@＝＋－＠])')  # noqa: RUF001 - Japanese formulas begin so


def _cell(value: str) -> str:
    return _FORMULA.sub(r"\1'", _UNPRINTED.sub(" ", value).strip())
