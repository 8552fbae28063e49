"""Text out of pages, and whether a page is its entry's article at all."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from core.records import Article, Entry, State
from demo.newsroom import Newsroom
from demo.outlets import outlets
from demo.pages import article_page, consent_page
from ingest.extract import Extracted, assemble, decode, extract
from ingest.fetch import Quarantined

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
URL = "https://example.com/1"
TITLE = "Council votes to remove cameras from the harbour"


def an_entry(**changes):
    fields = {
        "url": URL,
        "site": "example.com",
        "outlet": "Example News",
        "feeds": ("https://example.com/rss",),
        "title": TITLE,
        "authors": ("Desk",),
        "state": State.FETCHED,
        "first_seen": NOW,
    }
    return Entry.model_validate(fields | changes)


def said(text, title="Another headline", authors=("Ana",), published=None):
    return Extracted(title, text, authors, published, "example.com")


def page(text: str, declared: str = "") -> str:
    return f"<html><head>{declared}<title>x</title></head><body><p>{text}</p></body></html>"


@pytest.mark.parametrize(
    ("text", "charset"),
    [
        ("Größe, Maß und Übermaß für „alle“ Bürger: 5 €.", "cp1252"),
        (
            "Les données ont été conservées à tort, a jugé la cour d\u2019appel.",
            "cp1252",
        ),
        ("La policía compró cámaras; el año pasado pidió más señales.", "latin-1"),
        ("Полиция следила за журналистами при помощи шпионской программы.", "cp1251"),
        ("市民団体は監視カメラの増設に反対した。警察は説明を拒んだ。", "shift_jis"),
        ("Größe \u2013 und Maß, 監視カメラ, слежка.", "utf-8"),
        ("Plain words.", "ascii"),
    ],
)
def test_the_charset_is_found_out_where_nothing_names_it(text, charset):
    markup = page(text)
    assert decode(markup.encode(charset), "text/html") == markup
    # Mislabelled: the bytes plainly are something else.
    assert decode(markup.encode(charset), "text/html; charset=utf-8") == markup


@pytest.mark.parametrize(
    ("declared", "content_type"),
    [
        ("", "text/html; charset=iso-8859-2"),
        ('<meta charset="iso-8859-2">', "text/html"),
        ('<meta http-equiv="Content-Type" content="text/html; charset=iso-8859-2">', ""),
    ],
)
def test_the_charset_is_the_one_that_is_named(declared, content_type):
    markup = page("śledziła dziennikarzy przez rok, żądając łączności", declared)
    assert decode(markup.encode("iso-8859-2"), content_type) == markup


def test_a_byte_order_mark_outweighs_every_name():
    markup = page("śledziła żądając")
    assert decode(b"\xef\xbb\xbf" + markup.encode(), "text/html; charset=latin-1") == markup
    assert decode(markup.encode("utf-16"), "text/html; charset=latin-1") == markup


def test_a_few_broken_bytes_do_not_change_the_charset():
    body = page("Größe und Maß und Übermaß").encode() + b"\xff"
    assert "Größe und Maß und Übermaß" in decode(body, "text/html; charset=utf-8")


@pytest.mark.parametrize("content_type", ["text/html; charset=nonsense", "charset=", "\x00;=", ""])
def test_a_charset_that_is_none_is_not_heard(content_type):
    assert "Größe" in decode(page("Größe").encode(), content_type)


def test_every_article_of_the_newsroom_is_read_whole():
    room = Newsroom(day=3, faults=False)
    expected = {truth.url: truth for truth in room.expected()}
    for outlet in outlets():
        base = f"http://{outlet.host}:{room.port}"
        for piece in outlet.published(3):
            url = base + outlet.path_of(piece)
            version = piece.version(3)
            found = extract(article_page(outlet, piece, version, base).encode(), url)
            assert found.text == expected[url].text
            assert found.title == version.title
            assert found.published is not None
            assert found.published.date() == piece.published.date()


def test_a_page_of_nothing_has_no_text():
    for body in (b"", b"   ", b"<html></html>", b"\x00"):
        assert extract(body, URL).text == ""


@pytest.mark.parametrize("letters", ["\x1b[31m", "&#27;[31m", "\x07", "\u009b2J"])
def test_a_page_cannot_speak_to_the_terminal(letters):
    words = f"The council {letters} voted on Monday to remove the cameras. " * 20
    body = f"<html><head><title>T{letters}</title></head><body><article><p>{words}</p></article>"
    found = extract(body.encode(), URL)
    assert "council" in found.text
    spoken = found.text + found.title + "".join(found.authors)
    assert not [letter for letter in spoken if ord(letter) < 32 and letter != "\n"]
    assert not [letter for letter in spoken if 0x7F <= ord(letter) < 0xA0]


@settings(deadline=None, max_examples=60)
@given(st.binary(max_size=300) | st.text(max_size=300).map(lambda text: page(text).encode()))
@example(b"<div>" * 3_000 + b"deep")
@example(b"<p>" + b"a&#0;&#xd800;b" * 50)
@example(b'<?xml version="1.0" encoding="utf-16"?><html><body><p>x</p></body></html>')
@example(b'<meta property="article:published_time" content="2026-99-99T99:99:99Z"><p>x</p>')
def test_any_bytes_are_a_page_of_some_kind(body):
    found = extract(body, URL, "text/html")
    found.text.encode()
    found.title.encode()


def test_the_feed_is_heard_before_the_page():
    page_time = datetime(2026, 2, 28, tzinfo=UTC)
    text = "The council voted. " * 100
    made = assemble(an_entry(published=NOW, revision=2), said(text, published=page_time))
    assert isinstance(made, Article)
    assert (made.title, made.published, made.authors) == (TITLE, NOW, ("Ana",))
    assert (made.revision, made.text, made.id) == (3, text, an_entry().id)
    assert (made.outlet, made.feeds) == ("Example News", ("https://example.com/rss",))


def test_the_page_is_heard_where_the_feed_is_silent():
    page_time = datetime(2026, 2, 28, tzinfo=UTC)
    silent = an_entry(title="", authors=("Desk",))
    made = assemble(silent, said("Words enough.", authors=(), published=page_time))
    assert isinstance(made, Article)
    assert (made.title, made.published) == ("Another headline", page_time)
    assert made.authors == ("Desk",)


WALL = "Before you continue: we and our partners use cookies. Accept all to go on."


@pytest.mark.parametrize(
    ("extracted", "fault"),
    [
        (said(""), "no text found on the page"),
        (said(WALL), "a wall in front of the article (consent, robots check)"),
        (said("Checking your browser before accessing."), "a wall in front of the article"),
        (said("Alle akzeptieren und weiterlesen."), "a wall in front of the article"),
        (said("Weather for the weekend: rain."), "the page is not about the feed's title"),
    ],
)
def test_a_page_that_is_not_the_article_is_quarantined(extracted, fault):
    made = assemble(an_entry(), extracted)
    assert isinstance(made, Quarantined)
    assert made.reason.startswith(fault)


@pytest.mark.parametrize(
    "extracted",
    [
        said("The council removes cameras from the harbour."),
        said("Short, but with the right headline.", title=TITLE),
        said("CAMERAS at the HARBOUR: the COUNCIL said so."),
        said(WALL + " The council votes on harbour cameras."),
        said("Something else entirely. " * 100),
    ],
)
def test_a_short_article_about_its_title_is_an_article(extracted):
    assert isinstance(assemble(an_entry(), extracted), Article)


def test_the_newsrooms_consent_page_is_no_article():
    extracted = extract(consent_page().encode(), URL)
    assert isinstance(
        assemble(an_entry(title="Repair café opens its index"), extracted), Quarantined
    )
