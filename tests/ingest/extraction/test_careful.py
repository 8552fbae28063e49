"""Careful extraction of a page's text."""

from __future__ import annotations

import pytest

from core.records import FeedItem
from demo.outlets import outlets
from demo.pages import article_page
from ingest.extraction.careful import careful_text
from ingest.extraction.document import parse

WITNESS = "Auditors fault the ferry company over passenger lists. Names were kept for years."
ABOUT = [
    f"The auditors fault the ferry company for passenger lists of the {nth} year. Names of those"
    " who travelled were kept for years, and nobody asked them."
    for nth in ("first", "second", "third", "fourth")
]
STRANGE = [
    f"Bread prices rose again in the {nth} week of the month, bakers in the old town say, as flour"
    " became dearer and ovens older than those who heat them."
    for nth in ("first", "second", "third", "fourth")
]
LAST_DAY = 365


def a_page(*blocks: str) -> str:
    return f"<html><head><title>Ferries</title></head><body>{''.join(blocks)}</body></html>"


def paragraphs(texts: list[str]) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


def careful(markup: str, quick: str = "", summary: str = "") -> str:
    document = parse(markup, "https://news.example/ferries")
    return careful_text(document, quick, FeedItem(url=document.url, summary=summary))


@pytest.mark.parametrize("outlet", outlets(), ids=lambda outlet: outlet.name)
def test_each_sample_page_yields_exactly_its_body(outlet):
    for piece in outlet.pieces:
        if piece.media == "html":
            version = piece.version(LAST_DAY)
            page = article_page(outlet, piece, version, "http://sample.example")
            assert careful(page, version.text, version.summary) == version.text


def test_a_text_about_the_witness_is_preferred():
    page = a_page(f"<article>{paragraphs(STRANGE)}</article>")
    quick = "\n".join(ABOUT)
    assert careful(page, quick, WITNESS) == quick
    assert careful(page, quick) == "\n".join(STRANGE)


def test_a_witness_that_no_text_matches_is_ignored():
    page = a_page(f"<article>{paragraphs(STRANGE)}</article>")
    assert careful(page, "", WITNESS) == "\n".join(STRANGE)


def test_the_quick_text_is_kept_if_no_extractor_finds_one():
    assert careful(a_page("<div></div>"), "It is short.") == "It is short."


def test_a_text_inside_300_nested_divisions_is_found():
    text = " ".join(ABOUT)
    page = a_page("<div>" * 300 + f"<p>{text}</p>" + "</div>" * 300)
    assert careful(page, "", WITNESS) == text


def test_articles_below_the_pages_own_are_not_part_of_it():
    own, other = (
        f"<article><h1>{headline}</h1>{paragraphs(texts)}</article>"
        for headline, texts in (("Ferries", ABOUT), ("Bread", STRANGE))
    )
    assert careful(a_page(f"<main>{own}{other * 2}</main>")).split("\n") == ["Ferries", *ABOUT]


def test_an_article_below_is_not_the_pages_own_though_its_headline_is_in_the_title():
    own = f"<article><h1>Who sails?</h1>{paragraphs(ABOUT)}<h1>So what</h1></article>"
    other = f"<article><h1>Ferries</h1>{paragraphs(STRANGE)}</article>"
    assert ABOUT[0] in careful(a_page(f"<main>{own}{other}</main>"))


@pytest.mark.parametrize(
    "markup",
    [
        "",
        "no markup",
        "<html class=sr-only><body class=sr-only>no <q>markup",
        "<!-- -->",
        "<div>" * 5000 + "word " * 100,
        "<p>word \ud800 \x00</p>" * 50,
    ],
    ids=[
        "nothing",
        "no markup",
        "an unseen page",
        "a comment",
        "5,000 divisions",
        "half a character",
    ],
)
def test_any_markup_can_be_extracted(markup):
    assert isinstance(careful(markup, "", WITNESS), str)
