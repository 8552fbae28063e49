"""One page at several addresses of a site: a notice, or an article that stands there twice. Pure.

Some sites answer a wall, a refusal or a request for JavaScript at each of their addresses, with
status 200 and the article's own headline perhaps. Alone such a page may pass for an article, and
all that come after it for copies of that. An article that is printed twice is about what the feed
says of it, under one of its titles at least.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from core.records import Article, Entry, Extraction
from ingest.extraction.witness import is_strange


class Notice(NamedTuple):
    """What an entry's page had in its article's place: its fingerprint, and why it is taken for a
    notice."""

    fingerprint: str
    reason: str


def is_notice(text: str, entry: Entry, other: Entry) -> bool:
    """Whether a text that two entries' pages have is neither's article."""
    return _are_two(entry, other) and is_strange(entry, text) and is_strange(other, text)


def _are_two(entry: Entry, other: Entry) -> bool:
    """Whether a site's feeds say of two entries different things. Titles alone do not tell: some
    feeds have none, or the same for each item."""
    said, told = (entry.title, entry.summary), (other.title, other.summary)
    return entry.site == other.site and said != told


def notices(made: Iterable[tuple[Entry, Article]], known: Iterable[Entry]) -> dict[str, Notice]:
    """By the ids of entries the notices that their articles are: of those made now, and of those
    known that took one for their article before.

    Args:
        made: articles in the order in which they are recorded, and their entries.
        known: entries whose articles were read from pages before and have the text of one here, or
            whose pages had it and were found to be a notice.
    """
    having: dict[str | None, list[Entry]] = defaultdict(list)
    told: dict[str | None, list[Entry]] = defaultdict(list)
    for one in known:
        having[one.fingerprint].append(one)
        told[one.notice].append(one)
    holders: dict[str, dict[str, Entry]] = {}
    for entry, article in made:
        text, key = article.text, article.fingerprint
        if article.extraction is Extraction.FEED or not key:
            continue
        if key not in holders:
            # Told once of each: a text may stand at thousands of addresses, and be about them all.
            holders[key] = {one.id: one for one in having[key] if is_strange(one, text)}
        if entry.id in holders[key] or is_strange(entry, text):
            holders[key][entry.id] = entry
    found: dict[str, Notice] = {}
    for key, several in holders.items():
        for entry in several.values():
            where = _elsewhere(entry, told[key], several.values())
            if where is not None:
                found[entry.id] = Notice(key, f"a notice, the same as at {where.url}")
    return found


def _elsewhere(entry: Entry, told: Iterable[Entry], several: Iterable[Entry]) -> Entry | None:
    """Another entry that shows an entry's text to be a notice: one of those that were told to have
    it, or one of several that have it and of which their feeds say something else."""
    known = (one for one in told if one.id != entry.id and one.site == entry.site)
    others = (one for one in several if one.id != entry.id and _are_two(entry, one))
    return next(known, None) or next(others, None)
