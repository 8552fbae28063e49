"""Write Atom feeds (RFC 4287) of a rule's stories, or of what a search finds. Pure.

An entry's id stays the same as long as its story or article exists; `updated` moves when the story
does, so that a feed reader shows a development as something new.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

from alert.markup import Block, Line, Link, as_html, line, plain, quotation, shortened
from alert.wording import MAX_PHRASE, alert_body, by_story, headline, story_thread
from core.evidence import distinct_phrases
from core.records import Alert, Article, content_id

MAX_ENTRIES = 100
"""The most entries in a feed: a reader that asks once a day misses none, even of a busy one."""

ATOM = "http://www.w3.org/2005/Atom"

_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
"""When a feed without entries was updated."""

_OURS = "urn:wirewatch"
"""The namespace of what only we read in a feed; readers of feeds ignore it (RFC 4287, 6.4)."""

_FILE = f"{{{_OURS}}}file"
"""The element that names the file of a rule's feed. Its title would not tell: it is on one line,
and cut if the rule's name is long."""

_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, _OURS)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a feed. `key` is a stable name of its story or article."""

    key: str
    title: str
    url: str
    outlet: str
    body: tuple[Block, ...]
    published: datetime
    updated: datetime
    topics: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed and its entries, the most recently updated first. `file` is the name of the file that
    a rule's feed is kept in."""

    key: str
    title: str
    entries: tuple[Entry, ...]
    file: str = ""


def of_rule(rule: str, alerts: Sequence[Alert]) -> Feed:
    """The feed of a rule: an entry for each story, with the text of its last alert."""
    last = sorted(by_story(alerts), key=_moved, reverse=True)[:MAX_ENTRIES]
    entries = tuple(map(_story_entry, last))
    return Feed(content_id(f"rule\n{rule}"), f"wirewatch: {rule}", entries, file_name(rule))


def _moved(alerts: Sequence[Alert]) -> tuple[datetime, str]:
    """A sort key: when the last alert on a story was made, and the key of its entry."""
    return alerts[-1].created_at, story_thread(alerts[0])


def _story_entry(alerts: Sequence[Alert]) -> Entry:
    """The entry of a story, given a rule's alerts on it."""
    first, last = alerts[0], alerts[-1]
    return Entry(
        key=story_thread(first),
        title=last.headline,
        url=last.url,
        outlet=last.outlet,
        body=tuple(alert_body(last)),
        published=first.created_at,
        updated=last.created_at,
        # The last alert may be only near the topic: then an earlier one names the topics.
        topics=next((one.topics for one in reversed(alerts) if one.topics), ()),
    )


def of_search(query: str, articles: Iterable[Article], title: str = "") -> Feed:
    """The feed of a search: an entry for each article."""
    last = sorted(articles, key=lambda one: (one.first_seen, one.id), reverse=True)[:MAX_ENTRIES]
    entries = tuple(map(_article_entry, last))
    return Feed(content_id(f"search\n{query}"), f"wirewatch: {title or query}", entries)


def _article_entry(article: Article) -> Entry:
    return Entry(
        key=article.id,
        title=article.title,
        url=article.url,
        outlet=article.outlet,
        body=tuple(_article_body(article)),
        published=article.published or article.first_seen,
        updated=article.first_seen,
        topics=article.topic,
    )


def file_of(document: bytes) -> str | None:
    """The name of the file that a rule's feed is kept in; None for any other document, or none at
    all."""
    # Ours are in UTF-8. Others may declare a codec of Python that raises what it likes.
    parser = ET.XMLParser(encoding="utf-8")  # noqa: S314  # a file of our own home
    try:
        root = ET.fromstring(document, parser)  # noqa: S314  # likewise
    except ET.ParseError:
        return None
    return root.findtext(_FILE)


def _article_body(article: Article) -> Iterable[Line]:
    yield line(f"{shortened(article.outlet, 80)}: ", Link(headline(article.title), article.url))
    for tag in article.tags:
        phrases = "; ".join(
            quotation(piece.phrase, MAX_PHRASE) for piece in distinct_phrases(tag.evidence)
        )
        yield line(f"{tag.topic}, score {tag.score:.2f}{': ' if phrases else ''}{phrases}")


def to_xml(feed: Feed) -> bytes:
    """The feed as an XML document: the same bytes for the same feed."""
    ET.register_namespace("", ATOM)
    ET.register_namespace("wirewatch", _OURS)
    root = ET.Element(_name("feed"))
    _add(root, "id", _urn(feed.key))
    _add(root, "title", headline(feed.title))
    _add(root, "updated", _moment(feed.entries[0].updated if feed.entries else _NEVER))
    _add(root, "generator", "wirewatch")
    if feed.file:
        ET.SubElement(root, _FILE).text = feed.file
    for entry in feed.entries:
        _write_entry(ET.SubElement(root, _name("entry")), entry)
    ET.indent(root, " ")
    document: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return document + b"\n"


def _write_entry(element: ET.Element, entry: Entry) -> None:
    _add(element, "id", _urn(entry.key))
    _add(element, "title", headline(entry.title))
    _add(element, "published", _moment(entry.published))
    _add(element, "updated", _moment(entry.updated))
    ET.SubElement(element, _name("link"), rel="alternate", href=plain(entry.url))
    author = ET.SubElement(element, _name("author"))
    _add(author, "name", shortened(entry.outlet, 80) or "unknown")
    for topic in entry.topics:
        ET.SubElement(element, _name("category"), term=plain(topic))
    _add(element, "content", as_html(entry.body)).set("type", "html")


def _add(parent: ET.Element, name: str, text: str) -> ET.Element:
    child = ET.SubElement(parent, _name(name))
    child.text = text
    return child


def _name(name: str) -> str:
    return f"{{{ATOM}}}{name}"


def _urn(key: str) -> str:
    return uuid.uuid5(_NAMESPACE, key).urn


def _moment(moment: datetime) -> str:
    """RFC 3339, to the second."""
    # Not by strftime, which does not pad the year of a feed's "0001-01-01".
    return f"{moment.replace(tzinfo=None).isoformat(timespec='seconds')}Z"


def file_name(rule: str) -> str:
    """The name of a rule's file: its own if any disk takes it, else with a part of its hash."""
    safe = re.sub(r"[^\w.-]+", "-", rule).strip("-.")[:60]
    if safe and safe == rule:
        return f"{safe}.atom"
    return f"{safe or 'rule'}-{content_id(rule)[:8]}.atom"
