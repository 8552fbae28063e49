"""Text and metadata out of a page, by trafilatura; and whether it is the article at all."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

import charset_normalizer
from trafilatura import bare_extraction
from w3lib.encoding import html_to_unicode

from core.records import Article, Entry, FeedItem
from core.sites import site_of
from ingest.fetch import Quarantined

SHORT_WORDS = 200
"""A page of fewer words has to be about its feed title, or it is a wall in front of it."""

TITLE_SHARE = 0.34
"""Least share of the feed title's longer words that are found on a page of the article."""

_WALL = re.compile(
    r"before you continue|cookies?\b.{0,80}\b(accept|agree|consent)|accept all|privacy choices"
    r"|bevor sie (fortfahren|weiterlesen)|alle akzeptieren|einwilligung"
    r"|avant de continuer|tout accepter|antes de continuar|aceptar todo|prima di continuare"
    r"|enable javascript|verify (that )?you are (a )?human|checking your browser",
    re.IGNORECASE | re.DOTALL,
)


_CONTROL = re.compile(
    r"&#(?:0*(?:[0-8]|1[124-9]|2\d|3[01])|x0*(?:[0-8bcef]|1[0-9a-f]))(?![0-9a-f]);?", re.IGNORECASE
)
"""References to characters that no XML may hold: for one of them trafilatura drops a page."""


@dataclass(frozen=True, slots=True)
class Extracted:
    """What a page says, before its feed is heard."""

    title: str
    text: str
    authors: tuple[str, ...]
    published: datetime | None
    site: str


def extract(body: bytes | str, url: str, content_type: str = "") -> Extracted:
    """Clean text, title, authors and date of a page; the text is empty where none was found."""
    markup = _CONTROL.sub(" ", body if isinstance(body, str) else decode(body, content_type))
    document = bare_extraction(
        markup, url=url, include_comments=False, with_metadata=True, output_format="python"
    )
    if document is None or isinstance(document, dict):
        return Extracted("", "", (), None, site_of(url))
    return Extracted(
        title=" ".join((document.title or "").split()),
        text=(document.text or "").strip(),
        authors=tuple(name.strip() for name in (document.author or "").split(";") if name.strip()),
        published=datetime.fromisoformat(document.date) if document.date else None,
        site=site_of(url),
    )


def decode(body: bytes, content_type: str) -> str:
    """A page's characters: by what it declares, unless its bytes plainly are something else."""
    _, markup = html_to_unicode(content_type, body, default_encoding="utf-8")
    broken = markup.count("\ufffd")
    if broken:
        meant = sum(1 for character in markup if character > "\x7f") - broken
        if broken > meant:
            return _guessed(body)
    return str(markup)


def _guessed(body: bytes) -> str:
    """Bytes of a charset that nothing names; where others fit as well, windows-1252 is meant."""
    guesses = charset_normalizer.from_bytes(body)
    best = guesses.best()
    if best is None:
        return body.decode("cp1252", "replace")
    for guess in guesses:
        fits = guess.chaos <= best.chaos and guess.coherence >= best.coherence
        if fits and "cp1252" in guess.could_be_from_charset:
            return str(guess)
    return str(best)


def assemble(entry: Entry, extracted: Extracted) -> Article | Quarantined:
    """The article of an entry, from its page with its feed as a witness.

    The feed's title and time are the outlet's own and win; the page's authors do, being fuller.
    """
    fault = _is_not_the_article(entry, extracted)
    if fault is not None:
        return Quarantined(fault)
    return Article(
        id=entry.id,
        revision=entry.revision + 1,
        url=entry.url,
        site=entry.site,
        outlet=entry.outlet,
        feeds=entry.feeds,
        title=entry.title or extracted.title,
        text=extracted.text,
        authors=extracted.authors or entry.authors,
        published=entry.published or extracted.published,
        first_seen=entry.first_seen,
    )


def _is_not_the_article(item: FeedItem, extracted: Extracted) -> str | None:
    """Why a page is not the item's article; None if it may be."""
    if not extracted.text:
        return "no text found on the page"
    if len(extracted.text.split()) >= SHORT_WORDS:
        return None
    seen = f"{extracted.title} {extracted.text}".casefold()
    words = set(re.findall(r"\w{4,}", item.title.casefold()))
    share = sum(word in seen for word in words) / len(words) if words else 1.0
    if share >= TITLE_SHARE:
        return None
    if _WALL.search(seen):
        return "a wall in front of the article (consent, robots check)"
    return "the page is not about the feed's title"
