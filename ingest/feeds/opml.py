"""Read and write feed lists: OPML, which listparser reads, and plain lists of addresses."""

from __future__ import annotations

import codecs
from collections.abc import Iterable
from xml.etree import ElementTree

from core.errors import WirewatchError
from core.records import Feed, Listed
from ingest.characters import NO_XML, one_line
from ingest.charsets import decode
from ingest.feeds.naming import outlet_named
from ingest.web.addresses import web_scheme

MAX_FOLDERS = 50
"""The most folders in each other that are read or written: XML parsers take some hundred, people
use three. A hostile list may have thousands, each of which a search would offer."""


class FeedListError(WirewatchError):
    """The file is not a list of feeds; the text says what was found."""


def read_list(content: bytes) -> list[Listed]:
    """The feeds of an OPML file, or of a text with one address per line and `#` before comments.

    Raises:
        FeedListError: it is neither, or lists no feed.
    """
    text = decode(content, "")
    lines = [line.strip() for line in text.splitlines()]
    # In a comment or after an address, it is an ordinary character.
    if any("<" in line for line in lines if not line.startswith(("#", "http://", "https://"))):
        return read_opml(content)
    found: dict[str, Listed] = {}
    for number, line in enumerate(lines, 1):
        if not line or line.startswith("#"):
            continue
        url = line.split()[0]
        if not url.startswith(("http://", "https://")):
            raise FeedListError(
                f"line {number} is {line[:60]!r}; expected an address that begins with http:// or "
                "https://, or an OPML file"
            )
        found[url] = Listed(url=url)
    if not found:
        raise FeedListError("no feeds in it; expected an OPML file, or one address per line")
    return list(found.values())


def read_opml(content: bytes) -> list[Listed]:
    """The feeds of an OPML file (1.0 or 2.0), each address once, in the file's order.

    Raises:
        FeedListError: it is not OPML, or lists no feed.
    """
    # Imported here: it loads `requests`, and most commands read no list.
    import listparser

    # listparser passes the bytes to an HTML parser, which ignores an XML declaration.
    parsed = listparser.parse(codecs.BOM_UTF8 + decode(content, "").encode("utf-8", "replace"))
    found = [
        Listed(
            url=web_scheme(feed.url),
            outlet=_outlet(one_line(feed.title or ""), web_scheme(feed.url)),
            labels=tuple(dict.fromkeys(filter(None, map(_label, feed.categories)))),
        )
        for feed in parsed.feeds
    ]
    if not found:
        fault = f": {parsed.bozo_exception}" if parsed.bozo else ""
        raise FeedListError(f"no feeds in it; expected an OPML file that lists feeds{fault}")
    return found


def write_opml(feeds: Iterable[Feed]) -> str:
    """An OPML 2.0 file of feeds, each in every folder that its labels name."""
    root = ElementTree.Element("opml", version="2.0")
    ElementTree.SubElement(ElementTree.SubElement(root, "head"), "title").text = "wirewatch feeds"
    folders: dict[tuple[str, ...], ElementTree.Element] = {(): ElementTree.SubElement(root, "body")}
    for feed in feeds:
        name = _xml(feed.outlet or feed.url)
        for label in feed.labels or ("",):
            ElementTree.SubElement(
                _folder(folders, _path(_xml(label))),
                "outline",
                type="rss",
                text=name,
                title=name,
                xmlUrl=_xml(feed.url),
            )
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, "unicode") + "\n"


def _folder(
    folders: dict[tuple[str, ...], ElementTree.Element], path: tuple[str, ...]
) -> ElementTree.Element:
    """The outline of a folder; it and those around it are made if they are missing."""
    if path not in folders:
        parent = _folder(folders, path[:-1])
        folders[path] = ElementTree.SubElement(parent, "outline", text=path[-1], title=path[-1])
    return folders[path]


def _path(label: str) -> tuple[str, ...]:
    """The folders that a label names, the outermost first."""
    parts = tuple(label.split("/"))
    if not label:
        return ()
    # Readers ignore a folder without a name, so such a slash is an ordinary character.
    is_path = len(parts) <= MAX_FOLDERS and all(part.strip() for part in parts)
    return parts if is_path else (label,)


def _outlet(title: str, url: str) -> str:
    """What a list calls an outlet; nothing if that is the feed's address, as `write_opml` has it of
    one without a name: its next poll names it."""
    if title == url:
        return ""
    try:
        return outlet_named(title, url)
    except ValueError:  # not an address: the caller refuses it
        return title


def _label(path: list[str]) -> str:
    return "/".join(filter(None, map(one_line, path[:MAX_FOLDERS])))


def _xml(text: str) -> str:
    return NO_XML.sub("", text)
