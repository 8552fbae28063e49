"""Feed lists as OPML: read from anywhere, written so that anyone can read them."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.records import Feed, FeedState, content_id
from ingest.opml import Listed, OpmlError, read_opml, write_opml


def a_feed(url="https://example.com/rss", title="Example", labels=()):
    return Feed(
        id=content_id(url),
        url=url,
        site="example.com",
        title=title,
        labels=labels,
        state=FeedState.OK,
        next_poll_at=0,
    )


def test_what_is_written_is_read_again():
    feeds = [
        a_feed("https://a.example/rss?x=1&y=2", "Süddeutsche “Wache” <b> & Co", ("日本",)),
        a_feed("https://b.example/rss", "No folder"),
        a_feed("https://c.example/größe", "Same folder", ("日本",)),
    ]
    written = write_opml(feeds)
    read = read_opml(written.encode())
    assert sorted(read, key=lambda one: one.url) == [
        Listed(feed.url, feed.title, feed.labels) for feed in feeds
    ]
    assert ElementTree.fromstring(written.encode()).get("version") == "2.0"


PRINTED = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Co", "Cn"]), min_size=1
).map(lambda text: " ".join(text.split()))


@given(st.lists(st.tuples(PRINTED.filter(bool), PRINTED.filter(bool)), max_size=4))
def test_any_titles_and_folders_are_read_again(named):
    feeds = [
        a_feed(f"https://example.com/{number}", title, (label,))
        for number, (title, label) in enumerate(named, 1)
    ]
    written = write_opml(feeds)
    outlines = ElementTree.fromstring(written.encode()).iter("outline")
    found = {one.get("xmlUrl"): one.get("text") for one in outlines if one.get("xmlUrl")}
    assert found == {feed.url: feed.title for feed in feeds}
    if feeds:
        assert {one.url: one.title for one in read_opml(written.encode())} == found


def test_an_empty_list_is_opml_all_the_same():
    assert ElementTree.fromstring(write_opml([]).encode()).find("body") is not None


def test_a_feed_without_a_title_is_called_by_its_address():
    written = write_opml([a_feed(title="")])
    assert read_opml(written.encode())[0].title == "https://example.com/rss"


NESTED = """<opml version="1.0"><head><title>x</title></head><body>
<outline text="Press"><outline text="Überwachung">
<outline type="rss" text=" Größe
 &amp; Maß " xmlUrl="https://a.example/rss"/></outline></outline>
<outline type="rss" title="B" xmlUrl="https://b.example/rss"/></body></opml>"""


@pytest.mark.parametrize(
    "content",
    [
        NESTED.encode(),
        b"\xef\xbb\xbf" + NESTED.encode(),
        b'<?xml version="1.0" encoding="ISO-8859-1"?>' + NESTED.encode("latin-1"),
        NESTED.encode("utf-16"),
    ],
    ids=["bare", "byte order mark", "latin-1", "utf-16"],
)
def test_a_list_is_read_with_its_folders_in_any_charset(content):
    assert read_opml(content) == [
        Listed("https://a.example/rss", "Größe & Maß", ("Press/Überwachung",)),
        Listed("https://b.example/rss", "B", ()),
    ]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"just words",
        b"/etc/passwd",
        b"http://127.0.0.1:9/x.opml",
        b"<html><body>hi</body></html>",
        b'<opml version="2.0"><body/></opml>',
        b'<?xml version="1.0" encoding="nonsense"?><opml/>',
        b"\x00\xff<<<",
        b"<opml>" + b'<outline text="a">' * 3_000,
    ],
    ids=lambda value: str(value[:24]),
)
def test_what_lists_no_feed_is_an_error(content):
    with pytest.raises(OpmlError, match="no feeds in it; expected an OPML file"):
        read_opml(content)


def test_a_list_cannot_read_files_nor_fill_the_memory(tmp_path):
    (tmp_path / "secret").write_text("SECRET")
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    content = (
        f'<?xml version="1.0"?><!DOCTYPE opml [<!ENTITY a0 "ha">{entities}'
        f'<!ENTITY s SYSTEM "file://{tmp_path}/secret">]><opml version="2.0"><body>'
        '<outline type="rss" text="&s;&a9;" xmlUrl="https://a.example/rss"/></body></opml>'
    )
    (listed,) = read_opml(content.encode())
    assert "SECRET" not in listed.title
    assert len(listed.title) < 100
