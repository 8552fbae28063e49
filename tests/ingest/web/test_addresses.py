"""Canonical addresses: one article, one address."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from lxml import html
from w3lib.url import canonicalize_url

from ingest.web.addresses import (
    article_address,
    canonical_url,
    chosen_by,
    declared_addresses,
    is_front_page,
    web_scheme,
)


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
        ("https://bücher.example..\\größe", "https://xn--bcher-kva.example/gr%C3%B6%C3%9Fe"),
        ("https://example.com/a b", "https://example.com/a%20b"),
        ("https://example.com/?b=2&a=1", "https://example.com/?a=1&b=2"),
        ("https://example.com/?q=caf%E9", "https://example.com/?q=caf%E9"),
        ("https://news.ycombinator.com/item?id=1", "https://news.ycombinator.com/item?id=1"),
        ("https://example.com/?p=7&source=wire", "https://example.com/?p=7&source=wire"),
        ("https://example.com/?p=7&source=rss", "https://example.com/?p=7"),
        ("https://example.com/x?mod=rss_World&partner=rssnyt&rss=1", "https://example.com/x"),
        ("https://example.com/x?CMP=twt&cmpid=1&cmp_id=2&ito=3&ftag=4", "https://example.com/x"),
        ("https://example.com/x?id=1&gid=2&cid=3", "https://example.com/x?cid=3&gid=2&id=1"),
        ("https://example.com/x?ref=12&from=here", "https://example.com/x?from=here&ref=12"),
        ("https://example.com/x?amp=1&outputType=amp", "https://example.com/x"),
        ("https://example.com/x?amp&a=1", "https://example.com/x?a=1"),
        ("https://example.com/x?amp=fender&outputType=pdf",
         "https://example.com/x?amp=fender&outputType=pdf"),
        ("https://example.com/x/amp/", "https://example.com/x/amp/"),
        ("https://example.com/x;jsessionid=1A2B?id=3", "https://example.com/x?id=3"),
        ("https://example.com/a/(S(lit3py55t21z5v55vlm25s55))/b.aspx?id=3",
         "https://example.com/a/b.aspx?id=3"),
        ("https://example.com/(X(1)S(1a2b))/b", "https://example.com/b"),
        ("https://example.com/%28%53%281a2b%29%29/b", "https://example.com/b"),
        ("https://example.com/wiki/(R(x))/b(S(x))/", "https://example.com/wiki/(R(x))/b(S(x))/"),
        ("https://example.com/?utm_source=rss&utm_medium=x&id=3", "https://example.com/?id=3"),
        ("https://example.com/?at_medium=RSS&at_campaign=K", "https://example.com/"),
        ("https://example.com/?ns_mchannel=rss&UTM_Source=x", "https://example.com/"),
        ("https://example.com/?utm%5Fsource=rss", "https://example.com/"),
        ("https://example.com/?fbclid=x&gclid=y&mc_cid=z&smid=t", "https://example.com/"),
        ("https://example.com/?data_id=1&format=amp", "https://example.com/?data_id=1&format=amp"),
        # Programs read a query that is not name=value as written.
        ("https://example.com/story?4711", "https://example.com/story?4711"),
        ("https://example.com/story?4711&utm_source=x", "https://example.com/story?4711"),
        ("https://example.com/index.php?/archives/12-Rain.html",
         "https://example.com/index.php?/archives/12-Rain.html"),
        ("https://example.com/a.pl?sid=26/06/03/12;op=show",
         "https://example.com/a.pl?sid=26/06/03/12;op=show"),
        ("https://example.com/x?a=%62;x&a=a;x", "https://example.com/x?a=a;x&a=%62;x"),
        ("https://example.com/x?a=b;x&a=%62;x", "https://example.com/x?a=%62;x&a=b;x"),
        ("https://example.com/?p=7&format=rss", "https://example.com/?format=rss&p=7"),
        ("https://example.com/x?b=a/b&ü é;c&a", "https://example.com/x?a&b=a%2Fb&%C3%BC%20%C3%A9;c"),
    ],
)  # fmt: skip
def test_each_address_has_one_canonical_spelling(url, canonical):
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
        "http://exam\x00ple.com/",
        "http://.\x00",
        "http://exam ple.com/",
        # Normalised (NFKC), the next two hosts begin with a space.
        "http://\u00b8/",
        "http://\u2003example.com/",
        "http://.\\",
    ],
)
def test_a_non_web_address_has_no_canonical_form(url):
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
def test_a_relative_address_is_resolved_against_its_feed(link, address):
    assert canonical_url(link, base="https://example.com/feeds/all.rss") == address


URLS = st.text() | st.from_regex(
    r"https?://[a-z0-9.%:@\[\]\\-]{0,12}(/[ -~]{0,10})?(\?[ -~\u00e9\ud800]{0,20})?", fullmatch=True
)


HOSTS = st.lists(
    st.sampled_from(
        [*"a1.-_:@[]\\", "xn--", "3bb", "%20", "%", *"ü\u00b8\u2003\u00ad\u3002\u2488"]
    ),
    max_size=6,
).map("".join)
HOSTED = st.builds("http://{}{}".format, HOSTS, st.sampled_from(["", "/x", "?a", "/\u00fc?q=1"]))


@given(URLS | HOSTED)
@example("http://\u00b8/")
@example("http://\u00fc..\\\\/")
@example("http://example.com/?&&=&")
@example("http://a/\ud800")
@example("http://a?\x00%")
def test_canonicalising_any_text_is_idempotent(url):
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
def test_tracking_parameters_are_dropped_and_others_kept(kept, tracking, order):
    from urllib.parse import urlencode

    parameters = kept + tracking
    order.shuffle(parameters)
    canonical = canonical_url(f"https://example.com/?{urlencode(parameters)}")
    assert canonical is not None
    assert sorted(parse_qsl(urlsplit(canonical).query, keep_blank_values=True)) == sorted(kept)


NAMES = st.sampled_from(["id", "p", "x[]", "q", "\u00fc", "%41", "x+y", ""])
VALUES = st.sampled_from(["1", "", "a b", "a ", "%e9", "%C3%a9", "\u00e9", "a/b:c,d", "%zz", "a=b"])
PAIRS = st.tuples(NAMES, VALUES).map("=".join)


@given(st.lists(PAIRS, max_size=5))
def test_ordinary_queries_keep_the_spelling_that_ids_are_based_on(pairs):
    url = f"https://example.com/story?{'&'.join(pairs)}"
    assert canonical_url(url) == canonicalize_url(url)


PARAMETERS = st.tuples(
    st.sampled_from(["id", "p", "utm_source", "source", "amp", "x", "url", ""]),
    st.sampled_from(["1", "2", "rss", "", "a+b", "%41", "https%3A%2F%2Fb.example%2F"]),
).map("=".join)


@given(
    st.lists(PARAMETERS | st.sampled_from(["4711", "/a/1.html", "a=1;b=2", "x"]), max_size=5),
    st.randoms(use_true_random=False),
    st.text(),
)
def test_parameter_order_and_fragment_do_not_matter(parameters, order, fragment):
    place = "https://example.com/story"
    address = canonical_url(f"{place}?{'&'.join(parameters)}")
    order.shuffle(parameters)
    assert canonical_url(f"{place}?{'&'.join(parameters)}#{fragment}") == address


@pytest.mark.parametrize(
    ("asked", "answered", "declared", "address"),
    [
        ("/a/1", "/a/1?utm_source=x", [], "/a/1"),
        ("/short/1", "/a/1", [], "/a/1"),
        ("/a/1", "/a/1", ["/b/1", "/c/1"], "/b/1"),
        ("/a/1", "/a/1", ["undefined", "/undefined", "/b/1"], "/b/1"),
        ("/a/1", "/a/1/amp", ["/a/1"], "/a/1"),
        ("/a/1", "/a/1/amp/", ["/a/1/"], "/a/1/"),
        ("/a/1", "/amp/a/1", ["/a/1"], "/a/1"),
        ("/a/1", "/a/1.amp.html", ["/a/1.html"], "/a/1.html"),
        ("/a/1", "/a/1/page/2", ["/a/1"], "/a/1"),
        ("/a/1", "/a/1?output=print", ["/a/1"], "/a/1"),
        ("/a/1", "/a/1?x=2", ["?x=2"], "/a/1?x=2"),
        ("/a/1", "/a/1", ["https://m.example.com/a/1"], "https://m.example.com/a/1"),
        # A stale http address does not override the https it came by.
        ("/a/1", "/a/1", ["http://www.example.com/a/1"], "/a/1"),
        ("/a/1", "/a/1", ["http://m.example.com/a/1"], "http://m.example.com/a/1"),
        # Other sites may not claim an article, nor be assigned one.
        ("/a/1", "/a/1", ["https://evil.example/a/1"], "/a/1"),
        # Front pages and sections are never articles, whatever is declared.
        ("/a/1", "/a/1", ["/"], "/a/1"),
        ("/a/1", "/a/1", ["/en/"], "/a/1"),
        ("/a/1", "/a/1", ["/index.html"], "/a/1"),
        ("/a/1", "/a/1", ["/a", "/b/1"], "/b/1"),
        ("/a/1", "/", ["/b/1"], "/a/1"),
        ("/a/1", "/?from=404", [], "/a/1"),
        ("/a/1", "/a/", [], "/a/1"),
        ("/a/1", "https://parked.example/", [], "/a/1"),
        ("/a/1", "/login?next=%2Fa%2F1", [], "/a/1"),
        ("/a/1", "/404.html", [], "/a/1"),
        ("/", "/de/", [], "/de/"),
        # One path, many articles.
        ("/item?id=1", "/item?id=1", ["/item"], "/item?id=1"),
        ("/item?id=1", "/item?id=1", ["/item?id=2"], "/item?id=1"),
        ("/item?id=1", "/item", [], "/item?id=1"),
        ("/?p=7", "/?p=7", ["/2026/rain/"], "/2026/rain/"),
        ("/?p=7", "/2026/rain/", [], "/2026/rain/"),
        ("/story?4711", "/story?4711", ["/story"], "/story?4711"),
        ("/index.php?/archives/1.html", "/index.php?/archives/1.html", ["/index.php"],
         "/index.php?/archives/1.html"),
        ("/a/1?print", "/a/1?print", ["/a/1"], "/a/1"),
        # Nonsense is not an address.
        ("/a/1", "/a/1", ["", "http://[", "mailto:a@news.example", "javascript:x"], "/a/1"),
        ("/a/1", "http://[", [], "/a/1"),
    ],
)  # fmt: skip
def test_an_articles_address_is_chosen_from_those_known(asked, answered, declared, address):
    def full(path):
        return f"https://www.example.com{path}" if path.startswith("/") else path

    found = article_address(full(asked), full(answered), declared)
    assert found == full(address)
    assert article_address(found, full(answered), declared) == found


PLACES = st.builds(
    "{}{}{}".format,
    st.sampled_from(["https://example.com", "https://m.example.com", "http://other.example"]),
    st.lists(st.sampled_from(["a", "b", "amp", "page", "2", "en", "login"]), max_size=3).map(
        lambda parts: "/" + "/".join(parts)
    ),
    st.sampled_from(["", "?id=1", "?id=2", "?amp=1", "?x=1"]),
)


@given(URLS | PLACES, URLS | PLACES, st.lists(URLS | PLACES, max_size=3))
def test_choosing_an_address_is_idempotent(asked, answered, declared):
    found = article_address(asked, answered, declared)
    assert canonical_url(found) in (found, None)
    assert article_address(found, answered, declared) == found


@given(st.sampled_from(["id", "p", "storyId", "nid"]), st.sampled_from(["", "/", "?x=1", "/?id=9"]))
def test_one_canonical_link_on_all_pages_does_not_merge_them(name, written):
    place = "https://news.example/story"
    pages = [f"{place}?{name}={number}" for number in (1, 2)]
    assert [article_address(page, page, [place + written]) for page in pages] == pages


HEAD = """<html><head><base href="https://news.example/x/">{}</head><body></body></html>"""


@pytest.mark.parametrize(
    ("markup", "declared"),
    [
        ("", ()),
        ('<link rel="canonical" href="/a?utm_source=x">', ("https://news.example/a",)),
        ('<link rel="Canonical nofollow" href="a">', ("https://news.example/x/a",)),
        (
            '<meta property="og:url" content="https://b.example/2"><link rel=canonical href="/1">',
            ("https://news.example/1", "https://b.example/2"),
        ),
        ('<meta name="OG:URL" content="/1"><link rel=canonical href="/1">',
         ("https://news.example/1",)),
        ('<meta name="OG:URL" content="/1"><meta property="Og:Url" content="/2">',
         ("https://news.example/1", "https://news.example/2")),
        ('<meta name="description" content="/a"><p property="og:url" content="/b">', ()),
        ('<a rel="canonical" href="/a">x</a>', ()),
        ('<link rel="canonical" href=" "><link rel="canonical"><meta property="og:url">', ()),
        ('<link rel="canonical" href="http://["><link rel="alternate" href="/b">', ()),
    ],
)  # fmt: skip
def test_a_pages_declared_addresses_are_read(markup, declared):
    tree = html.document_fromstring(HEAD.format(markup))
    assert declared_addresses(tree, "https://news.example/") == declared


@pytest.mark.parametrize(
    ("base", "declared"),
    [
        ("", "https://news.example/2026/a"),
        ('<link rel="icon" href="/x/">', "https://news.example/2026/a"),
        ('<base target="_blank"><base href="/x/"><base href="/y/">', "https://news.example/x/a"),
        ('<base href="x/">', "https://news.example/2026/x/a"),
        ('<base href="http://[">', "https://news.example/2026/a"),
    ],
)
def test_declared_addresses_are_relative_to_the_base_that_a_page_gives(base, declared):
    tree = html.document_fromstring(
        f'<html><head>{base}<link rel=canonical href="a"></head></html>'
    )
    assert declared_addresses(tree, "https://news.example/2026/rain") == (declared,)


@pytest.mark.parametrize(
    ("address", "is_front"),
    [("/", True), ("/?x=1", True), ("/de_AT/Index.php", True), ("/?p=7", False), ("/a", False)],
)
def test_a_front_page_is_one_by_its_path_unless_a_parameter_chooses_a_page(address, is_front):
    assert is_front_page(f"https://news.example{address}") is is_front


@pytest.mark.parametrize(
    ("address", "chosen"),
    [
        ("/x", "/x"),
        ("/x?ref=3", "/x"),
        ("/x?4711&id=1&print&ref=3", "/x?4711&id=1"),
        ("/x?id=1&sid=2&visitor_id=3", "/x?id=1"),
    ],
)
def test_what_chooses_a_page_is_kept_but_not_a_readers_visit(address, chosen):
    assert chosen_by(f"https://news.example{address}") == f"https://news.example{chosen}"


@pytest.mark.parametrize(
    ("address", "of_the_web"),
    [
        ("https://a.example/x", "https://a.example/x"),
        ("feed://a.example/x", "http://a.example/x"),
        ("FEED:https://a.example/x", "https://a.example/x"),
    ],
)
def test_a_feeds_address_is_one_of_the_web(address, of_the_web):
    assert web_scheme(address) == of_the_web
