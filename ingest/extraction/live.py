"""Recognise live blogs (articles that grow while something happens), and when one is over."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from lxml import etree

from ingest.extraction.document import Document
from ingest.extraction.linked_data import types
from ingest.extraction.phrases import phrase
from ingest.moments import moment

QUIET = timedelta(hours=24)
"""A live blog whose newest post is older is over, whether it says so or not."""

POSTS = 3
"""A page with this many elements that are classed as a live blog's post is a live blog."""

_UPDATES = ("liveBlogUpdate", "coverageStartTime", "coverageEndTime")

_NAMES = ("liveblog", "live-blog", "LiveBlog", "liveticker", "live-ticker", "live-post", "live-up")
"""One of these is in the markup of most live blogs; checked first, as it costs least."""

_CLASSES = etree.XPath("//*[contains(@class, 'live') or contains(@class, 'Live')]/@class")

_POST = re.compile(
    r"(?:^|[\s_-])live-?(?:(?:blog|ticker|feed|updates?)(?:-|__|_)?)?"
    r"(?:post|entry|item|update|event|block)(?:$|\s)",
    re.IGNORECASE,
)
"""Classes of one post of a live blog."""

_ENDING = 600
"""Characters at the text's start and at its end where it may say that it is over."""


def is_live(document: Document) -> bool:
    """Whether a page is a live blog: by its JSON-LD, its microdata or the classes of its posts."""
    if any(True for _ in _live_blogs(document)):
        return True
    markup = document.markup
    if "LiveBlogPosting" in markup or "amp-live-list" in markup:
        found = document.tree.xpath(
            "//amp-live-list | //*[contains(@itemtype, 'schema.org/LiveBlogPosting')]"
        )
        if found:
            return True
    if not any(name in markup for name in _NAMES):
        return False
    return sum(_POST.search(one) is not None for one in _CLASSES(document.tree)) >= POSTS


def live_ended(document: Document, text: str, now: datetime) -> bool:
    """Whether a live blog is over by `now`: it says so, its end has passed, or it is quiet."""
    line = " ".join(text.split())
    if phrase("live_ended").search(f"{line[:_ENDING]} … {line[-_ENDING:]}"):
        return True
    ends: list[datetime] = []
    posts: list[datetime] = []
    for blog in _live_blogs(document):
        ends.extend(_moments(blog.get("coverageEndTime")))
        updates = blog.get("liveBlogUpdate")
        for post in updates if isinstance(updates, list) else [updates]:
            if isinstance(post, dict):
                posts.extend(_moments(post.get("dateModified"), post.get("datePublished")))
    if ends and max(ends) <= now:
        return True
    return bool(posts) and max(posts) + QUIET <= now


def _live_blogs(document: Document) -> Iterator[dict[str, Any]]:
    """The page's own live blogs: a related one that it only names has no updates."""
    for thing in document.linked_data:
        if "LiveBlogPosting" in types(thing) and any(name in thing for name in _UPDATES):
            yield thing


def _moments(*values: object) -> Iterator[datetime]:
    """The moments that values name; what is no date, or one out of range, says nothing."""
    for value in values:
        if isinstance(value, str) and (named := moment(value)) is not None:
            yield named
