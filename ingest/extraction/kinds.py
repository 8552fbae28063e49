"""Tell what kind of page was fetched: the article, or something in its place. Pure.

The best witness is the feed: its words should be on the page. A page that has them and a text of
some length is the article, whatever else is on it; only other pages are checked for walls. One
thing fools this witness: a list of links with the article's among them. So a redirect to a front
page is checked first, and a list's own headline is compared, too. A page that a redirect led to,
of any length, is the article only if it has the feed's words, or its address has the title's:
some sites redirect everything to one notice. And below the headline of a video or a removed article
may be nothing but other articles' teasers, or a footer, as on a page that scripts have yet to fill.

On 181 article pages no whole article is taken for anything else, with its headline as a witness or
without; the previews of two outlets are recognised as teasers. It takes 2 ms a page.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from core.records import FeedItem
from core.words import word_count, words
from ingest.extraction.blocks import Blocks, blocks, teasers, visible_text
from ingest.extraction.document import Document
from ingest.extraction.linked_data import is_article, types
from ingest.extraction.live import is_live
from ingest.extraction.teaser import teaser
from ingest.extraction.walls import challenge, consent_wall, login, not_found, redirected_away
from ingest.extraction.witness import (
    ABOUT,
    address_has_title,
    has_feed_title,
    headlines,
    is_unrelated,
    says_enough,
    share_on_page,
)
from ingest.web.addresses import is_front_page

PLENTY = 200
"""No wall has a text of this many words."""

ENOUGH = 80
"""A text of this many words is the article if it is about what its feed says."""

FEW = 50
"""Words in blocks of prose: all but 1 in 60 articles have more."""

LINKED = 0.4
"""A page with a greater share of its words in links, and little prose, is a list of links."""

ONLY_LINKED = 0.85
"""The same for a page without any prose, whatever its feed says."""

TEASERS = 3
"""A text of this many lines, all of them of other articles' teasers, is not the article."""

PARAGRAPHS = 3
"""No list of links has this many blocks of prose."""

_SECTION = re.compile(r"(?:/[^/\d_.-]+(?:-[^/\d_.-]+)?){0,3}/?(?:index\.\w+)?")
"""Paths of front pages and sections: few names, without numbers, of two words at most."""

CAPTION = 60
"""The most words beside a player: a longer text is an article with a video."""


class PageKind(StrEnum):
    """What a page is."""

    ARTICLE = "article"
    LIVE_BLOG = "live blog"
    TEASER = "teaser"
    VIDEO = "video page"
    CONSENT_WALL = "consent wall"
    LOGIN = "log-in"
    BOT_CHALLENGE = "bot challenge"
    SOFT_404 = "soft 404"
    HUB = "hub of links"
    UNRELATED = "unrelated page"
    EMPTY = "page without text"


WITH_TEXT = frozenset({PageKind.ARTICLE, PageKind.LIVE_BLOG, PageKind.TEASER})
"""Kinds whose text is kept as the article's; a teaser's is marked as one."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What a page is, and the evidence for it in words."""

    kind: PageKind
    reason: str


def kind_of(document: Document, text: str, item: FeedItem, *, requested: str) -> Kind:
    """Tell what a page is.

    Args:
        document: the page; its `url` is where redirects led.
        text: what was extracted from it, one paragraph per line; may be empty.
        item: what its feed says.
        requested: the address that was asked for.
    """
    share = share_on_page(item, document, text)
    length = word_count(text)
    strange = share is not None and share < ABOUT
    away = _redirected_away(document, item, requested, strange=strange)
    if away is not None:
        return Kind(PageKind.SOFT_404, away)
    if length < PLENTY or share is None or strange:
        found = _substitute(document, item, text, share)
        if found is not None:
            return found
    if is_unrelated(item, text):
        if _has_only_teasers(document, text):
            return Kind(PageKind.UNRELATED, "only teasers of other articles")
        if not strange and length < word_count(item.content or item.summary):
            return Kind(PageKind.UNRELATED, f"{length} words, fewer than its feed has of it")
    stops = teaser(document, text, item.content)
    if is_live(document):
        return Kind(PageKind.LIVE_BLOG, "its markup says so")
    share_note = "" if share is None else f", {share:.0%} of the feed's words on the page"
    elsewhere = _elsewhere(document, item, requested) if strange else None
    if elsewhere is not None:
        return Kind(PageKind.UNRELATED, f"{length} words{share_note}, {elsewhere}")
    if stops is not None:
        return Kind(PageKind.TEASER, stops)
    if strange and length < PLENTY:
        return Kind(PageKind.UNRELATED, f"{length} words{share_note}")
    return Kind(PageKind.ARTICLE, f"{length} words{share_note}")


def _redirected_away(
    document: Document, item: FeedItem, requested: str, *, strange: bool
) -> str | None:
    """A redirect away from the article, unless what it led to has the article's headline."""
    away = redirected_away(requested, document.url)
    if away is None or has_feed_title(item, document):
        return None
    # Below a section's address are its articles, but below an article's are its own pages.
    return away if is_front_page(document.url) or strange else None


def _elsewhere(document: Document, item: FeedItem, requested: str) -> str | None:
    """A redirect to a page not about what the feed says, unless its address has the title."""
    path = urlsplit(document.url).path
    if path.rstrip("/") == urlsplit(requested).path.rstrip("/"):
        return None
    if not says_enough(item) or address_has_title(item, document.url):
        return None
    return f"redirected to {path}"


def _substitute(document: Document, item: FeedItem, text: str, share: float | None) -> Kind | None:
    """What stands in the article's place; None if nothing was recognised."""
    length = word_count(text)
    related = share is not None and share >= ABOUT
    if related and length >= ENOUGH:
        return None
    names = headlines(document)
    # The words of the whole page take time to gather; a page with plenty of text needs none.
    seen = visible_text(document.tree) if length < PLENTY else ""
    # A wall's words are in the extracted text; on an article's page, they are in a banner.
    wall_text = " ".join(text.split()) or seen
    if length < PLENTY and not (related and length > CAPTION):
        evidence = challenge(document, names, wall_text, seen)
        if evidence:
            return Kind(PageKind.BOT_CHALLENGE, evidence)
    if length < PLENTY and not related:
        for kind, evidence in (
            (PageKind.CONSENT_WALL, consent_wall(document, names, wall_text)),
            (PageKind.SOFT_404, not_found(names)),
            (PageKind.LOGIN, login(document, names)),
        ):
            if evidence:
                return Kind(kind, evidence)
    found = blocks(document.tree)
    evidence = _player(document) if max(length, found.prose_words) < CAPTION else None
    if evidence:
        return Kind(PageKind.VIDEO, f"{evidence} and {length} words")
    evidence = _hub(document, found, strange=share is not None and not related)
    if evidence and not has_feed_title(item, document):
        return Kind(PageKind.HUB, evidence)
    if not text.strip():
        return Kind(PageKind.EMPTY, f"no article text found; {word_count(seen)} words on the page")
    return None


def _hub(document: Document, found: Blocks, *, strange: bool) -> str | None:
    """What shows a list of links: a front page, a section, search results.

    By words alone, 1 article in 60 looks like one (tables, quizzes, lists of downloads). So unless
    a page is nothing but links, a second witness has to agree: the feed, or else the address and
    the page's own markup.
    """
    if found.link_share <= LINKED or found.prose >= PARAGRAPHS:
        return None
    few = found.prose_words < FEW
    only = not found.prose_words and found.link_share > ONLY_LINKED
    section = _SECTION.fullmatch(urlsplit(document.url).path) is not None
    declared = any(map(is_article, document.linked_data))
    if not (only or (strange and (few or section)) or (few and section and not declared)):
        return None
    return f"{found.link_share:.0%} of {found.words} words in links, {found.prose_words} in prose"


def _has_only_teasers(document: Document, text: str) -> bool:
    """Whether each line of a text is of a teaser of another article."""
    lines = [tuple(words(line)) for line in text.split("\n")]
    return len(lines) >= TEASERS and teasers(document.tree).issuperset(lines)


def _player(document: Document) -> str | None:
    if any("VideoObject" in types(thing) for thing in document.linked_data):
        return "a VideoObject in its JSON-LD"
    if document.tree.xpath(
        "boolean(//meta[@property='og:type' and starts-with(@content,'video')])"
    ):
        return "og:type is video"
    if document.tree.xpath("boolean(//video | //amp-video | //amp-youtube)"):
        return "a player"
    return None
