"""The title of an article, from its feed and from its page."""

from __future__ import annotations

from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.records import FeedItem
from ingest.extraction.document import Document, parse
from ingest.extraction.title import headline, title

URL = "https://www.example.com/story"
NO_FEED = FeedItem(url=URL)
LONG = "Council buys cameras that nobody asked for"


def page(head: str = "", body: str = "<p>Text.</p>") -> Document:
    return parse(f"<html><head>{head}</head><body>{body}</body></html>", URL)


def fed(words: str) -> FeedItem:
    return FeedItem(url=URL, title=words)


def named(site: str) -> str:
    return f'<meta property="og:site_name" content="{site}">'


def og(words: str) -> str:
    return f'<meta property="og:title" content="{words}">'


def test_the_feeds_title_wins() -> None:
    assert title(page(og(LONG)), fed("Cameras bought")) == "Cameras bought"


@pytest.mark.parametrize(
    ("head", "body", "found"),
    [
        (og(LONG), "<h1>Cameras bought</h1>", "Cameras Bought"),
        (og("Cameras bought"), f"<h1>{LONG}</h1>", "Cameras Bought"),
        ("<title>Cameras bought | Example</title>", "", "Cameras Bought"),
        (og(LONG), f"<h1>{LONG}</h1>", LONG),
        (og(LONG), "<h1>The Example</h1>", ""),
        ("", "<p>Text.</p>", ""),
    ],
)
def test_headline_is_the_title_if_the_page_has_it_anywhere(
    head: str, body: str, found: str
) -> None:
    assert headline(page(head, body), "Cameras Bought") == found


@pytest.mark.parametrize(
    "cut", ["Council buys cameras…", "Council buys ...", "Council buys [...]", "council buys […] "]
)
def test_a_title_cut_off_by_the_feed_is_completed(cut: str) -> None:
    others = f"<h1>Why the {LONG.lower()}</h1><h1>{LONG}</h1><h1>{LONG} yet</h1>"
    assert title(page(og(LONG)), fed(cut)) == LONG
    assert title(page(body=others), fed(cut)) == LONG


def test_a_cut_off_title_stays_if_the_page_cannot_complete_it() -> None:
    assert title(page(og("Another story")), fed("Council buys…")) == "Council buys…"


@pytest.mark.parametrize("empty", ["", "  ", "..."])
def test_an_empty_title_is_replaced_by_the_pages(empty: str) -> None:
    assert title(page(og(LONG), "<h1>Another story</h1>"), fed(empty)) == LONG
    assert title(page(), fed(empty)) == empty.strip()


@pytest.mark.parametrize(
    "separator",
    [
        *(" | ", " - ", " – ", " — ", " · ", " :: ", " » "),  # noqa: RUF001 - as pages have them
        *(" • ", " « ", " : ", " // ", "|", "»", " || "),
    ],
)
def test_the_outlets_name_is_cut_off(separator: str) -> None:
    head = named("The Example") + f"<title>{LONG}{separator}The Example</title>"
    assert title(page(head), NO_FEED) == LONG
    head = named("The Example") + f"<title>The Example{separator}{LONG}</title>"
    assert title(page(head), NO_FEED) == LONG


def test_the_domains_name_is_cut_off() -> None:
    head = f"<title>{LONG} | Example</title>"
    assert title(page(head), NO_FEED) == LONG


def test_soft_hyphens_are_no_part_of_the_title() -> None:
    assert title(page("", "<h1>Hafen&shy;minister kauft Ka&shy;me&shy;ras</h1>"), NO_FEED) == (
        "Hafenminister kauft Kameras"
    )


def test_a_letter_and_its_accent_are_one_character_of_the_title() -> None:
    assert (
        title(page("", "<h1>U\u0308berwachung im Hafen</h1>"), NO_FEED)
        == "\u00dcberwachung im Hafen"
    )


def test_a_separator_within_the_title_stays() -> None:
    head = named("The Example") + "<title>Cameras - and who buys them | The Example</title>"
    assert title(page(head), NO_FEED) == "Cameras - and who buys them"


def test_the_heading_wins_over_the_declared_title() -> None:
    document = page(og(f"Opinion | {LONG}"), f"<h1>The Example</h1><h1>{LONG}</h1>")
    assert title(document, NO_FEED) == LONG


@pytest.mark.parametrize(
    "stated", [f"Opinion {LONG}", f"{LONG} (Opinion)", LONG.upper(), "Why the harbour is watched"]
)
def test_a_heading_that_another_element_agrees_with_is_printed(stated: str) -> None:
    document = page(og(LONG) + f"<title>{stated}</title>", f"<h1>{LONG}?</h1>")
    assert title(document, NO_FEED) == f"{LONG}?"
    assert headline(document, "Cameras") == f"{LONG}?"


@pytest.mark.parametrize("heading", ["Council buys cameras", "cameras that nobody asked", "Cam"])
def test_a_heading_that_is_only_a_part_of_the_title_is_not_printed(heading: str) -> None:
    document = page(og(f"{LONG} for"), f"<h1>{heading}</h1>")
    assert title(document, NO_FEED) == f"{LONG} for"
    assert headline(document, "Another title") == ""


def test_a_heading_that_is_half_of_the_title_is_not_printed() -> None:
    assert headline(page(og("Cameras bought"), "<h1>Cameras</h1>"), "x") == "Cameras"
    assert headline(page(og("Cameras bought!"), "<h1>bought</h1>"), "x") == ""
    assert headline(page(og("Police trains"), "<h1>Police</h1>"), "x") == ""


def test_a_heading_that_is_a_logo_is_not_the_title() -> None:
    document = page(named("The Example") + og(LONG), "<h1>The Example</h1>")
    assert title(document, NO_FEED) == LONG
    assert title(page(named("The Example"), "<h1>THE EXAMPLE</h1>"), NO_FEED) == ""


def test_a_text_in_a_heading_is_not_the_title() -> None:
    words = ("word " * 120).strip()
    assert title(page(body=f"<h1>{words}.</h1>"), NO_FEED) == f"{words}."
    assert title(page(body=f"<h1>{words}..</h1>"), NO_FEED) == ""


@pytest.mark.parametrize(
    "name", ["twitter:title", "parsely-title", "sailthru.title", "DC.title", "headline"]
)
def test_a_title_of_any_name_is_used_the_first_of_its_name(name: str) -> None:
    head = "".join(f'<meta name="{name}" content="{words}">' for words in (LONG, "Another"))
    assert title(page(head), NO_FEED) == LONG


def test_the_headline_of_linked_data_is_used() -> None:
    head = (
        f'<script type="application/ld+json">{{"@type": "Report", "headline": "{LONG}"}}</script>'
    )
    assert title(page(head), NO_FEED) == LONG


@pytest.mark.parametrize(
    "thing", ['"@type": "Report", "headline": 5', '"@type": "WebPage", "headline": "Start"']
)
def test_what_is_no_headline_of_an_article_is_not_used(thing: str) -> None:
    head = f'<script type="application/ld+json">{{{thing}}}</script><title>{LONG}</title>'
    assert title(page(head), NO_FEED) == LONG


def test_a_heading_is_used_if_there_is_nothing_else() -> None:
    assert title(page(body=f"<h1> {LONG}\n</h1>"), NO_FEED) == LONG


def test_a_page_without_a_title_has_none() -> None:
    assert title(page(), NO_FEED) == ""


def test_escapes_and_markup_are_undone() -> None:
    head = '<meta property="og:title" content="R&amp;amp;D &lt;em&gt;for&lt;/em&gt; all">'
    assert title(page(head), NO_FEED) == "R&D for all"


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("Cameras<br>for all", "Cameras for all"),
        ("<STRONG>Cameras</STRONG> for all", "Cameras for all"),
        ("Council votes 5 <3> 2", "Council votes 5 <3> 2"),
        (f"Cameras <b {'y' * 200}> all", f"Cameras <b {'y' * 200}> all"),
    ],
)
def test_only_markup_is_removed(written: str, found: str) -> None:
    assert title(page(og(escape(written))), NO_FEED) == found


def test_several_names_of_the_outlet_are_cut_off() -> None:
    head = named("The Example") + f"<title>Example | {LONG} | The Example - Example</title>"
    assert title(page(head), NO_FEED) == LONG


@given(st.text(max_size=80))
def test_no_title_raises(words: str) -> None:
    assert title(page(og(LONG)), fed(words))
