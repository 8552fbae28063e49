"""Edge cases of every index: many months and values, long queries, empty texts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from core.index import Index
from core.query import MAX_LEAVES, parse
from core.records import Article

Make = Callable[..., Article]


def test_facets_add_up_over_months_even_if_a_value_is_rare_in_one(index: Index, make: Make) -> None:
    usual = [make(n, outlet=f"Outlet {n % 170}", text="") for n in range(340)]
    next_month = make(0).first_seen + timedelta(days=31)
    rare = [make(1000, outlet="Rare Times", text="")]
    rare += [make(n, outlet="Rare Times", first_seen=next_month) for n in range(1001, 1004)]
    list(index.write([*usual, *rare]))
    hits = index.search(parse("*"), facets=["outlet"])
    assert next(iter(hits.facets["outlet"].items())) == ("Rare Times", 4)
    assert index.search(parse('outlet:"rare times"')).total == 4


@pytest.mark.parametrize(
    ("part", "operation", "found"),
    [
        ("outlet:w{}", " OR ", 0),
        ("outlet:w{}", " AND ", 0),
        ("-outlet:w{}", " ", 1),
        ("score:<{}", " OR ", 1),
        ("w?{}", " OR ", 0),
        ("w{}", " OR ", 1),
    ],
)
def test_a_query_of_maximum_length_is_answered_with_facets(
    index: Index, make: Make, part: str, operation: str, found: int
) -> None:
    list(index.write([make(1, text="w7")]))
    text = operation.join(part.format(n) for n in range(MAX_LEAVES))
    hits = index.search(parse(text), facets=["outlet"])
    assert (hits.total, hits.facets) == (found, {"outlet": {"Example News": 1} if found else {}})


def test_an_article_of_empty_texts_can_be_read_and_searched(index: Index, make: Make) -> None:
    bare = make(1, outlet="", site="", title="", text="")
    full = make(2)
    list(index.write([bare, full]))
    assert index.get(bare.id) == bare
    assert index.search(parse("*"), sort="newest").articles == (full, bare)
    assert index.search(parse("-outlet:*"), facets=["outlet"]).facets == {"outlet": {}}
