"""Live blogs: how they are recognised, and when they are over."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest

from demo.outlets import end_of, outlets
from demo.pages import article_page
from ingest.extraction.document import parse
from ingest.extraction.live import QUIET, is_live, live_ended

URL = "https://example.com/live/1"
NOW = datetime(2026, 9, 16, 12, tzinfo=UTC)
((OUTLET, PIECE),) = [(outlet, p) for outlet in outlets() for p in outlet.pieces if p.posts]


def said(thing: Mapping[str, object], body: str = "<p>x</p>"):
    return parse(f'<script type="application/ld+json">{json.dumps(thing)}</script>{body}', URL)


@pytest.mark.parametrize("day", [1, 2, 3])
def test_the_sample_live_blog_goes_on_until_its_last_post(day):
    version = PIECE.version(day)
    document = parse(article_page(OUTLET, PIECE, version, f"http://{OUTLET.host}"), URL)
    assert is_live(document)
    assert live_ended(document, version.text, end_of(day)) == (day == 3)


def test_no_other_sample_page_is_a_live_blog():
    for outlet in outlets():
        for piece in outlet.pieces:
            page = parse(article_page(outlet, piece, piece.version(3), "http://x.localhost"), URL)
            assert is_live(page) == bool(piece.posts)


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<div itemscope itemtype='https://schema.org/LiveBlogPosting'>x</div>", True),
        ("<amp-live-list id=x></amp-live-list>", True),
        ("<div class='liveblog-post'>x</div>" * 3, True),
        ("<li class='c-liveblog live-blog__entry big'>x</li>" * 4, True),
        ("<div class='liveblog-post'>x</div>", False),
        ("<a class='live-blog-teaser'>x</a>" * 9, False),
        ("<p>Our liveblog of the delivery update.</p>", False),
    ],
)
def test_live_blogs_are_recognised_without_json_ld(markup, expected):
    assert is_live(parse(f"<body><h1>News</h1><p>Today.</p>{markup}</body>", URL)) == expected


def test_a_page_that_only_mentions_a_live_blog_is_not_one():
    related = {"@type": "LiveBlogPosting", "headline": "Follow it live", "url": "/live/2"}
    assert not is_live(said({"@type": "NewsArticle", "mentions": [related]}))
    assert is_live(said(related | {"coverageStartTime": NOW.isoformat()}))


@pytest.mark.parametrize(
    ("more", "text", "ended"),
    [
        ({}, "We follow the vote.", False),
        ({"coverageEndTime": "2026-09-16T12:00:00Z"}, "x", True),
        ({"coverageEndTime": "2026-09-16T16:00:00+02:00"}, "x", False),
        ({"coverageEndTime": "soon"}, "x", False),
        ({"coverageEndTime": "9999-12-31T23:59:59-05:00"}, "x", False),
        ({"coverageEndTime": "0001-01-01T00:00:00+01:00"}, "x", False),
        ({"liveBlogUpdate": {"datePublished": (NOW - QUIET).isoformat()}}, "x", True),
        (
            {"liveBlogUpdate": [{"dateModified": (NOW - timedelta(hours=1)).isoformat()}, 7]},
            "x",
            False,
        ),
        ({}, "This live blog has now ended. Read our report.", True),
        ({}, "Der Liveticker ist beendet.", True),
        ({}, "Ce direct est terminé, merci de nous avoir suivis.", True),
        ({}, "Este directo ha terminado.", True),
        ({}, "The live music has ended early.", False),
    ],
)
def test_the_end_of_a_live_blog_is_recognised(more, text, ended):
    thing = {"@type": "LiveBlogPosting", "coverageStartTime": "2026-09-16T08:00:00Z"} | more
    assert live_ended(said(thing), text, NOW) == ended
