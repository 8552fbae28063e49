"""Kibana's query language: what a query means, which fields it names, and its Elasticsearch DSL."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kibana_kql import parse
from kibana_panels import UnknownPartError


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        (" ", {"match_all": {}}),
        ("topic: *", {"exists": {"field": "topic"}}),
        ("title: court rules", {"match": {"title": "court rules"}}),
        ('title: "court: rules"', {"match_phrase": {"title": "court: rules"}}),
        ("title.keyword: cour*", {"query_string": {"fields": ["title.keyword"], "query": "cour*"}}),
        ("revision > 1", {"range": {"revision": {"gt": "1"}}}),
        ("score<=1", {"range": {"score": {"lte": "1"}}}),
        (
            "a: 1 or b: 2 AND NOT (c: 3)",
            {
                "bool": {
                    "should": [
                        {"match": {"a": "1"}},
                        {
                            "bool": {
                                "filter": [
                                    {"match": {"b": "2"}},
                                    {"bool": {"must_not": [{"match": {"c": "3"}}]}},
                                ]
                            }
                        },
                    ],
                    "minimum_should_match": 1,
                }
            },
        ),
    ],
)
def test_query_is_translated_to_elasticsearch(text: str, asked: dict[str, object]) -> None:
    assert parse(text).clause == asked


@pytest.mark.parametrize(
    "text",
    [
        *("topic:", "topic: (", "topic: (a or b)", "(topic: a", "topic: a)", "and topic: a"),
        *("topic: a or", "topic > ", ': "a"', 'topic: "a', "mentions: {name: a}", "top*: a"),
        *("topic: a: b", "topic: a or b", "spyware", '"topic": a', "topic ( a", "title: a\\: b"),
    ],
)
def test_query_that_cannot_be_checked_is_refused(text: str) -> None:
    with pytest.raises(UnknownPartError):
        parse(text)


NAMES = st.from_regex(r"[a-z][a-z_.]{0,10}", fullmatch=True).filter(
    lambda name: name not in ("and", "or", "not")
)
VALUES = st.from_regex(r'[0-9][a-z0-9]{0,5}|"[^"\\]*"', fullmatch=True)


@st.composite
def queries(draw: st.DrawFn, depth: int = 3) -> tuple[str, tuple[str, ...]]:
    """A query and the fields it names, in order."""
    kind = draw(st.sampled_from([":", ">", "and", "or", "not"] if depth else [":"]))
    if kind in (":", ">"):
        name = draw(NAMES)
        return f"{name} {kind} {draw(VALUES)}", (name,)
    text, named = draw(queries(depth - 1))
    if kind == "not":
        return f"not ({text})", named
    other, others = draw(queries(depth - 1))
    return f"({text}) {kind} {other}", named + others


@given(queries())
def test_no_field_of_a_query_is_missed(query: tuple[str, tuple[str, ...]]) -> None:
    text, named = query
    assert parse(text).fields == named


@given(st.text())
def test_any_text_is_parsed_or_refused(text: str) -> None:
    with contextlib.suppress(UnknownPartError):
        parse(text)
