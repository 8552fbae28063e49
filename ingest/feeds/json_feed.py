"""Read JSON Feed 1.0 and 1.1 (https://www.jsonfeed.org/version/1.1/)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ingest.feeds.drafts import Document, Draft, NotAFeed, Words, text_of, texts_of
from ingest.feeds.paging import onward
from ingest.feeds.readers import MAX_ITEMS


def read_json(text: str, url: str) -> Document | NotAFeed:
    """Read the text of a feed that came from `url`. Values of another type than the format's are
    left out."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        return NotAFeed(f"broken JSON: {error}")
    entries = document.get("items") if isinstance(document, dict) else None
    if not isinstance(entries, list) or "jsonfeed.org" not in str(document.get("version", "")):
        return NotAFeed("JSON, but no JSON Feed")
    people = _people(document)
    return Document(
        title=_words(document, "title"),
        drafts=tuple(_draft(entry, people) for entry in entries[:MAX_ITEMS]),
        older=onward(text_of(document, "next_url"), url),
        fault=f"cut after {MAX_ITEMS:,} items" if len(entries) > MAX_ITEMS else None,
    )


def _draft(entry: object, feeds_people: tuple[str, ...]) -> Draft:
    item = entry if isinstance(entry, dict) else {}
    texts = (
        _words(item, "summary"),
        Words(text_of(item, "content_html")),
        _words(item, "content_text"),
    )
    return Draft(
        links=texts_of(item, "url", "external_url"),
        ids=_written(item, "id"),
        title=_words(item, "title"),
        texts=tuple(text for text in texts if text.value),
        authors=_people(item) or feeds_people,
        dates=_written(item, "date_published", "date_modified"),
    )


def _people(holder: Mapping[str, Any]) -> tuple[str, ...]:
    """The names of authors: a list of them in version 1.1, one in version 1.0."""
    several = holder.get("authors")
    people = several if isinstance(several, list) and several else [holder.get("author")]
    return tuple(
        name for person in people if isinstance(person, dict) and (name := text_of(person, "name"))
    )


def _written(item: Mapping[str, Any], *names: str) -> tuple[str, ...]:
    """What an item has under names, as texts: readers have to take ids that are numbers, and some
    write dates as the seconds since 1970."""
    values = (item.get(name) for name in names)
    return tuple(str(one) for one in values if one and isinstance(one, (str, int, float)))


def _words(holder: Mapping[str, Any], name: str) -> Words:
    return Words(text_of(holder, name), is_text=True)
