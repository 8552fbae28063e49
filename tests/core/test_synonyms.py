"""One list of synonyms, that every query is widened by."""

from __future__ import annotations

import tomllib
from importlib import resources
from typing import Any

import pytest

from core import synonyms
from core.conditions import Any as AnyOf
from core.conditions import Keyword, leaves
from core.query import parse
from core.words import words

AGENCIES = resources.files("enrich.mentions.lists").joinpath("agencies.toml")


def same(left: str, right: str) -> bool:
    return set(leaves(parse(left).condition)) == set(leaves(parse(right).condition))


def test_each_of_a_line_finds_all_the_others() -> None:
    table = synonyms.parse("# who\nA One, B, c d\n")
    assert table == dict.fromkeys([("a", "on"), ("b",), ("c", "d")], ("A One", "B", "c d"))


def test_an_arrow_goes_one_way() -> None:
    table = synonyms.parse("ray => catcher, net\ncatcher, net")
    assert table[("rai",)] == ("catcher", "net")
    assert table[("catcher",)] == ("catcher", "net")


def test_what_a_search_finds_by_stems_is_not_looked_for_again() -> None:
    assert ("imsi", "catchers") not in synonyms.alternatives(["imsi", "catcher"])
    assert ("imsi", "catchers") in synonyms.alternatives(["stingray"])
    assert "IMSI catchers" in synonyms.names(["imsi", "catcher"])


def test_every_line_of_our_list_says_something() -> None:
    text = resources.files("core").joinpath("synonyms.txt").read_text("utf-8")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    assert len(lines) > 50
    for line in lines:
        left, _, right = line.partition("=>")
        terms = [term.strip() for term in f"{left},{right}".split(",") if term.strip()]
        assert len(terms) >= 2, line
        assert all(words(term) for term in terms), line
        # More would soon come to the limit that a query has.
        assert len(terms) <= 10, line


@pytest.mark.parametrize(
    ("text", "equal"),
    [
        ("NSA", "national security agency"),
        ("gchq's", "GCHQ"),
        ("title:NSA", "title:(National Security Agency)"),
    ],
)
def test_what_is_one_in_meaning_finds_the_same_words(text: str, equal: str) -> None:
    one, other = (set(leaves(parse(query).condition)) for query in (text, equal))
    assert len(one & other) >= min(len(one), len(other)) - 1


def test_words_side_by_side_are_one_term_wherever_they_stand() -> None:
    alone = parse("IMSI catcher").condition
    assert isinstance(alone, AnyOf)
    assert parse("athens IMSI-catchers police").condition != parse("athens imsi police").condition
    among = parse("athens IMSI catcher police").condition
    assert alone in among.of  # type: ignore[union-attr]  # an Any has `of`
    assert parse("catcher IMSI").condition == parse("catcher AND imsi").condition


def test_quotes_and_patterns_have_none() -> None:
    for text in ('"NSA"', "NSA*", '"IMSI catcher"', "outlet:NSA"):
        assert len(list(leaves(parse(text).condition))) == 1


def test_what_is_not_wanted_is_not_wanted_by_any_name() -> None:
    assert same("-NSA", "NSA")
    assert parse("-NSA").condition == parse("NOT (NSA)").condition


def test_a_name_is_found_by_the_one_that_mentions_have() -> None:
    """Each agency's own spelling in our list leads to the name that its mentions are kept under."""
    names: list[dict[str, Any]] = tomllib.loads(AGENCIES.read_text("utf-8"))["names"]
    checked = 0
    for listed in names:
        for spelling in listed.get("also", ()):
            if "needs" in listed or not synonyms.names(words(spelling)):
                continue
            found = parse(f'agency:"{spelling}"').condition
            values = {one.value for one in leaves(found) if isinstance(one, Keyword)}
            # A name may have two entries of the list, as BND has.
            assert len(values & {str(one["name"]).lower() for one in names}) >= 1, spelling
            checked += 1
    assert checked > 20
