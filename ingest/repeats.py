"""One page at several addresses of a site: a notice, or an article that stands there twice. Pure.

Some sites answer a wall, a refusal or a request for JavaScript at each of their addresses, with
status 200 and the article's own headline perhaps. Alone such a page may pass for an article, and
all that come after it for copies of that. An article that is printed twice is about what the feed
says of it, under one of its titles at least.
"""

from __future__ import annotations

from collections.abc import Iterable

from core.records import Article, Entry, Extraction
from ingest.extraction.witness import is_strange


def is_notice(text: str, entry: Entry, other: Entry) -> bool:
    """Whether a text that two entries' pages have is neither's article."""
    return _are_two(entry, other) and is_strange(entry, text) and is_strange(other, text)


def _are_two(entry: Entry, other: Entry) -> bool:
    """Whether a site's feeds say of two entries different things. Titles alone do not tell: some
    feeds have none, or the same for each item."""
    said, told = (entry.title, entry.summary), (other.title, other.summary)
    return entry.site == other.site and said != told


def notices(made: Iterable[tuple[Entry, Article]], known: Iterable[Entry]) -> dict[str, str]:
    """By their entries' ids the articles that are notices, and why each is taken for one.

    Args:
        made: articles in the order in which they are recorded, and their entries.
        known: entries whose articles were read from pages before, and have the text of one here.
    """
    by_text: dict[str, list[Entry]] = {}
    for one in known:
        by_text.setdefault(one.fingerprint or "", []).append(one)
    had: dict[str, list[Entry]] = {}
    found: dict[str, str] = {}
    for entry, article in made:
        text, key = article.text, article.fingerprint
        if article.extraction is Extraction.FEED or not key:
            continue
        if key not in had:
            # Told once of each: a text may stand at thousands of addresses, and be about them all.
            had[key] = [one for one in by_text.get(key, ()) if is_strange(one, text)]
        if not is_strange(entry, text):
            continue
        same = (one for one in had[key] if one.id != entry.id)
        where = next((one.url for one in same if _are_two(entry, one)), None)
        if where is not None:
            found[entry.id] = f"a notice, the same as at {where}"
        else:
            # The first stays as it is: by it the others are known.
            had[key].append(entry)
    return found
