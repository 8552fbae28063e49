"""Damaged feeds raise nothing and stay within bounds; `tests/support/fuzz_feeds.py` has more."""

from __future__ import annotations

from time import thread_time

import pytest
from feed_mutations import check
from fuzz_feeds import MAX_MEGABYTES, MAX_SECONDS, run

FEEDS = 3_200


def test_damaged_feeds_raise_nothing_and_stay_within_bounds() -> None:
    # In one test, as what others load between two parts of it would count as these feeds' memory.
    found = run(range(FEEDS))
    assert found.wrong == ()
    assert found.slowest[0] < MAX_SECONDS, f"number {found.slowest[1]}"
    assert found.megabytes < MAX_MEGABYTES


def _many(piece: str, size: int = 200_000) -> str:
    return piece * (size // len(piece))


RSS = '<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/"><channel>'
ATOM = '<feed xmlns="http://www.w3.org/2005/Atom"><entry><link href="/1"/>'
ITEM = "<item><link>/1</link>"
NEWS = "<urlset><url><loc>/1</loc><news:news>"
HOSTILE = {
    "entities within entities": "<!DOCTYPE rss ["
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    + f"]>{RSS}{ITEM}<title>&a9;</title></item></channel></rss>",
    "one entity often": f'<!DOCTYPE rss [<!ENTITY a "{"x" * 100}">]>{RSS}{ITEM}<title>'
    + _many("&a;")
    + "</title></item></channel></rss>",
    "an entity without end": "<!DOCTYPE rss [" + _many('<!ENTITY a "') + "]>" + RSS,
    "empty lines": '<?xml version="1.0"?>' + _many("\n") + RSS,
    "an author of one word": f"{RSS}<item><author>{_many('a')}</author></item>",
    "an author in pieces": f"{RSS}<item><author>{_many('a' * 249 + '<b/>')}</author></item>",
    "an author of references": f"{RSS}<item><author>{_many('a&#97;')}</author></item>",
    "categories": RSS + ITEM + "".join(f"<category>{n}</category>" for n in range(8_000)),
    "keywords": f"{RSS}{ITEM}<media:keywords>{','.join(map(str, range(60_000)))}</media:keywords>",
    "attributes": RSS + "<item " + " ".join(f'a{n}="b"' for n in range(40_000)) + "/>",
    "namespaces": RSS + "".join(f'<a xmlns:n{n}="u:{n}"><n{n}:b/></a>' for n in range(9_000)),
    "bases": ATOM + "".join('<a xml:base="http://e.example/a/">' + '<a xml:base="x/">' * 9_000),
    "depth": RSS + "<a>" * 20_000,
    "divs within divs": f"{ATOM}<content type='xhtml'>{'<div>' * 10_000}",
    "escaped divs": f"{RSS}{ITEM}<description>{_many('&lt;div&gt;')}</description></item>",
    "comments without end": RSS + _many("<!--"),
    "CDATA without end": RSS + _many("<![CDATA["),
    "declarations": RSS + _many("<!"),
    "quotes": RSS + _many("<a '"),
    "ampersands": RSS + _many("&"),
    "roots": _many("<rss version"),
    "escaped roots": "x&lt;rss " + _many("&amp;lt;rss ") + "&lt;/rss&gt;",
    "escapes of escapes": "x&lt;rss &" + _many("amp;") + "lt;rss&gt;&lt;/rss&gt;",
    "a date of numbers": f"{RSS}{ITEM}<pubDate>{_many('1:')}</pubDate></item></channel></rss>",
    "news without end": _many(NEWS),
    "depth in a sitemap": f"{NEWS}{'<a>' * 20_000}",
    "attributes in a sitemap": "<urlset " + " ".join(f'a{n}="b"' for n in range(20_000)) + ">",
    "namespaces in a sitemap": "<urlset>"
    + "".join(f'<a xmlns:n{n}="u:{n}"><n{n}:b/></a>' for n in range(9_000)),
    "a headline in pieces": f"{NEWS}<news:title>{_many('a&lt;')}</news:title></news:news></url>",
    "ends without beginnings": f"{NEWS}{_many('</x>')}",
    "sitemaps in an index": f"<sitemapindex>{_many('<sitemap><loc>/a</loc></sitemap>')}",
    "JSON within JSON": '{"version":"https://jsonfeed.org/version/1","items":' + _many("["),
}


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE)
def test_hostile_input_is_parsed_in_linear_time(body: str) -> None:
    # Quadratic time would take minutes.
    start = thread_time()
    check(body.encode())
    assert thread_time() - start < 10
