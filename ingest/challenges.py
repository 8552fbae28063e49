"""Bot checks: what a site sends to a reader that it takes for a machine, instead of its content."""

from __future__ import annotations

from ingest.answers import Answer

_HEADERS = (
    ("cf-mitigated", "challenge"),
    ("x-amzn-waf-action", "challenge"),
    ("x-amzn-waf-action", "captcha"),
)
"""Header and value by which Cloudflare and AWS say that this is a check."""

_MARKS = (
    (b"/cdn-cgi/challenge-platform/", "Cloudflare's check"),
    (b"cf-chl-", "Cloudflare's check"),
    (b"<title>just a moment", "Cloudflare's check"),
    (b"<title>attention required! | cloudflare", "Cloudflare's refusal"),
    (b"captcha-delivery.com", "DataDome's check"),
    (b"_incapsula_resource", "Imperva's check"),
    (b"px-captcha", "HUMAN's check"),
    (b"ddos-guard", "DDoS-Guard's check"),
    (b"sucuri_cloudproxy", "Sucuri's check"),
    (b"/.within.website/x/cmd/anubis", "Anubis's check"),
    (b"awswafcookiedomainlist", "AWS's check"),
    (b"hcaptcha.com/", "a captcha"),
    (b"google.com/recaptcha/", "a captcha"),
    (b"challenges.cloudflare.com/turnstile", "a captcha"),
)
"""What such pages are made with, in lower case, and what a person knows it as."""

_LOOKED_AT = 200_000


def challenge(answer: Answer) -> str | None:
    """What shows that an answer is a bot check; None if nothing does.

    To be asked of answers that are no feed: a feed may well tell of captchas.
    """
    for name, value in _HEADERS:
        if answer.header(name).strip().lower() == value:
            return f"{name}: {value}"
    body = answer.body[:_LOOKED_AT].lower()
    return next((what for mark, what in _MARKS if mark in body), None)
