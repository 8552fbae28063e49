"""Canonical addresses: one article, one address."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ingest.addresses import canonical_url


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("https://example.com", "https://example.com/"),
        ("  https://EXAMPLE.com:443/A#part ", "https://example.com/A"),
        ("HTTP://example.com:80/", "http://example.com/"),
        ("http://example.com:8080/", "http://example.com:8080/"),
        ("http://example.com./x", "http://example.com/x"),
        ("http://[2001:DB8::1]:80/x", "http://[2001:db8::1]/x"),
        ("https://bücher.example/größe", "https://xn--bcher-kva.example/gr%C3%B6%C3%9Fe"),
        ("https://user:password@example.com/", "https://example.com/"),
        ("https://example.com/a b", "https://example.com/a%20b"),
        ("https://example.com/?b=2&a=1", "https://example.com/?a=1&b=2"),
        ("https://example.com/?q=caf%E9", "https://example.com/?q=caf%E9"),
        ("https://news.ycombinator.com/item?id=1", "https://news.ycombinator.com/item?id=1"),
        ("https://example.com/?p=7&source=rss", "https://example.com/?p=7&source=rss"),
        ("https://example.com/?utm_source=rss&utm_medium=x&id=3", "https://example.com/?id=3"),
        ("https://example.com/?at_medium=RSS&at_campaign=K", "https://example.com/"),
        ("https://example.com/?ns_mchannel=rss&UTM_Source=x", "https://example.com/"),
        ("https://example.com/?utm%5Fsource=rss", "https://example.com/"),
        ("https://example.com/?fbclid=x&gclid=y&mc_cid=z&smid=t", "https://example.com/"),
        ("https://example.com/?data_id=1&format=amp", "https://example.com/?data_id=1&format=amp"),
    ],
)
def test_the_one_spelling_of_an_address(url, canonical):
    assert canonical_url(url) == canonical
    assert canonical_url(canonical) == canonical


@pytest.mark.parametrize(
    "url",
    [
        "",
        "   ",
        "no address",
        "/relative",
        "mailto:a@example.com",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "ftp://example.com/",
        "data:text/html,x",
        "tag:example.com,2026:1",
        "http://",
        "http:///path",
        "http://[::1",
        "http://example.com:99999/",
        "http://example.com:port/",
    ],
)
def test_what_is_no_web_address_has_none(url):
    assert canonical_url(url) is None


@pytest.mark.parametrize(
    ("link", "address"),
    [
        ("/news/1", "https://example.com/news/1"),
        ("2", "https://example.com/feeds/2"),
        ("?id=3", "https://example.com/feeds/all.rss?id=3"),
        ("//other.example/x", "https://other.example/x"),
        ("http://other.example/x", "http://other.example/x"),
    ],
)
def test_a_relative_address_is_one_of_its_feed(link, address):
    assert canonical_url(link, base="https://example.com/feeds/all.rss") == address


URLS = st.text() | st.from_regex(
    r"https?://[a-z0-9.%:@\[\]\\-]{0,12}(/[ -~]{0,10})?(\?[ -~\u00e9\ud800]{0,20})?", fullmatch=True
)


@given(URLS)
@example("http://example.com/?&&=&")
@example("http://a/\ud800")
@example("http://a?\x00%")
def test_whatever_is_asked_is_answered_and_stays_as_it_is(url):
    canonical = canonical_url(url)
    if canonical is not None:
        assert canonical_url(canonical) == canonical
        parts = urlsplit(canonical)
        assert parts.scheme in ("http", "https")
        assert parts.hostname
        assert not parts.fragment
        assert canonical.isascii() or not parts.hostname.isascii()


TRACKING = ["utm_source", "utm_anything", "at_medium", "ns_mchannel", "fbclid", "gclid", "_hsenc"]


@given(
    kept=st.lists(st.tuples(st.sampled_from(["id", "p", "page", "q"]), st.text("ab1 &=%+"))),
    tracking=st.lists(st.tuples(st.sampled_from(TRACKING), st.text("ab1"))),
    order=st.randoms(use_true_random=False),
)
def test_tracking_goes_and_the_rest_stays(kept, tracking, order):
    from urllib.parse import urlencode

    parameters = kept + tracking
    order.shuffle(parameters)
    canonical = canonical_url(f"https://example.com/?{urlencode(parameters)}")
    assert canonical is not None
    assert sorted(parse_qsl(urlsplit(canonical).query, keep_blank_values=True)) == sorted(kept)
