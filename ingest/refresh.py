"""Pages that only lead on to another, as link shorteners' and some of AMP do. Pure."""

from __future__ import annotations

from urllib.parse import urlsplit

from w3lib.encoding import html_to_unicode
from w3lib.html import get_meta_refresh

from ingest.answers import Answer
from ingest.challenges import maker_of
from ingest.words import plain

LONGEST_DELAY = 5.0
"""Seconds after which a page may lead on; ones that come later have something to be read first."""

FEW_WORDS = 60
"""Words of a page that only leads on, at most: where to, and whom to ask if nothing happens."""

_SMALL = 64 * 1024
"""Bytes of such a page, at most."""


def leads_on(answer: Answer) -> str | None:
    """The address that a nearly empty page leads to by its `<meta http-equiv="refresh">`.

    None where it is a page to be read, is loaded again itself, as live blogs are, or checks who
    asks. What is for readers without scripts is for us as well.
    """
    if answer.status != 200 or len(answer.body) > _SMALL or b"refresh" not in answer.body.lower():
        return None
    encoding, markup = html_to_unicode(answer.header("content-type") or None, answer.body)
    try:
        delay, url = get_meta_refresh(markup, answer.url, encoding, ignore_tags=("script",))
        if (
            url is None
            or delay is None
            or delay > LONGEST_DELAY
            or not _is_another(url, answer.url)
        ):
            return None
    except ValueError:  # no address
        return None
    if len(plain(markup, _SMALL).split()) > FEW_WORDS or maker_of(markup, holds_nothing=True):
        return None
    return url


def _is_another(url: str, page: str) -> bool:
    """Whether an address is one of the web, and not the page's own with other parameters."""
    there, here = urlsplit(url), urlsplit(page)
    if there.scheme not in ("http", "https"):
        return False
    return (there.netloc, there.path or "/") != (here.netloc, here.path or "/")
