"""Feed lists as OPML: read from anywhere, written so that anyone can read them."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from xml.etree import ElementTree

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from polls import new_feed

from core.records import Listed
from ingest.feeds.opml import MAX_FOLDERS, FeedListError, read_list, read_opml, write_opml


def a_feed(url="https://example.com/rss", outlet="Example", labels=()):
    return new_feed(url, datetime(2026, 3, 1, tzinfo=UTC), outlet=outlet, labels=labels)


PRINTED = (
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Co", "Cn"]), min_size=1)
    | st.text("<>&\"'/;# aé", min_size=1)
).map(lambda text: " ".join(text.split()))

ADDRESSES = st.text(
    st.characters(codec="utf-8", exclude_categories=["Z", "C"]) | st.sampled_from("&<>\"'?=;#%")
).map("https://example.com/{}".format)


@given(
    st.dictionaries(
        ADDRESSES,
        st.tuples(
            PRINTED.filter(bool),
            st.lists(PRINTED.filter(bool), max_size=3, unique=True),
        ),
        min_size=1,
        max_size=4,
    )
)
@example({"https://a.example/": ("t", ["/", "//", "a/", "a//b", "a / b", "a", "a/b", "A/b/c"])})
@example({"https://a.example/?x&amp;y&lt=1": ("&amp;lt;", ["&#38;", "]]>", "<!--"])})
def test_titles_labels_and_addresses_survive_a_round_trip(named):
    feeds = [a_feed(url, title, tuple(labels)) for url, (title, labels) in named.items()]
    written = write_opml(feeds).encode()
    read = {
        one.url: (one.outlet, {tight(label) for label in one.labels}) for one in read_opml(written)
    }
    assert read == {
        url: (title, {tight(label) for label in labels}) for url, (title, labels) in named.items()
    }
    for one in ElementTree.fromstring(written).iter("outline"):
        assert one.get("text")


def tight(label):
    """Spaces beside a folder's slash are dropped."""
    return re.sub(r" */ *", "/", label)


def test_folders_are_nested_and_a_feed_is_in_each_of_its_folders():
    feeds = [
        a_feed("https://a.example/", "A", ("Press/Local", "Press")),
        a_feed("https://b.example/"),
    ]
    (press, b) = ElementTree.fromstring(write_opml(feeds)).findall("body/outline")
    assert [one.get("text") for one in press.iter("outline")] == ["Press", "Local", "A", "A"]
    assert b.get("xmlUrl") == "https://b.example/"


def test_a_list_with_thousands_of_nested_folders_is_read_as_of_the_outermost():
    """The desk's search offered each of them, with all that it lies in: it answered no more."""
    folders = '<outline text="a">' * 2_000 + '<outline xmlUrl="https://a.example/rss"/>'
    listed = read_opml(f"<opml><body>{folders}</body></opml>".encode())
    assert listed[0].labels == ("/".join("a" * MAX_FOLDERS),)
    written = write_opml([a_feed(one.url, one.outlet, one.labels) for one in listed])
    assert read_opml(written.encode())[0].labels == listed[0].labels


def test_characters_not_allowed_in_xml_are_left_out():
    written = write_opml([a_feed("https://a.example/", "A\x00\x08\ufffe\ud800B", ("\x1bC",))])
    assert read_opml(written.encode()) == [
        Listed(url="https://a.example/", outlet="AB", labels=("C",))
    ]


def test_an_empty_list_is_valid_opml():
    assert ElementTree.fromstring(write_opml([]).encode()).find("body") is not None


def test_a_feed_without_a_name_is_written_with_its_address_and_read_without_one():
    written = write_opml([a_feed(outlet="")])
    (outline,) = ElementTree.fromstring(written).findall("body/outline")
    assert outline.get("text") == "https://example.com/rss"
    assert read_opml(written.encode())[0].outlet == ""


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
        NESTED.encode("utf-16-le"),
        b'<?xml version="1.0" encoding="UTF-8"?>' + NESTED.encode("cp1252"),
        b'<?xml version="1.0" encoding="ISO-8859-1"?>' + NESTED.encode(),
    ],
    ids=["bare", "byte order mark", "latin-1", "utf-16", "unmarked", "not utf-8", "not latin-1"],
)
def test_a_list_is_read_with_its_folders_in_any_charset(content):
    assert read_opml(content) == [
        Listed(url="https://a.example/rss", outlet="Größe & Maß", labels=("Press/Überwachung",)),
        Listed(url="https://b.example/rss", outlet="B", labels=()),
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
def test_a_list_without_feeds_is_an_error(content):
    with pytest.raises(FeedListError, match="no feeds in it; expected an OPML file"):
        read_opml(content)


ODD = """<opml version="1.1"><body>
<OUTLINE TEXT="No type" XMLURL="https://a.example/?x=1&y=2"/>
<outline text="One"><outline text="Twice" xmlURL=" https://b.example/ " type="atom"/></outline>
<outline title="Two"><outline text="Twice again" xmlUrl="https://b.example/"/></outline>
<outline><outline text="In a nameless folder" xmlUrl="https://c.example/"/></outline>
<outline text="Tagged" xmlUrl="https://d.example/" category="/Tech/AI,News"/>
<outline text="Handed over" xmlUrl="feed://e.example/rss"/>
<outline text="Handed over" xmlUrl="feed:https://f.example/rss"/>
<outline text="No feed" htmlUrl="https://g.example/"/>
<outline text="unclosed" xmlUrl="https://h.example/">
</body></opml>"""


def test_lists_from_other_programs_are_read():
    assert [(one.url, one.outlet, one.labels) for one in read_opml(ODD.encode())] == [
        ("https://a.example/?x=1&y=2", "No type", ()),
        ("https://b.example/", "Twice", ("One", "Two")),
        ("https://c.example/", "In a nameless folder", ()),
        ("https://d.example/", "Tagged", ("Tech/AI", "News")),
        ("http://e.example/rss", "Handed over", ()),
        ("https://f.example/rss", "Handed over", ()),
        ("https://h.example/", "unclosed", ()),
    ]


def test_a_plain_text_of_addresses_is_a_list():
    content = """\ufeff# My feeds, kept by Ann <ann@news.example>

https://a.example/rss#top
  https://b.example/rss   # the other one <b>
https://a.example/rss#top
"""
    assert read_list(content.encode()) == [
        Listed(url="https://a.example/rss#top", outlet="", labels=()),
        Listed(url="https://b.example/rss", outlet="", labels=()),
    ]
    assert read_list(NESTED.encode()) == read_opml(NESTED.encode())


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "no feeds in it"),
        (b"# nothing\n", "no feeds in it"),
        (b"https://a.example/\n\nnews.example", "line 3 is 'news.example'"),
        (b"/etc/passwd", "line 1 is '/etc/passwd'"),
        (b"<html></html>", "no feeds in it"),
        (b"\x00\xff<<<", "no feeds in it"),
    ],
)
def test_content_that_is_not_a_list_is_refused(content, said):
    with pytest.raises(FeedListError, match=said):
        read_list(content)


def test_names_have_no_control_characters():
    feed = '<outline type="rss" text="A&#27;[2J\x9bB" xmlUrl="https://a.example/rss"/>'
    content = f'<opml><body><outline text="C&#27;D">{feed}</outline></body></opml>'
    (listed,) = read_list(content.encode())
    assert (listed.outlet, listed.labels) == ("A [2J B", ("C D",))


def test_an_address_that_is_none_is_left_for_the_caller_to_refuse():
    content = b'<opml><body><outline type="rss" text="A" xmlUrl="https://["/></body></opml>'
    assert read_list(content) == [Listed(url="https://[", outlet="A")]


@given(st.binary() | st.text().map(str.encode))
def test_any_bytes_are_read_or_refused(content):
    for read in (read_list, read_opml):
        try:
            assert read(content)
        except FeedListError:
            continue


def test_a_list_cannot_read_files_or_exhaust_memory(tmp_path):
    (tmp_path / "secret").write_text("SECRET")
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    content = (
        f'<?xml version="1.0"?><!DOCTYPE opml [<!ENTITY a0 "ha">{entities}'
        f'<!ENTITY s SYSTEM "file://{tmp_path}/secret">]><opml version="2.0"><body>'
        '<outline type="rss" text="&s;&a9;" xmlUrl="https://a.example/rss"/></body></opml>'
    )
    (listed,) = read_opml(content.encode())
    assert "SECRET" not in listed.outlet
    assert len(listed.outlet) < 100
