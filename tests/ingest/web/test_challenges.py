"""Who makes a bot check, and what shows only that a site is protected."""

from __future__ import annotations

import pytest

from ingest.web.answers import Answer
from ingest.web.challenges import challenge, maker_of


@pytest.mark.parametrize(
    ("markup", "alone", "among_others"),
    [
        ("<script src='/cdn-cgi/challenge-platform/h/b/orchestrate/'>", "Cloudflare", "Cloudflare"),
        ("<script src='/cdn-cgi/challenge-platform/scripts/jsd/main.js'>", "Cloudflare", None),
        (
            "<script src='/cdn-cgi/challenge-platform/h/b/scripts/jsd/a/main.js'>",
            "Cloudflare",
            None,
        ),
        ("<TITLE>Just a moment...</TITLE>", "Cloudflare", "Cloudflare"),
        ("<script src='https://ct.captcha-delivery.com/c.js'>", "DataDome", "DataDome"),
        ("<script src='https://js.datadome.co/tags.js'>", "DataDome", None),
        ("<div id='px-captcha'>", "HUMAN", "HUMAN"),
        ("<script>window._pxAppId = 'PX'</script>", "HUMAN", None),
        ("<iframe src='/_Incapsula_Resource?x'>", "Imperva", "Imperva"),
        ("<script src='https://a.token.awswaf.com/aws-waf-token.js'>", "AWS", None),
        ("<form><div class='g-recaptcha'></div></form>", "a captcha", None),
        ("<p>An article about the weather.</p>", None, None),
    ],
)
def test_a_bot_check_is_distinguished_from_a_protected_site(markup, alone, among_others):
    assert maker_of(markup, holds_nothing=True) == alone
    assert maker_of(markup) == among_others


CLOUDFLARE, CAPTCHA = "<title>Just a moment...</title>", "<script src='https://hcaptcha.com/1'>"
WORDS = "</script><p>" + "word " * 200


@pytest.mark.parametrize(
    ("markup", "status", "said"),
    [
        (CLOUDFLARE, 403, "Cloudflare's check"),
        (CLOUDFLARE + WORDS, 200, "Cloudflare's check"),
        (CLOUDFLARE, 404, None),
        (CAPTCHA, 200, "a captcha"),
        (CAPTCHA + WORDS, 200, None),
        (WORDS, 403, None),
    ],
)
def test_a_captcha_on_a_page_of_many_words_is_no_check(markup, status, said):
    assert challenge(Answer("https://news.example/", status, (), markup.encode())) == said
