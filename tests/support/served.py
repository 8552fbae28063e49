"""Pages of a site as its server sends them, processed up to the index."""

from __future__ import annotations

from arriving import index

from core.ledger import entries, segments
from core.records import Entry, FeedItem, Page, State
from ingest.web.answers import Answer
from wirewatch.house import House
from wirewatch.stages.extract import extract_pages
from wirewatch.stages.link import link

SUMMARY = "Eight words say something of their own, here."
NOTICE = " ".join(["Please turn off your ad blocker, or subscribe, to go on reading here."] * 9)
TRUE = " ".join(["The court has forbidden the police to use spyware against reporters."] * 9)
REFUSED = Answer("https://news.example/1", 403, (), b"")

Served = tuple[House, list[FeedItem]]
"""A house, and the items of a site whose feed it watches."""


def paragraphs(text: str) -> str:
    """A text in HTML, a paragraph a line."""
    return "".join(f"<p>{line}</p>" for line in text.split("\n"))


def processed(
    house: House,
    *items: FeedItem,
    text: str = NOTICE,
    named: str = "",
    dated: str = "",
    led_to: str = "",
) -> dict[str, Entry]:
    """The items' entries after their pages are processed; each page has this text, names an
    address as canonical, has a date, and is where redirects led."""
    says = f'<link rel="canonical" href="{named}">' if named else ""
    says += f'<meta property="article:published_time" content="{dated}">' if dated else ""
    pages = [
        Page(
            id=one.id,
            url=led_to or one.url,
            status=200,
            headers=(("Content-Type", "text/html"),),
            body=f"{says}<title>{one.title}</title><h1>{one.title}</h1>{paragraphs(text)}".encode(),
            fetched_at=house.now(),
        )
        for one in items
    ]
    segment = house.archive.write_pages(pages)
    with house.ledger.write() as tx:
        segments.add(tx, segment, house.now())
        for entry in entries.get(tx, [page.id for page in pages]).values():
            assert entries.transition(tx, entry, State.FETCHED, now=house.now())
    extract_pages(house, segment)
    link(house)
    index(house)
    with house.ledger.read() as tx:
        return {one.url: one for one in entries.listed(tx)}


def same_as(one: FeedItem) -> str:
    """Why an item's text is a notice."""
    return f"the same notice as at {one.url}"
