"""Recognise bot checks: what a site sends instead of content to a client that it takes for a bot.

This is the only place that knows their makers' marks; the words of such pages are in
`ingest.extraction.walls`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ingest.web.answers import Answer
from ingest.words import paragraphs

_HEADERS = (
    ("cf-mitigated", "challenge"),
    ("x-amzn-waf-action", "challenge"),
    ("x-amzn-waf-action", "captcha"),
)
"""Headers and values by which Cloudflare and AWS say that an answer is a check."""


@dataclass(frozen=True, slots=True)
class _Maker:
    """A maker of bot checks, and its marks in lower-case markup.

    `sure` marks are only in checks. `protected` marks are also in ordinary pages of protected
    sites; they count on a page that holds nothing else.
    """

    name: str
    sure: str
    protected: str = ""


_CAPTCHA = "a captcha"
_CAPTCHA_WORDS = 120
"""The most words of a captcha page: many sites have a captcha on all pages, for their forms."""

_MAKERS = (
    _Maker(
        "Cloudflare",
        r"cf-chl-|challenge-platform/h/\w+/orchestrate/"
        r"|<title>(?:just a moment|attention required! \| cloudflare)",
        r"/cdn-cgi/challenge-platform/|cf[-_](?:chl|challenge|turnstile)",
    ),
    _Maker("DataDome", r"captcha-delivery\.com", r"datadome"),
    _Maker("HUMAN", r"px-captcha", r"_pxappid|perimeterx"),
    _Maker("Imperva", r"_incapsula_resource", r"incident id"),
    _Maker("Akamai", r"/_sec/cp_challenge", r"bm-verify|errors\.edgesuite\.net"),
    _Maker(
        "AWS", r"awswafcookiedomainlist", r"gokuprops|aws-?waf-?(?:token|captcha)|token\.awswaf"
    ),
    _Maker("Sucuri", r"sucuri_cloudproxy", r"sucuri website firewall"),
    _Maker("DDoS-Guard", r"ddg-captcha|ddos-guard"),
    _Maker("Kasada", r"/149e9513-01fa-4fb0-aad4-566afd725d1b/", r"kpsdk"),
    _Maker(
        "Anubis", r"\.within\.website/x/cmd/anubis|anubis[_-]challenge", r"\.within\.website/x/"
    ),
    _Maker(
        _CAPTCHA,
        r"hcaptcha\.com/|google\.com/recaptcha/|challenges\.cloudflare\.com/turnstile",
        r"\bh-?captcha|g-recaptcha|recaptcha/(?:api|enterprise)|geetest|arkoselabs",
    ),
)

_ABSENT = (404, 410)
"""Statuses that are never checks, though such pages may have the marks of all protected pages."""

_LOOKED_AT = 200_000


def challenge(answer: Answer) -> str | None:
    """What shows that an answer is a bot check; None if nothing does.

    Call it only for answers that are not a feed: a feed may well write about captchas.
    """
    for name, value in _HEADERS:
        if answer.header(name).strip().lower() == value:
            return f"{name}: {value}"
    if answer.status in _ABSENT:
        return None
    markup = answer.body[:_LOOKED_AT].decode("latin-1")
    maker = maker_of(markup)
    if maker != _CAPTCHA:
        return maker and f"{maker}'s check"
    return maker if len(paragraphs(markup).split()) <= _CAPTCHA_WORDS else None


def maker_of(markup: str, *, holds_nothing: bool = False) -> str | None:
    """Who made the check that a page is; None if nothing shows that it is one.

    If the page `holds_nothing` else, the marks on ordinary pages of protected sites count as well.
    """
    low = markup.lower()
    for maker in _MAKERS:
        marks = (maker.sure, maker.protected) if holds_nothing else (maker.sure,)
        if any(mark and re.search(mark, low) for mark in marks):
            return maker.name
    return None
