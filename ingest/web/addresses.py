"""Canonical addresses: one per article, whatever feed or campaign it came through."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import (
    SplitResult,
    unquote_plus,
    unquote_to_bytes,
    urljoin,
    urlsplit,
    urlunsplit,
)

from lxml.html import HtmlElement
from w3lib.url import canonicalize_url, safe_url_string

from core.sites import site_of
from ingest.web.redirectors import resolve

_TRACKING = re.compile(
    r"(utm|at|ns|mtm|itm|hsa|vero)_.*"
    r"|(pk|piwik)_(campaign|kwd|keyword|source|medium|content|cid)"
    r"|ga_(source|medium|term|content|campaign|place)|mc_(cid|eid|tc)|wt_z?mc|oly_(enc|anon)_id"
    r"|(fb|g|dc|tw|yc|tt)clid|msclkid|srsltid|igsh(id)?|epik|li_fat_id|_gl|[gw]braid|gclsrc"
    r"|_openstat|mkt_tok|xtor|xtref|cmp|cmp_?id|ftag|smid|smtyp|taid|emc|_hsenc|_hsmi"
    r"|guccounter|guce_referrer(_sig)?|ocid|icid|ito|ncid|sr_share|ref_src|ref_url"
    r"|__twitter_impression|feedtype|feedname|traffic_source|amp_js_v|amp_gsa|usqp"
    r"|phpsessid|jsessionid",
    re.IGNORECASE,
)
"""Query parameters that say where a reader came from, not what they read."""

_MAYBE_TRACKING = re.compile(
    r"source|src|srcref|ref|rel|from|via|partner|mod|feed|channel|cid|output", re.IGNORECASE
)
_A_FEED = re.compile(r"rss.*|(google)?feed|feedburner", re.IGNORECASE)
"""Some sites choose the article by such a name, so it is removed only if its value names a feed,
as in `source=rss` (found in 1,810 of 39,814 addresses of real feeds)."""

_NO_CHOICE = re.compile(r"amp(=(1|true|yes)?)?|outputtype=amp|rss=(1|true|yes)?", re.IGNORECASE)
"""Parameters that ask for another view or name a feed; the page is there without them, too."""

_SESSION = re.compile(r";jsessionid=[^/;]*|/\((?:[axsf]\([^()/]*\)){1,4}\)(?=/)", re.IGNORECASE)
"""Sessions in paths, as Java and ASP.NET (`/(S(1a2b))/`) write them."""

_IDENTIFYING = re.compile(r".*id|p|v|a|n|nr|no|item|story|article|art|news|post|doc", re.IGNORECASE)
"""Parameters that choose, on some sites, what a page shows."""

_VISIT = re.compile(
    r".*(sess(ion)?|visit(or)?|click|request|track(ing)?|client)[-_]?id|(os)?c?sid|cfid",
    re.IGNORECASE,
)
"""Parameters that look like those above but identify one reader's visit."""

_NUMBER_OR_PATH = re.compile(r"[/\d]")
"""A bare parameter that chooses a page has one of these; `print` and `rss` only ask for a view."""

_VIEW = re.compile(
    r"(?:/(?:amp|amphtml|(?:index\.)?amp\.html|index\.html?|print|mobile|full|single|all|comments"
    r"|page/\d+))+/?",
    re.IGNORECASE,
)
"""What may follow an article's path to ask for another view of it."""

_FRONT = re.compile(
    r"/(?:[a-z]{2}(?:[-_][a-z]{2})?/?)?(?:(?:index|home|default|homepage)(?:\.[a-z]{3,5})?/?)?",
    re.IGNORECASE,
)
"""Paths of front pages, including those of one language."""

_NO_ARTICLE = re.compile(
    r"(?:.*/)?(?:login|log-in|signin|sign-in|register|registration|subscribe|subscription|consent"
    r"|cookies|privacy|paywall|403|404|410|error|not-?found|page-not-found|undefined|null)(?:\.[a-z]{3,5})?/?",
    re.IGNORECASE,
)
"""Paths of pages that a site redirects to instead of an article, and what a template declares whose
address is missing."""

_NO_HOST = re.compile(r"[\x00-\x20\x7f]")
"""No host has such a character. Databases also refuse a NUL, and all that is stored with it."""

_DEFAULT_PORTS = {"http": 80, "https": 443}

MAX_REDIRECTORS = 10
"""The most redirectors in each other's addresses: each takes time that grows with the address's
length. Of real ones there are two or three, such as a mail program's around a search engine's."""


def canonical_url(url: str, base: str = "") -> str | None:
    """The one spelling of an article's address; None if it is not a web address.

    Absolute (against `base`), with a lower-case host, sorted parameters, and no default port,
    fragment or tracking parameters. If it is a redirector's or an AMP cache's address that carries
    the article's, the article's is taken, unless it is in more than `MAX_REDIRECTORS` of them.
    Idempotent.
    """
    try:
        outermost = _spelled(urljoin(base, url.strip()))
    except ValueError:
        return None
    canonical = outermost
    for _ in range(MAX_REDIRECTORS + 1):
        target = None if canonical is None else _spelled(resolve(canonical))
        if target is None or target == canonical:
            return canonical
        canonical = target
    return outermost


def article_address(asked: str, answered: str, declared: Sequence[str]) -> str:
    """The address where an article really is.

    Args:
        asked: the canonical address that was asked for.
        answered: where redirects led.
        declared: the addresses that the page declares as its own, best first: see
            `declared_addresses`.

    A redirect or declaration is ignored if it leads to a front page, a log-in or an error, to the
    section that the article is in, or to an address without the parameter that chose the article.
    A declaration is also ignored if it names another site.
    """
    start, here = canonical_url(asked), canonical_url(answered)
    if here is None:
        return start or asked
    if start and _is_article(start) and not (_is_article(here) and _may_be(here, start)):
        return start
    for one in declared:
        address = canonical_url(one, base=here)
        if address is not None and _is_believed(address, here):
            return _as_secure(address, here)
    return here


def base_of(tree: HtmlElement) -> str:
    """What a page's links are relative to, as it says; "" if it does not."""
    return next((one.get("href") for one in tree.iter("base") if one.get("href")), "")


def declared_addresses(tree: HtmlElement, url: str) -> tuple[str, ...]:
    """The addresses that a page at `url` declares as its own: `rel=canonical`, then `og:url`."""
    links = [
        one.get("href")
        for one in tree.iter("link")
        if "canonical" in (one.get("rel") or "").lower().split()
    ]
    metas = [
        one.get("content")
        for one in tree.iter("meta")
        if "og:url" in ((one.get("property") or "").lower(), (one.get("name") or "").lower())
    ]
    start = canonical_url(base_of(tree), base=url) or url
    found = (canonical_url(one, base=start) for one in [*links, *metas] if one and one.strip())
    return tuple(dict.fromkeys(filter(None, found)))


def chosen_by(address: str) -> str:
    """A canonical address with only the parameters that choose a page: the part that stays the
    same on sites where the other parameters change at each poll."""
    place, _, query = address.partition("?")
    chosen = _chosen(urlsplit(address))
    kept = [
        one
        for one in query.split("&")
        if one in chosen and not _VISIT.fullmatch(one.partition("=")[0])
    ]
    return f"{place}?{'&'.join(kept)}" if kept else place


def is_front_page(address: str) -> bool:
    """Whether an address is a front page: its path says so, and no parameter chooses a page."""
    parts = urlsplit(address)
    return _FRONT.fullmatch(parts.path) is not None and not _chosen(parts)


def web_scheme(url: str) -> str:
    """A feed's address as http(s): some programs pass it on as `feed://` or `feed:https://`."""
    if not url.lower().startswith("feed:"):
        return url
    rest = url[len("feed:") :]
    return f"http:{rest}" if rest.startswith("//") else rest


def _spelled(url: str) -> str | None:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    if "\\" in parts.netloc:
        return _spelled(url.replace("\\", "/", 1))  # a host ends there, in w3lib as in browsers
    if parts.scheme not in _DEFAULT_PORTS or not parts.hostname or _NO_HOST.search(parts.hostname):
        return None
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname.rstrip(".")
    if port is not None and port != _DEFAULT_PORTS[parts.scheme]:
        host = f"{host}:{port}"
    # The parameters that stay are not decoded: their bytes may be in any charset.
    kept = [one for one in parts.query.split("&") if not _only_tracks(one)]
    try:
        pairs = "&".join(filter(_is_pair, kept))
        written: str = canonicalize_url(urlunsplit((parts.scheme, host, parts.path, pairs, "")))
        place, mark, query = written.partition("?")
        canonical = f"{_SESSION.sub('', place)}{mark}{query}"
        canonical = _with_others(canonical, [one for one in kept if not _is_pair(one)])
        # A host of dots is empty now, and the ASCII form of some letters begins with a space.
        named = urlsplit(canonical).hostname
        return None if not named or _NO_HOST.search(named) else canonical
    except ValueError:
        return None


def _is_pair(parameter: str) -> bool:
    return not parameter or ("=" in parameter and ";" not in parameter)


def _with_others(canonical: str, others: Sequence[str]) -> str:
    """An address with the parameters that are not `name=value` sorted in among the others.

    `story?4711`, `index.php?/archives/12.html` and `sid=12;op=show` stay as they are written: for
    the programs that read them, `4711=` or `%2Farchives` is another page, or none.
    """
    if not others:
        return canonical
    place, _, query = canonical.partition("?")
    written = [safe_url_string(f"{place}?{one}").partition("?")[2] for one in others]
    return f"{place}?{'&'.join(sorted(filter(None, [*query.split('&'), *written]), key=_decoded))}"


def _decoded(parameter: str) -> tuple[bytes, bytes, str]:
    name, _, value = parameter.replace("+", " ").partition("=")
    return unquote_to_bytes(name), unquote_to_bytes(value), parameter


def _only_tracks(parameter: str) -> bool:
    name, _, value = parameter.partition("=")
    name = unquote_plus(name)
    return bool(
        _TRACKING.fullmatch(name)
        or _NO_CHOICE.fullmatch(parameter)
        or (_MAYBE_TRACKING.fullmatch(name) and _A_FEED.fullmatch(unquote_plus(value)))
    )


def _is_article(address: str) -> bool:
    """Whether an address may be an article's: it is not a front page, a log-in or an error page."""
    return not is_front_page(address) and not _NO_ARTICLE.fullmatch(urlsplit(address).path)


def _may_be(address: str, other: str) -> bool:
    """Whether `address` may show the same article as `other`, judging by the two alone.

    The section that an article is in is another page, and so is `item` if `other` is `item?id=1`.
    """
    there, parts = urlsplit(address), urlsplit(other)
    path, longer = there.path.rstrip("/"), parts.path.rstrip("/")
    if path == longer:
        return _chosen(parts) <= _chosen(there)
    if not longer.startswith(path + "/"):
        return True
    return _VIEW.fullmatch(longer, len(path)) is not None


def _chosen(parts: SplitResult) -> set[str]:
    """The parameters by which one path serves many articles: `item?id=1`, `story?4711`."""
    return {
        one
        for one in parts.query.split("&")
        if _IDENTIFYING.fullmatch(one.partition("=")[0])
        or ("=" not in one and _NUMBER_OR_PATH.search(one))
    }


def _is_believed(address: str, here: str) -> bool:
    """Whether to believe a page at `here` that says it is at `address`."""
    return site_of(address) == site_of(here) and _is_article(address) and _may_be(address, here)


def _as_secure(address: str, here: str) -> str:
    """`address` by https if the page came from the same host by https: declarations may be old."""
    there, parts = urlsplit(address), urlsplit(here)
    if (there.scheme, parts.scheme) == ("http", "https") and there.netloc == parts.netloc:
        return "https" + address.removeprefix("http")
    return address
