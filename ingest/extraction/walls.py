"""Recognise what stands in an article's place: bot challenges, consent walls, log-ins, 404s.

Each function returns the evidence in words, or None. They see only pages that lack their article,
so marks that many article pages also have (a consent framework, a captcha on a form) count as
evidence here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from core.words import word_count
from ingest.extraction.document import Document
from ingest.extraction.phrases import phrase
from ingest.web.addresses import is_front_page
from ingest.web.challenges import maker_of

BEGINNING = 2_000
"""A wall says what it is in this many characters."""

NEARLY_EMPTY = 60
"""On a page of fewer words, a captcha is all that there is."""

LONG_WALL = 250
"""A consent wall has fewer words, unless a framework made it."""

_CONSENTERS = {
    "OneTrust": r"onetrust|otsdkstub|optanon",
    "Sourcepoint": r"sourcepoint|sp_message_container|privacy-mgmt\.com|_sp_\.config|_sp_queue",
    "Didomi": r"didomi",
    "Usercentrics": r"usercentrics",
    "Quantcast": r"qc-cmp2?|quantcast\.mgr|cmp\.quantcast",
    "Cookiebot": r"cookiebot",
    "consentmanager": r"consentmanager\.net|cmpbox",
    "TrustArc": r"truste_|consent\.trustarc|trustarc\.com",
    "Contentpass": r"contentpass",
    "the TCF": r"__tcfapi",
}
"""Consent frameworks, and their marks in lower-case markup."""

_CONSENT_HOST = re.compile(
    r"^(?:consent|cmp|myprivacy|privacygate|guce|collectconsent|cookiewall|zustimmung)[.-]"
)
"""Hosts that outlets and platforms send readers to for consent."""

_REFRESH = re.compile(r"<meta[^>]{0,40}http-equiv=[\"']?refresh", re.IGNORECASE)


def challenge(document: Document, names: Iterable[str], text: str, seen: str) -> str | None:
    """What shows a bot challenge: who makes it, or what it says.

    `names` are the page's headlines; `seen` is all that a reader sees; `text` is what was
    extracted, else `seen`.
    """
    quoted = _find_phrase("challenge", (*names, text[:BEGINNING]))
    # If it does not say so, it has to be nearly empty: a page with a form may have a captcha too.
    if quoted is not None or word_count(seen) < NEARLY_EMPTY:
        vendor = maker_of(document.markup, holds_nothing=True)
        if quoted or vendor:
            return ", ".join(filter(None, (vendor, quoted and f"“{quoted}”")))
    if _REFRESH.search(document.markup) and "challenge" in document.markup and not seen:
        return "an empty page that reloads itself"
    return None


def consent_wall(document: Document, names: Iterable[str], text: str) -> str | None:
    """What shows a request for consent: a host made for it, or its framework and words."""
    host = urlsplit(document.url).hostname or ""
    if _CONSENT_HOST.match(host):
        return host
    quoted = _find_phrase("consent", (*names, text[:BEGINNING]))
    if quoted is None:
        return None
    markup = document.markup.lower()
    framework = next((name for name, mark in _CONSENTERS.items() if re.search(mark, markup)), None)
    # On an outlet's own wall, its words are nearly all that there is.
    if framework is None and word_count(text) >= LONG_WALL:
        return None
    return ", ".join(filter(None, (framework, f"“{quoted}”")))


def login(document: Document, names: Iterable[str]) -> str | None:
    """What shows a log-in: its headline, with a password field."""
    quoted = _find_phrase("login", names)
    if quoted and document.tree.xpath("boolean(//input[@type='password'])"):
        return f"“{quoted}” and a field for a password"
    return None


def not_found(names: Iterable[str]) -> str | None:
    """What shows a missing page: its title or headline says so."""
    for name in names:
        for part in (name, *re.split(r"\s[-\u2013\u2014·]\s|[:|]", name)):
            found = phrase("not_found").match(part.strip(" .!?"))
            if found:
                return f"“{name[:80]}”"
    return None


def redirected_away(requested: str, answered: str) -> str | None:
    """A redirect from an article's address to the front page, or to a section above it."""
    if is_front_page(requested):
        return None
    if is_front_page(answered):
        return "redirected to the front page"
    requested_parts, answered_parts = urlsplit(requested), urlsplit(answered)
    above = answered_parts.path.rstrip("/") + "/"
    if (
        not answered_parts.query
        and requested_parts.path.startswith(above)
        and requested_parts.path != above
    ):
        return f"redirected to {answered_parts.path}"
    return None


def _find_phrase(topic: str, texts: Iterable[str]) -> str | None:
    found = (phrase(topic).search(text) for text in texts)
    return next((one.group()[:80] for one in found if one), None)
