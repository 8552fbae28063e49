"""Make an article from what was extracted, or from its feed's words if there is no page.

Separate from `extract`, so that code that hands pages to workers need not load the extractors,
which takes two seconds.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from core.records import Article, Entry, Extraction, Page
from ingest.extraction.names import names
from ingest.pages.outcomes import Quarantined, Rejected, Unchanged
from ingest.words import has_own_words

_AHEAD = timedelta(days=1)
"""A time further ahead than any zone can be is not a time of publication."""


@dataclass(frozen=True, slots=True)
class Extracted:
    """What a page says, with its feed as a witness. `headline` is the page's: see
    `ingest.extraction.title`."""

    title: str
    text: str
    authors: tuple[str, ...]
    published: datetime | None
    extraction: Extraction
    headline: str = ""


@dataclass(frozen=True, slots=True)
class NewRevision:
    """An article, new or changed, that takes the place of what its entry had. `live`: its page is
    still being written; `headline`: the page's; `reason`: why its text is not the page's, or its
    title not the feed's."""

    article: Article
    live: bool = False
    reason: str | None = None
    headline: str = ""


def article_of(
    entry: Entry, page: Page, found: Extracted, *, url: str, caveat: str | None = None
) -> Article:
    """The next revision of an entry's article."""
    return Article(
        id=entry.id,
        revision=entry.revision + 1,
        url=url,
        site=entry.site,
        outlet=entry.outlet,
        feeds=entry.feeds,
        title=found.title,
        text=found.text,
        authors=found.authors,
        published=_sane(found.published, page.fetched_at),
        first_seen=entry.first_seen,
        extraction=found.extraction,
        caveat=caveat,
        printed=bool(found.title) and found.headline == found.title,
    )


def with_feed_text(article: Article, entry: Entry, reason: str) -> Article:
    """The article with its feed's text if that is longer, else marked as only the beginning."""
    if len(entry.content) > len(article.text):
        update = {"text": entry.content, "extraction": Extraction.FEED}
        return article.model_copy(update={**update, "caveat": f"the feed's text: {reason}"})
    return article.model_copy(update={"caveat": f"the beginning only: {reason}"})


def can_use_feed_text(entry: Entry) -> bool:
    """Whether the feed's own words are the article if its page cannot be had: they say more than a
    title, and no page was read before.

    If its text is a notice, anything that its outlet said is better, even a headline alone: an
    article that could be searched and was alerted is not taken out again.
    """
    return entry.holds_notice or (not entry.was_read and has_own_words(entry))


def article_from_feed(
    entry: Entry, page: Page, end: Rejected | Quarantined
) -> NewRevision | Rejected | Quarantined | Unchanged:
    """The article from its feed's own words, if there is no page or it is not the article.

    An article that was once read from its page stays as it was.
    """
    if can_use_feed_text(entry):
        found = Extracted(
            title=entry.title,
            text=entry.content or entry.summary,
            authors=names(entry.authors),
            published=entry.published,
            extraction=Extraction.FEED,
        )
        caveat = f"the feed's text: {end.reason}"
        return NewRevision(article_of(entry, page, found, url=entry.url, caveat=caveat))
    return without_text(entry, end)


def missing_page(entry: Entry, reason: str, now: datetime) -> Page:
    """What stands for a page that cannot be had, and why it cannot."""
    return Page(id=entry.id, url=entry.url, status=0, body=b"", fetched_at=now, missing=reason)


def without_text(entry: Entry, end: Rejected | Quarantined) -> Rejected | Quarantined | Unchanged:
    """What becomes of an entry that brings no text: what was read before stays."""
    # Without a hash, the index has refused its last revision, so it must not count as indexed.
    if entry.text_hash is not None or (entry.duplicate_of and not entry.revision):
        return Unchanged(f"could not be read again: {end.reason}; the earlier text is kept")
    return end


def _sane(moment: datetime | None, now: datetime) -> datetime | None:
    return moment if moment is not None and moment <= now + _AHEAD else None
