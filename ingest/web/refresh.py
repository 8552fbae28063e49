"""Recognise pages that only lead on to another, such as those of link shorteners and AMP. Pure."""

from __future__ import annotations

from urllib.parse import urlsplit

from w3lib.html import get_meta_refresh

from core.words import word_count
from ingest.charsets import decode
from ingest.web.answers import Answer
from ingest.web.challenges import maker_of
from ingest.words import plain

LONGEST_DELAY = 5.0
"""A page that leads on after more seconds has something to be read first."""

FEW_WORDS = 60
"""The most words of a page that only leads on: where to, and whom to ask if nothing happens."""

_SMALL = 64 * 1024
"""The most bytes of such a page."""


def refresh_target(answer: Answer) -> str | None:
    """The address that a nearly empty page leads to by its `<meta http-equiv="refresh">`.

    None if it is a page to be read, reloads itself, as live blogs do, or is a bot check. What is
    there for readers without scripts counts for us as well.
    """
    if answer.status != 200 or len(answer.body) > _SMALL or b"refresh" not in answer.body.lower():
        return None
    markup = decode(answer.body, answer.header("content-type"))
    try:
        delay, url = get_meta_refresh(markup, answer.url, ignore_tags=("script",))
        leads_on = url is not None and _is_another(url, answer.url)
    except ValueError:  # not an address
        return None
    if not leads_on or delay is None or delay > LONGEST_DELAY:
        return None
    if word_count(plain(markup, _SMALL)) > FEW_WORDS or maker_of(markup, holds_nothing=True):
        return None
    return url


def _is_another(url: str, page: str) -> bool:
    """Whether `url` is a web address, and not the page's own with other parameters."""
    there, here = urlsplit(url), urlsplit(page)
    if there.scheme not in ("http", "https"):
        return False
    return (there.netloc, there.path or "/") != (here.netloc, here.path or "/")
