"""Kibana's query language: what a query means, which fields it names, and its Elasticsearch DSL."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kibana_kql import KqlError, clause, fields, parse


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("", []),
        ("*", []),
        ("spyware", []),
        ("topic: *", ["topic"]),
        ("topic:spyware", ["topic"]),
        ("topic: * and opened_by: *", ["topic", "opened_by"]),
        ("topic: spyware AND NOT language: en", ["topic", "language"]),
        ("not (topic: a or outlet: b)", ["topic", "outlet"]),
        ("topic: (a or b and not c)", ["topic", "topic", "topic"]),
        ("revision > 1", ["revision"]),
        ("score >= 0.5 and score<0.9", ["score", "score"]),
        ('title: "topic: spyware"', ["title"]),
        ('"topic: spyware"', []),
        ("title: topic\\: spyware", ["title"]),
        ('first_seen >= "2026-09-14T10:00:00Z"', ["first_seen"]),
        ("title.keyword: Court*", ["title.keyword"]),
        ("kind: pass and feeds_unwell_share > 0.25", ["kind", "feeds_unwell_share"]),
    ],
)
def test_query_names_its_fields(text: str, named: list[str]) -> None:
    assert list(fields(parse(text))) == named


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("", {"match_all": {}}),
        ("topic: *", {"exists": {"field": "topic"}}),
        ("title: court rules", {"match": {"title": "court rules"}}),
        ('title: "court rules"', {"match_phrase": {"title": "court rules"}}),
        ("title: cour*", {"query_string": {"fields": ["title"], "query": "cour*"}}),
        ("revision > 1", {"range": {"revision": {"gt": "1"}}}),
        ("score<=1", {"range": {"score": {"lte": "1"}}}),
        ("court", {"multi_match": {"query": "court", "type": "best_fields", "lenient": True}}),
        (
            "a: 1 or b: 2 and not c: 3",
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
    assert clause(parse(text)) == asked


@pytest.mark.parametrize(
    "text",
    [
        "topic:",
        "topic: (",
        "topic: (a or",
        "(topic: a",
        "topic: a)",
        "and topic: a",
        "topic: a or",
        "topic > ",
        ': "a"',
        'topic: "a',
        "mentions: {name: a}",
        "top*: a",
        "topic: a: b",
    ],
)
def test_invalid_query_is_refused_with_its_position(text: str) -> None:
    with pytest.raises(KqlError):
        parse(text)


NAMES = st.from_regex(r"[a-z][a-z_.]{0,10}", fullmatch=True).filter(
    lambda name: name not in ("and", "or", "not")
)
VALUES = st.one_of(
    st.from_regex(r"[a-z0-9]{1,6}", fullmatch=True).filter(
        lambda value: value not in ("and", "or", "not")
    ),
    st.text(st.characters(exclude_characters='\\"', codec="utf-8"), max_size=8).map(
        lambda text: f'"{text}"'
    ),
)


@st.composite
def queries(draw: st.DrawFn, depth: int = 3) -> tuple[str, list[str]]:
    """A query and the fields it names, in order."""
    kind = draw(
        st.sampled_from(["is", "more", "and", "or", "not", "brackets"] if depth else ["is"])
    )
    if kind in ("is", "more"):
        name, value = draw(NAMES), draw(VALUES)
        return f"{name} {':' if kind == 'is' else '>'} {value}", [name]
    text, named = draw(queries(depth - 1))
    if kind == "not":
        return f"not ({text})", named
    if kind == "brackets":
        return f"({text})", named
    other, others = draw(queries(depth - 1))
    return f"({text}) {kind} {other}", named + others


@given(queries())
def test_no_field_of_a_query_is_missed(query: tuple[str, list[str]]) -> None:
    text, named = query
    assert list(fields(parse(text))) == named


@given(st.text())
def test_any_text_is_parsed_or_refused(text: str) -> None:
    with contextlib.suppress(KqlError):
        clause(parse(text))
