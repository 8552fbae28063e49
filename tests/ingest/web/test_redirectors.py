"""Addresses that carry another one inside."""

from __future__ import annotations

import base64
from urllib.parse import quote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ingest.web.addresses import canonical_url
from ingest.web.redirectors import resolve

TARGET = "https://news.example/a/1"


def google_news(address: bytes, field: bytes = b"\x22") -> str:
    length = len(address)
    groups = bytes([length & 0x7F | 0x80, length >> 7]) if length > 0x7F else bytes([length])
    coded = base64.urlsafe_b64encode(b"\x08\x13" + field + groups + address + b"\xd2\x01\x00")
    return f"https://news.google.com/rss/articles/{coded.decode().rstrip('=')}?oc=5"


LONG = "https://news.example/" + "long-" * 40


@pytest.mark.parametrize(
    ("url", "target"),
    [
        (f"https://www.google.com/url?rct=j&sa=t&url={quote(TARGET, '')}&ct=ga&usg=x", TARGET),
        (f"https://www.google.co.uk/url?q={quote(TARGET, '')}", TARGET),
        (f"https://google.de/url?q={TARGET}", TARGET),
        (f"https://consent.google.com/ml?continue={quote(TARGET, '')}&gl=DE", TARGET),
        (f"https://news.google.com/news/url?sa=t&url={TARGET}", TARGET),
        (f"http://www.bing.com/news/apiclick.aspx?ref=FexRss&url={quote(TARGET, '')}&c=1", TARGET),
        (f"https://l.facebook.com/l.php?u={quote(TARGET, '')}&h=x", TARGET),
        (f"https://www.youtube.com/redirect?q={quote(TARGET, '')}", TARGET),
        (f"https://eur01.safelinks.protection.outlook.com/?url={quote(TARGET, '')}&data=x", TARGET),
        ("https://news-example.cdn.ampproject.org/c/s/news.example/a/1?amp=1", TARGET),
        ("https://cdn.ampproject.org/v/news.example/a/1", "http://news.example/a/1"),
        ("https://www.google.com/amp/s/news.example/a/1", TARGET),
        ("https://go.theregister.com/feed/news.example/a/1", TARGET),
        (google_news(TARGET.encode()), TARGET),
        (google_news(LONG.encode()), LONG),
        (google_news(TARGET.encode()).replace("/rss/articles/", "/read/"), TARGET),
        # A redirector behind a redirector.
        (f"https://www.google.com/url?q={quote('https://google.com/amp/s/news.example/a/1', '')}",
         TARGET),
        (f"https://www.google.com/url?q={quote('https://news.example/caf%C3%A9', '')}",
         "https://news.example/caf%C3%A9"),
    ],
)  # fmt: skip
def test_a_target_contained_in_the_address_is_read_from_it(url, target):
    assert canonical_url(url) == target


@pytest.mark.parametrize(
    "url",
    [
        "https://www.google.com/search?q=https%3A%2F%2Fnews.example%2F",
        "https://www.google.com/url?q=rain",
        "https://www.google.com/url?q=javascript:alert(1)",
        "https://www.google.com/url?q=https%3A%2F%2Fnews.example%2Fcaf%E9",
        "https://google.evil.example/url?q=https%3A%2F%2Fnews.example%2F",
        "https://news.example/url?q=https%3A%2F%2Fnews.example%2F",
        "https://www.google.com/amp/s/story",
        "https://news.example/amp/s/other.example/a",
        # The newer ids hold a token, not an address.
        google_news(b"AU_yqLNtoken"),
        google_news(TARGET.encode(), field=b"\x2a"),
        "https://news.google.com/rss/articles/CBM",
        "https://news.google.com/rss/articles/CBMi_w8",
        "https://t.co/abc",
        "https://feedproxy.google.com/~r/news/~3/x/",
        "http://[",
        "",
    ],
)
def test_an_address_whose_target_cannot_be_read_stays(url):
    assert resolve(url) == url


@pytest.mark.parametrize(("redirectors", "is_resolved"), [(10, True), (11, False), (500, False)])
def test_redirectors_in_each_other_are_resolved_up_to_a_limit(redirectors, is_resolved):
    """Of some thousands, which fit into a small feed, each took some milliseconds."""
    outermost = "https://www.google.com/url?q=" * redirectors + "https://news.example/a"
    canonical = canonical_url(outermost)
    assert (canonical == "https://news.example/a") is is_resolved
    assert canonical_url(canonical or "") == canonical


REDIRECTS = st.recursive(
    st.text(max_size=8).map("https://news.example/{}".format),
    lambda inner: st.one_of(
        inner.map(lambda url: f"https://www.google.com/url?q={quote(url, '', errors='replace')}"),
        inner.map(lambda url: f"https://www.google.com/url?q={url}"),
        inner.map(lambda url: f"https://cdn.ampproject.org/c/s/{url.partition('://')[2]}"),
        inner.map(lambda url: google_news(url.encode("utf-8", "replace")[:2000])),
    ),
    max_leaves=4,
)


@given(REDIRECTS)
@example("https://www.google.com/url?q=https://www.google.com/url?q=" + "+" * 99)
def test_resolving_redirectors_is_idempotent(url):
    canonical = canonical_url(url)
    if canonical is not None:
        assert canonical_url(canonical) == canonical


@given(st.text())
def test_resolving_any_text_does_not_raise(text):
    resolve(text)
    resolve(f"https://news.google.com/rss/articles/{text}")
    resolve(f"https://www.google.com/url?{text}")
    resolve(f"https://cdn.ampproject.org/c/{text}")
