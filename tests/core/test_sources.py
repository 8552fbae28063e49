"""What a search asks of sources, and how it is told from what it asks of content."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from factories import NOON, an_article
from hypothesis import given
from hypothesis import strategies as st

from core.clauses import Explainer
from core.conditions import All, Any, Condition, Names, Not, depth
from core.query import parse
from core.sources import of_same_sources

FEEDS = frozenset({"https://a.example/rss"})
NAMES = Names({}, {"ministries": FEEDS})

ARTICLES = (
    an_article(1, title="spyware", outlet="A", language="en", feeds=tuple(FEEDS), score=0.9),
    an_article(2, title="Cake", outlet="A", language="de", published=None),
    an_article(3, title="spyware", outlet="B", language="de", duplicate_of=an_article(1).id),
    an_article(4, title="Cake", outlet="B", first_seen=datetime(2025, 1, 1, tzinfo=UTC)),
)


def read(query: str) -> Condition:
    return parse(query).at_present(NOON, NAMES).condition


@pytest.mark.parametrize(
    ("query", "same"),
    [
        ("topic:spyware", "*"),
        ("spyware outlet:A", "* outlet:A"),
        ("spyware (outlet:A OR site:b.example)", "* (outlet:A OR site:b.example)"),
        ("score:>0.5 label:Ministries language:de", "* label:Ministries language:de"),
        ('feeds:"https://a.example/rss" -camera', '* feeds:"https://a.example/rss"'),
        ("topic:* first_seen:>=now-7d published:*", "* first_seen:>=now-7d published:*"),
        ("spyware -duplicate_of:*", "* -duplicate_of:*"),
        ("spyware -outlet:A*", "* -outlet:A*"),
        ("country:fr outlet:A caveat:* story:x", "* outlet:A * *"),
        (f"spyware duplicate_of:{ARTICLES[0].id}", "*"),
        ("outlet:A OR spyware", "outlet:A OR *"),
        ("-(outlet:A spyware)", "-outlet:A OR *"),
        ("-(outlet:A OR spyware)", "-outlet:A *"),
        ("(title:spyware OR cake) AND (language:de OR NOT spyware)", "*"),
    ],
)
def test_what_is_asked_of_content_is_left_out(query: str, same: str) -> None:
    found, expected = of_same_sources(read(query)), read(same)
    for article in ARTICLES:
        explained = Explainer(article).explain
        assert explained(found).matched == explained(expected).matched, article.title
    assert parse(query).asks_of_content


@pytest.mark.parametrize(
    "query",
    [
        "*",
        "-*",
        "outlet:A -language:de",
        "-(outlet:A label:x) -duplicate_of:*",
        "published:2026-01",
    ],
)
def test_a_search_for_sources_alone_is_for_all_of_theirs(query: str) -> None:
    assert parse(query).of_same_sources == parse(query)
    assert not parse(query).asks_of_content


CONDITIONS = st.recursive(
    st.sampled_from(
        [
            read(one)
            for one in (
                *("spyware", "score:>0.5", "*", "outlet:A", "language:d*", "label:ministries"),
                *("published:*", "first_seen:2026", "duplicate_of:*", '"cake"'),
            )
        ]
    ),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda of: All(tuple(of))),
        st.lists(inner, min_size=1, max_size=3).map(lambda of: Any(tuple(of))),
        inner.map(Not),
    ),
)


@given(CONDITIONS)
def test_no_article_is_found_that_its_sources_did_not_bring(condition: Condition) -> None:
    found = of_same_sources(condition)
    assert depth(found) <= depth(condition)
    for article in ARTICLES:
        explained = Explainer(article).explain
        assert explained(found).matched or not explained(condition).matched
