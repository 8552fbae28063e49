"""Make an article of a page: its title, text, authors and time, and whether it is the article.

Every page is read the quick way. Pages that may matter or are in doubt are also read the careful
way, on the same parsed tree, so that only a few pages take long. The caller says what may matter;
nothing here knows about topics.
"""

from __future__ import annotations

from collections.abc import Callable
from html import escape

from core.records import Entry, Extraction, FeedItem, Page
from core.words import word_count
from ingest.charsets import decode, media_type
from ingest.extraction.authors import authors
from ingest.extraction.careful import careful_text
from ingest.extraction.choice import SHORT_WORDS
from ingest.extraction.date import published
from ingest.extraction.document import Document, parse
from ingest.extraction.kinds import WITH_TEXT, PageKind, kind_of
from ingest.extraction.live import live_ended
from ingest.extraction.names import names
from ingest.extraction.pdf import Unreadable, is_pdf, pdf_text
from ingest.extraction.quick import quick_text
from ingest.extraction.title import headline, title
from ingest.extraction.witness import is_unrelated
from ingest.pages.articles import (
    Extracted,
    NewRevision,
    article_from_feed,
    article_of,
    with_feed_text,
)
from ingest.pages.outcomes import Quarantined, Rejected, Unchanged
from ingest.web.addresses import article_address, declared_addresses
from ingest.words import is_markup, text_paragraphs

Matters = Callable[[str, str], bool]
"""Whether a page with this title and text may be worth the careful way."""

_REJECTED = (PageKind.HUB, PageKind.SOFT_404, PageKind.VIDEO)
"""Kinds of page that hide no article: a person would not find one either."""


def extract(document: Document, item: FeedItem, matters: Matters) -> Extracted:
    """Clean text, title, authors and time of a page; the text is empty if none was found. The
    feed's item is a witness; it has only an address if no feed lists the page."""
    heading = title(document, item)
    text = quick_text(document)
    way = Extraction.QUICK
    if is_doubtful(text, item) or matters(heading, text):
        text = careful_text(document, text, item)
        way = Extraction.CAREFUL
    return Extracted(
        title=heading,
        text=text,
        authors=authors(document, item),
        published=published(document, item),
        extraction=way,
        headline=headline(document, heading),
    )


def always(title: str, text: str) -> bool:  # noqa: ARG001 - a Matters
    """Everything matters: read all pages the careful way."""
    return True


def never(title: str, text: str) -> bool:  # noqa: ARG001 - a Matters
    """Nothing matters: read pages the quick way, unless they are in doubt."""
    return False


def is_doubtful(text: str, item: FeedItem) -> bool:
    """Whether a text may be less than the article: too short, or not about what its feed says."""
    return word_count(text) < SHORT_WORDS or is_unrelated(item, text)


def make_article(
    entry: Entry, page: Page, matters: Matters
) -> NewRevision | Rejected | Quarantined | Unchanged:
    """The article of an entry: from its page, or from its feed if the page is not the article."""
    if page.missing is not None:
        return article_from_feed(entry, page, Quarantined(page.missing))
    if is_pdf(page.body, page.content_type):
        return _from_pdf(entry, page)
    document = parse(_markup(page), page.url, page.content_type)
    found = extract(document, entry, matters)
    kind = kind_of(document, found.text, entry, requested=entry.url)
    reason = f"{kind.kind} ({kind.reason})"
    if kind.kind not in WITH_TEXT or not found.text:
        end = Rejected if kind.kind in _REJECTED else Quarantined
        return article_from_feed(entry, page, end(reason))
    address = article_address(entry.url, page.url, declared_addresses(document.tree, page.url))
    article = article_of(entry, page, found, url=address)
    if kind.kind is PageKind.TEASER:
        article = with_feed_text(article, entry, reason)
    live = kind.kind is PageKind.LIVE_BLOG and not live_ended(document, found.text, page.fetched_at)
    return NewRevision(article, live, headline=found.headline)


def _markup(page: Page) -> bytes | str:
    """A page's markup. That of a plain text is made here, as its line ends and each `<` would be
    lost; some servers call all that they have plain text."""
    if media_type(page.content_type) != "text/plain":
        return page.body
    text = decode(page.body, page.content_type)
    if is_markup(text):
        return page.body
    lines = text_paragraphs(text).split("\n")
    return "".join(f"<p>{escape(line)}</p>" for line in lines)


def _from_pdf(entry: Entry, page: Page) -> NewRevision | Rejected | Quarantined | Unchanged:
    pdf = pdf_text(page.body)
    if isinstance(pdf, Unreadable):
        return article_from_feed(entry, page, Quarantined(pdf.reason))
    found = Extracted(
        title=entry.title or pdf.title,
        text=pdf.text,
        authors=names(entry.authors) or pdf.authors,
        published=entry.published or pdf.published,
        extraction=Extraction.PDF,
    )
    caveat = f"the beginning only: {pdf.cut} more pages were not read" if pdf.cut else None
    address = article_address(entry.url, page.url, ())
    return NewRevision(article_of(entry, page, found, url=address, caveat=caveat))
