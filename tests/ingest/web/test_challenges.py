"""Who makes a bot check, and what shows only that a site is protected."""

from __future__ import annotations

import pytest

from ingest.web.challenges import maker_of


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
