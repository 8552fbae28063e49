"""Find out who wrote an article, from witnesses in its page and its feed.

A witness that names a person wins over all that name an organisation. Among those that name
people, the one that is wrong least often wins. An agency is the author only if nobody else is, and
the outlet only if not even an agency is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from lxml.etree import XPath
from lxml.html import HtmlElement

from core.records import FeedItem
from ingest.extraction.document import Document
from ingest.extraction.linked_data import is_article, names_of, resolve, types
from ingest.extraction.markup import is_aside
from ingest.extraction.names import is_body, is_full, may_stand_in, names
from ingest.extraction.outlet import folded, outlet_names
from ingest.feeds.drafts import MAX_AUTHORS

_META = frozenset(
    {
        "author",
        "authors",
        "articleauthor",
        "ogauthor",
        "ogarticleauthor",
        "byl",
        "byline",
        "dccreator",
        "dccreatoraut",
        "dctermscreator",
        "creator",
        "contentcreator",
        "parselyauthor",
        "sailthruauthor",
        "citationauthor",
        "dcsextauthor",
        "rbauthors",
        "atcmetaauthor",
        "analyticsauthor",
        "analyticsattributesauthor",
        "shareaholicarticleauthorname",
        "authorname",
        "cxenseparseauthor",
    }
)

_WRITTEN_BY = re.compile(
    r"written|author|autor|auteur|verfasst|geschrieben|écrit|escrito|scritto|geschreven|posted by",
    re.IGNORECASE,
)
_REL = XPath("descendant::*[@rel][contains(@rel, 'author')][not(self::link)]")
_MICRODATA = XPath("descendant::*[@itemprop][contains(@itemprop, 'author')][not(self::meta)]")
_NAME = XPath("descendant-or-self::*[contains(@itemprop, 'name')]")
_BYLINES = XPath(
    "descendant::*[self::author or @class or @id or @data-testid or @data-component]"
    "[self::author or contains(@class, 'uthor')"
    " or contains(@class, 'yline') or contains(@class, 'utor') or contains(@class, 'writer')"
    " or contains(@class, 'auteur') or contains(@class, 'vcard') or contains(@class, 'posted-by')"
    " or contains(@class, 'submitted') or contains(@data-component, 'yline')"
    " or contains(@id, 'author') or contains(@id, 'byline') or contains(@data-testid, 'yline')"
    " or contains(@data-testid, 'uthor')]"
)
_PLAIN_BYLINES = XPath(
    "descendant::*[@class][contains(@class, 'yline') or contains(@class, 'uthor')]"
)
"""The commonest of `_BYLINES`, found in a quarter of the time."""

_LINKS = XPath(
    "descendant::a[contains(@href, '/author') or contains(@href, '/autor')"
    " or contains(@href, '/people/') or contains(@href, '/profile/') or contains(@href, '/staff/')"
    " or contains(@href, '/contributor') or contains(@href, '/journalist') or"
    " contains(@href, '/auteur') or contains(@href, '/by/') or contains(@href, '/redakteur')]"
    "[not(contains(@href, '/topic'))]"  # those are people whom articles are about
)
_UNDER_HEADING = XPath("following::text()[string-length(.) < 120][position() < 40]")
_BY = re.compile(r"\s*(?:by|von|par|por|door|di)(?:\s*:)?(?:\s|$)", re.IGNORECASE)

MAX_TOGETHER = 8
"""If there are more elements with an author than this, most belong to other articles."""

MAX_BYLINES = 25
"""The most elements read as bylines. An article's own is among the first on its page."""

LONGEST_BYLINE = 150
"""Letters; a longer element is a text about the author, or holds other elements."""


def authors(document: Document, item: FeedItem) -> tuple[str, ...]:
    """The people who wrote an article, in the order of its byline; else an agency or the outlet."""
    outlet = outlet_names(document)
    others: list[str] = []
    for texts in _marked_up(document, item):
        found = names(texts)[:MAX_AUTHORS]
        people = tuple(n for n in found if not is_body(n) and folded(n) not in outlet)
        if people:
            return _with_coauthors(people, document, outlet)
        others.extend(found)
    for texts in _visible(document, guess=not others):
        found = names(texts)
        people = tuple(n for n in found if is_full(n) and folded(n) not in outlet)
        if people:
            return people
        others.extend(filter(may_stand_in, found))
    elsewhere = [name for name in others if folded(name) not in outlet]
    return tuple((elsewhere or others)[:1])


def _marked_up(document: Document, item: FeedItem) -> Iterator[Iterable[str]]:
    """What is marked as the author: any name there counts."""
    tree, objects = document.tree, document.linked_data
    yield _of_articles(objects, "author")
    tags = document.metas
    yield _by_label(tags)
    yield item.authors
    yield _one_each(_REL(tree))
    yield _one_each(_MICRODATA(tree))
    yield [text for name, text in tags if name in _META]
    yield _of_articles(objects, "creator")


def _visible(document: Document, *, guess: bool) -> Iterator[Iterable[str]]:
    """What may be a byline: only what looks like a name counts there."""
    yield from _bylines(_BYLINES(document.tree))
    yield _one_each(_LINKS(document.tree))
    yield _only_person(document.linked_data)
    if guess:
        yield from _under_heading(document.tree)


def _with_coauthors(
    people: tuple[str, ...], document: Document, outlet: frozenset[str]
) -> tuple[str, ...]:
    """`people`, and the others whom the page shows with them: JSON-LD often has only the first.

    A byline that names all of them is believed if everyone else in it has a full name. Only what
    readers see is believed: `meta` elements list the publisher among the authors.
    """
    known = {folded(name) for name in people}
    tree = document.tree
    bylines = _bylines(_PLAIN_BYLINES(tree))
    for texts in (_one_each(_REL(tree)), _one_each(_MICRODATA(tree)), *bylines):
        found = tuple(n for n in names(texts) if not is_body(n) and folded(n) not in outlet)
        others = [name for name in found if folded(name) not in known]
        has_all = len(found) - len(others) == len(known)
        if has_all and others and len(found) <= MAX_TOGETHER and all(map(is_full, others)):
            return found
    return people


def _of_articles(objects: tuple[dict[str, Any], ...], name: str) -> list[str]:
    """The names in a property of the first article that has any there."""
    signed = (thing for thing in objects if thing.get(name) and is_article(thing))
    for thing in islice(signed, MAX_TOGETHER):
        found = [text for value in resolve(thing[name], objects) for text in names_of(value)]
        if found:
            return found
    return []


def _by_label(tags: Sequence[tuple[str, str]]) -> list[str]:
    """The author in Twitter's labelled data, which WordPress plugins write."""
    labels = dict(reversed(tags))
    return [
        labels.get(f"twitterdata{number}", "")
        for number in (1, 2)
        if _WRITTEN_BY.search(labels.get(f"twitterlabel{number}", ""))
    ]


def _only_person(objects: tuple[dict[str, Any], ...]) -> list[str]:
    people = {
        str(thing["name"]) for thing in objects if thing.get("name") and "Person" in types(thing)
    }
    return list(people) if len(people) == 1 else []


def _one_each(elements: list[HtmlElement]) -> list[str]:
    """The texts of elements that each hold one author."""
    texts = [_text(element) for element in elements if not is_aside(element)]
    distinct = list(dict.fromkeys(text for text in texts if text))
    return distinct if len(distinct) <= MAX_TOGETHER else distinct[:1]


def _text(element: HtmlElement) -> str:
    named = _NAME(element)
    for inner in (*named, element):
        text = inner.get("content") or inner.text_content() or inner.get("title") or ""
        if text.strip():
            return str(text)
    return ""


def _bylines(elements: Sequence[HtmlElement]) -> Iterator[list[str]]:
    """The links, then the text, of each element that is as short as a byline."""
    for element in elements[:MAX_BYLINES]:
        texts = [part.strip() for part in element.itertext() if part.strip()]
        if texts and sum(map(len, texts)) < LONGEST_BYLINE and not is_aside(element):
            yield [link.text_content() for link in element.iter("a") if link is not element]
            yield ["\n".join(texts)]


def _under_heading(tree: HtmlElement) -> Iterator[list[str]]:
    """Short texts below the headline that begin with "by", or follow one that is only "by"."""
    heading = next(tree.iter("h1"), None)
    before = ""
    for text in _UNDER_HEADING(heading) if heading is not None else ():
        if text.strip():
            if _BY.match(text) or (_BY.match(before) and len(before.split()) == 1):
                yield [text]
            before = text
