"""Find out when an article was published, from witnesses in its page and its feed.

A wrong witness mostly errs in one of two ways: it gives the time of an update (too late), or it
converted the outlet's day to another zone (a day off). So the least often wrong comes first: the
address, `meta` elements, JSON-LD, microdata, `time` elements. If none says anything, the day that
is printed near the headline is taken. htmldate comes last, as it copies the tree and takes longer
than all others together.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta, timezone
from itertools import chain
from typing import Any
from urllib.parse import urlsplit

from htmldate import find_date
from htmldate.extractors import try_date_expr
from lxml.etree import XPath
from lxml.html import HtmlElement

from core.records import FeedItem
from ingest.extraction.document import Document
from ingest.extraction.linked_data import is_article, resolve, types
from ingest.extraction.markup import is_aside
from ingest.moments import FIRST, local_moment

EARLIEST = datetime(1995, 1, 1, tzinfo=UTC)
"""Hardly any news page is older; an earlier date is a lost one (the Unix epoch, zeros)."""

_DAY = timedelta(days=1)

WEST, EAST = 10, 13
"""How many hours outlets are behind and ahead of UTC: from Hawaii to New Zealand."""

_IN_ADDRESS = re.compile(
    r"(?<!\d)(?P<year>199[5-9]|20[0-4]\d)(?P<sep>[/_.-]?)"
    r"(?P<month>0[1-9]|1[0-2]|(?<=[/_.-])[1-9]|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
    r"(?P=sep)(?P<day>0[1-9]|[12]\d|3[01]|(?<=[/_.-])[1-9])(?!\d)"
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

_PUBLISHED = frozenset(
    {
        "analyticsattributesarticledate",
        "articledateoriginal",
        "articlepostdate",
        "articlepublicationdate",
        "articlepublished",
        "articlepublishedtime",
        "btpubdate",
        "citationdate",
        "citationonlinedate",
        "citationpublicationdate",
        "cxenseparserecspublishtime",
        "datepublication",
        "datepublished",
        "dcdateissued",
        "dcissued",
        "dcsextarticlefirstpublished",
        "dctermsissued",
        "displaydate",
        "issued",
        "mediatorpublishedtime",
        "ogarticlepublishedtime",
        "ogdatepublished",
        "ogpubdate",
        "ogpublishdate",
        "ogpublishedtime",
        "originalpublicationdate",
        "parselypubdate",
        "pdate",
        "pubdate",
        "publicationdate",
        "publishdate",
        "published",
        "publishedat",
        "publisheddate",
        "publishedtime",
        "publishtime",
        "rbpubdate",
        "rnewsdatepublished",
        "sailthrudate",
        "shareaholicarticlepublishedtime",
        "snpostdate",
        "vrpublishedtime",
    }
)
_CREATED = frozenset(
    {
        "articlecreated",
        "articledate",
        "contentcreatedate",
        "created",
        "date",
        "datecreated",
        "dateposted",
        "dccreated",
        "dcdate",
        "dcdatecreated",
        "dctermscreated",
        "dctermsdate",
        "docdate",
        "timestamp",
    }
)
"""Names of `meta` elements as `metas` gives them; the second set may mean other days, too."""

_BELOW = XPath("following::text()[string-length(.) < 80][position() <= 60]")
_ABOVE = XPath("preceding::text()[string-length(.) < 80][position() <= 20]")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")

_MICRODATA = XPath(
    "descendant::*[@itemprop][not(self::meta)]"
    "[contains(@itemprop, 'datePublished') or contains(@itemprop, 'dateCreated')]"
)
_PROPERTIES = ("datePublished", "dateCreated", "uploadDate")


def written_time(text: str) -> datetime | None:
    """A written time as an aware datetime, in the zone it names, else in UTC; None if unreadable.

    The zone is kept: it says on which day the outlet published. A day alone is its midnight in UTC.
    Times before `EARLIEST` or in the future give None.
    """
    text = text.strip()
    if not 6 <= len(text) <= 60:
        return None
    start = _ISO.match(text)
    found = local_moment(text) or (start and local_moment(start[0])) or _from_words(text)
    return found if found is not None and _is_plausible(found) else None


def _is_plausible(time: datetime) -> bool:
    return EARLIEST <= time <= datetime.now(UTC) + _DAY


_ABBREVIATED = re.compile(r"\b([A-Za-zäé]{3})t?\.(?=\s*\d)")
"""A short month with its period, "Sept. 3": htmldate knows only the three letters."""

_CLOCK = re.compile(
    r"\b\d{1,2}[:h]\d\d(?::\d\d)?(?:\s*[ap]\.?m\b\.?)?(?:\s*\(?(?:[A-Z]{1,3}T|GMT|UTC)\b\)?)?"
    r"|\b\d{1,2}\s*[ap]\.?m\b\.?(?:\s*[A-Z]{1,3}T\b)?|\b\d{1,2}[.:]\d\d\s*Uhr\b",
    re.IGNORECASE,
)
"""A time of day and its zone, which htmldate takes for a price and its currency."""

_ISO = re.compile(
    r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?(?:[.,]\d+)?(?:\s?(?:Z|[+-]\d\d:?\d\d)(?!\d))?)?"
)
"""The time that a text begins with, whatever a template has put behind it."""

_NAIVE_EARLIEST = EARLIEST.replace(tzinfo=None)
_NAIVE_LATEST = datetime(2100, 1, 1)  # noqa: DTZ001 - htmldate compares naive days


def _from_words(text: str) -> datetime | None:
    """A day as people write it, in the languages and orders that htmldate reads without a page."""
    text = _ABBREVIATED.sub(r"\1", _CLOCK.sub(" ", FIRST.sub("1", text)))
    try:
        day = try_date_expr(text, "%Y-%m-%d", False, _NAIVE_EARLIEST, _NAIVE_LATEST)
    except (ValueError, OverflowError):
        return None  # htmldate takes a number for a zone of more than a day
    return datetime.fromisoformat(day).replace(tzinfo=UTC) if day else None


def in_address(url: str) -> datetime | None:
    """The day that an address names: `/2024/05/31/`, `-20240531`, `/2024/may/31/`."""
    for found in _IN_ADDRESS.finditer(urlsplit(url).path.lower()):
        month = found["month"]
        number = _MONTHS.index(month) + 1 if month in _MONTHS else int(month)
        try:
            day = datetime(int(found["year"]), number, int(found["day"]), tzinfo=UTC)
        except ValueError:
            continue
        if _is_plausible(day):
            return day
    return None


def published(document: Document, item: FeedItem) -> datetime | None:
    """When an article was published, in its outlet's own zone; None if unknown.

    The instant is exact if a witness is, else midnight of the day. `.date()` is the day that the
    outlet prints; converting the time to UTC keeps the instant, but may change the day.

    The feed's time wins: it is the outlet's own, for this very item, and exact. But the page's
    wins if it is over a day earlier, as the feed then tells of an update, or if the feed has only
    the day.
    """
    page = stated(document)
    feed = item.published
    if feed is None or not _is_plausible(feed):
        return page or _printed_day(document.tree) or _found_by_htmldate(document)
    if page is None:
        return feed
    if _is_day(feed) and _may_be_on(page, feed):
        return page
    if _is_day(page) and _may_be_on(feed, page):
        return _on_day(feed, page)
    return page if page < feed - _DAY else feed.astimezone(page.tzinfo)


def stated(document: Document) -> datetime | None:
    """When a page was published, as its address and markup say, without any guessing."""
    witnesses = _witnesses(document)
    first = next(witnesses, None)
    if first is None or first.utcoffset():
        return first
    if _is_day(first):
        exact = (other for other in witnesses if not _is_day(other) and _may_be_on(other, first))
        return next((_on_day(other, first) for other in exact), first)
    if first.hour < WEST:
        # Early in a day in UTC, it was still the day before for an outlet in the Americas.
        before = (first - _DAY).date()
        local = (other for other in witnesses if _is_day(other) or other.utcoffset())
        day = next(
            (day for day in local if day.date() == before), _printed_day_at(_BELOW, document.tree)
        )
        if day is not None and day.date() == before:
            return _on_day(first, day)
    return first


def _witnesses(document: Document) -> Iterator[datetime]:
    """What the page says of the day, the most reliable first."""
    day = in_address(document.url)
    if day is not None:
        yield day
    tags = document.metas
    yield from _in_meta(tags, _PUBLISHED)
    yield from _in_linked_data(document.linked_data)
    yield from _in_meta(tags, _CREATED)
    for element in chain(_MICRODATA(document.tree), document.tree.iter("time")):
        found = _time_of(element)
        if found is not None and not is_aside(element):
            yield found


def _is_day(time: datetime) -> bool:
    """Whether a time is only a day: hardly anything is published at exactly midnight in UTC."""
    return not (time.utcoffset() or time.hour or time.minute or time.second)


def _may_be_on(time: datetime, day: datetime) -> bool:
    """Whether, at `time`, it is `day` somewhere in the world."""
    midnight = day.replace(hour=0, minute=0, second=0, tzinfo=UTC)
    return timedelta(hours=-EAST) <= time - midnight < timedelta(hours=24 + WEST)


def _on_day(time: datetime, day: datetime) -> datetime:
    """The same instant in the zone nearest to UTC, by whole hours, where it falls on `day`: there
    is one, as it may be on that day (`_may_be_on`)."""
    nearest_first = sorted(range(-WEST, EAST + 1), key=abs)
    local = (time.astimezone(timezone(timedelta(hours=hours))) for hours in nearest_first)
    return next(one for one in local if one.date() == day.date())


def _printed_day(tree: HtmlElement) -> datetime | None:
    """The day written nearest below the headline, or else above it."""
    return _printed_day_at(_BELOW, tree) or _printed_day_at(_ABOVE, tree)


def _printed_day_at(place: XPath, tree: HtmlElement) -> datetime | None:
    """The first day written in short texts at a place around the headline: the outlet's own day.

    An outlet prints the day of the place where it is read, whatever zone its markup is in.
    """
    heading = next(tree.iter("h1"), None)
    texts = place(heading) if heading is not None else []
    for text in texts if place is _BELOW else reversed(texts):
        day = _from_words(text.strip()) if _YEAR.search(text) else None
        if day is not None and _is_plausible(day):
            return day
    return None


def _found_by_htmldate(document: Document) -> datetime | None:
    # htmldate prunes a copy, so the tree stays as it is.
    day = find_date(document.tree, original_date=True, extensive_search=True, url=document.url)
    # For want of a day it takes a year, be it the footer's, as the first of January.
    if day is None or day.endswith("-01-01"):
        return None
    return datetime.fromisoformat(day).replace(tzinfo=UTC)


def _in_meta(tags: Iterable[tuple[str, str]], names: frozenset[str]) -> Iterator[datetime]:
    return _written_times(content for name, content in tags if name in names)


def _in_linked_data(objects: tuple[dict[str, Any], ...]) -> Iterator[datetime]:
    """The times of articles first, then those of pages, some of which are articles."""
    for is_kind in (is_article, _is_page):
        for name in _PROPERTIES:
            said = (resolve(thing.get(name), objects) for thing in objects if is_kind(thing))
            values = (value for several in said for value in several)
            yield from _written_times(str(one) for one in values if isinstance(one, (str, int)))


def _written_times(texts: Iterable[str]) -> Iterator[datetime]:
    return (found for text in texts if (found := written_time(text)) is not None)


def _is_page(thing: dict[str, Any]) -> bool:
    return any(name.endswith(("Page", "CreativeWork", "VideoObject")) for name in types(thing))


def _time_of(element: HtmlElement) -> datetime | None:
    for text in (element.get("datetime"), element.get("content"), element.text_content()):
        found = written_time(text) if text else None
        if found is not None:
            return found
    return None
