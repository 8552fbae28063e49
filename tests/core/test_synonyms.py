"""The list of synonyms by which every query is widened."""

from __future__ import annotations

import tomllib
from importlib import resources
from typing import Any

import pytest
from factories import an_article

from core import synonyms
from core.clauses import Explainer
from core.conditions import All, Keyword, leaves
from core.conditions import Any as AnyOf
from core.fields import FIELDS, Kind
from core.query import parse
from core.words import words

AGENCIES = resources.files("enrich.mentions.lists").joinpath("agencies.toml")


def same(left: str, right: str) -> bool:
    return set(leaves(parse(left).condition)) == set(leaves(parse(right).condition))


def test_each_term_of_a_line_finds_all_the_others() -> None:
    table = synonyms.parse("# who\nA One, B, c d\n")
    assert table == dict.fromkeys([("a", "on"), ("b",), ("c", "d")], ("A One", "B", "c d"))


def test_an_arrow_works_one_way_only() -> None:
    table = synonyms.parse("ray => catcher, net\ncatcher, net")
    assert table[("rai",)] == ("catcher", "net")
    assert table[("catcher",)] == ("catcher", "net")


def test_a_synonym_with_the_same_stems_is_left_out() -> None:
    assert ("imsi", "catchers") not in synonyms.alternatives(["imsi", "catcher"])
    assert ("imsi", "catchers") in synonyms.alternatives(["stingray"])
    assert "IMSI catchers" in synonyms.names(["imsi", "catcher"])


def test_every_line_of_our_list_has_at_least_two_terms() -> None:
    text = resources.files("core").joinpath("synonyms.txt").read_text("utf-8")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    assert len(lines) > 50
    for line in lines:
        left, _, right = line.partition("=>")
        terms = [term.strip() for term in f"{left},{right}".split(",") if term.strip()]
        assert len(terms) >= 2, line
        assert all(words(term) for term in terms), line
        # More would soon reach a query's limit.
        assert len(terms) <= 10, line


@pytest.mark.parametrize(
    ("text", "equal"),
    [
        ("NSA", "national security agency"),
        ("title:NSA", "title:(National Security Agency)"),
    ],
)
def test_synonymous_queries_search_for_the_same_words(text: str, equal: str) -> None:
    one, other = (set(leaves(parse(query).condition)) for query in (text, equal))
    assert len(one & other) >= min(len(one), len(other)) - 1


@pytest.mark.parametrize(
    ("british", "american"),
    [
        ("licence", "license"),
        ("Ministry of Defence", "ministry of defense"),
        ("spy programmes", "spy programs"),
    ],
)
def test_british_and_american_spellings_search_for_the_same(british: str, american: str) -> None:
    assert same(british, american)
    assert not same(f'"{british}"', f'"{american}"')


@pytest.mark.parametrize("query", ["licence plates", "license plate", "number plate camera"])
def test_a_cars_plate_is_found_by_any_of_its_names(query: str) -> None:
    condition = parse(query).condition
    for name in ("licence plate", "License plates", "Number plates"):
        article = an_article(title=f"{name} read by a camera")
        assert Explainer(article).explain(condition).matched, name
    assert not Explainer(an_article(title="A plate, a camera")).explain(condition).matched


def test_a_possessive_has_the_synonyms_of_its_word() -> None:
    assert parse("gchq's").condition == parse("GCHQ").condition


def test_adjacent_words_are_one_term_anywhere_in_a_query() -> None:
    alone = parse("IMSI catcher").condition
    assert isinstance(alone, AnyOf)
    assert parse("athens IMSI-catchers police").condition != parse("athens imsi police").condition
    among = parse("athens IMSI catcher police").condition
    assert isinstance(among, All)
    assert alone in among.of
    assert parse("catcher IMSI").condition == parse("catcher AND imsi").condition


def test_quotes_and_patterns_get_no_synonyms() -> None:
    for text in ('"NSA"', "NSA*", '"IMSI catcher"', "outlet:NSA"):
        assert len(list(leaves(parse(text).condition))) == 1


def test_only_fields_of_things_with_several_names_have_synonyms() -> None:
    kinds = [field for field, kind in FIELDS.items() if kind is Kind.KEYWORD]
    widened = {kind for kind in kinds if len(list(leaves(parse(f"{kind}:GDPR").condition))) > 1}
    assert widened == {"mention", "agency", "technology", "law", "court"}


def test_an_excluded_term_excludes_its_synonyms() -> None:
    assert same("-NSA", "NSA")
    assert parse("-NSA").condition == parse("NOT (NSA)").condition


def test_an_agencys_other_spellings_find_its_mention() -> None:
    """Each spelling of an agency in our list leads to the name that its mentions are kept under."""
    names: list[dict[str, Any]] = tomllib.loads(AGENCIES.read_text("utf-8"))["names"]
    checked = 0
    for listed in names:
        for spelling in listed.get("also", ()):
            if "needs" in listed or not synonyms.names(words(spelling)):
                continue
            found = parse(f'agency:"{spelling}"').condition
            values = {one.value for one in leaves(found) if isinstance(one, Keyword)}
            # A name may have two entries in the list, as BND does.
            assert len(values & {str(one["name"]).lower() for one in names}) >= 1, spelling
            checked += 1
    assert checked > 20
