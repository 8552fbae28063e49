"""Feed lists as OPML: read by listparser, written here."""

from __future__ import annotations

import codecs
from collections.abc import Iterable
from dataclasses import dataclass
from xml.etree import ElementTree

import listparser
from w3lib.encoding import html_to_unicode

from core.errors import WirewatchError
from core.records import Feed


class OpmlError(WirewatchError):
    """The file is no OPML; the text says what was found."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A feed of a list: its address, its outlet's name, and the folders it stands in."""

    url: str
    title: str
    labels: tuple[str, ...]


def read_opml(content: bytes) -> list[Listed]:
    """The feeds of an OPML file, in its order.

    Raises:
        OpmlError: it is no OPML, or lists no feed.
    """
    # listparser hands the bytes to a parser of HTML, which does not hear an XML declaration.
    _, text = html_to_unicode(None, content, default_encoding="utf-8")
    parsed = listparser.parse(codecs.BOM_UTF8 + text.encode())
    found = [
        Listed(
            url=feed.url,
            title=" ".join((feed.title or "").split()),
            labels=tuple(dict.fromkeys("/".join(path) for path in feed.categories if path)),
        )
        for feed in parsed.feeds
    ]
    if not found:
        fault = f": {parsed.bozo_exception}" if parsed.bozo else ""
        raise OpmlError(f"no feeds in it; expected an OPML file with outlines of type rss{fault}")
    return found


def write_opml(feeds: Iterable[Feed]) -> str:
    """An OPML 2.0 file of feeds, each in the folder that its first label names."""
    root = ElementTree.Element("opml", version="2.0")
    ElementTree.SubElement(ElementTree.SubElement(root, "head"), "title").text = "wirewatch feeds"
    body = ElementTree.SubElement(root, "body")
    folders: dict[str, ElementTree.Element] = {}
    for feed in feeds:
        parent = body
        if feed.labels:
            name = feed.labels[0]
            if name not in folders:
                folders[name] = ElementTree.SubElement(body, "outline", text=name, title=name)
            parent = folders[name]
        name = feed.title or feed.url
        ElementTree.SubElement(
            parent, "outline", type="rss", text=name, title=name, xmlUrl=feed.url
        )
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, "unicode") + "\n"
