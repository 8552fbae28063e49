"""Quick extraction of a page's text."""

from __future__ import annotations

import json
from html import escape

import pytest
from growth import grows_evenly
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html

from demo.outlets import outlets
from demo.pages import article_page
from ingest.extraction.body import body
from ingest.extraction.document import parse
from ingest.extraction.quick import quick_text

TITLE = "Harbour cameras read plates for a year before anyone asked"
PARAGRAPHS = [
    f"In the {nth} month the council found that the harbour's cameras had kept what they saw,"
    " and that nobody at the port could say who had looked at it since."
    for nth in ("first", "second", "third", "fourth", "fifth", "sixth")
]
LAST_DAY = 365


def a_page(body: str, head: str = "") -> str:
    return f"<html><head><title>{TITLE} | The Post</title>{head}</head><body>{body}</body></html>"


def an_article(*blocks: str) -> str:
    return a_page(f"<article><h1>{TITLE}</h1>{''.join(blocks)}</article>")


def paragraphs(texts: list[str] = PARAGRAPHS) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


def quick(markup: str) -> str:
    return quick_text(parse(markup, "https://news.example/harbour"))


@pytest.mark.parametrize("outlet", outlets(), ids=lambda outlet: outlet.name)
def test_each_sample_page_yields_exactly_its_body(outlet):
    for piece in outlet.pieces:
        if piece.media == "html":
            version = piece.version(LAST_DAY)
            page = article_page(outlet, piece, version, "http://sample.example")
            assert quick(page) == version.text


def test_the_headline_is_not_part_of_the_text():
    kicker = "<p>Harbour and docks</p>"
    assert quick(a_page(f"<article>{kicker}<h1>{TITLE}</h1>{paragraphs()}</article>")) == (
        "\n".join(["Harbour and docks", *PARAGRAPHS])
    )


def test_a_line_that_is_only_a_link_is_dropped():
    linked = "<a href='/x'>The port that forgot whom it had let in, and how it learnt of it</a>"
    elsewhere = f"<p><b>Read more: {linked}</b></p>"
    within = "<p>The port <a href='/y'>said on Monday</a> that it would look into what it kept.</p>"
    text = quick(an_article(paragraphs(), elsewhere, within, paragraphs(PARAGRAPHS[:1])))
    assert "forgot whom" not in text
    assert "said on Monday that it would look" in text


def test_what_the_outlet_has_struck_out_and_the_rules_of_tables_are_dropped():
    corrected = "<p>It kept <del>nine</del> <s>eight</s> <ins>ten</ins> plates.</p><p>___</p>"
    table = "<table><tr><th>Plates</th><th>Days</th></tr><tr><td>10</td><td>3</td></tr></table>"
    text = quick(an_article(paragraphs(), corrected, table))
    # Agencies part a text by `___`.
    last = ["It kept ten plates.", "___", "| Plates | Days |", "| 10 | 3 |"]
    assert text.split("\n")[-4:] == last


def test_a_sentence_that_a_figure_repeats_is_dropped():
    pulled = f"<figure><blockquote><p>{PARAGRAPHS[1]}</p></blockquote></figure>"
    assert quick(an_article(paragraphs(), pulled)).count(PARAGRAPHS[1]) == 1


def test_a_paragraph_in_an_element_named_like_what_screen_readers_say_is_kept():
    last = f"<div class='sr-only-js'>{paragraphs(PARAGRAPHS[4:])}</div>"
    assert quick(an_article(paragraphs(PARAGRAPHS[:4]), last)).split("\n") == PARAGRAPHS


def test_a_list_between_paragraphs_of_an_unnamed_element_is_kept():
    points = "".join(f"<li>{text}</li>" for text in PARAGRAPHS[2:4])
    around = f"{paragraphs(PARAGRAPHS[:2])}<ul>{points}</ul>{paragraphs(PARAGRAPHS[4:])}"
    text = quick(a_page(f"<div>Menu</div><div class='w-richtext'>{around}</div>"))
    assert text.replace("- ", "").split("\n") == PARAGRAPHS
    # Not what readers say below it, however much that is.
    said = "".join(f"<p>{text} And so say I, as do all.</p>" for text in PARAGRAPHS[::-1])
    page = a_page(f"<div>{paragraphs(PARAGRAPHS[:3])}</div><div class='talk'>{said}</div>")
    assert quick(page).startswith(PARAGRAPHS[0])


def test_an_article_in_a_table_for_layout_has_its_paragraphs():
    rows = "<tr><td>Home</td><td>Docks</td></tr>"
    data = "<table><tr><td>Plates</td><td>512</td></tr></table>"
    cells = f"<td>Menu</td><td><h1>{TITLE}</h1>{paragraphs()}{data}</td>"
    text = quick(a_page(f"<table>{rows}<tr>{cells}</tr></table>"))
    assert text.split("\n") == [*PARAGRAPHS, "| Plates | 512 |"]
    blocks = (PARAGRAPHS[:4], PARAGRAPHS[4:])
    inner = (f"<table><td class='block'>{paragraphs(block)}</td></table>" for block in blocks)
    assert quick(a_page(f"<table><td>{''.join(inner)}</td></table>")).split("\n") == PARAGRAPHS


def test_a_sentence_stays_whole():
    said = "<q>Nobody knew</q>, she said on <time>Monday</time> of what the port kept, "
    hidden = "<span class='visually-hidden'>, external</span>"
    shown = "<b class='sr-only md:not-sr-only'>to us</b>"
    linked = f"and <a href='/'>showed it{hidden}</a> {shown}."
    text = quick(an_article(paragraphs(), f"<p>{said}{linked}</p>"))
    assert text.split("\n")[-1] == (
        "\u201cNobody knew\u201d, she said on Monday of what the port kept, and showed it to us."
    )


@pytest.mark.parametrize("around", ["div", "figure"])
def test_an_embedded_post_is_kept(around: str):
    post = "<blockquote class='twitter-tweet'><p>We did not know about it, and we ask why.</p>\
— The harbour's crews (@crews) <a href='/x'>1 May</a></blockquote>"
    wrapped = f"<{around} class='media-embed'><div>{post}<script>embed()</script></div></{around}>"
    text = quick(an_article(paragraphs(PARAGRAPHS[:3]), wrapped, paragraphs(PARAGRAPHS[3:])))
    before, after = PARAGRAPHS[2], PARAGRAPHS[3]
    assert text.index(before) < text.index("we ask why") < text.index(after)


def chunk(texts: list[str], name: str = "article-body part") -> str:
    return f"<div><div class='{name}'>{paragraphs(texts)}</div></div>"


def test_an_article_in_chunks_is_whole():
    advertisement = "<div class='ad-slot'><span>Advertisement</span></div>"
    page = an_article(chunk(PARAGRAPHS[:3]), advertisement, chunk(PARAGRAPHS[3:]))
    assert quick(page).split("\n") == PARAGRAPHS


def test_further_articles_on_the_page_are_not_its_chunks():
    first = f"<div class='one'><h1>{TITLE}</h1>{chunk(PARAGRAPHS[:3])}</div>"
    next_one = f"<div class='one'><h1>Another day at the port</h1>{chunk(PARAGRAPHS[3:])}</div>"
    text = quick(a_page(f"<div id='stream'>{first}{next_one}</div>"))
    assert text.split("\n") == PARAGRAPHS[:3]


@pytest.mark.parametrize(
    ("post", "around"),
    [
        ("<article class='live-story-post'>{}</article>", "<main>{}</main>"),
        ("<article><div class='post-body'>{}</div></article>", "<article><div>{}</div></article>"),
        ("<li><article><div class='post-body'>{}</div></article></li>", "<main><ol>{}</ol></main>"),
        ("<div><h2>A post</h2><div itemprop='articleBody'>{}</div></div>", "<article>{}</article>"),
    ],
    ids=["articles", "nested", "listed", "articleBody"],
)
def test_all_posts_of_a_live_blog_are_its_text(post: str, around: str):
    blog = {"@type": "LiveBlogPosting", "coverageStartTime": "2026-03-01T10:00:00Z"}
    head = f"<script type='application/ld+json'>{json.dumps(blog)}</script>"
    said = [f"{text} {more}" for text in PARAGRAPHS for more in ("So it is.", "Who else knew?")]
    pairs = zip(said[::2], said[1::2], strict=True)
    posts = "".join(post.format(paragraphs([*pair])) for pair in pairs)
    other = "<article class='card'><a href='/fair'><h3>The fair</h3></a><p>On Sunday.</p></article>"
    text = quick(a_page(f"<h1>{TITLE}</h1>{around.format(posts)}<div>{other * 4}</div>", head))
    assert [line for line in text.split("\n") if line != "A post"] == said


def test_an_article_within_an_unclosed_menu_is_found():
    assert PARAGRAPHS[0] in quick(a_page(f"<nav><a href='/'>Home</a><div>{paragraphs()}</div>"))


@pytest.mark.parametrize(
    "told",
    [
        {"articleBody": "\n".join(PARAGRAPHS)},
        {"articleBody": "".join(PARAGRAPHS)},
        {"articleBody": "\n\n".join(PARAGRAPHS).replace("'", "&#039;").replace(",", ",&nbsp;")},
        {"articleBody": escape(paragraphs())},
        {
            "@type": "LiveBlogPosting",
            "liveBlogUpdate": [{"@type": "Posting", "articleBody": text} for text in PARAGRAPHS],
        },
    ],
    ids=["lines", "glued", "references", "escaped", "posts"],
)
def test_linked_data_supplies_the_text_of_a_page_that_shows_little(told: dict[str, object]):
    article_data = json.dumps({"@type": "NewsArticle"} | told)
    script = f"<script type='application/ld+json'>{article_data}</script>"
    page = a_page("<div id='app'><p>This page needs a newer browser.</p></div>", head=script)
    assert quick(page).split("\n") == PARAGRAPHS


def test_a_text_inside_300_nested_divisions_is_found():
    text = " ".join(PARAGRAPHS)
    assert quick(a_page("<div>" * 300 + f"<p>{text}</p>" + "</div>" * 300)) == text


def test_a_short_article_is_not_padded_with_other_text():
    footer = "<div><p>The harbour office answers letters within the week they come in.</p></div>"
    said = "The ferry at nine is cancelled. The next one sails at noon, if the wind lets it."
    text = quick(a_page(f"<article><h1>{TITLE}</h1><p>{said}</p></article>{footer}"))
    assert text.startswith(said)
    assert len(text) < 2 * len(said)


def test_extraction_leaves_the_tree_unchanged():
    document = parse(an_article(paragraphs(), chunk(PARAGRAPHS), "<svg></svg>"), "")
    before = html.tostring(document.tree)
    quick_text(document)
    assert html.tostring(document.tree) == before


HOSTILE = {
    "nothing": "",
    "no markup": "words and no markup",
    "no html": "<?xml version='1.0'?><rss><item>one</item></rss>",
    "a comment": "<!-- -->",
    "zero bytes": "<p>a\x00b</p>" * 50,
    "controls": "<p>word \x01\x0b </p>" * 50,
    "half a character": "<p>word \ud800 </p>" * 50,
    "5,000 divisions": "<div>" * 5000 + "word " * 100,
    "300 quotes": "<blockquote>" * 300 + "word " * 100,
    "3,000 bold": "<b>" * 3000 + "word " * 100,
    "1,000 quotes side by side": "<blockquote>word</blockquote>" * 1000,
    "5,000 links": "<a href='/'>word</a> " * 5000,
    "chunks within chunks": f"<div class='part'>{paragraphs(PARAGRAPHS[:2])}" * 200,
}


@pytest.mark.parametrize("markup", HOSTILE.values(), ids=HOSTILE.keys())
def test_any_markup_can_be_extracted(markup):
    assert isinstance(quick(markup), str)


@pytest.mark.parametrize("element", ["<time>x</time>", "<i class=sr-only>x</i>"])
def test_the_time_for_a_paragraph_grows_with_the_number_of_its_elements(element: str):
    assert grows_evenly(lambda size: body(parse(f"<p>{f'{element} y ' * size}", "")), 2_000)


_tags = st.sampled_from(["<p>", "</p>", "<div class='body'>", "</div>", "<a href='/'>", "</a>"])
_more = st.sampled_from(["<table><tr><td>", "<svg>", "<nav>", "<h1>", "<blockquote>", "<li>", "<"])


@settings(max_examples=40)
@given(st.lists(st.one_of(_tags, _more, st.text(max_size=30)), max_size=60))
def test_no_line_is_empty_in_any_markup(pieces):
    text = quick("".join(pieces))
    assert text == "" or all(line.strip() for line in text.split("\n"))
