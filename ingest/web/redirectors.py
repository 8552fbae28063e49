"""Read the target out of a redirector's or cache's address, without a request.

If the target is not in the address (FeedBurner, t.co and other shorteners, Google News since July
2024), only a request can tell.
"""

from __future__ import annotations

import base64
import binascii
import re
from urllib.parse import SplitResult, unquote_plus, urlsplit

_GOOGLE = r"(?:www\.)?google\.(?:com?\.)?[a-z]{2,3}"

_BY_PARAMETER: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...] = tuple(
    (re.compile(place), names)
    for place, names in (
        (rf"{_GOOGLE}/url", ("url", "q")),
        (r"news\.google\.com/news/url", ("url",)),
        (r"consent\.google\.com/(?:m|ml)", ("continue",)),
        (r"(?:www\.)?bing\.com/news/apiclick\.aspx", ("url",)),
        (r"(?:l|lm)\.facebook\.com/l\.php", ("u",)),
        (r"l\.instagram\.com/", ("u",)),
        (r"out\.reddit\.com/.*", ("url",)),
        (r"(?:www\.)?youtube\.com/redirect", ("q",)),
        (r"(?:m\.)?vk\.com/away\.php", ("to",)),
        (r"(?:www\.)?duckduckgo\.com/l/", ("uddg",)),
        (r"go\.(?:redirectingat|skimresources)\.com/", ("url",)),
        (r"[a-z0-9.]+\.safelinks\.protection\.outlook\.com/", ("url",)),
    )
)
"""Host and path, and the parameters that may hold the target: the first that is there counts."""

_IN_PATH = tuple(
    re.compile(place)
    for place in (
        # An AMP cache (https://amp.dev/documentation/guides-and-tutorials/learn/amp-caches-and-cors/
        # amp-cache-urls): `c` and `v` are documents, `s/` says that the origin speaks https.
        r"(?:[a-z0-9-]+\.)?cdn\.ampproject\.org/[cv]/(?P<tls>s/)?(?P<rest>.+)",
        r"(?:www\.)?bing-amp\.com/[cv]/(?P<tls>s/)?(?P<rest>.+)",
        rf"{_GOOGLE}/amp/(?P<tls>s/)?(?P<rest>.+)",
        r"go\.theregister\.com/feed/(?P<tls>)(?P<rest>.+)",
    )
)

_HOSTS = re.compile(
    r"(?:.*\.)?(?:google|bing|bing-amp|facebook|instagram|reddit|youtube|vk|duckduckgo"
    r"|redirectingat|skimresources|outlook|ampproject|theregister)\.[a-z.]+"
)
"""The hosts of all of them, in one check: most addresses have none of these."""

_HOST_FIRST = re.compile(r"(?:[a-z0-9-]+\.)+[a-z][a-z0-9-]+(?::\d+)?(?:/|$)", re.IGNORECASE)

_GOOGLE_NEWS = re.compile(
    r"news\.google\.com/(?:__i/)?(?:rss/)?(?:rd/)?(?:articles|read)/([A-Za-z0-9_-]+)"
)


def resolve(url: str) -> str:
    """The target that an address has inside it, one step further; else the address as it is."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").rstrip(".")
    except ValueError:
        return url
    place = host + parts.path
    if not _HOSTS.fullmatch(host):
        return url
    target = _from_query(place, parts) or _from_path(place, parts) or _from_google_news(place)
    return target or url


def _from_query(place: str, parts: SplitResult) -> str | None:
    for pattern, names in _BY_PARAMETER:
        if pattern.fullmatch(place):
            given = dict(part.partition("=")[::2] for part in parts.query.split("&"))
            return next(filter(None, (_web_address(given[n]) for n in names if n in given)), None)
    return None


def _web_address(encoded: str) -> str | None:
    try:
        target = unquote_plus(encoded, errors="strict")
    except UnicodeDecodeError:
        return None
    return target if target.lower().startswith(("http://", "https://")) else None


def _from_path(place: str, parts: SplitResult) -> str | None:
    for pattern in _IN_PATH:
        found = pattern.fullmatch(place)
        if found and _HOST_FIRST.match(found["rest"]):
            scheme = "http" if found["tls"] is None else "https"
            query = f"?{parts.query}" if parts.query else ""
            return f"{scheme}://{found['rest']}{query}"
    return None


def _from_google_news(place: str) -> str | None:
    """Older ids are a message in base64 whose field 4 is the address.

    Since July 2024 the field holds a token that only Google can read: such an address stays.
    """
    found = _GOOGLE_NEWS.fullmatch(place)
    if not found:
        return None
    coded = found[1]
    try:
        message = base64.urlsafe_b64decode(coded + "=" * (-len(coded) % 4))
    except binascii.Error:
        return None
    # Field 1 is a small number; field 4 a text, after its length in groups of seven bits.
    header = re.match(rb"\x08[\x00-\x7f]\x22([\x80-\xff]*[\x00-\x7f])", message)
    if not header:
        return None
    length = sum((byte & 0x7F) << (7 * place) for place, byte in enumerate(header[1]))
    field = message[header.end() : header.end() + length]
    if len(field) < length or not field.lower().startswith((b"http://", b"https://")):
        return None
    try:
        return field.decode("utf-8")
    except UnicodeDecodeError:
        return None
