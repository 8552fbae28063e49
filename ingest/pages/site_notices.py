"""Tell a notice that a site shows at many addresses from an article that is at several. Pure.

Some sites answer with a wall, a refusal or a request for JavaScript at each of their addresses,
with status 200 and perhaps the article's own headline. Alone, such a page may pass for an article,
and all that come after it for copies of that. An article that is published twice is about what the
feed says of it, under at least one of its titles.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from core.records import Article, Entry, Extraction
from ingest.extraction.witness import is_unrelated


class SiteNotice(NamedTuple):
    """What an entry's page had instead of its article: its fingerprint, and why it is taken for a
    notice."""

    fingerprint: str
    reason: str


def is_notice(text: str, entry: Entry, other: Entry) -> bool:
    """Whether a text on the pages of two entries is the article of neither."""
    return _are_two(entry, other) and is_unrelated(entry, text) and is_unrelated(other, text)


def _are_two(entry: Entry, other: Entry) -> bool:
    """Whether two entries are of one site, and its feeds say different things about them. Titles
    alone do not tell: some feeds have none, or the same for each item."""
    said, told = (entry.title, entry.summary), (other.title, other.summary)
    return entry.site == other.site and said != told


def notices(
    pairs: Iterable[tuple[Entry, Article]], known: Iterable[Entry]
) -> dict[str, SiteNotice]:
    """The notices among articles, by the ids of their entries: of those made now, and of known
    ones that were taken for an article before.

    Args:
        pairs: articles in the order in which they are recorded, with their entries.
        known: entries of earlier pages with the text of an article in `pairs`: it was taken for
            their article, or found to be a notice.
    """
    having: dict[str | None, list[Entry]] = defaultdict(list)
    told: dict[str | None, list[Entry]] = defaultdict(list)
    for one in known:
        having[one.fingerprint].append(one)
        told[one.notice].append(one)
    holders: dict[str, dict[str, Entry]] = {}
    for entry, article in pairs:
        text, key = article.text, article.fingerprint
        if article.extraction is Extraction.FEED or not key:
            continue
        if key not in holders:
            # Checked once per text: it may be at thousands of addresses, and be about them all.
            holders[key] = {one.id: one for one in having[key] if is_unrelated(one, text)}
        if entry.id in holders[key] or is_unrelated(entry, text):
            holders[key][entry.id] = entry
    found: dict[str, SiteNotice] = {}
    for key, several in holders.items():
        for entry in several.values():
            where = _elsewhere(entry, told[key], several.values())
            if where is not None:
                found[entry.id] = SiteNotice(key, f"the same notice as at {where.url}")
    return found


def _elsewhere(entry: Entry, told: Iterable[Entry], several: Iterable[Entry]) -> Entry | None:
    """Another entry that shows that an entry's text is a notice: one in `told`, where it was found
    to be one, or one of `several` with the same text, of which the feeds say something else."""
    known = (one for one in told if one.id != entry.id and one.site == entry.site)
    others = (one for one in several if one.id != entry.id and _are_two(entry, one))
    return next(known, None) or next(others, None)
