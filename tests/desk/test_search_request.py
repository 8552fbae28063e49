"""A page's search can be typed into the search box, and its addresses carry the same search."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from urllib.parse import parse_qsl, urlsplit

import pytest
from factories import an_article
from hypothesis import given
from hypothesis import strategies as st

from core.clauses import Explainer
from core.query import QueryError, parse
from core.records import MentionKind
from core.spelling import quoted
from desk.search_request import (
    FACETS,
    MisreadError,
    Pick,
    PickError,
    SearchRequest,
    read_others,
    read_picked,
)


@given(st.text(alphabet=st.characters(codec="utf-8"), min_size=1, max_size=20))
def test_any_value_can_be_picked(value: str) -> None:
    article = an_article(outlet=value)
    assert Explainer(article).explain(parse(f"outlet:{quoted(value)}").condition).matched


def test_query_is_bracketed_beside_picked_values() -> None:
    asked = SearchRequest("a OR b", [Pick("topic", "spyware"), Pick("outlet", 'The "Post"')])
    assert asked.query == '(a OR b) topic:"spyware" outlet:"The \\"Post\\""'
    assert parse(asked.searched)
    assert SearchRequest().query == SearchRequest(" * ").query == "*"
    assert SearchRequest("*", [Pick("topic", "x")]).query == 'topic:"x"'


def test_period_and_copies_are_not_part_of_the_rule() -> None:
    asked = SearchRequest("spyware", since="7d")
    assert asked.query == "spyware"
    assert asked.searched == "(spyware) first_seen:>=now-7d -duplicate_of:*"
    assert SearchRequest("spyware", copies=True).searched == "(spyware)"


def test_a_first_and_a_last_day_are_of_what_is_counted_by() -> None:
    first, last = "2026-01-07", "2026-01-31"
    for asked, searched in [
        (SearchRequest("a", first=first), "(a) first_seen:[2026-01-07 TO *] -duplicate_of:*"),
        (SearchRequest("a", last=last), "(a) first_seen:[* TO 2026-01-31] -duplicate_of:*"),
        (
            SearchRequest("a", since="7d", days="published", copies=True, first=first, last=last),
            "(a) first_seen:>=now-7d published:[2026-01-07 TO 2026-01-31]",
        ),
    ]:
        assert asked.searched == searched
        assert asked.parsed()
        assert asked.has_days
        assert asked.query == asked.rule == "a", "no new article is of those days"
    asked = SearchRequest("a", [Pick("topic", "spyware")], first=first, last=last)
    address = "/search?q=a&pick=topic%3Aspyware"
    assert asked.address() == f"{address}&from=2026-01-07&to=2026-01-31"
    assert asked.within("7d") == f"{address}&since=7d"
    assert asked.widened == "/search?q=a&copies=1"
    bar = date(2026, 1, 7), date(2026, 1, 7)
    assert asked.of_bar(*bar) == SearchRequest("a", asked.picked).of_bar(*bar)
    assert not SearchRequest("a").has_days
    for day, hour, within in ((7, 0, True), (31, 23, True), (6, 23, False)):
        article = an_article(title="a", first_seen=datetime(2026, 1, day, hour, tzinfo=UTC))
        days = SearchRequest("a", copies=True, first=first, last=last).parsed().condition
        assert Explainer(article).explain(days).matched == within


def test_bar_links_to_articles_first_seen_in_its_days() -> None:
    start, end = date(2026, 11, 20), date(2026, 11, 26)
    asked = SearchRequest("a OR b", [Pick("topic", "spyware")], since="30d")
    values = dict(parse_qsl(urlsplit(asked.of_bar(start, end)).query))
    words = "(a OR b) first_seen:[2026-11-20 TO 2026-11-26]"
    assert values == {"q": words, "pick": "topic:spyware"}
    for everything in ("*", "", " "):
        address = SearchRequest(everything).of_bar(start, end)
        assert address.startswith("/search?q=first_seen%3A%5B2026-11-20")
    shown = SearchRequest(words, [Pick("topic", "spyware")])
    assert shown.rule == '(a OR b) topic:"spyware"'  # no new article is of those days
    assert shown.of_bar(start, end) == asked.of_bar(start, end)
    assert SearchRequest("first_seen:[2026-11-20 TO 2026-11-26] ").rule == "*"
    typed = "(a) OR (b) first_seen:[2026-11-20 TO 2026-11-26]"
    assert SearchRequest(typed).rule == "(a) OR (b)"
    condition = parse(words).condition
    for day, hour, within in ((20, 0, True), (26, 23, True), (27, 0, False), (19, 23, False)):
        article = an_article(title="a", first_seen=datetime(2026, 11, day, hour, tzinfo=UTC))
        assert Explainer(article).explain(condition).matched == within


def test_bar_links_to_articles_published_in_its_days() -> None:
    start, end = date(2026, 11, 20), date(2026, 11, 26)
    asked = SearchRequest("a OR b", since="30d", days="published")
    values = dict(parse_qsl(urlsplit(asked.of_bar(start, end)).query))
    words = "(a OR b) published:[2026-11-20 TO 2026-11-26]"
    assert values == {"q": words, "since": "30d", "days": "published"}
    shown = SearchRequest(words, since="30d", days="published")
    assert shown.rule == "a OR b"
    assert shown.of_bar(start, end) == asked.of_bar(start, end)


def test_bar_of_one_date_narrows_that_of_the_other() -> None:
    seen = SearchRequest("(a) OR b").of_bar(date(2026, 11, 20), date(2026, 11, 20))
    (words,) = dict(parse_qsl(urlsplit(seen).query)).values()
    of_days = SearchRequest(words, days="published").of_bar(date(2026, 1, 1), date(2026, 1, 31))
    both = dict(parse_qsl(urlsplit(of_days).query))["q"]
    assert both == (
        "((a) OR b) first_seen:[2026-11-20 TO 2026-11-20] published:[2026-01-01 TO 2026-01-31]"
    )
    assert SearchRequest(both).rule == "((a) OR b)"
    day = date(2026, 1, 7)
    one_day = SearchRequest(both.replace("((a) OR b)", "(b)"), days="published").of_bar(day, day)
    assert dict(parse_qsl(urlsplit(one_day).query))["q"] == (
        "(b) first_seen:[2026-11-20 TO 2026-11-20] published:[2026-01-07 TO 2026-01-07]"
    )


def test_address_carries_the_whole_search() -> None:
    topic, outlet = Pick("topic", "spyware"), Pick("outlet", "A: B")
    asked = SearchRequest(
        "a b",
        [topic],
        "7d",
        "relevance",
        copies=True,
        days="published",
        share=True,
        first="2026-01-07",
        last="2026-01-31",
        others=["c OR d"],
    )
    values = dict(parse_qsl(urlsplit(asked.address()).query))
    assert values == {
        "q": "a b",
        "pick": "topic:spyware",
        "since": "7d",
        "from": "2026-01-07",
        "to": "2026-01-31",
        "sort": "relevance",
        "copies": "1",
        "days": "published",
        "share": "1",
        "with": "c OR d",
    }
    assert asked.with_picked("outlet", "A: B") == asked.address(picked=[topic, outlet])
    assert "pick" not in asked.without_picked(topic)
    assert SearchRequest().address() == "/search"


def test_searches_that_are_compared_have_its_period_and_filters() -> None:
    picked = [Pick("topic", "spyware")]
    asked = SearchRequest("a", picked, since="7d", share=True, others=["b OR c", "d"])
    alone = [replace(asked, words=words, others=()) for words in ("a", "b OR c", "d")]
    assert asked.compared == alone
    assert [one.searched for one in alone[:2]] == [
        '((a) topic:"spyware") first_seen:>=now-7d -duplicate_of:*',
        '((b OR c) topic:"spyware") first_seen:>=now-7d -duplicate_of:*',
    ]
    assert asked.address().endswith("&with=b+OR+c&with=d")
    assert asked.counts.endswith("&with=b+OR+c&with=d")
    day = date(2026, 1, 7)
    assert asked.of_bar(day, day) == alone[0].of_bar(day, day)
    assert asked.spreadsheet == alone[0].spreadsheet
    assert (asked.query, asked.rule, asked.atom) == (alone[0].query, alone[0].rule, alone[0].atom)
    assert [one.name for one in (SearchRequest(" a\nb "), SearchRequest())] == ["a b", "*"]


def test_searches_to_compare_with_are_read_from_an_address() -> None:
    typed = [" a OR b", "", "  ", "c", "a OR b ", "d"]
    assert read_others("d ", typed) == ["a OR b", "c"]


def test_a_search_that_cannot_be_understood_is_named() -> None:
    told = str(MisreadError("(a", QueryError("this ( is not closed", 0)))
    assert told == "(a: this ( is not closed (at character 1)"


def test_values_of_each_kind_of_name_are_counted_but_of_places() -> None:
    """Countries are there for places."""
    assert set(MentionKind) - set(FACETS) == {MentionKind.PLACE}


def test_picked_values_are_read_from_an_address() -> None:
    given = ["topic:spyware", "outlet:A: B", "topic:spyware"]
    assert read_picked(given) == [Pick("topic", "spyware"), Pick("outlet", "A: B")]


@pytest.mark.parametrize("given", ["nothing", "text:no", "outlet:", "topik:spyware", ""])
def test_what_cannot_be_picked_is_refused(given: str) -> None:
    """It was ignored: a spreadsheet for one mistyped topic had all articles."""
    with pytest.raises(PickError, match=r"not .*; fields are outlet, .*, topic, "):
        read_picked(["topic:spyware", given])


def test_a_value_can_be_excluded() -> None:
    asked = SearchRequest("a OR b", [Pick("topic", "spyware")])
    address = asked.with_picked("outlet", "-A: B", is_excluded=True)
    values = parse_qsl(urlsplit(address).query)
    assert values == [("q", "a OR b"), ("pick", "topic:spyware"), ("pick", "-outlet:-A: B")]
    picked = read_picked([value for name, value in values if name == "pick"])
    assert picked == [Pick("topic", "spyware"), Pick("outlet", "-A: B", is_excluded=True)]
    without = SearchRequest("a OR b", picked)
    assert without.query == without.rule == '(a OR b) topic:"spyware" -outlet:"-A: B"'
    assert without.without_picked(picked[1]) == asked.address()
    assert without.has_picked("outlet", "-A: B")
    assert not without.has_picked("topic", "-A: B")
    only = parse(SearchRequest("", picked[1:]).query).condition
    for outlet, is_found in (("-A: B", False), ("A: B", True)):
        assert Explainer(an_article(outlet=outlet)).explain(only).matched == is_found


def test_spreadsheet_address_carries_the_pages_search() -> None:
    asked = SearchRequest("/search a", [Pick("topic", "spyware")], since="7d", sort="relevance")
    path, _, query = asked.spreadsheet.partition("?")
    assert path == "/search.csv"
    assert query == urlsplit(asked.address()).query
    assert SearchRequest().spreadsheet == "/search.csv"
    assert asked.counts == f"/days.csv?{query}"
