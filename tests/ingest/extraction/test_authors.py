"""Names from bylines, and which of a page's bylines is believed."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.records import FeedItem
from ingest.extraction.authors import authors
from ingest.extraction.document import Document, parse
from ingest.extraction.names import is_body, is_full, may_stand_in, names
from ingest.feeds.drafts import MAX_AUTHORS

URL = "https://news.example/story"
NO_FEED = FeedItem(url=URL)


def page(head: str = "", body: str = "<h1>A headline</h1><p>Text.</p>") -> Document:
    return parse(f"<html><head>{head}</head><body>{body}</body></html>", URL)


def linked(*things: object) -> str:
    return f'<script type="application/ld+json">{json.dumps(things)}</script>'


def article(author: object, **more: object) -> dict[str, object]:
    return {"@type": "NewsArticle", "author": author, **more}


def person(name: str) -> dict[str, object]:
    return {"@type": "Person", "name": name}


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("By Jane Doe", ("Jane Doe",)),
        ("by: Jane Doe", ("Jane Doe",)),
        ("Written by Jane Doe on May 5, 2019", ("Jane Doe",)),
        ("Von Jana Muster und Max Mann, Berlin", ("Jana Muster", "Max Mann")),
        ("Jana Muster in Berlin and Max Mann in Graz", ("Jana Muster", "Max Mann")),
        ("Jana Muster in Berlin, Max Mann in Graz", ("Jana Muster", "Max Mann")),
        ("Lee In Young, special to the Post", ("Lee In Young",)),
        ("Propos recueillis par Jeanne Dupont", ("Jeanne Dupont",)),
        ("Par Anne Dupont et Luc Martin", ("Anne Dupont", "Luc Martin")),
        ("Ana de la Cruz y Juan Pérez", ("Ana de la Cruz", "Juan Pérez")),
        ("Jane Doe, John Roe and Jim Poe", ("Jane Doe", "John Roe", "Jim Poe")),
        ("Jane Doe, John Roe, and Jim Poe", ("Jane Doe", "John Roe", "Jim Poe")),
        ("Jane Doe &amp; John Roe", ("Jane Doe", "John Roe")),
        ("Jane Doe; John Roe", ("Jane Doe", "John Roe")),
        ("Jane Doe / John Roe", ("Jane Doe", "John Roe")),
        ("Jane Doe, Senior Editor", ("Jane Doe",)),
        ("Jane Doe, Ph.D.", ("Jane Doe",)),
        ("Jane Doe (Example News)", ("Jane Doe",)),
        ("Jane Doe | Example News", ("Jane Doe",)),
        ("Jane Doe - Example News", ("Jane Doe",)),
        ("Jane Doe for the Example News", ("Jane Doe",)),
        ("Jane Doe (jane@example.com)", ("Jane Doe",)),
        ("Jane Doe @janedoe", ("Jane Doe",)),
        ("<a href='/jane'>Jane Doe</a>", ("Jane Doe",)),
        ("JANE DOE", ("Jane Doe",)),
        ("Jane Doe \u2764\ufe0f", ("Jane Doe",)),
        ("\u270d Jane Doe and\u00bfJohn Roe", ("Jane Doe", "John Roe")),
        ("Doe, Jane", ("Jane Doe",)),
        ("Jane Doe\njane doe\nJane  Doe", ("Jane Doe",)),
        ("Joe S.", ("Joe S.",)),
        ("Vonda Byrne", ("Vonda Byrne",)),
        ("jdoe", ("jdoe",)),
        ("dpa/lno", ("dpa/lno",)),
        ("(dpa)", ("dpa",)),
        ("Иван Иванов и Пётр Петров", ("Иван Иванов", "Пётр Петров")),
        ("李明", ("李明",)),
    ],
)
def test_names_are_read_from_a_byline(text: str, meant: tuple[str, ...]) -> None:
    assert names([text]) == meant


@pytest.mark.parametrize(
    "text",
    [
        "",
        "By",
        "jane@example.com",
        "https://social.example/jane",
        "@jane",
        "Share",
        "3 Comments",
        "View all posts by the same",
        "She lives in the north of the country since she was a child",
    ],
)
def test_texts_without_names_give_none(text: str) -> None:
    assert names([text]) == ()


@given(st.lists(st.text(max_size=120), max_size=3))
def test_no_text_raises_and_names_are_not_repeated(texts: list[str]) -> None:
    found = names(texts)
    assert len(found) == len(set(found))
    assert all(name.strip() for name in found)


@pytest.mark.parametrize(
    "name", ["Reuters", "Redaktion", "The Example", "Staff Reports", "dpa/lno"]
)
def test_agencies_and_desks_may_stand_in_for_people(name: str) -> None:
    assert is_body(name)
    assert may_stand_in(name)
    assert not is_full(name)


@pytest.mark.parametrize(
    "name", ["Jane Doe", "Ludwig van Beethoven", "J. R. Doe", "Венера Иванова"]
)
def test_full_names_are_recognised(name: str) -> None:
    assert is_full(name)
    assert not is_body(name)


@pytest.mark.parametrize(
    "label", ["November 18", "Read more", "Print this article", "Nov 18", "of trade"]
)
def test_labels_are_not_full_names(label: str) -> None:
    assert not is_full(label)


@pytest.mark.parametrize(
    "head",
    [
        linked(article(person("Jane Doe"))),
        linked(article([person("Jane Doe")])),
        linked(article("By Jane Doe")),
        linked(article({"@id": "#1"}), {"@id": "#1", **person("Jane Doe")}),
        linked({"@type": "Article", "creator": "Jane Doe"}),
        '<meta name="author" content="Jane Doe">',
        '<meta property="article:author" content="Jane Doe">',
        '<meta name="twitter:label1" content="Written by">'
        '<meta name="twitter:data1" content="Jane Doe">',
    ],
)
def test_authors_are_read_from_the_head(head: str) -> None:
    assert authors(page(head), NO_FEED) == ("Jane Doe",)


@pytest.mark.parametrize(
    "body",
    [
        '<h1>A headline</h1><a rel="author" href="/j">Jane Doe</a>',
        '<span itemprop="author"><b itemprop="name">Jane Doe</b> <i>Editor</i></span>',
        '<div class="article-byline">By <a href="/j">Jane Doe</a>, Example Herald</div>',
        '<p class="Autor">Von Jane Doe</p>',
        '<div class="submitted">Submitted by <a href="/j">Jane Doe</a> on 5 May 2019</div>',
        '<div data-component="Byline">Jane Doe</div>',
        "<author>Jane Doe</author>",
        '<p>Story: <a href="/authors/jane-doe">Jane Doe</a></p>',
        "<h1>A headline</h1><p>A standfirst.</p><p>By Jane Doe</p><p>Text.</p>",
    ],
)
def test_authors_are_read_from_the_body(body: str) -> None:
    assert authors(page(body=body), NO_FEED) == ("Jane Doe",)


@pytest.mark.parametrize(
    "body",
    [
        '<div class="comments"><span class="author">Jane Doe</span></div>',
        '<aside><a rel="author">Jane Doe</a></aside>',
        "<p>Text.</p>",
    ],
)
def test_other_peoples_names_are_not_the_authors(body: str) -> None:
    assert authors(page(body=body), NO_FEED) == ()


def test_a_person_wins_over_an_agency_named_first() -> None:
    document = page(
        linked(article({"@type": "Organization", "name": "Reuters"})),
        '<p class="byline">By Jane Doe</p>',
    )
    assert authors(document, NO_FEED) == ("Jane Doe",)


def test_an_agency_wins_over_the_outlet() -> None:
    head = '<meta property="og:site_name" content="Example Daily"><meta name="author" content="{}">'
    outlet_only = linked(article("Example Daily"))
    assert authors(page(outlet_only + head.format("dpa")), NO_FEED) == ("dpa",)
    assert authors(page(outlet_only + head.format("")), NO_FEED) == ("Example Daily",)


def test_the_outlet_is_not_an_author_beside_people() -> None:
    head = linked(
        article([person("Jane Doe"), person("Example Daily")]),
        {"@type": "Organization", "name": "Example Daily"},
    )
    assert authors(page(head), NO_FEED) == ("Jane Doe",)


def test_an_agency_does_not_give_way_to_a_label() -> None:
    head = linked(article("Reuters"))
    assert authors(page(head, '<p class="byline">November 18</p>'), NO_FEED) == ("Reuters",)


def test_a_byline_adds_authors_that_the_first_witness_left_out() -> None:
    head = linked(article(person("Jane Doe"))) + '<meta name="author" content="John Roe, Jane Doe">'
    shown = '<p class="byline">By John Roe and Jane Doe</p>'
    assert authors(page(head, shown), NO_FEED) == ("John Roe", "Jane Doe")
    assert authors(page(head), NO_FEED) == ("Jane Doe",)
    linked_names = '<a rel="author">Jane Doe</a>, <a rel="author">John Roe</a>'
    assert authors(page(head, linked_names), NO_FEED) == ("Jane Doe", "John Roe")
    section = '<p class="byline">By <a>Jane Doe</a> <a>Spaceflight</a></p>'
    assert authors(page(head, section), NO_FEED) == ("Jane Doe",)


def test_an_administrators_account_is_not_an_author() -> None:
    assert authors(page('<meta name="author" content="wpadmin">'), NO_FEED) == ()


def test_people_an_article_is_about_are_not_its_authors() -> None:
    about = '<p>Jane Doe, <a href="/topics/people/jane-doe.html">Jane Doe</a></p>'
    assert authors(page(body=about), NO_FEED) == ()


def test_the_founder_of_the_outlet_is_not_the_author() -> None:
    head = linked(
        article({"@type": "Organization", "name": "Example", "founder": person("Old Owner")})
    )
    shown = '<p class="byline">By Jane Doe</p>'
    assert authors(page(head, shown), NO_FEED) == ("Jane Doe",)


def test_links_to_many_authors_belong_to_other_articles() -> None:
    links = "".join(f'<a rel="author">Jane {chr(65 + n)}oe</a>' for n in range(9))
    assert authors(page(body=links), NO_FEED) == ("Jane Aoe",)


def test_the_feeds_authors_are_used_unless_linked_data_names_some() -> None:
    item = FeedItem(url=URL, authors=("jane@example.com (Jane Doe)", "By John Roe"))
    assert authors(page(), item) == ("Jane Doe", "John Roe")
    assert authors(page(linked(article(person("Ann Poe")))), item) == ("Ann Poe",)
    assert authors(page('<meta name="author" content="Ann Poe">'), item) == ("Jane Doe", "John Roe")


def test_a_page_that_names_thousands_has_as_many_authors_as_a_feeds_item() -> None:
    several = [person(f"Jane Doe{'e' * number}") for number in range(MAX_AUTHORS + 1)]
    assert len(authors(page(linked(article(several))), NO_FEED)) == MAX_AUTHORS
